// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A step's memory is given back after it, or is the next one's
// (spade_onednn_scratch()), so the largest of each kind counts. What oneDNN's
// own convolutions take is little, and only known when they are made.

#include "scratch-size.h"

#include "small-ops.h"
#include "tables.h"
#include "winograd.h"

gsize
spade_onednn_scratch_size (const SpadeEngine *engine, const SpadePlan *plan,
                           const SpadeLevel *levels)
{
  gsize shared = 0, own = 0;

  for (int i = 0; i < plan->n_steps; i++)
    {
      const SpadeStep *step = &plan->steps[i];
      gsize            size = 0;

      if (step->kind == SPADE_STEP_CONV
          && spade_winograd_tile (engine, plan, step) > 1)
        size = spade_winograd_scratch_size (engine, plan, step);
      else if (step->kind == SPADE_STEP_SPADE && levels != NULL)
        size = spade_tables_scratch_size (
            engine, step, levels[step->level].neighbourhoods, 0);
      shared = MAX (shared, size);
      own = MAX (own, spade_small_scratch_size (engine, plan, step));
    }
  return shared + own;
}
