// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The staging memory has two halves: while the GPU works on one, we copy the
// other. Without it the driver does much the same, but for rows with gaps.

#include "transfer.h"

#include <string.h>

// Of a half: enough that a copy takes longer than to ask for it, little enough
// that it may stay pinned.
#ifdef SPADE_EMULATED
#define HALF ((size_t) 1 << 12)
#else
#define HALF ((size_t) 4 << 20)
#endif

// Gives half i, at least one row large, or NULL.
static char *
get_half (SpadeEngine *engine, int i)
{
  return (char *) engine->staging + (size_t) i * engine->staging_size;
}

static bool
reserve_staging (SpadeEngine *engine, size_t row, SpadeFailure *failure)
{
  size_t size = row > HALF ? row : HALF;

  if (engine->staging_size >= size)
    return true;
  spade_engine_drop_staging (engine);
  engine->staging = spade_gpu_alloc_host (engine->gpu, 2 * size, failure);
  engine->staging_size = engine->staging != NULL ? size : 0;
  return engine->staging != NULL;
}

void
spade_engine_drop_staging (SpadeEngine *engine)
{
  SpadeFailure ignored;

  // After a failure something may still be under way.
  if (engine->staging != NULL)
    spade_gpu_wait (engine->gpu, &ignored);
  spade_gpu_release_host (engine->gpu, engine->staging);
  engine->staging = NULL;
  engine->staging_size = 0;
}

// Makes one row of rows without gaps, cut anew so that bands are full.
static void
join_rows (size_t *to_pitch, size_t *from_pitch, size_t *size, size_t *n)
{
  size_t all = *size * *n;

  if (*to_pitch != *size || *from_pitch != *size || all % 256 != 0)
    return;
  *to_pitch = *from_pitch = *size = 256;
  *n = all / 256;
}

static void
copy_rows (char *to, size_t to_pitch, const char *from, size_t from_pitch,
           size_t size, size_t n)
{
  if (to_pitch == size && from_pitch == size)
    memcpy (to, from, n * size);
  else
    for (size_t i = 0; i < n; i++)
      memcpy (to + i * to_pitch, from + i * from_pitch, size);
}

// What a transfer that failed halfway left under way lands in the halves.
static bool
begin (SpadeEngine *engine, SpadeFailure *failure)
{
  if (engine->is_transferring && !spade_gpu_wait (engine->gpu, failure))
    return false;
  engine->is_transferring = true;
  return true;
}

bool
spade_engine_send (SpadeEngine *engine, void *to, const void *from,
                   size_t pitch, size_t size, size_t n, SpadeFailure *failure)
{
  size_t to_pitch = size, band;

  join_rows (&to_pitch, &pitch, &size, &n);
  if (size == 0 || n == 0)
    return true;
  if (!reserve_staging (engine, size, failure) || !begin (engine, failure))
    return false;
  band = engine->staging_size / size;
  for (size_t first = 0, i = 0; first < n; first += band, i++)
    {
      size_t count = n - first < band ? n - first : band;
      char  *half = get_half (engine, i % 2);

      copy_rows (half, size, (const char *) from + first * pitch, pitch, size,
                 count);
      // The other half has arrived, and may be filled next.
      if ((i > 0 && !spade_gpu_wait (engine->gpu, failure))
          || !spade_gpu_send (engine->gpu, (char *) to + first * size, half,
                              count * size, failure))
        return false;
    }
  if (!spade_gpu_wait (engine->gpu, failure))
    return false;
  engine->is_transferring = false;
  return true;
}

bool
spade_engine_fetch (SpadeEngine *engine, void *to, size_t to_pitch,
                    const void *from, size_t from_pitch, size_t size, size_t n,
                    SpadeFailure *failure)
{
  size_t band, before = 0; // rows in the half that is under way

  join_rows (&to_pitch, &from_pitch, &size, &n);
  if (size == 0 || n == 0)
    return spade_gpu_wait (engine->gpu, failure);
  if (!reserve_staging (engine, size, failure) || !begin (engine, failure))
    return false;
  band = engine->staging_size / size;
  for (size_t first = 0, i = 0; first < n + band; first += band, i++)
    {
      size_t count = first >= n ? 0 : n - first < band ? n - first : band;

      // The band before has arrived.
      if ((i > 0 && !spade_gpu_wait (engine->gpu, failure))
          || (count > 0
              && !spade_gpu_fetch (engine->gpu, get_half (engine, i % 2),
                                   (const char *) from + first * from_pitch,
                                   from_pitch, size, count, failure)))
        return false;
      if (before > 0)
        copy_rows ((char *) to + (first - band) * to_pitch, to_pitch,
                   get_half (engine, (i + 1) % 2), size, size, before);
      before = count;
    }
  engine->is_transferring = false;
  return true;
}
