// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

#include "style-find.h"

#include <glib/gi18n-lib.h>
#include <string.h>

char *
spade_effect_style_find (const char  *style,
                         GError     **error)
{
  const char            *list = g_getenv ("SPADE_STYLE_PATH");
  g_auto (GStrv)         folders = g_strsplit (list ? list : "", G_SEARCHPATH_SEPARATOR_S, -1);
  g_autofree char       *shipped = spade_shipped_folder ("styles");
  g_autofree char       *file = NULL;
  g_autofree char       *path = NULL;

  if (g_str_has_prefix (style, "file:")) // as files are dropped on an entry
    return g_filename_from_uri (style, NULL, error);
  if (strchr (style, G_DIR_SEPARATOR) != NULL)
    return g_strdup (style);
  file = g_strconcat (style, ".jpg", NULL);
  for (int i = 0; folders[i] != NULL; i++)
    {
      g_free (path);
      path = g_build_filename (folders[i], file, NULL);
      if (*folders[i] != '\0' && g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&path);
    }
  g_free (path);
  path = g_build_filename (shipped, file, NULL);
  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return g_steal_pointer (&path);
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_STYLE,
               _("The style image %s does not exist."), path);
  return NULL;
}
