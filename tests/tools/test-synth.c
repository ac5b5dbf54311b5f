// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The pictures of `spade synth`: which options make the same one, and which
// another.

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "command.h"
#include "inputs.h"
#include "scratch.h"

#define SIDE 32

static void
assert_png_size (const char *name,
                 int         width,
                 int         height)
{
  g_autofree char *path = scratch_path (name);
  int              found_width, found_height;

  g_assert_nonnull (gdk_pixbuf_get_file_info (path, &found_width,
                                              &found_height));
  g_assert_cmpint (found_width, ==, width);
  g_assert_cmpint (found_height, ==, height);
}

static void
test_untrained_says_so (void)
{
  g_auto (Said) said = command_run (SYNTH "--map grey.png -o says.png");

  g_assert_cmpint (said.status, ==, 0);
  g_assert_nonnull (strstr (said.err, "is untrained"));
  g_assert_cmpstr (said.out, ==, "");
  assert_png_size ("says.png", 32, 32);
}

static void
test_seeds (void)
{
  command_do (SYNTH "--map grey.png --seed 7 -o seed-7.png");
  command_do (SYNTH "--map grey.png --seed 7 --threads 1 -o seed-7-again.png");
  command_do (SYNTH "--map grey.png --seed 8 -o seed-8.png");
  command_do (SYNTH "--map grey.png --seed 0 -o seed-0.png");
  command_do (SYNTH "--map grey.png -o seed-none.png");
  g_assert_true (command_same ("seed-7.png", "seed-7-again.png"));
  g_assert_false (command_same ("seed-7.png", "seed-8.png"));
  g_assert_true (command_same ("seed-0.png", "seed-none.png"));
}

// As many pictures as with so many calls, each with its seed in its name.
static void
test_variations (void)
{
  command_do (SYNTH "--map grey.png --seed 7 -o seed-7.png");
  command_do (SYNTH "--map grey.png --seed 9 -o seed-9.png");
  command_do (SYNTH "--map grey.png --seed 7 --variations 3 -o varied.png");
  g_assert_true (command_same ("varied-7.png", "seed-7.png"));
  g_assert_true (command_exists ("varied-8.png"));
  g_assert_true (command_same ("varied-9.png", "seed-9.png"));
  g_assert_false (command_exists ("varied-10.png"));
  g_assert_false (command_exists ("varied.png"));
  // Around a style, too.
  command_do (SYNTH "--map grey.png --style rgb.png --seed 1 -o around-1.f32");
  command_do (SYNTH "--map grey.png --style rgb.png --variations 2 -o varied.f32");
  g_assert_true (command_same ("varied-1.f32", "around-1.f32"));
  g_assert_false (command_same ("varied-0.f32", "varied-1.f32"));
  command_write_map ("own-1.png", (PngForm){ .type = PNG_COLOR_TYPE_GRAY,
                                             .bits = 8 }, 5, 9);
  command_fails (SYNTH "--map own-1.png --variations 2 -o own.png", 1, "own-1.png");
}

// How far a seed moves away from a style.
static void
test_strength (void)
{
#define STYLED SYNTH "--map grey.png --precision f32 --style rgb.png "
  command_do (STYLED "-o strength-none.f32");
  command_do (STYLED "--seed 1 -o strength-seed.f32");
  command_do (STYLED "--seed 1 --strength 0 -o strength-0.f32");
  command_do (STYLED "--seed 1 --strength 1 -o strength-1.f32");
  command_do (STYLED "--seed 1 --strength 0.5 -o strength-half.f32");
#undef STYLED
  g_assert_true (command_same ("strength-0.f32", "strength-none.f32"));
  g_assert_true (command_same ("strength-1.f32", "strength-seed.f32"));
  g_assert_false (command_same ("strength-half.f32", "strength-0.f32"));
  g_assert_false (command_same ("strength-half.f32", "strength-1.f32"));
}

static void
test_no_vae (void)
{
  g_auto (Said) said = command_run (PLAIN "--map grey.png --seed 7 "
                                    "-o plain-7.png");

  g_assert_cmpint (said.status, ==, 0);
  g_assert_nonnull (strstr (said.err, "every seed gives the same picture"));
  command_do (PLAIN "--map grey.png -o plain.png");
  g_assert_true (command_same ("plain.png", "plain-7.png"));
}

