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
  int64_t  number = thread_number ();
  int      n_groups = s.channels / N;
  int64_t  pixel = number / n_groups;
  int      c = (int) (number % n_groups) * N;
  int64_t  from = pixel;
  float    scale[N], shift[N];

  if (pixel >= (int64_t) s.height * s.width)
    return;
  if (s.upsample)
    from = spade_index_half ((uint32_t) pixel, (uint32_t) s.width);

  Pack<T, N> x = load_pack<T, N> (s.src, from * s.channels + c);

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
  store_pack<T, N> (s.dst, pixel * s.channels + c, x);
}

template <typename T>
static void
scale (void *stream, const SpadeScale &s)
{
  bool    is_wide = s.channels % T::WIDE == 0;
  auto    kernel = is_wide ? scale_kernel<T, T::WIDE> : scale_kernel<T, 1>;
  int64_t n = (int64_t) s.height * s.width * s.channels;

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
merge_kernel (SpadeMerge m)
{
  int64_t number = thread_number ();
  int64_t pixel = number / m.channels;
  int     c = (int) (number % m.channels);
  int64_t half;
  float   value;

  if (pixel >= (int64_t) m.height * m.width)
    return;
  half = spade_index_half ((uint32_t) pixel, (uint32_t) m.width);
  value = T::load (((const typename T::Word *) m.src)[number])
          + T::load (((const typename T::Word *) m.add)[half * m.channels + c]);
  ((typename D::Word *) m.dst)[number] = D::store (activate (value, m.activation));
}

template <typename T>
static void
merge (void *stream, const SpadeMerge &m)
{
  auto kernel = m.dst_dtype == SPADE_DTYPE_F32 ? merge_kernel<T, F32>
                                               : merge_kernel<T, T>;

  SPADE_LAUNCH (kernel, blocks_for ((int64_t) m.height * m.width * m.channels),
                dim3 (SPADE_THREADS), stream, m);
}

void
spade_kernel_merge (void *stream, const SpadeMerge *args)
{
  BY_DTYPE (args->dtype, merge, stream, *args);
}
