// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Numbers the distinct windows of a grid, twice: first the k x k windows of
// symbols, then the k x k windows of those numbers. A window of windows is a
// (2k - 1) x (2k - 1) label patch, so nothing is ever compared but k * k
// words. Exact: equal hashes are followed by a full comparison.

#include "neighbourhood-build.h"

#include <string.h>

#define MAX_TAPS 25
#define EMPTY 0xffffffffu

// The distinct windows seen so far, and an open hash table over them.
typedef struct
{
  int       n_taps;
  uint32_t  n;        // windows
  uint32_t  capacity; // of words, in windows
  uint32_t *words;    // [n, n_taps]
  uint32_t  mask;     // table size - 1
  uint32_t *table;    // window numbers or EMPTY
} Windows;

static void
windows_init (Windows *windows, int n_taps)
{
  windows->n_taps = n_taps;
  windows->n = 0;
  windows->capacity = 256;
  windows->words = g_new (uint32_t, (gsize) windows->capacity * n_taps);
  windows->mask = 1023;
  windows->table = g_new (uint32_t, windows->mask + 1);
  memset (windows->table, 0xff, (gsize) (windows->mask + 1) * 4);
}

static uint32_t
hash_window (const uint32_t *window, int n_taps)
{
  uint64_t hash = 0x9e3779b97f4a7c15u;

  for (int i = 0; i < n_taps; i++)
    {
      hash = (hash ^ window[i]) * 0xff51afd7ed558ccdu;
      hash ^= hash >> 32;
    }
  return (uint32_t) hash;
}

static void
windows_grow (Windows *windows)
{
  if (windows->n == windows->capacity)
    {
      windows->capacity *= 2;
      windows->words = g_renew (uint32_t, windows->words,
                                (gsize) windows->capacity * windows->n_taps);
    }
  if ((gsize) windows->n * 2 <= windows->mask)
    return;

  windows->mask = windows->mask * 2 + 1;
  windows->table = g_renew (uint32_t, windows->table,
                            (gsize) windows->mask + 1);
  memset (windows->table, 0xff, ((gsize) windows->mask + 1) * 4);
  for (uint32_t i = 0; i < windows->n; i++)
    {
      uint32_t slot = hash_window (
          windows->words + (gsize) i * windows->n_taps, windows->n_taps);

      while (windows->table[slot & windows->mask] != EMPTY)
        slot++;
      windows->table[slot & windows->mask] = i;
    }
}

// Gives the window's number, a new one at its first appearance.
static uint32_t
windows_number (Windows *windows, const uint32_t *window)
{
  uint32_t slot = hash_window (window, windows->n_taps);
  gsize    size = (gsize) windows->n_taps * 4;
  uint32_t found;

  while ((found = windows->table[slot & windows->mask]) != EMPTY)
    {
      if (memcmp (windows->words + (gsize) found * windows->n_taps, window,
                  size) == 0)
        return found;
      slot++;
    }
  windows->table[slot & windows->mask] = windows->n;
  memcpy (windows->words + (gsize) windows->n * windows->n_taps, window, size);
  found = windows->n++;
  windows_grow (windows);
  return found;
}

// Numbers the windows of a grid that has a margin of kernel / 2 on each side:
// the window of pixel (y, x) begins at grid[y, x]. The row pitch of grid is
// width + kernel - 1; that of out is out_pitch.
static void
number_windows (Windows        *windows,
                const uint32_t *grid,
                int             height,
                int             width,
                int             kernel,
                uint32_t       *out,
                gsize           out_pitch)
{
  gsize    pitch = (gsize) width + kernel - 1;
  uint32_t window[MAX_TAPS];

  for (int y = 0; y < height; y++)
    {
      const uint32_t *row = grid + y * pitch;
      uint32_t       *numbers = out + y * out_pitch;
      int             n_equal = 0; // columns equal to the one before them

      for (int x = 0; x < width; x++)
        {
          // When the k + 1 columns around this step are all equal, the window
          // is the one before it. Most of a map is like that.
          gboolean is_equal = x > 0;

          for (int t = 0; is_equal && t < kernel; t++)
            is_equal = row[t * pitch + x + kernel - 1]
                       == row[t * pitch + x + kernel - 2];
          n_equal = is_equal ? n_equal + 1 : 0;
          if (n_equal >= kernel)
            {
              numbers[x] = numbers[x - 1];
              continue;
            }
          for (int t = 0; t < kernel; t++)
            memcpy (window + t * kernel, row + t * pitch + x,
                    (gsize) kernel * 4);
          numbers[x] = windows_number (windows, window);
        }
    }
}

// Gives a grid of height x width inside a margin, all set to fill.
static uint32_t *
grid_new (int height, int width, int margin, uint32_t fill)
{
  gsize     n = ((gsize) height + 2 * margin) * ((gsize) width + 2 * margin);
  uint32_t *grid = g_new (uint32_t, n);

  for (gsize i = 0; i < n; i++)
    grid[i] = fill;
  return grid;
}

SpadeNeighbourhoods *
spade_neighbourhoods_new (const uint16_t *symbols,
                          int             height,
                          int             width,
                          int             kernel)
{
  SpadeNeighbourhoods *self = g_new0 (SpadeNeighbourhoods, 1);
  int       n_taps = kernel * kernel;
  int       margin = kernel / 2;
  gsize     pitch = (gsize) width + kernel - 1;
  gsize     inside = margin * pitch + margin;
  Windows   shared, patches;
  g_autofree uint32_t *symbol_grid
      = grid_new (height, width, margin, SPADE_SYMBOL_OUTSIDE);
  g_autofree uint32_t *shared_grid = grid_new (height, width, margin, 0);
  uint32_t *index = g_new (uint32_t, (gsize) height * width);
  uint16_t *shared_symbols;

  g_assert (n_taps <= MAX_TAPS);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      symbol_grid[inside + y * pitch + x] = symbols[(gsize) y * width + x];

  windows_init (&shared, n_taps);
  // Row 0 is the position beyond the border; no pixel inside has its window,
  // because a pixel's own symbol is in it.
  uint32_t outside[MAX_TAPS];
  for (int t = 0; t < n_taps; t++)
    outside[t] = SPADE_SYMBOL_OUTSIDE;
  windows_number (&shared, outside);
  number_windows (&shared, symbol_grid, height, width, kernel,
                  shared_grid + inside, pitch);

  windows_init (&patches, n_taps);
  number_windows (&patches, shared_grid, height, width, kernel, index,
                  (gsize) width);

  shared_symbols = g_new (uint16_t, (gsize) shared.n * n_taps);
  for (gsize i = 0; i < (gsize) shared.n * n_taps; i++)
    shared_symbols[i] = (uint16_t) shared.words[i];

  self->kernel = kernel;
  self->n_shared = shared.n;
  self->shared_symbols = shared_symbols;
  self->n_patches = patches.n;
  self->patch_rows = patches.words;
  self->index = index;
  g_free (shared.table);
  g_free (shared.words);
  g_free (patches.table);
  return self;
}

void
spade_neighbourhoods_free (SpadeNeighbourhoods *self)
{
  if (self == NULL)
    return;
  g_free ((gpointer) self->shared_symbols);
  g_free ((gpointer) self->patch_rows);
  g_free ((gpointer) self->index);
  g_free (self);
}
