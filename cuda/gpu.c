// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A GPU through the CUDA runtime. The stream does not wait for the default
// one, so that two contexts in two threads do not hold each other up.

#include "gpu-cuda.h"

#include <stdlib.h>

struct Block
{
  struct Block *next;
  void         *memory;
  size_t        size;
};

struct SpadeGpuGraph
{
  cudaGraphExec_t exec;
};

static void
fail_memory (const char *what, SpadeFailure *failure)
{
  failure->kind = SPADE_FAILURE_MEMORY;
  snprintf (failure->message, sizeof failure->message,
            "the GPU has not enough memory for %s; choose a smaller size or "
            "the device cpu", what);
}

bool
spade_cuda_check (cudaError_t status, const char *what, SpadeFailure *failure)
{
  if (status == cudaSuccess)
    return true;
  // An error that is not sticky would be found again by the next launch.
  cudaGetLastError ();
  failure->kind = SPADE_FAILURE_BACKEND;
  if (status == cudaErrorMemoryAllocation)
    fail_memory (what, failure);
  else if (status == cudaErrorInsufficientDriver)
    snprintf (failure->message, sizeof failure->message,
              "the NVIDIA driver is too old for CUDA %d or is not there; "
              "install a newer one", CUDART_VERSION / 1000);
  else
    snprintf (failure->message, sizeof failure->message,
              "the GPU failed in %s (%s); choose the device cpu", what,
              cudaGetErrorString (status));
  return false;
}

// Says whether so little of the GPU's memory is free that a library's failure is
// taken for want of it: they load kernels when they first need them, and then
// tell of an execution that failed.
static bool
is_full (void)
{
  size_t n_free, n_total;

  return cudaMemGetInfo (&n_free, &n_total) == cudaSuccess
         && n_free < (size_t) 64 << 20;
}

static bool
is_want_of_memory (cudnnStatus_t status)
{
  int category = CUDNN_STATUS_CATEGORY ((int) status);

  // cudnnCreate() gives the third.
  return status == CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED
         || ((category == CUDNN_STATUS_INTERNAL_ERROR
              || category == CUDNN_STATUS_EXECUTION_FAILED
              || status == CUDNN_STATUS_NOT_INITIALIZED)
             && is_full ());
}

bool
spade_cudnn_is_unsupported (cudnnStatus_t status)
{
  return CUDNN_STATUS_CATEGORY ((int) status) == CUDNN_STATUS_NOT_SUPPORTED;
}

bool
spade_cudnn_check (cudnnStatus_t status, const char *what,
                   SpadeFailure *failure)
{
  if (status == CUDNN_STATUS_SUCCESS)
    return true;
  failure->kind = SPADE_FAILURE_MEMORY;
  if (status == CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED)
    spade_gpu_fail_host_memory (failure);
  else if (is_want_of_memory (status))
    fail_memory (what, failure);
  else
    {
      failure->kind = SPADE_FAILURE_BACKEND;
      snprintf (failure->message, sizeof failure->message,
                "cuDNN failed in %s (%s); choose the device cpu", what,
                cudnnGetErrorString (status));
    }
  return false;
}

bool
spade_cublas_check (cublasStatus_t status, const char *what,
                    SpadeFailure *failure)
{
  if (status == CUBLAS_STATUS_SUCCESS)
    return true;
  failure->kind = SPADE_FAILURE_BACKEND;
  if (status == CUBLAS_STATUS_ALLOC_FAILED
      || ((status == CUBLAS_STATUS_NOT_INITIALIZED
           || status == CUBLAS_STATUS_EXECUTION_FAILED
           || status == CUBLAS_STATUS_INTERNAL_ERROR)
          && is_full ()))
    fail_memory (what, failure);
  else
    snprintf (failure->message, sizeof failure->message,
              "cuBLAS failed in %s (%s); choose the device cpu", what,
              cublasLtGetStatusString (status));
  return false;
}

int
spade_gpu_count (SpadeFailure *failure)
{
  int n = 0;

  if (!CUDA_TRY (cudaGetDeviceCount (&n), "looking for GPUs", failure))
    return 0;
  if (n == 0)
    {
      failure->kind = SPADE_FAILURE_BACKEND;
      snprintf (failure->message, sizeof failure->message,
                "there is no NVIDIA GPU");
    }
  return n;
}

