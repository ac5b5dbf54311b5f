// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Compiled when the build is configured: nvcc and its host compiler go together, and
// CUDA and cuDNN are new enough.

#include <cuda_runtime.h>
#include <cudnn.h>

#if CUDART_VERSION < 12000
#error CUDA is older than 12.
#endif
#if CUDNN_MAJOR < 9
#error cuDNN is older than 9.
#endif

__global__ void
check_kernel (float *out)
{
  out[threadIdx.x] = sqrtf (out[threadIdx.x]);
}
