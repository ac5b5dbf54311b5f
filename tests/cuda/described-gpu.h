// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A GPU that is not there, described to the real cuDNN: it lists its engines for
// our graphs, prepares them and says what they need, all but running them. For
// that, what conv.c and conv-search.c tell cuDNN about a handle is told about
// the description instead (the linker's --wrap).

#pragma once

#include <cudnn.h>
#include <stdbool.h>

typedef struct
{
  const char *name;
  int         capability; // 900 is 9.0
  int         n_multiprocessors;
  int         shared_memory; // bytes that a multiprocessor has
  int         n_blocks, n_threads; // at most on a multiprocessor
  double      memory;     // bytes
  int         clock_khz, memory_clock_khz, memory_bits; // bits: of the bus
  int         l2_bytes;
} DescribedGpu;

// Makes it the GPU of all that follows. False where cuDNN takes no descriptions,
// before 9.11, or wants to know more.
bool described_gpu_use (const DescribedGpu *gpu);
void described_gpu_close (void);
