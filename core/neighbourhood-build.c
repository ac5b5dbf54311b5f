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
  uint64_t  powers[MAX_TAPS]; // of the hash's base, one for each tap
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
  windows->powers[0] = 0xff51afd7ed558ccdu;
  for (int i = 1; i < n_taps; i++)
    windows->powers[i] = windows->powers[i - 1] * windows->powers[0];
}

// A polynomial, whose products do not wait for each other.
static inline uint32_t
hash_window (const Windows *windows, const uint32_t *window, int n_taps)
{
  uint64_t hash = 0;

  for (int i = 0; i < n_taps; i++)
    hash += (window[i] + (uint64_t) 1) * windows->powers[i];
  hash = (hash ^ hash >> 32) * 0x9e3779b97f4a7c15u;
  return (uint32_t) (hash >> 32);
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
          windows, windows->words + (gsize) i * windows->n_taps,
          windows->n_taps);

      while (windows->table[slot & windows->mask] != EMPTY)
        slot++;
      windows->table[slot & windows->mask] = i;
    }
  return TRUE;
}

// Gives the window's number, a new one at its first appearance; EMPTY where there
// is no memory. n_taps is windows->n_taps, for the compiler to know.
static inline uint32_t
windows_number (Windows *windows, const uint32_t *window, int n_taps)
{
  uint32_t slot = hash_window (windows, window, n_taps);
  gsize    size = (gsize) n_taps * 4;
  uint32_t found;

  if (windows_are_full (windows) && !windows_grow (windows))
    return EMPTY;
  while ((found = windows->table[slot & windows->mask]) != EMPTY)
    {
      if (memcmp (windows->words + (gsize) found * n_taps, window,
                  size) == 0)
        return found;
      slot++;
    }
  windows->table[slot & windows->mask] = windows->n;
  memcpy (windows->words + (gsize) windows->n * n_taps, window, size);
  return windows->n++;
}

// The last rows of a grid that comes row by row, as many as a window has.
typedef struct
{
  int       kernel, width, n; // rows so far
  uint32_t *rows;             // [kernel, width], row i in place i % kernel
  uint32_t *steps;            // [width]
} Rows;

static gboolean
rows_init (Rows *self, int kernel, int width)
{
  *self = (Rows){ .kernel = kernel, .width = width };
  self->rows = g_try_new (uint32_t, (gsize) kernel * width);
  self->steps = g_try_new (uint32_t, width);
  return self->rows != NULL && self->steps != NULL;
}

static void
rows_clear (Rows *self)
{
  g_free (self->rows);
  g_free (self->steps);
}

// Gives the place of the next row, all set to fill.
static uint32_t *
rows_add (Rows *self, uint32_t fill)
{
  uint32_t *row = self->rows + (gsize) (self->n++ % self->kernel) * self->width;

  for (int x = 0; x < self->width; x++)
    row[x] = fill;
  return row;
}

// Finds where any of the rows changes from the column before: bits that are not 0.
static void
find_steps (const uint32_t *restrict row, int n, uint32_t *restrict steps)
{
  for (int x = 1; x < n; x++)
    steps[x] |= row[x] ^ row[x - 1];
}

// Gives the first column from x on where there is a step, or n.
static int
next_step (const uint32_t *steps, int x, int n)
{
  while (x + 4 <= n
         && (steps[x] | steps[x + 1] | steps[x + 2] | steps[x + 3]) == 0)
    x += 4;
  while (x < n && steps[x] == 0)
    x++;
  return x;
}

