// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Maps that are larger than the model was trained for, rendered from coarse to fine.
// The model's own size is 64 here.

#include <math.h>
#include <string.h>

#include "context-private.h"
#include "scratch.h"
#include "small-model.h"
#include "spade.h"
#include "watch.h"

static SpadeModel *model;

static SpadeContext *
new_context (gboolean refined)
{
  SpadeContextOptions options = { .device = "ref" };
  SpadeContext       *context = spade_context_new (model, &options, NULL);

  g_assert_nonnull (context);
  spade_context_set_refined (context, refined);
  return context;
}

static float *
render (SpadeContext *context, const SpadeMap *map)
{
  g_autoptr (GError) error = NULL;
  float *rgb = g_new (float, map->height * map->width * 3);

  g_assert_true (spade_context_set_map (context, map, &error));
  g_assert_no_error (error);
  g_assert_true (spade_context_render (context, rgb, NULL, &error));
  g_assert_no_error (error);
  return rgb;
}

static float *
render_once (const SpadeMap *map, gboolean refined)
{
  g_autoptr (SpadeContext) context = new_context (refined);

  return render (context, map);
}

static void
assert_same (const float *a, const float *b, const SpadeMap *map)
{
  gsize size = sizeof *a * (gsize) map->height * (gsize) map->width * 3;

  g_assert_cmpmem (a, size, b, size);
}

// The mean over a block of 1/8 of both sides.
static double
mean_of_block (const float *rgb, int side, int row, int column, int channel)
{
  int    n = side / 8;
  double sum = 0;

  for (int y = row * n; y < (row + 1) * n; y++)
    for (int x = column * n; x < (column + 1) * n; x++)
      sum += rgb[(y * side + x) * 3 + channel];
  return sum / (n * n);
}

// The largest difference of such means.
static double
compare_blocks (const float *a, int a_side, const float *b, int b_side)
{
  double worst = 0;

  for (int i = 0; i < 8 * 8 * 3; i++)
    worst = fmax (worst, fabs (mean_of_block (a, a_side, i / 24, i / 3 % 8, i % 3)
                               - mean_of_block (b, b_side, i / 24, i / 3 % 8, i % 3)));
  return worst;
}

static void
test_small (void)
{
  static const int sides[] = { 32, 64 };

  for (gsize i = 0; i < G_N_ELEMENTS (sides); i++)
    {
      g_autoptr (SpadeMap) map = small_map_new (7, sides[i], sides[i]);
      g_autofree float    *plain = render_once (map, FALSE);
      g_autofree float    *refined = render_once (map, TRUE);

      assert_same (plain, refined, map);
    }
}

// What is coarse comes from the model's own size, whatever the map's.
static void
test_coarse (void)
{
  g_autoptr (SpadeMap) large = small_map_new (7, 256, 256);
  g_autoptr (SpadeMap) small = spade_map_resize (large, 64, 64, NULL);
  g_autofree float    *wanted = render_once (small, FALSE);
  g_autofree float    *plain = render_once (large, FALSE);
  g_autofree float    *refined = render_once (large, TRUE);
  double               far = compare_blocks (plain, 256, wanted, 64);
  double               near = compare_blocks (refined, 256, wanted, 64);

  g_test_message ("blocks differ by %g, and by %g at once", near, far);
  g_assert_cmpfloat (near, <, far / 4);
}

// The difference of neighbours is what is fine: as in the largest render, and much
// more than in the smallest, enlarged.
static double
measure_detail (const float *rgb, int side)
{
  double sum = 0;

  for (int y = 0; y < side; y++)
    for (int x = 1; x < side; x++)
      for (int c = 0; c < 3; c++)
        sum += fabs (rgb[(y * side + x) * 3 + c] - rgb[(y * side + x - 1) * 3 + c]);
  return sum / (side * (side - 1) * 3);
}

static void
test_fine (void)
{
  g_autoptr (SpadeMap) large = small_map_new (7, 256, 256);
  g_autofree float    *plain = render_once (large, FALSE);
  g_autofree float    *refined = render_once (large, TRUE);
  double               share = measure_detail (refined, 256) / measure_detail (plain, 256);

  g_test_message ("%g of the detail", share);
  g_assert_cmpfloat (share, >, 0.6);
  g_assert_cmpfloat (share, <, 1.5);
}

