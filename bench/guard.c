// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What guard.py counts the instructions of, on one thread: the neighbourhood
// dictionary of a map of rings, and the fused pass over a picture, with noise
// and without.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "neighbourhood-build.h"
#include "onednn/modulate.h"

#define SIDE 256      // of the map
#define SMALL 64      // of the picture
#define CHANNELS 128
#define N_CLASSES 16

// Rings of classes, whose curves give patches of many kinds.
static void
draw_map (uint16_t *symbols)
{
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      symbols[y * SIDE + x] = (uint16_t) ((x * x + 2 * y * y) >> 10)
                              % N_CLASSES;
}

static void
run_dictionary (void)
{
  g_autofree uint16_t *symbols = g_new (uint16_t, SIDE * SIDE);
  g_autoptr (SpadeNeighbourhoods) all = NULL;

  draw_map (symbols);
  all = spade_neighbourhoods_new (symbols, SIDE, SIDE, 3);
  printf ("%u patches\n", all->n_patches);
}

static void
run_modulate (gboolean is_bf16, gboolean has_noise)
{
  gsize n = (gsize) SMALL * SMALL;
  g_autofree float    *src = g_new0 (float, n / 4 * CHANNELS);
  g_autofree float    *dst = g_new0 (float, n * CHANNELS);
  g_autofree float    *table = g_new0 (float, n * 2 * CHANNELS);
  g_autofree float    *a = g_new0 (float, 2 * CHANNELS);
  g_autofree float    *strength = g_new0 (float, CHANNELS);
  g_autofree uint32_t *index = g_new (uint32_t, n);
  SpadeModulation pass = {
    .src = src, .dst = dst, .height = SMALL, .width = SMALL,
    .channels = CHANNELS, .upsample = true, .index = index, .table = table,
    .a = a, .b = a + CHANNELS, .slope = 0.2f, .n_threads = 1,
    .strength = has_noise ? strength : NULL,
  };

  for (gsize i = 0; i < n; i++)
    index[i] = (uint32_t) (i / 3);
  if (is_bf16)
    spade_modulate_bf16 (&pass);
  else
    spade_modulate_f32 (&pass);
}

int
main (int argc, char **argv)
{
  const char *what = argc == 2 ? argv[1] : "";

  if (strcmp (what, "dictionary") == 0)
    run_dictionary ();
  else if (strcmp (what, "modulate-f32") == 0)
    run_modulate (FALSE, FALSE);
  else if (strcmp (what, "modulate-bf16") == 0)
    run_modulate (TRUE, FALSE);
  else if (strcmp (what, "modulate-noise-f32") == 0)
    run_modulate (FALSE, TRUE);
  else if (strcmp (what, "modulate-noise-bf16") == 0)
    run_modulate (TRUE, TRUE);
  else
    {
      fputs ("usage: guard dictionary | modulate[-noise]-f32 | "
             "modulate[-noise]-bf16\n",
             stderr);
      return 2;
    }
  return 0;
}
