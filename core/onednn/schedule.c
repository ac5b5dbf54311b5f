// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

#include "schedule.h"

static guint32
count_chunks (guint32 n_patches)
{
  return (n_patches + SPADE_SCHEDULE_CHUNK - 1) / SPADE_SCHEDULE_CHUNK;
}

// Gives how far patches reach back, in rows from the newest. out_needed as
// SpadeSchedule.n_needed, or NULL.
static gsize
find_reach (const guint32 *patch_rows, guint32 n_patches, int n_taps,
            guint32 *out_needed)
{
  gsize   reach = SPADE_SCHEDULE_BLOCK;
  guint32 n_needed = 1;

  for (guint32 chunk = 0; chunk < count_chunks (n_patches); chunk++)
    {
      guint32 first = chunk * SPADE_SCHEDULE_CHUNK;
      guint32 end = MIN (first + SPADE_SCHEDULE_CHUNK, n_patches);
      guint32 oldest = G_MAXUINT32;

      for (gsize i = (gsize) first * n_taps; i < (gsize) end * n_taps; i++)
        {
          guint32 row = patch_rows[i];

          n_needed = MAX (n_needed, row + 1);
          oldest = row != 0 ? MIN (oldest, row) : oldest;
        }
      if (out_needed != NULL)
        out_needed[chunk] = n_needed;
      if (oldest < n_needed)
        reach = MAX (reach, spade_schedule_pad (n_needed) - oldest);
    }
  return reach;
}

// Gives the rows of a ring that is long enough.
static gsize
find_ring (gsize reach)
{
  gsize n = SPADE_SCHEDULE_BLOCK;

  while (n < reach)
    n *= 2;
  return n;
}

gsize
spade_schedule_count_slots (const guint32 *patch_rows, guint32 n_patches,
                            int n_taps, guint32 n_rows)
{
  gsize reach = find_reach (patch_rows, n_patches, n_taps, NULL);

  return MIN (find_ring (reach) + 1, spade_schedule_pad (n_rows));
}

SpadeSchedule *
spade_schedule_new (guint32 *patch_rows, guint32 n_patches, int n_taps,
                    guint32 n_rows)
{
  SpadeSchedule *self = g_new0 (SpadeSchedule, 1);
  gsize n_all = spade_schedule_pad (n_rows), n_ring;

  self->n_chunks = count_chunks (n_patches);
  self->n_needed = g_try_new (guint32, self->n_chunks);
  if (self->n_needed == NULL)
    {
      g_free (self);
      return NULL;
    }
  n_ring = find_ring (find_reach (patch_rows, n_patches, n_taps,
                                  self->n_needed));
  if (n_ring < n_all)
    {
      self->n_slots = n_ring + 1;
      self->mask = (guint32) n_ring - 1;
      self->zero_slot = (guint32) n_ring;
      for (gsize i = 0; i < (gsize) n_patches * n_taps; i++)
        patch_rows[i] = patch_rows[i] != 0 ? patch_rows[i] & self->mask
                                           : self->zero_slot;
    }
  else
    {
      self->n_slots = n_all;
      self->mask = G_MAXUINT32;
    }
  return self;
}

void
spade_schedule_free (SpadeSchedule *self)
{
  g_free (self->n_needed);
  g_free (self);
}
