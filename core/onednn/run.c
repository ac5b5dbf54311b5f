// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The oneDNN backend: runs plans step by step, with gamma and beta from the
// neighbourhood tables, which live until the map changes, or a z that they depend on.

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#include "../host-memory.h"
#include "../noise.h"
#include "conv.h"
#include "modulate.h"
#include "run.h"
#include "small-ops.h"

// oneDNN asks OpenMP for the number of threads; the caller's own setting is
// put back after each call into this file.
#define WITH_THREADS(engine, statement)                                       \
  do                                                                          \
    {                                                                         \
      int before_ = omp_get_max_threads ();                                   \
      omp_set_num_threads ((engine)->n_threads);                              \
      statement;                                                              \
      omp_set_num_threads (before_);                                          \
    }                                                                         \
  while (0)

static bool
probe (int device, char *line, size_t size)
{
  static const struct
  {
    dnnl_cpu_isa_t isa;
    const char    *name;
  } best[] = {
    { dnnl_cpu_isa_avx512_core_amx, ", AMX" },
    { dnnl_cpu_isa_avx512_core_bf16, ", AVX-512 BF16" },
    { dnnl_cpu_isa_avx512_core, ", AVX-512" },
    { dnnl_cpu_isa_avx2, ", AVX2" },
    { dnnl_cpu_isa_sse41, ", SSE4.1" },
  };
  const dnnl_version_t *version = dnnl_version ();
  const char           *name = "";

  for (gsize i = 0; *name == '\0' && i < G_N_ELEMENTS (best); i++)
    if (spade_onednn_has (best[i].isa))
      name = best[i].name;
  snprintf (line, size, "oneDNN %d.%d.%d%s", version->major, version->minor,
            version->patch, name);
  return true;
}

static bool
is_fast (int device, SpadeDType precision)
{
  if (precision == SPADE_DTYPE_BF16)
    return spade_onednn_has (dnnl_cpu_isa_avx512_core_bf16);
  return precision == SPADE_DTYPE_F32;
}

void *
spade_onednn_value_data (SpadeRun *run, int value)
{
  int output = spade_plan_find_output (run->plan, value);

  if (output >= 0)
    return run->outputs[output];
  return run->engine->arena
         + run->plan->values[value].offset * run->engine->element_size;
}

dnnl_data_type_t
spade_onednn_value_dtype (SpadeRun *run, int value)
{
  return spade_plan_find_output (run->plan, value) >= 0 ? dnnl_f32
                                                        : run->engine->dtype;
}

static void
run_free (SpadeRun *run)
{
  if (run == NULL)
    return;
  for (int i = 0; i < run->plan->n_steps; i++)
    spade_onednn_conv_free (run->convs[i]);
  g_free (run->convs);
  g_free (run->tables);
  spade_onednn_free (run->outputs[0]);
  spade_onednn_free (run->outputs[1]);
  g_free (run);
}

static bool
prepare_step (SpadeRun *run, int i, SpadeFailure *failure)
{
  const SpadePlan *plan = run->plan;
  const SpadeStep *step = &plan->steps[i];

  if (step->kind == SPADE_STEP_CONV)
    {
      run->convs[i] = spade_onednn_conv_new (run->engine, plan, step,
                                             spade_onednn_value_dtype (run, step->dst),
                                             failure);
      return run->convs[i] != NULL;
    }
  if (step->kind == SPADE_STEP_SPADE)
    {
      run->tables[i] = spade_tables_find (run->engine, step, plan->n_channels,
                                          plan->edge_channel, failure);
      return run->tables[i] != NULL;
    }
  return true;
}

// Lets go of the file's copy of weights that are packed now, so that they are
// not in memory twice.
static void
release_step (const SpadeStep *step)
{
  const SpadeTensor *tensors[] = { step->weight, step->shared_weight,
                                   step->gamma_weight, step->beta_weight };

  if (step->kind != SPADE_STEP_CONV && step->kind != SPADE_STEP_SPADE)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (tensors); i++)
    if (tensors[i] != NULL)
      spade_tensor_release (tensors[i]);
}

