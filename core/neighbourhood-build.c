// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Numbers the distinct windows of a grid, twice: first the k x k windows of
// symbols, then the k x k windows of those numbers. A window of windows is a
// (2k - 1) x (2k - 1) label patch, so nothing is ever compared but k * k
// words. Exact: equal hashes are followed by a full comparison. A dictionary
// remembers both kinds, so that a part of a level can be numbered by itself.

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

static gboolean
windows_are_full (const Windows *windows)
{
  return windows->n == windows->capacity
         || (gsize) windows->n * 2 > windows->mask;
}

// Makes room for more; FALSE where there is no memory.
static gboolean
windows_grow (Windows *windows)
{
  uint32_t *words, *table;

  if (windows->n == windows->capacity)
    {
      words = g_try_renew (uint32_t, windows->words,
                           (gsize) windows->capacity * 2 * windows->n_taps);
      if (words == NULL)
        return FALSE;
      windows->words = words;
      windows->capacity *= 2;
    }
  if ((gsize) windows->n * 2 <= windows->mask)
    return TRUE;

  table = g_try_renew (uint32_t, windows->table,
                       ((gsize) windows->mask + 1) * 2);
  if (table == NULL)
    return FALSE;
  windows->table = table;
  windows->mask = windows->mask * 2 + 1;
  memset (windows->table, 0xff, ((gsize) windows->mask + 1) * 4);
  for (uint32_t i = 0; i < windows->n; i++)
    {
      uint32_t slot = hash_window (
          windows->words + (gsize) i * windows->n_taps, windows->n_taps);

      while (windows->table[slot & windows->mask] != EMPTY)
        slot++;
      windows->table[slot & windows->mask] = i;
    }
  return TRUE;
}

// Gives the window's number, a new one at its first appearance; EMPTY where there
// is no memory.
static uint32_t
windows_number (Windows *windows, const uint32_t *window)
{
  uint32_t slot = hash_window (window, windows->n_taps);
  gsize    size = (gsize) windows->n_taps * 4;
  uint32_t found;

  if (windows_are_full (windows) && !windows_grow (windows))
    return EMPTY;
  while ((found = windows->table[slot & windows->mask]) != EMPTY)
    {
      if (memcmp (windows->words + (gsize) found * windows->n_taps, window,
                  size) == 0)
        return found;
      slot++;
    }
  windows->table[slot & windows->mask] = windows->n;
  memcpy (windows->words + (gsize) windows->n * windows->n_taps, window, size);
  return windows->n++;
}

// Numbers the windows of a grid that has a margin of kernel / 2 on each side:
// the window of pixel (y, x) begins at grid[y, x]. The row pitch of grid is
// width + kernel - 1; that of out is out_pitch. FALSE where there is no memory.
static gboolean
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
          if (numbers[x] == EMPTY)
            return FALSE;
        }
    }
  return TRUE;
}

struct _SpadeDictionary
{
  int       kernel;
  uint64_t  serial;
  Windows   shared, patches;
  uint16_t *shared_symbols; // of shared, as symbols
  uint32_t  n_symbols;      // windows of them that are written
};

static void
windows_clear (Windows *windows)
{
  g_free (windows->words);
  g_free (windows->table);
}

SpadeDictionary *
spade_dictionary_new (int kernel)
{
  static gsize     last_serial;
  SpadeDictionary *self = g_new0 (SpadeDictionary, 1);
  int              n_taps = kernel * kernel;
  uint32_t         outside[MAX_TAPS];

  g_assert (n_taps <= MAX_TAPS);
  self->kernel = kernel;
  self->serial = (uint64_t) g_atomic_pointer_add (&last_serial, 1) + 1;
  windows_init (&self->shared, n_taps);
  windows_init (&self->patches, n_taps);
  // Row 0 is the position beyond the border; no pixel inside has its window,
  // because a pixel's own symbol is in it.
  for (int t = 0; t < n_taps; t++)
    outside[t] = SPADE_SYMBOL_OUTSIDE;
  windows_number (&self->shared, outside);
  return self;
}

void
spade_dictionary_free (SpadeDictionary *self)
{
  if (self == NULL)
    return;
  windows_clear (&self->shared);
  windows_clear (&self->patches);
  g_free (self->shared_symbols);
  g_free (self);
}

// Gives a rectangle that is larger by margin on each side.
static SpadeBox
widen (const SpadeBox *rect, int margin)
{
  return (SpadeBox){ rect->top - margin, rect->left - margin,
                      rect->bottom + margin, rect->right + margin };
}

