// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Convolution through cuDNN's graph API, in C: the older convolution calls are
// deprecated in cuDNN 9 and know no leaky ReLU. The graph is
//
//   conv (x, w) -> [+ bias] -> [activation] -> y
//
// with f32 in between; conv-search.c finds an engine for it. Residual sums lie
// where their addend lies, and NVIDIA supports no graph of several operations that
// writes over what it reads: there the convolution is alone, and adds to y by its
// own factor.

// Some 9.x still need the handle attributes that later ones deprecate.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

#include "conv-search.h"

#include <stdlib.h>

#define MAX_DESCRIPTORS 24

enum
{
  UID_X = 'x',
  UID_W = 'w',
  UID_B = 'b',
  UID_Y = 'y',
  UID_VIRTUAL = 1000,
};

struct SpadeGpuConv
{
  SpadeConvPlan plan;
  // What the plan was made of lives as long as it: nothing says that it may
  // go before.
  cudnnBackendDescriptor_t all[MAX_DESCRIPTORS];
  int                      n_all;
};

// What is at hand along the way to a graph.
typedef struct
{
  SpadeGpu                *gpu;
  const SpadeGpuConvShape *shape;
  SpadeGpuConv            *conv;
  SpadeFailure            *failure;
  cudnnBackendDescriptor_t operations[3];
  int                      n_operations;
  int64_t                  next_virtual;
  int64_t                  out_height, out_width;
  cudnnStatus_t            status; // of the last call that was made
} Maker;

static const char what[] = "preparing a convolution";

// Makes a call of cuDNN's, unless a fault is injected in its place.
#define TRY(maker, call)                                                      \
  CUDNN_TRY ((maker)->status = (call), what, (maker)->failure)

static cudnnBackendDescriptor_t
create (Maker *maker, cudnnBackendDescriptorType_t type)
{
  cudnnBackendDescriptor_t descriptor = NULL;

  if (maker->conv->n_all == MAX_DESCRIPTORS
      || !TRY (maker, cudnnBackendCreateDescriptor (type, &descriptor)))
    return NULL;
  maker->conv->all[maker->conv->n_all++] = descriptor;
  return descriptor;
}

static bool
set (Maker *maker, cudnnBackendDescriptor_t descriptor,
     cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type,
     int64_t n, const void *value)
{
  return TRY (maker,
              cudnnBackendSetAttribute (descriptor, name, type, n, value));
}

#define SET_DESCRIPTOR(maker, descriptor, name, value)                        \
  set (maker, descriptor, name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &(value))

static bool
finalize (Maker *maker, cudnnBackendDescriptor_t descriptor)
{
  return TRY (maker, cudnnBackendFinalize (descriptor));
}

static cudnnDataType_t
data_type (SpadeDType dtype)
{
  return dtype == SPADE_DTYPE_F16    ? CUDNN_DATA_HALF
         : dtype == SPADE_DTYPE_BF16 ? CUDNN_DATA_BFLOAT16
                                     : CUDNN_DATA_FLOAT;
}

// A tensor of n x c x height x width numbers that lie as n x height x width x
// c. uid 0: one in between, f32, that is never in memory.
static cudnnBackendDescriptor_t
make_tensor (Maker *maker, int64_t uid, int64_t n, int64_t c, int64_t height,
             int64_t width)
{
  cudnnBackendDescriptor_t self
      = create (maker, CUDNN_BACKEND_TENSOR_DESCRIPTOR);
  cudnnDataType_t type = uid != 0 ? data_type (maker->shape->dtype)
                                  : CUDNN_DATA_FLOAT;
  int64_t dims[] = { n, c, height, width };
  int64_t strides[] = { c * height * width, 1, width * c, c };
  int64_t alignment = 16;
  bool    is_virtual = uid == 0;

  if (is_virtual)
    uid = UID_VIRTUAL + maker->next_virtual++;
  if (self == NULL
      || !set (maker, self, CUDNN_ATTR_TENSOR_DATA_TYPE, CUDNN_TYPE_DATA_TYPE,
               1, &type)
      || !set (maker, self, CUDNN_ATTR_TENSOR_DIMENSIONS, CUDNN_TYPE_INT64, 4,
               dims)
      || !set (maker, self, CUDNN_ATTR_TENSOR_STRIDES, CUDNN_TYPE_INT64, 4,
               strides)
      || !set (maker, self, CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64, 1,
               &uid)
      || !set (maker, self, CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, CUDNN_TYPE_INT64,
               1, &alignment)
      || !set (maker, self, CUDNN_ATTR_TENSOR_IS_VIRTUAL, CUDNN_TYPE_BOOLEAN, 1,
               &is_virtual)
      || !finalize (maker, self))
    return NULL;
  return self;
}

static cudnnBackendDescriptor_t
make_result (Maker *maker, bool is_last)
{
  return make_tensor (maker, is_last ? UID_Y : 0, 1, maker->shape->n_out,
                      maker->out_height, maker->out_width);
}

