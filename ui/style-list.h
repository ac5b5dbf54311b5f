// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The styles that a person can pick from, without widgets: pictures in
// folders, and those picked lately.

#pragma once

#include <glib.h>

typedef enum
{
  SPADE_STYLE_RECENT,  // picked lately from anywhere
  SPADE_STYLE_SHIPPED, // came with the program
  SPADE_STYLE_YOURS,   // in the user's style folder
  SPADE_STYLE_N_KINDS
} SpadeStyleKind;

typedef struct
{
  SpadeStyleKind kind;
  char          *path;
  char          *name; // for people: the file's name without its ending
} SpadeStyle;

// Where styles come from; the strings are borrowed.
typedef struct
{
  const char *const *shipped;     // folders, NULL-terminated, or NULL
  const char        *yours;       // the user's style folder, or NULL
  const char        *recent_file; // remembers paths, one a line, or NULL
} SpadeStylePlaces;

#define SPADE_STYLE_MAX_RECENT 8

// Gives an array of SpadeStyle that frees its elements: recent ones (newest
// first, only files that still exist), then shipped ones and the user's, each
// by name. Folders that are not there are empty. May block on the disk.
GPtrArray *spade_style_list_new (const SpadeStylePlaces *places);

// Puts a path first in the file of recent styles, which keeps at most
// SPADE_STYLE_MAX_RECENT; makes the file and its folder. Returns FALSE with an
// error of G_FILE_ERROR when it cannot be written.
gboolean spade_style_list_remember (const char  *recent_file,
                                    const char  *path,
                                    GError     **error);

// Says whether a file's name has the ending of an image that can be shown.
gboolean spade_style_list_is_image (const char *path);

// Gives what people call a style. Free with g_free().
char *spade_style_list_name (const char *path);
