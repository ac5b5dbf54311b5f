// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The cuBLASLt of fake-nvidia.h: it has an algorithm for every product.

#include "fake-nvidia.h"

#include <string.h>

FakeCublas fake_cublas;

cublasStatus_t
cublasLtCreate (cublasLtHandle_t *handle)
{
  *handle = NULL;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t
cublasLtDestroy (cublasLtHandle_t handle)
{
  return CUBLAS_STATUS_SUCCESS;
}

const char *
cublasLtGetStatusString (cublasStatus_t status)
{
  return "a status";
}

cublasStatus_t
cublasLtMatmulDescCreate (cublasLtMatmulDesc_t *desc, cublasComputeType_t compute,
                          cudaDataType_t scale)
{
  *desc = NULL;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t
cublasLtMatmulDescDestroy (cublasLtMatmulDesc_t desc)
{
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t
cublasLtMatmulDescSetAttribute (cublasLtMatmulDesc_t           desc,
                                cublasLtMatmulDescAttributes_t attribute,
                                const void *value, size_t size)
{
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t
cublasLtMatrixLayoutCreate (cublasLtMatrixLayout_t *layout, cudaDataType type,
                            uint64_t rows, uint64_t columns, int64_t pitch)
{
  *layout = NULL;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t
cublasLtMatrixLayoutDestroy (cublasLtMatrixLayout_t layout)
{
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t
cublasLtMatmulPreferenceCreate (cublasLtMatmulPreference_t *preference)
{
  *preference = NULL;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t
cublasLtMatmulPreferenceDestroy (cublasLtMatmulPreference_t preference)
{
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t
cublasLtMatmulPreferenceSetAttribute (
    cublasLtMatmulPreference_t           preference,
    cublasLtMatmulPreferenceAttributes_t attribute, const void *value,
    size_t size)
{
  if (attribute == CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES)
    memcpy (&fake_cublas.most, value, size);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t
cublasLtMatmulAlgoGetHeuristic (
    cublasLtHandle_t handle, cublasLtMatmulDesc_t desc, cublasLtMatrixLayout_t a,
    cublasLtMatrixLayout_t b, cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d,
    cublasLtMatmulPreference_t preference, int n_asked,
    cublasLtMatmulHeuristicResult_t *results, int *n)
{
  memset (results, 0, sizeof *results);
  results->state = CUBLAS_STATUS_SUCCESS;
  results->workspaceSize = fake_cublas.wanted;
  fake_cublas.n_choices++;
  *n = 1;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t
cublasLtMatmul (cublasLtHandle_t handle, cublasLtMatmulDesc_t desc,
                const void *alpha, const void *a, cublasLtMatrixLayout_t a_layout,
                const void *b, cublasLtMatrixLayout_t b_layout, const void *beta,
                const void *c, cublasLtMatrixLayout_t c_layout, void *d,
                cublasLtMatrixLayout_t d_layout, const cublasLtMatmulAlgo_t *algo,
                void *workspace, size_t workspace_size, cudaStream_t stream)
{
  fake_cublas.given = workspace_size;
  return CUBLAS_STATUS_SUCCESS;
}
