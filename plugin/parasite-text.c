// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

#include "parasite-text.h"

#include <string.h>

GimpParasite *
spade_parasite_new_text (const char *name,
                         const char *text,
                         gboolean    is_undoable)
{
  return gimp_parasite_new (name,
                            GIMP_PARASITE_PERSISTENT |
                            (is_undoable ? GIMP_PARASITE_UNDOABLE : 0),
                            (guint32) strlen (text), text);
}

char *
spade_parasite_take_text (GimpParasite *parasite)
{
  gconstpointer data;
  guint32       size;
  char         *text;

  if (parasite == NULL)
    return NULL;
  data = gimp_parasite_get_data (parasite, &size);
  text = g_strndup (data != NULL ? data : "", size);
  gimp_parasite_free (parasite);
  return text;
}
