// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the commands of `spade` share: one table of them, how a failure is
// told, how options are read, and how long work is watched and cancelled.

#pragma once

#include "spade.h"

// Exit statuses.
#define CLI_DONE 0
#define CLI_FAILED 1      // bad input, or nothing that the caller could help
#define CLI_BAD_USAGE 2
#define CLI_CANCELLED 130 // as a shell reports a death by Ctrl-C

typedef struct
{
  const char *name;      // "synth"
  const char *arguments; // what follows the options, for --help
  const char *summary;   // one line
  const char *details;   // below the options in --help, or NULL
  int (*run) (int argc, char **argv);
} CliCommand;

extern const CliCommand cmd_classes;
extern const CliCommand cmd_encode;
extern const CliCommand cmd_import;
extern const CliCommand cmd_info;
extern const CliCommand cmd_synth;
extern const CliCommand cmd_untrained;

// Says one sentence on stderr after "spade: ".
void cli_note (const char *format, ...) G_GNUC_PRINTF (1, 2);
// Says what was wrong with the call, and where the help is.
int cli_bad_usage (const CliCommand *command,
                   const char       *format,
                   ...) G_GNUC_PRINTF (2, 3);
// Says the error; gives the exit status that fits it.
int cli_fail (const GError *error);

// Reads the options of entries, and those of more, which may be NULL.
// Handles --help. FALSE: the command ends with CLI_BAD_USAGE. What is left of
// argv are the arguments, from argv[1] on.
gboolean cli_parse (const CliCommand   *command,
                    const GOptionEntry *entries,
                    const GOptionEntry *more,
                    int                *argc,
                    char             ***argv);

// Reads a whole number without sign of at most max; FALSE for other text.
gboolean cli_parse_number (const char *text, guint64 max, guint64 *out_number);

// Loads a model: a file, the name of an installed model, or NULL for the
// default (spade_model_find()). NULL with error set where it is not one.
SpadeModel *cli_load_model (const char *model, GError **error);

// --device, --precision, --threads and --no-cache.
typedef struct
{
  char        *device;
  char        *precision;
  char        *threads;
  gboolean     has_no_cache;
  char        *cache;
  GOptionEntry entries[5];
} CliEngine;

void cli_engine_init (CliEngine *engine);
void cli_engine_clear (CliEngine *engine);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliEngine, cli_engine_clear)
// CLI_DONE, or CLI_BAD_USAGE after saying why. out_options borrows.
int cli_engine_read (const CliEngine     *engine,
                     const CliCommand    *command,
                     SpadeContextOptions *out_options);

// Gives a monitor that draws a bar where stderr is a terminal, and that
// Ctrl-C cancels: the first ends the work in order, the second the program.
const SpadeMonitor *cli_monitor_begin (void);
// Takes the bar away.
void cli_monitor_end (void);
// Says whether the first Ctrl-C has come.
gboolean cli_is_cancelled (void);
// The same as an error, SPADE_ERROR_CANCELLED; TRUE where it has not come.
gboolean cli_check_cancelled (GError **error);
