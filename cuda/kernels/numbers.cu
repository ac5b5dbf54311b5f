// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The neighbourhood dictionary of a whole map, all its levels at once, with the
// numbers that core gives (core/neighbourhood-build.c): in the order in which
// windows appear first. Threads meet in a hash table of pixels, by atomic
// operations whose outcome does not depend on who comes first: a window's place
// in it may, the smallest pixel that shows the window does not.

#include "kernel.cuh"

// What the position beyond the border shows.
static __device__ inline uint32_t
outside (uint16_t)
{
  return SPADE_SYMBOL_OUTSIDE;
}

static __device__ inline uint32_t
outside (uint32_t)
{
  return 0;
}

// A pixel of a level.
typedef struct
{
  int      level, y, x;
  uint32_t pixel; // among those of all levels
} Place;

// Finds a pixel of all levels; false in the gap after a level.
static __device__ inline bool
find_place (const SpadeNumbering &n, uint32_t pixel, Place *out)
{
  int      level = 0;
  uint32_t within, width;

  while (level + 1 < n.n_levels && pixel >= n.levels[level + 1].first)
    level++;
  within = pixel - n.levels[level].first;
  width = (uint32_t) n.levels[level].width;
  out->level = level;
  out->pixel = pixel;
  out->y = (int) (within / width);
  out->x = (int) (within - (uint32_t) out->y * width);
  return out->y < n.levels[level].height;
}

// This thread's pixel; false beyond the last one, too.
static __device__ inline bool
find_own_place (const SpadeNumbering &n, Place *out)
{
  int64_t number = thread_number ();

  return number < n.n && find_place (n, (uint32_t) number, out);
}

template <typename U>
static __device__ inline uint32_t
look (const SpadeNumberLevel &level, int y, int x)
{
  if (y < 0 || y >= level.height || x < 0 || x >= level.width)
    return outside ((U) 0);
  return ((const U *) level.grid)[(int64_t) y * level.width + x];
}

// Whether two pixels of a level show the same window.
template <typename U>
static __device__ inline bool
are_same (const SpadeNumbering &n, const SpadeNumberLevel &level, int y, int x,
          int other_y, int other_x)
{
  int half = n.kernel / 2;

  for (int dy = -half; dy <= half; dy++)
    for (int dx = -half; dx <= half; dx++)
      if (look<U> (level, y + dy, x + dx)
          != look<U> (level, other_y + dy, other_x + dx))
        return false;
  return true;
}

// The same of a pixel of any level.
template <typename U>
static __device__ inline bool
shows_same (const SpadeNumbering &n, const Place &place, uint32_t other)
{
  const SpadeNumberLevel &level = n.levels[place.level];
  uint32_t within = other - level.first, width = (uint32_t) level.width;

  return other >= level.first && within / width < (uint32_t) level.height
         && are_same<U> (n, level, place.y, place.x, (int) (within / width),
                         (int) (within % width));
}

// The slot of the table where the search for a place's window begins.
template <typename U>
static __device__ inline uint32_t
hash_window (const SpadeNumbering &n, const Place &place)
{
  int      half = n.kernel / 2;
  uint64_t hash = (uint64_t) place.level;

  for (int dy = -half; dy <= half; dy++)
    for (int dx = -half; dx <= half; dx++)
      hash = (hash + look<U> (n.levels[place.level], place.y + dy, place.x + dx)
              + 1) * 0xff51afd7ed558ccdu;
  hash = (hash ^ hash >> 32) * 0x9e3779b97f4a7c15u;
  return (uint32_t) (hash >> 32) & n.mask;
}

// A table's entry is a pixel plus 1, or 0. Pixels whose window their left or upper
// neighbour shows as well stay away: theirs was there before, and most are such.
// An entry goes from 0 to a pixel and then to smaller ones of the same window, so a
// stale one does no harm; looking first spares crowds the atomics.
template <typename U>
static __global__ void __launch_bounds__ (SPADE_THREADS)
insert_windows_kernel (SpadeNumbering n)
{
  Place    place;
  uint32_t slot;

  if (!find_own_place (n, &place))
    return;

  const SpadeNumberLevel &level = n.levels[place.level];

  if (place.x > 0
      && are_same<U> (n, level, place.y, place.x, place.y, place.x - 1))
    return;
  if (place.y > 0
      && are_same<U> (n, level, place.y, place.x, place.y - 1, place.x))
    return;
  for (slot = hash_window<U> (n, place);; slot = (slot + 1) & n.mask)
    {
      uint32_t entry = *(volatile const uint32_t *) &n.table[slot];

      if (entry == 0)
        entry = atomicCAS (&n.table[slot], 0u, place.pixel + 1);
      if (entry == 0)
        return;
      if (shows_same<U> (n, place, entry - 1))
        {
          if (entry > place.pixel + 1)
            atomicMin (&n.table[slot], place.pixel + 1);
          return;
        }
    }
}

// found: the first pixel that shows the same window; itself plus 1 in a gap.
template <typename U>
static __global__ void __launch_bounds__ (SPADE_THREADS)
find_windows_kernel (SpadeNumbering n)
{
  int64_t  number = thread_number ();
  Place    place;
  uint32_t slot, entry;

  if (number >= n.n)
    return;
  if (!find_place (n, (uint32_t) number, &place))
    {
      n.found[number] = (uint32_t) number + 1;
      return;
    }
  slot = hash_window<U> (n, place);
  while ((entry = n.table[slot]) != 0 && !shows_same<U> (n, place, entry - 1))
    slot = (slot + 1) & n.mask;
  n.found[number] = entry - 1;
}

