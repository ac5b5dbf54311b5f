// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Convolutions of H x W x C pictures by a library (cuDNN), with bias and
// activation fused in where it can.

#pragma once

#include "gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct SpadeGpuConv SpadeGpuConv;

// Engines whose kernels are compiled when they are prepared.
typedef enum
{
  SPADE_COMPILED_NEVER,
  SPADE_COMPILED_LAST, // where no other is ready
  SPADE_COMPILED_TOO,  // in the library's own order
} SpadeCompiled;

typedef struct
{
  int             height, width, n_in; // of src
  int             n_out, kernel, stride;
  SpadeDType      dtype;               // of everything in memory
  bool            tf32;
  bool            has_bias;            // what is fused in
  SpadeActivation activation;
  bool            adds;                // to what dst holds; alone, without those
  SpadeCompiled   compiled;
} SpadeGpuConvShape;

// Makes ready a convolution of that shape, padding kernel / 2. *out_conv is
// NULL, without a failure, where the library has no engine for it.
bool spade_gpu_conv_new (SpadeGpu                *gpu,
                         const SpadeGpuConvShape *shape,
                         SpadeGpuConv           **out_conv,
                         SpadeFailure            *failure);
void spade_gpu_conv_free (SpadeGpuConv *conv);
size_t spade_gpu_conv_get_workspace (const SpadeGpuConv *conv);

// The engine that was chosen.
typedef struct
{
  int64_t index; // the library's number of it, for graphs like this one
  bool    has_tensor_cores, is_compiled;
} SpadeGpuConvEngine;

SpadeGpuConvEngine spade_gpu_conv_get_engine (const SpadeGpuConv *conv);

// dst = activation (conv (src) + bias), or dst += conv (src). weight: [n_out,
// kernel, kernel, n_in], bias: [n_out], NULL where the shape has none.
bool spade_gpu_conv_run (SpadeGpu     *gpu,
                         SpadeGpuConv *conv,
                         const void   *src,
                         const void   *weight,
                         const void   *bias,
                         void         *dst,
                         void         *workspace,
                         SpadeFailure *failure);

#ifdef __cplusplus
}
#endif
