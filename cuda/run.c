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

#include "place.h"
#include "run-step.h"
#include "transfer.h"

static void
drop_graph (SpadeRun *run)
{
  spade_gpu_graph_free (run->graph);
  run->graph = NULL;
}

static void
put_away (SpadeRun *run, SpadePlace *place)
{
  if (run->is_window)
    spade_place_leave (run->engine, place);
  else
    spade_place_release (run->engine, place);
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
    spade_conv_step_free (run->convs[i], run->engine);
  for (int i = 0; i < SPADE_MAX_LEVELS; i++)
    {
      put_away (run, &run->levels[i].symbols);
      put_away (run, &run->levels[i].shared_symbols);
      put_away (run, &run->levels[i].patch_rows);
      put_away (run, &run->levels[i].index);
    }
  put_away (run, &run->arena);
  put_away (run, &run->outputs[0]);
  put_away (run, &run->outputs[1]);
  put_away (run, &run->input);
  put_away (run, &run->noise_place);
  put_away (run, &run->z_place);
  // What comes next is of another size, or goes by windows for want of memory.
  if (!run->is_window)
    spade_tables_drop (run->engine);
  free (run->convs);
  free (run->tables);
  free (run);
}

// Refuses values of 2^31 numbers and more, which not every engine of cuDNN's
// counts right. As want of memory: then the picture is made in tiles.
static bool
is_countable (const SpadePlan *plan, SpadeFailure *failure)
{
  for (int i = 0; i < plan->n_values; i++)
    if (spade_plan_value_size (plan, i) > INT32_MAX)
      {
        failure->kind = SPADE_FAILURE_MEMORY;
        snprintf (failure->message, sizeof failure->message,
                  "the picture is too large for the GPU; choose a smaller size "
                  "or the device cpu");
        return false;
      }
  return true;
}

static bool
reserve_input (SpadeRun *run, SpadeFailure *failure)
{
  return spade_place_reserve (run->engine, &run->input,
                              spade_plan_value_size (run->plan,
                                                     run->plan->input)
                                  * sizeof (float),
                              "the style", failure);
}

