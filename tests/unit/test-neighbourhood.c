// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The neighbourhood dictionary must be exact: two pixels share a number if and
// only if the label patch under both kernels is the same. Judged by comparing
// every patch with the plain definition.

#include "neighbourhood-build.h"

static guint16
symbol_at (const guint16 *symbols, int height, int width, int y, int x)
{
  if (y < 0 || y >= height || x < 0 || x >= width)
    return SPADE_SYMBOL_OUTSIDE;
  return symbols[y * width + x];
}

// Compares, for every pixel, what the dictionary says is under the two kernels
// with what is there.
static void
judge (const guint16 *symbols, int height, int width, int kernel)
{
  g_autoptr (SpadeNeighbourhoods) all
      = spade_neighbourhoods_new (symbols, height, width, kernel);
  int n_taps = kernel * kernel;
  int r = kernel / 2;

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        guint32 patch = all->index[y * width + x];

        g_assert_cmpuint (patch, <, all->n_patches);
        for (int t = 0; t < n_taps; t++)
          {
            int     cy = y + t / kernel - r, cx = x + t % kernel - r;
            guint32 row = all->patch_rows[patch * n_taps + t];

            g_assert_cmpuint (row, <, all->n_shared);
            if (symbol_at (symbols, height, width, cy, cx)
                == SPADE_SYMBOL_OUTSIDE)
              {
                g_assert_cmpuint (row, ==, 0);
                continue;
              }
            g_assert_cmpuint (row, !=, 0);
            for (int u = 0; u < n_taps; u++)
              g_assert_cmpuint (all->shared_symbols[row * n_taps + u], ==,
                                symbol_at (symbols, height, width,
                                           cy + u / kernel - r,
                                           cx + u % kernel - r));
          }
      }
  // No patch is listed twice.
  for (guint32 a = 0; a < all->n_patches; a++)
    for (guint32 b = a + 1; b < all->n_patches; b++)
      g_assert_false (memcmp (all->patch_rows + a * n_taps,
                              all->patch_rows + b * n_taps,
                              (gsize) n_taps * 4) == 0);
}

static void
test_one_class (void)
{
  guint16 symbols[8 * 9] = { 0 };
  g_autoptr (SpadeNeighbourhoods) all
      = spade_neighbourhoods_new (symbols, 8, 9, 3);

  // A pixel is told apart by its distance to each border: 0, 1 or farther.
  g_assert_cmpuint (all->n_shared, ==, 1 + 9);
  g_assert_cmpuint (all->n_patches, ==, 25);
  judge (symbols, 8, 9, 1);
  judge (symbols, 8, 9, 3);
  judge (symbols, 8, 9, 5);
}

static void
test_small (void)
{
  guint16 symbols[] = { 3, 3, 256 + 3, 1, 1, 1 };

  judge (symbols, 1, 6, 3);
  judge (symbols, 2, 3, 1);
  judge (symbols, 6, 1, 5);
  judge (symbols, 2, 3, 3);
  judge (symbols, 1, 1, 5);
}

static void
test_noise (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  guint16 symbols[31 * 37];

  for (int shares = 1; shares <= 16; shares *= 4)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (symbols); i++)
        symbols[i] = g_rand_int_range (rand, 0, 16) < shares
                         ? (guint16) g_rand_int_range (rand, 0, 512)
                         : 5;
      judge (symbols, 31, 37, 1);
      judge (symbols, 31, 37, 3);
      judge (symbols, 31, 37, 5);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/neighbourhood/numbers-borders-of-one-class",
                   test_one_class);
  g_test_add_func ("/neighbourhood/is-exact-on-tiny-maps", test_small);
  g_test_add_func ("/neighbourhood/is-exact-on-noise", test_noise);
  return g_test_run ();
}
