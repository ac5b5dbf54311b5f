// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// How a patchwork divides its work: which values are whole in memory, how large
// tiles are, and which windows a tile takes. The values of the coarse levels
// are small; the chain from the last whole one to the picture is the long one.

#include "patchwork-private.h"

// Shares of the memory: tables, and what goes unaccounted for.
#define TABLES_SHARE 0.1
#define SLACK_SHARE 0.1
// Of what is left beside the values between chains, the share that a window's
// own values may take; the rest is for copies between stages and products.
#define ARENA_SHARE 0.7
// A patchwork that keeps takes no more than this for it.
#define KEPT_SHARE 0.4
#define MOST_KEPT (512.0 * 1024 * 1024)
#define LEAST_TILE 64

gsize
spade_patchwork_pixel_size (const SpadePatchwork *self, int stage)
{
  const SpadePlan *plan = self->options.plan;
  int value = plan->stages[stage].dst;

  return (gsize) plan->values[value].channels
         * (spade_plan_find_output (plan, value) >= 0
                ? sizeof (float)
                : self->options.backend->windows->element_size (
                    self->options.engine));
}

static double
stage_size (const SpadePatchwork *self, int stage)
{
  SpadeBox whole = spade_window_whole (self->options.plan, stage);

  return spade_box_area (&whole)
         * (double) spade_patchwork_pixel_size (self, stage);
}

void
spade_patchwork_find_windows (const SpadePatchwork *self,
                              const SpadeChain *chain, const SpadeBox *wanted,
                              SpadeChainWindows *out)
{
  const SpadePlan *plan = self->options.plan;
  SpadeBox         result = *wanted;

  for (int s = chain->last; s >= chain->first; s--)
    {
      out->results[s] = result;
      out->windows[s] = spade_window_around (&self->windows, s, &result);
      result = spade_window_source (plan, s, &out->windows[s]);
    }
}

// Gives the length of the tiles, at most most, that n pixels are cut into:
// about the same for all.
static int
tile_length (int n, int most)
{
  int n_tiles = (n + most - 1) / most;

  return n_tiles <= 1 ? MAX (n, 1) : ((n + n_tiles - 1) / n_tiles + 7) / 8 * 8;
}

gboolean
spade_patchwork_each_tile (const SpadeChain *chain, const SpadeBox *wanted,
                           SpadeTileFunc func, gpointer user_data)
{
  int height = tile_length (spade_box_height (wanted), chain->tile);
  int width = tile_length (spade_box_width (wanted), chain->tile);

  for (int top = wanted->top; top < wanted->bottom; top += height)
    for (int left = wanted->left; left < wanted->right; left += width)
      {
        SpadeBox tile = { top, left, MIN (top + height, wanted->bottom),
                          MIN (left + width, wanted->right) };

        if (!func (&tile, user_data))
          return FALSE;
      }
  return TRUE;
}

// Gives the bytes of the values of a chain's largest run, for a tile in the
// middle of the picture.
static double
tile_size (const SpadePatchwork *self, const SpadeChain *chain, int side)
{
  const SpadePlan  *plan = self->options.plan;
  SpadeBox          whole = spade_window_whole (plan, chain->last);
  SpadeBox          tile;
  SpadeChainWindows all;
  double            most = 0;

  tile.top = MAX (whole.bottom - side, 0) / 16 * 8;
  tile.left = MAX (whole.right - side, 0) / 16 * 8;
  tile.bottom = MIN (tile.top + side, whole.bottom);
  tile.right = MIN (tile.left + side, whole.right);
  spade_patchwork_find_windows (self, chain, &tile, &all);
  for (int s = chain->first; s <= chain->last; s++)
    {
      g_autoptr (SpadePlan) cut
          = spade_plan_cut (plan, s, spade_box_height (&all.windows[s]),
                            spade_box_width (&all.windows[s]));

      most = MAX (most, (double) cut->arena_size);
    }
  return most
         * (double) self->options.backend->windows->element_size (
             self->options.engine);
}

