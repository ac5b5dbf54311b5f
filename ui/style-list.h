// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The styles that a person can pick from, without widgets: pictures in
// folders, those picked lately, and what a caller has open.

#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

typedef enum
{
  SPADE_STYLE_SHIPPED, // came with the program
  SPADE_STYLE_OPEN,    // open in the program that asks
  SPADE_STYLE_RECENT,  // picked lately from anywhere
  SPADE_STYLE_YOURS,   // in the user's style folder
  SPADE_STYLE_N_KINDS
} SpadeStyleKind;

typedef struct
{
  SpadeStyleKind kind;
  char          *key;       // the path of its file; of open ones what the
                            // caller calls it; NULL: random
  char          *name;      // for people
  char          *tip;       // says more about it
  GdkPixbuf     *thumbnail; // of open ones; NULL: from the file
  const char    *icon_name; // static: stands for one without picture and file; or NULL
} SpadeStyle;

// Gives a style; the strings are copied, a reference to the thumbnail taken.
SpadeStyle *spade_style_new (SpadeStyleKind kind,
                             const char    *key,
                             const char    *name,
                             const char    *tip,
                             GdkPixbuf     *thumbnail);
void        spade_style_free (SpadeStyle *style);

// Where styles come from; the strings are borrowed.
typedef struct
{
  const char *const *shipped;     // folders, NULL-terminated, or NULL
  const char        *yours;       // the user's style folder, or NULL
  const char        *recent_file; // remembers paths, one a line, or NULL
} SpadeStylePlaces;

#define SPADE_STYLE_MAX_RECENT 8

// Gives an array of SpadeStyle that frees its elements: shipped ones (noon
// first, storm last, then others by name; of one name only the first), recent
// ones (newest first, only files that still exist) and the user's by name.
// Folders that are not there are empty. May block on the disk.
GPtrArray *spade_style_list_new (const SpadeStylePlaces *places);

// Puts a path first in the file of recent styles, which keeps at most
// SPADE_STYLE_MAX_RECENT; makes the file and its folder. Returns FALSE with an
// error of G_FILE_ERROR when it cannot be written.
gboolean spade_style_list_remember (const char  *recent_file,
                                    const char  *path,
                                    GError     **error);

// Says whether a file's name has the ending of an image that can be shown.
gboolean spade_style_list_is_image (const char *path);

// Gives what people call the style in a file. Free with g_free().
char *spade_style_list_name (const char *path);