static void
test_bytes (void)
{
  g_autoptr (SpadeMap)     map = small_map_new (7, 128, 192);
  g_autoptr (SpadeContext) context = new_context (TRUE);
  gsize                    n = 128 * 192 * 3;
  g_autofree float        *rgb = render (context, map);
  g_autofree guint8       *packed = g_new (guint8, n);
  g_autofree guint8       *bytes = g_new (guint8, n);

  spade_pack_rgb (rgb, n, packed);
  g_assert_true (spade_context_render_bytes (context, bytes, NULL, NULL));
  g_assert_cmpmem (packed, n, bytes, n);
}

// Whatever was rendered before.
static void
test_again (void)
{
  g_autoptr (SpadeContext) context = new_context (TRUE);
  g_autoptr (SpadeMap)     map = small_map_new (7, 128, 128);
  g_autoptr (SpadeMap)     other = small_map_new (7, 128, 192);
  g_autoptr (SpadeMap)     small = small_map_new (7, 64, 64);
  g_autofree float        *wanted = render_once (map, TRUE);
  g_autofree float        *plain = render_once (map, FALSE);
  g_autofree float        *first = NULL, *second = NULL, *third = NULL, *last = NULL;

  g_free (render (context, other));
  first = render (context, map);
  assert_same (first, wanted, map);
  g_free (render (context, small));
  second = render (context, map);
  assert_same (second, wanted, map);
  spade_context_set_refined (context, FALSE);
  third = render (context, map);
  assert_same (third, plain, map);
  spade_context_set_refined (context, TRUE);
  last = render (context, map);
  assert_same (last, wanted, map);
}

