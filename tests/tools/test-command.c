// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The `spade` command as a user meets it: what it says, how it ends, and what
// it leaves behind. test-synth.c looks at its pictures.

#include <glib.h>
#include <math.h>
#include <string.h>

#include "command.h"
#include "inputs.h"
#include "scratch.h"

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
    { SYNTH "--map grey.png -o o.png --variations 0", "--variations must be" },
    { SYNTH "--map grey.png -o o.png --variations many", "--variations must be" },
    { SYNTH "--map grey.png -o o.png --seed 18446744073709551615 --variations 2",
      "leaves less than 2 numbers" },
    { SYNTH "--map grey.png -o o.png --strength 0.5", "needs a --style" },
    { SYNTH "--map grey.png -o o.png --style grey.png --strength 2",
      "--strength must be" },
    { SYNTH "--map grey.png -o o.png --mix-style grey.png", "needs a --style" },
    { SYNTH "--map grey.png -o o.png --style grey.png --mix 0.5",
      "needs a --mix-style" },
    { SYNTH "--map grey.png -o o.png --style grey.png --mix-style grey.png --mix 1.1",
      "--mix must be" },
    { SYNTH "--map grey.png -o o.png --style grey.png --mix-style grey.png --mix nan",
      "--mix must be" },
    { SYNTH "--map grey.png -o o.png --style grey.png --mix-style grey.png --mix 1/2",
      "--mix must be" },
    { "encode --model vae.safetensors", "One style image" },
    { "info vae.safetensors plain.safetensors", "Only one model" },
    { "info --devices vae.safetensors", "Only one model" },
    { "classes sky sea", "One word" },
    { "untrained -o o.png", "--like coco-stuff, ade20k or cityscapes is missing" },
    { "untrained --like coco-stuff", "is missing" },
    { "untrained --like coco-stuff --ngf x -o o.png", "--ngf must be" },
    { "untrained --like coco-stuff --ngf 2000 -o o.png", "up to 1024" },
    { "import own.png --crop-size 20000 -o o.png", "1 to 16384" },
    { "import own.png --output=", "is missing" },
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
    { "info .", "is a folder, not a model file" },
    { "import . -o o.png", "\".\" is not a checkpoint" },
    { "info -- -x.safetensors", "-x.safetensors" },
    { "classes --favourites fog", "people paint with most has \"fog\"" },
    { "synth --model none.safetensors --map grey.png -o o.png",
      "none.safetensors" },
    { "synth --model nobody --map grey.png -o o.png",
      "There is no model \"nobody\" (looked in: " },
    { SYNTH "--map none.png -o o.png", "none.png" },
    { SYNTH "--map text.png -o o.png", "not a PNG file" },
    { SYNTH "--map strays.png -o o.png", "200 #c8c8c8 (" },
    { SYNTH "--map other.png -o o.png", "0 #010203 (" },
    { SYNTH "--map other.png --classes 0=unicorn -o o.png", "unicorn" },
    { SYNTH "--map other.png --classes 0=tree,1=sky -o o.png",
      "\"0=tree,1=sky\" names more than one palette entry" },
    { SYNTH "--map other.png --classes none.gpl -o o.png", "none.gpl" },
    { SYNTH "--map other.png --classes colours -o o.png", "no way to map" },
    { SYNTH "--map grey.png --instances text.png -o o.png", "not a PNG" },
    { SYNTH "--map grey.png --style text.png -o o.png", "as a picture" },
    { SYNTH "--map grey.png --style none.jpg -o o.png", "none.jpg" },
    { SYNTH "--map grey.png --style grey.png --mix-style none.jpg -o o.png",
      "none.jpg" },
    { SYNTH "--map grey.png --latent short.f32 -o o.png", "4 bytes" },
    { SYNTH "--map grey.png --latent nan.f32 -o o.png", "is no finite number" },
    { SYNTH "--map grey.png --latent short.f32 --seed 1 -o o.png",
      "leave --seed out" },
    { PLAIN "--map grey.png --style grey.png -o o.png", "has no VAE" },
    { PLAIN "--map grey.png --variations 2 -o o.png", "makes one picture of a map" },
    { SYNTH "--map grey.png --latent short.f32 --variations 2 -o o.png",
      "leave --variations out" },
    { PLAIN "--map grey.png --latent short.f32 -o o.png", "has no VAE" },
    { "encode --model plain.safetensors grey.png", "style encoder" },
    { "encode --model vae.safetensors text.png", "as a picture" },
    { "synth --model vae.safetensors --size 33x60 --map grey.png -o o.png",
      "32 x 64" },
    { SYNTH "--map grey.png -o none/o.png", "none/o.png" },
    { SYNTH "--map grey.png --device ref --precision bf16 -o o.png", "f32" },
    { SYNTH "--map grey.png --device cuda:200 -o o.png", "" },
    { "classes unicorn", "unicorn" },
    { "classes --class-set unicorns", "use \"coco-stuff\", \"ade20k\"" },
    { "untrained --like unicorns -o o.png", "unicorns" },
    { "untrained --like coco-stuff --ngf 0 -o o.png", "nf" },
  };
  float nans[256];

  for (gsize i = 0; i < G_N_ELEMENTS (nans); i++)
    nans[i] = i == 200 ? NAN : 0;
  g_free (scratch_write ("nan.f32", nans, sizeof nans));
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

