// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The `spade` command as a user meets it: what it says, how it ends, and what
// it leaves behind. The models are untrained and 2 wide, the maps 32 x 32.

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "png-form.h"
#include "scratch.h"

#define SYNTH "synth --model vae.safetensors --size 32x32 "
#define PLAIN "synth --model plain.safetensors --size 32x32 "
#define SIDE 32

// ---- the inputs that all tests share

// Writes a map of two classes, the lower right triangle the second.
static void
write_map (const char *name,
           PngForm     form,
           int         first,
           int         second)
{
  g_autofree char   *path = scratch_path (name);
  g_autofree guint8 *samples = g_malloc0 (SIDE * SIDE * 3);
  int                n = form.type == PNG_COLOR_TYPE_RGB ? 3 : 1;

  for (int i = 0; i < SIDE * SIDE; i++)
    for (int c = 0; c < n; c++)
      {
        int value = i / SIDE + i % SIDE < SIDE ? first : second;

        samples[n * i + c] = (guint8) (value >> (8 * (n - 1 - c)));
      }
  form.height = form.width = SIDE;
  form.samples = samples;
  png_form_write (&form, path);
}

// Tree (168, #a8c832) and sky-other (156, #9ceedd) in every form, and maps
// that are wrong.
static void
write_inputs (void)
{
  PngForm grey = { .type = PNG_COLOR_TYPE_GRAY, .bits = 8 };
  PngForm rgb = { .type = PNG_COLOR_TYPE_RGB, .bits = 8 };
  PngForm indexed = { .type = PNG_COLOR_TYPE_PALETTE, .bits = 1,
                      .palette = { { 0xa8, 0xc8, 0x32 },
                                   { 0x9c, 0xee, 0xdd } },
                      .n_palette = 2 };
  PngForm other = { .type = PNG_COLOR_TYPE_PALETTE, .bits = 8,
                    .palette = { { 1, 2, 3 }, { 4, 5, 6 } },
                    .n_palette = 2 };
  static const char gpl[] = "GIMP Palette\nName: mine\n1 2 3 Tree\n4 5 6 sky\n";

  write_map ("grey.png", grey, 168, 156);
  write_map ("rgb.png", rgb, 0xa8c832, 0x9ceedd);
  write_map ("indexed.png", indexed, 0, 1);
  write_map ("other.png", other, 0, 1);
  write_map ("strays.png", grey, 168, 200);
  g_free (scratch_write ("mine.gpl", gpl, strlen (gpl)));
  g_free (scratch_write ("text.png", "no picture", 10));
  g_free (scratch_write ("short.f32", "1234", 4));
  command_do ("untrained --like coco-stuff --ngf 2 --vae -o vae.safetensors");
  command_do ("untrained --like coco-stuff --ngf 2 -o plain.safetensors");
  command_do ("untrained --like coco-stuff --ngf 2 --noise "
              "-o noise.safetensors");
}

// ---- the tests

static void
test_help (void)
{
  static const char *const lines[] = {
    "--help",      "-h",          "synth --help", "encode --help",
    "import --help",
    "info --help", "classes --help", "untrained --help", "--version",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_auto (Said) said = command_run (lines[i]);

      g_assert_cmpint (said.status, ==, 0);
      g_assert_cmpstr (said.err, ==, "");
      g_assert_nonnull (strstr (said.out, "spade"));
    }
}

