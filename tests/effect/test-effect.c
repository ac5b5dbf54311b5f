// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The operation "spade:picture" in a graph of GEGL's, beside a context that renders the
// same. The model's own size is 64.

#include <gegl.h>
#include <spade.h>
#include <stdlib.h>
#include <string.h>

#include "../../effect/effect.h"
#include "scratch.h"

#define SIDE 64
#define SKY 0x9ceedd // "sky-other", as in palettes/gaugan-beta.gpl
#define GRASS 0x7bc800
#define NOTHING 0x123456

static char *model_path, *styleless_path;

// A map in colours, and what GEGL reads it from.
typedef struct
{
  int         height, width;
  guint8     *rgba;
  GeglBuffer *buffer;
  GeglNode   *graph, *effect;
} Canvas;

static void
paint (Canvas *canvas,
       int     y,
       int     rows,
       guint   colour,
       guint8  alpha)
{
  for (int i = y * canvas->width; i < (y + rows) * canvas->width; i++)
    {
      guint8 *to = canvas->rgba + 4 * i;

      to[0] = (guint8) (colour >> 16);
      to[1] = (guint8) (colour >> 8);
      to[2] = (guint8) colour;
      to[3] = alpha;
    }
  gegl_buffer_set (canvas->buffer, NULL, 0, babl_format ("R'G'B'A u8"), canvas->rgba,
                   GEGL_AUTO_ROWSTRIDE);
}

// Sky above grass, where nothing else is asked for in random styles.
static Canvas *
canvas_new (int height,
            int width)
{
  Canvas       *canvas = g_new0 (Canvas, 1);
  GeglRectangle extent = { 0, 0, width, height };
  GeglNode     *source;

  canvas->height = height;
  canvas->width = width;
  canvas->rgba = g_malloc0 ((gsize) height * (gsize) width * 4);
  canvas->buffer = gegl_buffer_new (&extent, babl_format ("R'G'B'A u8"));
  paint (canvas, 0, height / 2, SKY, 255);
  paint (canvas, height / 2, height - height / 2, GRASS, 255);
  canvas->graph = gegl_node_new ();
  source = gegl_node_new_child (canvas->graph, "operation", "gegl:buffer-source",
                                "buffer", canvas->buffer, NULL);
  canvas->effect = gegl_node_new_child (canvas->graph, "operation",
                                        SPADE_EFFECT_OPERATION, "style", 0, "model",
                                        model_path, NULL);
  gegl_node_link (source, canvas->effect);
  return canvas;
}

static void
canvas_free (Canvas *canvas)
{
  g_object_unref (canvas->graph);
  g_object_unref (canvas->buffer);
  g_free (canvas->rgba);
  g_free (canvas);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Canvas, canvas_free)

// The picture, R'G'B'A bytes.
static guint8 *
get_picture (Canvas *canvas)
{
  guint8 *rgba = g_malloc ((gsize) canvas->height * (gsize) canvas->width * 4);

  gegl_node_blit (canvas->effect, 1.0,
                  GEGL_RECTANGLE (0, 0, canvas->width, canvas->height),
                  babl_format ("R'G'B'A u8"), rgba, GEGL_AUTO_ROWSTRIDE,
                  GEGL_BLIT_DEFAULT);
  return rgba;
}

static SpadeContext *
new_context (void)
{
  SpadeModel   *model = spade_model_load (model_path, NULL);
  SpadeContext *context = spade_context_new (model, NULL, NULL);

  g_assert_nonnull (context);
  spade_model_unref (model);
  return context;
}

// What a context makes of rows of sky and of grass below.
static guint8 *
render (SpadeContext *context,
        int           height,
        int           width,
        int           sky_rows)
{
  const SpadeClassSet *set = spade_class_set_find ("coco-stuff", NULL);
  g_autoptr (SpadeMap) map = spade_map_new (height, width, FALSE, NULL);
  guint8              *rgb = g_malloc ((gsize) height * (gsize) width * 3);

  for (int i = 0; i < height * width; i++)
    map->ids[i] = (guint8) spade_class_set_lookup (
                    set, i < sky_rows * width ? "sky-other" : "grass");
  g_assert_true (spade_context_set_map (context, map, NULL));
  g_assert_true (spade_context_render_bytes (context, rgb, NULL, NULL));
  return rgb;
}

