// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What gpu.c, conv.c and product.c call, and what they make of the answers, without a GPU:
// the libraries are those of fake-nvidia.h.

#include <glib.h>

#include "../../cuda/conv-cache.h"
#include "../../cuda/gpu-cuda.h"
#include "../../cuda/product.h"
#include "fake-nvidia.h"

static SpadeGpu *
open_gpu (void)
{
  SpadeFailure failure;
  SpadeGpu    *gpu = spade_gpu_open (1, &failure);

  g_assert_nonnull (gpu);
  return gpu;
}

static void
test_busy (void)
{
  SpadeFailure failure;
  SpadeGpuInfo info;
  SpadeGpu    *gpu;

  fake_cuda = (FakeCuda){ .is_busy = { true, false } };
  g_assert_false (spade_gpu_get_info (0, &info, &failure));
  g_assert_true (spade_gpu_get_info (1, &info, &failure));
  g_assert_cmpint (fake_cuda.n_wakes[0], ==, 1);
  gpu = open_gpu ();
  g_assert_true (spade_gpu_enter (gpu, &failure));
  g_assert_true (spade_gpu_check_launch (gpu, "a kernel", &failure));
  spade_gpu_close (gpu);
  g_assert_cmpint (fake_cuda.n_wakes[0], ==, 1);
}

static void
test_old_error (void)
{
  SpadeFailure failure;
  SpadeGpu    *gpu;

  fake_cuda = (FakeCuda){ .is_busy = { false } };
  gpu = open_gpu ();
  fake_cuda.last_error = cudaErrorInvalidValue;
  g_assert_true (spade_gpu_enter (gpu, &failure));
  g_assert_true (spade_gpu_check_launch (gpu, "a kernel", &failure));
  fake_cuda.last_error = cudaErrorInvalidValue;
  g_assert_false (spade_gpu_check_launch (gpu, "a kernel", &failure));
  spade_gpu_close (gpu);
}

static void
test_release (void)
{
  SpadeFailure failure;
  SpadeGpu    *gpu;
  void        *memory;

  fake_cuda = (FakeCuda){ .is_busy = { false } };
  gpu = open_gpu ();
  memory = spade_gpu_alloc (gpu, 4, "a number", &failure);
  g_assert_nonnull (memory);
  spade_gpu_release (gpu, memory);
  g_assert_cmpstr (fake_cuda.calls, ==, "wait free ");
  spade_gpu_close (gpu);
}

static void
test_upload (void)
{
  for (int reads_pageable = 0; reads_pageable < 2; reads_pageable++)
    {
      SpadeFailure failure;
      SpadeGpu    *gpu;

      fake_cuda = (FakeCuda){ .reads_pageable = reads_pageable };
      gpu = open_gpu ();
      g_assert_true (spade_gpu_upload (gpu, NULL, NULL, 4, &failure));
      g_assert_cmpstr (fake_cuda.calls, ==,
                       reads_pageable ? "copy wait " : "copy ");
      spade_gpu_close (gpu);
    }
}

static void
test_pinned (void)
{
  SpadeFailure failure = { .kind = SPADE_FAILURE_MEMORY };
  SpadeGpu    *gpu;

  fake_cuda = (FakeCuda){ .cannot_pin = true };
  gpu = open_gpu ();
  g_assert_null (spade_gpu_alloc_host (gpu, 4, &failure));
  g_assert_cmpint (failure.kind, ==, SPADE_FAILURE_BACKEND);
  g_assert_nonnull (strstr (failure.message, "the computer has not enough"));
  g_assert_true (spade_gpu_check_launch (gpu, "a kernel", &failure));
  spade_gpu_close (gpu);
}

