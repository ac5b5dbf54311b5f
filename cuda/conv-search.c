// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The engine is the first in cuDNN's own order that keeps the rules below, never
// the winner of a race: a race could end differently the next time, and the same
// map must give the same picture. One that is ready goes before one that cuDNN
// compiles when it is prepared: that takes 0.1 to 1.5 s, and each size of a
// picture, or of a tile, has some twenty convolutions of its own.

// Some 9.x still need the handle attributes that later ones deprecate.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

#include "conv-search.h"

#define MAX_CONFIGS 64
// An engine that wants more is passed over. Those of f32 copy picture and result
// to lie as C x H x W; at 1024 x 1024 that is 0.8 GB for 128 and 64 channels.
#define MAX_WORKSPACE ((int64_t) 1 << 30)

typedef struct
{
  SpadeGpu      *gpu;
  bool           may_round;   // the factors of products
  bool           may_compile; // kernels, when the plan is made
  SpadeConvPlan *found;
  bool           has_failed;
  SpadeFailure  *failure;     // the first, or want of memory
} Search;

static bool
is_over (const Search *self)
{
  return self->found->plan != NULL
         || (self->has_failed && self->failure->kind == SPADE_FAILURE_MEMORY);
}

// Says whether a call went well. What an engine cannot do is no failure, and the
// next one is tried; so it is after another failure, which counts where no engine
// is found. Want of memory ends the search: it passes, and must neither choose
// another engine, of other bits, nor be remembered as there being none.
static bool
is_done (Search *self, cudnnStatus_t status)
{
  SpadeFailure failure;

  if (spade_cudnn_check (status, "preparing a convolution", &failure))
    return true;
  if (failure.kind == SPADE_FAILURE_MEMORY
      || (!self->has_failed && !spade_cudnn_is_unsupported (status)))
    {
      *self->failure = failure;
      self->has_failed = true;
    }
  return false;
}

// Says whether an engine has its kernels ready, as far as it must.
static bool
is_ready (Search *self, cudnnBackendDescriptor_t engine)
{
  bool *is_compiled = &self->found->engine.is_compiled;

  cudnnBackendBehaviorNote_t notes[CUDNN_BEHAVIOR_NOTE_TYPE_COUNT];
  int64_t n = 0;

  *is_compiled = false;
  if (!is_done (self, cudnnBackendGetAttribute (
                          engine, CUDNN_ATTR_ENGINE_BEHAVIOR_NOTE,
                          CUDNN_TYPE_BEHAVIOR_NOTE,
                          CUDNN_BEHAVIOR_NOTE_TYPE_COUNT, &n, notes)))
    return false;
  for (int64_t i = 0; i < n; i++)
    *is_compiled |= notes[i] == CUDNN_BEHAVIOR_NOTE_RUNTIME_COMPILATION;
  return self->may_compile || !*is_compiled;
}

// Says whether an engine keeps our rules: the same bits every time; factors that
// are rounded by tensor cores (TF32) at most, and in f32 only where asked for;
// neither Winograd nor FFT, which lose digits and whose squares would make the
// bits of a pixel depend on the window that it lies in.
static bool
is_allowed (Search *self, cudnnBackendDescriptor_t config)
{
  cudnnBackendNumericalNote_t notes[CUDNN_NUMERICAL_NOTE_TYPE_COUNT];
  cudnnBackendDescriptor_t    engine = NULL;
  SpadeGpuConvEngine         *about = &self->found->engine;
  int64_t n = 0;
  bool    is_good;

  about->has_tensor_cores = false;
  if (!is_done (self,
                cudnnBackendCreateDescriptor (CUDNN_BACKEND_ENGINE_DESCRIPTOR,
                                              &engine)))
    return false;
  is_good = is_done (self, cudnnBackendGetAttribute (
                               config, CUDNN_ATTR_ENGINECFG_ENGINE,
                               CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &n, &engine))
            && is_done (self, cudnnBackendGetAttribute (
                                  engine, CUDNN_ATTR_ENGINE_GLOBAL_INDEX,
                                  CUDNN_TYPE_INT64, 1, &n, &about->index))
            && is_done (self, cudnnBackendGetAttribute (
                                  engine, CUDNN_ATTR_ENGINE_NUMERICAL_NOTE,
                                  CUDNN_TYPE_NUMERICAL_NOTE,
                                  CUDNN_NUMERICAL_NOTE_TYPE_COUNT, &n, notes))
            && is_ready (self, engine);
  for (int64_t i = 0; is_good && i < n; i++)
    switch (notes[i])
      {
      case CUDNN_NUMERICAL_NOTE_TENSOR_CORE:
        is_good = self->may_round;
        about->has_tensor_cores = true;
        break;
      case CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS:
      case CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION:
      case CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC:
      case CUDNN_NUMERICAL_NOTE_FFT:
      case CUDNN_NUMERICAL_NOTE_WINOGRAD:
        is_good = false;
        break;
      default:
        break;
      }
  cudnnBackendDestroyDescriptor (engine);
  return is_good;
}

