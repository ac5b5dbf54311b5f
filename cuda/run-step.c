// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The steps of a plan on the GPU: what each needs before a render, and the
// kernels it queues. Queuing allocates nothing, so that it can be recorded.

#include "run-step.h"

#include <stdlib.h>

void *
spade_run_value_data (SpadeRun *run, int value)
{
  int output = spade_plan_find_output (run->plan, value);

  if (output >= 0)
    return run->outputs[output].data;
  return (char *) run->arena.data
         + run->plan->values[value].offset * run->engine->element_size;
}

SpadeDType
spade_run_value_dtype (SpadeRun *run, int value)
{
  return spade_plan_find_output (run->plan, value) >= 0 ? SPADE_DTYPE_F32
                                                        : run->engine->dtype;
}

const float *
spade_run_get_z_sums (const SpadeRun *run, int i)
{
  size_t       n;
  const float *first = spade_plan_get_z_sums (run->plan, &n);

  return run->plan->steps[i].z_weight != NULL
             ? (const float *) run->z_place.data
                   + (run->plan->steps[i].z_sums - first)
             : NULL;
}

// The weights of a linear layer, whose rows and columns run through C x H x W,
// brought to H x W x C.
static bool
get_linear (SpadeRun *run, const SpadeStep *step, SpadeLinear *linear,
            SpadeFailure *failure)
{
  const SpadeValue *from = &run->plan->values[step->src];
  const SpadeValue *to = &run->plan->values[step->dst];
  int64_t   from_area = (int64_t) from->height * from->width;
  int64_t   to_area = (int64_t) to->height * to->width;
  int64_t   n_in = from_area * from->channels;
  int64_t   n_out = to_area * to->channels;
  SpadePart weight = { .tensor = step->weight,
                       .dims = { 1, n_in, to_area, to->channels } };
  SpadePart bias = { .tensor = step->bias,
                     .dims = { 1, 1, to_area, to->channels },
                     .strides = { 0, 0, 1, to_area } };
  // A part for each pixel of the source: its inputs lie from_area apart.
  SpadePart *parts = calloc ((size_t) from_area, sizeof *parts);

  linear->n_in = n_in;
  linear->n_out = n_out;
  if (parts == NULL)
    {
      spade_gpu_fail_host_memory (failure);
      return false;
    }
  for (int64_t q = 0; q < from_area; q++)
    {
      parts[q] = weight;
      parts[q].dims[1] = from->channels;
      parts[q].strides[1] = from_area;
      parts[q].strides[2] = n_in;
      parts[q].strides[3] = to_area * n_in;
      parts[q].origin = q;
      parts[q].first = q * from->channels * n_out;
    }
  linear->weight = spade_engine_pack (run->engine, SPADE_FORM_LINEAR,
                                      run->engine->dtype, n_in * n_out, parts,
                                      (int) from_area, failure);
  free (parts);
  if (linear->weight == NULL)
    return false;
  linear->bias = spade_engine_pack (run->engine, SPADE_FORM_LINEAR_BIAS,
                                    SPADE_DTYPE_F32, n_out, &bias, 1, failure);
  return linear->bias != NULL;
}

static bool
get_seg_conv (SpadeRun *run, const SpadeStep *step, SpadeSumRows *sum,
              SpadeFailure *failure)
{
  int64_t   taps = (int64_t) step->kernel * step->kernel;
  int64_t   n = run->plan->n_channels;
  int64_t   n_out = run->plan->values[step->dst].channels;
  SpadePart part = { .tensor = step->weight, .dims = { 1, taps, n, n_out },
                     .strides = { 0, 1, taps, n * taps } };

  sum->weight = spade_engine_pack (run->engine, SPADE_FORM_SUM, SPADE_DTYPE_F32,
                                   taps * n * n_out, &part, 1, failure);
  if (sum->weight == NULL)
    return false;
  sum->bias = spade_engine_pack_plain (run->engine, SPADE_FORM_BIAS_F32,
                                       SPADE_DTYPE_F32, step->bias, failure);
  return sum->bias != NULL;
}

// The memory of a norm of the picture at hand: 1 / std and mean, then the sums.
static size_t
norm_size (const SpadeValue *from)
{
  return (size_t) from->channels * 2 * sizeof (float)
         + spade_kernel_statistics_scratch ((int64_t) from->height
                                                * from->width,
                                            from->channels);
}