static bool
add_conv (Maker *maker, cudnnBackendDescriptor_t result)
{
  const SpadeGpuConvShape *shape = maker->shape;
  cudnnBackendDescriptor_t conv
      = create (maker, CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
  cudnnBackendDescriptor_t self
      = create (maker, CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR);
  cudnnBackendDescriptor_t x = make_tensor (maker, UID_X, 1, shape->n_in,
                                            shape->height, shape->width);
  cudnnBackendDescriptor_t w = make_tensor (maker, UID_W, shape->n_out,
                                            shape->n_in, shape->kernel,
                                            shape->kernel);
  cudnnDataType_t        type = CUDNN_DATA_FLOAT;
  cudnnConvolutionMode_t mode = CUDNN_CROSS_CORRELATION;
  int64_t n_dims = 2;
  int64_t ones[] = { 1, 1 };
  int64_t strides[] = { shape->stride, shape->stride };
  int64_t padding[] = { shape->kernel / 2, shape->kernel / 2 };
  float   alpha = 1, beta = shape->adds ? 1 : 0;

  maker->operations[maker->n_operations++] = self;
  return conv != NULL && self != NULL && x != NULL && w != NULL
         && set (maker, conv, CUDNN_ATTR_CONVOLUTION_COMP_TYPE,
                 CUDNN_TYPE_DATA_TYPE, 1, &type)
         && set (maker, conv, CUDNN_ATTR_CONVOLUTION_CONV_MODE,
                 CUDNN_TYPE_CONVOLUTION_MODE, 1, &mode)
         && set (maker, conv, CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS,
                 CUDNN_TYPE_INT64, 1, &n_dims)
         && set (maker, conv, CUDNN_ATTR_CONVOLUTION_DILATIONS,
                 CUDNN_TYPE_INT64, 2, ones)
         && set (maker, conv, CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES,
                 CUDNN_TYPE_INT64, 2, strides)
         && set (maker, conv, CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS,
                 CUDNN_TYPE_INT64, 2, padding)
         && set (maker, conv, CUDNN_ATTR_CONVOLUTION_POST_PADDINGS,
                 CUDNN_TYPE_INT64, 2, padding)
         && finalize (maker, conv)
         && SET_DESCRIPTOR (maker, self,
                            CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X, x)
         && SET_DESCRIPTOR (maker, self,
                            CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W, w)
         && SET_DESCRIPTOR (maker, self,
                            CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y, result)
         && SET_DESCRIPTOR (maker, self,
                            CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC,
                            conv)
         && set (maker, self, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA,
                 CUDNN_TYPE_FLOAT, 1, &alpha)
         && set (maker, self, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA,
                 CUDNN_TYPE_FLOAT, 1, &beta)
         && finalize (maker, self);
}

// y = x + b, or with b NULL the activation of x.
static bool
add_pointwise (Maker *maker, cudnnPointwiseMode_t mode,
               cudnnBackendDescriptor_t x, cudnnBackendDescriptor_t b,
               cudnnBackendDescriptor_t y)
{
  cudnnBackendDescriptor_t desc
      = create (maker, CUDNN_BACKEND_POINTWISE_DESCRIPTOR);
  cudnnBackendDescriptor_t self
      = create (maker, CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR);
  cudnnDataType_t type = CUDNN_DATA_FLOAT;
  double          slope = SPADE_LEAKY_SLOPE;

  maker->operations[maker->n_operations++] = self;
  return desc != NULL && self != NULL && y != NULL
         && set (maker, desc, CUDNN_ATTR_POINTWISE_MODE,
                 CUDNN_TYPE_POINTWISE_MODE, 1, &mode)
         && set (maker, desc, CUDNN_ATTR_POINTWISE_MATH_PREC,
                 CUDNN_TYPE_DATA_TYPE, 1, &type)
         && (mode != CUDNN_POINTWISE_RELU_FWD
             || set (maker, desc, CUDNN_ATTR_POINTWISE_RELU_LOWER_CLIP_SLOPE,
                     CUDNN_TYPE_DOUBLE, 1, &slope))
         && finalize (maker, desc)
         && SET_DESCRIPTOR (maker, self,
                            CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR, desc)
         && SET_DESCRIPTOR (maker, self, CUDNN_ATTR_OPERATION_POINTWISE_XDESC,
                            x)
         && (b == NULL
             || SET_DESCRIPTOR (maker, self,
                                CUDNN_ATTR_OPERATION_POINTWISE_BDESC, b))
         && SET_DESCRIPTOR (maker, self, CUDNN_ATTR_OPERATION_POINTWISE_YDESC,
                            y)
         && finalize (maker, self);
}

// The operation graph of the shape, or NULL.
static cudnnBackendDescriptor_t
make_graph (Maker *maker)
{
  const SpadeGpuConvShape *shape = maker->shape;
  bool is_linear = shape->activation == SPADE_ACTIVATION_NONE;
  cudnnBackendDescriptor_t x = make_result (maker,
                                            !shape->has_bias && is_linear);
  cudnnBackendDescriptor_t bias, y, graph;

  if (x == NULL || !add_conv (maker, x))
    return NULL;
  if (shape->has_bias)
    {
      bias = make_tensor (maker, UID_B, 1, shape->n_out, 1, 1);
      y = make_result (maker, is_linear);
      if (bias == NULL
          || !add_pointwise (maker, CUDNN_POINTWISE_ADD, x, bias, y))
        return NULL;
      x = y;
    }
  if (!is_linear)
    {
      y = make_result (maker, true);
      if (!add_pointwise (maker,
                          shape->activation == SPADE_ACTIVATION_TANH
                              ? CUDNN_POINTWISE_TANH_FWD
                              : CUDNN_POINTWISE_RELU_FWD,
                          x, NULL, y))
        return NULL;
    }
  graph = create (maker, CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
  if (graph == NULL
      || !set (maker, graph, CUDNN_ATTR_OPERATIONGRAPH_HANDLE,
               CUDNN_TYPE_HANDLE, 1, &maker->gpu->cudnn)
      || !set (maker, graph, CUDNN_ATTR_OPERATIONGRAPH_OPS,
               CUDNN_TYPE_BACKEND_DESCRIPTOR, maker->n_operations,
               maker->operations)
      || !finalize (maker, graph))
    return NULL;
  return graph;
}

bool
spade_gpu_conv_new (SpadeGpu *gpu, const SpadeGpuConvShape *shape,
                    SpadeGpuConv **out_conv, SpadeFailure *failure)
{
  SpadeGpuConv            *self = calloc (1, sizeof *self);
  Maker maker = { .gpu = gpu, .shape = shape, .conv = self,
                  .failure = failure };
  cudnnBackendDescriptor_t graph;
  bool                     is_done;

  *out_conv = NULL;
  if (self == NULL)
    return spade_cuda_check (cudaErrorMemoryAllocation, what, failure);
  maker.out_height = (shape->height + shape->stride - 1) / shape->stride;
  maker.out_width = (shape->width + shape->stride - 1) / shape->stride;
  graph = make_graph (&maker);
  // A graph that cuDNN does not know is one without an engine.
  is_done = graph != NULL ? spade_conv_search (gpu, shape, graph, &self->plan,
                                               failure)
                          : spade_cudnn_is_unsupported (maker.status);
  if (is_done && self->plan.plan != NULL)
    *out_conv = self;
  else
    spade_gpu_conv_free (self);
  return is_done;
}

void
spade_gpu_conv_free (SpadeGpuConv *self)
{
  if (self == NULL)
    return;
  if (self->plan.plan != NULL)
    cudnnBackendDestroyDescriptor (self->plan.plan);
  if (self->plan.config != NULL)
    cudnnBackendDestroyDescriptor (self->plan.config);
  for (int i = self->n_all - 1; i >= 0; i--)
    cudnnBackendDestroyDescriptor (self->all[i]);
  free (self);
}

size_t
spade_gpu_conv_get_workspace (const SpadeGpuConv *self)
{
  return (size_t) self->plan.workspace;
}

SpadeGpuConvEngine
spade_gpu_conv_get_engine (const SpadeGpuConv *self)
{
  return self->plan.engine;
}

bool
spade_gpu_conv_run (SpadeGpu *gpu, SpadeGpuConv *self, const void *src,
                    const void *weight, const void *bias, void *dst,
                    void *workspace, SpadeFailure *failure)
{
  static const char what_run[] = "a convolution";
  cudnnBackendDescriptor_t pack = NULL;
  int64_t     uids[4] = { UID_X, UID_W, UID_Y };
  const void *pointers[4] = { src, weight, dst };
  int64_t     n = 3;
  bool        is_done;

  if (bias != NULL)
    uids[n] = UID_B, pointers[n++] = bias;
  // A finalized pack cannot be changed: each run has a new one.
  if (!CUDNN_TRY (cudnnBackendCreateDescriptor (
                      CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR, &pack),
                  what_run, failure))
    return false;
  is_done
      = CUDNN_TRY (cudnnBackendSetAttribute (pack,
                                             CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS,
                                             CUDNN_TYPE_INT64, n, uids),
                   what_run, failure)
        && CUDNN_TRY (cudnnBackendSetAttribute (
                          pack, CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS,
                          CUDNN_TYPE_VOID_PTR, n, pointers),
                      what_run, failure)
        && CUDNN_TRY (cudnnBackendSetAttribute (
                          pack, CUDNN_ATTR_VARIANT_PACK_WORKSPACE,
                          CUDNN_TYPE_VOID_PTR, 1, &workspace),
                      what_run, failure)
        && CUDNN_TRY (cudnnBackendFinalize (pack), what_run, failure)
        && CUDNN_TRY (cudnnBackendExecute (gpu->cudnn, self->plan.plan, pack),
                      what_run, failure);
  cudnnBackendDestroyDescriptor (pack);
  return is_done;
}
