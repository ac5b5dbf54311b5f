// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The ways of a convolution. Which one it is depends on the shape, the GPU and
// cuDNN, never on time.

#include "conv-step.h"

#include "conv-cache.h"
#include "conv-kernel.h"

#include <stdlib.h>

// With so few channels on one side tensor cores would mostly multiply padding.
#define FEW 4

struct SpadeConvStep
{
  const SpadeStep *step;
  SpadeConvKernel  kernel; // ours, where there is no conv
  SpadeGpuConv    *conv;
  bool             adds;   // to what dst holds
  bool             is_all; // conv leaves nothing for finish
  const void      *weight, *bias;
  SpadeFinish      finish;
  size_t           result; // bytes of a product that needs a place of its own
};

static bool
pack_library (SpadeConvStep *self, SpadeEngine *engine, int64_t n_in,
              SpadeFailure *failure)
{
  const SpadeStep *step = self->step;
  int64_t   n_out = step->weight->shape[0];
  int64_t   taps = (int64_t) step->kernel * step->kernel;
  SpadePart part = { .tensor = step->weight,
                     .dims = { 1, n_out, taps, n_in },
                     .strides = { 0, n_in * taps, 1, taps } };

  self->weight = spade_engine_pack (engine, SPADE_FORM_CONV, engine->dtype,
                                    n_out * taps * n_in, &part, 1, failure);
  if (self->weight == NULL)
    return false;
  if (step->bias == NULL)
    return true;
  self->bias = spade_engine_pack_plain (engine, SPADE_FORM_BIAS, engine->dtype,
                                        step->bias, failure);
  return self->bias != NULL;
}

// Looks for an engine of the library: with everything fused in, or with the sum
// alone (conv.c), then without. What is not fused is better compiled than done by
// our own kernel.
static bool
find_conv (SpadeConvStep *self, SpadeEngine *engine, const SpadeValue *from,
           const SpadeValue *to, SpadeFailure *failure)
{
  const SpadeStep  *step = self->step;
  SpadeGpuConvShape shape = { .height = from->height, .width = from->width,
                              .n_in = from->channels, .n_out = to->channels,
                              .kernel = step->kernel, .stride = step->stride,
                              .dtype = engine->dtype, .tf32 = engine->tf32,
                              .compiled = engine->compile
                                              ? SPADE_COMPILED_TOO
                                              : SPADE_COMPILED_LAST };
  SpadeGpuConvShape fused = shape;
  bool is_bare = step->bias == NULL
                 && step->activation == SPADE_ACTIVATION_NONE;

  fused.adds = step->add >= 0;
  fused.has_bias = !fused.adds && step->bias != NULL;
  fused.activation = fused.adds ? SPADE_ACTIVATION_NONE : step->activation;
  if (!engine->compile)
    fused.compiled = SPADE_COMPILED_NEVER;
  if (engine->fuse && (fused.adds || !is_bare))
    {
      if (!spade_conv_cache_lend (engine, &fused, &self->conv, failure))
        return false;
      self->adds = self->conv != NULL && fused.adds;
      self->is_all = self->conv != NULL && (!fused.adds || is_bare);
    }
  if (self->conv != NULL)
    return true;
  self->is_all = is_bare && !fused.adds;
  return spade_conv_cache_lend (engine, &shape, &self->conv, failure);
}

static bool
prepare (SpadeConvStep *self, SpadeEngine *engine, const SpadePlan *plan,
         bool is_output, SpadeFailure *failure)
{
  const SpadeStep  *step = self->step;
  const SpadeValue *from = &plan->values[step->src];
  const SpadeValue *to = &plan->values[step->dst];
  bool              is_ours = is_output || from->channels <= FEW
                              || to->channels <= FEW;

  if (!is_ours && !find_conv (self, engine, from, to, failure))
    return false;
  if (self->conv == NULL)
    return spade_conv_kernel_prepare (&self->kernel, engine, plan, step,
                                      is_output, failure);
  if (!pack_library (self, engine, from->channels, failure))
    return false;
  self->finish = (SpadeFinish){
    .dtype = engine->dtype, .n_pixels = (int64_t) to->height * to->width,
    .channels = to->channels, .activation = step->activation,
    .bias = self->bias,
  };
  // The sum is formed where the other addend lies; the product is elsewhere.
  if (!self->adds && step->add >= 0)
    self->result = (spade_plan_value_size (plan, step->dst)
                        * engine->element_size
                    + 255)
                   / 256 * 256;
  return spade_engine_reserve_workspace (
      engine, self->result + spade_gpu_conv_get_workspace (self->conv), failure);
}

SpadeConvStep *
spade_conv_step_new (SpadeEngine *engine, const SpadePlan *plan,
                     const SpadeStep *step, bool is_output,
                     SpadeFailure *failure)
{
  SpadeConvStep *self = calloc (1, sizeof *self);

  if (self == NULL)
    {
      spade_gpu_fail_host_memory (failure);
      return NULL;
    }
  self->step = step;
  if (!prepare (self, engine, plan, is_output, failure))
    {
      spade_conv_step_free (self, engine);
      return NULL;
    }
  return self;
}

void
spade_conv_step_free (SpadeConvStep *self, SpadeEngine *engine)
{
  if (self == NULL)
    return;
  spade_conv_cache_return (engine, self->conv);
  free (self);
}

bool
spade_conv_step_run (SpadeConvStep *self, SpadeEngine *engine, const void *src,
                     const void *add, void *dst, SpadeFailure *failure)
{
  void *stream = spade_gpu_stream (engine->gpu);
  void *result = self->result > 0 ? engine->workspace.data : dst;

  if (self->conv == NULL)
    return spade_conv_kernel_run (&self->kernel, engine, src, add, dst, failure);
  if (self->is_all)
    return spade_gpu_conv_run (engine->gpu, self->conv, src, self->weight,
                               self->bias, dst, engine->workspace.data,
                               failure);
  if (!spade_gpu_conv_run (engine->gpu, self->conv, src, self->weight, NULL,
                           result,
                           (char *) engine->workspace.data + self->result, failure))
    return false;
  self->finish.src = result;
  self->finish.add = self->adds ? NULL : add;
  self->finish.dst = dst;
  spade_kernel_finish (stream, &self->finish);
  return spade_gpu_check_launch (engine->gpu, self->step->name, failure);
}

const char *
spade_conv_step_get_way (const SpadeConvStep *self,
                         SpadeGpuConvEngine  *out_engine)
{
  if (self->conv == NULL)
    return self->kernel.is_narrow ? "narrow" : "direct";
  *out_engine = spade_gpu_conv_get_engine (self->conv);
  return self->is_all ? "fused" : self->adds ? "summed" : "plain";
}