bool
spade_gpu_get_info (int device, SpadeGpuInfo *out, SpadeFailure *failure)
{
  struct cudaDeviceProp properties;

  if (!CUDA_TRY (cudaGetDeviceProperties (&properties, device),
                 "asking for its name", failure))
    return false;
  snprintf (out->name, sizeof out->name, "%s", properties.name);
  out->major = properties.major;
  out->minor = properties.minor;
  // The thread's GPU from here on, until an entry sets its own: to set the one
  // before again would wake it, and it need not be one that can be woken.
  return CUDA_TRY (cudaSetDevice (device), "waking it", failure)
         && CUDA_TRY (cudaMemGetInfo (&out->free_memory, &out->total_memory),
                      "asking for its memory", failure);
}

SpadeGpu *
spade_gpu_open (int device, SpadeFailure *failure)
{
  SpadeGpu *gpu = calloc (1, sizeof *gpu);
  int       reads_host = 0;

  if (gpu == NULL)
    {
      spade_cuda_check (cudaErrorMemoryAllocation, "itself", failure);
      return NULL;
    }
  gpu->device = device;
  if (!CUDA_TRY (cudaSetDevice (device), "waking it", failure)
      || !CUDA_TRY (cudaDeviceGetAttribute (
                        &reads_host, cudaDevAttrPageableMemoryAccess, device),
                    "asking what it can", failure)
      || !CUDA_TRY (cudaStreamCreateWithFlags (&gpu->stream,
                                               cudaStreamNonBlocking),
                    "making a stream", failure)
      || !CUDNN_TRY (cudnnCreate (&gpu->cudnn), "starting cuDNN", failure)
      || !CUDNN_TRY (cudnnSetStream (gpu->cudnn, gpu->stream),
                     "starting cuDNN", failure)
      || !CUBLAS_TRY (cublasLtCreate (&gpu->cublas), "starting cuBLAS",
                      failure))
    {
      spade_gpu_close (gpu);
      return NULL;
    }
  gpu->reads_host = reads_host != 0;
  return gpu;
}

void
spade_gpu_close (SpadeGpu *gpu)
{
  if (gpu == NULL)
    return;
  cudaSetDevice (gpu->device);
  if (gpu->stream != NULL)
    cudaStreamSynchronize (gpu->stream);
  spade_gpu_products_free (gpu);
  if (gpu->cublas != NULL)
    cublasLtDestroy (gpu->cublas);
  if (gpu->cudnn != NULL)
    cudnnDestroy (gpu->cudnn);
  while (gpu->blocks != NULL)
    spade_gpu_release (gpu, gpu->blocks->memory);
  if (gpu->stream != NULL)
    cudaStreamDestroy (gpu->stream);
  free (gpu);
}

bool
spade_gpu_enter (SpadeGpu *gpu, SpadeFailure *failure)
{
  // What nobody read of an entry before, or of another GPU, is not for the
  // first launch of this one to find.
  cudaGetLastError ();
  return CUDA_TRY (cudaSetDevice (gpu->device), "waking it", failure);
}

void *
spade_gpu_stream (SpadeGpu *gpu)
{
  return gpu->stream;
}

bool
spade_gpu_check_launch (SpadeGpu *gpu, const char *what, SpadeFailure *failure)
{
  return CUDA_TRY (cudaGetLastError (), what, failure);
}

void *
spade_gpu_alloc (SpadeGpu *gpu, size_t size, const char *what,
                 SpadeFailure *failure)
{
  struct Block *block = malloc (sizeof *block);
  void         *memory = NULL;

  if (block == NULL
      || !CUDA_TRY (cudaMalloc (&memory, size > 0 ? size : 1), what, failure))
    {
      if (block == NULL)
        spade_cuda_check (cudaErrorMemoryAllocation, what, failure);
      free (block);
      return NULL;
    }
  if (spade_fault_poisons)
    cudaMemsetAsync (memory, 0xff, size, gpu->stream);
  block->next = gpu->blocks;
  block->memory = memory;
  block->size = size;
  gpu->blocks = block;
  gpu->held += size;
  return memory;
}

void
spade_gpu_release (SpadeGpu *gpu, void *memory)
{
  for (struct Block **at = &gpu->blocks; *at != NULL; at = &(*at)->next)
    if ((*at)->memory == memory)
      {
        struct Block *block = *at;

        // Queued work may still use it, and cudaFree() does not promise to wait.
        cudaStreamSynchronize (gpu->stream);
        cudaFree (memory);
        *at = block->next;
        gpu->held -= block->size;
        free (block);
        return;
      }
}

