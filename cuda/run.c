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

#include "run-step.h"

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
    if (!spade_run_prepare_step (run, i, failure))
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
         && make_tables (run, i, failure) && spade_run_queue_step (run, i, failure);
}

static bool
queue_all (SpadeRun *run, SpadeFailure *failure)
{
  for (int i = 0; i < run->plan->n_steps; i++)
    if (!spade_run_queue_step (run, i, failure))
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
  const void  *data = spade_run_value_data (run, value);

  if (!spade_gpu_enter (engine->gpu, failure))
    return false;
  if (spade_run_value_dtype (run, value) != SPADE_DTYPE_F32)
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
