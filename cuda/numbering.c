// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Windows of symbols are numbered first, then windows of these numbers. How many
// there are says how much memory their rows take, so we wait for that, twice.

#include "numbering.h"

#include "index.h"
#include "place.h"
#include "transfer.h"

bool
spade_level_reserve (SpadeEngine *engine, SpadePlace *place, size_t size,
                     bool *out_moved, SpadeFailure *failure)
{
  if (size <= place->size)
    return true;
  *out_moved = true;
  return spade_place_reserve (engine, place, size + size / 8, "the map",
                              failure);
}

// Gives n rounded up to whole spans.
static int64_t
round_up (int64_t n)
{
  return spade_index_blocks (n, SPADE_NUMBER_SPAN) * SPADE_NUMBER_SPAN;
}

// The table's entries: 1.4 times the pixels at least, so that searches are short
// even where no two windows are the same.
static uint32_t
get_mask (int64_t n)
{
  uint32_t mask = 1023;

  while ((double) mask < 1.4 * (double) n)
    mask = mask * 2 + 1;
  return mask;
}

// Lays out n levels; gives the numbers, of 4 bytes, that its arrays have together.
// scratch: where these lie, or NULL. numbers: where the numbers of windows of symbols
// go, one for each pixel of all levels.
static size_t
lay_out (SpadeNumbering *self, const SpadeLevel *from, int n, uint32_t *scratch,
         uint32_t **numbers)
{
  size_t table, pixels, sums;

  for (int i = 0; i < n; i++)
    {
      SpadeNumberLevel *level = &self->levels[i];

      level->height = from[i].height;
      level->width = from[i].width;
      level->first = (uint32_t) self->n;
      self->n += round_up ((int64_t) level->height * level->width);
    }
  self->n += SPADE_NUMBER_SPAN;
  self->n_levels = n;
  self->mask = get_mask (self->n);
  table = (size_t) self->mask + 1;
  pixels = (size_t) self->n;
  sums = (size_t) spade_kernel_sum_size (self->n / SPADE_NUMBER_SPAN);
  if (scratch != NULL)
    {
      self->table = scratch;
      self->found = self->table + table;
      *numbers = self->found + pixels;
      self->sums = *numbers + pixels;
      self->totals = self->sums + sums;
    }
  return table + 2 * pixels + sums + SPADE_MAX_LEVELS;
}

size_t
spade_number_levels_scratch (const SpadeLevel *from, int n)
{
  SpadeNumbering self = { 0 };

  return lay_out (&self, from, n, NULL, NULL) * sizeof (uint32_t);
}

// Finds the windows of all grids; totals are the host's.
static bool
find_windows (const SpadeNumbering *self, SpadeEngine *engine, uint32_t *totals,
              SpadeFailure *failure)
{
  size_t size = (size_t) self->n_levels * sizeof *totals;

  if (!spade_gpu_clear (engine->gpu, self->table,
                        ((size_t) self->mask + 1) * sizeof (uint32_t), failure))
    return false;
  spade_kernel_find_windows (spade_gpu_stream (engine->gpu), self);
  return spade_gpu_check_launch (engine->gpu, "numbering the map", failure)
         && spade_engine_fetch (engine, totals, size, self->totals, size, size,
                                1, failure);
}

// Numbers the windows of all grids. places: by level, where their rows go; counts: how
// many these are.
static bool
number_windows (SpadeNumbering *self, SpadeEngine *engine,
                SpadePlace *const *places, uint32_t *counts, bool *out_moved,
                SpadeFailure *failure)
{
  size_t row = (size_t) self->kernel * (size_t) self->kernel
               * (self->is_shared ? sizeof (uint16_t) : sizeof (uint32_t));

  if (!find_windows (self, engine, counts, failure))
    return false;
  for (int i = 0; i < self->n_levels; i++)
    {
      counts[i] += self->is_shared; // what is beyond the border
      if (!spade_level_reserve (engine, places[i], counts[i] * row, out_moved,
                                failure))
        return false;
      self->levels[i].windows = places[i]->data;
    }
  spade_kernel_number_windows (spade_gpu_stream (engine->gpu), self);
  return spade_gpu_check_launch (engine->gpu, "numbering the map", failure);
}

bool
spade_number_levels (SpadeEngine *engine, Level *levels, const SpadeLevel *from,
                     int n, int kernel, void *scratch, bool *out_moved,
                     SpadeFailure *failure)
{
  SpadeNumbering self = { .kernel = kernel, .is_shared = true };
  SpadePlace    *places[SPADE_MAX_LEVELS] = { NULL };
  uint32_t      *numbers = NULL, counts[SPADE_MAX_LEVELS];

  lay_out (&self, from, n, scratch, &numbers);
  for (int i = 0; i < n; i++)
    {
      places[i] = &levels[i].shared_symbols;
      self.levels[i].grid = levels[i].symbols.data;
      self.levels[i].numbers = numbers + self.levels[i].first;
    }
  if (!number_windows (&self, engine, places, counts, out_moved, failure))
    return false;
  self.is_shared = false;
  for (int i = 0; i < n; i++)
    {
      SpadeNeighbourhoods *all = &levels[i].neighbourhoods;
      size_t pixels = (size_t) from[i].height * (size_t) from[i].width;

      all->kernel = kernel;
      all->n_shared = counts[i];
      all->shared_symbols = places[i]->data;
      if (!spade_level_reserve (engine, &levels[i].index,
                                pixels * sizeof (uint32_t), out_moved, failure))
        return false;
      places[i] = &levels[i].patch_rows;
      self.levels[i].grid = self.levels[i].numbers;
      self.levels[i].numbers = levels[i].index.data;
    }
  if (!number_windows (&self, engine, places, counts, out_moved, failure))
    return false;
  for (int i = 0; i < n; i++)
    {
      SpadeNeighbourhoods *all = &levels[i].neighbourhoods;

      all->n_patches = counts[i];
      all->patch_rows = places[i]->data;
      all->index = levels[i].index.data;
    }
  return true;
}
