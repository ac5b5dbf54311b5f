// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What is before each of many numbers, in a few launches: sums of spans, of spans of
// these, until there is one, and back down.

#include "kernel.cuh"

static __global__ void __launch_bounds__ (SPADE_THREADS)
add_spans_kernel (const uint32_t *sums, int64_t n, uint32_t *of_spans)
{
  int64_t  span = thread_number ();
  int64_t  first = span * SPADE_SUM_SPAN;
  int64_t  count = spade_index_span (span, SPADE_SUM_SPAN, n);
  uint32_t sum = 0;

  if (first >= n)
    return;
  for (int i = 0; i < count; i++)
    sum += sums[first + i];
  of_spans[span] = sum;
}

// Makes each span's sums what is before them. starts: what is before the span, or
// NULL for the only one.
static __global__ void __launch_bounds__ (SPADE_THREADS)
spread_sums_kernel (const uint32_t *starts, uint32_t *sums, int64_t n)
{
  int64_t  span = thread_number ();
  int64_t  first = span * SPADE_SUM_SPAN;
  int64_t  count = spade_index_span (span, SPADE_SUM_SPAN, n);
  uint32_t before;

  if (first >= n)
    return;
  before = starts != NULL ? starts[span] : 0;
  for (int i = 0; i < count; i++)
    {
      uint32_t sum = sums[first + i];

      sums[first + i] = before;
      before += sum;
    }
}

void
spade_kernel_sum_before (void *stream, uint32_t *numbers, int64_t n)
{
  int64_t   n_spans = spade_index_blocks (n, SPADE_SUM_SPAN);
  uint32_t *of_spans = n_spans > 1 ? numbers + n : NULL;

  if (of_spans != NULL)
    {
      SPADE_LAUNCH (add_spans_kernel, blocks_for (n_spans),
                    dim3 (SPADE_THREADS), stream, numbers, n, of_spans);
      spade_kernel_sum_before (stream, of_spans, n_spans);
    }
  SPADE_LAUNCH (spread_sums_kernel, blocks_for (n_spans), dim3 (SPADE_THREADS),
                stream, of_spans, numbers, n);
}

int64_t
spade_kernel_sum_size (int64_t n)
{
  int64_t size = n;

  while (n > 1)
    {
      n = spade_index_blocks (n, SPADE_SUM_SPAN);
      size += n;
    }
  return size;
}
