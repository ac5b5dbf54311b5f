// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A plan on the GPU. Everything that takes memory is done when the run is made
// and when it gets a map; a render only queues work. The first whole render
// queues step by step, which also loads the kernels; the next one is recorded,
// and from then on it is one launch, until a map moves what the record knows.

#include "run.h"

#include <stdio.h>
#include <stdlib.h>

#include "conv-step.h"
#include "tables.h"

// A place on the GPU that keeps its memory while what it takes fits.
typedef struct
{
  void  *data;
  size_t size;
} Place;

typedef struct
{
  Place               symbols, shared_symbols, patch_rows, index;
  SpadeNeighbourhoods neighbourhoods; // with arrays on the GPU
} Level;

struct SpadeRun
{
  SpadeEngine     *engine;
  const SpadePlan *plan;
  char            *arena;
  float           *outputs[2]; // f32, not in the arena
  float           *input;      // f32; step 0 is preceded by its conversion
  SpadeConvStep  **convs;      // by step, or NULL
  SpadeTables    **tables;     // by step, or NULL
  Level            levels[SPADE_MAX_LEVELS];

  SpadeGpuGraph *graph;
  unsigned       graph_workspace; // engine->workspace_changes of the record
  bool           is_warm;         // all kernels have run
  bool           cannot_record;
  bool           is_replayed;
};

static void *
value_data (SpadeRun *run, int value)
{
  int output = spade_plan_find_output (run->plan, value);

  if (output >= 0)
    return run->outputs[output];
  return run->arena
         + run->plan->values[value].offset * run->engine->element_size;
}

static SpadeDType
value_dtype (SpadeRun *run, int value)
{
  return spade_plan_find_output (run->plan, value) >= 0 ? SPADE_DTYPE_F32
                                                        : run->engine->dtype;
}

static void
drop_graph (SpadeRun *run)
{
  spade_gpu_graph_free (run->graph);
  run->graph = NULL;
}

void
spade_run_free (SpadeRun *run)
{
  SpadeGpu    *gpu;
  SpadeFailure ignored;

  if (run == NULL)
    return;
  gpu = run->engine->gpu;
  spade_gpu_enter (gpu, &ignored);
  spade_gpu_wait (gpu, &ignored);
  drop_graph (run);
  for (int i = 0; run->convs != NULL && i < run->plan->n_steps; i++)
    spade_conv_step_free (run->convs[i]);
  for (int i = 0; run->tables != NULL && i < run->plan->n_steps; i++)
    spade_tables_free (run->tables[i], run->engine);
  for (int i = 0; i < SPADE_MAX_LEVELS; i++)
    {
      spade_gpu_release (gpu, run->levels[i].symbols.data);
      spade_gpu_release (gpu, run->levels[i].shared_symbols.data);
      spade_gpu_release (gpu, run->levels[i].patch_rows.data);
      spade_gpu_release (gpu, run->levels[i].index.data);
    }
  spade_gpu_release (gpu, run->arena);
  spade_gpu_release (gpu, run->outputs[0]);
  spade_gpu_release (gpu, run->outputs[1]);
  spade_gpu_release (gpu, run->input);
  free (run->convs);
  free (run->tables);
  free (run);
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
      failure->kind = SPADE_FAILURE_MEMORY;
      snprintf (failure->message, sizeof failure->message,
                "there is not enough memory; close other programs");
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

static bool
prepare_step (SpadeRun *run, int i, SpadeFailure *failure)
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
      run->tables[i] = spade_tables_new (engine, plan, step, failure);
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
      break;
    }
  return true;
}

static bool
prepare (SpadeRun *run, SpadeFailure *failure)
{
  const SpadePlan *plan = run->plan;
  SpadeGpu        *gpu = run->engine->gpu;

  if (!spade_gpu_enter (gpu, failure))
    return false;
  run->arena = spade_gpu_alloc (gpu,
                                plan->arena_size * run->engine->element_size,
                                "the picture", failure);
  if (run->arena == NULL)
    return false;
  for (int i = 0; i < plan->n_outputs; i++)
    {
      run->outputs[i] = spade_gpu_alloc (
          gpu, spade_plan_value_size (plan, plan->outputs[i]) * sizeof (float),
          "the picture", failure);
      if (run->outputs[i] == NULL)
        return false;
    }
  if (plan->input >= 0)
    {
      run->input = spade_gpu_alloc (gpu,
                                    spade_plan_value_size (plan, plan->input)
                                        * sizeof (float),
                                    "the style", failure);
      if (run->input == NULL)
        return false;
    }
  for (int i = 0; i < plan->n_steps; i++)
    if (!prepare_step (run, i, failure))
      return false;
  return true;
}

