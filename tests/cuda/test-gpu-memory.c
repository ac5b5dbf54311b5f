// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What becomes of a render when a GPU's memory is short, and how often it is
// asked for more: with the emulated GPU as a module.

#include <gmodule.h>
#include <math.h>

#include "emulated-control.h"
#include "gpu-context.h"
#include "include/spade-model.h"
#include "scratch.h"

static void
test_memory (void)
{
  g_autoptr (SpadeContext) chosen = NULL;
  g_autoptr (SpadeContext) automatic = NULL;
  g_autoptr (SpadeMap) map = make_map (SIZE);
  g_autoptr (GError) error = NULL;
  g_autofree float *want = g_new (float, SIZE * SIZE * 3);
  g_autofree float *got = g_new (float, SIZE * SIZE * 3);
  g_autoptr (SpadeContext) ref = open_context ("ref", SPADE_PRECISION_F32);

  // Enough for the engine, too little for any tile.
  g_setenv ("SPADE_EMULATED_MEMORY", "0.3", TRUE);
  chosen = open_context ("cuda", SPADE_PRECISION_F32);
  g_assert_false (spade_context_set_map (chosen, map, &error)
                  && spade_context_render (chosen, got, NULL, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY);

  automatic = open_context ("auto", SPADE_PRECISION_F32);
  render (automatic, got);
  g_unsetenv ("SPADE_EMULATED_MEMORY");
  g_assert_true (g_str_has_prefix (spade_context_get_device (automatic),
                                   "cpu ("));
  g_assert_nonnull (strstr (spade_context_get_device (automatic),
                            "not on the GPU: the emulated GPU has not enough "
                            "memory"));
  render (ref, want);
  g_assert_cmpfloat (get_difference (want, got), <, 1e-4);
}

// Gives a variable of the emulated GPU.
static gpointer
find_control (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("SPADE_MODULE_PATH"),
                                            "spade-cuda.so", NULL);
  GModule         *module = g_module_open (path, G_MODULE_BIND_LOCAL);
  gpointer         found = NULL;

  g_assert_nonnull (module);
  g_assert_true (g_module_symbol (module, name, &found));
  g_module_make_resident (module);
  return found;
}

// Smaller tiles would need as much of the host's memory for transfers: it is asked for
// once, not with every size of tiles.
static void
test_transfers (void)
{
  bool *cannot_pin = find_control ("spade_emulated_cannot_pin");
  long *pins = find_control ("spade_emulated_pins");
  g_autoptr (SpadeContext) chosen = open_context ("cuda", SPADE_PRECISION_F32);
  g_autoptr (SpadeContext) automatic = open_context ("auto", SPADE_PRECISION_F32);
  g_autoptr (SpadeContext) ref = open_context ("ref", SPADE_PRECISION_F32);
  g_autoptr (SpadeMap) map = make_map (SIZE);
  g_autoptr (GError) error = NULL;
  g_autofree float *want = g_new (float, SIZE * SIZE * 3);
  g_autofree float *got = g_new (float, SIZE * SIZE * 3);

  *cannot_pin = true;
  *pins = 0;
  g_assert_false (spade_context_set_map (chosen, map, &error)
                  && spade_context_render (chosen, got, NULL, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_BACKEND);
  g_assert_nonnull (strstr (error->message, "for the GPU's transfers"));
  render (automatic, got);
  *cannot_pin = false;
  g_assert_cmpint (*pins, ==, 2);
  g_assert_nonnull (strstr (spade_context_get_device (automatic),
                            "for the GPU's transfers"));
  render (ref, want);
  g_assert_cmpfloat (get_difference (want, got), <, 1e-4);
}

// From little memory to plenty: a picture in tiles has the bits of a whole one.
static void
test_tiles (void)
{
  static const char *const limits[] = { "1.3", "2", "2.5", "3", "6" };
  int   size = 192, n_tiled = 0;
  gsize n = (gsize) size * (gsize) size * 3;
  g_autoptr (SpadeContext) judge = open_context ("cuda", SPADE_PRECISION_F32);
  g_autoptr (SpadeMap) map = make_map (size);
  g_autoptr (GError) error = NULL;
  g_autofree float *want = g_new (float, n);
  g_autofree float *got = g_new (float, n);
  g_autofree guint8 *packed = g_malloc (n);
  g_autofree guint8 *bytes = g_malloc (n);

  g_assert_true (spade_context_set_map (judge, map, &error));
  g_assert_true (spade_context_render (judge, want, NULL, &error));
  g_clear_pointer (&judge, spade_context_free);
  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      g_autoptr (SpadeContext) context = NULL;

      g_setenv ("SPADE_EMULATED_MEMORY", limits[i], TRUE);
      context = open_context ("cuda", SPADE_PRECISION_F32);
      g_assert_true (spade_context_set_map (context, map, &error));
      g_assert_true (spade_context_render (context, got, NULL, &error));
      n_tiled += context->is_tiled;
      g_assert_no_error (error);
      g_assert_cmpmem (got, n * sizeof *got, want, n * sizeof *want);
      spade_pack_rgb (want, n, packed);
      g_assert_true (spade_context_render_bytes (context, bytes, NULL, &error));
      g_assert_cmpmem (bytes, n, packed, n);
    }
  g_unsetenv ("SPADE_EMULATED_MEMORY");
  g_assert_cmpint (n_tiled, ==, 4);
}

