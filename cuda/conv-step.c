// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The three ways of a convolution. Which one it is depends on the shape, the
// GPU and cuDNN, never on time.

#include "conv-step.h"

#include "conv-cache.h"

#include <stdio.h>
#include <stdlib.h>

// With so few channels on one side tensor cores would mostly multiply padding.
#define FEW 4

struct SpadeConvStep
{
  const SpadeStep *step;
  SpadeGpuConv    *conv;   // NULL: our own kernel
  bool             is_fused;
  const void      *weight, *bias;
  SpadeDirectConv  direct; // where there is no conv
  SpadeFinish      finish; // where nothing is fused
  size_t           result; // bytes of an unfused result that needs a place
};

static bool
fail_memory (SpadeFailure *failure)
{
  failure->kind = SPADE_FAILURE_MEMORY;
  snprintf (failure->message, sizeof failure->message,
            "there is not enough memory; close other programs");
  return false;
}

static bool
pack_direct (SpadeConvStep *self, SpadeEngine *engine, SpadeFailure *failure)
{
  const SpadeStep *step = self->step;
  int64_t    n_out = self->direct.n_out, n_in = self->direct.n_in;
  int64_t    taps = (int64_t) step->kernel * step->kernel;
  int64_t    pitch = (n_out + 3) / 4 * 4;
  SpadePart *parts = calloc ((size_t) taps, sizeof *parts);

  if (parts == NULL)
    return fail_memory (failure);
  for (int64_t tap = 0; tap < taps; tap++)
    parts[tap] = (SpadePart){ .tensor = step->weight,
                              .dims = { n_in, 1, 1, n_out },
                              .strides = { taps, 0, 0, n_in * taps },
                              .pitch = pitch,
                              .first = tap * n_in * pitch,
                              .origin = tap };
  self->direct.weight
      = spade_engine_pack (engine, SPADE_FORM_DIRECT, SPADE_DTYPE_F32,
                           taps * n_in * pitch, parts, (int) taps, failure);
  free (parts);
  if (self->direct.weight == NULL)
    return false;
  if (step->bias == NULL)
    return true;
  self->direct.bias
      = spade_engine_pack_plain (engine, SPADE_FORM_BIAS_F32, SPADE_DTYPE_F32,
                                 step->bias, failure);
  return self->direct.bias != NULL;
}

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

// Looks for an engine of the library: with everything fused in, then without.
// A sum is never fused (conv.c). What is not fused is better compiled than done
// by our own kernel.
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
  bool              is_all; // what there is to do

  fused.has_bias = step->bias != NULL;
  fused.activation = step->activation;
  if (!engine->compile)
    fused.compiled = SPADE_COMPILED_NEVER;
  is_all = step->add < 0 && !fused.has_bias
           && fused.activation == SPADE_ACTIVATION_NONE;
  self->is_fused = is_all;
  if (engine->fuse && !is_all && step->add < 0)
    {
      if (!spade_conv_cache_lend (engine, &fused, &self->conv, failure))
        return false;
      self->is_fused = self->conv != NULL;
    }
  return self->conv != NULL
         || spade_conv_cache_lend (engine, &shape, &self->conv, failure);
}

static bool
prepare (SpadeConvStep *self, SpadeEngine *engine, const SpadePlan *plan,
         bool is_output, SpadeFailure *failure)
{
  const SpadeStep  *step = self->step;
  const SpadeValue *from = &plan->values[step->src];
  const SpadeValue *to = &plan->values[step->dst];
  size_t n = (size_t) to->height * (size_t) to->width * (size_t) to->channels;

  self->direct = (SpadeDirectConv){
    .dtype = engine->dtype,
    .dst_dtype = is_output ? SPADE_DTYPE_F32 : engine->dtype,
    .height = from->height, .width = from->width, .n_in = from->channels,
    .n_out = to->channels, .kernel = step->kernel, .stride = step->stride,
    .activation = step->activation,
  };
  self->finish = (SpadeFinish){
    .dtype = engine->dtype, .n_pixels = (int64_t) to->height * to->width,
    .channels = to->channels, .activation = step->activation,
  };
  if (!is_output && from->channels > FEW && to->channels > FEW
      && !find_conv (self, engine, from, to, failure))
    return false;
  if (self->conv == NULL)
    return pack_direct (self, engine, failure);
  // The sum is formed where the other addend lies; the product is elsewhere.
  if (!self->is_fused && step->add >= 0)
    self->result = (n * engine->element_size + 255) / 256 * 256;
  return pack_library (self, engine, from->channels, failure)
         && spade_engine_reserve_workspace (
             engine,
             self->result + spade_gpu_conv_get_workspace (self->conv), failure);
}

SpadeConvStep *
spade_conv_step_new (SpadeEngine *engine, const SpadePlan *plan,
                     const SpadeStep *step, bool is_output,
                     SpadeFailure *failure)
{
  SpadeConvStep *self = calloc (1, sizeof *self);

  if (self == NULL)
    {
      fail_memory (failure);
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
    {
      self->direct.src = src;
      self->direct.add = add;
      self->direct.dst = dst;
      spade_kernel_direct_conv (stream, &self->direct);
      return spade_gpu_check_launch (engine->gpu, self->step->name, failure);
    }
  if (self->is_fused)
    return spade_gpu_conv_run (engine->gpu, self->conv, src, self->weight,
                               self->bias, dst, engine->workspace.data,
                               failure);
  if (!spade_gpu_conv_run (engine->gpu, self->conv, src, self->weight, NULL,
                           result,
                           (char *) engine->workspace.data + self->result, failure))
    return false;
  self->finish.src = result;
  self->finish.bias = self->bias;
  self->finish.add = add;
  self->finish.dst = dst;
  spade_kernel_finish (stream, &self->finish);
  return spade_gpu_check_launch (engine->gpu, self->step->name, failure);
}

const char *
spade_conv_step_get_way (const SpadeConvStep *self,
                         SpadeGpuConvEngine  *out_engine)
{
  if (self->conv == NULL)
    return "direct";
  *out_engine = spade_gpu_conv_get_engine (self->conv);
  return self->is_fused ? "fused" : "plain";
}
