// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The noise: known numbers, and that it looks like noise. Pictures with noise are
// in test-golden, windows of it in test-patchwork.

#include "noise.h"

#include <glib.h>
#include <math.h>

#define SIDE 256
#define N (SIDE * SIDE)

static float
get_noise (guint64 seed, int plane, int y, int x)
{
  return spade_noise_at (spade_noise_row (spade_noise_key (seed, plane), y), x);
}

// By slow_noise() of tests/reference/check_goldens.py.
static void
test_known (void)
{
  static const struct
  {
    guint64 seed;
    int     plane, y, x;
    double  wanted;
  } cases[] = {
    { 0, 0, 0, 0, 0.8825882 },
    { 0, 0, 0, 1, -0.9661243 },
    { 0, 0, 1, 0, 0.0701679 },
    { 0, 1, 0, 0, 0.2569744 },
    { 1, 0, 0, 0, -0.1906752 },
    { 7, 5, 123, 456, -1.4049824 },
    { G_GUINT64_CONSTANT (0x100000000), 0, 0, 0, -0.1491753 },
    { G_GUINT64_CONSTANT (0xfedcba9876543210), 15, 1023, 4095, -1.0285484 },
    { G_MAXUINT64, 14, 262143, 262143, -1.0646423 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpfloat_with_epsilon (
        get_noise (cases[i].seed, cases[i].plane, cases[i].y, cases[i].x),
        cases[i].wanted, 2e-7);
}

// The mean product of two planes, the second from top, left on.
static double
correlate (const float *a, const float *b, int top, int left)
{
  double sum = 0;
  int    n = 0;

  for (int y = 0; y + top < SIDE; y++)
    for (int x = 0; x + left < SIDE; x++, n++)
      sum += (double) a[y * SIDE + x] * b[(y + top) * SIDE + x + left];
  return sum / n;
}

static void
fill_plane (guint64 seed, int plane, float *out)
{
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      out[y * SIDE + x] = get_noise (seed, plane, y, x);
}

// Mean 0, variance 1, within the square root of 3, and nothing in common with its
// neighbours, with other planes and other seeds. Limits: five standard errors.
static void
test_statistics (void)
{
  const double limit = 5 / sqrt (N);
  g_autofree float *first = g_new (float, N);
  g_autofree float *plane = g_new (float, N);

  fill_plane (0, 0, first);
  for (int i = 0; i < 12; i++)
    {
      double sum = 0;

      fill_plane ((guint64) i / 3, i % 3, plane);
      for (int k = 0; k < N; k++)
        {
          g_assert_cmpfloat (fabsf (plane[k]), <, 1.7320509f);
          sum += plane[k];
        }
      g_assert_cmpfloat (fabs (sum / N), <, limit);
      // The square of a uniform number of variance 1 has variance 0.8.
      g_assert_cmpfloat (fabs (correlate (plane, plane, 0, 0) - 1), <,
                         limit * sqrt (0.8));
      for (int lag = 1; lag < 9; lag++)
        g_assert_cmpfloat (
            fabs (correlate (plane, plane, lag / 3, lag % 3)), <, limit * 1.02);
      if (i > 0)
        g_assert_cmpfloat (fabs (correlate (first, plane, 0, 0)), <, limit);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/noise/is-that-of-the-reference", test_known);
  g_test_add_func ("/noise/looks-like-noise", test_statistics);
  return g_test_run ();
}
