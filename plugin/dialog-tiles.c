// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The tiles of the page Variations: as small as the model can make them. One
// that keeps its seed shows its old picture until the new one is there.

#include "dialog-tiles.h"

#define TILE_SIDE 192

static void
on_picture (SpadeDialogTiles *tiles,
            int               i,
            GdkPixbuf        *picture)
{
  spade_variations_grid_set_picture (tiles->grid, i, picture);
}

void
spade_dialog_tiles_init (SpadeDialogTiles    *tiles,
                         SpadeVariationsGrid *grid,
                         int                  delay_ms)
{
  tiles->grid = grid;
  tiles->worker = spade_render_worker_new (delay_ms);
  g_signal_connect_swapped (tiles->worker, "picture", G_CALLBACK (on_picture),
                            tiles);
}

void
spade_dialog_tiles_clear (SpadeDialogTiles *tiles)
{
  g_clear_object (&tiles->worker);
}

void
spade_dialog_tiles_submit (SpadeDialogTiles        *tiles,
                           const SpadeDialogSource *source,
                           const SpadeRequest      *request,
                           int                      height,
                           int                      width)
{
  int    seeds[SPADE_VARIATIONS_MAX];
  int    step = spade_model_get_granularity (source->model);
  double scale = MIN (1.0, (double) TILE_SIDE / MAX (height, width));
  SpadeRenderRequest *render;

  if (!tiles->are_shown)
    return;
  height = MAX (step, (int) (height * scale / step + 0.5) * step);
  width = MAX (step, (int) (width * scale / step + 0.5) * step);
  render = spade_dialog_source_new_render (source, request, height, width,
                                           NULL);
  if (render == NULL)
    return;
  render->wants_floats = FALSE; // they are only looked at
  render->n_seeds = spade_variations_grid_get_seeds (tiles->grid, seeds);
  for (int i = 0; i < render->n_seeds; i++)
    {
      if (seeds[i] != tiles->seeds[i])
        spade_variations_grid_set_picture (tiles->grid, i, NULL);
      tiles->seeds[i] = seeds[i];
      render->seeds[i] = (guint64) seeds[i];
    }
  spade_render_worker_submit (tiles->worker, render);
}
