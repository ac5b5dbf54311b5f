// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Written so that the compiler turns the inner loops into vector code, once
// for each level of the x86-64 instruction set; the loader picks one.

#include "modulate.h"

#include <math.h>

#include "../noise.h"
#include "../plan.h"
#include "bf16.h"
#include "clones.h"

// Leaky ReLU, slope 0...1, without a branch: only that becomes vector code where
// there are no masks.
#define ACTIVATE(v) ((v) > (v) * slope ? (v) : (v) * slope)

// Pixels whose noise is made at once; even, so that src is found at half of it.
#define NOISE_CHUNK 64

SPADE_VECTOR_CLONES (static void, fill_noise,
                     (uint32_t row, int left, int n, float *noise),
                     (row, left, n, noise))
{
  for (int x = 0; x < n; x++)
    noise[x] = spade_noise_at (row, left + x);
}

// With noise, under running statistics (a is NULL) or those of the picture: a
// chunk of a row, and then a row, chunk by chunk. Apart, so that models without
// noise keep their code.
#define DEFINE_NOISE_ROW(name, type, LOAD, STORE)                             \
  SPADE_VECTOR_CLONES (static void, name##_noise_chunk,                       \
                       (const type *src, type *dst, int width, int channels,  \
                        int shift, const uint32_t *index, const float *table, \
                        const float *a, const float *b, const float *strength, \
                        const float *noise, float slope),                     \
                       (src, dst, width, channels, shift, index, table, a, b, \
                        strength, noise, slope))                              \
  {                                                                           \
    for (int x = 0; x < width; x++)                                           \
      {                                                                       \
        const type  *from = src + (size_t) (x >> shift) * channels;           \
        type        *to = dst + (size_t) x * channels;                        \
        const float *scale                                                    \
            = table + (index != NULL ? (size_t) index[x] * 2 * channels : 0); \
        const float *offset = scale + channels;                               \
        float        n = noise[x];                                            \
                                                                              \
        if (a == NULL)                                                        \
          for (int c = 0; c < channels; c++)                                  \
            {                                                                 \
              float v = LOAD (from[c]) + strength[c] * n;                     \
                                                                              \
              v = v * scale[c] + offset[c];                                   \
              to[c] = STORE (ACTIVATE (v));                                   \
            }                                                                 \
        else                                                                  \
          for (int c = 0; c < channels; c++)                                  \
            {                                                                 \
              float v = LOAD (from[c]) + strength[c] * n;                     \
                                                                              \
              v = (v * a[c] + b[c]) * scale[c] + offset[c];                   \
              to[c] = STORE (ACTIVATE (v));                                   \
            }                                                                 \
      }                                                                       \
  }                                                                           \
                                                                              \
  static void                                                                 \
  name##_noise_row (const SpadeModulation *pass, int y, const type *src,      \
                    type *dst, int shift)                                     \
  {                                                                           \
    uint32_t row = spade_noise_row (pass->noise_key, pass->top + y);          \
    float    noise[NOISE_CHUNK];                                              \
                                                                              \
    for (int x = 0; x < pass->width; x += NOISE_CHUNK)                        \
      {                                                                       \
        int n = pass->width - x < NOISE_CHUNK ? pass->width - x               \
                                              : NOISE_CHUNK;                  \
                                                                              \
        fill_noise (row, pass->left + x, n, noise);                           \
        name##_noise_chunk (                                                  \
            src + (size_t) (x >> shift) * pass->channels,                     \
            dst + (size_t) x * pass->channels, n, pass->channels, shift,      \
            pass->index != NULL ? pass->index + (size_t) y * pass->width + x  \
                                : NULL,                                       \
            pass->table, pass->a, pass->b, pass->strength, noise,             \
            pass->slope);                                                     \
      }                                                                       \
  }

DEFINE_NOISE_ROW (spade_modulate_f32, float, SAME, SAME)
DEFINE_NOISE_ROW (spade_modulate_bf16, uint16_t, load_bf16, store_bf16)

