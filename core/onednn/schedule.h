// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// When the terms of hidden rows are made and where they are kept, so that a
// patch's sum finds them in the cache. Where nearly every patch is distinct a
// row is used soon after it appeared and never again: its terms live in a ring,
// and gamma and beta cost what a convolution does. Where patches repeat, rows
// of long ago come back, and all are kept.

#pragma once

#include <glib.h>

// Terms are made for so many rows at once, and added for so many patches.
#define SPADE_SCHEDULE_BLOCK 128
#define SPADE_SCHEDULE_CHUNK 128

typedef struct
{
  guint32  n_chunks;
  guint32 *n_needed;  // [n_chunks] rows, from the first on, whose terms are made
                      // before those of the chunk are added; never fewer than
                      // those of the chunk before
  gsize    n_slots;   // rows of terms that are kept
  guint32  mask;      // row r is in slot r & mask,
  guint32  zero_slot; // but row 0, whose terms are zero, is in this one
} SpadeSchedule;

// Gives a schedule for patches of n_taps rows each, numbers below n_rows, and
// puts the number of its slot in each row's place. NULL where there is no memory.
SpadeSchedule *spade_schedule_new (guint32 *patch_rows,
                                   guint32  n_patches,
                                   int      n_taps,
                                   guint32  n_rows);
void spade_schedule_free (SpadeSchedule *schedule);

// Gives n_slots of such a schedule.
gsize spade_schedule_count_slots (const guint32 *patch_rows,
                                  guint32        n_patches,
                                  int            n_taps,
                                  guint32        n_rows);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpadeSchedule, spade_schedule_free)

// Gives n rows padded to whole blocks.
static inline gsize
spade_schedule_pad (guint32 n)
{
  return ((gsize) n + SPADE_SCHEDULE_BLOCK - 1) / SPADE_SCHEDULE_BLOCK
         * SPADE_SCHEDULE_BLOCK;
}

// Says whether terms are kept for a while only.
static inline gboolean
spade_schedule_is_ring (const SpadeSchedule *schedule)
{
  return schedule->zero_slot != 0;
}