// Paints two maps, the second mostly the first, and the second once more in bytes;
// NULL with error.
static SpadeContext *
paint_on (SpadeModel *model, const char *device, gboolean for_edits, float *out,
          GError **error)
{
  SpadeContextOptions options = { .device = device, .for_edits = for_edits,
                                  .precision = SPADE_PRECISION_F32,
                                  .n_threads = 1 };
  SpadeContext *context = spade_context_new (model, &options, error);
  g_autoptr (SpadeMap) map = make_map (SIZE);
  g_autofree guint8   *bytes = g_malloc (SIZE * SIZE * 3);
  gboolean             is_done = context != NULL;

  for (int i = 0; is_done && i < 2; i++)
    {
      is_done = spade_context_set_map (context, map, error)
                && spade_context_render (context, out, NULL, error);
      map->ids[5] = 4;
    }
  is_done = is_done && spade_context_render_bytes (context, bytes, NULL, error);
  if (!is_done)
    g_clear_pointer (&context, spade_context_free);
  return context;
}

// Each allocation fails in turn, alone, with two more or with all after it. A GPU
// that nobody asked for by name always has a way around.
static void
check_allocations (SpadeModel *model, const float *want, gboolean for_edits)
{
  static const long counts[] = { 1, 3, G_MAXLONG };
  long *allocs = find_control ("spade_emulated_allocs");
  long *first = find_control ("spade_emulated_first_failing");
  long *n_failing = find_control ("spade_emulated_n_failing");
  long *n_blocks = find_control ("spade_emulated_blocks");
  g_autofree float *got = g_new (float, SIZE * SIZE * 3);
  long              n_allocs, n_gpu = 0, n_cpu = 0, n_errors = 0;

  *allocs = 0;
  spade_context_free (paint_on (model, "cuda", for_edits, got, NULL));
  n_allocs = *allocs;
  g_assert_cmpfloat (get_difference (want, got), <, 1e-4);
  for (gsize k = 0; k < G_N_ELEMENTS (counts); k++)
    for (long i = 1; i <= n_allocs; i += k == 1 || for_edits ? 5 : 1)
      for (int is_auto = for_edits; is_auto < 2; is_auto++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (SpadeContext) context = NULL;

          *allocs = 0;
          *first = i;
          *n_failing = counts[k];
          context = paint_on (model, is_auto ? "auto" : "cuda", for_edits, got,
                              &error);
          *n_failing = 0;
          if (context == NULL)
            {
              g_assert_false (is_auto);
              // The other is of the memory for transfers.
              if (!g_error_matches (error, SPADE_ERROR, SPADE_ERROR_BACKEND))
                g_assert_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY);
              n_errors++;
            }
          else
            {
              g_assert_cmpfloat (get_difference (want, got), <, 1e-4);
              if (g_str_has_prefix (spade_context_get_device (context), "cuda"))
                n_gpu++;
              else
                n_cpu++;
            }
          g_clear_pointer (&context, spade_context_free);
          g_assert_cmpint (*n_blocks, ==, 0);
        }
  g_test_message ("%ld allocations: %ld pictures by the GPU, %ld by the CPU, "
                  "%ld errors", n_allocs, n_gpu, n_cpu, n_errors);
  g_assert_cmpint (n_gpu, >=, n_allocs / 6);
  g_assert_cmpint (n_cpu, >=, n_allocs / 6);
}

