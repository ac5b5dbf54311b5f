// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The fused SPADE pass. A thread keeps its channels, with their norm in
// registers, and goes through PIXELS pixels, all of whose loads are under way
// before the first is used: the pass waits for memory and nothing else. Noise is
// made where it is added, by some dozen operations on integers per pixel.

#include "../../core/noise.h"
#include "kernel.cuh"

#define PIXELS 2

template <typename T, int N, bool UPSAMPLE, bool TABLE, bool NOISE>
static __global__ void __launch_bounds__ (SPADE_THREADS)
modulate_kernel (SpadeModulate m)
{
  int      c = (int) (blockIdx.y * blockDim.x + threadIdx.x) * N;
  uint32_t n_pixels = (uint32_t) m.height * (uint32_t) m.width;
  uint32_t first = blockIdx.x * blockDim.y * PIXELS + threadIdx.y;
  uint32_t key = 0;
  float    scale[N], mean[N], strength[N];

  Pack<T, N> x[PIXELS], gamma[PIXELS], beta[PIXELS];

  if (c >= m.channels)
    return;
  load_floats<N> (m.norm + c, scale);
  load_floats<N> (m.norm + m.channels + c, mean);
  if (NOISE)
    {
      load_floats<N> (m.strength + c, strength);
      key = spade_noise_key (m.noise->seed, m.plane);
    }

#pragma unroll
  for (int i = 0; i < PIXELS; i++)
    {
      uint32_t pixel = first + i * blockDim.y;

      if (pixel >= n_pixels)
        continue;
      x[i] = load_pack<T, N> (
          m.src,
          (int64_t) (UPSAMPLE ? spade_index_half (pixel, (uint32_t) m.width)
                              : pixel)
                  * m.channels
              + c);
      if (TABLE)
        {
          int64_t row = (int64_t) m.index[pixel] * m.pitch + c;

          gamma[i] = load_pack<T, N> (m.table, row);
          beta[i] = load_pack<T, N> (m.table, row + m.channels);
        }
    }

#pragma unroll
  for (int i = 0; i < PIXELS; i++)
    {
      uint32_t pixel = first + i * blockDim.y;
      float    noise = 0;

      if (pixel >= n_pixels)
        continue;
      if (NOISE)
        {
          int y = (int) (pixel / (uint32_t) m.width);

          noise = spade_noise_at (spade_noise_row (key, m.noise->top + y),
                                  m.noise->left + (int) pixel - y * m.width);
        }
#pragma unroll
      for (int k = 0; k < N; k++)
        {
          float value = x[i].get (k);

          if (NOISE)
            value += strength[k] * noise;
          value = (value - mean[k]) * scale[k];

          if (TABLE)
            value += value * gamma[i].get (k) + beta[i].get (k);
          x[i].set (k, value > 0 ? value : value * m.slope);
        }
      store_pack<T, N> (m.dst, (int64_t) pixel * m.channels + c, x[i]);
    }
}

template <typename T, int N>
static void
launch_modulate (void *stream, const SpadeModulate &m)
{
  int  n_groups = m.channels / N;
  int  across = n_groups < SPADE_THREADS ? n_groups : SPADE_THREADS;
  int  down = SPADE_THREADS / across;
  auto n_pixels = (int64_t) m.height * m.width;
  dim3 block ((unsigned) across, (unsigned) down);
  dim3 grid ((unsigned) spade_index_blocks (n_pixels, (int64_t) down * PIXELS),
             (unsigned) spade_index_blocks (n_groups, across));
  auto kernel = m.table == NULL ? modulate_kernel<T, N, false, false, false>
                : m.strength == NULL
                    ? (m.upsample ? modulate_kernel<T, N, true, true, false>
                                  : modulate_kernel<T, N, false, true, false>)
                : m.upsample ? modulate_kernel<T, N, true, true, true>
                             : modulate_kernel<T, N, false, true, true>;

  SPADE_LAUNCH (kernel, grid, block, stream, m);
}

template <typename T>
static void
modulate (void *stream, const SpadeModulate &m)
{
  // With these the table's rows and both halves of a row are aligned too.
  if (m.channels % T::WIDE == 0)
    launch_modulate<T, T::WIDE> (stream, m);
  else
    launch_modulate<T, 1> (stream, m);
}

void
spade_kernel_modulate (void *stream, const SpadeModulate *args)
{
  BY_DTYPE (args->dtype, modulate, stream, *args);
}
