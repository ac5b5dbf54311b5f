// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Makes the dictionary that neighbourhood.h describes.

#pragma once

#include <glib.h>
#include "neighbourhood.h"

// Gives the neighbourhoods of a level of height x width symbols under two
// kernel x kernel windows; kernel is 3 or 5. Numbers are given in raster order
// of first appearance, so they depend on the symbols alone.
SpadeNeighbourhoods *spade_neighbourhoods_new (const uint16_t *symbols,
                                               int             height,
                                               int             width,
                                               int             kernel);
void spade_neighbourhoods_free (SpadeNeighbourhoods *neighbourhoods);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpadeNeighbourhoods, spade_neighbourhoods_free)
