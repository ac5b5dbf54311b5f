// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The pixel pass of a SPADE layer, forward and back, and the sums of a table's gradients. Between two
// convolutions a layer doubles, normalizes, adds noise, looks up gamma and beta, modulates and takes a leaky
// ReLU. As single operations each of these reads and writes the plane; here one pass does. The gradient
// computes again what it needs from the input. Planes are bf16, N x H x W x C (channels last); kernels.py
// builds this, modulate.py calls it.

#include "../../core/tensor.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>

#define APART 32 // floats between what two threads write: no cache line is of both

// n = n_pictures height width pixels of an output. table: rows x 2C bf16, gamma then beta; numbers: n rows of
// it.
typedef struct
{
  int64_t n_pictures, height, width, channels; // of the output
  int64_t doubling;                            // 1, or 2: of the input's sides
  int64_t n_rows;                              // of the table
  float   slope;                               // of the leaky ReLU; 1: none
  float   limit;                               // activity is what goes beyond
} Shape;

typedef struct
{
  const uint16_t *x, *table;
  const float    *scale, *shift, *strength; // C each: x scale + shift is normalized; strength of the noise
  const float    *plane;                    // n numbers of noise
  const int64_t  *numbers;
} Input;

// One input pixel, and the doubling x doubling output pixels that are made of it.
typedef struct
{
  int64_t source, first; // numbers of the input pixel and of its first output pixel
  int64_t row, column;   // of the latter
} Place;

static Place
place_of (const Shape *s, int64_t line, int64_t column)
{
  int64_t inner_height = s->height / s->doubling, inner_width = s->width / s->doubling;
  int64_t picture = line / inner_height, row = line % inner_height * s->doubling;
  return (Place){ line * inner_width + column, (picture * s->height + row) * s->width + column * s->doubling,
                  row, column * s->doubling };
}

// Activity is measured at every second pixel of every second row.
static int
is_measured (const Place *place, int64_t down, int64_t across)
{
  return (place->row + down) % 2 == 0 && (place->column + across) % 2 == 0;
}

// One pixel. Gives how far it goes beyond the limit, in squares.
static float
modulate_pixel (int64_t      c,
                const Input *in,
                float        slope,
                float        limit,
                float        noise,
                const uint16_t *restrict x,
                const uint16_t *restrict row,
                uint16_t *restrict out)
{
  const float *restrict scale = in->scale, *restrict shift = in->shift, *restrict strength = in->strength;
  float beyond = 0;
  for (int64_t i = 0; i < c; i++)
    {
      float normal = spade_bf16_to_f32 (x[i]) * scale[i] + shift[i] + noise * strength[i];
      float y = normal * (1 + spade_bf16_to_f32 (row[i])) + spade_bf16_to_f32 (row[c + i]);
      float over = fabsf (y) - limit;
      over = over > 0 ? over : 0;
      beyond += over * over;
      out[i] = spade_f32_to_bf16 (y > 0 ? y : y * slope);
    }
  return beyond;
}

// The gradients of one pixel: d_out that of its result, push that of its activity. Adds to those of its row
// of the table, of the strength, and of x before its scale.
static void
modulate_pixel_backward (int64_t      c,
                         const Input *in,
                         float        slope,
                         float        limit,
                         float        noise,
                         float        push,
                         const uint16_t *restrict x,
                         const uint16_t *restrict row,
                         const uint16_t *restrict d_out,
                         float *restrict d_row,
                         float *restrict d_strength,
                         float *restrict d_x)
{
  const float *restrict scale = in->scale, *restrict shift = in->shift, *restrict strength = in->strength;
  float *restrict d_beta = d_row + c;
  for (int64_t i = 0; i < c; i++)
    {
      float normal = spade_bf16_to_f32 (x[i]) * scale[i] + shift[i] + noise * strength[i];
      float factor = 1 + spade_bf16_to_f32 (row[i]), y = normal * factor + spade_bf16_to_f32 (row[c + i]);
      float over = fabsf (y) - limit;
      over = over > 0 ? over : 0;
      float d_y = spade_bf16_to_f32 (d_out[i]) * (y > 0 ? 1 : slope) + push * (y > 0 ? over : -over);
      d_row[i] += d_y * normal;
      d_beta[i] += d_y;
      d_x[i] += d_y * factor;
      d_strength[i] += d_y * factor * noise;
    }
}

