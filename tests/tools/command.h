// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Runs the `spade` command that the environment variable SPADE_COMMAND names,
// in the scratch folder, and keeps what it said.

#pragma once

#include <glib.h>

typedef struct
{
  int   status; // as the program ended; -1 where a signal killed it
  char *out;
  char *err;
} Said;

void said_clear (Said *said);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Said, said_clear)

// line: the arguments as in a shell, "synth --model 'a b'".
Said command_run (const char *line);
// Runs it; the test ends where the status is not 0.
void command_do (const char *line);
// Runs it and checks that it ended with that status, saying one line on
// stderr that begins with "spade: " and holds message.
void command_fails (const char *line, int status, const char *message);
// Starts it; for signals. out_err: its stderr.
GPid command_start (const char *line, int *out_err);

// Gives a file of the scratch folder. Free with g_free().
char *command_read (const char *name, gsize *out_size);
// Says whether two files of the scratch folder hold the same.
gboolean command_same (const char *one, const char *other);
gboolean command_exists (const char *name);
