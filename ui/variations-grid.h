// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A few small results of different seeds; the one that is chosen sets the
// seed.
//
// Property "seed" (int, read and write): the seed that is chosen. When it is
// set to one that no tile shows, the tiles start anew from it. Property
// "n-tiles" (int, read and write): 4 or 9. Signal "changed": the seeds of the
// tiles are others now; their pictures are gone.

#pragma once

#include <gtk/gtk.h>

#define SPADE_TYPE_VARIATIONS_GRID (spade_variations_grid_get_type ())
G_DECLARE_FINAL_TYPE (SpadeVariationsGrid, spade_variations_grid, SPADE,
                      VARIATIONS_GRID, GtkBox)

#define SPADE_VARIATIONS_MAX 9

GtkWidget *spade_variations_grid_new (void);

// Gives the seeds of the tiles, the first is where they started; returns how
// many.
int spade_variations_grid_get_seeds (SpadeVariationsGrid *grid,
                                     int                  out_seeds[SPADE_VARIATIONS_MAX]);

// Sets the picture of tile i, or NULL for none yet; a reference is taken.
void spade_variations_grid_set_picture (SpadeVariationsGrid *grid,
                                        int                  i,
                                        GdkPixbuf           *picture);

// Sets width / height of what the tiles show; 0: that of their pictures.
void spade_variations_grid_set_aspect (SpadeVariationsGrid *grid,
                                       double               aspect);

int  spade_variations_grid_get_seed (SpadeVariationsGrid *grid);
void spade_variations_grid_set_seed (SpadeVariationsGrid *grid,
                                     int                  seed);
void spade_variations_grid_set_n_tiles (SpadeVariationsGrid *grid,
                                        int                  n_tiles);

// Says why there are no variations, or NULL: the tiles are then disabled.
void spade_variations_grid_set_reason (SpadeVariationsGrid *grid,
                                       const char          *reason);
