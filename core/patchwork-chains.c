// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// How a patchwork divides its work: which values are whole in memory, how large
// tiles are, and which windows a tile takes. The values of the coarse levels
// are small; the chain from the last whole one to the picture is the long one.

#include "patchwork-private.h"

// Of what is left beside the values between chains, the share that tables may
// take; and of what is left then, the share that goes unaccounted for.
#define TABLES_SHARE 0.4
#define SLACK_SHARE 0.05
// A map's distinct patches lie along its contours, which grow with its side:
// about this many per pixel of height or width, 25 on maps of real photographs.
#define PATCHES_PER_SIDE 32
// Maps of noise, and dithered ones, have more (SpadePatchwork.density).
// Of the smaller patches that these are made of, for which tables are made first,
// there are so many times fewer, where patches are not dense.
#define PATCHES_PER_ROW 2.0
// Tables grow by some rows more than they need.
#define TABLES_GROWTH 1.125
// Bytes that are the window's besides: of a pixel, symbols and numbers; of the
// picture's.
#define INDEX_BYTES 14
#define OUTPUT_BYTES 12
// A patchwork that keeps takes no more than this for it.
#define KEPT_SHARE 0.4
#define MOST_KEPT (512.0 * 1024 * 1024)
#define LEAST_TILE 64
// At most so much more work, in whole renders, is done to stay within the memory.
#define WORK_BEYOND 4

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

gsize
spade_patchwork_side_size (const SpadePatchwork *self, int stage)
{
  const SpadePlan *plan = self->options.plan;
  int side = plan->stages[stage].side_dst;

  return side >= 0 ? (gsize) plan->values[side].channels
                         * self->options.backend->windows->element_size (
                             self->options.engine)
                   : 0;
}

// The same of both.
static double
pixel_size (const SpadePatchwork *self, int stage)
{
  return (double) (spade_patchwork_pixel_size (self, stage)
                   + spade_patchwork_side_size (self, stage));
}