// The plan of an engine's configuration, or NULL where it is not for us.
static cudnnBackendDescriptor_t
try_config (Search *self, cudnnBackendDescriptor_t config)
{
  int64_t                 *workspace = &self->found->workspace;
  cudnnBackendDescriptor_t plan = NULL;
  int64_t                  n = 0;

  if (!is_allowed (self, config)
      || !is_done (self, cudnnBackendCreateDescriptor (
                             CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR, &plan)))
    return NULL;
  if (is_done (self, cudnnBackendSetAttribute (
                         plan, CUDNN_ATTR_EXECUTION_PLAN_HANDLE,
                         CUDNN_TYPE_HANDLE, 1, &self->gpu->cudnn))
      && is_done (self, cudnnBackendSetAttribute (
                            plan, CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG,
                            CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &config))
      && is_done (self, cudnnBackendFinalize (plan))
      && is_done (self, cudnnBackendGetAttribute (
                            plan, CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE,
                            CUDNN_TYPE_INT64, 1, &n, workspace))
      && *workspace <= MAX_WORKSPACE)
    return plan;
  cudnnBackendDestroyDescriptor (plan);
  return NULL;
}

// Takes the first plan that the configurations of a list give.
static void
try_configs (Search *self, cudnnBackendDescriptor_t *configs, int64_t n)
{
  SpadeConvPlan *found = self->found;

  for (int64_t i = 0; !is_over (self) && i < n; i++)
    {
      found->plan = try_config (self, configs[i]);
      if (found->plan != NULL)
        {
          found->config = configs[i];
          configs[i] = NULL;
        }
    }
}

// Asks for one of cuDNN's lists and tries what is on it, where nothing is found
// yet.
static void
find_plan (Search *self, cudnnBackendDescriptor_t graph,
           cudnnBackendHeurMode_t mode)
{
  cudnnBackendDescriptor_t heuristics = NULL;
  cudnnBackendDescriptor_t configs[MAX_CONFIGS] = { NULL };
  int64_t n = 0;

  if (is_over (self))
    return;
  if (!is_done (self, cudnnBackendCreateDescriptor (
                          CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR, &heuristics)))
    return;
  for (int i = 0; i < MAX_CONFIGS; i++)
    if (!is_done (self, cudnnBackendCreateDescriptor (
                            CUDNN_BACKEND_ENGINECFG_DESCRIPTOR, &configs[i])))
      goto out;
  if (is_done (self, cudnnBackendSetAttribute (
                         heuristics, CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH,
                         CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &graph))
      && is_done (self, cudnnBackendSetAttribute (
                            heuristics, CUDNN_ATTR_ENGINEHEUR_MODE,
                            CUDNN_TYPE_HEUR_MODE, 1, &mode))
      && is_done (self, cudnnBackendFinalize (heuristics))
      && is_done (self, cudnnBackendGetAttribute (
                            heuristics, CUDNN_ATTR_ENGINEHEUR_RESULTS,
                            CUDNN_TYPE_BACKEND_DESCRIPTOR, MAX_CONFIGS, &n,
                            configs)))
    try_configs (self, configs, n < MAX_CONFIGS ? n : MAX_CONFIGS);

out:
  for (int i = 0; i < MAX_CONFIGS; i++)
    if (configs[i] != NULL)
      cudnnBackendDestroyDescriptor (configs[i]);
  cudnnBackendDestroyDescriptor (heuristics);
}

bool
spade_conv_search (SpadeGpu *gpu, const SpadeGpuConvShape *shape,
                   cudnnBackendDescriptor_t graph, SpadeConvPlan *out_plan,
                   SpadeFailure *failure)
{
  Search self = { .gpu = gpu, .found = out_plan, .failure = failure,
                  .may_round = shape->dtype != SPADE_DTYPE_F32 || shape->tf32 };

  for (int i = 0; i < 2; i++)
    {
      if (shape->compiled
          == (i == 0 ? SPADE_COMPILED_TOO : SPADE_COMPILED_NEVER))
        continue;
      self.may_compile = i > 0;
      find_plan (&self, graph, CUDNN_HEUR_MODE_A);
      find_plan (&self, graph, CUDNN_HEUR_MODE_FALLBACK);
    }
  return out_plan->plan != NULL || !self.has_failed;
}