// Numbers the windows of the last rows, from left to right. One without a step in
// its columns is the one before it, and most of a map is like that. FALSE where
// there is no memory.
static inline gboolean
number_windows_of (Windows *windows, Rows *self, uint32_t *numbers, int kernel)
{
  int             n = self->width;
  int             last = 0; // step up to the window's end
  const uint32_t *rows[MAX_TAPS];
  uint32_t        window[MAX_TAPS];

  memset (self->steps, 0, (gsize) n * sizeof *self->steps);
  for (int t = 0; t < kernel; t++)
    {
      rows[t] = self->rows + (gsize) ((self->n + t) % kernel) * n;
      find_steps (rows[t], n, self->steps);
    }
  for (int x = 1; x < kernel - 1; x++)
    last = self->steps[x] ? x : last;
  for (int x = 0; x + kernel <= n; x++)
    {
      if (self->steps[x + kernel - 1])
        last = x + kernel - 1;
      if (last < x)
        {
          int end = next_step (self->steps, x + kernel, n) - kernel;

          for (; x < end; x++)
            numbers[x] = numbers[x - 1];
          numbers[x] = numbers[x - 1];
          continue;
        }
      for (int t = 0; t < kernel; t++)
        memcpy (window + t * kernel, rows[t] + x, (gsize) kernel * 4);
      numbers[x] = windows_number (windows, window, kernel * kernel);
      if (numbers[x] == EMPTY)
        return FALSE;
    }
  return TRUE;
}

static gboolean
number_windows (Windows *windows, Rows *self, uint32_t *numbers)
{
  if (self->kernel == 3)
    return number_windows_of (windows, self, numbers, 3);
  return number_windows_of (windows, self, numbers, self->kernel);
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

static uint64_t
make_serial (void)
{
  static gsize last;

  return (uint64_t) g_atomic_pointer_add (&last, 1) + 1;
}

SpadeDictionary *
spade_dictionary_new (int kernel)
{
  SpadeDictionary *self = g_new0 (SpadeDictionary, 1);
  int              n_taps = kernel * kernel;
  uint32_t         outside[MAX_TAPS];

  g_assert (n_taps <= MAX_TAPS);
  self->kernel = kernel;
  self->serial = make_serial ();
  windows_init (&self->shared, n_taps);
  windows_init (&self->patches, n_taps);
  // Row 0 is the position beyond the border; no pixel inside has its window,
  // because a pixel's own symbol is in it.
  for (int t = 0; t < n_taps; t++)
    outside[t] = SPADE_SYMBOL_OUTSIDE;
  windows_number (&self->shared, outside, n_taps);
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

// Adds row y of a level's symbols, from column left on; those beyond the level's
// border are OUTSIDE.
static void
add_symbols (Rows *rows, const uint16_t *symbols, int height, int width, int y,
             int left)
{
  uint32_t *row = rows_add (rows, SPADE_SYMBOL_OUTSIDE);
  int       end = MIN (left + rows->width, width);

  if (y >= 0 && y < height)
    for (int x = MAX (left, 0); x < end; x++)
      row[x - left] = symbols[(gsize) y * width + x];
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
  int      margin = self->kernel / 2;
  SpadeBox around = widen (rect, margin); // that patches see
  SpadeBox inside = clip (&around, height, width);
  SpadeBox seen = widen (&inside, margin);
  Rows     seen_rows, rows;
  gboolean is_done = rows_init (&seen_rows, self->kernel,
                                spade_box_width (&seen));

  is_done = rows_init (&rows, self->kernel, spade_box_width (&around)) && is_done;
  for (int y = seen.top; is_done && y < inside.top + margin; y++)
    add_symbols (&seen_rows, symbols, height, width, y, seen.left);
  for (int y = around.top; is_done && y < around.bottom; y++)
    {
      uint32_t *row = rows_add (&rows, 0);

      if (y >= inside.top && y < inside.bottom)
        {
          add_symbols (&seen_rows, symbols, height, width, y + margin, seen.left);
          is_done = number_windows (&self->shared, &seen_rows,
                                    row + (inside.left - around.left));
        }
      if (is_done && rows.n >= self->kernel)
        {
          is_done = number_windows (&self->patches, &rows, out_index);
          out_index += spade_box_width (rect);
        }
    }
  rows_clear (&seen_rows);
  rows_clear (&rows);
  if (!is_done || !write_symbols (self))
    return FALSE;
  out->index = out_index - (gsize) spade_box_height (rect) * spade_box_width (rect);
  spade_dictionary_refresh (self, out);
  return TRUE;
}

void
spade_dictionary_rename (SpadeDictionary *self)
{
  self->serial = make_serial ();
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
spade_neighbourhoods_rename (SpadeNeighbourhoods *self)
{
  self->serial = make_serial ();
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