// Every option that a --help shows is in the man page.
static void
test_man_page (void)
{
  static const char *const names[] = { "synth", "encode", "import",
                                       "info", "classes", "untrained" };
  g_autofree char   *path = g_test_build_filename (G_TEST_DIST, "..", "tools",
                                                   "spade.1", NULL);
  g_autofree char   *page = NULL;
  g_autoptr (GRegex) option = g_regex_new ("--([a-z-]+)", 0, 0, NULL);

  g_assert_true (g_file_get_contents (path, &page, NULL, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char       *line = g_strconcat (names[i], " --help", NULL);
      g_auto (Said)          said = command_run (line);
      g_autoptr (GMatchInfo) match = NULL;
      int                    n = 0;

      for (g_regex_match (option, said.out, 0, &match);
           g_match_info_matches (match); g_match_info_next (match, NULL))
        {
          g_autofree char *name = g_match_info_fetch (match, 1);
          g_auto (GStrv)   words = g_strsplit (name, "-", -1);
          g_autofree char *joined = g_strjoinv ("\\-", words);
          g_autofree char *roff = g_strconcat ("\\-\\-", joined, NULL);

          n++;
          if (strcmp (name, "help") != 0 && strstr (page, roff) == NULL)
            g_error ("--%s of %s is not in the man page", name, names[i]);
        }
      g_assert_cmpint (n, >, 1);
    }
}

// Every line of usage must also leave no file behind.
static void
test_bad_usage (void)
{
  static const struct
  {
    const char *line, *message;
  } cases[] = {
    { "", "A command is missing" },
    { "paint", "no command \"paint\"" },
    { "synth --colour", "Unknown option" },
    { "synth --model vae.safetensors -o o.png", "--map MAP.png is missing" },
    { "synth --model vae.safetensors --map grey.png", "-o OUT.png is missing" },
    { SYNTH "--map grey.png -o o.jpg", "must end in .png" },
    { SYNTH "--map grey.png -o o.png more", "\"more\" is not expected" },
    { SYNTH "--map grey.png -o o.png --size 32", "--size must be" },
    { SYNTH "--map grey.png -o o.png --size 0x32", "--size must be" },
    { SYNTH "--map grey.png -o o.png --size 32x32x3", "--size must be" },
    { SYNTH "--map grey.png -o o.png --memory 2", "--memory must be" },
    { SYNTH "--map grey.png -o o.png --memory 0G", "--memory must be" },
    { SYNTH "--map grey.png -o o.png --memory M", "--memory must be" },
    { SYNTH "--map grey.png -o o.png --memory 99999999999999G",
      "--memory must be" },
    { SYNTH "--map grey.png -o o.png --seed -1", "--seed must be" },
    { SYNTH "--map grey.png -o o.png --seed one", "--seed must be" },
    { SYNTH "--map grey.png -o o.png --device tpu", "--device must be" },
    { SYNTH "--map grey.png -o o.png --device cuda:x", "--device must be" },
    { SYNTH "--map grey.png -o o.png --precision f64", "--precision must be" },
    { SYNTH "--map grey.png -o o.png --threads 0", "--threads must be" },
    { SYNTH "--map grey.png -o o.png --latent z.f32 --style grey.png",
      "no room for --style" },
    { "encode --model vae.safetensors", "One style image" },
    { "info vae.safetensors plain.safetensors", "Only one model" },
    { "info --devices vae.safetensors", "Only one model" },
    { "classes sky sea", "One word" },
    { "untrained -o o.png", "--like coco-stuff is missing" },
    { "untrained --like coco-stuff", "is missing" },
    { "untrained --like coco-stuff --ngf x -o o.png", "--ngf must be" },
    { "untrained --like coco-stuff --upsampling least -o o.png",
      "--upsampling must be" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    command_fails (cases[i].line, 2, cases[i].message);
  g_assert_false (command_exists ("o.png"));
}

static void
test_bad_input (void)
{
  static const struct
  {
    const char *line, *message;
  } cases[] = {
    { "info none.safetensors", "none.safetensors" },
    { "info grey.png", "grey.png" },
    { "synth --model none.safetensors --map grey.png -o o.png",
      "none.safetensors" },
    { "synth --model nobody --map grey.png -o o.png",
      "There is no model \"nobody\" (looked in: " },
    { SYNTH "--map none.png -o o.png", "none.png" },
    { SYNTH "--map text.png -o o.png", "not a PNG file" },
    { SYNTH "--map strays.png -o o.png", "200 #c8c8c8 (" },
    { SYNTH "--map other.png -o o.png", "0 #010203 (" },
    { SYNTH "--map other.png --classes 0=unicorn -o o.png", "unicorn" },
    { SYNTH "--map other.png --classes none.gpl -o o.png", "none.gpl" },
    { SYNTH "--map other.png --classes colours -o o.png", "no way to map" },
    { SYNTH "--map grey.png --instances text.png -o o.png", "not a PNG" },
    { SYNTH "--map grey.png --style text.png -o o.png", "as a picture" },
    { SYNTH "--map grey.png --style none.jpg -o o.png", "none.jpg" },
    { SYNTH "--map grey.png --latent short.f32 -o o.png", "4 bytes" },
    { SYNTH "--map grey.png --latent short.f32 --seed 1 -o o.png",
      "leave --seed out" },
    { PLAIN "--map grey.png --style grey.png -o o.png", "has no VAE" },
    { PLAIN "--map grey.png --latent short.f32 -o o.png", "has no VAE" },
    { "encode --model plain.safetensors grey.png", "style encoder" },
    { "encode --model vae.safetensors text.png", "as a picture" },
    { "synth --model vae.safetensors --size 33x60 --map grey.png -o o.png",
      "32 x 64" },
    { SYNTH "--map grey.png -o none/o.png", "none/o.png" },
    { SYNTH "--map grey.png --device ref --precision bf16 -o o.png", "f32" },
    { SYNTH "--map grey.png --device cuda:200 -o o.png", "" },
    { "classes unicorn", "unicorn" },
    { "classes --class-set ade20k", "ade20k" },
    { "untrained --like ade20k -o o.png", "ade20k" },
    { "untrained --like coco-stuff --ngf 0 -o o.png", "nf" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    command_fails (cases[i].line, 1, cases[i].message);
  g_assert_false (command_exists ("o.png"));
}

static void
test_keeps_output (void)
{
  gsize            size;
  g_autofree char *text = NULL;

  g_free (scratch_write ("old.png", "old", 3));
  command_fails (SYNTH "--map strays.png -o old.png", 1, "#c8c8c8");
  text = command_read ("old.png", &size);
  g_assert_cmpmem (text, size, "old", 3);
}

static void
test_classes (void)
{
  g_auto (Said) all = command_run ("classes");
  g_auto (Said) water = command_run ("classes water");
  g_auto (Said) cloud = command_run ("classes cloud");
  g_auto (Said) number = command_run ("classes 255");
  g_auto (Said) beta = command_run ("classes --favourites");
  g_auto (GStrv) lines = g_strsplit (all.out, "\n", -1);
  g_auto (GStrv) beta_lines = g_strsplit (beta.out, "\n", -1);

  g_assert_cmpint (g_strv_length (lines), ==, 184); // the last is empty
  g_assert_cmpint (g_strv_length (beta_lines), ==, 19);
  g_assert_cmpstr (water.out, ==, "177  #b1c8ff  water-other *\n"
                                  "178  #b20a88  waterdrops\n");
  g_assert_cmpstr (cloud.out, ==, "105  #696969  clouds *\n");
  g_assert_cmpstr (number.out, ==, "182  #000000  unlabeled\n");
}

static void
test_info (void)
{
  g_auto (Said) vae = command_run ("info vae.safetensors");
  g_auto (Said) noise = command_run ("info noise.safetensors");
  g_auto (Said) devices = command_run ("info --devices");

  g_assert_cmpint (vae.status, ==, 0);
  g_assert_nonnull (strstr (vae.out, "its weights are random"));
  g_assert_nonnull (strstr (vae.out, "182 of coco-stuff, unlabeled, edges"));
  g_assert_nonnull (strstr (vae.out, "nf 2"));
  g_assert_nonnull (strstr (vae.out, "z of 256"));
  g_assert_null (strstr (vae.out, "noise"));
  g_assert_nonnull (strstr (noise.out, "in every SPADE layer"));
  g_assert_null (strstr (noise.out, "one picture per map"));
  g_assert_cmpint (devices.status, ==, 0);
  g_assert_nonnull (strstr (devices.out, "ref: ready"));
}

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

static void
test_instances (void)
{
  PngForm grey = { .type = PNG_COLOR_TYPE_GRAY, .bits = 8 };

  // Without instances the edges are those between the classes.
  write_map ("equal.png", grey, 5, 9);
  write_map ("flat.png", grey, 5, 5);
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

static void
test_verbose (void)
{
  g_auto (Said) said = command_run (PLAIN "--map grey.png -v -o v.png "
                                    "--device ref");

  g_assert_cmpint (said.status, ==, 0);
  g_assert_nonnull (strstr (said.err, "spade: 32 x 32 on ref"));
  g_assert_nonnull (strstr (said.err, "render 0."));
}

// Ctrl-C once it has begun: the note about the model is the sign.
static void
test_cancel (void)
{
  char note[256] = "";
  int  err, status;
  GPid pid = command_start ("synth --model plain.safetensors --map grey.png "
                            "--size 256x256 --device ref -o cancelled.png",
                            &err);

  g_assert_cmpint (read (err, note, sizeof note - 1), >, 0);
  g_assert_nonnull (strstr (note, "untrained"));
  g_assert_cmpint (kill (pid, SIGINT), ==, 0);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 130);
  g_assert_false (command_exists ("cancelled.png"));
  close (err);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  write_inputs ();
  g_test_add_func ("/command/replaces-unknown-classes-when-asked",
                   test_nearest);
  g_test_add_func ("/command/models-are-found-by-name", test_installed);
  g_test_add_func ("/command/help-goes-to-stdout", test_help);
  g_test_add_func ("/command/every-option-is-in-the-man-page",
                   test_man_page);
  g_test_add_func ("/command/bad-usage-is-2", test_bad_usage);
  g_test_add_func ("/command/bad-input-is-1-and-leaves-nothing",
                   test_bad_input);
  g_test_add_func ("/command/a-failure-keeps-the-old-output",
                   test_keeps_output);
  g_test_add_func ("/command/classes-can-be-searched", test_classes);
  g_test_add_func ("/command/info-tells-the-model", test_info);
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
  g_test_add_func ("/command/floats-are-the-picture-unrounded", test_floats);
  g_test_add_func ("/command/sizes-are-kept", test_sizes);
  g_test_add_func ("/command/a-style-image-is-its-mu", test_style);
  g_test_add_func ("/command/verbose-tells-times", test_verbose);
  g_test_add_func ("/command/ctrl-c-ends-in-order", test_cancel);
  status = g_test_run ();
  scratch_remove ();
  return status;
}
