// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Work in f32 and store in the value's dtype at the end.

#include "small-ops.h"

#include <omp.h>

#include "../ref/ops.h"

// Output numbers that one task of a parallel loop computes.
#define TASK 64

static gsize
value_n (const SpadeValue *v)
{
  return (gsize) v->height * v->width * v->channels;
}

// The floats of a thread of spade_small_seg_conv(): weights and their results.
static gsize
seg_conv_own (const SpadePlan *plan, const SpadeStep *step)
{
  const SpadeValue *to = &plan->values[step->dst];

  return TASK
         * ((gsize) plan->n_channels * step->kernel * step->kernel
            + (gsize) to->height * to->width);
}

// The floats of a thread of spade_small_shuffle(): two rows before and after, and half
// of one.
static gsize
shuffle_own (const SpadeValue *to)
{
  gsize n = 2 * (gsize) to->width * to->channels;

  return 2 * n + n / 4;
}

gsize
spade_small_scratch_size (const SpadeEngine *engine, const SpadePlan *plan,
                          const SpadeStep *step)
{
  gsize n_to = value_n (&plan->values[step->dst]);
  gsize n_threads = (gsize) engine->n_threads;

  if (step->kind == SPADE_STEP_SEG_CONV)
    return (n_to + n_threads * seg_conv_own (plan, step)) * sizeof (float);
  if (step->kind == SPADE_STEP_SHUFFLE)
    return shuffle_own (&plan->values[step->dst]) * n_threads * sizeof (float);
  if (step->kind == SPADE_STEP_RESIZE)
    return (n_to + value_n (&plan->values[step->src])) * sizeof (float);
  return 0;
}

// Gives a value as floats, NULL where there is no memory.
static float *
load_value (const void *data, dnnl_data_type_t dtype, gsize n)
{
  float *floats = g_try_new (float, n);

  if (floats != NULL)
    spade_onednn_load (data, dtype, n, floats);
  return floats;
}

