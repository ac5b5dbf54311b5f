// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The reference backend: one step after another through ops.c, every weight
// converted to float when it is used. Slow and plain on purpose.

#include "../host-memory.h"
#include "../noise.h"
#include "ops.h"
#include "scratch-size.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct SpadeEngine
{
  int unused;
};

struct SpadeRun
{
  const SpadePlan *plan;
  float           *arena;
  float           *outputs[2];
  const uint16_t  *symbols[SPADE_MAX_LEVELS]; // borrowed
  uint64_t         noise_seed;
  int              noise_top, noise_left;
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

static bool
fail_memory (SpadeFailure *failure, size_t bytes)
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
    fail_memory (failure, sizeof *engine);
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
      fail_memory (failure, plan->arena_size * sizeof (float));
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

// Where a value lies: outputs have places of their own, which later steps do
// not reuse.
static float *
value_data (SpadeRun *run, int value)
{
  for (int i = 0; i < run->plan->n_outputs; i++)
    if (run->plan->outputs[i] == value)
      return run->outputs[i];
  return run->arena + run->plan->values[value].offset;
}

static bool
ref_run_set_input (SpadeRun *run, const float *input, SpadeFailure *failure)
{
  memcpy (value_data (run, run->plan->input), input,
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
  memcpy (out, value_data (run, value),
          spade_plan_value_size (run->plan, value) * sizeof (float));
  return true;
}

// A tensor as floats; NULL for NULL.
static float *
tensor_floats (const SpadeTensor *tensor)
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

// gamma or beta: conv (actv) + bias. False where there is no memory.
static bool
run_modulation (const float *actv, const SpadeValue *size, int n_hidden,
                const SpadeTensor *weight, const SpadeTensor *bias, int kernel,
                float *out)
{
  float *w = tensor_floats (weight);
  float *b = tensor_floats (bias);
  bool   has_all = w != NULL && b != NULL;

  if (has_all)
    spade_ref_conv (actv, size->height, size->width, n_hidden, w, b,
                    size->channels, kernel, 1, out);
  free (w);
  free (b);
  return has_all;
}

static void
get_statistics (const SpadeStep *step, const float *src, size_t n, int channels,
                float *mean, float *inv_std)
{
  if (step->mean == NULL)
    {
      spade_ref_statistics (src, n, channels, mean, inv_std);
      return;
    }
  spade_tensor_read (step->mean, 0, channels, mean);
  spade_tensor_read (step->var, 0, channels, inv_std);
  for (int c = 0; c < channels; c++)
    inv_std[c] = 1 / sqrtf (inv_std[c] + SPADE_EPSILON);
}

// The noise at a pixel of what a step gives.
static float
get_noise (const SpadeRun *run, const SpadeStep *step, int y, int x)
{
  uint32_t key = spade_noise_key (run->noise_seed, step->noise_plane);

  return spade_noise_at (spade_noise_row (key, run->noise_top + y),
                         run->noise_left + x);
}

// strength NULL: without noise.
static void
modulate (SpadeRun *run, const SpadeStep *step, const float *strength,
          const float *gamma, const float *beta, const float *mean,
          const float *inv_std)
{
  const SpadeValue *size = &run->plan->values[step->dst];
  const SpadeValue *from = &run->plan->values[step->src];
  const float *src = value_data (run, step->src);
  float       *dst = value_data (run, step->dst);
  int          channels = size->channels;

  for (int y = 0; y < size->height; y++)
    for (int x = 0; x < size->width; x++)
      {
        size_t pixel = (size_t) y * size->width + x;
        size_t origin = step->upsample
                            ? (size_t) (y / 2) * from->width + x / 2
                            : pixel;
        float  noise = strength != NULL ? get_noise (run, step, y, x) : 0;

        for (int c = 0; c < channels; c++)
          {
            float v = src[origin * channels + c];
            float normal
                = ((strength != NULL ? v + strength[c] * noise : v) - mean[c])
                  * inv_std[c];

            dst[pixel * channels + c]
                = normal * (1 + gamma[pixel * channels + c])
                  + beta[pixel * channels + c];
          }
      }
}

// The SPADE layer. Source: Park et al. 2019, equation 1 with 1 + gamma, as the
// published code and weights have it; the noise is that of Karras et al. 2019,
// section 3.2.
static bool
run_spade (SpadeRun *run, const SpadeStep *step, SpadeFailure *failure)
{
  const SpadeValue *size = &run->plan->values[step->dst];
  const SpadeValue *from = &run->plan->values[step->src];
  int     n_hidden = (int) step->shared_weight->shape[0];
  int     channels = size->channels;
  size_t  n_pixels = (size_t) size->height * size->width;
  float  *weight = tensor_floats (step->shared_weight);
  float  *bias = tensor_floats (step->shared_bias);
  float  *strength = tensor_floats (step->noise);
  float  *actv = malloc (n_pixels * n_hidden * sizeof (float));
  float  *gamma = malloc (n_pixels * channels * sizeof (float));
  float  *beta = malloc (n_pixels * channels * sizeof (float));
  float  *mean = malloc ((size_t) channels * sizeof (float));
  float  *inv_std = malloc ((size_t) channels * sizeof (float));
  bool    has_all = weight != NULL && bias != NULL && actv != NULL
                 && gamma != NULL && beta != NULL && mean != NULL
                 && inv_std != NULL && (strength != NULL || step->noise == NULL);

  if (has_all)
    {
      spade_ref_seg_conv (run->symbols[step->level], size->height, size->width,
                          run->plan->n_channels, weight, bias, step->z_sums,
                          n_hidden, n_hidden, step->kernel, actv);
      for (size_t i = 0; i < n_pixels * n_hidden; i++)
        actv[i] = actv[i] > 0 ? actv[i] : 0;
      has_all = run_modulation (actv, size, n_hidden, step->gamma_weight,
                                step->gamma_bias, step->kernel, gamma)
                && run_modulation (actv, size, n_hidden, step->beta_weight,
                                   step->beta_bias, step->kernel, beta);
    }
  if (has_all)
    {
      get_statistics (step, value_data (run, step->src),
                      (size_t) from->height * from->width, channels, mean,
                      inv_std);
      modulate (run, step, strength, gamma, beta, mean, inv_std);
      spade_ref_activate (value_data (run, step->dst), n_pixels * channels,
                          step->activation);
    }
  free (weight);
  free (bias);
  free (strength);
  free (actv);
  free (gamma);
  free (beta);
  free (mean);
  free (inv_std);
  return has_all
         || fail_memory (failure, n_pixels * (n_hidden + 2 * channels)
                                      * sizeof (float));
}

static bool
run_norm (SpadeRun *run, const SpadeStep *step, SpadeFailure *failure)
{
  const SpadeValue *size = &run->plan->values[step->dst];
  const float *src = value_data (run, step->src);
  float *dst = value_data (run, step->dst);
  size_t n = (size_t) size->height * size->width;
  float *mean = malloc ((size_t) size->channels * sizeof (float));
  float *inv_std = malloc ((size_t) size->channels * sizeof (float));
  bool   has_all = mean != NULL && inv_std != NULL;

  if (has_all)
    spade_ref_statistics (src, n, size->channels, mean, inv_std);
  for (size_t i = 0; has_all && i < n; i++)
    for (int c = 0; c < size->channels; c++)
      dst[i * size->channels + c]
          = (src[i * size->channels + c] - mean[c]) * inv_std[c];
  if (has_all)
    spade_ref_activate (dst, n * size->channels, step->activation);
  free (mean);
  free (inv_std);
  return has_all
         || fail_memory (failure,
                         2 * (size_t) size->channels * sizeof (float));
}

static bool
run_conv (SpadeRun *run, const SpadeStep *step, const float *weight,
          const float *bias, SpadeFailure *failure)
{
  const SpadePlan  *plan = run->plan;
  const SpadeValue *from = &plan->values[step->src];
  const SpadeValue *to = &plan->values[step->dst];
  size_t n = spade_plan_value_size (plan, step->dst);
  float *dst = value_data (run, step->dst);
  float *sum = malloc (n * sizeof (float));

  if (sum == NULL)
    return fail_memory (failure, n * sizeof (float));
  spade_ref_conv (value_data (run, step->src), from->height, from->width,
                  from->channels, weight, bias, to->channels, step->kernel,
                  step->stride, sum);
  if (step->add >= 0)
    for (size_t i = 0; i < n; i++)
      sum[i] += value_data (run, step->add)[i];
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
  float *src = step->src >= 0 ? value_data (run, step->src) : NULL;
  float *dst = value_data (run, step->dst);

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
      return run_spade (run, step, failure);
    case SPADE_STEP_NORM:
      return run_norm (run, step, failure);
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
      spade_ref_shuffle (src, step->add >= 0 ? value_data (run, step->add) : NULL,
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
  float *weight = tensor_floats (step->weight);
  float *bias = tensor_floats (step->bias);
  bool   is_done;

  if ((weight != NULL || step->weight == NULL)
      && (bias != NULL || step->bias == NULL))
    is_done = dispatch_step (run, step, weight, bias, failure);
  else
    is_done = fail_memory (
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
  float *to = value_data (run, value);

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
  const float *from = value_data (run, value);

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
