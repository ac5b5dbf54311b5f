// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What becomes of the segmap: sums of table rows in place of convolutions of a
// one-hot picture, and the rows of the matrix product of gamma and beta.

#include "kernel.cuh"

// A thread sums N outputs of one patch or pixel; all threads of a row read the
// same symbols.
template <typename T, int N>
static __global__ void __launch_bounds__ (SPADE_THREADS)
sum_rows_kernel (SpadeSumRows s)
{
  int64_t number = thread_number ();
  int     n_groups = s.n_out / N;
  int64_t row = number / n_groups;
  int     o = (int) (number % n_groups) * N;
  int     n_taps = s.kernel * s.kernel;
  Pack<F32, N> sum;
  Pack<T, N>   result;

  if (row >= s.n)
    return;
  sum = load_pack<F32, N> (s.bias, o);
  for (int tap = 0; tap < n_taps; tap++)
    {
      uint16_t symbol
          = s.is_picture ? spade_index_symbol (s.symbols, s.height, s.width,
                                               (uint32_t) row, tap, s.kernel)
                         : s.symbols[row * n_taps + tap];
      int64_t from = (int64_t) tap * s.n_channels;

      if (symbol == SPADE_SYMBOL_OUTSIDE)
        continue;

      Pack<F32, N> part = load_pack<F32, N> (
          s.weight, (from + SPADE_SYMBOL_CLASS (symbol)) * s.n_out + o);

      for (int k = 0; k < N; k++)
        sum.words[k] += part.words[k];
      if (s.z_sums != NULL)
        {
          part = load_pack<F32, N> (s.z_sums, (int64_t) tap * s.n_out + o);
          for (int k = 0; k < N; k++)
            sum.words[k] += part.words[k];
        }
      if (!s.has_edge || !SPADE_SYMBOL_IS_EDGE (symbol))
        continue;
      part = load_pack<F32, N> (s.weight,
                                (from + s.n_channels - 1) * s.n_out + o);
      for (int k = 0; k < N; k++)
        sum.words[k] += part.words[k];
    }
  for (int k = 0; k < N; k++)
    {
      float value = sum.words[k];

      if (s.is_shared)
        value = row > 0 && value > 0 ? value : 0;
      else
        value = activate (value, s.activation);
      result.set (k, value);
    }
  store_pack<T, N> (s.dst, row * s.n_out + o, result);
}

template <typename T>
static void
sum_rows (void *stream, const SpadeSumRows &s)
{
  int  n = s.n_out % 4 == 0 ? 4 : 1;
  auto kernel = n == 4 ? sum_rows_kernel<T, 4> : sum_rows_kernel<T, 1>;

  SPADE_LAUNCH (kernel, blocks_for (s.n * (s.n_out / n)), dim3 (SPADE_THREADS),
                stream, s);
}

void
spade_kernel_sum_rows (void *stream, const SpadeSumRows *args)
{
  BY_DTYPE (args->dtype, sum_rows, stream, *args);
}

// Block y goes down the rows of dst; sizes are in units of U.
template <typename U>
static __global__ void __launch_bounds__ (SPADE_THREADS)
gather_kernel (SpadeGather g, int n_hidden, int depth)
{
  int     k = (int) (blockIdx.x * blockDim.x + threadIdx.x);
  int64_t row = (int64_t) blockIdx.y * blockDim.y + threadIdx.y;
  int64_t patch = g.first + row;
  int     tap = k / n_hidden;
  U       value = {};

  if (k >= depth || row >= g.n)
    return;
  if (patch < g.n_patches && tap < g.n_taps)
    value = ((const U *) g.actv)[(int64_t) g.patch_rows[patch * g.n_taps + tap]
                                     * n_hidden
                                 + (k - tap * n_hidden)];
  ((U *) g.dst)[row * depth + k] = value;
}

template <typename U>
static void
gather (void *stream, const SpadeGather &g)
{
  int  per_unit = (int) (sizeof (U) / g.element_size);
  int  depth = g.depth / per_unit;
  dim3 block (32, SPADE_THREADS / 32);
  dim3 grid ((unsigned) spade_index_blocks (depth, block.x),
             (unsigned) spade_index_blocks (g.n, block.y));
  auto kernel = gather_kernel<U>;

  SPADE_LAUNCH (kernel, grid, block, stream, g, g.n_hidden / per_unit, depth);
}

void
spade_kernel_gather (void *stream, const SpadeGather *args)
{
  if (args->n_hidden * args->element_size % sizeof (uint4) == 0)
    gather<uint4> (stream, *args);
  else if (args->element_size == 4)
    gather<uint32_t> (stream, *args);
  else
    gather<uint16_t> (stream, *args);
}
