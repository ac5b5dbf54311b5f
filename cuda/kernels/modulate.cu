// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The fused SPADE pass. A thread keeps its channels, with their norm in
// registers, and makes several pixels: PIXELS whose loads are all under way before
// the first is used, or the four that a pixel of half the size becomes. Noise is
// made where it is added, by some dozen operations on integers per pixel.

#include "../../core/noise.h"
#include "kernel.cuh"

#define PIXELS 2

// What a thread knows of its N channels.
template <int N> struct Channels
{
  float    scale[N], mean[N], strength[N];
  uint32_t key;

  __device__ Channels (const SpadeModulate &m, int c, bool has_noise)
  {
    load_floats<N> (m.norm + c, scale);
    load_floats<N> (m.norm + m.channels + c, mean);
    if (has_noise)
      {
        load_floats<N> (m.strength + c, strength);
        key = spade_noise_key (m.noise->seed, m.plane);
      }
  }
};

static __device__ inline float
noise_at (const SpadeModulate &m, uint32_t key, int y, int x)
{
  return spade_noise_at (spade_noise_row (key, m.noise->top + y),
                         m.noise->left + x);
}

template <typename T, int N> struct TableRow
{
  Pack<T, N> gamma, beta;

  __device__ void load (const SpadeModulate &m, uint32_t row, int c)
  {
    int64_t at = (int64_t) row * m.pitch + c;

    gamma = load_pack<T, N> (m.table, at);
    beta = load_pack<T, N> (m.table, at + m.channels);
  }
};

// One pixel's N channels. row: what TABLE says is there.
template <typename T, int N, bool TABLE, bool NOISE>
static __device__ inline Pack<T, N>
modulate_pixel (const SpadeModulate &m, const Channels<N> &of,
                const Pack<T, N> &x, const TableRow<T, N> &row, float noise)
{
  Pack<T, N> result;

#pragma unroll
  for (int k = 0; k < N; k++)
    {
      float value = x.get (k);

      if (NOISE)
        value += of.strength[k] * noise;
      value = (value - of.mean[k]) * of.scale[k];

      if (TABLE)
        value += value * row.gamma.get (k) + row.beta.get (k);
      result.set (k, value > 0 ? value : value * m.slope);
    }
  return result;
}

template <typename T, int N, bool TABLE, bool NOISE>
static __global__ void __launch_bounds__ (SPADE_THREADS)
modulate_kernel (SpadeModulate m)
{
  int      c = (int) (blockIdx.y * blockDim.x + threadIdx.x) * N;
  uint32_t n_pixels = (uint32_t) m.height * (uint32_t) m.width;
  uint32_t first = blockIdx.x * blockDim.y * PIXELS + threadIdx.y;

  Pack<T, N>     x[PIXELS];
  TableRow<T, N> rows[PIXELS];

  if (c >= m.channels)
    return;

  Channels<N> of (m, c, NOISE);

#pragma unroll
  for (int i = 0; i < PIXELS; i++)
    {
      uint32_t pixel = first + i * blockDim.y;

      if (pixel >= n_pixels)
        continue;
      x[i] = load_pack<T, N> (m.src, (int64_t) pixel * m.channels + c);
      if (TABLE)
        rows[i].load (m, m.index[pixel], c);
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

          noise = noise_at (m, of.key, y, (int) pixel - y * m.width);
        }
      store_pack<T, N> (m.dst, (int64_t) pixel * m.channels + c,
                        modulate_pixel<T, N, TABLE, NOISE> (m, of, x[i],
                                                            rows[i], noise));
    }
}

// With the doubling folded in: a thread makes the four pixels of one of src, which
// nearly always share their row of the table, so that it is read once.
template <typename T, int N, bool NOISE>
static __global__ void __launch_bounds__ (SPADE_THREADS)
modulate_doubled_kernel (SpadeModulate m)
{
  int      c = (int) (blockIdx.y * blockDim.x + threadIdx.x) * N;
  uint32_t width = (uint32_t) m.width / 2;
  uint32_t pixel = blockIdx.x * blockDim.y + threadIdx.y; // of src
  uint32_t y = pixel / width * 2, x = pixel % width * 2;
  int64_t  at = (int64_t) y * m.width + x;

  TableRow<T, N> row;
  uint32_t       numbers[4];

  if (c >= m.channels || y >= (uint32_t) m.height)
    return;

  Pack<T, N>  value = load_pack<T, N> (m.src, (int64_t) pixel * m.channels + c);
  Channels<N> of (m, c, NOISE);

#pragma unroll
  for (int i = 0; i < 4; i++)
    numbers[i] = m.index[at + i / 2 * m.width + i % 2];
  row.load (m, numbers[0], c);
#pragma unroll
  for (int i = 0; i < 4; i++)
    {
      float noise = 0;

      if (i > 0 && numbers[i] != numbers[i - 1])
        row.load (m, numbers[i], c);
      if (NOISE)
        noise = noise_at (m, of.key, (int) y + i / 2, (int) x + i % 2);
      store_pack<T, N> (m.dst, (at + i / 2 * m.width + i % 2) * m.channels + c,
                        modulate_pixel<T, N, true, NOISE> (m, of, value, row,
                                                           noise));
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
  dim3 grid ((unsigned) (m.upsample
                             ? spade_index_blocks (n_pixels / 4, down)
                             : spade_index_blocks (n_pixels, down * PIXELS)),
             (unsigned) spade_index_blocks (n_groups, across));
  auto kernel = m.table == NULL ? modulate_kernel<T, N, false, false>
                : m.strength == NULL
                    ? (m.upsample ? modulate_doubled_kernel<T, N, false>
                                  : modulate_kernel<T, N, true, false>)
                : m.upsample ? modulate_doubled_kernel<T, N, true>
                             : modulate_kernel<T, N, true, true>;

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