static void
test_product (void)
{
  SpadeGpuProductShape shape = { SPADE_DTYPE_F16, false, 256, 8, 8 };
  SpadeFailure failure;
  SpadeGpu    *gpu = open_gpu ();
  size_t       size = 0;

  fake_cublas = (FakeCublas){ .wanted = 1000 };
  g_assert_true (spade_gpu_product_get_workspace (gpu, &shape, &size, &failure));
  g_assert_cmpint (size, ==, 1000);
  g_assert_cmpint (fake_cublas.most, ==, SPADE_GPU_PRODUCT_WORKSPACE);
  g_assert_true (spade_gpu_product (gpu, &shape, NULL, NULL, NULL, NULL, NULL,
                                    &failure));
  g_assert_cmpint (fake_cublas.given, ==, 1000);
  g_assert_cmpint (fake_cublas.n_choices, ==, 1);
  spade_gpu_close (gpu);
}

static SpadeGpuConvShape
make_shape (SpadeDType dtype, bool tf32)
{
  return (SpadeGpuConvShape){ .height = 8, .width = 8, .n_in = 16, .n_out = 16,
                              .kernel = 3, .stride = 1, .dtype = dtype,
                              .tf32 = tf32, .has_bias = true,
                              .activation = SPADE_ACTIVATION_LEAKY_RELU };
}

// Gives the number of the engine that is chosen, or -1.
static int
choose_for (const SpadeGpuConvShape *shape)
{
  SpadeFailure      failure;
  SpadeGpu         *gpu = open_gpu ();
  SpadeGpuConv     *conv;
  int               engine = -1;

  g_assert_true (spade_gpu_conv_new (gpu, shape, &conv, &failure));
  if (conv != NULL)
    {
      SpadeGpuConvEngine about = spade_gpu_conv_get_engine (conv);

      engine = (int) about.index;
      g_assert_cmpint (spade_gpu_conv_get_workspace (conv), ==, engine);
      g_assert_true (about.is_compiled
                     == fake_cudnn.engines[engine].is_compiled);
      g_assert_true (about.has_tensor_cores
                     == (fake_cudnn.engines[engine].n_notes > 0
                         && fake_cudnn.engines[engine].notes[0]
                                == CUDNN_NUMERICAL_NOTE_TENSOR_CORE));
    }
  spade_gpu_conv_free (conv);
  spade_gpu_close (gpu);
  g_assert_cmpint (fake_cudnn.n_descriptors, ==, 0);
  return engine;
}

static int
choose (SpadeDType dtype, bool tf32)
{
  SpadeGpuConvShape shape = make_shape (dtype, tf32);

  return choose_for (&shape);
}

static void
test_compiled (void)
{
  SpadeGpuConvShape shape = make_shape (SPADE_DTYPE_F16, false);

  fake_cudnn = (FakeCudnn){ .engines = { { .is_compiled = true } },
                            .n_engines = 2 };
  shape.compiled = SPADE_COMPILED_TOO;
  g_assert_cmpint (choose_for (&shape), ==, 0);
  shape.compiled = SPADE_COMPILED_LAST;
  g_assert_cmpint (choose_for (&shape), ==, 1);
  fake_cudnn.n_engines = 1;
  g_assert_cmpint (choose_for (&shape), ==, 0);
  shape.compiled = SPADE_COMPILED_NEVER;
  g_assert_cmpint (choose_for (&shape), ==, -1);
}

static void
test_sum (void)
{
  SpadeGpuConvShape shape = make_shape (SPADE_DTYPE_F16, false);

  fake_cudnn = (FakeCudnn){ .n_engines = 1, .beta = -1 };
  choose_for (&shape);
  g_assert_cmpfloat (fake_cudnn.beta, ==, 0);
  shape.has_bias = false;
  shape.activation = SPADE_ACTIVATION_NONE;
  shape.adds = true;
  choose_for (&shape);
  g_assert_cmpfloat (fake_cudnn.beta, ==, 1);
}

