// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// How core finds, opens and uses a GPU, with the emulated one as a module
// (SPADE_MODULE_PATH). It has two devices, of which 1 has more free memory.

#include <math.h>

#include "gpu-context.h"
#include "include/spade-model.h"
#include "scratch.h"

static void
test_auto (void)
{
  g_autoptr (SpadeContext) context
      = open_context ("auto", SPADE_PRECISION_AUTO);

  g_assert_cmpstr (spade_context_get_device (context), ==,
                   "cuda:1 (emulated GPU, 2.0 of 2.0 GiB free, f16)");
}

static void
test_number (void)
{
  g_autoptr (SpadeContext) context
      = open_context ("cuda:0", SPADE_PRECISION_F32);
  g_autoptr (SpadeModel) model = make_model ();
  g_autoptr (GError) error = NULL;
  SpadeContextOptions options = { .device = "cuda:2", .n_threads = 1 };

  g_assert_true (g_str_has_prefix (spade_context_get_device (context),
                                   "cuda:0 ("));
  g_assert_null (spade_context_new (model, &options, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_BACKEND);
  g_assert_nonnull (strstr (error->message, "only 2 GPUs"));
  g_clear_error (&error);
  options.device = "cuda:x";
  g_assert_null (spade_context_new (model, &options, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_BACKEND);
}

// Four seeds give the same pictures on both.
static void
judge_seeds (SpadeContext *ref, SpadeContext *gpu)
{
  g_autofree float *want = g_new (float, SIZE * SIZE * 3);
  g_autofree float *got = g_new (float, SIZE * SIZE * 3);

  render (ref, want);
  for (guint64 seed = 0; seed < 4; seed++)
    {
      spade_context_set_seed (ref, seed);
      spade_context_set_seed (gpu, seed);
      render (ref, want);
      render (gpu, got);
      g_assert_cmpfloat (get_difference (want, got), <, 1e-4);
    }
}

static void
test_picture (void)
{
  g_autoptr (SpadeContext) ref = open_context ("ref", SPADE_PRECISION_F32);
  g_autoptr (SpadeContext) gpu = open_context ("cuda", SPADE_PRECISION_F32);

  judge_seeds (ref, gpu);
}

static void
test_noise (void)
{
  g_autoptr (SpadeModel) model = make_model_with (TRUE);
  g_autoptr (GError) error = NULL;
  SpadeContextOptions options = { .device = "ref", .n_threads = 1,
                                  .precision = SPADE_PRECISION_F32 };
  g_autoptr (SpadeContext) ref = spade_context_new (model, &options, &error);
  g_autoptr (SpadeContext) gpu = NULL;

  g_assert_no_error (error);
  options.device = "cuda";
  gpu = spade_context_new (model, &options, &error);
  g_assert_no_error (error);
  judge_seeds (ref, gpu);
}

static void
test_style (void)
{
  g_autoptr (SpadeContext) ref = open_context ("ref", SPADE_PRECISION_F32);
  g_autoptr (SpadeContext) gpu = open_context ("cuda", SPADE_PRECISION_F16);
  g_autoptr (GError) error = NULL;
  guint8 rgb[32 * 32 * 3];
  const SpadeStyleImage style = { rgb, 32, 32, 96 };
  float  want[32], got[32];

  for (gsize i = 0; i < sizeof rgb; i++)
    rgb[i] = (guint8) (i * i / 7);
  spade_context_encode (ref, &style, want, want + 16, &error);
  g_assert_no_error (error);
  spade_context_encode (gpu, &style, got, got + 16, &error);
  g_assert_no_error (error);
  for (int i = 0; i < 32; i++)
    g_assert_cmpfloat (fabsf (want[i] - got[i]), <, 1e-4f);
}

typedef struct
{
  int    n_calls;
  double last;
  gint   cancelled;
} Watch;

static void
watch (double fraction, const char *phase, gpointer user_data)
{
  Watch *self = user_data;

  self->n_calls++;
  self->last = fraction;
}

static void
test_monitor (void)
{
  g_autoptr (SpadeContext) context = open_context ("cuda", SPADE_PRECISION_F16);
  g_autoptr (SpadeMap) map = make_map (SIZE);
  g_autoptr (GError) error = NULL;
  g_autofree float *out = g_new (float, SIZE * SIZE * 3);
  Watch        self = { 0 };
  SpadeMonitor monitor = { watch, &self, &self.cancelled };

  g_assert_true (spade_context_set_map (context, map, &error));
  g_assert_true (spade_context_render (context, out, &monitor, &error));
  g_assert_cmpint (self.n_calls, ==, 2);
  g_assert_cmpfloat (self.last, ==, 1);
  self.cancelled = 1;
  g_assert_false (spade_context_render (context, out, &monitor, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CANCELLED);
}

// Bytes come from the GPU, and from the CPU where that is what renders in the end.
static void
test_bytes (void)
{
  static const char *const limits[] = { NULL, "0.3" };
  gsize n = SIZE * SIZE * 3;
  g_autofree float  *rgb = g_new (float, n);
  g_autofree guint8 *wanted = g_malloc (n);
  g_autofree guint8 *bytes = g_malloc (n);

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SpadeMap) map = make_map (SIZE);
      g_autoptr (SpadeContext) context = NULL;

      if (limits[i] != NULL)
        g_setenv ("SPADE_EMULATED_MEMORY", limits[i], TRUE);
      context = open_context ("auto", SPADE_PRECISION_F32);
      g_assert_true (spade_context_set_map (context, map, &error));
      g_assert_true (
          spade_context_render_bytes (context, bytes, NULL, &error));
      g_assert_true (spade_context_render (context, rgb, NULL, &error));
      spade_pack_rgb (rgb, n, wanted);
      g_assert_cmpmem (bytes, n, wanted, n);
      g_assert_true (g_str_has_prefix (spade_context_get_device (context),
                                       i == 0 ? "cuda" : "cpu"));
    }
  g_unsetenv ("SPADE_EMULATED_MEMORY");
}

// The same map once more is another object, and the first one's is gone. This
// model sees the map itself, not only its neighbourhoods.
static void
test_same_map (void)
{
  SpadeConfig config = { .class_set_name = "", .n_classes = 5, .nf = 2,
                         .nhidden = 6, .norm = SPADE_NORM_BATCH, .kernel = 3,
                         .crop_size = SIZE, .base_height = 2,
                         .base_width = 2 };
  g_autoptr (SpadeModel) model = write_model (&config);
  g_autoptr (SpadeMap) map = make_map (SIZE);
  SpadeContextOptions options = { .device = "cuda", .for_edits = TRUE,
                                  .precision = SPADE_PRECISION_F32,
                                  .n_threads = 1 };
  float *pictures[2];
  gsize  n = SIZE * SIZE * 3;

  for (int n_before = 0; n_before < 2; n_before++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SpadeContext) context = spade_context_new (model, &options,
                                                            &error);

      g_assert_no_error (error);
      pictures[n_before] = g_new (float, n);
      for (int i = 0; i < n_before; i++)
        g_assert_true (spade_context_set_map (context, map, &error));
      render (context, pictures[n_before]);
      g_assert_null (context->patchwork); // what fits is rendered whole
    }
  g_assert_cmpmem (pictures[0], n * sizeof (float), pictures[1],
                   n * sizeof (float));
  g_free (pictures[0]);
  g_free (pictures[1]);
}

