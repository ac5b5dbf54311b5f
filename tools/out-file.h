// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A result file that appears only when it is complete: written beside its
// place, then renamed.

#pragma once

#include <stdio.h>

#include "spade-types.h"

typedef struct
{
  char *path;      // as it was named
  char *target;    // where links lead to
  char *temporary;
  FILE *stream;
} OutFile;

// Gives where the links of a path lead to, also to a file that is not there yet; one
// of a ring of them is a link.
// Free with g_free().
char *out_file_resolve (const char *path);

// Says whether a file could be written there: its folder is there and may be
// written, no folder or device is in the way, and it is none of the n_inputs
// files, of which some may be NULL. For a clear answer before long work.
// Errors: SPADE_ERROR_FILE.
gboolean out_file_check (const char *path, const char *const *inputs,
                         int n_inputs, GError **error);

// Says whether both paths lead to one file or folder that is there.
gboolean out_file_is_same (const char *path, const char *other);

// A path that is a link means what it leads to. Errors: SPADE_ERROR_FILE.
OutFile *out_file_open (const char *path, GError **error);
// Puts the file in its place. Errors: SPADE_ERROR_FILE, and SPADE_ERROR_CANCELLED
// after Ctrl-C; path is then as it was.
gboolean out_file_commit (OutFile *out, GError **error);
// Removes what was not committed.
void     out_file_free (OutFile *out);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OutFile, out_file_free)