SpadeRun *
spade_run_new (SpadeEngine *engine, const SpadePlan *plan,
               SpadeFailure *failure)
{
  SpadeRun *run = calloc (1, sizeof *run);

  if (run != NULL)
    {
      run->engine = engine;
      run->plan = plan;
      run->convs = calloc ((size_t) plan->n_steps, sizeof *run->convs);
      run->tables = calloc ((size_t) plan->n_steps, sizeof *run->tables);
    }
  if (run == NULL || run->convs == NULL || run->tables == NULL)
    {
      failure->kind = SPADE_FAILURE_MEMORY;
      snprintf (failure->message, sizeof failure->message,
                "there is not enough memory; close other programs");
      spade_run_free (run);
      return NULL;
    }
  if (!prepare (run, failure))
    {
      spade_run_free (run);
      return NULL;
    }
  return run;
}

// Sends data to a place, which moves when it is too small.
static bool
send (SpadeRun *run, Place *place, const void *data, size_t size,
      SpadeFailure *failure)
{
  SpadeGpu *gpu = run->engine->gpu;

  if (size > place->size)
    {
      drop_graph (run);
      spade_gpu_release (gpu, place->data);
      place->size = 0;
      place->data = spade_gpu_alloc (gpu, size + size / 8, "the map", failure);
      if (place->data == NULL)
        return false;
      place->size = size + size / 8;
    }
  return spade_gpu_upload (gpu, place->data, data, size, failure);
}

static bool
set_level (SpadeRun *run, int i, const SpadeLevel *from, SpadeFailure *failure)
{
  const SpadeNeighbourhoods *all = from->neighbourhoods;
  Level *to = &run->levels[i];
  size_t n = (size_t) from->height * (size_t) from->width;
  size_t n_taps = (size_t) all->kernel * (size_t) all->kernel;

  if (!send (run, &to->symbols, from->symbols, n * 2, failure)
      || !send (run, &to->shared_symbols, all->shared_symbols,
                all->n_shared * n_taps * 2, failure)
      || !send (run, &to->patch_rows, all->patch_rows,
                all->n_patches * n_taps * 4, failure)
      || !send (run, &to->index, all->index, n * 4, failure))
    return false;
  to->neighbourhoods = *all;
  to->neighbourhoods.shared_symbols = to->shared_symbols.data;
  to->neighbourhoods.patch_rows = to->patch_rows.data;
  to->neighbourhoods.index = to->index.data;
  return true;
}

bool
spade_run_set_levels (SpadeRun *run, const SpadeLevel *levels,
                      SpadeFailure *failure)
{
  const SpadePlan *plan = run->plan;

  if (!spade_gpu_enter (run->engine->gpu, failure))
    return false;
  for (int i = 0; i < plan->n_levels; i++)
    if (!set_level (run, i, &levels[i], failure))
      return false;
  for (int i = 0; i < plan->n_steps; i++)
    {
      SpadeTables *tables = run->tables[i];
      const SpadeNeighbourhoods *all;
      const void *before;
      int         pitch;

      if (tables == NULL)
        continue;
      all = &run->levels[plan->steps[i].level].neighbourhoods;
      before = spade_tables_get (tables, &pitch);
      if (!spade_tables_reset (tables, run->engine, all, failure)
          || !spade_engine_reserve_scratch (
              run->engine,
              spade_tables_get_scratch (tables, run->engine, all), failure))
        return false;
      if (spade_tables_get (tables, &pitch) != before)
        drop_graph (run);
    }
  return true;
}

bool
spade_run_set_input (SpadeRun *run, const float *input, SpadeFailure *failure)
{
  return spade_gpu_enter (run->engine->gpu, failure)
         && spade_gpu_upload (run->engine->gpu, run->input, input,
                              spade_plan_value_size (run->plan, run->plan->input)
                                  * sizeof (float),
                              failure);
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
        .src = value_data (run, step->src),
        .dst = value_data (run, step->dst),
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
  if (step->mean != NULL)
    {
      pass.norm = spade_engine_pack_norm (engine, step, failure);
      if (pass.norm == NULL)
        return false;
    }
  else
    {
      float *norm = engine->workspace;

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
                         .dst_dtype = value_dtype (run, step->dst),
                         .src = value_data (run, step->src),
                         .dst = value_data (run, step->dst),
                         .scratch = run->engine->workspace };

  if (!get_linear (run, step, &linear, failure))
    return false;
  spade_kernel_linear (spade_gpu_stream (run->engine->gpu), &linear);
  return spade_gpu_check_launch (run->engine->gpu, step->name, failure);
}

static bool
queue_seg_conv (SpadeRun *run, const SpadeStep *step, SpadeFailure *failure)
{
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
                       .n_out = to->channels,
                       .dst = value_data (run, step->dst) };

  if (!get_seg_conv (run, step, &sum, failure))
    return false;
  spade_kernel_sum_rows (spade_gpu_stream (run->engine->gpu), &sum);
  return spade_gpu_check_launch (run->engine->gpu, step->name, failure);
}

