// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The neighbourhoods of a whole map, made on the GPU: the same rows, numbers and
// index as core's (core/neighbourhood.h), some times sooner.

#pragma once

#include "engine.h"

// A level on the GPU.
typedef struct
{
  SpadePlace          symbols, shared_symbols, patch_rows, index;
  SpadeNeighbourhoods neighbourhoods; // with arrays on the GPU
} Level;

// Bytes of the GPU's memory that it takes to number n levels, until that is done: 19
// to 25 for each pixel of the last one.
size_t spade_number_levels_scratch (const SpadeLevel *from, int n);
// Makes neighbourhoods of the symbols of n levels, whose sizes are from's; serials
// are left alone. Waits. out_moved: whether a place moved, also after a failure.
bool spade_number_levels (SpadeEngine      *engine,
                          Level            *levels,
                          const SpadeLevel *from,
                          int               n,
                          int               kernel,
                          void             *scratch,
                          bool             *out_moved,
                          SpadeFailure     *failure);

// Reserves a level's place as spade_place_reserve() does, with some more, so that
// the next map may fit.
bool spade_level_reserve (SpadeEngine  *engine,
                          SpadePlace   *place,
                          size_t        size,
                          bool         *out_moved,
                          SpadeFailure *failure);