// A byte more or less is rounding of other sums.
static void
assert_picture (const guint8 *rgba,
                const guint8 *rgb,
                int           n_pixels)
{
  for (int i = 0; i < n_pixels; i++)
    for (int k = 0; k < 3; k++)
      g_assert_cmpint (abs (rgba[4 * i + k] - rgb[3 * i + k]), <=, 1);
}

// Says whether this process has opened the worker.
static gboolean
has_worker (void)
{
  g_autofree char *maps = NULL;

  return g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL) &&
         strstr (maps, "spade-effect-worker") != NULL;
}

static void
test_lazy (void)
{
  g_autoptr (Canvas) canvas = canvas_new (SIDE, SIDE);
  g_autofree guint8 *picture = NULL;

  if (!g_file_test ("/proc/self/maps", G_FILE_TEST_EXISTS))
    {
      g_test_skip ("/proc is missing");
      return;
    }
  g_assert_false (has_worker ());
  picture = get_picture (canvas);
  g_assert_true (has_worker ());
}

static void
test_picture (void)
{
  g_autoptr (Canvas)       canvas = canvas_new (SIDE, 2 * SIDE);
  g_autoptr (SpadeContext) context = new_context ();
  g_autofree guint8       *picture = NULL;
  g_autofree guint8       *expected = NULL;

  gegl_node_set (canvas->effect, "seed", 7, "size", 1, NULL);
  spade_context_set_seed (context, 7);
  spade_context_set_refined (context, TRUE);
  picture = get_picture (canvas);
  expected = render (context, SIDE, 2 * SIDE, SIDE / 2);
  assert_picture (picture, expected, 2 * SIDE * SIDE);
  for (int i = 0; i < 2 * SIDE * SIDE; i++)
    g_assert_cmpint (picture[4 * i + 3], ==, 255);
}

static void
test_edit (void)
{
  g_autoptr (Canvas)       canvas = canvas_new (SIDE, SIDE);
  g_autoptr (SpadeContext) context = new_context ();
  g_autofree guint8       *before = get_picture (canvas);
  g_autofree guint8       *after = NULL;
  g_autofree guint8       *expected = NULL;

  paint (canvas, SIDE / 2, 8, SKY, 255);
  spade_context_set_seed (context, 0);
  after = get_picture (canvas);
  expected = render (context, SIDE, SIDE, SIDE / 2 + 8);
  assert_picture (after, expected, SIDE * SIDE);
  g_assert_cmpint (memcmp (before, after, SIDE * SIDE * 4), !=, 0);
}

// Gives the number of pixels that differ in colour.
static int
count_different (const guint8 *a,
                 const guint8 *b)
{
  int n = 0;

  for (int i = 0; i < SIDE * SIDE; i++)
    n += memcmp (a + 4 * i, b + 4 * i, 3) != 0;
  return n;
}

static void
test_styles (void)
{
  g_autoptr (Canvas) canvas = canvas_new (SIDE, SIDE);
  g_autofree char   *path = g_test_build_filename (G_TEST_DIST, "..", "styles", "sunset.jpg",
                                                   NULL);
  g_autofree char   *uri = NULL;
  g_autofree char   *absolute = realpath (path, NULL);
  guint8            *pictures[4];

  uri = g_filename_to_uri (absolute, NULL, NULL);
  gegl_node_set (canvas->effect, "style", 3, "strength", 0.0, NULL); // sunset
  pictures[0] = get_picture (canvas);
  gegl_node_set (canvas->effect, "style", 10, "style-file", absolute, NULL);
  pictures[1] = get_picture (canvas);
  gegl_node_set (canvas->effect, "style-file", uri, NULL);
  pictures[2] = get_picture (canvas);
  gegl_node_set (canvas->effect, "style", 1, NULL);
  pictures[3] = get_picture (canvas);
  g_assert_cmpint (count_different (pictures[0], pictures[1]), ==, 0);
  g_assert_cmpint (count_different (pictures[0], pictures[2]), ==, 0);
  g_assert_cmpint (count_different (pictures[0], pictures[3]), >, SIDE);
  for (int i = 0; i < 4; i++)
    g_free (pictures[i]);
}

