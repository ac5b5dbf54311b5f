// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// When terms are made and where they are kept: a play of the schedule finds
// each patch's rows where it looks, on maps where every patch is new and on
// maps where patches come back.

#include <glib.h>

#include "onednn/schedule.h"

#define N_TAPS 9

// The patches of a width x height level whose 3 x 3 hidden rows are all
// different, numbered as they appear; 0 beyond the border.
static guint32 *
all_distinct (int height, int width, guint32 *out_n_rows)
{
  guint32 *rows = g_new (guint32, height * width * N_TAPS);
  guint32 *numbers = g_new0 (guint32, height * width);
  guint32 *row = rows;

  *out_n_rows = 1;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int t = 0; t < N_TAPS; t++, row++)
        {
          int v = y + t / 3 - 1, u = x + t % 3 - 1;

          *row = 0;
          if (v < 0 || v >= height || u < 0 || u >= width)
            continue;
          if (numbers[v * width + u] == 0)
            numbers[v * width + u] = (*out_n_rows)++;
          *row = numbers[v * width + u];
        }
  g_free (numbers);
  return rows;
}

// Makes a schedule, fills the slots as it says, and looks for each patch's rows
// there.
static SpadeSchedule *
play (const guint32 *rows, guint32 n_patches, guint32 n_rows)
{
  g_autofree guint32 *places
      = g_memdup2 (rows, n_patches * N_TAPS * sizeof *rows);
  SpadeSchedule *schedule
      = spade_schedule_new (places, n_patches, N_TAPS, n_rows);
  g_autofree guint32 *slots = g_new (guint32, schedule->n_slots);
  guint32 n_made = 0;

  for (gsize i = 0; i < schedule->n_slots; i++)
    slots[i] = G_MAXUINT32;
  for (guint32 patch = 0; patch < n_patches; patch++)
    {
      guint32 n_needed = schedule->n_needed[patch / SPADE_SCHEDULE_CHUNK];

      for (; n_made < n_needed; n_made += SPADE_SCHEDULE_BLOCK)
        for (guint32 i = 0; i < SPADE_SCHEDULE_BLOCK; i++)
          slots[(n_made + i) & schedule->mask] = n_made + i;
      slots[schedule->zero_slot] = 0;
      for (int t = 0; t < N_TAPS; t++)
        {
          gsize i = (gsize) patch * N_TAPS + (gsize) t;

          g_assert_cmpuint (places[i], <, schedule->n_slots);
          g_assert_cmpuint (slots[places[i]], ==, rows[i]);
        }
    }
  return schedule;
}

static void
test_noise (void)
{
  guint32 n_rows;
  g_autofree guint32 *rows = all_distinct (100, 150, &n_rows);
  g_autoptr (SpadeSchedule) schedule = play (rows, 100 * 150, n_rows);

  // Three lines of 150 rows, a chunk and a block fit in 1024.
  g_assert_true (spade_schedule_is_ring (schedule));
  g_assert_cmpuint (schedule->n_slots, ==, 1024 + 1);
}

static void
test_return (void)
{
  guint32 n_rows, n_patches = 100 * 150;
  g_autofree guint32 *rows = all_distinct (100, 150, &n_rows);
  g_autoptr (SpadeSchedule) schedule = NULL;

  rows[n_patches * N_TAPS - 1] = 1; // the last patch knows the very first row
  schedule = play (rows, n_patches, n_rows);
  g_assert_false (spade_schedule_is_ring (schedule));
  g_assert_cmpuint (schedule->n_slots, >=, n_rows);
}

static void
test_small (void)
{
  guint32 rows[2 * N_TAPS] = { 0 }; // all beyond the border, but one
  g_autoptr (SpadeSchedule) schedule = NULL;

  rows[N_TAPS + 4] = 1;
  schedule = play (rows, 2, 2);
  g_assert_false (spade_schedule_is_ring (schedule));
  g_assert_cmpuint (schedule->n_slots, ==, SPADE_SCHEDULE_BLOCK);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/keeps-few-lines-where-all-patches-differ",
                   test_noise);
  g_test_add_func ("/schedule/keeps-all-rows-where-one-comes-back",
                   test_return);
  g_test_add_func ("/schedule/keeps-a-block-where-there-is-little", test_small);
  return g_test_run ();
}