static void
test_full (void)
{
  static const cudnnStatus_t statuses[]
      = { CUDNN_STATUS_EXECUTION_FAILED_CUDA_DRIVER,
          CUDNN_STATUS_INTERNAL_ERROR_UNEXPECTED_VALUE,
          CUDNN_STATUS_NOT_INITIALIZED, CUDNN_STATUS_NOT_SUPPORTED };
  SpadeFailure failure;

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    for (int is_full = 0; is_full < 2; is_full++)
      {
        fake_cuda = (FakeCuda){ .is_full = is_full };
        g_assert_false (spade_cudnn_check (statuses[i], "a test", &failure));
        g_assert_cmpint (failure.kind, ==, is_full && i < 3
                                               ? SPADE_FAILURE_MEMORY
                                               : SPADE_FAILURE_BACKEND);
      }
  fake_cuda = (FakeCuda){ .is_full = true };
  g_assert_false (spade_cublas_check (CUBLAS_STATUS_EXECUTION_FAILED, "a test",
                                      &failure));
  g_assert_cmpint (failure.kind, ==, SPADE_FAILURE_MEMORY);
  fake_cuda = (FakeCuda){ .is_full = false };
}

static void
test_rounding (void)
{
  fake_cudnn = (FakeCudnn){
    .engines = {
      { { CUDNN_NUMERICAL_NOTE_TENSOR_CORE,
          CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS }, 2,
        CUDNN_STATUS_SUCCESS },
      { { CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC }, 1, CUDNN_STATUS_SUCCESS },
      { { CUDNN_NUMERICAL_NOTE_TENSOR_CORE }, 1, CUDNN_STATUS_SUCCESS },
      { { CUDNN_NUMERICAL_NOTE_WINOGRAD }, 1, CUDNN_STATUS_SUCCESS },
      { { 0 }, 0, CUDNN_STATUS_SUCCESS },
    },
    .n_engines = 5,
  };
  g_assert_cmpint (choose (SPADE_DTYPE_F32, false), ==, 4);
  g_assert_cmpint (choose (SPADE_DTYPE_F32, true), ==, 2);
  g_assert_cmpint (choose (SPADE_DTYPE_F16, false), ==, 2);
}

static void
test_last_engine (void)
{
  int n = G_N_ELEMENTS (fake_cudnn.engines);

  fake_cudnn = (FakeCudnn){ .n_engines = n };
  for (int i = 0; i < n - 1; i++)
    fake_cudnn.engines[i].status = CUDNN_STATUS_NOT_SUPPORTED;
  g_assert_cmpint (choose (SPADE_DTYPE_F16, false), ==, n - 1);
  fake_cudnn.engines[n - 1].status = CUDNN_STATUS_NOT_SUPPORTED;
  g_assert_cmpint (choose (SPADE_DTYPE_F16, false), ==, -1);
}

// What may be finalized on the way to a plan.
static const cudnnBackendDescriptorType_t types[] = {
  CUDNN_BACKEND_TENSOR_DESCRIPTOR,
  CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR,
  CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR,
  CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR,
};

static void
test_want_of_memory (void)
{
  static const cudnnStatus_t statuses[]
      = { CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED,
          CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED };
  SpadeGpuConvShape shape = make_shape (SPADE_DTYPE_F16, false);
  SpadeEngine       engine = { .gpu = open_gpu () };
  SpadeGpuConv     *conv;
  SpadeFailure      failure;

  for (gsize i = 0; i < G_N_ELEMENTS (types) * G_N_ELEMENTS (statuses); i++)
    {
      failure.kind = SPADE_FAILURE_BACKEND;
      fake_cudnn = (FakeCudnn){ .n_engines = 2, .failing = (int) types[i / 2],
                                .status = statuses[i % 2] };
      g_assert_false (spade_conv_cache_lend (&engine, &shape, &conv, &failure));
      g_assert_cmpint (failure.kind, ==, SPADE_FAILURE_MEMORY);
      g_assert_cmpint (fake_cudnn.n_descriptors, ==, 0);

      // When there is some again, nothing of it is left.
      fake_cudnn.status = CUDNN_STATUS_SUCCESS;
      g_assert_true (spade_conv_cache_lend (&engine, &shape, &conv, &failure));
      g_assert_nonnull (conv);
      spade_conv_cache_return (&engine, conv);
      spade_conv_cache_clear (&engine);
    }

  // An engine that would want less is not tried in its place.
  fake_cudnn = (FakeCudnn){ .n_engines = 2 };
  fake_cudnn.engines[0].status = statuses[1];
  g_assert_false (spade_conv_cache_lend (&engine, &shape, &conv, &failure));
  g_assert_null (engine.convs);
  spade_gpu_close (engine.gpu);
}

