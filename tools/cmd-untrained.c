// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// spade untrained: a model of random weights, for tests and benchmarks.

#include <string.h>

#include "cli.h"
#include "out-file.h"

typedef struct
{
  char    *like, *generator, *ngf, *seed, *upsampling, *output;
  gboolean vae, noise;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->like);
  g_free (options->generator);
  g_free (options->ngf);
  g_free (options->seed);
  g_free (options->upsampling);
  g_free (options->output);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

// The public models. Source: data/*_dataset.py of github.com/NVlabs/SPADE.
static const struct
{
  const char     *class_set;
  gboolean        has_edge;
  SpadeUpsampling upsampling;
  int             crop_size, aspect; // width / height
} shapes[] = {
  { "coco-stuff", TRUE, SPADE_UPSAMPLING_NORMAL, 256, 1 },
  { "ade20k", FALSE, SPADE_UPSAMPLING_NORMAL, 256, 1 },
  { "cityscapes", TRUE, SPADE_UPSAMPLING_MORE, 512, 2 },
};

static gboolean
is_of (const Options *options,
       const char    *generator)
{
  return g_strcmp0 (options->generator, generator) == 0;
}

// Whether its depth is that of SPADE's public models.
static gboolean
is_as_spade (const Options *options)
{
  return options->generator == NULL || is_of (options, "spade")
         || is_of (options, "clade");
}

// Makes the shape that of another generator's public models.
static void
shape_as (const Options *options,
          SpadeConfig   *config)
{
  if (is_of (options, "oasis"))
    {
      config->has_edge = FALSE;
      config->has_single_middle = TRUE;
      config->z_dim = 64;
      config->has_z_in_map = TRUE;
    }
  if (is_of (options, "clade"))
    {
      config->kernel = 1;
      config->nhidden = config->n_classes + config->has_unlabeled + config->has_edge;
      config->n_extra = config->has_edge ? 16 : 0;
    }
  if (is_of (options, "imaginaire"))
    {
      config->generator = SPADE_GENERATOR_IMAGINAIRE;
      config->kernel = 5;
      config->crop_size = 256 << config->upsampling;
      config->base_width = config->base_height = 16;
      config->z_dim = 256;
      config->encoder_nf = MAX (config->nf / 2, 1);
      config->encoder_layers = 6;
      config->encoder_size = 256;
      config->encoder_norm = SPADE_NORM_NONE;
    }
}

// Gives the number of the shape whose class set this is.
static int
find_shape (const SpadeClassSet *set)
{
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    if (strcmp (shapes[i].class_set, set->name) == 0)
      return (int) i;
  g_return_val_if_reached (0);
}

// Fills in the shape of the public model of that class set.
static void
shape_like (const SpadeClassSet *set,
            int                  nf,
            SpadeUpsampling      upsampling,
            const Options       *options,
            SpadeConfig         *config)
{
  int shape = find_shape (set);

  config->name = "untrained";
  config->description = "";
  config->licence = "";
  config->class_set_name = set->name;
  config->class_set = set;
  config->n_classes = set->n_classes;
  config->has_unlabeled = !spade_class_set_holds_unlabeled (set);
  config->has_edge = shapes[shape].has_edge;
  if (options->upsampling == NULL && is_as_spade (options))
    upsampling = shapes[shape].upsampling;
  config->upsampling = upsampling;
  config->nf = nf;
  config->nhidden = 128;
  config->norm = SPADE_NORM_BATCH;
  config->kernel = 3;
  config->crop_size = shapes[shape].crop_size;
  config->base_width = config->crop_size / (32 << upsampling);
  config->base_height = config->base_width / shapes[shape].aspect;
  config->is_untrained = TRUE;
  for (int i = 0; i < 256; i++)
    config->knows[i] = TRUE;
  config->has_noise = options->noise;
  shape_as (options, config);
  if (!options->vae)
    return;
  config->z_dim = 256;
  config->encoder_nf = nf;
  config->encoder_layers = 6;
  config->encoder_size = 256;
  config->encoder_norm = SPADE_NORM_INSTANCE;
}