size_t
spade_gpu_get_held (const SpadeGpu *gpu)
{
  return gpu->held;
}

bool
spade_gpu_upload (SpadeGpu *gpu, void *to, const void *from, size_t size,
                  SpadeFailure *failure)
{
  // From pageable memory the call returns when from has been read into a
  // buffer of the driver's, except where the GPU may read it by itself (page
  // tables that it shares with the host, or HMM).
  return CUDA_TRY (cudaMemcpyAsync (to, from, size, cudaMemcpyHostToDevice,
                                    gpu->stream),
                   "sending data", failure)
         && (!gpu->reads_host || spade_gpu_wait (gpu, failure));
}

void *
spade_gpu_alloc_host (SpadeGpu *gpu, size_t size, SpadeFailure *failure)
{
  void       *memory = NULL;
  cudaError_t status;

  if (spade_fault_strikes ("transfers", failure))
    return NULL;
  status = cudaHostAlloc (&memory, size, cudaHostAllocDefault);
  if (status == cudaErrorMemoryAllocation)
    {
      cudaGetLastError ();
      spade_gpu_fail_pinned_memory (failure);
      return NULL;
    }
  return spade_cuda_check (status, "transfers", failure) ? memory : NULL;
}

void
spade_gpu_release_host (SpadeGpu *gpu, void *memory)
{
  if (memory != NULL)
    cudaFreeHost (memory);
}

bool
spade_gpu_send (SpadeGpu *gpu, void *to, const void *from, size_t size,
                SpadeFailure *failure)
{
  return CUDA_TRY (cudaMemcpyAsync (to, from, size, cudaMemcpyHostToDevice,
                                    gpu->stream),
                   "sending data", failure);
}

bool
spade_gpu_fetch (SpadeGpu *gpu, void *to, const void *from, size_t pitch,
                 size_t size, size_t n, SpadeFailure *failure)
{
  return CUDA_TRY (pitch == size
                       ? cudaMemcpyAsync (to, from, n * size,
                                          cudaMemcpyDeviceToHost, gpu->stream)
                       : cudaMemcpy2DAsync (to, size, from, pitch, size, n,
                                            cudaMemcpyDeviceToHost,
                                            gpu->stream),
                   "fetching data", failure);
}

bool
spade_gpu_clear (SpadeGpu *gpu, void *to, size_t size, SpadeFailure *failure)
{
  return CUDA_TRY (cudaMemsetAsync (to, 0, size, gpu->stream), "clearing memory",
                   failure);
}

bool
spade_gpu_wait (SpadeGpu *gpu, SpadeFailure *failure)
{
  return CUDA_TRY (cudaStreamSynchronize (gpu->stream), "the render", failure);
}

bool
spade_gpu_record_begin (SpadeGpu *gpu, SpadeFailure *failure)
{
  // Any thread may allocate meanwhile, and a library load a kernel.
  return CUDA_TRY (cudaStreamBeginCapture (gpu->stream,
                                           cudaStreamCaptureModeRelaxed),
                   "recording the render", failure);
}

SpadeGpuGraph *
spade_gpu_record_end (SpadeGpu *gpu, SpadeFailure *failure)
{
  SpadeGpuGraph *self = calloc (1, sizeof *self);
  cudaGraph_t    graph = NULL;
  cudaError_t    status = cudaStreamEndCapture (gpu->stream, &graph);
  bool           is_done;

  is_done = CUDA_TRY (status, "recording the render", failure)
            && CUDA_TRY (self != NULL ? cudaSuccess
                                      : cudaErrorMemoryAllocation,
                         "recording the render", failure)
            && CUDA_TRY (cudaGraphInstantiate (&self->exec, graph, 0),
                         "recording the render", failure);
  if (graph != NULL)
    cudaGraphDestroy (graph);
  if (!is_done)
    {
      free (self);
      return NULL;
    }
  return self;
}

bool
spade_gpu_replay (SpadeGpu *gpu, SpadeGpuGraph *graph, SpadeFailure *failure)
{
  return CUDA_TRY (cudaGraphLaunch (graph->exec, gpu->stream), "the render",
                   failure);
}

void
spade_gpu_graph_free (SpadeGpuGraph *graph)
{
  if (graph == NULL)
    return;
  cudaGraphExecDestroy (graph->exec);
  free (graph);
}