// Gives the sum of the squares of what goes beyond the limit, at the pixels where that is measured.
double
spade_modulate (const Shape *s, const Input *in, uint16_t *out)
{
  int64_t c = s->channels, lines = s->n_pictures * s->height / s->doubling;
  double  beyond = 0;
#pragma omp parallel for reduction(+ : beyond)
  for (int64_t line = 0; line < lines; line++)
    {
      float sum = 0;
      for (int64_t column = 0; column < s->width / s->doubling; column++)
        {
          Place place = place_of (s, line, column);
          for (int64_t down = 0; down < s->doubling; down++)
            for (int64_t across = 0; across < s->doubling; across++)
              {
                int64_t pixel = place.first + down * s->width + across;
                float   excess =
                    modulate_pixel (c, in, s->slope, s->limit, in->plane[pixel], in->x + place.source * c,
                                    in->table + in->numbers[pixel] * 2 * c, out + pixel * c);
                sum += is_measured (&place, down, across) ? excess : 0;
              }
        }
      beyond += sum;
    }
  return beyond;
}

// n zeros from the begin of a cache line on, or NULL. A vector that lies in two lines cannot be read soon
// after it was written.
static float *
zeros (int64_t n)
{
  size_t size = (n * sizeof (float) + 63) / 64 * 64;
  float *all = aligned_alloc (64, size);
  return all ? memset (all, 0, size) : NULL;
}

// The sum of parts of n numbers, which begin `apart` numbers after each other.
static void
add_all (float *restrict sum, const float *parts, int64_t n, int64_t apart, int n_parts)
{
#pragma omp parallel for
  for (int64_t i = 0; i < n; i++)
    {
      float total = 0;
      for (int t = 0; t < n_parts; t++)
        total += parts[t * apart + i];
      sum[i] = total;
    }
}

// The gradients of spade_modulate(): d_out that of its output, d_beyond that of its sum. Writes those of
// the input (as large as it), of the table and of the strength; 0, or 1 when there is no memory.
int
spade_modulate_backward (const Shape    *s,
                         const Input    *in,
                         const uint16_t *d_out,
                         float           d_beyond,
                         uint16_t       *d_x,
                         float          *d_table,
                         float          *d_strength)
{
  int64_t c = s->channels, lines = s->n_pictures * s->height / s->doubling, n_table = s->n_rows * 2 * c;
  int64_t each = c + APART;
  int     n_threads = omp_get_max_threads ();
  float  *tables = zeros (n_threads * (n_table + 2 * each));
  if (!tables)
    return 1;
  float *strengths = tables + n_threads * n_table, *sums = strengths + n_threads * each;
#pragma omp parallel
  {
    int    t = omp_get_thread_num ();
    float *table = tables + t * n_table, *strength = strengths + t * each, *sum = sums + t * each;
#pragma omp for
    for (int64_t line = 0; line < lines; line++)
      for (int64_t column = 0; column < s->width / s->doubling; column++)
        {
          Place place = place_of (s, line, column);
          for (int64_t i = 0; i < c; i++)
            sum[i] = 0;
          for (int64_t down = 0; down < s->doubling; down++)
            for (int64_t across = 0; across < s->doubling; across++)
              {
                int64_t pixel = place.first + down * s->width + across, number = in->numbers[pixel];
                float   push = is_measured (&place, down, across) ? 2 * d_beyond : 0;
                modulate_pixel_backward (c, in, s->slope, s->limit, in->plane[pixel], push,
                                         in->x + place.source * c, in->table + number * 2 * c,
                                         d_out + pixel * c, table + number * 2 * c, strength, sum);
              }
          uint16_t *o = d_x + place.source * c;
          for (int64_t i = 0; i < c; i++)
            o[i] = spade_f32_to_bf16 (sum[i] * in->scale[i]);
        }
  }
  add_all (d_table, tables, n_table, n_table, n_threads);
  add_all (d_strength, strengths, c, each, n_threads);
  free (tables);
  return 0;
}

// Sums rows of gradients, n x width bf16, into the rows that they were taken from: n_rows x width. 0, or 1
// when there is no memory.
int
spade_sum_rows (const uint16_t *grad,
                const int64_t  *numbers,
                int64_t         n,
                int64_t         width,
                float *restrict sum,
                int64_t n_rows)
{
  int    n_threads = omp_get_max_threads ();
  float *parts = zeros (n_threads * n_rows * width);
  if (!parts)
    return 1;
#pragma omp parallel
  {
    float *part = parts + omp_get_thread_num () * n_rows * width;
#pragma omp for
    for (int64_t k = 0; k < n; k++)
      {
        float *restrict row = part + numbers[k] * width;
        for (int64_t i = 0; i < width; i++)
          row[i] += spade_bf16_to_f32 (grad[k * width + i]);
      }
  }
  add_all (sum, parts, n_rows * width, n_rows * width, n_threads);
  free (parts);
  return 0;
}
