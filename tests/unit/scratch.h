// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A scratch folder that goes away with its files, for tests that write.

#pragma once

#include <glib.h>

// Gives the path of a file of that name in the test program's scratch folder.
// Free with g_free().
char *scratch_path (const char *name);
// The same, with a number before the name that no other has: a file in use may not
// be written over everywhere.
char *scratch_new_path (const char *name);
// Writes it and gives its path. Free with g_free().
char *scratch_write (const char *name, const void *bytes, gsize size);
// Cuts a file off there, or makes it that long; what is new takes no room where the
// system can do without.
void scratch_truncate (const char *path, gint64 size);
// Gives the number of files in the folder.
guint scratch_count (void);
// Removes a file, or a folder with all that is in it, of the test's own.
void scratch_remove_tree (const char *path);
// Removes the scratch folder; last in main().
void scratch_remove (void);
