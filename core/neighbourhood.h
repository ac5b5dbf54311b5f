// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The neighbourhood dictionary of a pyramid level: its distinct label patches,
// numbered. gamma and beta depend on the segmap alone, and only through the
// patch under two k x k kernels, so they are computed once per distinct patch
// and gathered: the same numbers, far fewer of them.
// Free of GLib, see tensor.h.

#pragma once

#include <stdint.h>

// A symbol is what one pixel shows to the one-hot input.
#define SPADE_SYMBOL_CLASS(symbol) ((symbol) & 0xff)
#define SPADE_SYMBOL_IS_EDGE(symbol) (((symbol) >> 8) & 1)
#define SPADE_SYMBOL_OUTSIDE 0xffffu // beyond the border: all channels zero

typedef struct
{
  int kernel;

  // Names the dictionary: of two with the same serial, the shorter one's rows
  // and patches begin the longer one's. 0 names none.
  uint64_t serial;

  // Distinct k x k patches of symbols, those under mlp_shared. Row 0 stands
  // for a position beyond the border, where mlp_shared's output is zero
  // (its patch is all SPADE_SYMBOL_OUTSIDE and must not be evaluated).
  uint32_t        n_shared;
  const uint16_t *shared_symbols; // [n_shared, k * k]

  // Distinct k x k patches of rows of the above, those under gamma and beta.
  uint32_t        n_patches;
  const uint32_t *patch_rows;     // [n_patches, k * k] numbers below n_shared

  const uint32_t *index;          // [height, width] numbers below n_patches
} SpadeNeighbourhoods;
