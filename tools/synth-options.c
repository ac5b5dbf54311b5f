// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Reading the options of `spade synth`.

#include "synth-options.h"

#include <string.h>

#define MAX_SIDE 262144
#define MAX_VARIATIONS 100000

void
synth_options_clear (SynthOptions *options)
{
  g_free (options->model);
  g_free (options->map);
  g_free (options->instances);
  g_free (options->classes);
  g_free (options->style);
  g_free (options->mix_style);
  g_free (options->latent);
  g_free (options->output);
  g_free (options->seed_text);
  g_free (options->variations_text);
  g_free (options->strength_text);
  g_free (options->outlines_text);
  g_free (options->mix_text);
  g_free (options->size_text);
  g_free (options->memory_text);
  cli_engine_clear (&options->engine);
}

// Reads "512x256", width first as people say it.
static gboolean
parse_exact_size (const char *text,
                  int        *out_height,
                  int        *out_width)
{
  g_auto (GStrv) sides = g_strsplit (text, "x", -1);
  guint64        width, height;

  if (g_strv_length (sides) != 2
      || !cli_parse_number (sides[0], MAX_SIDE, &width)
      || !cli_parse_number (sides[1], MAX_SIDE, &height)
      || width == 0 || height == 0)
    return FALSE;
  *out_width = (int) width;
  *out_height = (int) height;
  return TRUE;
}

static int
read_size (SynthOptions *options)
{
  const char *text = options->size_text;

  if (text == NULL || strcmp (text, "native") == 0)
    options->size = SYNTH_SIZE_NATIVE;
  else if (strcmp (text, "map") == 0)
    options->size = SYNTH_SIZE_MAP;
  else if (parse_exact_size (text, &options->height, &options->width))
    options->size = SYNTH_SIZE_EXACT;
  else
    return cli_bad_usage (&cmd_synth, "--size must be native, map or "
                          "WIDTHxHEIGHT with sides of %d at most, not \"%s\"",
                          MAX_SIDE, text);
  return CLI_DONE;
}

// Reads "800M" or "2G".
static gboolean
parse_memory (const char *text,
              guint64    *out_bytes)
{
  static const struct { char letter; int shift; } units[] = {
    { 'M', 20 }, { 'G', 30 },
  };
  g_autofree char *digits = g_strdup (text);
  gsize            n = strlen (digits);

  for (gsize i = 0; i < G_N_ELEMENTS (units) && n > 0; i++)
    if (g_ascii_toupper (digits[n - 1]) == units[i].letter)
      {
        digits[n - 1] = '\0';
        if (!cli_parse_number (digits, G_MAXUINT64 >> units[i].shift,
                               out_bytes))
          return FALSE;
        *out_bytes <<= units[i].shift;
        return *out_bytes > 0;
      }
  return FALSE;
}

// Reads a number of 0...1, where there is a text.
static int
read_share (const char *name,
            const char *text,
            double     *share)
{
  char *end;

  if (text == NULL)
    return CLI_DONE;
  *share = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || !(*share >= 0 && *share <= 1))
    return cli_bad_usage (&cmd_synth, "%s must be a number from 0 to 1, not \"%s\"",
                          name, text);
  return CLI_DONE;
}

static int
read_style (SynthOptions *options)
{
  options->mix = 0.5;
  // A style alone is that style itself; with a seed, a draw around it.
  options->strength = options->has_seed || options->has_variations ? 1 : 0;
  if (options->latent != NULL && options->style != NULL)
    return cli_bad_usage (&cmd_synth, "--latent leaves no room for --style");
  if (options->mix_style != NULL && options->style == NULL)
    return cli_bad_usage (&cmd_synth, "--mix-style needs a --style to mix with");
  if (options->mix_text != NULL && options->mix_style == NULL)
    return cli_bad_usage (&cmd_synth, "--mix needs a --mix-style");
  if (options->strength_text != NULL && options->style == NULL)
    return cli_bad_usage (&cmd_synth, "--strength needs a --style");
  if (read_share ("--strength", options->strength_text, &options->strength)
      != CLI_DONE)
    return CLI_BAD_USAGE;
  return read_share ("--mix", options->mix_text, &options->mix);
}

static int
read_seeds (SynthOptions *options)
{
  guint64 n = 1;

  options->has_seed = options->seed_text != NULL;
  if (options->has_seed
      && !cli_parse_number (options->seed_text, G_MAXUINT64, &options->seed))
    return cli_bad_usage (&cmd_synth, "--seed must be a number from 0 to "
                          "2^64 - 1, not \"%s\"", options->seed_text);
  options->has_variations = options->variations_text != NULL;
  if (options->has_variations
      && (!cli_parse_number (options->variations_text, MAX_VARIATIONS, &n) || n == 0))
    return cli_bad_usage (&cmd_synth, "--variations must be a number from 1 to %d, "
                          "not \"%s\"", MAX_VARIATIONS, options->variations_text);
  if (options->seed > G_MAXUINT64 - (n - 1))
    return cli_bad_usage (&cmd_synth, "--seed leaves less than %s numbers up to "
                          "2^64 - 1", options->variations_text);
  options->n_variations = (guint) n;
  return CLI_DONE;
}

