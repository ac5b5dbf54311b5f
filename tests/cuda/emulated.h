// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// As much of CUDA C++ as our kernels use, for the CPU: what the compiler and
// the runtime would bring along. Included by cuda/kernels/kernel.cuh.

#pragma once

#include <cmath>
#include <functional>

#include "../../core/tensor.h"
#include "emulated-control.h"

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

static inline uint32_t
atomicCAS (uint32_t *at, uint32_t expected, uint32_t value)
{
  uint32_t old = *at;

  if (old == expected)
    *at = value;
  return old;
}

static inline uint32_t
atomicMin (uint32_t *at, uint32_t value)
{
  uint32_t old = *at;

  if (value < old)
    *at = value;
  return old;
}

// Does the work now, or when the graph that is being recorded is replayed.
void spade_emulated_queue (const std::function<void ()> &work);

// A launch: every thread of every block, one after the other, from the first on or
// from the last.
template <typename F>
static void
spade_emulated_launch (dim3 grid, dim3 block, F thread)
{
  spade_emulated_queue ([=] {
    uint64_t rows = (uint64_t) block.x * block.y, n = rows * grid.x * grid.y;

    gridDim = grid;
    blockDim = block;
    for (uint64_t i = 0; i < n; i++)
      {
        uint64_t at = spade_emulated_goes_backwards ? n - 1 - i : i;
        uint64_t in_block = at % rows, of_grid = at / rows;

        threadIdx = dim3 ((unsigned) (in_block % block.x),
                          (unsigned) (in_block / block.x));
        blockIdx = dim3 ((unsigned) (of_grid % grid.x),
                         (unsigned) (of_grid / grid.x));
        thread ();
      }
  });
}

#define SPADE_LAUNCH(kernel, grid, block, stream, ...)                        \
  spade_emulated_launch (grid, block, [=] { kernel (__VA_ARGS__); })
