// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What a caller may rely on: the same picture of a map after any other, cancelling
// at any moment, a sentence for every wrong use, and contexts that do not meet in
// two threads. test-latent.c has seeds and styles.

#include <math.h>

#include "host-memory.h"
#include "scratch.h"
#include "spade.h"
#include "watch.h"

static SpadeModel *
make_model_with (gboolean has_vae, gboolean has_noise)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *path = scratch_new_path ("model.safetensors");
  SpadeConfig config = {
    .class_set_name = "coco-stuff", .n_classes = 182, .has_unlabeled = TRUE,
    .nf = 2, .nhidden = 4, .norm = SPADE_NORM_BATCH, .kernel = 3,
    .z_dim = has_vae ? 8 : 0, .base_height = 2, .base_width = 2,
    .crop_size = 64, .has_noise = has_noise, .has_edge = TRUE,
  };
  SpadeModel *model;

  if (has_vae)
    {
      config.encoder_nf = 2;
      config.encoder_layers = 5;
      config.encoder_size = 128;
      config.encoder_norm = SPADE_NORM_INSTANCE;
    }
  spade_model_write_untrained (&config, 1, path, NULL, &error);
  g_assert_no_error (error);
  model = spade_model_load (path, &error);
  g_assert_no_error (error);
  return model;
}

static SpadeModel *
make_model (gboolean has_vae)
{
  return make_model_with (has_vae, FALSE);
}

static SpadeMap *
make_map (int height, int width)
{
  SpadeMap *map = spade_map_new (height, width, FALSE, NULL);

  for (int i = 0; i < height * width; i++)
    map->ids[i] = (guint8) (i / width < height / 3 ? 156 : i % width / 7 + 123);
  return map;
}

static void
test_pack (void)
{
  const float  x[] = { -1, 1, 0, -2, 3, -1 + 2.f / 255 };
  const guint8 wanted[] = { 0, 255, 128, 0, 255, 1 };
  guint8       bytes[6];

  spade_pack_rgb (x, 6, bytes);
  g_assert_cmpmem (bytes, 6, wanted, 6);
}

static void
test_unit (void)
{
  const float wanted[] = { 0, 1, 0.5f, 0, 1, 0 };
  float       x[] = { -1, 1, 0, -2, 3, NAN };

  spade_unit_rgb (x, 6);
  g_assert_cmpmem (x, sizeof x, wanted, sizeof wanted);
}

static void
test_maps (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeModel) model = make_model (FALSE);
  g_autoptr (SpadeContext) context = spade_context_new (model, NULL, &error);
  g_autoptr (SpadeMap) rich = make_map (64, 64);
  g_autoptr (SpadeMap) plain = spade_map_new (64, 64, FALSE, NULL);
  SpadeMap *const turns[] = { rich, plain, plain, rich };
  gsize     size = 64 * 64 * 3 * sizeof (float);
  g_autofree float *pictures = g_malloc (4 * size);
  g_autofree float *fresh = g_malloc (size);

  for (int i = 0; i < 4; i++)
    {
      float *out = pictures + (gsize) i * 64 * 64 * 3;

      g_assert_true (spade_context_set_map (context, turns[i], &error));
      g_assert_true (spade_context_render (context, out, NULL, &error));
    }
  g_assert_cmpmem (pictures, size, pictures + 3 * 64 * 64 * 3, size);
  spade_context_free (g_steal_pointer (&context));
  context = spade_context_new (model, NULL, &error);
  g_assert_true (spade_context_set_map (context, plain, &error));
  g_assert_true (spade_context_render (context, fresh, NULL, &error));
  g_assert_cmpmem (pictures + 2 * 64 * 64 * 3, size, fresh, size);
}

// Mirrored is the picture of the map and its instances turned round, turned round.
static void
test_mirrored (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeModel) model = make_model_with (FALSE, TRUE);
  g_autoptr (SpadeContext) context = spade_context_new (model, NULL, &error);
  g_autoptr (SpadeMap) map = spade_map_new (64, 128, TRUE, NULL);
  g_autoptr (SpadeMap) round = spade_map_new (64, 128, TRUE, NULL);
  int                n = 64 * 128;
  g_autofree float  *wanted = g_new (float, n * 3);
  g_autofree float  *rgb = g_new (float, n * 3);

  for (int i = 0; i < n; i++)
    {
      int other = i / 128 * 128 + 127 - i % 128;

      map->ids[i] = round->ids[other] = (guint8) (i % 128 / 9 + 120);
      map->instances[i] = round->instances[other] = (guint32) (i % 128 / 5);
    }
  g_assert_true (spade_context_set_map (context, round, &error));
  g_assert_true (spade_context_render (context, wanted, NULL, &error));
  spade_context_set_mirrored (context, TRUE);
  g_assert_true (spade_context_render (context, rgb, NULL, &error));
  g_assert_cmpmem (rgb, n * 3 * 4, wanted, n * 3 * 4); // from the next map on
  g_assert_true (spade_context_set_map (context, map, &error));
  spade_context_set_mirrored (context, FALSE);
  g_assert_true (spade_context_render (context, rgb, NULL, &error));
  for (int i = 0; i < n; i++)
    {
      int other = i / 128 * 128 + 127 - i % 128;

      g_assert_cmpmem (rgb + 3 * i, 12, wanted + 3 * other, 12);
    }
  g_assert_true (spade_context_set_map (context, round, &error));
  g_assert_true (spade_context_render (context, rgb, NULL, &error));
  g_assert_cmpmem (rgb, n * 3 * 4, wanted, n * 3 * 4);
}

