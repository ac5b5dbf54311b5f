// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A GPU as this backend needs it: memory, copies, recorded graphs. gpu.c does
// it through the CUDA runtime; the tests have another one that does it on the
// CPU, so that all above it is judged without a GPU. conv.h and product.h are
// the other two headers of that border, with the launchers of kernels.h.
//
// Work is queued on one stream and done in order; only the functions that say
// so wait for it. Every function may fail with a failure filled in; a failure
// of queued work is reported by a later call.

#pragma once

#include <stdio.h>

#include "../core/backend.h"

#ifdef __cplusplus
extern "C" {
#endif

// The failure of an allocation in the host's memory.
static inline void
spade_gpu_fail_host_memory (SpadeFailure *failure)
{
  failure->kind = SPADE_FAILURE_MEMORY;
  snprintf (failure->message, sizeof failure->message,
            "there is not enough memory; close other programs");
}

// The same of memory that the GPU can reach by itself. Not for want of memory: tiles
// would need as much of it, and none of the GPU's is lacking.
static inline void
spade_gpu_fail_pinned_memory (SpadeFailure *failure)
{
  failure->kind = SPADE_FAILURE_BACKEND;
  snprintf (failure->message, sizeof failure->message,
            "the computer has not enough memory for the GPU's transfers; close "
            "other programs or choose the device cpu");
}

typedef struct SpadeGpu      SpadeGpu;
typedef struct SpadeGpuGraph SpadeGpuGraph;

typedef struct
{
  char   name[256];
  int    major, minor; // compute capability
  size_t free_memory, total_memory;
} SpadeGpuInfo;

// Gives the number of GPUs, 0 with failure saying why there is none.
int  spade_gpu_count (SpadeFailure *failure);
// Leaves it the calling thread's GPU.
bool spade_gpu_get_info (int device, SpadeGpuInfo *out, SpadeFailure *failure);

SpadeGpu *spade_gpu_open (int device, SpadeFailure *failure);
void      spade_gpu_close (SpadeGpu *gpu);
// Makes it the calling thread's GPU; first in every entry from outside.
bool spade_gpu_enter (SpadeGpu *gpu, SpadeFailure *failure);
// What the launchers of kernels.h take.
void *spade_gpu_stream (SpadeGpu *gpu);
// Says whether the kernels launched before it could be; what: for the message.
bool spade_gpu_check_launch (SpadeGpu     *gpu,
                             const char   *what,
                             SpadeFailure *failure);

// NULL with failure. Contents undefined; aligned to 256 bytes.
void *spade_gpu_alloc (SpadeGpu     *gpu,
                       size_t        size,
                       const char   *what,
                       SpadeFailure *failure);
void  spade_gpu_release (SpadeGpu *gpu, void *memory);
// Bytes that spade_gpu_alloc() gave and spade_gpu_release() did not get back.
size_t spade_gpu_get_held (const SpadeGpu *gpu);

// from may be changed after the return.
bool spade_gpu_upload (SpadeGpu *gpu, void *to, const void *from, size_t size,
                       SpadeFailure *failure);
// Memory of the host that the GPU can reach by itself, for the two below.
void *spade_gpu_alloc_host (SpadeGpu *gpu, size_t size, SpadeFailure *failure);
void  spade_gpu_release_host (SpadeGpu *gpu, void *memory);
// Queues a copy from such memory, which is left alone until spade_gpu_wait().
bool spade_gpu_send (SpadeGpu *gpu, void *to, const void *from, size_t size,
                     SpadeFailure *failure);
// Queues a copy of n rows of size bytes, which lie pitch apart, to such memory,
// without gaps; they are there after spade_gpu_wait().
bool spade_gpu_fetch (SpadeGpu *gpu, void *to, const void *from, size_t pitch,
                      size_t size, size_t n, SpadeFailure *failure);
bool spade_gpu_clear (SpadeGpu *gpu, void *to, size_t size,
                      SpadeFailure *failure);
bool spade_gpu_wait (SpadeGpu *gpu, SpadeFailure *failure);

// Between the two, work is recorded instead of done; nothing but kernels and
// convolutions may be queued. End gives NULL with failure, and is called after
// a failed recording too.
bool           spade_gpu_record_begin (SpadeGpu *gpu, SpadeFailure *failure);
SpadeGpuGraph *spade_gpu_record_end (SpadeGpu *gpu, SpadeFailure *failure);
bool           spade_gpu_replay (SpadeGpu *gpu, SpadeGpuGraph *graph,
                                 SpadeFailure *failure);
void           spade_gpu_graph_free (SpadeGpuGraph *graph);

#ifdef __cplusplus
}
#endif
