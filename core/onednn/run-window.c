// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Runs of windows of a picture.

#include "run.h"

#include <stdlib.h>

#include "scratch-size.h"
#include "winograd.h"
#include "winograd-transform.h"

static size_t
window_element_size (const SpadeEngine *engine)
{
  return engine->element_size;
}

static size_t
window_weights_size (const SpadeEngine *engine, const SpadePlan *plan)
{
  double size = 0;

  for (int i = 0; i < plan->n_steps; i++)
    {
      const SpadeStep *step = &plan->steps[i];

      if (step->kind == SPADE_STEP_CONV)
        {
          int tile = spade_winograd_tile (engine, plan, step);

          size += (double) spade_tensor_n_elements (step->weight)
                  * (double) engine->element_size
                  * (tile > 1 ? spade_winograd_points (tile) / 9.0 : 1);
        }
      else if (step->kind == SPADE_STEP_SPADE)
        size += 2.0 * (double) spade_tensor_n_elements (step->gamma_weight)
                    * (double) engine->element_size
                + (double) spade_tensor_n_elements (step->shared_weight)
                      * sizeof (float);
    }
  return (size_t) size;
}

static int
window_grid (const SpadeEngine *engine, const SpadePlan *plan,
             const SpadeStep *step)
{
  return spade_winograd_tile (engine, plan, step);
}

// The bytes of a pixel of a value.
static gsize
pixel_size (SpadeRun *run, int value)
{
  return (gsize) run->plan->values[value].channels
         * dnnl_data_type_size (spade_onednn_value_dtype (run, value));
}

static bool
window_write_value (SpadeRun *run, int value, const void *from, size_t pitch,
                    SpadeFailure *failure)
{
  const SpadeValue *v = &run->plan->values[value];
  gsize row = pixel_size (run, value) * v->width;
  char *to;

  if (!spade_onednn_reserve_arena (run, failure))
    return false;
  to = spade_onednn_value_data (run, value);
#pragma omp parallel for schedule(static) num_threads(run->engine->n_threads)
  for (int y = 0; y < v->height; y++)
    memcpy (to + (gsize) y * row, (const char *) from + (gsize) y * pitch, row);
  return true;
}

static bool
window_read_value (SpadeRun *run, int value, const SpadeBox *part, void *to,
                   size_t pitch, SpadeFailure *failure)
{
  gsize pixel = pixel_size (run, value);
  gsize row = pixel * run->plan->values[value].width;
  gsize n = pixel * spade_box_width (part);
  const char *from = (const char *) spade_onednn_value_data (run, value)
                     + part->top * row + part->left * pixel;

#pragma omp parallel for schedule(static) num_threads(run->engine->n_threads)
  for (int y = 0; y < spade_box_height (part); y++)
    memcpy ((char *) to + (gsize) y * pitch, from + (gsize) y * row, n);
  return true;
}

static void
window_relax (SpadeEngine *engine)
{
  g_clear_pointer (&engine->arena, spade_onednn_free);
  g_clear_pointer (&engine->scratch, spade_onednn_free);
  engine->arena_size = engine->scratch_size = 0;
  spade_tables_drop_all (engine);
}

const SpadeWindowing spade_onednn_windowing = {
  .element_size = window_element_size,
  .weights_size = window_weights_size,
  .scratch_size = spade_onednn_scratch_size,
  .grid = window_grid,
  .write_value = window_write_value,
  .read_value = window_read_value,
  .relax = window_relax,
};