static const float *
get_strength (SpadeRun *run, const SpadeStep *step, SpadeFailure *failure)
{
  return spade_engine_pack_plain (run->engine, SPADE_FORM_BIAS_F32,
                                  SPADE_DTYPE_F32, step->noise, failure);
}

bool
spade_run_prepare_step (SpadeRun *run, int i, SpadeFailure *failure)
{
  const SpadePlan *plan = run->plan;
  const SpadeStep *step = &plan->steps[i];
  SpadeEngine     *engine = run->engine;
  SpadeSumRows     sum;
  SpadeLinear      linear;

  switch (step->kind)
    {
    case SPADE_STEP_CONV:
      run->convs[i] = spade_conv_step_new (
          engine, plan, step, spade_plan_find_output (plan, step->dst) >= 0,
          failure);
      return run->convs[i] != NULL;
    case SPADE_STEP_SPADE:
      if (step->noise != NULL && get_strength (run, step, failure) == NULL)
        return false;
      run->tables[i] = spade_tables_find (engine, plan, step, failure);
      if (run->tables[i] == NULL)
        return false;
      if (step->mean != NULL)
        return spade_engine_pack_norm (engine, step, failure) != NULL;
      return spade_engine_reserve_workspace (
          engine, norm_size (&plan->values[step->src]), failure);
    case SPADE_STEP_NORM:
      return spade_engine_reserve_workspace (
          engine, norm_size (&plan->values[step->src]), failure);
    case SPADE_STEP_LINEAR:
      return get_linear (run, step, &linear, failure)
             && spade_engine_reserve_workspace (
                 engine,
                 spade_kernel_linear_scratch (linear.n_in, linear.n_out),
                 failure);
    case SPADE_STEP_SEG_CONV:
      return get_seg_conv (run, step, &sum, failure);
    case SPADE_STEP_UPSAMPLE:
    case SPADE_STEP_RESIZE:
    case SPADE_STEP_SCALE:
    case SPADE_STEP_SHUFFLE:
      break;
    }
  return true;
}

// SPADE and NORM steps.
static bool
queue_norm (SpadeRun *run, int i, SpadeFailure *failure)
{
  const SpadeStep  *step = &run->plan->steps[i];
  const SpadeValue *from = &run->plan->values[step->src];
  const SpadeValue *to = &run->plan->values[step->dst];
  SpadeEngine      *engine = run->engine;
  void             *stream = spade_gpu_stream (engine->gpu);
  SpadeModulate     pass = {
        .dtype = engine->dtype,
        .src = spade_run_value_data (run, step->src),
        .dst = spade_run_value_data (run, step->dst),
        .height = to->height,
        .width = to->width,
        .channels = to->channels,
        .upsample = step->upsample,
        .slope = step->activation == SPADE_ACTIVATION_LEAKY_RELU
                     ? SPADE_LEAKY_SLOPE
                     : 1,
  };

  if (step->kind == SPADE_STEP_SPADE)
    {
      pass.table = spade_tables_get (run->tables[i], &pass.pitch);
      pass.index = run->levels[step->level].neighbourhoods.index;
    }
  if (step->noise != NULL)
    {
      pass.strength = get_strength (run, step, failure);
      pass.noise = run->noise_place.data;
      pass.plane = step->noise_plane;
      if (pass.strength == NULL)
        return false;
    }
  if (step->mean != NULL)
    {
      pass.norm = spade_engine_pack_norm (engine, step, failure);
      if (pass.norm == NULL)
        return false;
    }
  else
    {
      float *norm = engine->workspace.data;

      spade_kernel_statistics (stream, engine->dtype, pass.src,
                               (int64_t) from->height * from->width,
                               from->channels, norm, norm + 2 * from->channels);
      pass.norm = norm;
    }
  spade_kernel_modulate (stream, &pass);
  return spade_gpu_check_launch (engine->gpu, step->name, failure);
}

static bool
queue_linear (SpadeRun *run, const SpadeStep *step, SpadeFailure *failure)
{
  SpadeLinear linear = { .dtype = run->engine->dtype,
                         .dst_dtype = spade_run_value_dtype (run, step->dst),
                         .src = spade_run_value_data (run, step->src),
                         .dst = spade_run_value_data (run, step->dst),
                         .scratch = run->engine->workspace.data };

  if (!get_linear (run, step, &linear, failure))
    return false;
  spade_kernel_linear (spade_gpu_stream (run->engine->gpu), &linear);
  return spade_gpu_check_launch (run->engine->gpu, step->name, failure);
}