// Where there is noise, seeds tell without a VAE too.
static void
test_noise (void)
{
#define NOISE "synth --model noise.safetensors --map grey.png --size 32x32 "
  g_auto (Said) said = command_run (NOISE "--seed 7 -o noise-7.png");

  g_assert_cmpint (said.status, ==, 0);
  g_assert_null (strstr (said.err, "the same picture"));
  command_do (NOISE "--seed 7 --threads 1 -o noise-7-again.png");
  command_do (NOISE "--seed 8 -o noise-8.png");
  g_assert_true (command_same ("noise-7.png", "noise-7-again.png"));
  g_assert_false (command_same ("noise-7.png", "noise-8.png"));
}

// One z with other noise is another picture.
static void
test_noise_of_latent (void)
{
#define LATENT "synth --model both.safetensors --map grey.png --size 32x32 " \
               "--latent zero.f32 "
  float zero[256] = { 0 };

  g_free (scratch_write ("zero.f32", zero, sizeof zero));
  command_do ("untrained --like coco-stuff --ngf 2 --vae --noise "
              "-o both.safetensors");
  command_do (LATENT "-o latent.png");
  command_do (LATENT "--seed 0 -o latent-0.png");
  command_do (LATENT "--seed 1 -o latent-1.png");
  g_assert_true (command_same ("latent.png", "latent-0.png"));
  g_assert_false (command_same ("latent.png", "latent-1.png"));
}

// The same map in every form gives the same picture.
static void
test_map_forms (void)
{
  static const char *const forms[] = {
    "--map grey.png",
    "--map grey.png --classes index",
    "--map rgb.png",
    "--map rgb.png --classes colour",
    "--map indexed.png",
    "--map indexed.png --classes '1=sky;0=168'",
    "--map other.png --classes mine.gpl",
    "--map other.png --classes '0=Trees; 1 = sky_other'",
  };

  command_do (PLAIN "--map grey.png -o form.f32");
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autofree char *line = g_strconcat (PLAIN, forms[i], " -o this.f32",
                                           NULL);

      command_do (line);
      g_assert_true (command_same ("form.f32", "this.f32"));
    }
  // And another map another picture.
  command_do (PLAIN "--map indexed.png --classes index -o this.f32");
  g_assert_false (command_same ("form.f32", "this.f32"));
}

// The model that ships knows landscapes alone: 119 is fog, 105 clouds.
static void
test_nearest (void)
{
  g_autofree char *model = g_test_build_filename (
    G_TEST_DIST, "..", "models", "landscape.safetensors", NULL);
  g_autofree char *plain = g_strdup_printf (
    "synth --model '%s' --device ref --size 32x32 --map indexed.png "
    "--classes '0=fog;1=mud' -o plain.png", model);
  g_autofree char *nearest = g_strdup_printf ("%s --nearest", plain);
  g_auto (Said)    unknown = command_run (plain);
  g_auto (Said)    replaced = command_run (nearest);

  g_assert_cmpint (unknown.status, ==, 0);
  g_assert_nonnull (strstr (unknown.err, "not learnt fog, mud (100.0 % of"));
  g_assert_cmpint (replaced.status, ==, 0);
  g_assert_nonnull (strstr (replaced.err, "fog -> clouds, mud -> dirt"));
  g_assert_null (strstr (replaced.err, "not learnt"));
}

// As the plug-in finds them: by name, and the first where none is named.
static void
test_installed (void)
{
  g_autofree char *folder = scratch_path ("");
  g_auto (Said)    list = { 0 };

  g_setenv ("SPADE_MODEL_PATH", folder, TRUE);
  g_setenv ("XDG_DATA_HOME", folder, TRUE);
  list = command_run ("info");
  command_do (SYNTH "--map grey.png --seed 3 -o form.f32");
  command_do ("synth --model vae --size 32x32 --map grey.png --seed 3 "
              "-o this.f32");
  g_assert_true (command_same ("form.f32", "this.f32"));
  g_assert_nonnull (strstr (list.out, "vae\n"));
  g_assert_nonnull (strstr (list.out, "(default)"));
  command_do ("synth --size 32x32 --map grey.png -o default.f32");
  command_do ("encode --model vae grey.png");
  g_unsetenv ("SPADE_MODEL_PATH");
}