static void
test_no_engine (void)
{
  SpadeGpuConvShape shape = make_shape (SPADE_DTYPE_F16, false);
  SpadeEngine       engine = { .gpu = open_gpu () };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      SpadeFailure  failure;
      SpadeGpuConv *conv;
      int           n_created;

      fake_cudnn = (FakeCudnn){ .n_engines = 2, .failing = (int) types[i],
                                .status = CUDNN_STATUS_NOT_SUPPORTED };
      g_assert_true (spade_conv_cache_lend (&engine, &shape, &conv, &failure));
      g_assert_null (conv);
      n_created = fake_cudnn.n_created;
      g_assert_true (spade_conv_cache_lend (&engine, &shape, &conv, &failure));
      g_assert_null (conv);
      g_assert_cmpint (fake_cudnn.n_created, ==, n_created);
      spade_conv_cache_clear (&engine);
    }
  spade_gpu_close (engine.gpu);
}

// An install without all of its libraries, or an attribute of ours that is wrong,
// must not look like a convolution that cuDNN cannot do.
static void
test_broken (void)
{
  static const cudnnStatus_t statuses[]
      = { CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED, CUDNN_STATUS_BAD_PARAM,
          CUDNN_STATUS_INTERNAL_ERROR };
  SpadeGpuConvShape shape = make_shape (SPADE_DTYPE_F16, false);
  SpadeGpu         *gpu = open_gpu ();
  SpadeGpuConv     *conv;
  SpadeFailure      failure;

  for (gsize i = 0; i < G_N_ELEMENTS (types) * G_N_ELEMENTS (statuses); i++)
    {
      failure.kind = SPADE_FAILURE_MEMORY;
      fake_cudnn = (FakeCudnn){ .n_engines = 2, .failing = (int) types[i / 3],
                                .status = statuses[i % 3] };
      g_assert_false (spade_gpu_conv_new (gpu, &shape, &conv, &failure));
      g_assert_cmpint (failure.kind, ==, SPADE_FAILURE_BACKEND);
      g_assert_cmpint (fake_cudnn.n_descriptors, ==, 0);
    }

  // Where another engine can do it, it does.
  fake_cudnn = (FakeCudnn){ .n_engines = 2 };
  fake_cudnn.engines[0].status = CUDNN_STATUS_INTERNAL_ERROR;
  g_assert_cmpint (choose (SPADE_DTYPE_F16, false), ==, 1);
  spade_gpu_close (gpu);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cuda-calls/a-sum-adds-to-what-is-there", test_sum);
  g_test_add_func ("/cuda-calls/a-busy-gpu-is-no-fault-of-another", test_busy);
  g_test_add_func ("/cuda-calls/an-old-error-is-not-a-launchs", test_old_error);
  g_test_add_func ("/cuda-calls/memory-goes-when-work-is-done", test_release);
  g_test_add_func ("/cuda-calls/an-upload-waits-where-the-gpu-reads-itself",
                   test_upload);
  g_test_add_func ("/cuda-calls/a-product-gets-the-workspace-it-asks-for",
                   test_product);
  g_test_add_func ("/cuda-calls/memory-for-transfers-is-the-hosts", test_pinned);
  g_test_add_func ("/cuda-calls/engines-round-where-they-may", test_rounding);
  g_test_add_func ("/cuda-calls/what-is-ready-goes-before-what-is-compiled",
                   test_compiled);
  g_test_add_func ("/cuda-calls/a-failure-on-a-full-gpu-is-want-of-memory",
                   test_full);
  g_test_add_func ("/cuda-calls/the-last-of-many-engines-is-found",
                   test_last_engine);
  g_test_add_func ("/cuda-calls/want-of-memory-passes", test_want_of_memory);
  g_test_add_func ("/cuda-calls/what-is-broken-is-not-unsupported",
                   test_broken);
  g_test_add_func ("/cuda-calls/that-there-is-no-engine-is-kept",
                   test_no_engine);
  return g_test_run ();
}