static bool
prepare (SpadeRun *run, SpadeFailure *failure)
{
  const SpadePlan *plan = run->plan;
  SpadeEngine     *engine = run->engine;
  size_t           n_z;

  if (!is_countable (plan, failure) || !spade_gpu_enter (engine->gpu, failure))
    return false;
  if (!run->is_window)
    spade_place_drop_spares (engine);
  if (!spade_place_reserve (engine, &run->arena,
                            plan->arena_size * engine->element_size,
                            "the picture", failure))
    return false;
  for (int i = 0; i < plan->n_outputs; i++)
    if (!spade_place_reserve (engine, &run->outputs[i],
                              spade_plan_value_size (plan, plan->outputs[i])
                                  * sizeof (float),
                              "the picture", failure))
      return false;
  if (spade_plan_has_noise (plan)
      && !spade_place_reserve (engine, &run->noise_place, sizeof run->noise,
                               "the noise", failure))
    return false;
  spade_plan_get_z_sums (plan, &n_z);
  if (n_z > 0
      && !spade_place_reserve (engine, &run->z_place, n_z * sizeof (float),
                               "the style", failure))
    return false;
  if (plan->input >= 0 && !run->is_window && !reserve_input (run, failure))
    return false;
  for (int i = 0; i < plan->n_steps; i++)
    if (!spade_run_prepare_step (run, i, failure))
      return false;
  run->workspace_size = engine->workspace.size;
  // Weights made it as large as the largest tensor, which nothing needs later.
  if (!run->is_window)
    spade_place_release (engine, &engine->scratch);
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
      run->is_window = plan->n_levels > 0 && plan->n_stages == 0;
      run->convs = calloc ((size_t) plan->n_steps, sizeof *run->convs);
      run->tables = calloc ((size_t) plan->n_steps, sizeof *run->tables);
    }
  if (run == NULL || run->convs == NULL || run->tables == NULL)
    {
      spade_gpu_fail_host_memory (failure);
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
send (SpadeRun *run, SpadePlace *place, const void *data, size_t size,
      bool *out_moved, SpadeFailure *failure)
{
  return spade_level_reserve (run->engine, place, size, out_moved, failure)
         && spade_gpu_upload (run->engine->gpu, place->data, data, size,
                              failure);
}

// Sends a level, with its neighbourhoods where they are there.
static bool
set_level (SpadeRun *run, int i, const SpadeLevel *from, bool *out_moved,
           SpadeFailure *failure)
{
  const SpadeNeighbourhoods *all = from->neighbourhoods;
  Level *to = &run->levels[i];
  size_t n = (size_t) from->height * (size_t) from->width, n_taps;

  if (!send (run, &to->symbols, from->symbols, n * 2, out_moved, failure))
    return false;
  if (all == NULL)
    return true;
  n_taps = (size_t) all->kernel * (size_t) all->kernel;
  if (!send (run, &to->shared_symbols, all->shared_symbols,
             all->n_shared * n_taps * 2, out_moved, failure)
      || !send (run, &to->patch_rows, all->patch_rows,
                all->n_patches * n_taps * 4, out_moved, failure)
      || !send (run, &to->index, all->index, n * 4, out_moved, failure))
    return false;
  to->neighbourhoods = *all;
  to->neighbourhoods.shared_symbols = to->shared_symbols.data;
  to->neighbourhoods.patch_rows = to->patch_rows.data;
  to->neighbourhoods.index = to->index.data;
  return true;
}

// Memory for something outside of renders, which the arena is where it is enough; its
// values go. NULL with failure.
static void *
reserve_aside (SpadeRun *run, size_t size, SpadeFailure *failure)
{
  if (size <= run->arena.size)
    return run->arena.data;
  return spade_engine_reserve_scratch (run->engine, size, failure)
             ? run->engine->scratch.data
             : NULL;
}

// The finest levels may have no SPADE steps, and need no neighbourhoods.
static bool
number_levels (SpadeRun *run, const SpadeLevel *levels, bool *out_moved,
               SpadeFailure *failure)
{
  int   n = run->plan->n_levels;
  void *scratch;

  while (n > 1 && !spade_plan_has_tables (run->plan, n - 1))
    n--;
  scratch = reserve_aside (run, spade_number_levels_scratch (levels, n), failure);
  return scratch != NULL
         && spade_number_levels (run->engine, run->levels, levels, n,
                                 run->plan->kernel, scratch, out_moved,
                                 failure);
}

// Sends the levels of a map and makes the neighbourhoods of a whole one.
static bool
set_levels (SpadeRun *run, const SpadeLevel *levels, bool *out_moved,
            SpadeFailure *failure)
{
  const SpadePlan *plan = run->plan;

  for (int i = 0; i < plan->n_levels; i++)
    {
      SpadeNeighbourhoods *own = &run->levels[i].neighbourhoods;

      // A window has the level of its stage alone.
      if (levels[i].symbols == NULL)
        continue;
      if (!set_level (run, i, &levels[i], out_moved, failure))
        return false;
      // Real serials count from 1 upwards.
      if (levels[i].neighbourhoods == NULL || own->serial == 0)
        own->serial = UINT64_MAX - run->engine->n_anonymous++;
    }
  return run->is_window || levels[0].neighbourhoods != NULL
         || number_levels (run, levels, out_moved, failure);
}

bool
spade_run_set_levels (SpadeRun *run, const SpadeLevel *levels,
                      SpadeFailure *failure)
{
  bool is_moved = false, is_set;

  if (!spade_gpu_enter (run->engine->gpu, failure))
    return false;
  run->engine->use++;
  is_set = set_levels (run, levels, &is_moved, failure);
  if (is_moved)
    drop_graph (run);
  return is_set && spade_run_reserve_tables (run, failure);
}

bool
spade_run_set_input (SpadeRun *run, const float *input, SpadeFailure *failure)
{
  run->has_input = true;
  return spade_gpu_enter (run->engine->gpu, failure)
         && reserve_input (run, failure)
         && spade_gpu_upload (run->engine->gpu, run->input.data, input,
                              spade_plan_value_size (run->plan, run->plan->input)
                                  * sizeof (float),
                              failure);
}

void
spade_run_set_noise (SpadeRun *run, uint64_t seed, int top, int left)
{
  run->noise = (SpadeNoise){ seed, top, left };
  run->is_noise_sent = false;
}

// Sends the noise where it is another, outside of what is recorded.
static bool
send_noise (SpadeRun *run, SpadeFailure *failure)
{
  if (run->noise_place.data == NULL || run->is_noise_sent)
    return true;
  run->is_noise_sent
      = spade_gpu_upload (run->engine->gpu, run->noise_place.data, &run->noise,
                          sizeof run->noise, failure);
  return run->is_noise_sent;
}

// Sends what z makes of the steps' z_sums, where it is another.
static bool
send_z_sums (SpadeRun *run, SpadeFailure *failure)
{
  const SpadePlan *plan = run->plan;
  size_t           n;
  const float     *sums = spade_plan_get_z_sums (plan, &n);

  if (n == 0 || (run->has_z && run->z_version == plan->z_version))
    return true;
  run->has_z = spade_gpu_upload (run->engine->gpu, run->z_place.data, sums,
                                 n * sizeof *sums, failure);
  run->z_version = plan->z_version;
  return run->has_z;
}

// Makes sure of what other runs of the engine may have taken away, and of what
// was told since.
static bool
enter (SpadeRun *run, SpadeFailure *failure)
{
  run->engine->use++;
  return spade_gpu_enter (run->engine->gpu, failure)
         && spade_engine_reserve_workspace (run->engine, run->workspace_size,
                                            failure)
         && send_noise (run, failure) && send_z_sums (run, failure);
}

bool
spade_run_step (SpadeRun *run, int i, SpadeFailure *failure)
{
  return enter (run, failure) && spade_run_make_tables (run, i, true, failure)
         && spade_run_queue_step (run, i, failure);
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
  run->graph_changes = run->engine->changes;
}

bool
spade_run_all (SpadeRun *run, SpadeFailure *failure)
{
  SpadeEngine *engine = run->engine;

  run->is_replayed = false;
  if (!enter (run, failure))
    return false;
  // All before the first step, whose values may take their place.
  for (int i = 0; i < run->plan->n_steps; i++)
    if (!spade_run_make_tables (run, i, run->is_window, failure))
      return false;
  if (run->is_warm && !run->cannot_record
      && (run->graph == NULL || run->graph_changes != engine->changes))
    record (run);
  if (run->graph != NULL && run->graph_changes == engine->changes)
    {
      run->is_replayed = spade_gpu_replay (engine->gpu, run->graph, failure);
      if (run->is_replayed || failure->kind != SPADE_FAILURE_MEMORY)
        return run->is_replayed;
      // The recording takes memory itself; steps one by one do not.
      drop_graph (run);
      run->cannot_record = true;
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
  size_t       row = n / (size_t) run->plan->values[value].height
                     * sizeof (float);
  const void  *data = spade_run_value_data (run, value);

  if (!spade_gpu_enter (engine->gpu, failure))
    return false;
  if (spade_run_value_dtype (run, value) != SPADE_DTYPE_F32)
    {
      if (!spade_engine_reserve_scratch (engine, n * sizeof (float), failure))
        return false;
      spade_kernel_to_f32 (spade_gpu_stream (engine->gpu), engine->dtype, data,
                           (int64_t) n, engine->scratch.data);
      if (!spade_gpu_check_launch (engine->gpu, "fetching a value", failure))
        return false;
      data = engine->scratch.data;
    }
  return spade_engine_fetch (engine, out, row, data, row, row,
                             (size_t) run->plan->values[value].height, failure);
}

bool
spade_run_get_bytes (SpadeRun *run, int value, uint8_t *out,
                     SpadeFailure *failure)
{
  SpadeEngine *engine = run->engine;
  size_t       n = spade_plan_value_size (run->plan, value);
  size_t       height = (size_t) run->plan->values[value].height;
  uint8_t     *bytes;

  if (!spade_gpu_enter (engine->gpu, failure))
    return false;
  bytes = reserve_aside (run, n, failure);
  if (bytes == NULL)
    return false;
  spade_kernel_pack_bytes (spade_gpu_stream (engine->gpu),
                           spade_run_value_data (run, value), (int64_t) n,
                           bytes);
  return spade_gpu_check_launch (engine->gpu, "packing the picture", failure)
         && spade_engine_fetch (engine, out, n / height, bytes, n / height,
                                n / height, height, failure);
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
spade_run_get_conv_way (const SpadeRun *run, int step,
                        SpadeGpuConvEngine *out_engine)
{
  return run->convs[step] != NULL
             ? spade_conv_step_get_way (run->convs[step], out_engine)
             : NULL;
}