double
spade_patchwork_largest_run (const SpadePatchwork *self)
{
  double most = 0;

  for (int i = 0; i < self->n_chains; i++)
    most = MAX (most, tile_size (self, &self->chains[i],
                                 self->chains[i].tile));
  return most;
}

// Gives what a run's values may take where kept bytes are held beside it: the
// kept ones, and copies of a run's, lie in the host's memory in any case.
static double
run_limit (const SpadePatchwork *self, double kept)
{
  double share = 1 - TABLES_SHARE - SLACK_SHARE;
  double host = ((double) self->options.memory * share - kept) * ARENA_SHARE;
  double device = (double) self->options.device_memory * share * ARENA_SHARE;

  return device > 0 ? MIN (host, device) : host;
}

// Finds the largest tiles, the whole or 64, 96, 128, 192 ... pixels, that limit
// allows; FALSE when not even the smallest do.
static gboolean
choose_tile (const SpadePatchwork *self, SpadeChain *chain, double limit)
{
  SpadeBox whole = spade_window_whole (self->options.plan, chain->last);
  int      side = MAX (whole.bottom, whole.right);

  chain->tile = side;
  if (tile_size (self, chain, side) <= limit)
    return TRUE;
  chain->tile = LEAST_TILE;
  if (tile_size (self, chain, LEAST_TILE) > limit)
    return FALSE;
  for (int tile = LEAST_TILE; tile < side; tile *= 2)
    {
      if (tile_size (self, chain, tile) <= limit)
        chain->tile = tile;
      if (tile_size (self, chain, tile / 2 * 3) <= limit)
        chain->tile = tile / 2 * 3;
    }
  return TRUE;
}

// Divides so that the first n_single stages are chains of their own; FALSE when
// that takes too much memory.
static gboolean
divide_at (SpadePatchwork *self, int n_single)
{
  int      n_stages = self->options.plan->n_stages;
  double   kept = 0; // while the chain runs
  gboolean does_fit = TRUE;

  self->n_chains = 0;
  for (int s = 0; s <= n_single; s++)
    {
      SpadeChain *chain = &self->chains[self->n_chains++];

      *chain = (SpadeChain){ .first = s,
                             .last = s < n_single ? s : n_stages - 1 };
      if (s > 0)
        chain->source = spade_window_whole (self->options.plan, s - 1);
      if (s < n_single)
        kept += stage_size (self, s);
      does_fit = choose_tile (self, chain, run_limit (self, kept))
                 && does_fit;
      if (!self->options.keeps && s > 0)
        kept -= stage_size (self, s - 1);
    }
  return does_fit;
}

// The most stages whose values may be kept.
static int
count_kept (const SpadePatchwork *self)
{
  double limit = MIN ((double) self->options.memory * KEPT_SHARE, MOST_KEPT);
  int    n = 0;

  for (; n + 1 < self->options.plan->n_stages; n++)
    {
      limit -= stage_size (self, n);
      if (limit < 0)
        break;
    }
  return n;
}

void
spade_patchwork_divide (SpadePatchwork *self)
{
  int    n_stages = self->options.plan->n_stages;
  int    best = 0;
  double least = G_MAXDOUBLE;

  self->tables_memory = (gsize) (
      (double) (self->options.device_memory > 0 ? self->options.device_memory
                                                : self->options.memory)
      * TABLES_SHARE);
  if (self->options.keeps)
    {
      divide_at (self, count_kept (self));
      return;
    }
  // The division that is least work; where none fits, the one with most tiles.
  self->map[0] = spade_window_whole (self->options.plan, 0);
  for (int n = 0; n < n_stages; n++)
    {
      double work;

      if (!divide_at (self, n))
        continue;
      work = spade_patchwork_estimate (self);
      if (work < least)
        {
          least = work;
          best = n;
        }
    }
  divide_at (self, best);
}
