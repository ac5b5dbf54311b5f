// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Plain loops; see ops.h. Sums run in double, so that the judge's own rounding
// never matters.

#include "ops.h"

#include <math.h>

void
spade_ref_conv (const float *src, int height, int width, int n_in,
                const float *weight, const float *bias, int n_out, int kernel,
                int stride, float *dst)
{
  int dst_height = (height + stride - 1) / stride;
  int dst_width = (width + stride - 1) / stride;
  int pad = kernel / 2;

  for (int y = 0; y < dst_height; y++)
    for (int x = 0; x < dst_width; x++)
      for (int o = 0; o < n_out; o++)
        {
          double sum = bias != NULL ? bias[o] : 0;

          for (int ky = 0; ky < kernel; ky++)
            for (int kx = 0; kx < kernel; kx++)
              {
                int sy = y * stride + ky - pad;
                int sx = x * stride + kx - pad;

                if (sy < 0 || sy >= height || sx < 0 || sx >= width)
                  continue;

                const float *from = src + ((size_t) sy * width + sx) * n_in;
                const float *w = weight + (size_t) o * n_in * kernel * kernel
                                 + ky * kernel + kx;

                for (int i = 0; i < n_in; i++)
                  sum += (double) from[i] * w[(size_t) i * kernel * kernel];
              }
          *dst++ = (float) sum;
        }
}

void
spade_ref_seg_conv (const uint16_t *symbols, int height, int width, int n_in,
                    const float *weight, const float *bias,
                    const float *more, int pitch, int n_out, int kernel,
                    float *dst)
{
  int pad = kernel / 2;
  int n_taps = kernel * kernel;

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int o = 0; o < n_out; o++)
        {
          double sum = bias[o];

          for (int ky = 0; ky < kernel; ky++)
            for (int kx = 0; kx < kernel; kx++)
              {
                int sy = y + ky - pad;
                int sx = x + kx - pad;
                int tap = ky * kernel + kx;

                if (sy < 0 || sy >= height || sx < 0 || sx >= width)
                  continue;

                uint16_t     symbol = symbols[(size_t) sy * width + sx];
                const float *w = weight + (size_t) o * n_in * n_taps + tap;

                sum += w[SPADE_SYMBOL_CLASS (symbol) * n_taps];
                if (SPADE_SYMBOL_IS_EDGE (symbol))
                  sum += w[(n_in - 1) * n_taps];
                if (more != NULL)
                  sum += more[(size_t) tap * pitch + o];
              }
          *dst++ = (float) sum;
        }
}

void
spade_ref_scale (const float *src, size_t n_pixels, int channels,
                 const float *scale_shift, float *dst)
{
  for (size_t i = 0; i < n_pixels; i++)
    for (int c = 0; c < channels; c++, src++, dst++)
      *dst = scale_shift != NULL
                 ? *src * scale_shift[c] + scale_shift[channels + c]
                 : *src;
}

void
spade_ref_shuffle (const float *src, const float *add, const SpadeValue *to,
                   float *dst)
{
  int n = to->channels;

  for (int y = 0; y < to->height; y++)
    for (int x = 0; x < to->width; x++)
      for (int c = 0; c < n; c++)
        {
          size_t half = (size_t) (y / 2) * (to->width / 2) + x / 2;
          int    corner = y % 2 * 2 + x % 2;

          *dst++ = src[half * 4 * n + corner * n + c]
                   + (add != NULL ? add[half * n + c] : 0);
        }
}

void
spade_ref_upsample (const float *src, int height, int width, int channels,
                    float *dst)
{
  for (int y = 0; y < 2 * height; y++)
    for (int x = 0; x < 2 * width; x++)
      {
        memcpy (dst, src + ((size_t) (y / 2) * width + x / 2) * channels,
                (size_t) channels * sizeof (float));
        dst += channels;
      }
}

void
spade_ref_find_source (int i, int n, int n_src, int *first, int *second, float *share)
{
  float at = ((float) i + 0.5f) * ((float) n_src / (float) n) - 0.5f;

  if (at < 0)
    at = 0;
  *first = (int) at;
  *second = *first + 1 < n_src ? *first + 1 : *first;
  *share = at - (float) *first;
}

void
spade_ref_blend_rows (const float *top, const float *bottom, int src_width,
                      float v, float *dst, int width, int channels)
{
  for (int x = 0; x < width; x++)
    {
      int   x0, x1;
      float u;

      spade_ref_find_source (x, width, src_width, &x0, &x1, &u);
      for (int c = 0; c < channels; c++)
        {
          size_t left = (size_t) x0 * channels + c;
          size_t right = (size_t) x1 * channels + c;
          float  above = top[left] * (1 - u) + top[right] * u;
          float  below = bottom[left] * (1 - u) + bottom[right] * u;

          *dst++ = above * (1 - v) + below * v;
        }
    }
}

void
spade_ref_resize (const float *src, int src_height, int src_width, float *dst,
                  int height, int width, int channels)
{
  size_t pitch = (size_t) src_width * channels;

  for (int y = 0; y < height; y++)
    {
      int   y0, y1;
      float v;

      spade_ref_find_source (y, height, src_height, &y0, &y1, &v);
      spade_ref_blend_rows (src + y0 * pitch, src + y1 * pitch, src_width, v,
                            dst + (size_t) y * width * channels, width,
                            channels);
    }
}

void
spade_ref_statistics (const float *src, size_t n, int channels, float *mean,
                      float *inv_std)
{
  for (int c = 0; c < channels; c++)
    {
      double sum = 0, squares = 0;

      for (size_t i = 0; i < n; i++)
        sum += src[i * channels + c];
      sum /= (double) n;
      for (size_t i = 0; i < n; i++)
        {
          double d = src[i * channels + c] - sum;

          squares += d * d;
        }
      mean[c] = (float) sum;
      inv_std[c] = (float) (1 / sqrt (squares / (double) n + SPADE_EPSILON));
    }
}

void
spade_ref_linear (const float *src, const SpadeValue *from,
                  const float *weight, const float *bias, float *dst,
                  const SpadeValue *to)
{
  int from_area = from->height * from->width;
  int to_area = to->height * to->width;

  for (int c = 0; c < to->channels; c++)
    for (int p = 0; p < to_area; p++)
      {
        double sum = *bias++;

        for (int i = 0; i < from->channels; i++)
          for (int q = 0; q < from_area; q++)
            sum += (double) *weight++ * src[(size_t) q * from->channels + i];
        dst[(size_t) p * to->channels + c] = (float) sum;
      }
}

void
spade_ref_activate (float *x, size_t n, SpadeActivation activation)
{
  for (size_t i = 0; i < n; i++)
    if (activation == SPADE_ACTIVATION_LEAKY_RELU)
      x[i] = x[i] < 0 ? x[i] * SPADE_LEAKY_SLOPE : x[i];
    else if (activation == SPADE_ACTIVATION_TANH)
      x[i] = tanhf (x[i]);
}