// The border of the map is a diagonal, which becomes the other one.
static void
test_mirror (void)
{
  command_do (PLAIN "--map grey.png -o plain.f32");
  command_do (PLAIN "--map grey.png --mirror -o mirrored.f32");
  g_assert_false (command_same ("plain.f32", "mirrored.f32"));
}

static void
test_instances (void)
{
  PngForm grey = { .type = PNG_COLOR_TYPE_GRAY, .bits = 8 };

  // Without instances the edges are those between the classes.
  command_write_map ("equal.png", grey, 5, 9);
  command_write_map ("flat.png", grey, 5, 5);
  command_do (PLAIN "--map grey.png -o edges.f32");
  command_do (PLAIN "--map grey.png --instances equal.png -o equal.f32");
  command_do (PLAIN "--map grey.png --instances flat.png -o flat.f32");
  g_assert_true (command_same ("edges.f32", "equal.f32"));
  g_assert_false (command_same ("edges.f32", "flat.f32"));
}

// The floats are the picture before it is rounded to bytes.
static void
test_floats (void)
{
  gsize                 size;
  g_autofree char      *bytes = NULL;
  g_autofree char      *path = scratch_path ("bytes.png");
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  const guint8         *rgb;

  command_do (PLAIN "--map grey.png -o bytes.png");
  command_do (PLAIN "--map grey.png -o bytes.f32");
  bytes = command_read ("bytes.f32", &size);
  g_assert_cmpint (size, ==, SIDE * SIDE * 3 * 4);
  pixbuf = gdk_pixbuf_new_from_file (path, NULL);
  g_assert_cmpint (gdk_pixbuf_get_rowstride (pixbuf), ==, SIDE * 3);
  rgb = gdk_pixbuf_read_pixels (pixbuf);
  for (int i = 0; i < SIDE * SIDE * 3; i++)
    {
      float x;

      memcpy (&x, bytes + 4 * i, sizeof x);
      g_assert_cmpfloat (ABS ((x + 1) * 127.5f - rgb[i]), <=, 0.5f + 1e-4f);
    }
}

static void
test_sizes (void)
{
  PngForm          grey = { .type = PNG_COLOR_TYPE_GRAY, .bits = 8,
                            .height = 70, .width = 40 };
  g_autofree char *samples = g_malloc (70 * 40);
  g_autofree char *path = scratch_path ("odd.png");

  memset (samples, 168, 70 * 40);
  grey.samples = samples;
  png_form_write (&grey, path);
  command_do ("synth --model plain.safetensors --map odd.png --size map "
              "-o map.png");
  assert_png_size ("map.png", 40, 70);
  command_do ("synth --model plain.safetensors --map odd.png --size 64x32 "
              "-o exact.png");
  assert_png_size ("exact.png", 64, 32);
}

static void
json_to_floats (JsonObject *object,
                const char *key,
                float      *out,
                int         n)
{
  JsonArray *array = json_object_get_array_member (object, key);

  g_assert_cmpint (json_array_get_length (array), ==, n);
  for (int i = 0; i < n; i++)
    out[i] = (float) json_array_get_double_element (array, i);
}

// A style image alone is mu, and mu is what encode prints.
static void
test_style (void)
{
  g_auto (Said)          said = command_run ("encode --model vae.safetensors "
                                             "rgb.png --precision f32");
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject            *object;
  float                  mu[256], logvar[256];

  g_assert_cmpint (said.status, ==, 0);
  g_assert_true (json_parser_load_from_data (parser, said.out, -1, NULL));
  object = json_node_get_object (json_parser_get_root (parser));
  json_to_floats (object, "mu", mu, 256);
  json_to_floats (object, "logvar", logvar, 256);
  g_free (scratch_write ("mu.f32", mu, sizeof mu));
  command_do (SYNTH "--map grey.png --precision f32 --style rgb.png "
              "-o style.f32");
  command_do (SYNTH "--map grey.png --precision f32 --latent mu.f32 "
              "-o mu-out.f32");
  command_do (SYNTH "--map grey.png --precision f32 --style rgb.png --seed 1 "
              "-o draw.f32");
  g_assert_true (command_same ("style.f32", "mu-out.f32"));
  g_assert_false (command_same ("style.f32", "draw.f32"));
}