static float
dot (const float *a, const float *b, gsize n)
{
  float lanes[16] = { 0 };
  float sum = 0;
  gsize i = 0;

  for (; i + 16 <= n; i += 16)
    for (int k = 0; k < 16; k++)
      lanes[k] += a[i + k] * b[i + k];
  for (int k = 0; k < 16; k++)
    sum += lanes[k];
  for (; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

bool
spade_small_linear (const SpadeSmallOp *op, SpadeFailure *failure)
{
  const SpadeValue *from = &op->plan->values[op->step->src];
  const SpadeValue *to = &op->plan->values[op->step->dst];
  gsize  n_from = value_n (from), n_to = value_n (to);
  gsize  from_area = (gsize) from->height * from->width;
  gsize  to_area = (gsize) to->height * to->width;
  g_autofree float *src = load_value (op->src, op->src_dtype, n_from);
  g_autofree float *columns = g_try_new (float, n_from); // as C x H x W
  g_autofree float *bias = g_try_new (float, n_to);
  g_autofree float *dst = g_try_new (float, n_to);
  g_autofree float *rows = g_try_new (float, n_from * op->n_threads);

  if (src == NULL || columns == NULL || bias == NULL || dst == NULL
      || rows == NULL)
    return spade_onednn_fail_memory (
        ((2 + op->n_threads) * n_from + 2 * n_to) * sizeof *dst, failure);
  for (gsize p = 0; p < from_area; p++)
    for (int c = 0; c < from->channels; c++)
      columns[c * from_area + p] = src[p * from->channels + c];
  spade_tensor_read (op->step->bias, 0, (gint64) n_to, bias);

#pragma omp parallel num_threads(op->n_threads)
  {
    float *row = rows + omp_get_thread_num () * n_from;

#pragma omp for schedule(static)
    for (gsize i = 0; i < n_to; i++)
      {
        spade_tensor_read (op->step->weight, (gint64) (i * n_from),
                           (gint64) n_from, row);
        dst[i % to_area * to->channels + i / to_area]
            = bias[i] + dot (row, columns, n_from);
      }
  }
  spade_onednn_store (dst, n_to, op->dst, op->dst_dtype);
  return true;
}

bool
spade_small_seg_conv (const SpadeSmallOp *op, const uint16_t *symbols,
                      SpadeFailure *failure)
{
  const SpadeStep  *step = op->step;
  const SpadeValue *to = &op->plan->values[step->dst];
  int   n_in = op->plan->n_channels;
  int   n_out = to->channels;
  gsize n_taps = (gsize) step->kernel * step->kernel;
  gsize n_pixels = (gsize) to->height * to->width;
  gsize n_own = seg_conv_own (op->plan, step);
  g_autofree float *bias = g_new (float, n_out);
  g_autofree float *dst = g_try_new (float, value_n (to));
  g_autofree float *memory = g_try_new (float, n_own * op->n_threads);

  if (dst == NULL || memory == NULL)
    return spade_onednn_fail_memory (
        (value_n (to) + n_own * op->n_threads) * sizeof *dst, failure);
  spade_tensor_read (step->bias, 0, n_out, bias);
#pragma omp parallel num_threads(op->n_threads)
  {
    float *weight = memory + omp_get_thread_num () * n_own;
    float *part = weight + TASK * n_in * n_taps;

#pragma omp for schedule(static)
    for (int first = 0; first < n_out; first += TASK)
      {
        int n = MIN (TASK, n_out - first);

        spade_tensor_read (step->weight, (gint64) (first * n_in * n_taps),
                           (gint64) (n * n_in * n_taps), weight);
        spade_ref_seg_conv (symbols, to->height, to->width, n_in, weight,
                            bias + first,
                            step->z_sums != NULL ? step->z_sums + first : NULL,
                            n_out, n, step->kernel, part);
        for (gsize p = 0; p < n_pixels; p++)
          memcpy (dst + p * n_out + first, part + p * n,
                  sizeof *dst * (gsize) n);
      }
  }
  spade_ref_activate (dst, value_n (to), step->activation);
  spade_onednn_store (dst, value_n (to), op->dst, op->dst_dtype);
  return true;
}

// Two rows of a SHUFFLE step, of one row of what it reads.
static void
shuffle_rows (const SpadeSmallOp *op, int row, float *memory)
{
  const SpadeValue *to = &op->plan->values[op->step->dst];
  SpadeValue        pair = { .height = 2, .width = to->width,
                             .channels = to->channels };
  gsize  n = value_n (&pair);
  gsize  from = dnnl_data_type_size (op->src_dtype);
  gsize  into = dnnl_data_type_size (op->dst_dtype);
  float *src = memory, *add = memory + n, *dst = memory + n + n / 4;

  spade_onednn_load ((const char *) op->src + row * n * from, op->src_dtype, n, src);
  if (op->add != NULL)
    spade_onednn_load ((const char *) op->add + row * (n / 4) * from, op->src_dtype,
                       n / 4, add);
  spade_ref_shuffle (src, op->add != NULL ? add : NULL, &pair, dst);
  spade_ref_activate (dst, n, op->step->activation);
  spade_onednn_store (dst, n, (char *) op->dst + row * n * into, op->dst_dtype);
}

bool
spade_small_shuffle (const SpadeSmallOp *op, SpadeFailure *failure)
{
  const SpadeValue *to = &op->plan->values[op->step->dst];
  gsize             n_own = shuffle_own (to);
  g_autofree float *memory = g_try_new (float, n_own * op->n_threads);

  if (memory == NULL)
    return spade_onednn_fail_memory (n_own * op->n_threads * sizeof *memory,
                                     failure);
#pragma omp parallel for schedule(static) num_threads(op->n_threads)
  for (int row = 0; row < to->height / 2; row++)
    shuffle_rows (op, row, memory + omp_get_thread_num () * n_own);
  return true;
}

bool
spade_small_upsample (const SpadeSmallOp *op)
{
  const SpadeValue *to = &op->plan->values[op->step->dst];
  gsize size = (gsize) to->channels * dnnl_data_type_size (op->dst_dtype);
  gsize pitch = size * to->width;
  const char *src = op->src;
  char       *dst = op->dst;

#pragma omp parallel for schedule(static) num_threads(op->n_threads)
  for (int y = 0; y < to->height; y++)
    for (int x = 0; x < to->width; x++)
      memcpy (dst + y * pitch + x * size,
              src + y / 2 * (pitch / 2) + x / 2 * size, size);
  return true;
}

bool
spade_small_resize (const SpadeSmallOp *op, SpadeFailure *failure)
{
  const SpadeValue *from = &op->plan->values[op->step->src];
  const SpadeValue *to = &op->plan->values[op->step->dst];
  g_autofree float *src = load_value (op->src, op->src_dtype, value_n (from));
  g_autofree float *dst = g_try_new (float, value_n (to));

  if (src == NULL || dst == NULL)
    return spade_onednn_fail_memory (
        (value_n (from) + value_n (to)) * sizeof *dst, failure);
  spade_ref_resize (src, from->height, from->width, dst, to->height, to->width,
                    to->channels);
  spade_onednn_store (dst, value_n (to), op->dst, op->dst_dtype);
  return true;
}
