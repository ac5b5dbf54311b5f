// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The most frequent label around each pixel: how paint.py makes maps smooth.

#include <stdint.h>
#include <stdlib.h>

#define N_LABELS 20

// The most frequent label, 0 ... 19, of the square of 2 radius + 1 pixels around each pixel, as far as it
// lies in the map; of several the lowest. Counts of columns go down row by row, and their sum along it. 0, or
// 1 without memory.
int
spade_mode_filter (const uint8_t *labels, int64_t height, int64_t width, int64_t radius, uint8_t *out)
{
  uint16_t (*columns)[N_LABELS] = calloc (width, sizeof *columns);
  if (!columns)
    return 1;
  for (int64_t y = -radius; y < height; y++)
    {
      int64_t enters = y + radius, leaves = y - radius - 1;
      for (int64_t x = 0; x < width; x++)
        {
          if (enters < height)
            columns[x][labels[enters * width + x]]++;
          if (leaves >= 0)
            columns[x][labels[leaves * width + x]]--;
        }
      if (y < 0)
        continue;
      int32_t counts[N_LABELS] = { 0 };
      for (int64_t x = -radius; x < width; x++)
        {
          for (int i = 0; i < N_LABELS; i++)
            counts[i] += (x + radius < width ? columns[x + radius][i] : 0) -
                         (x - radius - 1 >= 0 ? columns[x - radius - 1][i] : 0);
          if (x < 0)
            continue;
          int best = 0;
          for (int i = 1; i < N_LABELS; i++)
            best = counts[i] > counts[best] ? i : best;
          out[y * width + x] = (uint8_t) best;
        }
    }
  free (columns);
  return 0;
}
