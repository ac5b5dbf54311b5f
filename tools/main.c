// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The `spade` command: finds the command that its first argument names and
// hands over.

#include <locale.h>
#include <stdio.h>
#include <string.h>
#ifdef _WIN32
#include <windows.h>
#endif

#include "cli.h"

static const CliCommand *const commands[] = {
  &cmd_synth, &cmd_encode, &cmd_import,
  &cmd_info, &cmd_classes, &cmd_untrained,
};

static void
print_help (FILE *stream)
{
  fputs ("Usage: spade COMMAND [OPTION...] [ARGUMENT...]\n\n"
         "Turns a segmentation map into a picture with SPADE (GauGAN).\n\n",
         stream);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    fprintf (stream, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
  fputs ("\n\"spade COMMAND --help\" says more about each.\n", stream);
}

static int
run (int    argc,
     char **argv)
{
  if (argc < 2)
    return cli_bad_usage (NULL, "A command is missing");
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0)
    {
      print_help (stdout);
      return CLI_DONE;
    }
  if (strcmp (argv[1], "--version") == 0)
    {
      puts ("spade " SPADE_VERSION);
      return CLI_DONE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (argv[1], commands[i]->name) == 0)
      return commands[i]->run (argc - 1, argv + 1);
  return cli_bad_usage (NULL, "There is no command \"%s\"", argv[1]);
}

int
main (int    argc,
      char **argv)
{
  int status;

  setlocale (LC_CTYPE, "");
#ifdef G_OS_WIN32
  SetConsoleOutputCP (CP_UTF8); // all words here are in it (spade.manifest)
#endif
  status = run (argc, argv);
  // What waits to be written may meet a full disk.
  if (fflush (stdout) == 0 && !ferror (stdout))
    return status;
  cli_note ("The output cannot be written completely; is the disk full?");
  return status == CLI_DONE ? CLI_FAILED : status;
}
