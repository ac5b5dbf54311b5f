// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A tile of results stays in registers (16 of four floats, on 64-bit Arm half
// of all) while a panel goes by, DEPTH rows of it at a time, so that panel and
// rows are read from the nearest cache.

#include "gemm.h"

#include "clones.h"
#include "lanes.h"

#define DEPTH 256
#define HALVES (SPADE_GEMM_COLUMNS / SPADE_LANES)

gsize
spade_gemm_packed_size (int depth, int width)
{
  gsize n_panels = ((gsize) width + SPADE_GEMM_COLUMNS - 1) / SPADE_GEMM_COLUMNS;

  return n_panels * (gsize) depth * SPADE_GEMM_COLUMNS;
}

void
spade_gemm_pack (const float *matrix, int depth, int width, float *packed)
{
  for (int first = 0; first < width; first += SPADE_GEMM_COLUMNS)
    for (int i = 0; i < depth; i++)
      for (int j = first; j < first + SPADE_GEMM_COLUMNS; j++)
        *packed++ = j < width ? matrix[(gsize) i * width + j] : 0;
}

const float *
spade_gemm_panel (const float *packed, int depth, int panel, int first)
{
  return packed + ((gsize) panel * depth + first) * SPADE_GEMM_COLUMNS;
}

SPADE_VECTOR_CLONES (void, spade_gemm_tile,
                     (const float *const *rows, int depth, const float *panel,
                      gboolean adds, float *results, gsize pitch),
                     (rows, depth, panel, adds, results, pitch))
{
  SpadeLanes sums[SPADE_GEMM_ROWS][HALVES] = { 0 };
  int   i = 0;

  if (adds)
#pragma GCC unroll 8
    for (int r = 0; r < SPADE_GEMM_ROWS; r++)
#pragma GCC unroll 2
      for (int h = 0; h < HALVES; h++)
        sums[r][h] = SPADE_LOAD_LANES (results + r * pitch + h * SPADE_LANES);
  for (; i + SPADE_LANES <= depth; i += SPADE_LANES)
    {
      SpadeLanes sources[SPADE_GEMM_ROWS];

#pragma GCC unroll 8
      for (int r = 0; r < SPADE_GEMM_ROWS; r++)
        sources[r] = SPADE_LOAD_LANES (rows[r] + i);
#pragma GCC unroll 4
      for (int l = 0; l < SPADE_LANES; l++, panel += SPADE_GEMM_COLUMNS)
#pragma GCC unroll 2
        for (int h = 0; h < HALVES; h++)
          {
            SpadeLanes weights = SPADE_LOAD_LANES (panel + h * SPADE_LANES);

#pragma GCC unroll 8
            for (int r = 0; r < SPADE_GEMM_ROWS; r++)
              sums[r][h] += weights * sources[r][l];
          }
    }
  for (; i < depth; i++, panel += SPADE_GEMM_COLUMNS)
#pragma GCC unroll 2
    for (int h = 0; h < HALVES; h++)
      {
        SpadeLanes weights = SPADE_LOAD_LANES (panel + h * SPADE_LANES);

#pragma GCC unroll 8
        for (int r = 0; r < SPADE_GEMM_ROWS; r++)
          sums[r][h] += weights * rows[r][i];
      }
#pragma GCC unroll 8
  for (int r = 0; r < SPADE_GEMM_ROWS; r++)
#pragma GCC unroll 2
    for (int h = 0; h < HALVES; h++)
      SPADE_STORE_LANES (results + r * pitch + h * SPADE_LANES, sums[r][h]);
}

void
spade_gemm_run (const float *src, int n_rows, int depth, int width,
                const float *packed, float *dst)
{
  int n_panels = width / SPADE_GEMM_COLUMNS;

  g_assert (n_rows % SPADE_GEMM_ROWS == 0 && width % SPADE_GEMM_COLUMNS == 0);
  for (int first = 0; first < depth; first += DEPTH)
    for (int panel = 0; panel < n_panels; panel++)
      for (int row = 0; row < n_rows; row += SPADE_GEMM_ROWS)
        {
          const float *rows[SPADE_GEMM_ROWS];

          for (int r = 0; r < SPADE_GEMM_ROWS; r++)
            rows[r] = src + (gsize) (row + r) * depth + first;
          spade_gemm_tile (rows, MIN (DEPTH, depth - first),
                           spade_gemm_panel (packed, depth, panel, first),
                           first > 0,
                           dst + (gsize) row * width
                               + panel * SPADE_GEMM_COLUMNS,
                           width);
        }
}