// Whatever the output's name is for what is read.
static void
test_keeps_input (void)
{
  static const char *const lines[] = {
    SYNTH "--map own.png -o own.png",
    SYNTH "--map own.png -o ./own.png",
    SYNTH "--map grey.png --instances own.png -o own.png",
    SYNTH "--map grey.png --style grey.png --mix-style own.png -o own.png",
    "import own.png -o own.png",
    "import text.png --encoder own.png -o own.png",
  };

  command_write_map ("own.png", (PngForm){ .type = PNG_COLOR_TYPE_GRAY,
                                           .bits = 8 }, 5, 9);
  command_write_map ("own-copy.png", (PngForm){ .type = PNG_COLOR_TYPE_GRAY,
                                                .bits = 8 }, 5, 9);
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    command_fails (lines[i], 1, "would be written over");
  g_assert_true (command_same ("own.png", "own-copy.png"));
}

static void
test_classes (void)
{
  g_auto (Said) all = command_run ("classes");
  g_auto (Said) water = command_run ("classes water");
  g_auto (Said) cloud = command_run ("classes cloud");
  g_auto (Said) number = command_run ("classes 255");
  g_auto (Said) beta = command_run ("classes --favourites");
  g_auto (Said) ade = command_run ("classes --class-set ade20k ocean");
  g_auto (Said) zero = command_run ("classes --class-set cityscapes 255");
  g_auto (GStrv) lines = g_strsplit (all.out, "\n", -1);
  g_auto (GStrv) beta_lines = g_strsplit (beta.out, "\n", -1);

  g_assert_cmpint (g_strv_length (lines), ==, 184); // the last is empty
  g_assert_cmpint (g_strv_length (beta_lines), ==, 19);
  g_assert_cmpstr (water.out, ==, "177  #b1c8ff  water-other *\n"
                                  "178  #b20a88  waterdrops\n");
  g_assert_cmpstr (cloud.out, ==, "105  #696969  clouds *\n");
  g_assert_cmpstr (number.out, ==, "182  #000000  unlabeled\n");
  g_assert_cmpstr (ade.out, ==, " 27  #0907e6  sea *\n");
  g_assert_cmpstr (zero.out, ==, "  0  #000000  unlabeled\n");
}

// The public models' shapes: which channels there are, how deep, and at what size
// trained.
static void
test_shapes (void)
{
  g_auto (Said) ade = { 0 };
  g_auto (Said) city = { 0 };

  command_do ("untrained --like ade20k --ngf 2 -o ade.safetensors");
  command_do ("untrained --like cityscapes --ngf 2 -o city.safetensors");
  ade = command_run ("info ade.safetensors");
  city = command_run ("info city.safetensors");
  g_assert_nonnull (strstr (ade.out, "151 of ade20k\n"));
  g_assert_nonnull (strstr (city.out, "35 of cityscapes, edges\n"));
  g_assert_nonnull (strstr (city.out, "512"));
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
test_verbose (void)
{
  g_auto (Said) said = command_run (PLAIN "--map grey.png -v -o v.png "
                                    "--device ref");

  g_assert_cmpint (said.status, ==, 0);
  g_assert_nonnull (strstr (said.err, "spade: 32 x 32 on ref"));
  g_assert_nonnull (strstr (said.err, "render 0."));
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  command_write_inputs ();
  g_test_add_func ("/command/help-goes-to-stdout", test_help);
  g_test_add_func ("/command/every-option-is-in-the-man-page",
                   test_man_page);
  g_test_add_func ("/command/bad-usage-is-2", test_bad_usage);
  g_test_add_func ("/command/bad-input-is-1-and-leaves-nothing",
                   test_bad_input);
  g_test_add_func ("/command/a-failure-keeps-the-old-output",
                   test_keeps_output);
  g_test_add_func ("/command/no-input-is-written-over", test_keeps_input);
  g_test_add_func ("/command/classes-can-be-searched", test_classes);
  g_test_add_func ("/command/untrained-models-are-like-public-ones",
                   test_shapes);
  g_test_add_func ("/command/info-tells-the-model", test_info);
  g_test_add_func ("/command/verbose-tells-times", test_verbose);
  status = g_test_run ();
  scratch_remove ();
  return status;
}
