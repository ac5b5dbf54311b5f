// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Windows: runs of one stage, whose values come from the host's memory and go
// back there, queued step by step. No convolution works in squares
// (conv-search.c refuses engines that do), so a window's pixels depend on their
// neighbours alone.

#include "window.h"

#include "place.h"
#include "product.h"
#include "run-step.h"
#include "transfer.h"

static size_t
element_size (const SpadeEngine *engine)
{
  return engine->element_size;
}

static size_t
weights_size (const SpadeEngine *engine, const SpadePlan *plan)
{
  int64_t element = (int64_t) engine->element_size, size = 0;

  for (int i = 0; i < plan->n_steps; i++)
    {
      const SpadeStep *step = &plan->steps[i];

      if (step->weight != NULL)
        size += spade_tensor_n_elements (step->weight) * element;
      if (step->kind == SPADE_STEP_SPADE)
        size += 2 * spade_tensor_n_elements (step->gamma_weight) * element
                + spade_tensor_n_elements (step->shared_weight)
                      * (int64_t) sizeof (float);
    }
  return (size_t) size;
}

static int
grid (const SpadeEngine *engine, const SpadePlan *plan, const SpadeStep *step)
{
  return 1;
}

// The bytes of a pixel of a value.
static size_t
pixel_size (SpadeRun *run, int value)
{
  size_t channels = (size_t) run->plan->values[value].channels;

  return channels
         * (spade_run_value_dtype (run, value) == SPADE_DTYPE_F32
                ? sizeof (float)
                : run->engine->element_size);
}

static bool
write_value (SpadeRun *run, int value, const void *from, size_t pitch,
             SpadeFailure *failure)
{
  const SpadeValue *v = &run->plan->values[value];
  size_t row = pixel_size (run, value) * (size_t) v->width;

  if (value == run->plan->input)
    run->has_input = false;
  return spade_gpu_enter (run->engine->gpu, failure)
         && spade_engine_send (run->engine, spade_run_value_data (run, value),
                               from, pitch, row, (size_t) v->height, failure);
}

static bool
read_value (SpadeRun *run, int value, const SpadeBox *part, void *to,
            size_t pitch, SpadeFailure *failure)
{
  size_t pixel = pixel_size (run, value);
  size_t row = pixel * (size_t) run->plan->values[value].width;
  const char *from = (const char *) spade_run_value_data (run, value)
                     + (size_t) part->top * row + (size_t) part->left * pixel;

  return spade_gpu_enter (run->engine->gpu, failure)
         && spade_engine_fetch (run->engine, to, pitch, from, row,
                                (size_t) spade_box_width (part) * pixel,
                                (size_t) spade_box_height (part), failure);
}

// What is free, or will be when it is needed for something else, less what has
// to come yet: weights, and the workspace of products.
static size_t
device_memory (SpadeEngine *engine, const SpadePlan *plan)
{
  SpadeGpuInfo info;
  SpadeFailure ignored;
  size_t       to_come = weights_size (engine, plan);
  size_t       free_memory;

  if (!spade_gpu_get_info (engine->device, &info, &ignored))
    return 0;
  free_memory = info.free_memory + spade_place_get_spare (engine)
                + engine->scratch.size + engine->workspace.size;
  to_come -= to_come < engine->weights_size ? to_come : engine->weights_size;
  to_come += SPADE_GPU_PRODUCT_WORKSPACE;
  return free_memory > to_come ? free_memory - to_come : 0;
}

const SpadeWindowing spade_cuda_windowing = {
  .element_size = element_size,
  .weights_size = weights_size,
  .grid = grid,
  .write_value = write_value,
  .read_value = read_value,
  .device_memory = device_memory,
};
