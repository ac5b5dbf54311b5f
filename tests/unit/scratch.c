// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// See scratch.h.

#include "scratch.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

static char *folder;

char *
scratch_path (const char *name)
{
  if (folder == NULL)
    folder = g_dir_make_tmp ("spade-test-XXXXXX", NULL);
  g_assert_nonnull (folder);
  return g_build_filename (folder, name, NULL);
}

char *
scratch_new_path (const char *name)
{
  static int       n;
  g_autofree char *numbered = g_strdup_printf ("%d-%s", n++, name);

  return scratch_path (numbered);
}

char *
scratch_write (const char *name, const void *bytes, gsize size)
{
  char *path = scratch_path (name);

  // In place and without a sync, which truncation at every byte would feel.
  g_assert_true (g_file_set_contents_full (path, bytes, (gssize) size,
                                           G_FILE_SET_CONTENTS_NONE, 0600,
                                           NULL));
  return path;
}

void
scratch_truncate (const char *path, gint64 size)
{
  FILE *file = g_fopen (path, "r+b");

  g_assert_nonnull (file);
  g_assert_cmpint (ftruncate (fileno (file), size), ==, 0);
  g_assert_cmpint (fclose (file), ==, 0);
}

guint
scratch_count (void)
{
  GDir *dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  g_clear_pointer (&dir, g_dir_close);
  return n;
}

void
scratch_remove_tree (const char *path)
{
  GDir       *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      scratch_remove_tree (child);
    }
  g_clear_pointer (&dir, g_dir_close);
  g_remove (path);
}

void
scratch_remove (void)
{
  if (folder != NULL)
    scratch_remove_tree (folder);
  g_clear_pointer (&folder, g_free);
}
