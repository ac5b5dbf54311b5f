// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// spade info: what a model is, or what it could run on.

#include <stdio.h>

#include "cli.h"

static const char *
name_norm (SpadeNorm norm)
{
  return norm == SPADE_NORM_BATCH ? "batch"
         : norm == SPADE_NORM_INSTANCE ? "instance" : "none";
}

static void
print_line (const char *key,
            const char *value)
{
  if (value != NULL && *value != '\0')
    printf ("%-13s %s\n", key, value);
}

static void
print_classes (const SpadeConfig *config)
{
  int n_known = 0;

  for (int i = 0; i < config->n_classes; i++)
    n_known += config->knows[i] != FALSE;
  printf ("%-13s %d%s%s%s%s\n", "classes", config->n_classes,
          *config->class_set_name ? " of " : "", config->class_set_name,
          config->has_unlabeled ? ", unlabeled" : "",
          config->has_edge ? ", edges" : "");
  if (n_known == config->n_classes)
    return;
  printf ("%-13s", "knows");
  for (int i = 0, n = 0; i < config->n_classes; i++)
    {
      if (!config->knows[i])
        continue;
      printf ("%s ", n++ > 0 ? "," : "");
      if (config->class_set != NULL)
        printf ("%s", config->class_set->classes[i].name);
      else
        printf ("%d", i);
    }
  printf ("\n");
}

static void
print_model (const SpadeModel *model)
{
  const SpadeConfig *config = spade_model_get_config (model);
  int                step = spade_model_get_granularity (model);

  print_line ("model", spade_model_get_path (model));
  print_line ("name", config->name);
  print_line ("description", config->description);
  print_line ("licence", config->licence);
  if (config->is_untrained)
    print_line ("untrained", "yes: its weights are random");
  print_classes (config);
  printf ("%-13s %s%s, nf %d, nhidden %d, %s norm, kernel %d%s\n", "generator",
          config->generator == SPADE_GENERATOR_IMAGINAIRE ? "imaginaire, " : "",
          spade_upsampling_get_name (config->upsampling), config->nf,
          config->nhidden, name_norm (config->norm), config->kernel,
          config->has_single_middle ? ", one middle block" : "");
  if (config->has_noise)
    print_line ("noise", "in every SPADE layer, another per seed");
  if (config->z_dim > 0)
    printf ("%-13s %s, z of %d numbers\n", "style",
            config->has_z_in_map ? "beside the map (OASIS)"
            : config->generator == SPADE_GENERATOR_IMAGINAIRE ? "in norms"
                                                              : "VAE",
            config->z_dim);
  else
    print_line ("style", config->has_noise
                           ? "none (no VAE)"
                           : "none (no VAE): one picture per map");
  if (config->encoder_nf > 0)
    printf ("%-13s nf %d, %d layers, %d x %d, %s norm\n", "style encoder",
            config->encoder_nf, config->encoder_layers, config->encoder_size,
            config->encoder_size,
            config->encoder_norm == SPADE_NORM_NONE
                ? "no"
                : name_norm (config->encoder_norm));
  printf ("%-13s %d pixels wide; any multiple of %d works\n", "trained at",
          config->crop_size, step);
  if (config->native_size != config->crop_size)
    printf ("%-13s as many pixels as %d x %d\n", "best at",
            config->native_size, config->native_size);
  printf ("%-13s %" G_GINT64_FORMAT " in %s\n", "parameters",
          spade_model_get_n_parameters (model), spade_model_get_dtype (model));
}

static void
print_installed (void)
{
  g_autoptr (GPtrArray) cards = spade_model_list_cards ();

  for (guint i = 0; i < cards->len; i++)
    {
      const SpadeModelCard *card = g_ptr_array_index (cards, i);

      printf ("%s%s\n  %s\n", card->name, card->is_default ? " (default)" : "",
              card->problem != NULL ? card->problem : card->path);
    }
  if (cards->len == 0)
    printf ("No model is installed.\n");
}

static int
run (int    argc,
     char **argv)
{
  gboolean               devices = FALSE;
  g_autoptr (GError)     error = NULL;
  g_autoptr (SpadeModel) model = NULL;
  const GOptionEntry     entries[] = {
    { "devices", 0, 0, G_OPTION_ARG_NONE, &devices,
      "List what a model could run on", NULL },
    { .long_name = NULL },
  };

  if (!cli_parse (&cmd_info, entries, NULL, &argc, &argv))
    return CLI_BAD_USAGE;
  if (argc > (devices ? 1 : 2))
    return cli_bad_usage (&cmd_info, "Only one model, or --devices, can be "
                          "given");
  if (devices)
    {
      g_autofree char *text = spade_devices_describe ();

      printf ("%s%s", text, g_str_has_suffix (text, "\n") ? "" : "\n");
      return CLI_DONE;
    }
  if (argc == 1)
    {
      print_installed ();
      return CLI_DONE;
    }
  model = cli_load_model (argv[1], &error);
  if (model == NULL)
    return cli_fail (error);
  print_model (model);
  return CLI_DONE;
}

const CliCommand cmd_info = {
  .name = "info",
  .arguments = "[MODEL]",
  .summary = "Says which models are installed, what a model is, or what it "
             "could run on.",
  .run = run,
};
