// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// spade encode: mu and logvar of a style image, as JSON on stdout.

#include <stdio.h>

#include "cli.h"
#include "picture-file.h"

static void
print_floats (const char  *name,
              const float *x,
              int          n)
{
  printf ("  \"%s\": [", name);
  for (int i = 0; i < n; i++)
    printf ("%s%.9g", i % 6 > 0 ? ", " : i > 0 ? ",\n    " : "\n    ", x[i]);
  printf ("\n  ]");
}

static int
encode (SpadeModel                *model,
        const SpadeContextOptions *options,
        const char                *path)
{
  g_autoptr (GError)       error = NULL;
  g_autoptr (Picture)      picture = picture_load (path, &error);
  g_autoptr (SpadeContext) context = NULL;
  int                      n = spade_model_get_config (model)->z_dim;
  g_autofree float        *mu = g_new (float, MAX (n, 1));
  g_autofree float        *logvar = g_new (float, MAX (n, 1));
  SpadeStyleImage          style;

  if (picture != NULL)
    {
      style = picture_as_style (picture);
      context = spade_context_new (model, options, &error);
    }
  if (context == NULL
      || !spade_context_encode (context, &style, mu, logvar, &error))
    return cli_fail (error);
  puts ("{");
  print_floats ("mu", mu, n);
  puts (",");
  print_floats ("logvar", logvar, n);
  puts ("\n}");
  return CLI_DONE;
}

static int
run (int    argc,
     char **argv)
{
  g_autofree char       *model_path = NULL;
  g_auto (CliEngine)     engine;
  SpadeContextOptions    context_options = { 0 };
  g_autoptr (GError)     error = NULL;
  g_autoptr (SpadeModel) model = NULL;
  const GOptionEntry     entries[] = {
    { "model", 0, 0, G_OPTION_ARG_FILENAME, &model_path,
      "The model whose style encoder to use, a file or the name of an "
      "installed one; the default model where it is not given", "MODEL" },
    { .long_name = NULL },
  };

  cli_engine_init (&engine);
  if (!cli_parse (&cmd_encode, entries, engine.entries, &argc, &argv))
    return CLI_BAD_USAGE;
  if (argc != 2)
    return cli_bad_usage (&cmd_encode, "One style image must be named");
  if (cli_engine_read (&engine, &cmd_encode, &context_options) != CLI_DONE)
    return CLI_BAD_USAGE;
  model = cli_load_model (model_path, &error);
  if (model == NULL)
    return cli_fail (error);
  return encode (model, &context_options, argv[1]);
}

const CliCommand cmd_encode = {
  .name = "encode",
  .arguments = "IMAGE",
  .summary = "Gives mu and logvar of a style image, as JSON.",
  .run = run,
};