// Between two styles, and at each of them.
static void
test_mix (void)
{
  static const char *const shares[] = { "", "--mix 0.5 ", "--mix 0 ", "--mix 1 " };

  for (gsize i = 0; i < G_N_ELEMENTS (shares); i++)
    {
      g_autofree char *line = g_strdup_printf (
        SYNTH "--map grey.png --precision f32 --style rgb.png --mix-style grey.png "
        "%s-o mix-%d.f32", shares[i], (int) i);

      command_do (line);
    }
  command_do (SYNTH "--map grey.png --precision f32 --style rgb.png -o first.f32");
  command_do (SYNTH "--map grey.png --precision f32 --style grey.png -o second.f32");
  g_assert_true (command_same ("mix-0.f32", "mix-1.f32"));
  g_assert_true (command_same ("mix-2.f32", "first.f32"));
  g_assert_true (command_same ("mix-3.f32", "second.f32"));
  g_assert_false (command_same ("mix-1.f32", "first.f32"));
  g_assert_false (command_same ("mix-1.f32", "second.f32"));
}

#define LARGE "synth --model plain.safetensors --size 160x160 "

// A shore is another, and what no map of two classes of nature has stays.
static void
test_outlines (void)
{
  command_write_map ("shore.png", (PngForm){ .type = PNG_COLOR_TYPE_GRAY, .bits = 8 },
                     153, 123); // sand, grass
  command_do (LARGE "--map shore.png -o drawn.png");
  command_do (LARGE "--map shore.png --roughen-outlines 0 -o outlines-0.png");
  command_do (LARGE "--map shore.png --roughen-outlines 1 -o outlines-1.png");
  g_assert_true (command_same ("drawn.png", "outlines-0.png"));
  g_assert_false (command_same ("drawn.png", "outlines-1.png"));
  command_do (LARGE "--map grey.png --roughen-outlines 1 -o tree-1.png");
  command_do (LARGE "--map grey.png -o tree.png");
  g_assert_true (command_same ("tree.png", "tree-1.png"));
}

// The model's own size is 256.
static void
test_refine (void)
{
  static const char *const sizes[] = { "256x256", "352x352" };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *line
          = g_strdup_printf ("synth --model plain.safetensors --map rgb.png --size %s "
                             "-o size.png", sizes[i]);
      g_autofree char *refined = g_strconcat (line, " --refine -o refined.png", NULL);

      command_do (line);
      command_do (refined);
      assert_png_size ("refined.png", i == 0 ? 256 : 352, i == 0 ? 256 : 352);
      g_assert_true (command_same ("size.png", "refined.png") == (i == 0));
    }
}

#ifdef HAVE_ONEDNN
// Packed weights are kept, and used, only where they may be.
static void
test_cache (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (),
                                              "gimp-spade", "packed", NULL);

  scratch_remove_tree (folder);
  command_do (SYNTH "--map grey.png --device cpu --no-cache -o cache-no.png");
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  command_do (SYNTH "--map grey.png --device cpu -o cache-1.png");
  g_assert_true (g_file_test (folder, G_FILE_TEST_IS_DIR));
  command_do (SYNTH "--map grey.png --device cpu -o cache-2.png");
  g_assert_true (command_same ("cache-no.png", "cache-1.png"));
  g_assert_true (command_same ("cache-no.png", "cache-2.png"));
  scratch_remove_tree (folder);
}
#endif

// Puts a file of the scratch folder under another name.
static void
copy (const char *from,
      const char *to)
{
  g_autofree char *path = scratch_path (to);
  gsize            size;
  g_autofree char *data = command_read (from, &size);

  g_assert_true (g_file_set_contents (path, data, (gssize) size, NULL));
}

