// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The matrix product through cuBLASLt, which adds the bias in the same pass.
// cuDNN could do it as a convolution too, but it takes milliseconds to choose
// an engine for each new number of rows, and every map brings new ones; cuDNN
// itself needs cuBLASLt, so it costs no further library.
//
// What is row-major here is column-major there: d^T = b . a^T.

#include "gpu-cuda.h"
#include "product.h"

#include <stdlib.h>

typedef struct Product
{
  struct Product      *next;
  SpadeGpuProductShape shape;
  cublasLtMatmulDesc_t   desc;
  cublasLtMatrixLayout_t a, b, d; // in our words
  cublasLtMatmulAlgo_t   algo;
  size_t                 workspace; // that it takes
} Product;

static cudaDataType_t
data_type (SpadeDType dtype)
{
  return dtype == SPADE_DTYPE_F16    ? CUDA_R_16F
         : dtype == SPADE_DTYPE_BF16 ? CUDA_R_16BF
                                     : CUDA_R_32F;
}

static void
product_free (Product *product)
{
  if (product->desc != NULL)
    cublasLtMatmulDescDestroy (product->desc);
  if (product->a != NULL)
    cublasLtMatrixLayoutDestroy (product->a);
  if (product->b != NULL)
    cublasLtMatrixLayoutDestroy (product->b);
  if (product->d != NULL)
    cublasLtMatrixLayoutDestroy (product->d);
  free (product);
}

void
spade_gpu_products_free (SpadeGpu *gpu)
{
  Product *next;

  for (Product *at = gpu->products; at != NULL; at = next)
    {
      next = at->next;
      product_free (at);
    }
  gpu->products = NULL;
}

static bool
make_desc (Product *self, SpadeFailure *failure)
{
  const SpadeGpuProductShape *shape = &self->shape;
  cudaDataType_t     type = data_type (shape->dtype);
  cublasOperation_t  transposed = CUBLAS_OP_T;
  cublasLtEpilogue_t epilogue = CUBLASLT_EPILOGUE_BIAS;
  cublasComputeType_t compute
      = shape->dtype == SPADE_DTYPE_F32 && shape->tf32
            ? CUBLAS_COMPUTE_32F_FAST_TF32
            : CUBLAS_COMPUTE_32F;
  static const char what[] = "a matrix product";

  return CUBLAS_TRY (cublasLtMatmulDescCreate (&self->desc, compute,
                                               CUDA_R_32F), what, failure)
         && CUBLAS_TRY (cublasLtMatmulDescSetAttribute (
                            self->desc, CUBLASLT_MATMUL_DESC_TRANSA,
                            &transposed, sizeof transposed), what, failure)
         && CUBLAS_TRY (cublasLtMatmulDescSetAttribute (
                            self->desc, CUBLASLT_MATMUL_DESC_EPILOGUE,
                            &epilogue, sizeof epilogue), what, failure)
         && CUBLAS_TRY (cublasLtMatrixLayoutCreate (
                            &self->b, type, (uint64_t) shape->depth,
                            (uint64_t) shape->n_columns, shape->depth), what,
                        failure)
         && CUBLAS_TRY (cublasLtMatrixLayoutCreate (
                            &self->a, type, (uint64_t) shape->depth,
                            (uint64_t) shape->n_rows, shape->depth), what,
                        failure)
         && CUBLAS_TRY (cublasLtMatrixLayoutCreate (
                            &self->d, type, (uint64_t) shape->n_columns,
                            (uint64_t) shape->n_rows, shape->n_columns), what,
                        failure);
}

static bool
choose_algo (SpadeGpu *gpu, Product *self, SpadeFailure *failure)
{
  cublasLtMatmulPreference_t      preference = NULL;
  cublasLtMatmulHeuristicResult_t result;
  size_t   workspace = SPADE_GPU_PRODUCT_WORKSPACE;
  // Sums are not split: parts of them would be rounded to 16 bits, and a row's
  // bits depend on how many there are.
  uint32_t schemes = CUBLASLT_REDUCTION_SCHEME_NONE;
  int      n = 0;
  bool     is_done;
  static const char what[] = "choosing a matrix product";

  is_done
      = CUBLAS_TRY (cublasLtMatmulPreferenceCreate (&preference), what,
                    failure)
        && CUBLAS_TRY (cublasLtMatmulPreferenceSetAttribute (
                           preference,
                           CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES,
                           &workspace, sizeof workspace), what, failure)
        && CUBLAS_TRY (cublasLtMatmulPreferenceSetAttribute (
                           preference,
                           CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK,
                           &schemes, sizeof schemes), what, failure)
        && CUBLAS_TRY (cublasLtMatmulAlgoGetHeuristic (
                           gpu->cublas, self->desc, self->b, self->a, self->d,
                           self->d, preference, 1, &result, &n), what, failure)
        && CUBLAS_TRY (n > 0 ? result.state : CUBLAS_STATUS_NOT_SUPPORTED,
                       what, failure);
  if (preference != NULL)
    cublasLtMatmulPreferenceDestroy (preference);
  if (is_done)
    {
      self->algo = result.algo;
      self->workspace = result.workspaceSize;
    }
  return is_done;
}

static Product *
find_product (SpadeGpu *gpu, const SpadeGpuProductShape *shape,
              SpadeFailure *failure)
{
  Product *self;

  for (self = gpu->products; self != NULL; self = self->next)
    if (self->shape.dtype == shape->dtype && self->shape.tf32 == shape->tf32
        && self->shape.n_rows == shape->n_rows
        && self->shape.n_columns == shape->n_columns
        && self->shape.depth == shape->depth)
      return self;
  self = calloc (1, sizeof *self);
  if (self == NULL)
    {
      spade_cuda_check (cudaErrorMemoryAllocation, "a matrix product", failure);
      return NULL;
    }
  self->shape = *shape;
  if (!make_desc (self, failure) || !choose_algo (gpu, self, failure))
    {
      product_free (self);
      return NULL;
    }
  self->next = gpu->products;
  gpu->products = self;
  return self;
}

bool
spade_gpu_product_get_workspace (SpadeGpu *gpu,
                                 const SpadeGpuProductShape *shape, size_t *out,
                                 SpadeFailure *failure)
{
  const Product *self = find_product (gpu, shape, failure);

  if (self == NULL)
    return false;
  *out = self->workspace;
  return true;
}

bool
spade_gpu_product (SpadeGpu *gpu, const SpadeGpuProductShape *shape,
                   const void *a, const void *b, const void *bias, void *d,
                   void *workspace, SpadeFailure *failure)
{
  Product    *self = find_product (gpu, shape, failure);
  const float one = 1, zero = 0;

  return self != NULL
         && CUBLAS_TRY (cublasLtMatmulDescSetAttribute (
                            self->desc, CUBLASLT_MATMUL_DESC_BIAS_POINTER,
                            &bias, sizeof bias), "a matrix product", failure)
         && CUBLAS_TRY (cublasLtMatmul (gpu->cublas, self->desc, &one, b,
                                        self->b, a, self->a, &zero, d, self->d,
                                        d, self->d, &self->algo, workspace,
                                        self->workspace,
                                        gpu->stream),
                        "a matrix product", failure);
}