// How many pixels of each span are the first to show their window.
static __global__ void __launch_bounds__ (SPADE_THREADS)
count_firsts_kernel (SpadeNumbering n)
{
  int64_t  span = thread_number ();
  int64_t  first = span * SPADE_NUMBER_SPAN;
  uint32_t sum = 0;

  if (first >= n.n)
    return;
  for (int i = 0; i < SPADE_NUMBER_SPAN; i++)
    sum += n.found[first + i] == (uint32_t) (first + i);
  n.sums[span] = sum;
}

// Gives what is before a level; that of the one after the last is all.
static __device__ inline uint32_t
count_before (const SpadeNumbering &n, int level)
{
  int64_t first = level < n.n_levels ? (int64_t) n.levels[level].first
                                     : n.n - SPADE_NUMBER_SPAN;

  return n.sums[first / SPADE_NUMBER_SPAN];
}

static __global__ void __launch_bounds__ (SPADE_THREADS)
totals_kernel (SpadeNumbering n)
{
  int level = (int) thread_number ();

  if (level < n.n_levels)
    n.totals[level] = count_before (n, level + 1) - count_before (n, level);
}

// The numbers of those that are the first.
static __global__ void __launch_bounds__ (SPADE_THREADS)
number_firsts_kernel (SpadeNumbering n)
{
  int64_t  span = thread_number ();
  int64_t  first = span * SPADE_NUMBER_SPAN;
  Place    place;
  uint32_t next;

  // No level begins within a span.
  if (first >= n.n || !find_place (n, (uint32_t) first, &place))
    return;

  const SpadeNumberLevel &level = n.levels[place.level];

  next = n.sums[span] - count_before (n, place.level) + n.is_shared;
  for (int i = 0; i < SPADE_NUMBER_SPAN; i++)
    if (n.found[first + i] == (uint32_t) (first + i))
      level.numbers[first + i - level.first] = next++;
}

template <typename U>
static __device__ inline void
write_window (const SpadeNumbering &n, const Place &place, uint32_t number)
{
  const SpadeNumberLevel &level = n.levels[place.level];
  int half = n.kernel / 2;
  U  *window = (U *) level.windows + (int64_t) number * n.kernel * n.kernel;

  for (int dy = -half; dy <= half; dy++)
    for (int dx = -half; dx <= half; dx++)
      *window++ = (U) look<U> (level, place.y + dy, place.x + dx);
}

// Those of all others, and the windows themselves.
template <typename U>
static __global__ void __launch_bounds__ (SPADE_THREADS)
settle_numbers_kernel (SpadeNumbering n)
{
  Place    place;
  uint32_t found;

  if (!find_own_place (n, &place))
    return;

  const SpadeNumberLevel &level = n.levels[place.level];
  uint32_t *own = &level.numbers[place.pixel - level.first];

  found = n.found[place.pixel];
  if (found == place.pixel)
    write_window<U> (n, place, *own);
  else
    *own = level.numbers[found - level.first];
  // Number 0 is the position beyond the border.
  if (n.is_shared && place.pixel == level.first)
    for (int i = 0; i < n.kernel * n.kernel; i++)
      ((U *) level.windows)[i] = (U) outside ((U) 0);
}

template <typename U>
static void
find_windows (void *stream, const SpadeNumbering &n)
{
  auto insert = insert_windows_kernel<U>;
  auto find = find_windows_kernel<U>;

  SPADE_LAUNCH (insert, blocks_for (n.n), dim3 (SPADE_THREADS), stream, n);
  SPADE_LAUNCH (find, blocks_for (n.n), dim3 (SPADE_THREADS), stream, n);
}

void
spade_kernel_find_windows (void *stream, const SpadeNumbering *args)
{
  SpadeNumbering n = *args;

  if (n.is_shared)
    find_windows<uint16_t> (stream, n);
  else
    find_windows<uint32_t> (stream, n);
  SPADE_LAUNCH (count_firsts_kernel, blocks_for (n.n / SPADE_NUMBER_SPAN),
                dim3 (SPADE_THREADS), stream, n);
  spade_kernel_sum_before (stream, n.sums, n.n / SPADE_NUMBER_SPAN);
  SPADE_LAUNCH (totals_kernel, dim3 (1), dim3 (SPADE_THREADS), stream, n);
}

template <typename U>
static void
number_windows (void *stream, const SpadeNumbering &n)
{
  auto settle = settle_numbers_kernel<U>;

  SPADE_LAUNCH (number_firsts_kernel, blocks_for (n.n / SPADE_NUMBER_SPAN),
                dim3 (SPADE_THREADS), stream, n);
  SPADE_LAUNCH (settle, blocks_for (n.n), dim3 (SPADE_THREADS), stream, n);
}

void
spade_kernel_number_windows (void *stream, const SpadeNumbering *args)
{
  if (args->is_shared)
    number_windows<uint16_t> (stream, *args);
  else
    number_windows<uint32_t> (stream, *args);
}
