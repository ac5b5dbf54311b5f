// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Which of our kernels it is, and the form that it wants its weights in.

#include "conv-kernel.h"

#include <stdlib.h>

static bool
pack_bias (const SpadeStep *step, SpadeEngine *engine, const float **out,
           SpadeFailure *failure)
{
  if (step->bias == NULL)
    return true;
  *out = spade_engine_pack_plain (engine, SPADE_FORM_BIAS_F32, SPADE_DTYPE_F32,
                                  step->bias, failure);
  return *out != NULL;
}

static bool
pack_direct (SpadeConvKernel *self, SpadeEngine *engine, SpadeFailure *failure)
{
  const SpadeStep *step = self->step;
  int64_t    n_out = self->direct.n_out, n_in = self->direct.n_in;
  int64_t    taps = (int64_t) step->kernel * step->kernel;
  int64_t    pitch = (n_out + 3) / 4 * 4;
  SpadePart *parts = calloc ((size_t) taps, sizeof *parts);

  if (parts == NULL)
    {
      spade_gpu_fail_host_memory (failure);
      return false;
    }
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
  return self->direct.weight != NULL
         && pack_bias (step, engine, &self->direct.bias, failure);
}

// Says whether the tensor cores' kernel makes the picture.
static bool
can_be_narrow (const SpadeConvKernel *self, const SpadeEngine *engine)
{
  const SpadeDirectConv *v = &self->direct;

  return v->dst_dtype == SPADE_DTYPE_F32 && v->kernel == 3 && v->stride == 1
         && self->step->add < 0 && v->n_out <= 8 && v->n_in % 8 == 0
         && v->n_in <= SPADE_NARROW_MOST
         && spade_kernel_has_narrow_conv (engine->dtype);
}

static bool
pack_narrow (SpadeConvKernel *self, SpadeEngine *engine, SpadeFailure *failure)
{
  const SpadeStep       *step = self->step;
  const SpadeDirectConv *v = &self->direct;
  int64_t   depth = (v->n_in + 31) / 32 * 32;
  SpadePart parts[9];

  for (int tap = 0; tap < 9; tap++)
    parts[tap] = (SpadePart){ .tensor = step->weight,
                              .dims = { v->n_out, 1, 1, v->n_in },
                              .strides = { v->n_in * 9, 0, 0, 9 },
                              .pitch = depth,
                              .first = tap * 8 * depth,
                              .origin = tap };
  self->narrow = (SpadeNarrowConv){
    .dtype = engine->dtype, .height = v->height, .width = v->width,
    .n_in = v->n_in, .n_out = v->n_out, .activation = step->activation,
    .weight = spade_engine_pack (engine, SPADE_FORM_NARROW, engine->dtype,
                                 9 * 8 * depth, parts, 9, failure),
  };
  return self->narrow.weight != NULL
         && pack_bias (step, engine, &self->narrow.bias, failure);
}

bool
spade_conv_kernel_prepare (SpadeConvKernel *self, SpadeEngine *engine,
                           const SpadePlan *plan, const SpadeStep *step,
                           bool is_output, SpadeFailure *failure)
{
  const SpadeValue *from = &plan->values[step->src];
  const SpadeValue *to = &plan->values[step->dst];

  self->step = step;
  self->direct = (SpadeDirectConv){
    .dtype = engine->dtype,
    .dst_dtype = is_output ? SPADE_DTYPE_F32 : engine->dtype,
    .height = from->height, .width = from->width, .n_in = from->channels,
    .n_out = to->channels, .kernel = step->kernel, .stride = step->stride,
    .activation = step->activation,
  };
  self->is_narrow = can_be_narrow (self, engine);
  return self->is_narrow ? pack_narrow (self, engine, failure)
                         : pack_direct (self, engine, failure);
}

bool
spade_conv_kernel_run (SpadeConvKernel *self, SpadeEngine *engine,
                       const void *src, const void *add, void *dst,
                       SpadeFailure *failure)
{
  void *stream = spade_gpu_stream (engine->gpu);

  if (self->is_narrow)
    {
      self->narrow.src = src;
      self->narrow.dst = dst;
      spade_kernel_narrow_conv (stream, &self->narrow);
    }
  else
    {
      self->direct.src = src;
      self->direct.add = add;
      self->direct.dst = dst;
      spade_kernel_direct_conv (stream, &self->direct);
    }
  return spade_gpu_check_launch (engine->gpu, self->step->name, failure);
}
