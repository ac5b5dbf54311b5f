// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Statistics of squares of features, which losses.py compares, and their gradient. Features are bf16, N x H x
// W x C (channels last).

#include "../../core/tensor.h"

#include <math.h>

typedef struct
{
  int64_t n_pictures, height, width, channels;
  int64_t side;   // of a square, in pixels
  int64_t shift;  // of the channels that are multiplied with each other
  float   factor; // of all features
} Squares;

static const uint16_t *
pixel_of (const Squares *s, const uint16_t *features, int64_t line, int64_t square, int64_t k)
{
  int64_t row = line * s->side + k / s->side, column = square * s->side + k % s->side;
  return features + (row * s->width + column) * s->channels;
}

// Into centred, 3C of it: the pixel less the mean, three times, so that shifted ones are at hand.
static void
centre (const Squares *s, const uint16_t *restrict x, const float *restrict mean, float *restrict centred)
{
  int64_t c = s->channels;
  for (int64_t i = 0; i < c; i++)
    centred[i] = centred[c + i] = centred[2 * c + i] = spade_bf16_to_f32 (x[i]) * s->factor - mean[i];
}

static void
mean_of_square (
    const Squares *s, const uint16_t *features, int64_t line, int64_t square, float *restrict mean)
{
  int64_t c = s->channels, n = s->side * s->side;
  for (int64_t i = 0; i < c; i++)
    mean[i] = 0;
  for (int64_t k = 0; k < n; k++)
    {
      const uint16_t *restrict x = pixel_of (s, features, line, square, k);
      for (int64_t i = 0; i < c; i++)
        mean[i] += spade_bf16_to_f32 (x[i]) * s->factor / (float) n;
    }
}

// Features N x H x W x C bf16, to 3C numbers of each square: the mean, the spread, and the mean of each
// centred channel times the one `shift` before it.
void
spade_square_statistics (const Squares *s, const uint16_t *features, float *out)
{
  int64_t c = s->channels, n = s->side * s->side, across = s->width / s->side;
#pragma omp parallel for
  for (int64_t line = 0; line < s->n_pictures * s->height / s->side; line++)
    for (int64_t square = 0; square < across; square++)
      {
        float *restrict mean = out + (line * across + square) * 3 * c;
        float *restrict spread = mean + c, *restrict product = spread + c;
        float centred[3 * c];
        mean_of_square (s, features, line, square, mean);
        for (int64_t i = 0; i < c; i++)
          spread[i] = product[i] = 0;
        for (int64_t k = 0; k < n; k++)
          {
            centre (s, pixel_of (s, features, line, square, k), mean, centred);
            for (int64_t i = 0; i < c; i++)
              {
                spread[i] += centred[i] * centred[i] / (float) n;
                product[i] += centred[i] * centred[c + i - s->shift] / (float) n;
              }
          }
        for (int64_t i = 0; i < c; i++)
          spread[i] = sqrtf (spread[i] + 1e-6f);
      }
}

// The gradient of the features; out: what spade_square_statistics() gave; d_out: the gradient of that.
void
spade_square_statistics_backward (
    const Squares *s, const uint16_t *features, const float *out, const float *d_out, uint16_t *d_features)
{
  int64_t c = s->channels, n = s->side * s->side, across = s->width / s->side;
#pragma omp parallel for
  for (int64_t line = 0; line < s->n_pictures * s->height / s->side; line++)
    for (int64_t square = 0; square < across; square++)
      {
        const float *restrict mean = out + (line * across + square) * 3 * c, *restrict spread = mean + c;
        const float *restrict d_mean = d_out + (line * across + square) * 3 * c, *restrict d_spread =
                                                                                     d_mean + c;
        float centred[3 * c], d_product[2 * c], per_spread[c];
        for (int64_t i = 0; i < c; i++)
          {
            d_product[i] = d_product[c + i] = d_spread[c + i];
            per_spread[i] = d_spread[i] / spread[i];
          }
        for (int64_t k = 0; k < n; k++)
          {
            const uint16_t *x = pixel_of (s, features, line, square, k);
            uint16_t *restrict d_x = d_features + (x - features);
            centre (s, x, mean, centred);
            for (int64_t i = 0; i < c; i++)
              d_x[i] = spade_f32_to_bf16 ((d_mean[i] + per_spread[i] * centred[i] +
                                           d_product[i] * centred[c + i - s->shift] +
                                           d_product[i + s->shift] * centred[c + i + s->shift]) *
                                          s->factor / (float) n);
          }
      }
}
