// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The reference backend: one step after another through ops.c, every weight
// converted to float when it is used. Slow and plain on purpose.

#include "../host-memory.h"
#include "ops.h"
#include "run.h"
#include "scratch-size.h"

#include <stdio.h>
#include <stdlib.h>

struct SpadeEngine
{
  int unused;
};

static bool
ref_probe (int device, char *line, size_t size)
{
  snprintf (line, size, "plain loops, f32");
  return true;
}

static bool
ref_is_fast (int device, SpadeDType precision)
{
  return precision == SPADE_DTYPE_F32;
}

bool
spade_ref_fail_memory (SpadeFailure *failure, size_t bytes)
{
  failure->kind = SPADE_FAILURE_MEMORY;
  snprintf (failure->message, sizeof failure->message,
            "not enough memory (%zu MiB are needed); choose a smaller size",
            (bytes >> 20) + 1);
  return false;
}

static SpadeEngine *
ref_engine_new (const SpadeEngineOptions *options, SpadeFailure *failure)
{
  SpadeEngine *engine;

  if (options->precision != SPADE_DTYPE_F32)
    {
      failure->kind = SPADE_FAILURE_BACKEND;
      snprintf (failure->message, sizeof failure->message,
                "the ref device computes in f32 only; choose --precision f32");
      return NULL;
    }
  engine = calloc (1, sizeof *engine);
  if (engine == NULL)
    spade_ref_fail_memory (failure, sizeof *engine);
  return engine;
}

static void
ref_engine_free (SpadeEngine *engine)
{
  free (engine);
}

static void ref_run_free (SpadeRun *run);

static SpadeRun *
ref_run_new (SpadeEngine *engine, const SpadePlan *plan, SpadeFailure *failure)
{
  SpadeRun *run;
  bool      is_complete;

  // The arena, and gamma, beta and the hidden picture of a step.
  if (!spade_host_memory_check (4.0 * plan->arena_size * sizeof (float),
                                failure))
    return NULL;
  run = calloc (1, sizeof *run);
  is_complete = run != NULL;
  if (is_complete)
    {
      run->plan = plan;
      run->arena = malloc (plan->arena_size * sizeof (float));
      is_complete = run->arena != NULL;
    }
  for (int i = 0; is_complete && i < plan->n_outputs; i++)
    {
      run->outputs[i]
          = malloc (spade_plan_value_size (plan, plan->outputs[i])
                    * sizeof (float));
      is_complete = run->outputs[i] != NULL;
    }
  if (!is_complete)
    {
      spade_ref_fail_memory (failure, plan->arena_size * sizeof (float));
      ref_run_free (run);
      return NULL;
    }
  return run;
}

static void
ref_run_free (SpadeRun *run)
{
  if (run == NULL)
    return;
  free (run->outputs[0]);
  free (run->outputs[1]);
  free (run->arena);
  free (run);
}

static bool
ref_run_set_levels (SpadeRun *run, const SpadeLevel *levels,
                    SpadeFailure *failure)
{
  for (int i = 0; i < run->plan->n_levels; i++)
    run->symbols[i] = levels[i].symbols;
  return true;
}

float *
spade_ref_value_data (SpadeRun *run, int value)
{
  for (int i = 0; i < run->plan->n_outputs; i++)
    if (run->plan->outputs[i] == value)
      return run->outputs[i];
  return run->arena + run->plan->values[value].offset;
}

static bool
ref_run_set_input (SpadeRun *run, const float *input, SpadeFailure *failure)
{
  memcpy (spade_ref_value_data (run, run->plan->input), input,
          spade_plan_value_size (run->plan, run->plan->input) * sizeof (float));
  return true;
}

static void
ref_run_set_noise (SpadeRun *run, uint64_t seed, int top, int left)
{
  run->noise_seed = seed;
  run->noise_top = top;
  run->noise_left = left;
}

static bool
ref_run_get_value (SpadeRun *run, int value, float *out, SpadeFailure *failure)
{
  memcpy (out, spade_ref_value_data (run, value),
          spade_plan_value_size (run->plan, value) * sizeof (float));
  return true;
}

float *
spade_ref_tensor_floats (const SpadeTensor *tensor)
{
  float  *floats;
  int64_t n;

  if (tensor == NULL)
    return NULL;
  n = spade_tensor_n_elements (tensor);
  floats = malloc ((size_t) n * sizeof (float));
  if (floats != NULL)
    spade_tensor_read (tensor, 0, n, floats);
  return floats;
}

static bool
run_conv (SpadeRun *run, const SpadeStep *step, const float *weight,
          const float *bias, SpadeFailure *failure)
{
  const SpadePlan  *plan = run->plan;
  const SpadeValue *from = &plan->values[step->src];
  const SpadeValue *to = &plan->values[step->dst];
  size_t n = spade_plan_value_size (plan, step->dst);
  float *dst = spade_ref_value_data (run, step->dst);
  float *sum = malloc (n * sizeof (float));

  if (sum == NULL)
    return spade_ref_fail_memory (failure, n * sizeof (float));
  spade_ref_conv (spade_ref_value_data (run, step->src), from->height,
                  from->width, from->channels, weight, bias, to->channels,
                  step->kernel, step->stride, sum);
  if (step->add >= 0)
    for (size_t i = 0; i < n; i++)
      sum[i] += spade_ref_value_data (run, step->add)[i];
  spade_ref_activate (sum, n, step->activation);
  memcpy (dst, sum, n * sizeof (float));
  free (sum);
  return true;
}

