// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

#include "style-find.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
is_uri (const char *style)
{
  return g_str_has_prefix (style, "file:");
}

gboolean
spade_effect_style_is_name (const char *style)
{
  return !is_uri (style) && strchr (style, G_DIR_SEPARATOR) == NULL;
}

char *
spade_effect_style_find (const char  *style,
                         GError     **error)
{
  g_auto (GStrv)   folders = spade_style_folders ();
  g_autofree char *file = g_strconcat (style, ".jpg", NULL);

  if (is_uri (style))
    return g_filename_from_uri (style, NULL, error);
  if (!spade_effect_style_is_name (style))
    return g_strdup (style);
  for (int i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (folders[i], file, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&path);
    }
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_STYLE,
               _("The style image %s does not exist."), file);
  return NULL;
}