static SpadeRun *
run_new (SpadeEngine *engine, const SpadePlan *plan, SpadeFailure *failure)
{
  SpadeRun *run;
  gsize     size = plan->arena_size * engine->element_size;
  bool      is_complete = true;

  if (size > engine->arena_size
      && !spade_host_memory_check ((double) (size - engine->arena_size),
                                   failure))
    return NULL;
  run = g_new0 (SpadeRun, 1);
  run->engine = engine;
  run->plan = plan;
  run->convs = g_new0 (SpadeOnednnConv *, plan->n_steps);
  run->tables = g_new0 (SpadeTables *, plan->n_steps);
  for (int i = 0; is_complete && i < plan->n_outputs; i++)
    {
      size = spade_plan_value_size (plan, plan->outputs[i]) * sizeof (float);
      run->outputs[i] = spade_onednn_alloc (size);
      is_complete = run->outputs[i] != NULL;
    }
  if (!is_complete)
    spade_onednn_fail_memory (size, failure);
  for (int i = 0; is_complete && i < plan->n_steps; i++)
    {
      WITH_THREADS (engine, is_complete = prepare_step (run, i, failure));
      if (plan->has_mapped_weights)
        release_step (&plan->steps[i]);
    }
  if (!is_complete)
    g_clear_pointer (&run, run_free);
  return run;
}

// The bytes that all the tables of the levels, and making them, will take besides
// what there is.
static double
tables_size (const SpadeRun *run)
{
  const SpadePlan *plan = run->plan;
  gsize  scratch = run->engine->scratch_size;
  double size = -(double) scratch;

  for (int i = 0; i < plan->n_steps; i++)
    {
      const SpadeStep           *step = &plan->steps[i];
      const SpadeTables         *tables = run->tables[i];
      const SpadeNeighbourhoods *numbers;
      gsize                      own;

      if (step->kind != SPADE_STEP_SPADE)
        continue;
      numbers = run->levels[step->level].neighbourhoods;
      own = spade_tables_scratch_size (run->engine, step, numbers,
                                       spade_tables_count (tables));
      scratch = MAX (scratch, own);
      size += 2 * sizeof (float) * (double) numbers->n_patches
                  * plan->values[step->dst].channels
              - (double) spade_tables_size (tables);
    }
  return size + (double) scratch;
}

static bool
run_set_levels (SpadeRun *run, const SpadeLevel *levels, SpadeFailure *failure)
{
  memcpy (run->levels, levels, sizeof *levels * (gsize) run->plan->n_levels);
  for (int i = 0; i < run->plan->n_steps; i++)
    if (run->tables[i] != NULL)
      spade_tables_begin (
          run->tables[i],
          levels[run->plan->steps[i].level].neighbourhoods->serial);
  return spade_host_memory_check (tables_size (run), failure);
}

bool
spade_onednn_reserve_arena (SpadeRun *run, SpadeFailure *failure)
{
  SpadeEngine *engine = run->engine;
  gsize        size = run->plan->arena_size * engine->element_size;

  if (size <= engine->arena_size)
    return true;
  spade_onednn_free (engine->arena);
  engine->arena = spade_onednn_alloc (size);
  engine->arena_size = engine->arena != NULL ? size : 0;
  return engine->arena != NULL || spade_onednn_fail_memory (size, failure);
}

static bool
run_set_input (SpadeRun *run, const float *input, SpadeFailure *failure)
{
  if (!spade_onednn_reserve_arena (run, failure))
    return false;
  spade_onednn_store (input,
                      spade_plan_value_size (run->plan, run->plan->input),
                      spade_onednn_value_data (run, run->plan->input),
                      spade_onednn_value_dtype (run, run->plan->input));
  return true;
}

static void
run_set_noise (SpadeRun *run, uint64_t seed, int top, int left)
{
  run->noise_seed = seed;
  run->noise_top = top;
  run->noise_left = left;
}

static bool
run_get_value (SpadeRun *run, int value, float *out, SpadeFailure *failure)
{
  spade_onednn_load (spade_onednn_value_data (run, value),
                     spade_onednn_value_dtype (run, value),
                     spade_plan_value_size (run->plan, value), out);
  return true;
}

static void
modulate (SpadeRun *run, const SpadeModulation *pass)
{
  if (run->engine->dtype == dnnl_bf16)
    spade_modulate_bf16 (pass);
  else
    spade_modulate_f32 (pass);
}

