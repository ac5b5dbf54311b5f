// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A matrix product of our own, in f32, for CPUs for which oneDNN has no machine
// code: there its products are plain loops, one number at a time. It is
// written in vectors of four floats, which every CPU has, and runs within one
// thread. A row of results is summed in one order, whichever rows stand beside it.
//
// Rows of the source may lie anywhere, so that a convolution can name pixels
// instead of copying them (indirect.c).

#pragma once

#include <glib.h>

#define SPADE_GEMM_ROWS 8    // of a tile of results
#define SPADE_GEMM_COLUMNS 8

// Gives the floats of a packed matrix: panels of SPADE_GEMM_COLUMNS columns, zeros
// beyond the last, one after another.
gsize spade_gemm_packed_size (int depth, int width);
// Packs a row-major matrix, depth x width.
void spade_gemm_pack (const float *matrix, int depth, int width, float *packed);
// Gives a panel from row number first on.
const float *spade_gemm_panel (const float *packed, int depth, int panel,
                               int first);

// Multiplies the first depth numbers of SPADE_GEMM_ROWS rows with a panel. A row
// of results begins pitch floats after the one before. Adds to what is there,
// or not.
void spade_gemm_tile (const float *const *rows,
                      int                 depth,
                      const float        *panel,
                      gboolean            adds,
                      float              *results,
                      gsize               pitch);

// Multiplies n_rows rows, one after another, with a packed matrix to [n_rows,
// width]; both sides are multiples of a tile's.
void spade_gemm_run (const float *src,
                     int          n_rows,
                     int          depth,
                     int          width,
                     const float *packed,
                     float       *dst);
