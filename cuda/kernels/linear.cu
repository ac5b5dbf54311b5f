// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A linear layer on one vector, limited by reading the weight once. The weight
// lies transposed, so that neighbouring threads make neighbouring outputs; the
// inputs are split among several threads, whose parts are added in order.

#include "kernel.cuh"

// Inputs per part.
#define PART 32

template <typename T, int N>
static __global__ void __launch_bounds__ (SPADE_THREADS)
part_kernel (SpadeLinear l, float *parts)
{
  int64_t o = thread_number () * N;
  int64_t first = (int64_t) blockIdx.y * PART;
  int64_t end = first + PART < l.n_in ? first + PART : l.n_in;
  float   sum[N];

  if (o >= l.n_out)
    return;
#pragma unroll
  for (int k = 0; k < N; k++)
    sum[k] = 0;
#pragma unroll 4
  for (int64_t i = first; i < end; i++)
    {
      float      x = T::load (((const typename T::Word *) l.src)[i]);
      Pack<T, N> w = load_pack<T, N> (l.weight, i * l.n_out + o);

#pragma unroll
      for (int k = 0; k < N; k++)
        sum[k] += x * w.get (k);
    }
#pragma unroll
  for (int k = 0; k < N; k++)
    parts[(int64_t) blockIdx.y * l.n_out + o + k] = sum[k];
}

template <typename T>
static __global__ void __launch_bounds__ (SPADE_THREADS)
add_parts_kernel (SpadeLinear l, const float *parts, int64_t n_parts)
{
  int64_t o = thread_number ();
  float   sum;

  if (o >= l.n_out)
    return;
  sum = l.bias[o];
  for (int64_t i = 0; i < n_parts; i++)
    sum += parts[i * l.n_out + o];
  ((typename T::Word *) l.dst)[o] = T::store (sum);
}

template <typename T>
static void
make_parts (void *stream, const SpadeLinear &l)
{
  int  n = l.n_out % T::WIDE == 0 ? T::WIDE : 1;
  auto kernel = n == T::WIDE ? part_kernel<T, T::WIDE> : part_kernel<T, 1>;
  dim3 grid ((unsigned) spade_index_blocks (l.n_out / n, SPADE_THREADS),
             (unsigned) spade_index_blocks (l.n_in, PART));

  SPADE_LAUNCH (kernel, grid, dim3 (SPADE_THREADS), stream, l,
                (float *) l.scratch);
}

template <typename T>
static void
add_parts (void *stream, const SpadeLinear &l)
{
  auto kernel = add_parts_kernel<T>;

  SPADE_LAUNCH (kernel, blocks_for (l.n_out), dim3 (SPADE_THREADS), stream, l,
                (const float *) l.scratch, spade_index_blocks (l.n_in, PART));
}

size_t
spade_kernel_linear_scratch (int64_t n_in, int64_t n_out)
{
  return (size_t) (spade_index_blocks (n_in, PART) * n_out) * sizeof (float);
}

void
spade_kernel_linear (void *stream, const SpadeLinear *args)
{
  BY_DTYPE (args->dtype, make_parts, stream, *args);
  BY_DTYPE (args->dst_dtype, add_parts, stream, *args);
}
