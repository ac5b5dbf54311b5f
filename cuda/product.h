// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The matrix product of gamma and beta, by a library (cuBLASLt).

#pragma once

#include "gpu.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifdef SPADE_EMULATED
#define SPADE_GPU_PRODUCT_WORKSPACE ((size_t) 1 << 12)
#else
#define SPADE_GPU_PRODUCT_WORKSPACE ((size_t) 32 << 20)
#endif

typedef struct
{
  SpadeDType dtype; // of everything in memory; sums are f32
  bool       tf32;
  int        n_rows, n_columns, depth; // columns and depth multiples of 8
} SpadeGpuProductShape;

// Gives the bytes of workspace that such a product takes, at most
// SPADE_GPU_PRODUCT_WORKSPACE.
bool spade_gpu_product_get_workspace (SpadeGpu                   *gpu,
                                      const SpadeGpuProductShape *shape,
                                      size_t                     *out,
                                      SpadeFailure               *failure);

// d [n_rows, n_columns] = a [n_rows, depth] . b [n_columns, depth]^T + bias
// [n_columns], all row-major. workspace has as many bytes as the above says.
bool spade_gpu_product (SpadeGpu                   *gpu,
                        const SpadeGpuProductShape *shape,
                        const void                 *a,
                        const void                 *b,
                        const void                 *bias,
                        void                       *d,
                        void                       *workspace,
                        SpadeFailure               *failure);

#ifdef __cplusplus
}
#endif
