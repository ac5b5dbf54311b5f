// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The convolutions that cuDNN is no help with: three channels on one side, and
// whatever it has no engine for; and what it did not fuse.

#include "kernel.cuh"

#define ACROSS 4

// A thread makes 4 channels of ACROSS pixels side by side: one load of weights is
// for all of them. All threads of a warp read the same weights at a time.
template <typename T, typename D, int N>
static __global__ void __launch_bounds__ (SPADE_THREADS)
direct_kernel (SpadeDirectConv v, int out_height, int out_width)
{
  int64_t n = spade_index_blocks (out_width, ACROSS);
  int64_t number = thread_number ();
  int     o = (int) blockIdx.y * 4;
  int     y = (int) (number / n), x = (int) (number % n) * ACROSS;
  int     pitch = (v.n_out + 3) / 4 * 4;
  float   sum[ACROSS][4] = { { 0 } };

  if (y >= out_height)
    return;
  for (int tap = 0; tap < v.kernel * v.kernel; tap++)
    {
      int from_y = y * v.stride + tap / v.kernel - v.kernel / 2;
      int from_x = x * v.stride + tap % v.kernel - v.kernel / 2;

      if (from_y < 0 || from_y >= v.height)
        continue;

      int64_t      from = ((int64_t) from_y * v.width + from_x) * v.n_in;
      const float *weight = v.weight + (int64_t) tap * v.n_in * pitch + o;

#pragma unroll 1
      for (int i = 0; i < v.n_in; i += N)
        {
          Pack<T, N> packs[ACROSS] = { };

#pragma unroll
          for (int p = 0; p < ACROSS; p++)
            {
              int at = from_x + p * v.stride;

              if (at >= 0 && at < v.width)
                packs[p] = load_pack<T, N> (
                    v.src, from + (int64_t) p * v.stride * v.n_in + i);
            }
#pragma unroll
          for (int k = 0; k < N; k++)
            {
              Pack<F32, 4> w
                  = load_pack<F32, 4> (weight, (int64_t) (i + k) * pitch);

#pragma unroll
              for (int p = 0; p < ACROSS; p++)
#pragma unroll
                for (int j = 0; j < 4; j++)
                  sum[p][j] += packs[p].get (k) * w.words[j];
            }
        }
    }
#pragma unroll
  for (int p = 0; p < ACROSS; p++)
#pragma unroll
    for (int j = 0; j < 4; j++)
      if (x + p < out_width && o + j < v.n_out)
        {
          int64_t at = ((int64_t) y * out_width + x + p) * v.n_out + o + j;
          float   value = sum[p][j];

          if (v.bias != NULL)
            value += v.bias[o + j];
          if (v.add != NULL)
            value += D::load (((const typename D::Word *) v.add)[at]);
          ((typename D::Word *) v.dst)[at]
              = D::store (activate (value, v.activation));
        }
}

template <typename T, typename D>
static void
launch_direct (void *stream, const SpadeDirectConv &v)
{
  int  height = (v.height + v.stride - 1) / v.stride;
  int  width = (v.width + v.stride - 1) / v.stride;
  auto kernel = v.n_in % T::WIDE == 0 ? direct_kernel<T, D, T::WIDE>
                                      : direct_kernel<T, D, 1>;
  dim3 grid = blocks_for (height * spade_index_blocks (width, ACROSS));

  grid.y = (unsigned) spade_index_blocks (v.n_out, 4);
  SPADE_LAUNCH (kernel, grid, dim3 (SPADE_THREADS), stream, v, height, width);
}

template <typename T>
static void
direct (void *stream, const SpadeDirectConv &v)
{
  if (v.dst_dtype == SPADE_DTYPE_F32)
    launch_direct<T, F32> (stream, v);
  else
    launch_direct<T, T> (stream, v);
}

void
spade_kernel_direct_conv (void *stream, const SpadeDirectConv *args)
{
  BY_DTYPE (args->dtype, direct, stream, *args);
}

template <typename T, int N>
static __global__ void __launch_bounds__ (SPADE_THREADS)
finish_kernel (SpadeFinish f)
{
  int64_t at = thread_number () * N;
  int     c = (int) (at % f.channels);
  Pack<T, N> x, bias, add;

  if (at >= f.n_pixels * f.channels)
    return;
  x = load_pack<T, N> (f.src, at);
  if (f.bias != NULL)
    bias = load_pack<T, N> (f.bias, c);
  if (f.add != NULL)
    add = load_pack<T, N> (f.add, at);
#pragma unroll
  for (int k = 0; k < N; k++)
    {
      float value = x.get (k);

      if (f.bias != NULL)
        value += bias.get (k);
      if (f.add != NULL)
        value += add.get (k);
      x.set (k, activate (value, f.activation));
    }
  store_pack<T, N> (f.dst, at, x);
}

template <typename T>
static void
finish (void *stream, const SpadeFinish &f)
{
  int  n = f.channels % T::WIDE == 0 ? T::WIDE : 1;
  auto kernel = n == T::WIDE ? finish_kernel<T, T::WIDE> : finish_kernel<T, 1>;

  SPADE_LAUNCH (kernel, blocks_for (f.n_pixels * (f.channels / n)),
                dim3 (SPADE_THREADS), stream, f);
}

void
spade_kernel_finish (void *stream, const SpadeFinish *args)
{
  BY_DTYPE (args->dtype, finish, stream, *args);
}
