// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// As much of CUDA C++ as our kernels use, for the CPU: what the compiler and
// the runtime would bring along. Included by cuda/kernels/kernel.cuh.

#pragma once

#include <cmath>
#include <functional>

#include "../../core/tensor.h"

struct dim3
{
  unsigned x, y, z;

  dim3 (unsigned x = 1, unsigned y = 1, unsigned z = 1) : x (x), y (y), z (z) {}
};

struct uint4
{
  unsigned x, y, z, w;
};

#define __global__
#define __device__
#define __launch_bounds__(...)

extern thread_local dim3 gridDim, blockDim, blockIdx, threadIdx;

// Does the work now, or when the graph that is being recorded is replayed.
void spade_emulated_queue (const std::function<void ()> &work);

// A launch: every thread of every block, one after the other.
template <typename F>
static void
spade_emulated_launch (dim3 grid, dim3 block, F thread)
{
  spade_emulated_queue ([=] {
    gridDim = grid;
    blockDim = block;
    for (blockIdx.y = 0; blockIdx.y < grid.y; blockIdx.y++)
      for (blockIdx.x = 0; blockIdx.x < grid.x; blockIdx.x++)
        for (threadIdx.y = 0; threadIdx.y < block.y; threadIdx.y++)
          for (threadIdx.x = 0; threadIdx.x < block.x; threadIdx.x++)
            thread ();
  });
}

#define SPADE_LAUNCH(kernel, grid, block, stream, ...)                        \
  spade_emulated_launch (grid, block, [=] { kernel (__VA_ARGS__); })