// SPADE, NORM and SCALE steps: the fused pass, after the statistics where the norm is
// of the picture at hand.
static bool
run_norm (SpadeRun *run, const SpadeStep *step, const float *table,
          const uint32_t *index, SpadeFailure *failure)
{
  const SpadeValue *from = &run->plan->values[step->src];
  const SpadeValue *to = &run->plan->values[step->dst];
  g_autofree float *a = NULL;
  g_autofree float *strength = NULL;
  SpadeModulation   pass = {
    .src = spade_onednn_value_data (run, step->src),
    .dst = spade_onednn_value_data (run, step->dst),
    .height = to->height,
    .width = to->width,
    .channels = to->channels,
    .upsample = step->upsample,
    .index = index,
    .table = table,
    .slope = step->activation == SPADE_ACTIVATION_LEAKY_RELU
                 ? SPADE_LEAKY_SLOPE
                 : 1,
    .n_threads = run->engine->n_threads,
  };

  if (step->mean == NULL && step->kind != SPADE_STEP_SCALE)
    {
      gsize n_sums = (gsize) from->height * 2 * from->channels;
      g_autofree double *sums = g_try_new (double, n_sums);

      if (sums == NULL)
        return spade_onednn_fail_memory (n_sums * sizeof *sums, failure);
      a = g_new (float, 2 * from->channels);
      spade_modulate_statistics (pass.src, run->engine->dtype == dnnl_bf16,
                                 from->height, from->width, from->channels, a,
                                 a + from->channels, sums, pass.n_threads);
      pass.a = a;
      pass.b = a + from->channels;
    }
  if (step->noise != NULL)
    {
      strength = g_new (float, to->channels);
      spade_tensor_read (step->noise, 0, to->channels, strength);
      pass.strength = strength;
      pass.noise_key = spade_noise_key (run->noise_seed, step->noise_plane);
      pass.top = run->noise_top;
      pass.left = run->noise_left;
    }
  modulate (run, &pass);
  return true;
}

static bool
run_scale (SpadeRun *run, const SpadeStep *step, SpadeFailure *failure)
{
  int               n = run->plan->values[step->dst].channels;
  g_autofree float *same = NULL;

  if (step->z_sums != NULL)
    return run_norm (run, step, step->z_sums, NULL, failure);
  same = g_new0 (float, 2 * n);
  for (int c = 0; c < n; c++)
    same[c] = 1;
  return run_norm (run, step, same, NULL, failure);
}

static bool
dispatch_step (SpadeRun *run, int i, SpadeFailure *failure)
{
  const SpadePlan  *plan = run->plan;
  const SpadeStep  *step = &plan->steps[i];
  const float      *table;
  SpadeSmallOp      op = {
         .plan = plan,
         .step = step,
         .src = step->src >= 0 ? spade_onednn_value_data (run, step->src) : NULL,
         .dst = spade_onednn_value_data (run, step->dst),
         .src_dtype = step->src >= 0 ? spade_onednn_value_dtype (run, step->src)
                                     : dnnl_f32,
         .dst_dtype = spade_onednn_value_dtype (run, step->dst),
         .n_threads = run->engine->n_threads,
  };

  switch (step->kind)
    {
    case SPADE_STEP_CONV:
      return spade_onednn_conv_run (run->convs[i], run->engine, op.src, op.dst,
                                    failure);
    case SPADE_STEP_SPADE:
      table = spade_tables_get (run->tables[i], run->engine,
                                run->levels[step->level].neighbourhoods,
                                failure);
      return table != NULL
             && run_norm (run, step, table,
                          run->levels[step->level].neighbourhoods->index,
                          failure);
    case SPADE_STEP_NORM:
      return run_norm (run, step, NULL, NULL, failure);
    case SPADE_STEP_SCALE:
      return run_scale (run, step, failure);
    case SPADE_STEP_SHUFFLE:
      if (step->add >= 0)
        op.add = spade_onednn_value_data (run, step->add);
      return spade_small_shuffle (&op, failure);
    case SPADE_STEP_LINEAR:
      return spade_small_linear (&op, failure);
    case SPADE_STEP_SEG_CONV:
      return spade_small_seg_conv (&op, run->levels[step->level].symbols,
                                   failure);
    case SPADE_STEP_UPSAMPLE:
      return spade_small_upsample (&op);
    case SPADE_STEP_RESIZE:
      return spade_small_resize (&op, failure);
    }
  return true;
}

static bool
run_step (SpadeRun *run, int i, SpadeFailure *failure)
{
  bool is_done;

  if (!spade_onednn_reserve_arena (run, failure))
    return false;
  WITH_THREADS (run->engine, is_done = dispatch_step (run, i, failure));
  return is_done;
}

const SpadeBackend spade_backend_onednn = {
  .name = "onednn",
  .probe = probe,
  .is_fast = is_fast,
  .engine_new = spade_onednn_engine_new,
  .engine_free = spade_onednn_engine_free,
  .run_new = run_new,
  .run_free = run_free,
  .run_set_levels = run_set_levels,
  .run_set_input = run_set_input,
  .run_set_noise = run_set_noise,
  .run_step = run_step,
  .run_get_value = run_get_value,
  .wants_neighbourhoods = true,
  .keeps_packed_weights = true,
  .windows = &spade_onednn_windowing,
};
