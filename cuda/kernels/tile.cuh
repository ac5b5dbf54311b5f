// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Products on tensor cores, of 16 pixels by 8 outputs: a tile belongs to a warp,
// and each of its lanes (g = lane / 4, t = lane % 4) holds a part. The order of
// channels in a product is ours to choose, so a lane takes 8 that lie together.
// Where kernels are emulated a warp is one thread, which holds all.

#pragma once

#include "kernel.cuh"

#ifdef SPADE_EMULATED

#define SPADE_WARP 1

// 16 pixels of one row, 32 channels; what lies beside the picture is 0.
template <typename T> struct TilePixels
{
  float numbers[16][32];

  void load (const void *row, int x, int width, int first, int n_channels)
  {
    for (int i = 0; i < 16; i++)
      for (int c = 0; c < 32; c++)
        numbers[i][c]
            = x + i >= 0 && x + i < width && first + c < n_channels
                  ? load_pack<T, 1> (row, (int64_t) (x + i) * n_channels + first + c)
                        .get (0)
                  : 0;
  }
};

// 8 rows of weights, 32 channels.
template <typename T> struct TileWeights
{
  float numbers[8][32];

  void load (const void *from, int pitch)
  {
    for (int o = 0; o < 8; o++)
      for (int c = 0; c < 32; c++)
        numbers[o][c] = load_pack<T, 1> (from, (int64_t) o * pitch + c).get (0);
  }
};

struct TileSums
{
  float numbers[16][8] = { };

  template <typename T>
  void add (const TilePixels<T> &a, const TileWeights<T> &b)
  {
    for (int i = 0; i < 16; i++)
      for (int o = 0; o < 8; o++)
        for (int c = 0; c < 32; c++)
          numbers[i][o] += a.numbers[i][c] * b.numbers[o][c];
  }

  template <typename F> void each (F take) const
  {
    for (int i = 0; i < 16; i++)
      for (int o = 0; o < 8; o++)
        take (i, o, numbers[i][o]);
  }
};

// Says whether what a kernel was compiled for has products of T.
template <typename T, typename K>
static bool
tile_works (K kernel)
{
  return true;
}

#else

#define SPADE_WARP 32

template <typename T> struct TilePixels
{
  uint4 pixels[2]; // g and g + 8, channels 8 t and on

  __device__ void load (const void *row, int x, int width, int first,
                        int n_channels)
  {
    int c = first + threadIdx.x % 4 * 8;

#pragma unroll
    for (int i = 0; i < 2; i++)
      {
        int at = x + (int) threadIdx.x / 4 + 8 * i;

        pixels[i] = make_uint4 (0, 0, 0, 0);
        if (at >= 0 && at < width && c < n_channels)
          pixels[i] = *(const uint4 *) ((const uint16_t *) row
                                        + (int64_t) at * n_channels + c);
      }
  }
};

template <typename T> struct TileWeights
{
  uint4 row; // g, channels 8 t and on

  __device__ void load (const void *from, int pitch)
  {
    row = *(const uint4 *) ((const uint16_t *) from + threadIdx.x / 4 * pitch
                            + threadIdx.x % 4 * 8);
  }
};

// sums += 16 x 16 of a, [pixels g, g + 8, then again][channels], by 8 x 16 of b.
template <typename T>
static __device__ inline void
multiply_16 (float (&sums)[4], uint32_t a0, uint32_t a1, uint32_t a2,
             uint32_t a3, uint32_t b0, uint32_t b1)
{
#if __CUDA_ARCH__ >= 800
#define SPADE_MULTIPLY(type)                                                  \
  asm ("mma.sync.aligned.m16n8k16.row.col.f32." type "." type ".f32 "         \
       "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"      \
       : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])           \
       : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1))
  if (T::IS_BF16)
    SPADE_MULTIPLY ("bf16");
  else
    SPADE_MULTIPLY ("f16");
#undef SPADE_MULTIPLY
#else // Turing's are half as long, and know no bf16 (tile_works())
#define SPADE_MULTIPLY(a0, a1, b0)                                            \
  asm ("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 "                    \
       "{%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"                  \
       : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])           \
       : "r"(a0), "r"(a1), "r"(b0))
  SPADE_MULTIPLY (a0, a1, b0);
  SPADE_MULTIPLY (a2, a3, b1);
#undef SPADE_MULTIPLY
#endif
}

struct TileSums
{
  float sums[4] = { }; // pixel g, outputs 2 t and 2 t + 1; then pixel g + 8

  template <typename T>
  __device__ void add (const TilePixels<T> &a, const TileWeights<T> &b)
  {
    multiply_16<T> (sums, a.pixels[0].x, a.pixels[1].x, a.pixels[0].y,
                    a.pixels[1].y, b.row.x, b.row.y);
    multiply_16<T> (sums, a.pixels[0].z, a.pixels[1].z, a.pixels[0].w,
                    a.pixels[1].w, b.row.z, b.row.w);
  }

  template <typename F> __device__ void each (F take) const
  {
#pragma unroll
    for (int i = 0; i < 4; i++)
      take ((int) threadIdx.x / 4 + i / 2 * 8, (int) threadIdx.x % 4 * 2 + i % 2,
            sums[i]);
  }
};

template <typename T, typename K>
static bool
tile_works (K kernel)
{
  cudaFuncAttributes about;

  if (cudaFuncGetAttributes (&about, kernel) == cudaSuccess)
    return about.ptxVersion >= (T::IS_BF16 ? 80 : 75);
  cudaGetLastError (); // or the next launch would be blamed for it
  return false;
}

#endif
