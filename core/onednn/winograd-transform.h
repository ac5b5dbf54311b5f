// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The transforms of Winograd's minimal filtering F(t x t, 3x3), where t is 2 or
// 4: a square of t x t results comes from (t + 2) x (t + 2) pixels of the source,
// by way of as many points. Free of oneDNN.

#pragma once

#include <stdbool.h>
#include <stddef.h>

// Channels come in multiples of this.
#define SPADE_WINOGRAD_LANES 16
#define SPADE_WINOGRAD_MOST_POINTS 36

typedef struct
{
  int  tile;        // t
  bool is_bf16;     // pictures and transformed sources; else f32
  int  height, width, n_in, n_out;
  int  first_x, first_y;        // where squares begin, in squares
  int  n_squares_x, n_squares;  // in a row, in all
  bool has_add;     // results are added to what dst has
  float slope;      // of negative results
  const float *bias; // [n_out]
} SpadeWinogradShape;

static inline int
spade_winograd_points (int tile)
{
  return (tile + 2) * (tile + 2);
}

// Transforms what square number i reads of src, H x W x n_in: a row of n_in
// numbers for each point to out, point_pitch numbers apart.
void spade_winograd_transform_source (const SpadeWinogradShape *shape,
                                      const void *src, int i, void *out,
                                      size_t point_pitch);

// Transforms the products of square number i back, a row of n_out for each
// point, and writes its results into dst, H x W x n_out.
void spade_winograd_restore (const SpadeWinogradShape *shape,
                             const float *products, size_t point_pitch, int i,
                             void *dst);

// Transforms n kernels for line y of points: [9, n] into [tile + 2, n].
void spade_winograd_transform_kernels (int tile, const float *kernels,
                                       size_t n, int y, float *out,
                                       int n_threads);