// weight and bias are those of the step, or NULL.
static bool
dispatch_step (SpadeRun *run, const SpadeStep *step, const float *weight,
               const float *bias, SpadeFailure *failure)
{
  const SpadePlan  *plan = run->plan;
  const SpadeValue *to = &plan->values[step->dst];
  const SpadeValue *from = step->src >= 0 ? &plan->values[step->src] : NULL;
  float *src = step->src >= 0 ? spade_ref_value_data (run, step->src) : NULL;
  float *dst = spade_ref_value_data (run, step->dst);

  switch (step->kind)
    {
    case SPADE_STEP_LINEAR:
      spade_ref_linear (src, from, weight, bias, dst, to);
      break;
    case SPADE_STEP_SEG_CONV:
      spade_ref_seg_conv (run->symbols[step->level], to->height, to->width,
                          plan->n_channels, weight, bias, step->z_sums,
                          to->channels, to->channels, step->kernel, dst);
      spade_ref_activate (dst, spade_plan_value_size (plan, step->dst),
                          step->activation);
      break;
    case SPADE_STEP_CONV:
      return run_conv (run, step, weight, bias, failure);
    case SPADE_STEP_SPADE:
      return spade_ref_run_spade (run, step, failure);
    case SPADE_STEP_NORM:
      return spade_ref_run_norm (run, step, failure);
    case SPADE_STEP_UPSAMPLE:
      spade_ref_upsample (src, from->height, from->width, from->channels, dst);
      break;
    case SPADE_STEP_SCALE:
      spade_ref_scale (src, (size_t) to->height * to->width, to->channels,
                       step->z_sums, dst);
      spade_ref_activate (dst, spade_plan_value_size (plan, step->dst),
                          step->activation);
      break;
    case SPADE_STEP_SHUFFLE:
      spade_ref_shuffle (
          src, step->add >= 0 ? spade_ref_value_data (run, step->add) : NULL,
          to, dst);
      spade_ref_activate (dst, spade_plan_value_size (plan, step->dst),
                          step->activation);
      break;
    case SPADE_STEP_RESIZE:
      spade_ref_resize (src, from->height, from->width, dst, to->height,
                        to->width, to->channels);
      break;
    }
  return true;
}

static bool
ref_run_step (SpadeRun *run, int i, SpadeFailure *failure)
{
  const SpadeStep *step = &run->plan->steps[i];
  float *weight = spade_ref_tensor_floats (step->weight);
  float *bias = spade_ref_tensor_floats (step->bias);
  bool   is_done;

  if ((weight != NULL || step->weight == NULL)
      && (bias != NULL || step->bias == NULL))
    is_done = dispatch_step (run, step, weight, bias, failure);
  else
    is_done = spade_ref_fail_memory (
        failure,
        (size_t) spade_tensor_n_elements (step->weight) * sizeof (float));
  free (weight);
  free (bias);
  return is_done;
}

static size_t
ref_element_size (const SpadeEngine *engine)
{
  return sizeof (float);
}

static size_t
ref_weights_size (const SpadeEngine *engine, const SpadePlan *plan)
{
  return 0; // read where they lie
}

static int
ref_grid (const SpadeEngine *engine, const SpadePlan *plan,
          const SpadeStep *step)
{
  return 1;
}

static bool
ref_write_value (SpadeRun *run, int value, const void *from, size_t pitch,
                 SpadeFailure *failure)
{
  const SpadeValue *v = &run->plan->values[value];
  size_t n = (size_t) v->width * v->channels;
  float *to = spade_ref_value_data (run, value);

  for (int y = 0; y < v->height; y++)
    memcpy (to + y * n, (const char *) from + (size_t) y * pitch,
            n * sizeof (float));
  return true;
}

static bool
ref_read_value (SpadeRun *run, int value, const SpadeBox *part, void *to,
                size_t pitch, SpadeFailure *failure)
{
  const SpadeValue *v = &run->plan->values[value];
  const float *from = spade_ref_value_data (run, value);

  for (int y = part->top; y < part->bottom; y++)
    memcpy ((char *) to + (size_t) (y - part->top) * pitch,
            from + ((size_t) y * v->width + part->left) * v->channels,
            (size_t) spade_box_width (part) * v->channels * sizeof (float));
  return true;
}

static const SpadeWindowing ref_windowing = {
  .element_size = ref_element_size,
  .weights_size = ref_weights_size,
  .scratch_size = spade_ref_scratch_size,
  .grid = ref_grid,
  .write_value = ref_write_value,
  .read_value = ref_read_value,
};

const SpadeBackend spade_backend_ref = {
  .name = "ref",
  .probe = ref_probe,
  .is_fast = ref_is_fast,
  .engine_new = ref_engine_new,
  .engine_free = ref_engine_free,
  .run_new = ref_run_new,
  .run_free = ref_run_free,
  .run_set_levels = ref_run_set_levels,
  .run_set_input = ref_run_set_input,
  .run_set_noise = ref_run_set_noise,
  .run_step = ref_run_step,
  .run_get_value = ref_run_get_value,
  .windows = &ref_windowing,
};
