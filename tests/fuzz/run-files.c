// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A main for fuzz targets without libFuzzer:
//   fuzz-NAME [--rounds N] [--seed N] FILE...
// runs each file as it is, then N times with some bytes changed, cut out or
// doubled. Says the seed of a round before it, so that a crash can be had
// again with --rounds 1 --seed N.

#include "fuzz.h"

#include <glib.h>
#include <string.h>

static void
spoil (GByteArray *bytes, GRand *rand)
{
  static const guint8 odd[] = { 0, 1, 0x7f, 0x80, 0xff, '.', '(', 'R', '"' };
  int n_changes = g_rand_int_range (rand, 1, 8);

  for (int i = 0; i < n_changes && bytes->len > 1; i++)
    {
      guint at = (guint) g_rand_int_range (rand, 0, (gint32) bytes->len);
      guint rest = MIN (bytes->len - at, 64);
      guint n = (guint) g_rand_int_range (rand, 0, (gint32) rest + 1);

      switch (g_rand_int_range (rand, 0, 6))
        {
        case 0:
          bytes->data[at] = (guint8) g_rand_int (rand);
          break;
        case 1:
          bytes->data[at] = odd[g_rand_int_range (rand, 0, sizeof odd)];
          break;
        case 2:
          bytes->data[at] ^= (guint8) (1 << g_rand_int_range (rand, 0, 8));
          break;
        case 3:
          g_byte_array_remove_range (bytes, at, n);
          break;
        case 4:
          memmove (bytes->data + at, bytes->data + (at + n) / 2, n / 2);
          break;
        default:
          g_byte_array_set_size (bytes, at + 1);
          i += g_rand_int_range (rand, 0, 8);
          break;
        }
    }
}

static void
run_rounds (const char *contents, gsize size, int n_rounds, int seed)
{
  for (int round = 0; round < n_rounds; round++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      GRand *rand = g_rand_new_with_seed ((guint32) (seed + round));

      if (n_rounds > 1)
        g_debug ("--seed %d", seed + round);
      g_byte_array_append (bytes, (const guint8 *) contents, (guint) size);
      spoil (bytes, rand);
      LLVMFuzzerTestOneInput (bytes->data, bytes->len);
      g_rand_free (rand);
    }
}

int
main (int argc, char **argv)
{
  int n_rounds = 0, seed = 1;
  g_auto (GStrv) files = NULL;
  const GOptionEntry entries[] = {
    { "rounds", 0, 0, G_OPTION_ARG_INT, &n_rounds, "spoilt forms per file",
      "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "of the first round", "N" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL,
      "FILE..." },
    { .long_name = NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)
      || files == NULL)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "No file given.");
      return 2;
    }
  for (int i = 0; files[i] != NULL; i++)
    {
      g_autofree char *contents = NULL;
      gsize            size;

      if (!g_file_get_contents (files[i], &contents, &size, &error))
        {
          g_printerr ("%s\n", error->message);
          return 1;
        }
      g_print ("%s\n", files[i]);
      LLVMFuzzerTestOneInput ((const guint8 *) contents, size);
      run_rounds (contents, size, n_rounds, seed);
    }
  return 0;
}