// One pixel: the four combinations of what the pass brings along.
#define DEFINE_PIXEL(name, type, LOAD, STORE)                                 \
  SPADE_VECTOR_CLONES (static void, name##_row,                               \
                       (const type *src, type *dst, int width, int channels,  \
                        int shift, const uint32_t *index, const float *table, \
                        const float *a, const float *b, float slope),         \
                       (src, dst, width, channels, shift, index, table, a, b, \
                        slope))                                               \
  {                                                                           \
    for (int x = 0; x < width; x++)                                           \
      {                                                                       \
        const type *from = src + (size_t) (x >> shift) * channels;            \
        type       *to = dst + (size_t) x * channels;                         \
        const float *scale                                                    \
            = table + (index != NULL ? (size_t) index[x] * 2 * channels : 0); \
        const float *offset = scale + channels;                               \
                                                                              \
        if (a == NULL)                                                        \
          for (int c = 0; c < channels; c++)                                  \
            {                                                                 \
              float v = LOAD (from[c]) * scale[c] + offset[c];                \
                                                                              \
              to[c] = STORE (ACTIVATE (v));                                   \
            }                                                                 \
        else if (table != NULL)                                               \
          for (int c = 0; c < channels; c++)                                  \
            {                                                                 \
              float v = (LOAD (from[c]) * a[c] + b[c]) * scale[c] + offset[c]; \
                                                                              \
              to[c] = STORE (ACTIVATE (v));                                   \
            }                                                                 \
        else                                                                  \
          for (int c = 0; c < channels; c++)                                  \
            {                                                                 \
              float v = LOAD (from[c]) * a[c] + b[c];                         \
                                                                              \
              to[c] = STORE (ACTIVATE (v));                                   \
            }                                                                 \
      }                                                                       \
  }                                                                           \
                                                                              \
  void name (const SpadeModulation *pass)                                     \
  {                                                                           \
    int    shift = pass->upsample ? 1 : 0;                                    \
    size_t src_pitch = (size_t) (pass->width >> shift) * pass->channels;      \
    size_t dst_pitch = (size_t) pass->width * pass->channels;                 \
                                                                              \
    _Pragma ("omp parallel for schedule(static) num_threads(pass->n_threads)") \
    for (int y = 0; y < pass->height; y++)                                    \
      {                                                                       \
        const type *src = (const type *) pass->src                            \
                          + (size_t) (y >> shift) * src_pitch;                \
        type       *dst = (type *) pass->dst + (size_t) y * dst_pitch;        \
                                                                              \
        if (pass->strength != NULL)                                           \
          name##_noise_row (pass, y, src, dst, shift);                        \
        else                                                                  \
          name##_row (src, dst, pass->width, pass->channels, shift,           \
                      pass->index != NULL                                     \
                          ? pass->index + (size_t) y * pass->width            \
                          : NULL,                                             \
                      pass->table, pass->a, pass->b, pass->slope);            \
      }                                                                       \
  }

DEFINE_PIXEL (spade_modulate_f32, float, SAME, SAME)
DEFINE_PIXEL (spade_modulate_bf16, uint16_t, load_bf16, store_bf16)

// Adds a row's sums and sums of squares, in double.
SPADE_VECTOR_CLONES (static void, sum_row_f32,
                     (const float *src, int width, int channels, double *sums),
                     (src, width, channels, sums))
{
  for (int x = 0; x < width; x++, src += channels)
    for (int c = 0; c < channels; c++)
      {
        sums[c] += src[c];
        sums[channels + c] += (double) src[c] * src[c];
      }
}

SPADE_VECTOR_CLONES (static void, sum_row_bf16,
                     (const uint16_t *src, int width, int channels, double *sums),
                     (src, width, channels, sums))
{
  for (int x = 0; x < width; x++, src += channels)
    for (int c = 0; c < channels; c++)
      {
        float v = load_bf16 (src[c]);

        sums[c] += v;
        sums[channels + c] += (double) v * v;
      }
}

void
spade_modulate_statistics (const void *src, bool is_bf16, int height, int width,
                           int channels, float *a, float *b, double *scratch,
                           int n_threads)
{
  size_t pitch = (size_t) width * channels;
  double n = (double) height * width;

  memset (scratch, 0, sizeof *scratch * (size_t) height * 2 * channels);
#pragma omp parallel for schedule(static) num_threads(n_threads)
  for (int y = 0; y < height; y++)
    {
      double *sums = scratch + (size_t) y * 2 * channels;

      if (is_bf16)
        sum_row_bf16 ((const uint16_t *) src + y * pitch, width, channels, sums);
      else
        sum_row_f32 ((const float *) src + y * pitch, width, channels, sums);
    }
  for (int y = 1; y < height; y++)
    for (int c = 0; c < 2 * channels; c++)
      scratch[c] += scratch[(size_t) y * 2 * channels + c];
  for (int c = 0; c < channels; c++)
    {
      double mean = scratch[c] / n;
      double var = scratch[channels + c] / n - mean * mean;

      a[c] = (float) (1 / sqrt ((var > 0 ? var : 0) + SPADE_EPSILON));
      b[c] = (float) (-mean * a[c]);
    }
}