// A map that is refused leaves the one before, and its picture.
static void
test_refused (void)
{
  g_autoptr (SpadeContext) context = new_context (TRUE);
  g_autoptr (SpadeMap)     map = small_map_new (7, 128, 128);
  g_autoptr (SpadeMap)     wrong = small_map_new (7, 128, 192);
  g_autoptr (GError)       error = NULL;
  g_autofree float        *wanted = NULL;
  g_autofree float        *rgb = g_new (float, 128 * 192 * 3);
  g_autofree guint8       *bytes = g_new (guint8, 128 * 192 * 3);

  g_assert_false (spade_context_render (context, rgb, NULL, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_MAP);
  g_clear_error (&error);
  g_assert_false (spade_context_render_bytes (context, bytes, NULL, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_MAP);
  g_clear_error (&error);
  wanted = render (context, map);
  wrong->ids[5] = 200;
  g_assert_false (spade_context_set_map (context, wrong, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_MAP);
  g_assert_true (spade_context_render (context, rgb, NULL, NULL));
  assert_same (rgb, wanted, map);
}

// Of an edit each size renders what it changes.
static void
test_edits (void)
{
  SpadeContextOptions options = { .device = "cpu", .for_edits = TRUE,
                                  .precision = SPADE_PRECISION_F32 };
  g_autoptr (SpadeContext) context = spade_context_new (model, &options, NULL);
  g_autoptr (SpadeContext) fresh = spade_context_new (model, &options, NULL);
  g_autoptr (SpadeMap)     map = small_map_new (7, 256, 192);
  SpadeBox                 stroke = { 90, 60, 110, 90 };
  g_autofree float        *before = NULL, *after = NULL, *wanted = NULL;

  spade_context_set_refined (context, TRUE);
  spade_context_set_refined (fresh, TRUE);
  before = render (context, map);
  small_map_change (map, &stroke, 1);
  after = render (context, map);
  wanted = render (fresh, map);
  assert_same (after, wanted, map);
  g_assert_cmpint (memcmp (before, after, 256 * 192 * 3 * sizeof *after), !=, 0);
}

// The sizes share a limit of memory: a map that fits into it at once is made in tiles
// where a smaller size is to fit beside it. The picture is the same.
static void
test_memory (void)
{
  SpadeConfig            config = small_config;
  g_autoptr (SpadeModel) wide = NULL;
  g_autoptr (SpadeMap)   map = small_map_new (7, 512, 512);
  gboolean               was_shared = FALSE;

  config.nf = 16;
  wide = small_model_new (&config);
  for (guint64 mib = 128; mib <= 512 && !was_shared; mib += 16)
    {
      SpadeContextOptions      options = { .device = "cpu", .memory = mib << 20,
                                           .precision = SPADE_PRECISION_F32 };
      g_autoptr (SpadeContext) plain = spade_context_new (wide, &options, NULL);
      g_autoptr (SpadeContext) refined = spade_context_new (wide, &options, NULL);
      g_autoptr (SpadeContext) unlimited = NULL;
      g_autofree float        *rgb = NULL, *wanted = NULL;

      spade_context_set_refined (refined, TRUE);
      g_assert_true (spade_context_set_map (plain, map, NULL));
      g_assert_true (spade_context_set_map (refined, map, NULL));
      was_shared = !plain->is_tiled && refined->is_tiled;
      if (!was_shared)
        continue;
      options.memory = 0;
      unlimited = spade_context_new (wide, &options, NULL);
      spade_context_set_refined (unlimited, TRUE);
      rgb = render (refined, map);
      wanted = render (unlimited, map);
      assert_same (rgb, wanted, map);
      g_test_message ("with %d MiB", (int) mib);
    }
  g_assert_true (was_shared);
}

// Mirrored is the mirrored picture of the mirrored map, but for ties where the map
// was reduced.
static void
test_mirrored (void)
{
  g_autoptr (SpadeMap)     map = small_map_new (7, 128, 128);
  g_autoptr (SpadeMap)     turned = small_map_new (7, 128, 128);
  g_autoptr (SpadeContext) context = new_context (TRUE);
  g_autofree float        *wanted = NULL, *got = NULL, *plain = NULL;
  double                   error = 0, far = 0;

  for (int y = 0; y < 128; y++)
    for (int x = 0; x < 128; x++)
      turned->ids[y * 128 + x] = map->ids[y * 128 + 127 - x];
  wanted = render_once (turned, TRUE);
  plain = render_once (map, TRUE);
  spade_context_set_mirrored (context, TRUE);
  got = render (context, map);
  for (int y = 0; y < 128; y++)
    for (int x = 0; x < 128; x++)
      for (int c = 0; c < 3; c++)
        {
          int i = (y * 128 + x) * 3 + c;

          error += fabs (got[i] - wanted[(y * 128 + 127 - x) * 3 + c]);
          far += fabs (got[i] - plain[i]);
        }
  g_test_message ("off by %g of what mirroring changes", error / far);
  g_assert_cmpfloat (error, <, far / 8);
}

static void
test_progress (void)
{
  g_autoptr (SpadeMap)     map = small_map_new (7, 256, 256);
  g_autoptr (SpadeContext) context = new_context (TRUE);
  g_autofree float        *rgb = g_new (float, 256 * 256 * 3);
  g_autoptr (GError)       error = NULL;
  Watch                    watch = { .stop_at = 2 };
  SpadeMonitor monitor = { watch_progress, &watch, &watch.cancelled };

  g_assert_true (spade_context_set_map (context, map, NULL));
  g_assert_true (spade_context_render (context, rgb, &monitor, NULL));
  g_assert_cmpfloat (watch.last, ==, 1);
  // In either part.
  for (double stop = 0.02; stop < 0.9; stop += 0.3)
    {
      watch = (Watch){ .stop_at = stop };
      g_assert_false (spade_context_render (context, rgb, &monitor, &error));
      g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CANCELLED);
      g_clear_error (&error);
    }
}

int
main (int argc, char **argv)
{
  SpadeConfig config = small_config;
  int         status;

  g_test_init (&argc, &argv, NULL);
  model = small_model_new (&config);
  g_test_add_func ("/refine/leaves-small-maps-alone", test_small);
  g_test_add_func ("/refine/is-coarse-as-the-models-own-size", test_coarse);
  g_test_add_func ("/refine/is-as-fine-as-the-map", test_fine);
  g_test_add_func ("/refine/bytes-are-its-floats", test_bytes);
  g_test_add_func ("/refine/does-not-depend-on-what-was-before", test_again);
  g_test_add_func ("/refine/a-refused-map-changes-nothing", test_refused);
  g_test_add_func ("/refine/an-edit-is-a-new-picture", test_edits);
  g_test_add_func ("/refine/a-limit-of-memory-is-shared", test_memory);
  g_test_add_func ("/refine/is-mirrored-as-a-whole", test_mirrored);
  g_test_add_func ("/refine/tells-how-far-it-is-and-stops", test_progress);
  status = g_test_run ();
  spade_model_unref (model);
  scratch_remove ();
  return status;
}
