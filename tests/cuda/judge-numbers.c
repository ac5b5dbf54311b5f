// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The neighbourhoods that the GPU makes against core's, which the cases bring
// along: not only the same windows, but the same numbers.

#include "../../cuda/numbering.h"
#include "../../cuda/place.h"
#include "../../cuda/run.h"
#include "../../cuda/transfer.h"
#include "judge.h"
#ifdef SPADE_EMULATED
#include "emulated-control.h"
#endif

// Whether data on the GPU is what is wanted.
static bool
is_there (SpadeEngine *engine, const void *data, const void *wanted, size_t size,
          SpadeFailure *failure)
{
  void *got = malloc (size);
  bool  is_same;

  if (got == NULL)
    abort ();
  is_same = spade_engine_fetch (engine, got, size, data, size, size, 1, failure)
            && memcmp (got, wanted, size) == 0;
  free (got);
  return is_same;
}

// Gives what is another thing in a level, or NULL.
static const char *
compare_level (SpadeEngine *engine, const SpadeNeighbourhoods *got,
               const SpadeLevel *wanted, SpadeFailure *failure)
{
  const SpadeNeighbourhoods *all = wanted->neighbourhoods;
  size_t n_taps = (size_t) all->kernel * (size_t) all->kernel;
  size_t n = (size_t) wanted->height * (size_t) wanted->width;

  if (got->kernel != all->kernel)
    return "another kernel";
  if (got->n_shared != all->n_shared)
    return "another number of windows of symbols";
  if (got->n_patches != all->n_patches)
    return "another number of patches";
  if (!is_there (engine, got->shared_symbols, all->shared_symbols,
                 all->n_shared * n_taps * sizeof *all->shared_symbols, failure))
    return "other windows of symbols";
  if (!is_there (engine, got->patch_rows, all->patch_rows,
                 all->n_patches * n_taps * sizeof *all->patch_rows, failure))
    return "other patches";
  return is_there (engine, got->index, all->index, n * sizeof *all->index,
                   failure)
             ? NULL
             : "another index";
}

// Sends the symbols of the case's map.
static bool
send_levels (const Case *on, SpadeEngine *engine, Level *levels,
             SpadeFailure *failure)
{
  bool is_moved;

  for (int i = 0; i < on->plan.n_levels; i++)
    {
      const SpadeLevel *from = &on->levels[i];
      SpadePlace       *place = &levels[i].symbols;
      size_t size = (size_t) from->height * (size_t) from->width
                    * sizeof *from->symbols;

      if (!spade_level_reserve (engine, place, size, &is_moved, failure)
          || !spade_gpu_upload (engine->gpu, place->data, from->symbols, size,
                                failure))
        return false;
    }
  return true;
}

// Numbers the levels that are there, and gives what is wrong, or NULL.
static const char *
number (const Case *on, SpadeEngine *engine, Level *levels, bool will_move,
        SpadeFailure *failure)
{
  const char *problem = NULL;
  bool        is_moved = false;
  int         n = on->plan.n_levels;

  if (!spade_engine_reserve_scratch (
          engine, spade_number_levels_scratch (on->levels, n), failure)
      || !spade_number_levels (engine, levels, on->levels, n, on->plan.kernel,
                               engine->scratch.data, &is_moved, failure))
    return "numbering";
  for (int i = 0; problem == NULL && i < on->plan.n_levels; i++)
    problem = compare_level (engine, &levels[i].neighbourhoods, &on->levels[i],
                             failure);
  if (problem == NULL && is_moved != will_move)
    problem = "places move as they should not";
  return problem;
}

void
test_numbers (const Case *on)
{
  Level        levels[SPADE_MAX_LEVELS] = { 0 };
  Side         gpu;
  SpadeFailure failure = { 0 };
  char         problem[512] = "";
  const char  *words = NULL;

  CHECK (side_open (&gpu, cuda, on, SPADE_DTYPE_F32, &failure), "opening");
  CHECK (send_levels (on, gpu.engine, levels, &failure), "sending the map");
  if (*problem == '\0')
    words = number (on, gpu.engine, levels, true, &failure);
  CHECK (words == NULL, words);
  // Once more, where the first one's results lie, and in another order.
#ifdef SPADE_EMULATED
  spade_emulated_goes_backwards = true;
#endif
  if (*problem == '\0')
    words = number (on, gpu.engine, levels, false, &failure);
#ifdef SPADE_EMULATED
  spade_emulated_goes_backwards = false;
#endif
  CHECK (words == NULL, words);
  for (int i = 0; gpu.engine != NULL && i < on->plan.n_levels; i++)
    {
      spade_place_release (gpu.engine, &levels[i].symbols);
      spade_place_release (gpu.engine, &levels[i].shared_symbols);
      spade_place_release (gpu.engine, &levels[i].patch_rows);
      spade_place_release (gpu.engine, &levels[i].index);
    }
  side_close (&gpu, cuda);
  report (on, "numbers-are-cores", problem);
}
