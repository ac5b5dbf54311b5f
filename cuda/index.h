// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The index arithmetic of the kernels, in functions that the CPU can run and
// the unit tests do.

#pragma once

#include <stdint.h>

#include "../core/neighbourhood.h"

#ifdef __CUDACC__
#define SPADE_BOTH __host__ __device__ static inline
#else
#define SPADE_BOTH static inline
#endif

// Gives n / size rounded up.
SPADE_BOTH int64_t
spade_index_blocks (int64_t n, int64_t size)
{
  return (n + size - 1) / size;
}

// Gives the pixel that a pixel shows of a picture of half its size (width is
// the larger one's, even).
SPADE_BOTH uint32_t
spade_index_half (uint32_t pixel, uint32_t width)
{
  uint32_t y = pixel / width;
  uint32_t x = pixel - y * width;

  return (y >> 1) * (width >> 1) + (x >> 1);
}

// Gives the symbol under a tap of the kernel centred on a pixel.
SPADE_BOTH uint16_t
spade_index_symbol (const uint16_t *symbols, int height, int width,
                    uint32_t pixel, int tap, int kernel)
{
  int y = (int) (pixel / (uint32_t) width) + tap / kernel - kernel / 2;
  int x = (int) (pixel % (uint32_t) width) + tap % kernel - kernel / 2;

  return y < 0 || y >= height || x < 0 || x >= width
             ? (uint16_t) SPADE_SYMBOL_OUTSIDE
             : symbols[(int64_t) y * width + x];
}

// Gives where position i of n comes from among n_src: two neighbours and the
// share of the second. Bilinear, half-pixel centres.
SPADE_BOTH void
spade_index_between (int i, int n, int n_src, int *first, int *second,
                     float *share)
{
  float at = ((float) i + 0.5f) * ((float) n_src / (float) n) - 0.5f;

  if (at < 0)
    at = 0;
  *first = (int) at;
  *second = *first + 1 < n_src ? *first + 1 : *first;
  *share = at - (float) *first;
}

// Statistics run over spans of pixels, then over spans of spans: the number of
// pixels in span i of those that each begin size pixels apart.
SPADE_BOTH int64_t
spade_index_span (int64_t i, int64_t size, int64_t n_pixels)
{
  int64_t left = n_pixels - i * size;

  return left < size ? left : size;
}

// Gives where element i of a packed weight lies in the stored one: dims and
// strides (in stored elements) from the outermost dimension inwards.
SPADE_BOTH int64_t
spade_index_packed (int64_t i, const int64_t dims[4], const int64_t strides[4])
{
  int64_t at = 0;

  for (int k = 3; k >= 0; k--)
    {
      at += i % dims[k] * strides[k];
      i /= dims[k];
    }
  return at;
}
