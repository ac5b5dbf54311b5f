// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The convolution that makes the picture. cuDNN's tiles would be padding for the
// most part; here the outputs of one product are 8. A warp goes down a strip of 16
// pixels and adds each row that it reads to the three that see it, so that src is
// read little more than once.

#include "tile.cuh"

#define STRIP 16
#define ROWS 8  // of dst, per warp
#define WARPS 4 // per block

template <typename T, int CHUNKS>
static __global__ void __launch_bounds__ (SPADE_WARP *WARPS, 3)
narrow_kernel (SpadeNarrowConv v)
{
  int warp = (int) (blockIdx.x * blockDim.y + threadIdx.y);
  int n_strips = (int) spade_index_blocks (v.width, STRIP);
  int left = warp % n_strips * STRIP, top = warp / n_strips * ROWS;

  TileWeights<T> weights[9][CHUNKS];
  TileSums       above, here, below; // of dst, from the row that is read

  if (top >= v.height)
    return;
#pragma unroll
  for (int tap = 0; tap < 9; tap++)
#pragma unroll
    for (int i = 0; i < CHUNKS; i++)
      weights[tap][i].load ((const typename T::Word *) v.weight
                                + tap * 8 * CHUNKS * 32 + i * 32,
                            CHUNKS * 32);
#pragma unroll 1
  for (int y = top - 1; y <= top + ROWS && y <= v.height; y++)
    {
      const auto *row = (const typename T::Word *) v.src
                        + (int64_t) y * v.width * v.n_in;

      if (y >= 0 && y < v.height)
#pragma unroll
        for (int i = 0; i < CHUNKS; i++)
#pragma unroll
          for (int tap = 0; tap < 3; tap++)
            {
              TilePixels<T> pixels;

              pixels.load (row, left + tap - 1, v.width, i * 32, v.n_in);
              above.add (pixels, weights[6 + tap][i]);
              here.add (pixels, weights[3 + tap][i]);
              below.add (pixels, weights[tap][i]);
            }
      if (y > top)
        above.each ([&] (int x, int o, float value) {
          if (left + x < v.width && o < v.n_out)
            v.dst[((int64_t) (y - 1) * v.width + left + x) * v.n_out + o]
                = activate (v.bias != NULL ? value + v.bias[o] : value,
                            v.activation);
        });
      above = here;
      here = below;
      below = TileSums ();
    }
}

template <typename T>
static void
narrow (void *stream, const SpadeNarrowConv &v)
{
  int64_t n_strips = spade_index_blocks (v.width, STRIP);
  int64_t n_warps = n_strips * spade_index_blocks (v.height, ROWS);
  auto    kernel = v.n_in <= 32 ? narrow_kernel<T, 1> : narrow_kernel<T, 2>;

  SPADE_LAUNCH (kernel, dim3 ((unsigned) spade_index_blocks (n_warps, WARPS)),
                dim3 (SPADE_WARP, WARPS), stream, v);
}

bool
spade_kernel_has_narrow_conv (SpadeDType dtype)
{
  return dtype == SPADE_DTYPE_F16    ? tile_works<F16> (narrow_kernel<F16, 1>)
         : dtype == SPADE_DTYPE_BF16 ? tile_works<Bf16> (narrow_kernel<Bf16, 1>)
                                     : false;
}

void
spade_kernel_narrow_conv (void *stream, const SpadeNarrowConv *args)
{
  if (args->dtype == SPADE_DTYPE_F16)
    narrow<F16> (stream, *args);
  else
    narrow<Bf16> (stream, *args);
}