// Queues a step whose tables are made.
static bool
queue_step (SpadeRun *run, int i, SpadeFailure *failure)
{
  const SpadePlan  *plan = run->plan;
  const SpadeStep  *step = &plan->steps[i];
  const SpadeValue *from = step->src >= 0 ? &plan->values[step->src] : NULL;
  const SpadeValue *to = &plan->values[step->dst];
  SpadeEngine *engine = run->engine;
  void        *stream = spade_gpu_stream (engine->gpu);
  void        *src = step->src >= 0 ? value_data (run, step->src) : NULL;
  void        *dst = value_data (run, step->dst);

  if (i == 0 && plan->input >= 0)
    spade_kernel_from_f32 (stream, engine->dtype, run->input,
                           (int64_t) spade_plan_value_size (plan, plan->input),
                           value_data (run, plan->input));
  switch (step->kind)
    {
    case SPADE_STEP_CONV:
      return spade_conv_step_run (
          run->convs[i], engine, src,
          step->add >= 0 ? value_data (run, step->add) : NULL, dst, failure);
    case SPADE_STEP_SPADE:
    case SPADE_STEP_NORM:
      return queue_norm (run, i, failure);
    case SPADE_STEP_LINEAR:
      return queue_linear (run, step, failure);
    case SPADE_STEP_SEG_CONV:
      return queue_seg_conv (run, step, failure);
    case SPADE_STEP_UPSAMPLE:
      spade_kernel_upsample (stream, engine->element_size, src, from->height,
                             from->width, from->channels, dst);
      break;
    case SPADE_STEP_RESIZE:
      spade_kernel_resize (stream, engine->dtype, src, from->height,
                           from->width, dst, to->height, to->width,
                           to->channels);
      break;
    }
  return spade_gpu_check_launch (engine->gpu, step->name, failure);
}

static bool
make_tables (SpadeRun *run, int i, SpadeFailure *failure)
{
  return run->tables[i] == NULL
         || spade_tables_make (
             run->tables[i], run->engine,
             &run->levels[run->plan->steps[i].level].neighbourhoods, failure);
}

bool
spade_run_step (SpadeRun *run, int i, SpadeFailure *failure)
{
  return spade_gpu_enter (run->engine->gpu, failure)
         && make_tables (run, i, failure) && queue_step (run, i, failure);
}

static bool
queue_all (SpadeRun *run, SpadeFailure *failure)
{
  for (int i = 0; i < run->plan->n_steps; i++)
    if (!queue_step (run, i, failure))
      return false;
  return true;
}

// Records the render. What cannot be recorded is still rendered step by step.
static void
record (SpadeRun *run)
{
  SpadeFailure failure;
  bool         is_queued;

  drop_graph (run);
  if (!spade_gpu_record_begin (run->engine->gpu, &failure))
    {
      run->cannot_record = true;
      return;
    }
  is_queued = queue_all (run, &failure);
  run->graph = spade_gpu_record_end (run->engine->gpu, &failure);
  if (!is_queued)
    drop_graph (run);
  run->cannot_record = run->graph == NULL;
  run->graph_workspace = run->engine->workspace_changes;
}

bool
spade_run_all (SpadeRun *run, SpadeFailure *failure)
{
  SpadeEngine *engine = run->engine;

  run->is_replayed = false;
  if (!spade_gpu_enter (engine->gpu, failure))
    return false;
  for (int i = 0; i < run->plan->n_steps; i++)
    if (!make_tables (run, i, failure))
      return false;
  if (run->is_warm && !run->cannot_record
      && (run->graph == NULL
          || run->graph_workspace != engine->workspace_changes))
    record (run);
  if (run->graph != NULL
      && run->graph_workspace == engine->workspace_changes)
    {
      run->is_replayed = spade_gpu_replay (engine->gpu, run->graph, failure);
      return run->is_replayed;
    }
  run->is_warm = queue_all (run, failure);
  return run->is_warm;
}

bool
spade_run_get_value (SpadeRun *run, int value, float *out,
                     SpadeFailure *failure)
{
  SpadeEngine *engine = run->engine;
  size_t       n = spade_plan_value_size (run->plan, value);
  const void  *data = value_data (run, value);

  if (!spade_gpu_enter (engine->gpu, failure))
    return false;
  if (value_dtype (run, value) != SPADE_DTYPE_F32)
    {
      if (!spade_engine_reserve_scratch (engine, n * sizeof (float), failure))
        return false;
      spade_kernel_to_f32 (spade_gpu_stream (engine->gpu), engine->dtype, data,
                           (int64_t) n, engine->scratch);
      if (!spade_gpu_check_launch (engine->gpu, "fetching a value", failure))
        return false;
      data = engine->scratch;
    }
  return spade_gpu_download (engine->gpu, out, data, n * sizeof (float),
                             failure);
}

SpadeEngine *
spade_run_get_engine (SpadeRun *run)
{
  return run->engine;
}

bool
spade_run_is_replayed (const SpadeRun *run)
{
  return run->is_replayed;
}

const char *
spade_run_get_conv_way (const SpadeRun *run, int step)
{
  return run->convs[step] != NULL ? spade_conv_step_get_way (run->convs[step])
                                  : NULL;
}
