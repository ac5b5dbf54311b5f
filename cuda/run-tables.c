// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The tables of a run's steps: room for them, and memory while they are made. A map's
// are made before its first step, in the arena, which has no values then.

#include "run-step.h"

static const SpadeNeighbourhoods *
get_neighbourhoods (SpadeRun *run, int i)
{
  return &run->levels[run->plan->steps[i].level].neighbourhoods;
}

// Makes room for the rows of step i's tables. A map shows one neighbourhood for each pixel
// at most; of what windows bring nothing is known.
static bool
reserve_rows (SpadeRun *run, int i, SpadeFailure *failure)
{
  const SpadePlan *plan = run->plan;
  int     level = plan->steps[i].level;
  int64_t n_pixels = (int64_t) plan->level_height[level] * plan->level_width[level];

  return spade_tables_reserve (run->tables[i], run->engine,
                               get_neighbourhoods (run, i),
                               run->is_window ? INT32_MAX : n_pixels, failure);
}

// Memory for making tables. NULL with failure. has_values: as spade_run_make_tables().
static void *
reserve_scratch (SpadeRun *run, size_t size, bool has_values,
                 SpadeFailure *failure)
{
  if (!has_values && size <= run->arena.size)
    return run->arena.data;
  return spade_tables_reserve_scratch (run->engine, size, failure)
             ? run->engine->scratch.data
             : NULL;
}

bool
spade_run_reserve_tables (SpadeRun *run, SpadeFailure *failure)
{
  size_t size, most = 0;

  for (int i = 0; i < run->plan->n_steps; i++)
    if (run->tables[i] != NULL)
      {
        if (!reserve_rows (run, i, failure)
            || !spade_tables_get_scratch (run->tables[i], run->engine,
                                          get_neighbourhoods (run, i), &size,
                                          failure))
          return false;
        most = size > most ? size : most;
      }
  return most == 0
         || reserve_scratch (run, most, run->is_window, failure) != NULL;
}

bool
spade_run_make_tables (SpadeRun *run, int i, bool has_values, SpadeFailure *failure)
{
  const SpadeNeighbourhoods *all;
  size_t                     size;
  void                      *scratch;

  if (run->tables[i] == NULL)
    return true;
  all = get_neighbourhoods (run, i);
  if (!reserve_rows (run, i, failure))
    return false;
  if (spade_tables_are_made (run->tables[i], all))
    return true;
  if (!spade_tables_get_scratch (run->tables[i], run->engine, all, &size, failure))
    return false;
  scratch = reserve_scratch (run, size, has_values, failure);
  return scratch != NULL
         && spade_tables_make (run->tables[i], run->engine, all,
                               spade_run_get_z_sums (run, i), scratch, failure);
}