static int
read_options (const Options   *options,
              guint64         *nf,
              guint64         *seed,
              SpadeUpsampling *upsampling)
{
  static const char *const generators[] = { "spade", "oasis", "clade", "imaginaire",
                                            NULL };

  if (options->like == NULL)
    return cli_bad_usage (&cmd_untrained, "--like coco-stuff, ade20k or "
                          "cityscapes is missing");
  if (options->output == NULL || *options->output == '\0')
    return cli_bad_usage (&cmd_untrained, "-o MODEL.safetensors is missing");
  if (is_of (options, "imaginaire"))
    *nf = 128;
  if (options->ngf != NULL && !cli_parse_number (options->ngf, 1024, nf))
    return cli_bad_usage (&cmd_untrained, "--ngf must be a number up to 1024, not "
                          "\"%s\"", options->ngf);
  if (options->seed != NULL
      && !cli_parse_number (options->seed, G_MAXUINT64, seed))
    return cli_bad_usage (&cmd_untrained, "--seed must be a number, not "
                          "\"%s\"", options->seed);
  if (options->generator != NULL
      && !g_strv_contains (generators, options->generator))
    return cli_bad_usage (&cmd_untrained, "--generator must be spade, oasis, clade "
                          "or imaginaire, not \"%s\"", options->generator);
  if (options->vae && !is_as_spade (options))
    return cli_bad_usage (&cmd_untrained, "--vae is of spade and clade; %s has its own "
                          "z", options->generator);
  if (options->upsampling != NULL
      && !spade_upsampling_find (options->upsampling, upsampling))
    return cli_bad_usage (&cmd_untrained, "--upsampling must be normal, more "
                          "or most, not \"%s\"", options->upsampling);
  return CLI_DONE;
}

static int
run (int    argc,
     char **argv)
{
  g_auto (Options)     options = { 0 };
  g_autoptr (GError)   error = NULL;
  g_autofree char     *target = NULL;
  SpadeConfig          config = { 0 };
  SpadeUpsampling      upsampling = SPADE_UPSAMPLING_NORMAL;
  const SpadeClassSet *set;
  guint64              nf = 64, seed = 0;
  int                  status;
  gboolean             is_done;
  const GOptionEntry   entries[] = {
    { "like", 0, 0, G_OPTION_ARG_STRING, &options.like,
      "The public model whose shape to take",
      "coco-stuff|ade20k|cityscapes" },
    { "generator", 0, 0, G_OPTION_ARG_STRING, &options.generator,
      "Whose; spade where it is not given", "spade|oasis|clade|imaginaire" },
    { "ngf", 0, 0, G_OPTION_ARG_STRING, &options.ngf,
      "Its width; 64 where it is not given, 128 of imaginaire", "N" },
    { "upsampling", 0, 0, G_OPTION_ARG_STRING, &options.upsampling,
      "Its depth; that of the public model where it is not given",
      "normal|more|most" },
    { "vae", 0, 0, G_OPTION_ARG_NONE, &options.vae,
      "With z and a style encoder", NULL },
    { "noise", 0, 0, G_OPTION_ARG_NONE, &options.noise,
      "With noise in its SPADE layers", NULL },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &options.seed,
      "Of the random weights; 0 where it is not given", "N" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      "The model file to write", "MODEL.safetensors" },
    { .long_name = NULL },
  };

  if (!cli_parse (&cmd_untrained, entries, NULL, &argc, &argv))
    return CLI_BAD_USAGE;
  if (argc != 1)
    return cli_bad_usage (&cmd_untrained, "\"%s\" is not expected", argv[1]);
  status = read_options (&options, &nf, &seed, &upsampling);
  if (status != CLI_DONE)
    return status;
  set = spade_class_set_find (options.like, &error);
  if (set == NULL || !out_file_check (options.output, NULL, 0, &error))
    return cli_fail (error);
  shape_like (set, (int) nf, upsampling, &options, &config);
  target = out_file_resolve (options.output);
  is_done = spade_model_write_untrained (&config, seed, target,
                                         cli_monitor_begin (), &error);
  cli_monitor_end ();
  return is_done ? CLI_DONE : cli_fail (error);
}

const CliCommand cmd_untrained = {
  .name = "untrained",
  .arguments = NULL,
  .summary = "Makes a model of random weights, for tests and benchmarks.",
  .details = "The model is marked untrained, and everything that uses it "
             "says so.",
  .run = run,
};
