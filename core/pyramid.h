// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The segmentation pyramid: the map as symbols (class id and edge bit) at
// every level of a plan, nearest neighbour, each with its neighbourhoods where
// the backend wants them.

#pragma once

#include "backend.h"
#include "include/spade-map.h"

typedef struct
{
  int        n_levels;
  SpadeLevel levels[SPADE_MAX_LEVELS]; // owned
} SpadePyramid;

// Gives the pyramid of a map at plan's render size. plan->edge_channel decides
// whether edges are looked for. NULL where there is no memory.
SpadePyramid *spade_pyramid_new (const SpadePlan *plan,
                                 const SpadeMap  *map,
                                 gboolean         with_neighbourhoods);
// Finds the neighbourhoods of the levels that plan's SPADE steps have where they are
// missing; FALSE where there is no memory.
gboolean      spade_pyramid_number (SpadePyramid    *pyramid,
                                    const SpadePlan *plan);
// Gives its neighbourhoods other serials, where they are there.
void          spade_pyramid_rename_numbers (SpadePyramid *pyramid);
// Takes the neighbourhoods away, and leaves the symbols.
void          spade_pyramid_drop_numbers (SpadePyramid *pyramid);
// Gives the distinct patches that a level may well have, by the length of its
// contours; has_edge: its symbols have edges.
double        spade_pyramid_expect_patches (const SpadePyramid *pyramid,
                                            int                 level,
                                            gboolean            has_edge);
// Gives the symbols of a window of a level, [window]; the caller frees. NULL
// where there is no memory.
uint16_t     *spade_pyramid_cut (const SpadePyramid *pyramid,
                                 int                 level,
                                 const SpadeBox     *window);
void          spade_pyramid_free (SpadePyramid *pyramid);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpadePyramid, spade_pyramid_free)

// Marks, in [height, width] bytes of 0 or 1, the pixels that differ from their
// left, right, upper or lower neighbour in instances, or where that is NULL in
// ids.
void spade_map_find_edges (const SpadeMap *map, guint8 *out_edges);