static SpadeBox
clip (const SpadeBox *rect, int height, int width)
{
  return (SpadeBox){ MAX (rect->top, 0), MAX (rect->left, 0),
                      MIN (rect->bottom, height), MIN (rect->right, width) };
}

// Gives a grid of the size of rect, all set to fill; NULL where there is no
// memory.
static uint32_t *
grid_new (const SpadeBox *rect, uint32_t fill)
{
  gsize     n = (gsize) spade_box_height (rect) * spade_box_width (rect);
  uint32_t *grid = g_try_new (uint32_t, n);

  for (gsize i = 0; grid != NULL && i < n; i++)
    grid[i] = fill;
  return grid;
}

// Gives the symbols of area, those beyond the level's border as OUTSIDE; NULL
// where there is no memory.
static uint32_t *
copy_symbols (const uint16_t *symbols, int height, int width,
              const SpadeBox *area)
{
  SpadeBox inside = clip (area, height, width);
  gsize     pitch = (gsize) spade_box_width (area);
  uint32_t *grid = grid_new (area, SPADE_SYMBOL_OUTSIDE);

  if (grid == NULL)
    return NULL;
  for (int y = inside.top; y < inside.bottom; y++)
    for (int x = inside.left; x < inside.right; x++)
      grid[(y - area->top) * pitch + (x - area->left)]
          = symbols[(gsize) y * width + x];
  return grid;
}

// Brings shared_symbols up to date with the windows of shared; FALSE where there
// is no memory.
static gboolean
write_symbols (SpadeDictionary *self)
{
  gsize n_taps = (gsize) self->kernel * self->kernel;
  gsize n = self->shared.n * n_taps;

  uint16_t *symbols;

  if (self->n_symbols == self->shared.n)
    return TRUE;
  symbols = g_try_renew (uint16_t, self->shared_symbols, n);
  if (symbols == NULL)
    return FALSE;
  self->shared_symbols = symbols;
  for (gsize i = self->n_symbols * n_taps; i < n; i++)
    self->shared_symbols[i] = (uint16_t) self->shared.words[i];
  self->n_symbols = self->shared.n;
  return TRUE;
}

gboolean
spade_dictionary_number (SpadeDictionary     *self,
                         const uint16_t      *symbols,
                         int                  height,
                         int                  width,
                         const SpadeBox     *rect,
                         uint32_t            *out_index,
                         SpadeNeighbourhoods *out)
{
  int       margin = self->kernel / 2;
  SpadeBox around = widen (rect, margin);         // that patches see
  SpadeBox inside = clip (&around, height, width);
  SpadeBox seen = widen (&inside, margin);
  gsize     pitch = (gsize) spade_box_width (&around);
  g_autofree uint32_t *symbol_grid
      = copy_symbols (symbols, height, width, &seen);
  g_autofree uint32_t *shared_grid = grid_new (&around, 0);

  if (symbol_grid == NULL || shared_grid == NULL
      || !number_windows (&self->shared, symbol_grid,
                          spade_box_height (&inside), spade_box_width (&inside),
                          self->kernel,
                          shared_grid + (inside.top - around.top) * pitch
                              + (inside.left - around.left),
                          pitch)
      || !number_windows (&self->patches, shared_grid, spade_box_height (rect),
                          spade_box_width (rect), self->kernel, out_index,
                          (gsize) spade_box_width (rect))
      || !write_symbols (self))
    return FALSE;
  out->index = out_index;
  spade_dictionary_refresh (self, out);
  return TRUE;
}

void
spade_dictionary_refresh (const SpadeDictionary *self,
                          SpadeNeighbourhoods   *out)
{
  out->kernel = self->kernel;
  out->serial = self->serial;
  out->n_shared = self->shared.n;
  out->shared_symbols = self->shared_symbols;
  out->n_patches = self->patches.n;
  out->patch_rows = self->patches.words;
}

SpadeNeighbourhoods *
spade_neighbourhoods_new (const uint16_t *symbols,
                          int             height,
                          int             width,
                          int             kernel)
{
  g_autoptr (SpadeDictionary) dictionary = spade_dictionary_new (kernel);
  g_autofree uint32_t *index = g_try_new (uint32_t, (gsize) height * width);
  SpadeNeighbourhoods  numbers;
  SpadeBox             all = { 0, 0, height, width };

  if (index == NULL
      || !spade_dictionary_number (dictionary, symbols, height, width, &all,
                                   index, &numbers))
    return NULL;
  dictionary->shared_symbols = NULL; // numbers has them now
  dictionary->patches.words = NULL;
  index = NULL;
  return g_memdup2 (&numbers, sizeof numbers);
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
