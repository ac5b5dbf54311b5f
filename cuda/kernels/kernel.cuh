// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the kernels share: the three number formats, 16-byte accesses, launches.
// With SPADE_EMULATED the kernels are compiled for the CPU, where tests run
// them thread by thread; so no kernel talks to another thread of its own
// launch, but for the lanes of a warp that share a product (tile.cuh) and the
// hash table of numbers.cu, and sums that need several threads take several
// launches.

#pragma once

#include "../index.h"
#include "../kernels.h"

#ifdef SPADE_EMULATED
#include "emulated.h"
#else
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#define SPADE_LAUNCH(kernel, grid, block, stream, ...)                        \
  kernel<<<grid, block, 0, (cudaStream_t) (stream)>>> (__VA_ARGS__)
#endif

#define SPADE_THREADS 256

// A number format: Word in memory, how many go into 16 bytes, and how two that
// share 32 bits become floats and back. Rounding is to nearest even.
struct F32
{
  typedef float Word;
  enum { WIDE = 4 };
  static __device__ float load (float word) { return word; }
  static __device__ float store (float value) { return value; }
};

struct F16
{
  typedef uint16_t Word;
  enum { WIDE = 8, IS_BF16 = 0 };
#ifdef SPADE_EMULATED
  static float load (uint16_t word) { return spade_f16_to_f32 (word); }
  static uint16_t store (float value) { return spade_f32_to_f16 (value); }
#else
  static __device__ float load (uint16_t word)
  {
    return __half2float (__ushort_as_half (word));
  }
  static __device__ uint16_t store (float value)
  {
    return __half_as_ushort (__float2half_rn (value));
  }
#endif
};

struct Bf16
{
  typedef uint16_t Word;
  enum { WIDE = 8, IS_BF16 = 1 };
#ifdef SPADE_EMULATED
  static float load (uint16_t word) { return spade_bf16_to_f32 (word); }
  static uint16_t store (float value) { return spade_f32_to_bf16 (value); }
#else
  static __device__ float load (uint16_t word)
  {
    return __uint_as_float ((uint32_t) word << 16);
  }
  static __device__ uint16_t store (float value)
  {
    return __bfloat16_as_ushort (__float2bfloat16_rn (value));
  }
#endif
};

// N words as they are read and written: 16 bytes at once where N is WIDE.
template <typename T, int N> struct alignas (sizeof (typename T::Word) * N) Pack
{
  typename T::Word words[N];

  __device__ float get (int i) const { return T::load (words[i]); }
  __device__ void  set (int i, float value) { words[i] = T::store (value); }
};

template <typename T, int N>
static __device__ inline Pack<T, N>
load_pack (const void *from, int64_t at)
{
  return *(const Pack<T, N> *) ((const typename T::Word *) from + at);
}

template <typename T, int N>
static __device__ inline void
store_pack (void *to, int64_t at, const Pack<T, N> &pack)
{
  *(Pack<T, N> *) ((typename T::Word *) to + at) = pack;
}

// N floats, 16 bytes at a time where there are as many.
template <int N>
static __device__ inline void
load_floats (const float *from, float *to)
{
  constexpr int AT_ONCE = N % F32::WIDE == 0 ? F32::WIDE : 1;

#pragma unroll
  for (int i = 0; i < N; i += AT_ONCE)
    {
      Pack<F32, AT_ONCE> pack = load_pack<F32, AT_ONCE> (from, i);

#pragma unroll
      for (int j = 0; j < AT_ONCE; j++)
        to[i + j] = pack.get (j);
    }
}

static __device__ inline float
activate (float value, int activation)
{
  if (activation == SPADE_ACTIVATION_LEAKY_RELU)
    return value > 0 ? value : value * SPADE_LEAKY_SLOPE;
  if (activation == SPADE_ACTIVATION_TANH)
    return tanhf (value);
  return value;
}

// A product that is rounded before something is added to it.
static __device__ inline float
multiply_rounded (float a, float b)
{
#ifdef SPADE_EMULATED
  return a * b;
#else
  return __fmul_rn (a, b);
#endif
}

// The number of this thread among all of a one-dimensional launch.
static __device__ inline int64_t
thread_number (void)
{
  return (int64_t) blockIdx.x * blockDim.x + threadIdx.x;
}

static inline dim3
blocks_for (int64_t n)
{
  return dim3 ((unsigned) spade_index_blocks (n, SPADE_THREADS));
}

// Runs a function template for a dtype that is known only now.
#define BY_DTYPE(dtype, function, ...)                                        \
  do                                                                          \
    {                                                                         \
      if ((dtype) == SPADE_DTYPE_F16)                                         \
        function<F16> (__VA_ARGS__);                                          \
      else if ((dtype) == SPADE_DTYPE_BF16)                                   \
        function<Bf16> (__VA_ARGS__);                                         \
      else                                                                    \
        function<F32> (__VA_ARGS__);                                          \
    }                                                                         \
  while (0)