static int
read_values (SynthOptions *options)
{
  guint64 memory = 0;

  if (read_seeds (options) != CLI_DONE || read_style (options) != CLI_DONE)
    return CLI_BAD_USAGE;
  if (options->memory_text != NULL
      && !parse_memory (options->memory_text, &memory))
    return cli_bad_usage (&cmd_synth, "--memory must be like 800M or 2G, not "
                          "\"%s\"", options->memory_text);
  if (read_share ("--roughen-outlines", options->outlines_text, &options->outlines)
          != CLI_DONE
      || read_size (options) != CLI_DONE
      || cli_engine_read (&options->engine, &cmd_synth, &options->context)
         != CLI_DONE)
    return CLI_BAD_USAGE;
  options->context.memory = memory;
  return CLI_DONE;
}

static int
check_required (const SynthOptions *options)
{
  if (options->map == NULL)
    return cli_bad_usage (&cmd_synth, "--map MAP.png is missing");
  if (options->output == NULL)
    return cli_bad_usage (&cmd_synth, "-o OUT.png is missing");
  if (options->is_folder)
    return CLI_DONE;
  if (!g_str_has_suffix (options->output, ".png")
      && !g_str_has_suffix (options->output, ".PNG")
      && !g_str_has_suffix (options->output, ".f32"))
    return cli_bad_usage (&cmd_synth, "The output must end in .png or .f32, "
                          "not be \"%s\"", options->output);
  return CLI_DONE;
}

int
synth_options_read (SynthOptions *options,
                    int           argc,
                    char        **argv)
{
  const GOptionEntry entries[] = {
    { "model", 0, 0, G_OPTION_ARG_FILENAME, &options->model,
      "The model to render with, a file or the name of an installed one; "
      "the default model where it is not given", "MODEL" },
    { "map", 0, 0, G_OPTION_ARG_FILENAME, &options->map,
      "The segmentation map: an indexed, grey or RGB PNG; or a folder of them",
      "MAP.png|FOLDER" },
    { "instances", 0, 0, G_OPTION_ARG_FILENAME, &options->instances,
      "The instance map, of the map's size; or a folder of them",
      "INST.png|FOLDER" },
    { "classes", 0, 0, G_OPTION_ARG_FILENAME, &options->classes,
      "How the map's palette names classes; auto where it is not given",
      "auto|index|colour|name|PALETTE|FILE.gpl|TABLE" },
    { "snap", 0, 0, G_OPTION_ARG_NONE, &options->snap,
      "Give soft edges of an RGB map the nearest pixel's class", NULL },
    { "roughen-outlines", 0, 0, G_OPTION_ARG_STRING, &options->outlines_text,
      "Make outlines of clouds, mountains, shores and the like uneven, from 0 to 1; 0 "
      "where it is not given", "AMOUNT" },
    { "nearest", 0, 0, G_OPTION_ARG_NONE, &options->nearest,
      "Use the nearest known class for those that the model does not know",
      NULL },
    { "style", 0, 0, G_OPTION_ARG_FILENAME, &options->style,
      "Take the style of this picture", "IMAGE" },
    { "mix-style", 0, 0, G_OPTION_ARG_FILENAME, &options->mix_style,
      "Mix that style with the style of this picture", "IMAGE" },
    { "mix", 0, 0, G_OPTION_ARG_STRING, &options->mix_text,
      "How much the second style counts, from 0 to 1; 0.5 where it is not given",
      "SHARE" },
    { "strength", 0, 0, G_OPTION_ARG_STRING, &options->strength_text,
      "How far the seed moves away from the style, from 0 to 1; 1 with a seed where it "
      "is not given, else 0", "SHARE" },
    { "latent", 0, 0, G_OPTION_ARG_FILENAME, &options->latent,
      "Take z from this file of 32-bit floats", "Z.f32" },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &options->seed_text,
      "Draw z and noise from this number; 0 where it is not given", "N" },
    { "variations", 0, 0, G_OPTION_ARG_STRING, &options->variations_text,
      "Make so many pictures, of this seed and those after it: OUT-SEED.png", "N" },
    { "mirror", 0, 0, G_OPTION_ARG_NONE, &options->mirror,
      "Render the map mirrored, and mirror the picture back: its light comes "
      "from the other side", NULL },
    { "size", 0, 0, G_OPTION_ARG_STRING, &options->size_text,
      "Size of the picture; native where it is not given",
      "native|map|WxH" },
    { "refine", 0, 0, G_OPTION_ARG_NONE, &options->refine,
      "Make sizes that are larger than the model's from coarse to fine", NULL },
    { "memory", 0, 0, G_OPTION_ARG_STRING, &options->memory_text,
      "Make the picture in tiles where it would take more memory than that; "
      "most of what is free where it is not given", "800M|2G" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output,
      "The picture to write; or the folder of them", "OUT.png|FOLDER" },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &options->verbose,
      "Say what took how long", NULL },
    { .long_name = NULL },
  };

  cli_engine_init (&options->engine);
  if (!cli_parse (&cmd_synth, entries, options->engine.entries, &argc, &argv))
    return CLI_BAD_USAGE;
  if (argc > 1)
    return cli_bad_usage (&cmd_synth, "\"%s\" is not expected", argv[1]);
  options->is_folder = options->map != NULL
                       && g_file_test (options->map, G_FILE_TEST_IS_DIR);
  if (check_required (options) != CLI_DONE)
    return CLI_BAD_USAGE;
  return read_values (options);
}
