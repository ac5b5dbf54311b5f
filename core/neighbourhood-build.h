// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Makes the dictionaries that neighbourhood.h describes: of a whole level at
// once, or growing, rectangle by rectangle.

#pragma once

#include <glib.h>
#include "neighbourhood.h"
#include "box.h"

// Gives the neighbourhoods of a level of height x width symbols under two
// kernel x kernel windows; kernel is 3 or 5. Numbers are given in raster order
// of first appearance, so they depend on the symbols alone. NULL where there is
// no memory.
SpadeNeighbourhoods *spade_neighbourhoods_new (const uint16_t *symbols,
                                               int             height,
                                               int             width,
                                               int             kernel);
void spade_neighbourhoods_free (SpadeNeighbourhoods *neighbourhoods);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpadeNeighbourhoods, spade_neighbourhoods_free)
// Gives them another serial, as spade_dictionary_rename().
void spade_neighbourhoods_rename (SpadeNeighbourhoods *neighbourhoods);

typedef struct _SpadeDictionary SpadeDictionary;

// Gives an empty dictionary, with a serial that no other has.
SpadeDictionary *spade_dictionary_new (int kernel);
void             spade_dictionary_free (SpadeDictionary *dictionary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpadeDictionary, spade_dictionary_free)

// Numbers the patches around the pixels of rect, which lies in the level;
// patches that are new get the next numbers. Writes [rect] numbers to out_index
// and describes the dictionary in out, with out_index as its index. The other
// arrays are the dictionary's, which may move when it grows. FALSE where there is
// no memory: the dictionary is then only to be freed, and out is as it was.
gboolean spade_dictionary_number (SpadeDictionary     *dictionary,
                                  const uint16_t      *symbols,
                                  int                  height,
                                  int                  width,
                                  const SpadeBox      *rect,
                                  uint32_t            *out_index,
                                  SpadeNeighbourhoods *out);
// Gives the dictionary another serial: what was made of its patches is of no use any
// more.
void spade_dictionary_rename (SpadeDictionary *dictionary);
// Describes the dictionary as it is now; leaves out->index alone.
void spade_dictionary_refresh (const SpadeDictionary *dictionary,
                               SpadeNeighbourhoods   *out);