static void
test_mixed (void)
{
  g_autoptr (Canvas) canvas = canvas_new (SIDE, SIDE);
  g_autofree guint8 *sunset = NULL, *mist = NULL, *mixed = NULL;

  gegl_node_set (canvas->effect, "style", 3, "strength", 0.0, NULL);
  sunset = get_picture (canvas);
  gegl_node_set (canvas->effect, "mix-style", "mist", "mix", 1.0, NULL);
  mist = get_picture (canvas);
  gegl_node_set (canvas->effect, "mix", 0.5, NULL);
  mixed = get_picture (canvas);
  g_assert_cmpint (count_different (sunset, mixed), >, SIDE);
  g_assert_cmpint (count_different (mist, mixed), >, SIDE);
  gegl_node_set (canvas->effect, "mix", 0.0, NULL);
  g_free (mixed);
  mixed = get_picture (canvas);
  g_assert_cmpint (count_different (sunset, mixed), ==, 0);
}

// Colours of one's own, by a table.
static void
test_classes (void)
{
  g_autoptr (Canvas) canvas = canvas_new (SIDE, SIDE);
  g_autofree guint8 *expected = get_picture (canvas);
  g_autofree guint8 *picture = NULL;

  paint (canvas, SIDE / 2, SIDE - SIDE / 2, NOTHING, 255);
  gegl_node_set (canvas->effect, "classes", "#123456=grass", NULL);
  picture = get_picture (canvas);
  g_assert_cmpmem (picture, SIDE * SIDE * 4, expected, SIDE * SIDE * 4);
}

static void
test_settings (void)
{
  g_autoptr (Canvas) canvas = canvas_new (SIDE, SIDE);
  g_autofree guint8 *plain = get_picture (canvas);
  const char        *names[] = { "seed", "mirror" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree guint8 *other = NULL;

      gegl_node_set (canvas->effect, names[i], 1, NULL);
      other = get_picture (canvas);
      g_assert_cmpint (count_different (plain, other), >, SIDE);
      gegl_node_set (canvas->effect, names[i], 0, NULL);
    }
}

// The mean difference between a picture of 4 x 4 as many pixels and a smaller one.
static double
compare_sizes (const guint8 *rgba,
               const guint8 *rgb)
{
  int sum = 0;

  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      for (int k = 0; k < 3; k++)
        {
          int mean = 0;

          for (int i = 0; i < 16; i++)
            mean += rgba[4 * ((4 * y + i / 4) * 4 * SIDE + 4 * x + i % 4) + k];
          sum += abs (mean / 16 - rgb[3 * (y * SIDE + x) + k]);
        }
  return sum / (3.0 * SIDE * SIDE);
}

static void
test_scaled (void)
{
  g_autoptr (Canvas)       canvas = canvas_new (4 * SIDE, 4 * SIDE);
  g_autoptr (SpadeContext) context = new_context ();
  g_autofree guint8       *native = get_picture (canvas);
  g_autofree guint8       *whole = NULL;
  g_autofree guint8       *small = NULL;

  gegl_node_set (canvas->effect, "size", 1, "refine", FALSE, NULL);
  whole = get_picture (canvas);
  spade_context_set_seed (context, 0);
  small = render (context, SIDE, SIDE, SIDE / 2);
  g_test_message ("%g %g", compare_sizes (native, small), compare_sizes (whole, small));
  g_assert_cmpfloat (compare_sizes (native, small), <, 4);
  g_assert_cmpfloat (compare_sizes (whole, small), >, 8);
}