// A folder gives the pictures that its maps give one by one.
static void
test_folder (void)
{
  g_autofree char *maps = scratch_path ("maps");
  g_autofree char *instances = scratch_path ("instances");
  g_autofree char *pictures = scratch_path ("pictures");
  g_autofree char *picture = scratch_path ("pictures/b.png");
  g_auto (Said)    some = { 0 };
  g_auto (Said)    with_instances = { 0 };

  g_assert_cmpint (g_mkdir (maps, 0700) | g_mkdir (instances, 0700), ==, 0);
  command_fails (SYNTH "--map maps -o pictures", 1, "has no PNG files");
  copy ("grey.png", "maps/a.png");
  copy ("rgb.png", "maps/b.png");
  copy ("grey.png", "maps/notes.txt");
  for (int i = 0; i < 2; i++)
    {
      const char *style[] = { "--seed 7 ", "--style rgb.png --size map --seed 7 " };
      g_autofree char *all = g_strconcat (SYNTH "--map maps -o pictures ", style[i],
                                          NULL);
      g_autofree char *one = g_strconcat (SYNTH "--map rgb.png -o one.png ", style[i],
                                          NULL);

      command_do (all);
      command_do (one);
      g_assert_true (command_same ("pictures/b.png", "one.png"));
      g_assert_true (command_exists ("pictures/a.png"));
      g_assert_false (command_exists ("pictures/notes.txt"));
    }
  copy ("text.png", "maps/aa.png"); // no PNG: the others are rendered all the same
  g_assert_cmpint (g_unlink (picture), ==, 0);
  some = command_run (SYNTH "--map maps -o pictures");
  g_assert_cmpint (some.status, ==, 1);
  g_assert_nonnull (strstr (some.err, "spade: aa.png: "));
  g_assert_nonnull (strstr (some.err, "1 of 3 maps could not be rendered"));
  g_assert_true (command_exists ("pictures/b.png"));
  g_assert_false (command_exists ("pictures/aa.png"));
  command_fails (SYNTH "--map maps -o maps", 1, "take the place of the maps");
  command_fails (SYNTH "--map maps -o one.png", 1, "is a file");
  copy ("rgb.png", "instances/b.png"); // of one map
  with_instances = command_run (SYNTH "--map maps --instances instances -o pictures");
  g_assert_cmpint (with_instances.status, ==, 1);
  g_assert_nonnull (strstr (with_instances.err, "2 of 3 maps"));
  command_do (SYNTH "--map rgb.png --instances rgb.png -o one.png");
  g_assert_true (command_same ("pictures/b.png", "one.png"));
  scratch_remove_tree (maps);
  scratch_remove_tree (instances);
  scratch_remove_tree (pictures);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  command_write_inputs ();
  g_test_add_func ("/command/replaces-unknown-classes-when-asked",
                   test_nearest);
  g_test_add_func ("/command/models-are-found-by-name", test_installed);
  g_test_add_func ("/command/an-untrained-model-is-told",
                   test_untrained_says_so);
  g_test_add_func ("/command/a-seed-is-a-picture", test_seeds);
  g_test_add_func ("/command/without-a-vae-seeds-are-equal", test_no_vae);
  g_test_add_func ("/command/noise-makes-a-picture-per-seed", test_noise);
  g_test_add_func ("/command/a-latent-leaves-the-noise-to-the-seed",
                   test_noise_of_latent);
  g_test_add_func ("/command/every-form-of-map-is-the-same-map",
                   test_map_forms);
  g_test_add_func ("/command/instances-make-the-edges", test_instances);
  g_test_add_func ("/command/mirrors-when-asked-to", test_mirror);
  g_test_add_func ("/command/floats-are-the-picture-unrounded", test_floats);
  g_test_add_func ("/command/sizes-are-kept", test_sizes);
  g_test_add_func ("/command/a-style-image-is-its-mu", test_style);
  g_test_add_func ("/command/mixes-two-styles", test_mix);
  g_test_add_func ("/command/variations-have-their-seeds-in-their-names",
                   test_variations);
  g_test_add_func ("/command/strength-is-the-seeds-share", test_strength);
  g_test_add_func ("/command/outlines-of-nature-become-uneven", test_outlines);
  g_test_add_func ("/command/refines-what-is-larger-than-the-model", test_refine);
  g_test_add_func ("/command/a-folder-is-rendered-map-by-map", test_folder);
#ifdef HAVE_ONEDNN // nothing else packs weights
  g_test_add_func ("/command/weights-are-kept-where-they-may-be", test_cache);
#endif
  status = g_test_run ();
  scratch_remove ();
  return status;
}