// A picture in bytes is that of its floats: whole, in what an edit changes, mirrored.
static void
test_bytes (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeModel) model = make_model (TRUE);
  gsize n = 64 * 64 * 3;
  g_autofree float  *rgb = g_new (float, n);
  g_autofree guint8 *wanted = g_malloc (n);
  g_autofree guint8 *bytes = g_malloc (n);

  for (int i = 0; i < 4; i++)
    {
      SpadeContextOptions options = { .for_edits = i % 2 };
      g_autoptr (SpadeMap) map = make_map (64, 64);
      g_autoptr (SpadeContext) context
          = spade_context_new (model, &options, &error);
      g_autoptr (SpadeContext) other = spade_context_new (model, NULL, &error);

      spade_context_set_mirrored (context, i / 2);
      spade_context_set_mirrored (other, i / 2);
      for (int turn = 0; turn < 2; turn++)
        {
          g_assert_true (spade_context_set_map (other, map, &error));
          g_assert_true (spade_context_render (other, rgb, NULL, &error));
          spade_pack_rgb (rgb, n, wanted);
          g_assert_true (spade_context_set_map (context, map, &error));
          g_assert_true (
              spade_context_render_bytes (context, bytes, NULL, &error));
          g_assert_cmpmem (bytes, n, wanted, n);
          map->ids[64 * 9 + 3] = 50;
        }
    }
}

static void
test_cancel (void)
{
  static const double moments[] = { 0, 0.4, 0.95 };
  g_autoptr (SpadeModel) model = make_model (FALSE);
  g_autoptr (SpadeContext) context = spade_context_new (model, NULL, NULL);
  g_autoptr (SpadeMap) map = make_map (64, 64);
  g_autofree float *rgb = g_new (float, 64 * 64 * 3);

  g_assert_true (spade_context_set_map (context, map, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      g_autoptr (GError) error = NULL;
      Watch        watch = { 0, moments[i], 0 };
      SpadeMonitor monitor = { watch_progress, &watch, &watch.cancelled };

      g_assert_false (spade_context_render (context, rgb, &monitor, &error));
      g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CANCELLED);
      g_assert_cmpfloat (watch.last, <, 1);
    }
  // A cancelled context is as good as new.
  Watch        watch = { 0, 2, 0 };
  SpadeMonitor monitor = { watch_progress, &watch, &watch.cancelled };

  g_assert_true (spade_context_render (context, rgb, &monitor, NULL));
  g_assert_cmpfloat (watch.last, ==, 1);
}

static void
expect (gboolean result, GError **error, int code, const char *words)
{
  g_assert_false (result);
  g_assert_error (*error, SPADE_ERROR, code);
  if (strstr ((*error)->message, words) == NULL)
    g_error ("\"%s\" does not say \"%s\"", (*error)->message, words);
  g_clear_error (error);
}

static void
test_wrong_use (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeModel) plain = make_model (FALSE);
  g_autoptr (SpadeModel) vae = make_model (TRUE);
  g_autoptr (SpadeContext) context = spade_context_new (vae, NULL, &error);
  g_autoptr (SpadeContext) no_style = spade_context_new (plain, NULL, &error);
  g_autoptr (SpadeMap) odd = make_map (64, 70);
  g_autoptr (SpadeMap) map = make_map (64, 64);
  float  z[8] = { 0 };
  const guint8 pixel[3] = { 0 };
  const SpadeStyleImage style = { pixel, 1, 1, 3 };
  const SpadeStyleImage empty = { pixel, 0, 1, 3 };
  g_autofree float *rgb = g_new (float, 64 * 64 * 3);

  expect (spade_context_render (context, rgb, NULL, &error), &error,
          SPADE_ERROR_MAP, "no map");
  expect (spade_context_set_map (context, odd, &error), &error,
          SPADE_ERROR_SIZE, "64");
  map->ids[64 * 3 + 5] = 183;
  expect (spade_context_set_map (context, map, &error), &error,
          SPADE_ERROR_MAP, "class id 183 at 5, 3");
  expect (spade_context_set_latent (context, z, 7, &error), &error,
          SPADE_ERROR_STYLE, "wants 8");
  expect (spade_context_set_style (no_style, &style, NULL, 0, 1, 0, &error),
          &error, SPADE_ERROR_STYLE, "no style encoder");
  expect (spade_context_set_style (context, &empty, NULL, 0, 1, 0, &error),
          &error, SPADE_ERROR_STYLE, "empty");

  SpadeContextOptions options = { .device = "abacus" };

  expect (spade_context_new (plain, &options, &error) != NULL, &error,
          SPADE_ERROR_BACKEND, "abacus");
  options.device = "ref";
  options.precision = SPADE_PRECISION_F16;
  expect (spade_context_new (plain, &options, &error) != NULL, &error,
          SPADE_ERROR_BACKEND, "f32 only");
}

