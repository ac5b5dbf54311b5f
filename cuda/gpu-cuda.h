// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What gpu.c, conv.c and product.c share: the handles, and how a status of
// each library becomes a failure.

#pragma once

#include <cublasLt.h>
#include <cuda_runtime_api.h>
#include <cudnn.h>

#include "fault.h"
#include "gpu.h"

struct SpadeGpu
{
  int              device;
  bool             reads_host; // a copy may read pageable memory by itself
  cudaStream_t     stream;
  cudnnHandle_t    cudnn;
  cublasLtHandle_t cublas;
  void            *products; // product.c's cache
  struct Block    *blocks;   // what is held
  size_t           held;
};

bool spade_cuda_check (cudaError_t status, const char *what,
                       SpadeFailure *failure);
bool spade_cudnn_check (cudnnStatus_t status, const char *what,
                        SpadeFailure *failure);
// Says whether a call failed for asking what the library or the GPU cannot do,
// not for being wrong, or something being broken.
bool spade_cudnn_is_unsupported (cudnnStatus_t status);
bool spade_cublas_check (cublasStatus_t status, const char *what,
                         SpadeFailure *failure);
void spade_gpu_products_free (SpadeGpu *gpu);

// Each call of a library goes through one of these.
#define CUDA_TRY(call, what, failure)                                         \
  (!spade_fault_strikes (what, failure)                                       \
   && spade_cuda_check (call, what, failure))
#define CUDNN_TRY(call, what, failure)                                        \
  (!spade_fault_strikes (what, failure)                                       \
   && spade_cudnn_check (call, what, failure))
#define CUBLAS_TRY(call, what, failure)                                       \
  (!spade_fault_strikes (what, failure)                                       \
   && spade_cublas_check (call, what, failure))
