// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What imaginaire has besides: channels scaled by z, and pictures of several sizes that
// are added up.

#include "kernel.cuh"

// A thread makes N channels of a pixel.
template <typename T, int N>
static __global__ void __launch_bounds__ (SPADE_THREADS)
scale_kernel (SpadeScale s)
{
  int64_t number = thread_number ();
  int     n_groups = s.channels / N;
  int     c = (int) (number % n_groups) * N;
  float   scale[N], shift[N];

  if (number >= s.n_pixels * n_groups)
    return;

  Pack<T, N> x = load_pack<T, N> (s.src, number * N);

  if (s.scale_shift != NULL)
    {
      load_floats<N> (s.scale_shift + c, scale);
      load_floats<N> (s.scale_shift + s.channels + c, shift);
    }
#pragma unroll
  for (int k = 0; k < N; k++)
    {
      float value = x.get (k);

      if (s.scale_shift != NULL)
        value = value * scale[k] + shift[k];
      x.set (k, activate (value, s.activation));
    }
  store_pack<T, N> (s.dst, number * N, x);
}

template <typename T>
static void
scale (void *stream, const SpadeScale &s)
{
  bool    is_wide = s.channels % T::WIDE == 0;
  auto    kernel = is_wide ? scale_kernel<T, T::WIDE> : scale_kernel<T, 1>;
  int64_t n = s.n_pixels * s.channels;

  SPADE_LAUNCH (kernel, blocks_for (is_wide ? n / T::WIDE : n),
                dim3 (SPADE_THREADS), stream, s);
}

void
spade_kernel_scale (void *stream, const SpadeScale *args)
{
  BY_DTYPE (args->dtype, scale, stream, *args);
}

template <typename T, typename D>
static __global__ void __launch_bounds__ (SPADE_THREADS)
shuffle_kernel (SpadeShuffle s)
{
  int64_t number = thread_number ();
  int64_t pixel = number / s.channels;
  int     c = (int) (number % s.channels);
  int     y = (int) (pixel / s.width), x = (int) (pixel % s.width);
  int64_t half = (int64_t) (y / 2) * (s.width / 2) + x / 2;
  int     corner = y % 2 * 2 + x % 2;
  float   value;

  if (y >= s.height)
    return;
  value = T::load (((const typename T::Word *)
                        s.src)[(half * 4 + corner) * s.channels + c]);
  if (s.add != NULL)
    value += T::load (((const typename T::Word *) s.add)[half * s.channels + c]);
  ((typename D::Word *) s.dst)[number] = D::store (activate (value, s.activation));
}

template <typename T>
static void
shuffle (void *stream, const SpadeShuffle &s)
{
  auto kernel = s.dst_dtype == SPADE_DTYPE_F32 ? shuffle_kernel<T, F32>
                                               : shuffle_kernel<T, T>;

  SPADE_LAUNCH (kernel, blocks_for ((int64_t) s.height * s.width * s.channels),
                dim3 (SPADE_THREADS), stream, s);
}

void
spade_kernel_shuffle (void *stream, const SpadeShuffle *args)
{
  BY_DTYPE (args->dtype, shuffle, stream, *args);
}
