// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The CUDA runtime of fake-nvidia.h: two GPUs whose memory is the host's.

#include "fake-nvidia.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

FakeCuda fake_cuda;

// Notes a call of that name.
static cudaError_t
note (const char *name)
{
  size_t n = strlen (fake_cuda.calls);

  snprintf (fake_cuda.calls + n, sizeof fake_cuda.calls - n, "%s ", name);
  return cudaSuccess;
}

cudaError_t
cudaGetLastError (void)
{
  cudaError_t error = fake_cuda.last_error;

  fake_cuda.last_error = cudaSuccess;
  return error;
}

const char *
cudaGetErrorString (cudaError_t error)
{
  return "an error";
}

cudaError_t
cudaGetDeviceCount (int *n)
{
  *n = 2;
  return cudaSuccess;
}

cudaError_t
cudaGetDeviceProperties (struct cudaDeviceProp *properties, int device)
{
  memset (properties, 0, sizeof *properties);
  return cudaSuccess;
}

cudaError_t
cudaDeviceGetAttribute (int *value, enum cudaDeviceAttr attribute, int device)
{
  *value = attribute == cudaDevAttrPageableMemoryAccess
           && fake_cuda.reads_pageable;
  return cudaSuccess;
}

cudaError_t
cudaGetDevice (int *device)
{
  *device = 0;
  return cudaSuccess;
}

cudaError_t
cudaSetDevice (int device)
{
  fake_cuda.n_wakes[device]++;
  if (!fake_cuda.is_busy[device])
    return cudaSuccess;
  fake_cuda.last_error = cudaErrorDevicesUnavailable;
  return fake_cuda.last_error;
}

cudaError_t
cudaMemGetInfo (size_t *free_memory, size_t *total)
{
  *total = (size_t) 1 << 30;
  *free_memory = fake_cuda.is_full ? (size_t) 1 << 20 : *total;
  return cudaSuccess;
}

cudaError_t
cudaStreamCreateWithFlags (cudaStream_t *stream, unsigned int flags)
{
  *stream = NULL;
  return cudaSuccess;
}

cudaError_t
cudaStreamDestroy (cudaStream_t stream)
{
  return cudaSuccess;
}

cudaError_t
cudaStreamSynchronize (cudaStream_t stream)
{
  return note ("wait");
}

cudaError_t
cudaMalloc (void **memory, size_t size)
{
  *memory = malloc (size);
  return *memory != NULL ? cudaSuccess : cudaErrorMemoryAllocation;
}

cudaError_t
cudaFree (void *memory)
{
  free (memory);
  return note ("free");
}

cudaError_t
cudaHostAlloc (void **memory, size_t size, unsigned int flags)
{
  if (!fake_cuda.cannot_pin)
    return cudaMalloc (memory, size);
  fake_cuda.last_error = cudaErrorMemoryAllocation;
  return fake_cuda.last_error;
}

cudaError_t
cudaFreeHost (void *memory)
{
  free (memory);
  return cudaSuccess;
}

cudaError_t
cudaMemcpyAsync (void *to, const void *from, size_t size,
                 enum cudaMemcpyKind kind, cudaStream_t stream)
{
  return note ("copy");
}

cudaError_t
cudaMemcpy2DAsync (void *to, size_t to_pitch, const void *from,
                   size_t from_pitch, size_t width, size_t height,
                   enum cudaMemcpyKind kind, cudaStream_t stream)
{
  return note ("copy");
}

cudaError_t
cudaMemsetAsync (void *to, int value, size_t size, cudaStream_t stream)
{
  return note ("clear");
}

cudaError_t
cudaStreamBeginCapture (cudaStream_t stream, enum cudaStreamCaptureMode mode)
{
  return cudaErrorNotSupported;
}

cudaError_t
cudaStreamEndCapture (cudaStream_t stream, cudaGraph_t *graph)
{
  return cudaErrorNotSupported;
}

cudaError_t
cudaGraphInstantiate (cudaGraphExec_t *exec, cudaGraph_t graph,
                      unsigned long long flags)
{
  return cudaErrorNotSupported;
}

cudaError_t
cudaGraphLaunch (cudaGraphExec_t exec, cudaStream_t stream)
{
  return cudaErrorNotSupported;
}

cudaError_t
cudaGraphDestroy (cudaGraph_t graph)
{
  return cudaSuccess;
}

cudaError_t
cudaGraphExecDestroy (cudaGraphExec_t exec)
{
  return cudaSuccess;
}