static double
stage_size (const SpadePatchwork *self, int stage)
{
  SpadeBox whole = spade_window_whole (self->options.plan, stage);

  return spade_box_area (&whole) * pixel_size (self, stage);
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

// Gives the distinct patches that so many pixels of a map may well have.
static double
expect_patches (double density, double height, double width)
{
  return MIN (height * width, PATCHES_PER_SIDE * density * (height + width));
}

double
spade_patchwork_find_density (const SpadePatchwork *self, int number)
{
  const SpadeLevel *level = &self->pyramid->levels[number];
  double n = spade_pyramid_expect_patches (
      self->pyramid, number, self->options.plan->edge_channel >= 0);

  return MAX (1, n / (PATCHES_PER_SIDE * (level->height + level->width)));
}

// Gives the bytes that the steps of a plan need for a while; levels may be NULL.
static double
scratch_size (const SpadePatchwork *self, const SpadePlan *plan,
              const SpadeLevel *levels)
{
  const SpadeWindowing *windows = self->options.backend->windows;

  return windows->scratch_size != NULL
             ? (double) windows->scratch_size (self->options.engine, plan,
                                               levels)
             : 0;
}

// The same of a chain's stages as far as it does not depend on the map, for the
// whole picture.
static double
chain_scratch_size (const SpadePatchwork *self, const SpadeChain *chain)
{
  const SpadePlan  *plan = self->options.plan;
  const SpadeStage *last = &plan->stages[chain->last];
  int               first = plan->stages[chain->first].first_step;
  SpadePlan         part = *plan;

  part.steps = plan->steps + first;
  part.n_steps = last->first_step + last->n_steps - first;
  return scratch_size (self, &part, NULL);
}

// The same of a window of a level, all whose patches are new, and which has as
// many as it may well have.
static double
window_scratch_size (const SpadePatchwork *self, const SpadePlan *cut,
                     int level, const SpadeBox *window)
{
  guint32             n = (guint32) expect_patches (self->density[level],
                                                    spade_box_height (window),
                                                    spade_box_width (window));
  double              per_row = MAX (PATCHES_PER_ROW / self->density[level], 1);
  SpadeNeighbourhoods numbers = { .kernel = cut->kernel, .n_patches = n,
                                  .n_shared = (guint32) (n / per_row) };
  SpadeLevel          levels[SPADE_MAX_LEVELS] = { 0 };

  levels[level].neighbourhoods = &numbers;
  return scratch_size (self, cut, levels);
}

// Gives the bytes of a stage's tables for a window of a dense map beyond those that
// there is room for: a window's tables are there at once.
static double
crowd_size (const SpadePatchwork *self, int stage, const SpadeBox *window)
{
  const SpadePlan *plan = self->options.plan;
  int    level = plan->stages[stage].level;
  double height = spade_box_height (window), width = spade_box_width (window);
  double room = MAX (self->room[level], expect_patches (1, height, width));
  double n = expect_patches (self->density[level], height, width);

  return MAX (0, n - room) * TABLES_GROWTH
         * (double) spade_patchwork_row_size (plan, stage);
}

// Gives the bytes of the largest window that a chain's tile takes in the middle
// of the picture: its values, what it reads and gives, its numbers, what its steps
// need for a while, and tables of which there are more than in most maps.
static double
tile_size (const SpadePatchwork *self, const SpadeChain *chain, int side)
{
  const SpadePlan  *plan = self->options.plan;
  SpadeBox          whole = spade_window_whole (plan, chain->last);
  SpadeBox          tile;
  SpadeChainWindows all;
  double            arena = 0, besides = 0, scratch = 0, crowds = 0;

  tile.top = MAX (whole.bottom - side, 0) / 16 * 8;
  tile.left = MAX (whole.right - side, 0) / 16 * 8;
  tile.bottom = MIN (tile.top + side, whole.bottom);
  tile.right = MIN (tile.left + side, whole.right);
  spade_patchwork_find_windows (self, chain, &tile, &all);
  for (int s = chain->first; s <= chain->last; s++)
    {
      double area = spade_box_area (&all.windows[s]);
      double copies = spade_box_area (&all.results[s]) * pixel_size (self, s);
      g_autoptr (SpadePlan) cut
          = spade_plan_cut (plan, s, spade_box_height (&all.windows[s]),
                            spade_box_width (&all.windows[s]));

      if (s > chain->first)
        copies += spade_box_area (&all.results[s - 1])
                  * pixel_size (self, s - 1);
      arena = MAX (arena, (double) cut->arena_size);
      crowds += crowd_size (self, s, &all.windows[s]);
      besides = MAX (besides, copies + area * (INDEX_BYTES + OUTPUT_BYTES));
      scratch = MAX (scratch,
                     window_scratch_size (self, cut, plan->stages[s].level,
                                          &all.windows[s]));
    }
  return besides + scratch + crowds
         + arena
               * (double) self->options.backend->windows->element_size (
                   self->options.engine);
}

// Gives the distinct patches that a level of a map may well have.
static double
expect_in_level (const SpadePatchwork *self, int level)
{
  const SpadePlan *plan = self->options.plan;

  return expect_patches (self->density[level], plan->level_height[level],
                         plan->level_width[level]);
}

// Gives the bytes of a chain's tables. The patches that there are room for go
// into room, where they are fewer than there.
static double
count_tables (SpadePatchwork *self, const SpadeChain *chain, double most)
{
  const SpadePlan *plan = self->options.plan;
  double           size = 0, share;

  for (int s = chain->first; s <= chain->last; s++)
    size += TABLES_GROWTH * expect_in_level (self, plan->stages[s].level)
            * (double) spade_patchwork_row_size (plan, s);
  share = MIN (1, most / MAX (size, 1));
  for (int s = chain->first; s <= chain->last; s++)
    {
      int     level = plan->stages[s].level;
      guint32 limit = (guint32) (share * expect_in_level (self, level));

      self->room[level] = MIN (self->room[level], limit);
    }
  return size * share;
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

// The bytes that are left for runs: in the host's memory, where kept values and
// copies of a run's lie in any case, and in the device's own if it has some. Runs
// and tables lie in the latter.
typedef struct
{
  gboolean has_device;
  double   host, device;
} Room;

// What the steps need in any case is nothing that tables may have a share of.
static void
take_tables (SpadePatchwork *self, Room *room, const SpadeChain *chain)
{
  double *left = room->has_device ? &room->device : &room->host;
  double  most = MAX (*left - chain_scratch_size (self, chain), 0);

  *left -= count_tables (self, chain, most * TABLES_SHARE);
}

// Finds the largest tiles, the whole or 64, 96, 128, 192 ... pixels, that limit
// allows. Gives the bytes that the smallest take beyond it, or 0.
static double
choose_tile (const SpadePatchwork *self, SpadeChain *chain, double limit)
{
  SpadeBox whole = spade_window_whole (self->options.plan, chain->last);
  int      side = MAX (whole.bottom, whole.right);

  chain->tile = side;
  if (tile_size (self, chain, side) <= limit)
    return 0;
  chain->tile = LEAST_TILE;
  if (tile_size (self, chain, LEAST_TILE) > limit)
    return tile_size (self, chain, LEAST_TILE) - limit;
  for (int tile = LEAST_TILE; tile < side; tile *= 2)
    {
      if (tile_size (self, chain, tile) <= limit)
        chain->tile = tile;
      if (tile_size (self, chain, tile / 2 * 3) <= limit)
        chain->tile = tile / 2 * 3;
    }
  return 0;
}

// Divides so that the first n_single stages are chains of their own. Gives the
// bytes that this takes beyond what it may, or 0. One that keeps keeps all tables,
// else each chain's go with it.
static double
divide_at (SpadePatchwork *self, int n_single)
{
  const SpadePlan *plan = self->options.plan;
  int        n_stages = plan->n_stages;
  SpadeChain all = { .first = 0, .last = n_stages - 1 };
  double     share = 1 - SLACK_SHARE;
  Room       room = { self->options.device_memory > 0,
                      (double) self->options.memory * share,
                      (double) self->options.device_memory * share };
  double     beyond = 0;

  for (int i = 0; i < SPADE_MAX_LEVELS; i++)
    self->room[i] = G_MAXUINT32 / 2;
  self->n_chains = 0;
  if (self->options.keeps)
    {
      take_tables (self, &room, &all);
      room.host -= stage_size (self, n_stages - 1); // the picture
    }
  for (int s = 0; s <= n_single; s++)
    {
      SpadeChain *chain = &self->chains[self->n_chains++];
      Room        left;

      *chain = (SpadeChain){ .first = s,
                             .last = s < n_single ? s : n_stages - 1 };
      if (s > 0)
        chain->source = spade_window_whole (plan, s - 1);
      if (s < n_single)
        room.host -= stage_size (self, s); // kept while the next chain runs
      left = room;
      if (!self->options.keeps)
        take_tables (self, &left, chain);
      beyond = MAX (beyond, choose_tile (self, chain,
                                         left.has_device
                                             ? MIN (left.host, left.device)
                                             : left.host));
      if (!self->options.keeps && s > 0)
        room.host += stage_size (self, s - 1);
    }
  return beyond;
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
  double memory = (double) MAX (self->options.memory, 1);

  if (self->options.keeps)
    {
      divide_at (self, count_kept (self));
      return;
    }
  // The division that is least work. Where memory is too small for all of them
  // a little more of it goes before many times the work.
  self->map[0] = spade_window_whole (self->options.plan, 0);
  for (int n = 0; n < n_stages; n++)
    {
      double beyond = divide_at (self, n) / memory;
      double cost = spade_patchwork_estimate (self) * (1 + beyond);

      if (beyond > 0)
        cost += WORK_BEYOND;
      if (cost < least)
        {
          least = cost;
          best = n;
        }
    }
  divide_at (self, best);
}
