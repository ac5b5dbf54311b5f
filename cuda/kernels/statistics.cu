// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Mean and variance of each channel. A thread goes through SPAN pixels, with
// sums around the first of them so that a large mean costs no digits; then
// spans are joined FAN at a time until one is left. The order never depends on
// timing.

#include "kernel.cuh"

#define SPAN 64
#define FAN 32

// Partial results: [n_spans, 2, channels], means and sums of squares around
// them.
template <typename T, int N>
static __global__ void __launch_bounds__ (SPADE_THREADS)
span_kernel (const void *src, int64_t n_pixels, int channels, float *out)
{
  int64_t number = thread_number ();
  int     n_groups = channels / N;
  int64_t span = number / n_groups;
  int     c = (int) (number % n_groups) * N;
  int64_t first = span * SPAN;
  float   pivot[N], sum[N], squares[N];

  if (first >= n_pixels)
    return;

  int             n = (int) spade_index_span (span, SPAN, n_pixels);
  Pack<T, N> pack = load_pack<T, N> (src, first * channels + c);

#pragma unroll
  for (int k = 0; k < N; k++)
    {
      pivot[k] = pack.get (k);
      sum[k] = squares[k] = 0;
    }
#pragma unroll 4
  for (int i = 1; i < n; i++)
    {
      pack = load_pack<T, N> (src, (first + i) * channels + c);
#pragma unroll
      for (int k = 0; k < N; k++)
        {
          float d = pack.get (k) - pivot[k];

          sum[k] += d;
          squares[k] += d * d;
        }
    }
#pragma unroll
  for (int k = 0; k < N; k++)
    {
      float mean = sum[k] / (float) n;
      float rest = squares[k] - sum[k] * mean;

      out[span * 2 * channels + c + k] = pivot[k] + mean;
      out[(span * 2 + 1) * channels + c + k] = rest > 0 ? rest : 0;
    }
}

// Joins the n_in spans of size pixels into spans of FAN times that. The last
// join, into one, writes 1 / std and mean instead of mean and squares.
static __global__ void __launch_bounds__ (SPADE_THREADS)
join_kernel (const float *in, int64_t n_in, int64_t size, int64_t n_pixels,
             int channels, bool is_last, float *out)
{
  int64_t number = thread_number ();
  int64_t group = number / channels;
  int     c = (int) (number % channels);
  int64_t first = group * FAN;
  int64_t end = first + FAN < n_in ? first + FAN : n_in;
  double  n = 0, mean = 0, squares = 0;

  if (first >= n_in)
    return;
  for (int64_t i = first; i < end; i++)
    {
      double weight = (double) spade_index_span (i, size, n_pixels);

      n += weight;
      mean += weight * in[i * 2 * channels + c];
    }
  mean /= n;
  for (int64_t i = first; i < end; i++)
    {
      double d = in[i * 2 * channels + c] - mean;

      squares += in[(i * 2 + 1) * channels + c]
                 + (double) spade_index_span (i, size, n_pixels) * d * d;
    }
  if (is_last)
    {
      out[c] = (float) (1 / sqrt (squares / n + (double) SPADE_EPSILON));
      out[channels + c] = (float) mean;
    }
  else
    {
      out[group * 2 * channels + c] = (float) mean;
      out[(group * 2 + 1) * channels + c] = (float) squares;
    }
}

template <typename T, int N>
static void
launch_spans (void *stream, const void *src, int64_t n, int channels,
              float *out)
{
  int64_t n_threads = spade_index_blocks (n, SPAN) * (channels / N);
  auto    kernel = span_kernel<T, N>;

  SPADE_LAUNCH (kernel, blocks_for (n_threads), dim3 (SPADE_THREADS), stream,
                src, n, channels, out);
}

template <typename T>
static void
find_spans (void *stream, const void *src, int64_t n, int channels, float *out)
{
  if (channels % T::WIDE == 0)
    launch_spans<T, T::WIDE> (stream, src, n, channels, out);
  else
    launch_spans<T, 1> (stream, src, n, channels, out);
}

size_t
spade_kernel_statistics_scratch (int64_t n, int channels)
{
  int64_t n_spans = spade_index_blocks (n, SPAN);

  // Two places that take turns.
  return (size_t) (n_spans + spade_index_blocks (n_spans, FAN)) * 2
         * (size_t) channels * sizeof (float);
}

void
spade_kernel_statistics (void *stream, SpadeDType dtype, const void *src,
                         int64_t n, int channels, float *norm, void *scratch)
{
  int64_t n_spans = spade_index_blocks (n, SPAN);
  int64_t size = SPAN;
  float  *here = (float *) scratch;
  float  *there = here + n_spans * 2 * channels;

  BY_DTYPE (dtype, find_spans, stream, src, n, channels, here);
  for (bool is_last = false; !is_last;)
    {
      int64_t n_joined = spade_index_blocks (n_spans, FAN);
      float  *next = there;

      is_last = n_joined == 1;
      SPADE_LAUNCH (join_kernel, blocks_for (n_joined * channels),
                    dim3 (SPADE_THREADS), stream, (const float *) here, n_spans,
                    size, n, channels, is_last, is_last ? norm : next);
      there = here;
      here = next;
      n_spans = n_joined;
      size *= FAN;
    }
}