#ifdef HAVE_ONEDNN
// As on a CPU without AVX-512.
static void
test_no_bf16 (void)
{
  g_autoptr (SpadeModel) model = NULL;
  g_autoptr (SpadeContext) context = NULL;
  g_autoptr (GError) error = NULL;
  SpadeContextOptions options = { .device = "cpu",
                                  .precision = SPADE_PRECISION_BF16 };

#ifndef __x86_64__
  g_test_skip ("the seam is that of x86");
  return;
#endif
  if (!g_test_subprocess ())
    {
      g_autofree char *before = g_strdup (g_getenv ("ONEDNN_MAX_CPU_ISA"));

      g_setenv ("ONEDNN_MAX_CPU_ISA", "AVX2", TRUE);
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      if (before != NULL)
        g_setenv ("ONEDNN_MAX_CPU_ISA", before, TRUE);
      else
        g_unsetenv ("ONEDNN_MAX_CPU_ISA");
      g_test_trap_assert_passed ();
      return;
    }
  model = make_model (FALSE);
  expect (spade_context_new (model, &options, &error) != NULL, &error,
          SPADE_ERROR_BACKEND, "in this precision; choose f32");
  options.precision = SPADE_PRECISION_AUTO;
  context = spade_context_new (model, &options, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (spade_context_get_device (context), " f32"));
}
#endif

static void
test_memory (void)
{
  SpadeFailure failure = { 0 };
  guint64      available = spade_host_memory_available ();

  g_assert_cmpuint (available, >, 1 << 20);
  g_assert_true (spade_host_memory_check (1, &failure));
  if (available == G_MAXUINT64)
    return;
  g_assert_false (
      spade_host_memory_check (4.0 * (double) available, &failure));
  g_assert_cmpint (failure.kind, ==, SPADE_FAILURE_MEMORY);
  g_assert_nonnull (strstr (failure.message, "choose a smaller size"));
}

static gpointer
render_often (gpointer data)
{
  SpadeModel *model = data;
  g_autoptr (SpadeContext) context = spade_context_new (model, NULL, NULL);
  g_autoptr (SpadeMap) map = make_map (64, 96);
  float *rgb = g_new (float, 64 * 96 * 3);

  for (int i = 0; i < 5; i++)
    {
      g_assert_true (spade_context_set_map (context, map, NULL));
      g_assert_true (spade_context_render (context, rgb, NULL, NULL));
    }
  return rgb;
}

static void
test_threads (void)
{
  g_autoptr (SpadeModel) model = make_model (FALSE);
  GThread *one = g_thread_new ("one", render_often, model);
  GThread *two = g_thread_new ("two", render_often, model);
  g_autofree float *a = g_thread_join (one);
  g_autofree float *b = g_thread_join (two);

  g_assert_cmpmem (a, 64 * 96 * 12, b, 64 * 96 * 12);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/context/packs-floats-to-the-nearest-level", test_pack);
  g_test_add_func ("/context/turns-floats-into-shares", test_unit);
  g_test_add_func ("/context/gives-a-map-the-same-picture-after-any-other",
                   test_maps);
  g_test_add_func ("/context/mirrors-map-and-picture", test_mirrored);
  g_test_add_func ("/context/packs-pictures-as-their-floats", test_bytes);
  g_test_add_func ("/context/stops-at-any-moment", test_cancel);
  g_test_add_func ("/context/says-what-is-wrong", test_wrong_use);
#ifdef HAVE_ONEDNN
  g_test_add_func ("/context/refuses-bf16-without-avx512", test_no_bf16);
#endif
  g_test_add_func ("/context/refuses-what-does-not-fit", test_memory);
  g_test_add_func ("/context/runs-twice-in-two-threads", test_threads);
  status = g_test_run ();
  scratch_remove ();
  return status;
}
