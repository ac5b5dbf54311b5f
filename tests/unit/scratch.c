// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// See scratch.h.

#include "scratch.h"

#include <glib/gstdio.h>

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
scratch_write (const char *name, const void *bytes, gsize size)
{
  char *path = scratch_path (name);

  // In place and without a sync, which truncation at every byte would feel.
  g_assert_true (g_file_set_contents_full (path, bytes, (gssize) size,
                                           G_FILE_SET_CONTENTS_NONE, 0600,
                                           NULL));
  return path;
}

static guint
visit (gboolean is_removing)
{
  GDir       *dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *name;
  guint       n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      n++;
      if (is_removing)
        g_unlink (path);
    }
  g_clear_pointer (&dir, g_dir_close);
  return n;
}

guint
scratch_count (void)
{
  return visit (FALSE);
}

void
scratch_remove (void)
{
  visit (TRUE);
  if (folder != NULL)
    g_rmdir (folder);
  g_clear_pointer (&folder, g_free);
}