// Of an edit only what it changes is scaled, larger or smaller: the same to the bit.
static void
test_scaled_edit (void)
{
  static const int sides[] = { 4 * SIDE, 3 * SIDE / 8 };

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    {
      g_autoptr (Canvas) canvas = canvas_new (sides[i], sides[i]);
      g_autoptr (Canvas) fresh = canvas_new (sides[i], sides[i]);
      g_autofree guint8 *before = get_picture (canvas);
      g_autofree guint8 *after = NULL, *expected = NULL;
      gsize              size = (gsize) sides[i] * (gsize) sides[i] * 4;

      paint (canvas, sides[i] - 3, 3, SKY, 255);
      paint (fresh, sides[i] - 3, 3, SKY, 255);
      after = get_picture (canvas);
      expected = get_picture (fresh);
      g_assert_cmpmem (after, size, expected, size);
      g_assert_cmpint (memcmp (before, after, size), !=, 0);
    }
}

static void
test_alpha (void)
{
  g_autoptr (Canvas) canvas = canvas_new (SIDE, SIDE);
  g_autofree guint8 *picture = NULL;

  paint (canvas, 0, 4, NOTHING, 0); // the colour of a hole means nothing
  paint (canvas, 4, 4, SKY, 200);
  picture = get_picture (canvas);
  g_assert_cmpint (picture[3], ==, 0);
  g_assert_cmpint (picture[4 * 5 * SIDE + 3], ==, 200);
  g_assert_cmpint (picture[4 * 20 * SIDE + 3], ==, 255);
  g_assert_cmpint (memcmp (picture + 4 * 20 * SIDE, canvas->rgba + 4 * 20 * SIDE, 3), !=,
                   0);
}

static void
test_soft_edges (void)
{
  g_autoptr (Canvas)       canvas = canvas_new (SIDE, SIDE);
  g_autoptr (SpadeContext) context = new_context ();
  g_autofree guint8       *picture = NULL;
  g_autofree guint8       *expected = NULL;

  paint (canvas, SIDE / 2 - 1, 1, 0x94e49a, 255); // between both
  paint (canvas, SIDE / 2, 1, 0x83d137, 255);
  spade_context_set_seed (context, 0);
  picture = get_picture (canvas);
  expected = render (context, SIDE, SIDE, SIDE / 2);
  assert_picture (picture, expected, SIDE * SIDE);
}

static int   n_messages;
static char *last_message;

static void
take_message (const char     *domain,
              GLogLevelFlags  level,
              const char     *message,
              gpointer        data)
{
  n_messages++;
  g_free (last_message);
  last_message = g_strdup (message);
}

// Renders what cannot be, and says that it is told once and the map is passed on.
static void
assert_refused (Canvas     *canvas,
                const char *pattern)
{
  guint handler = g_log_set_handler ("GEGL", G_LOG_LEVEL_MESSAGE, take_message, NULL);
  g_autofree guint8 *picture = NULL;
  g_autofree guint8 *again = NULL;

  n_messages = 0;
  picture = get_picture (canvas);
  paint (canvas, 0, 1, GRASS, 255); // a stroke
  again = get_picture (canvas);
  g_log_remove_handler ("GEGL", handler);
  g_assert_cmpint (n_messages, ==, 1);
  g_assert_true (g_pattern_match_simple (pattern, last_message));
  g_assert_cmpmem (again, SIDE * SIDE * 4, canvas->rgba, SIDE * SIDE * 4);
}

