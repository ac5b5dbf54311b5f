// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The index arithmetic of the CUDA kernels, on the CPU.

#include <glib.h>

#include "../../cuda/index.h"

static void
test_half (void)
{
  // 6 x 4 pixels show 3 x 2.
  static const guint32 wanted[] = { 0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2,
                                    3, 3, 4, 4, 5, 5, 3, 3, 4, 4, 5, 5 };

  for (guint32 i = 0; i < G_N_ELEMENTS (wanted); i++)
    g_assert_cmpuint (spade_index_half (i, 6), ==, wanted[i]);
}

static void
test_symbol (void)
{
  const guint16 symbols[] = { 1, 2, 3, 4, 5, 6 }; // 2 rows
  static const guint16 around_2[]
      = { 0xffff, 0xffff, 0xffff, 1, 2, 3, 4, 5, 6 };

  for (int tap = 0; tap < 9; tap++)
    g_assert_cmpuint (spade_index_symbol (symbols, 2, 3, 1, tap, 3), ==,
                      around_2[tap]);
  g_assert_cmpuint (spade_index_symbol (symbols, 2, 3, 5, 8, 3), ==, 0xffff);
  g_assert_cmpuint (spade_index_symbol (symbols, 2, 3, 5, 10, 5), ==, 4);
}

static void
test_between (void)
{
  int   first, second;
  float share;

  // 2 pixels shown on 4: at -0.25, 0.25, 0.75 and 1.25.
  spade_index_between (0, 4, 2, &first, &second, &share);
  g_assert_cmpint (first, ==, 0);
  g_assert_cmpfloat (share, ==, 0);
  spade_index_between (1, 4, 2, &first, &second, &share);
  g_assert_cmpint (first, ==, 0);
  g_assert_cmpint (second, ==, 1);
  g_assert_cmpfloat (share, ==, 0.25f);
  spade_index_between (3, 4, 2, &first, &second, &share);
  g_assert_cmpint (first, ==, 1);
  g_assert_cmpint (second, ==, 1);
}

static void
test_span (void)
{
  g_assert_cmpint (spade_index_blocks (64, 64), ==, 1);
  g_assert_cmpint (spade_index_blocks (65, 64), ==, 2);
  g_assert_cmpint (spade_index_span (0, 64, 65), ==, 64);
  g_assert_cmpint (spade_index_span (1, 64, 65), ==, 1);
}

static void
test_packed (void)
{
  // A stored 2 x 3 x 1 x 4 weight (O, I, k, k) read as O, k, k, I.
  const gint64 dims[4] = { 2, 1, 4, 3 };
  const gint64 strides[4] = { 12, 4, 1, 4 };
  gint64       n = 0;

  for (gint64 o = 0; o < 2; o++)
    for (gint64 tap = 0; tap < 4; tap++)
      for (gint64 i = 0; i < 3; i++)
        g_assert_cmpint (spade_index_packed (n++, dims, strides), ==,
                         (o * 3 + i) * 4 + tap);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cuda-index/four-pixels-show-one-of-half-size", test_half);
  g_test_add_func ("/cuda-index/symbols-end-at-the-border", test_symbol);
  g_test_add_func ("/cuda-index/between-pixels-lie-half-centres", test_between);
  g_test_add_func ("/cuda-index/the-last-span-may-be-short", test_span);
  g_test_add_func ("/cuda-index/packed-weights-are-the-stored-ones", test_packed);
  return g_test_run ();
}
