// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The dictionaries of a pyramid's levels, which outlive a map: windows and later maps
// add to them, so that gamma and beta of a patch are computed once. One that has grown
// too large is thrown away and begun again.

#pragma once

#include "neighbourhood-build.h"
#include "pyramid.h"

typedef struct
{
  SpadeDictionary    *dictionaries[SPADE_MAX_LEVELS];
  guint32             limits[SPADE_MAX_LEVELS]; // patches, then a new one is begun
  SpadeLevel          levels[SPADE_MAX_LEVELS]; // of a whole map
  SpadeNeighbourhoods numbers[SPADE_MAX_LEVELS];
  gboolean            is_whole; // these are of the map
} SpadeLevelNumbers;

// Numbers a window of a level, which is [window] in index, and describes the dictionary;
// a new one may have room patches, and some in any case, or where that is G_MAXUINT32
// twice those of the first whole map. FALSE where there is no memory:
// then all is dropped.
gboolean spade_level_numbers_add (SpadeLevelNumbers   *self,
                                  const SpadePlan     *plan,
                                  const SpadePyramid  *pyramid,
                                  int                  level,
                                  guint32              room,
                                  const SpadeBox      *window,
                                  guint32             *index,
                                  SpadeNeighbourhoods *out);
// Gives the levels of a whole map, numbered where plan's SPADE steps need it, with what
// is known of its patches where that is not too much; until the next call. room: by
// level, as above. NULL where there is no memory.
const SpadeLevel *spade_level_numbers_whole (SpadeLevelNumbers  *self,
                                             const SpadePlan    *plan,
                                             const SpadePyramid *pyramid,
                                             const guint32      *room);
// Gives the dictionaries other serials (spade_dictionary_rename()).
void spade_level_numbers_rename (SpadeLevelNumbers *self);
void spade_level_numbers_drop (SpadeLevelNumbers *self);
