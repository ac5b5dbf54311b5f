// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Failures, options and numbers on the command line.

#include "cli.h"

#include <stdio.h>
#include <string.h>

#define MOST_THREADS 4 // of a processor

void
cli_note (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list          arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  fprintf (stderr, "spade: %s\n", text);
}

int
cli_bad_usage (const CliCommand *command,
               const char       *format,
               ...)
{
  g_autofree char *text = NULL;
  va_list          arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  fprintf (stderr, "spade: %s; see \"spade %s%s--help\".\n", text,
           command ? command->name : "", command ? " " : "");
  return CLI_BAD_USAGE;
}

int
cli_fail (const GError *error)
{
  cli_note ("%s%s", error->message,
            g_str_has_suffix (error->message, ".") ? "" : ".");
  return g_error_matches (error, SPADE_ERROR, SPADE_ERROR_CANCELLED)
           ? CLI_CANCELLED : CLI_FAILED;
}

// GLib leaves a "--" before words that begin with a dash.
static void
drop_dashes (int   *argc,
             char **argv)
{
  int i = 1;

  while (i < *argc && strcmp (argv[i], "--") != 0)
    i++;
  if (i == *argc)
    return;
  for (; i < *argc; i++)
    argv[i] = argv[i + 1]; // NULL at the end
  (*argc)--;
}

gboolean
cli_parse (const CliCommand     *command,
           const GOptionEntry   *entries,
           const GOptionEntry   *more,
           int                  *argc,
           char               ***argv)
{
  g_autoptr (GOptionContext) context
    = g_option_context_new (command->arguments);
  g_autoptr (GError) error = NULL;
  g_autofree char   *name = g_strconcat ("spade ", command->name, NULL);

  g_set_prgname (name);
  g_option_context_set_summary (context, command->summary);
  g_option_context_set_description (context, command->details);
  g_option_context_add_main_entries (context, entries, NULL);
  if (more != NULL)
    g_option_context_add_main_entries (context, more, NULL);
  if (g_option_context_parse (context, argc, argv, &error))
    {
      drop_dashes (argc, *argv);
      return TRUE;
    }
  cli_bad_usage (command, "%s", error->message);
  return FALSE;
}

gboolean
cli_parse_number (const char *text,
                  guint64     max,
                  guint64    *out_number)
{
  return g_ascii_string_to_unsigned (text, 10, 0, max, out_number, NULL);
}

SpadeModel *
cli_load_model (const char  *model,
                GError     **error)
{
  g_autofree char *path = spade_model_find (model, error);

  return path != NULL ? spade_model_load (path, error) : NULL;
}

void
cli_engine_init (CliEngine *engine)
{
  const GOptionEntry entries[] = {
    { "device", 0, 0, G_OPTION_ARG_STRING, &engine->device,
      "Where to compute; auto where it is not given",
      "auto|cpu|ref|cuda[:N]" },
    { "precision", 0, 0, G_OPTION_ARG_STRING, &engine->precision,
      "How to compute; auto is the fastest that the device does well",
      "auto|f32|bf16|f16" },
    { "threads", 0, 0, G_OPTION_ARG_STRING, &engine->threads,
      "CPU threads; all cores where it is not given", "N" },
    { "no-cache", 0, 0, G_OPTION_ARG_NONE, &engine->has_no_cache,
      "Keep no packed weights in the user's cache for the next time, and "
      "use none", NULL },
    { .long_name = NULL },
  };

  memset (engine, 0, sizeof *engine);
  memcpy (engine->entries, entries, sizeof entries);
  engine->cache = spade_cache_get_folder ();
}

void
cli_engine_clear (CliEngine *engine)
{
  g_free (engine->device);
  g_free (engine->precision);
  g_free (engine->threads);
  g_free (engine->cache);
}

static gboolean
is_device (const char *name)
{
  static const char *const names[] = { "auto", "cpu", "ref", "cuda", NULL };
  guint64                  number;

  return g_strv_contains (names, name)
         || (g_str_has_prefix (name, "cuda:")
             && cli_parse_number (name + strlen ("cuda:"), 1023, &number));
}

int
cli_engine_read (const CliEngine     *engine,
                 const CliCommand    *command,
                 SpadeContextOptions *out_options)
{
  static const char *const precisions[] = { "auto", "f32", "bf16", "f16" };
  guint64                  n_threads = 0;
  gsize                    precision = 0;

  if (engine->device != NULL && !is_device (engine->device))
    return cli_bad_usage (command, "--device must be auto, cpu, ref, cuda or "
                          "cuda:N, not \"%s\"", engine->device);
  while (engine->precision != NULL && precision < G_N_ELEMENTS (precisions)
         && strcmp (engine->precision, precisions[precision]) != 0)
    precision++;
  if (precision == G_N_ELEMENTS (precisions))
    return cli_bad_usage (command, "--precision must be auto, f32, bf16 or "
                          "f16, not \"%s\"", engine->precision);
  if (engine->threads != NULL
      && (!cli_parse_number (engine->threads, 4096, &n_threads)
          || n_threads == 0))
    return cli_bad_usage (command, "--threads must be a number from 1 to "
                          "4096, not \"%s\"", engine->threads);
  out_options->device = engine->device;
  out_options->precision = (SpadePrecision) precision;
  // OpenMP ends the process where it cannot start one.
  out_options->n_threads = MIN ((int) n_threads,
                                MOST_THREADS * (int) g_get_num_processors ());
  out_options->cache = engine->has_no_cache ? NULL : engine->cache;
  return CLI_DONE;
}