static void
test_allocations (void)
{
  SpadeConfig config = { .class_set_name = "", .n_classes = 5, .nf = 1,
                         .nhidden = 2, .norm = SPADE_NORM_BATCH, .kernel = 3,
                         .crop_size = SIZE, .base_height = 2, .base_width = 2,
                         .z_dim = 4 };
  g_autofree char   *path = scratch_path ("small.safetensors");
  g_autofree float  *want = g_new (float, SIZE * SIZE * 3);
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeModel) model = NULL;
  g_autoptr (SpadeContext) ref = NULL;

  g_assert_true (spade_model_write_untrained (&config, 3, path, NULL, &error));
  model = spade_model_load (path, &error);
  g_assert_no_error (error);
  ref = paint_on (model, "ref", FALSE, want, &error);
  g_assert_no_error (error);
  check_allocations (model, want, FALSE);
  check_allocations (model, want, TRUE);
}

static void
test_style_memory (void)
{
  g_autoptr (SpadeContext) ref = open_context ("ref", SPADE_PRECISION_F32);
  g_autoptr (SpadeContext) gpu = open_context ("auto", SPADE_PRECISION_F32);
  g_autoptr (SpadeContext) chosen = open_context ("cuda", SPADE_PRECISION_F32);
  g_autoptr (GError) error = NULL;
  guint8 rgb[32 * 32 * 3];
  const SpadeStyleImage style = { rgb, 32, 32, 96 };
  float  want[32], got[32];

  for (gsize i = 0; i < sizeof rgb; i++)
    rgb[i] = (guint8) (i * i / 7);
  g_assert_true (spade_context_encode (ref, &style, want, want + 16,
                                       &error));
  g_setenv ("SPADE_EMULATED_MEMORY", "0", TRUE);
  spade_context_encode (gpu, &style, got, got + 16, &error);
  g_assert_no_error (error);
  for (int i = 0; i < 32; i++)
    g_assert_cmpfloat (fabsf (want[i] - got[i]), <, 1e-4f);
  g_assert_true (g_str_has_prefix (spade_context_get_device (gpu), "cuda:1"));
  g_assert_false (spade_context_encode (chosen, &style, got, got + 16,
                                        &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY);
  g_unsetenv ("SPADE_EMULATED_MEMORY");
}

// A stroke, pixel by pixel, brings new neighbourhoods, and little of it needs more
// memory.
static void
test_strokes (void)
{
  long *allocs = find_control ("spade_emulated_allocs");
  g_autoptr (SpadeContext) context = open_context ("cuda", SPADE_PRECISION_F32);
  g_autoptr (SpadeMap) map = make_map (SIZE);
  g_autoptr (GError) error = NULL;
  g_autofree float *out = g_new (float, SIZE * SIZE * 3);
  long              n_more = 0;

  render (context, out);
  for (int i = 0; i < 24; i++)
    {
      map->ids[(40 + i / 8) * SIZE + 8 + i % 8] = (guint8) (i % 5);
      *allocs = 0;
      g_assert_true (spade_context_set_map (context, map, &error));
      g_assert_true (spade_context_render (context, out, NULL, &error));
      n_more += *allocs;
    }
  g_test_message ("%ld allocations in 24 pixels", n_more);
  g_assert_cmpint (n_more, <=, 6);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gpu-memory/is-given-up-for-the-cpu-without-memory",
                   test_memory);
  g_test_add_func ("/gpu-memory/is-given-up-at-once-without-memory-for-transfers",
                   test_transfers);
  g_test_add_func ("/gpu-memory/renders-in-tiles-where-memory-is-short",
                   test_tiles);
  g_test_add_func ("/gpu-memory/every-allocation-may-fail", test_allocations);
  g_test_add_func ("/gpu-memory/leaves-a-style-to-the-cpu-without-memory",
                   test_style_memory);
  g_test_add_func ("/gpu-memory/a-stroke-seldom-needs-more", test_strokes);
  status = g_test_run ();
  scratch_remove ();
  return status;
}