static bool
queue_seg_conv (SpadeRun *run, int i, SpadeFailure *failure)
{
  const SpadeStep  *step = &run->plan->steps[i];
  const SpadeValue *to = &run->plan->values[step->dst];
  SpadeSumRows sum = { .dtype = run->engine->dtype,
                       .symbols = run->levels[step->level].symbols.data,
                       .is_picture = true,
                       .height = to->height,
                       .width = to->width,
                       .n = (int64_t) to->height * to->width,
                       .kernel = step->kernel,
                       .n_channels = run->plan->n_channels,
                       .has_edge = run->plan->edge_channel >= 0,
                       .z_sums = spade_run_get_z_sums (run, i),
                       .n_out = to->channels,
                       .activation = step->activation,
                       .dst = spade_run_value_data (run, step->dst) };

  if (!get_seg_conv (run, step, &sum, failure))
    return false;
  spade_kernel_sum_rows (spade_gpu_stream (run->engine->gpu), &sum);
  return spade_gpu_check_launch (run->engine->gpu, step->name, failure);
}

static void
queue_scale (SpadeRun *run, int i)
{
  const SpadeStep  *step = &run->plan->steps[i];
  const SpadeValue *to = &run->plan->values[step->dst];
  SpadeScale scale = { .dtype = run->engine->dtype,
                       .src = spade_run_value_data (run, step->src),
                       .dst = spade_run_value_data (run, step->dst),
                       .n_pixels = (int64_t) to->height * to->width,
                       .channels = to->channels,
                       .scale_shift = spade_run_get_z_sums (run, i),
                       .activation = step->activation };

  spade_kernel_scale (spade_gpu_stream (run->engine->gpu), &scale);
}

static void
queue_shuffle (SpadeRun *run, const SpadeStep *step)
{
  const SpadeValue *to = &run->plan->values[step->dst];
  SpadeShuffle shuffle = { .dtype = run->engine->dtype,
                       .dst_dtype = spade_run_value_dtype (run, step->dst),
                       .src = spade_run_value_data (run, step->src),
                       .add = step->add >= 0
                                  ? spade_run_value_data (run, step->add)
                                  : NULL,
                       .dst = spade_run_value_data (run, step->dst),
                       .height = to->height, .width = to->width,
                       .channels = to->channels,
                       .activation = step->activation };

  spade_kernel_shuffle (spade_gpu_stream (run->engine->gpu), &shuffle);
}

bool
spade_run_queue_step (SpadeRun *run, int i, SpadeFailure *failure)
{
  const SpadePlan  *plan = run->plan;
  const SpadeStep  *step = &plan->steps[i];
  const SpadeValue *from = step->src >= 0 ? &plan->values[step->src] : NULL;
  const SpadeValue *to = &plan->values[step->dst];
  SpadeEngine *engine = run->engine;
  void        *stream = spade_gpu_stream (engine->gpu);
  void        *src = step->src >= 0 ? spade_run_value_data (run, step->src) : NULL;
  void        *dst = spade_run_value_data (run, step->dst);

  if (i == 0 && run->has_input)
    spade_kernel_from_f32 (stream, engine->dtype, run->input.data,
                           (int64_t) spade_plan_value_size (plan, plan->input),
                           spade_run_value_data (run, plan->input));
  switch (step->kind)
    {
    case SPADE_STEP_CONV:
      return spade_conv_step_run (
          run->convs[i], engine, src,
          step->add >= 0 ? spade_run_value_data (run, step->add) : NULL, dst, failure);
    case SPADE_STEP_SPADE:
    case SPADE_STEP_NORM:
      return queue_norm (run, i, failure);
    case SPADE_STEP_LINEAR:
      return queue_linear (run, step, failure);
    case SPADE_STEP_SEG_CONV:
      return queue_seg_conv (run, i, failure);
    case SPADE_STEP_UPSAMPLE:
      spade_kernel_upsample (stream, engine->element_size, src, from->height,
                             from->width, from->channels, dst);
      break;
    case SPADE_STEP_SCALE:
      queue_scale (run, i);
      break;
    case SPADE_STEP_SHUFFLE:
      queue_shuffle (run, step);
      break;
    case SPADE_STEP_RESIZE:
      spade_kernel_resize (stream, engine->dtype, src, from->height,
                           from->width, dst, to->height, to->width,
                           to->channels);
      break;
    }
  return spade_gpu_check_launch (engine->gpu, step->name, failure);
}
