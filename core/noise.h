// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The noise of a generator that has some: a number per pixel of each plane, from
// a seed and the pixel's place in the whole picture alone, so that a window, a
// GPU and any number of threads see the same. 32-bit integers throughout, which
// compilers turn into vector code. docs/numerics.md has it in words. Free of
// GLib, and fit for CUDA.
//
// A row of a plane: row = spade_noise_row (spade_noise_key (seed, plane), y), then
// spade_noise_at (row, x) for each x.

#pragma once

#include <stdint.h>

#ifdef __CUDACC__
#define SPADE_NOISE_INLINE static inline __host__ __device__
#else
#define SPADE_NOISE_INLINE static inline
#endif

// The 32 bits of h, well mixed. The shifts and factors are the best known of
// this form. Source: github.com/skeeto/hash-prospector, public domain.
SPADE_NOISE_INLINE uint32_t
spade_noise_mix (uint32_t h)
{
  h ^= h >> 16;
  h *= 0x21f0aaadu;
  h ^= h >> 15;
  h *= 0xd35a2d97u;
  h ^= h >> 15;
  return h;
}

SPADE_NOISE_INLINE uint32_t
spade_noise_key (uint64_t seed, int plane)
{
  uint32_t low = (uint32_t) seed ^ 0x9e3779b9u * ((uint32_t) plane + 1);

  return spade_noise_mix (spade_noise_mix (low) + (uint32_t) (seed >> 32));
}

SPADE_NOISE_INLINE uint32_t
spade_noise_row (uint32_t key, int y)
{
  return spade_noise_mix (key + 0x9e3779b9u * (uint32_t) y);
}

// Uniform between -sqrt 3 and sqrt 3: mean 0, variance 1. All of it is exact but
// for the last product, which rounds once.
SPADE_NOISE_INLINE float
spade_noise_at (uint32_t row, int x)
{
  uint32_t v = spade_noise_mix (row ^ 0x85ebca6bu * (uint32_t) x);

  return ((float) (int32_t) (v >> 8) - 8388607.5f) * (1.7320508f / 8388608.0f);
}