// A map twice as large as the model's size, built up from that, as the plain loops do.
static void
test_refined (void)
{
  static const char *const devices[] = { "ref", "cuda" };
  g_autoptr (SpadeMap) map = make_map (2 * SIZE);
  gsize  n = 4 * SIZE * SIZE * 3;
  g_autofree guint8 *bytes = g_malloc (n);
  g_autofree guint8 *packed = g_malloc (n);
  float *pictures[2];

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (SpadeContext) context
          = open_context (devices[i], SPADE_PRECISION_F32);
      g_autoptr (GError) error = NULL;

      pictures[i] = g_new (float, n);
      spade_context_set_refined (context, TRUE);
      spade_context_set_seed (context, 1);
      g_assert_true (spade_context_set_map (context, map, &error));
      g_assert_true (spade_context_render (context, pictures[i], NULL, &error));
      g_assert_true (spade_context_render_bytes (context, bytes, NULL, &error));
      g_assert_no_error (error);
      spade_pack_rgb (pictures[i], n, packed);
      g_assert_cmpmem (bytes, n, packed, n);
    }
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat (fabsf (pictures[0][i] - pictures[1][i]), <, 1e-4f);
  g_free (pictures[0]);
  g_free (pictures[1]);
}

static void
test_list (void)
{
  g_autofree char *text = spade_devices_describe ();

  g_assert_true (g_str_has_prefix (
      text, "cuda:0: ready, emulated GPU, 1.0 of 2.0 GiB free\n"
            "cuda:1: ready, emulated GPU, 2.0 of 2.0 GiB free\ncpu: ready"));
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gpu-device/auto-takes-the-one-with-most-memory", test_auto);
  g_test_add_func ("/gpu-device/is-chosen-by-number", test_number);
  g_test_add_func ("/gpu-device/renders-as-the-plain-loops-do", test_picture);
  g_test_add_func ("/gpu-device/adds-noise-as-the-plain-loops-do", test_noise);
  g_test_add_func ("/gpu-device/encodes-as-the-plain-loops-do", test_style);
  g_test_add_func ("/gpu-device/is-watched-and-cancelled", test_monitor);
  g_test_add_func ("/gpu-device/gives-bytes", test_bytes);
  g_test_add_func ("/gpu-device/takes-the-same-map-twice", test_same_map);
  g_test_add_func ("/gpu-device/builds-large-pictures-up", test_refined);
  g_test_add_func ("/gpu-device/is-listed", test_list);
  status = g_test_run ();
  scratch_remove ();
  return status;
}