static void
test_refused (void)
{
  g_autoptr (Canvas) canvas = canvas_new (SIDE, SIDE);
  g_autofree guint8 *picture = NULL;

  paint (canvas, SIDE / 2, SIDE / 4, NOTHING, 255);
  assert_refused (canvas, "SPADE: *#123456*");
  paint (canvas, SIDE / 2, SIDE / 4, GRASS, 255);
  picture = get_picture (canvas);
  g_assert_cmpint (count_different (picture, canvas->rgba), >, SIDE);
  gegl_node_set (canvas->effect, "classes", "0=grass", NULL);
  assert_refused (canvas, "SPADE: *colors alone*");
  gegl_node_set (canvas->effect, "classes", "auto", "model", "there-is-none", NULL);
  assert_refused (canvas, "SPADE: *there-is-none*");
  gegl_node_set (canvas->effect, "model", model_path, "style", 10, "style-file",
                 "/nowhere/style.png", NULL);
  assert_refused (canvas, "SPADE: *style.png*");
  gegl_node_set (canvas->effect, "style-file", model_path, NULL);
  assert_refused (canvas, "SPADE: *cannot be read as a picture*");
}

// A model without a style encoder passes over the style that the effect begins with.
static void
test_styleless (void)
{
  g_autoptr (Canvas) canvas = canvas_new (SIDE, SIDE);
  g_autofree guint8 *random = NULL, *named = NULL;

  gegl_node_set (canvas->effect, "model", styleless_path, NULL);
  random = get_picture (canvas);
  g_assert_cmpint (count_different (random, canvas->rgba), >, SIDE);
  gegl_node_set (canvas->effect, "style", 3, NULL);
  named = get_picture (canvas);
  g_assert_cmpint (count_different (random, named), ==, 0);
  gegl_node_set (canvas->effect, "style", 10, "style-file", model_path, NULL);
  assert_refused (canvas, "SPADE: *no style encoder*");
}

static void
write_models (void)
{
  SpadeConfig config = { .class_set_name = "coco-stuff", .n_classes = 182,
                         .has_unlabeled = TRUE, .nf = 4, .nhidden = 8,
                         .norm = SPADE_NORM_BATCH, .kernel = 3, .crop_size = SIDE,
                         .base_height = 2, .base_width = 2, .z_dim = 16,
                         .encoder_nf = 2, .encoder_layers = 6, .encoder_size = SIDE,
                         .encoder_norm = SPADE_NORM_NONE };

  config.class_set = spade_class_set_find ("coco-stuff", NULL);
  model_path = scratch_path ("small.safetensors");
  g_assert_true (spade_model_write_untrained (&config, 1, model_path, NULL, NULL));
  config.encoder_nf = 0;
  styleless_path = scratch_path ("styleless.safetensors");
  g_assert_true (spade_model_write_untrained (&config, 1, styleless_path, NULL, NULL));
}

int
main (int    argc,
      char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  gegl_init (NULL, NULL);
  write_models ();
  g_test_add_func ("/effect/the-worker-is-opened-by-the-first-picture", test_lazy);
  g_test_add_func ("/effect/a-map-becomes-its-picture", test_picture);
  g_test_add_func ("/effect/an-edit-becomes-one-of-the-picture", test_edit);
  g_test_add_func ("/effect/styles-that-ship-and-files-change-it", test_styles);
  g_test_add_func ("/effect/two-styles-can-be-mixed", test_mixed);
  g_test_add_func ("/effect/colours-can-be-given-classes", test_classes);
  g_test_add_func ("/effect/seed-and-light-change-it", test_settings);
  g_test_add_func ("/effect/the-model's-size-is-scaled-up", test_scaled);
  g_test_add_func ("/effect/an-edit-is-scaled-as-a-whole-is", test_scaled_edit);
  g_test_add_func ("/effect/the-map's-alpha-stays", test_alpha);
  g_test_add_func ("/effect/soft-edges-take-the-class-beside", test_soft_edges);
  g_test_add_func ("/effect/what-cannot-be-is-told-once-and-the-map-passed-on",
                   test_refused);
  g_test_add_func ("/effect/a-model-without-styles-has-pictures", test_styleless);
  result = g_test_run ();
  gegl_exit ();
  scratch_remove ();
  return result;
}
