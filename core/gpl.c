// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// GIMP palette files: the line "GIMP Palette", header lines such as "Name:"
// and "Columns:", comments from '#', and one line "R G B name" per entry. Its entries
// can be the classes of a model.

#include "gpl.h"

#include <string.h>

#include "class-set.h"
#include "file-error.h"

static void
entry_clear (gpointer data)
{
  g_free (((SpadeGplEntry *) data)->name);
}

// Reads "R G B name"; FALSE when the line does not begin with three numbers
// of 0...255.
static gboolean
entry_parse (const char    *line,
             SpadeGplEntry *out_entry)
{
  for (int i = 0; i < 3; i++)
    {
      char   *end;
      guint64 value;

      while (g_ascii_isspace (*line))
        line++;
      if (!g_ascii_isdigit (*line))
        return FALSE;
      value = g_ascii_strtoull (line, &end, 10);
      if (value > 255 || (*end != '\0' && !g_ascii_isspace (*end)))
        return FALSE;
      out_entry->rgb[i] = (guint8) value;
      line = end;
    }
  out_entry->name = g_strstrip (g_utf8_make_valid (line, -1));
  spade_hide_controls (out_entry->name);
  return TRUE;
}

// A header line is one word, a colon, and anything: "Name: x", "Columns: 4".
static gboolean
is_header (const char *line)
{
  const char *colon = strchr (line, ':');

  return g_ascii_isalpha (*line) && colon != NULL
         && strcspn (line, " \t") > (gsize) (colon - line);
}

static GArray *
parse (const char  *path,
       char        *text,
       GError     **error)
{
  g_auto (GStrv)     lines = g_strsplit (text, "\n", -1);
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE,
                                            sizeof (SpadeGplEntry));

  g_array_set_clear_func (entries, entry_clear);
  if (lines[0] == NULL || strcmp (g_strchomp (lines[0]), "GIMP Palette") != 0)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                   "\"%s\" is not a GIMP palette: its first line must be "
                   "\"GIMP Palette\".", path);
      return NULL;
    }
  for (int i = 1; lines[i] != NULL; i++)
    {
      SpadeGplEntry entry;
      char         *line = g_strstrip (lines[i]);

      if (*line == '\0' || *line == '#' || (entries->len == 0
                                            && is_header (line)))
        continue;
      if (!entry_parse (line, &entry))
        {
          g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                       "Line %d of the palette \"%s\" must be three numbers "
                       "from 0 to 255 and a name.", i + 1, path);
          return NULL;
        }
      g_array_append_val (entries, entry);
    }
  return g_steal_pointer (&entries);
}

GArray *
spade_gpl_load (const char  *path,
                GError     **error)
{
  g_autofree char   *text = NULL;
  g_autoptr (GError) failure = NULL;

  if (!g_file_get_contents (path, &text, NULL, &failure))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                   "The palette cannot be read: %s.", failure->message);
      return NULL;
    }
  return parse (path, text, error);
}

// Gives the file's name without its ending, in lower case as the others.
static char *
name_of_file (const char *path)
{
  g_autofree char *base = g_filename_display_basename (path);
  char            *dot = strrchr (base, '.');

  if (dot != NULL && dot > base)
    *dot = '\0';
  spade_hide_controls (base);
  return spade_class_plain_name (base);
}

const SpadeClassSet *
spade_class_set_load (const char  *path,
                      gboolean     has_unlabeled,
                      GError     **error)
{
  g_autoptr (GArray)   entries = spade_gpl_load (path, error);
  g_autofree char     *name = name_of_file (path);
  g_autofree SpadeClass *classes = NULL;
  g_autoptr (GError)   fault = NULL;
  const SpadeClassSet *set;

  if (entries == NULL)
    return NULL;
  classes = g_new0 (SpadeClass, (gsize) entries->len + 1);
  for (guint i = 0; i < entries->len; i++)
    {
      const SpadeGplEntry *entry = &g_array_index (entries, SpadeGplEntry, i);

      classes[i].name = entry->name;
      memcpy (classes[i].rgb, entry->rgb, 3);
    }
  set = spade_class_set_get_own (name, classes, (int) entries->len, has_unlabeled,
                                 &fault);
  if (set == NULL)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                 "The entries of the palette \"%s\" cannot be a model's "
                 "classes: %s.", path, fault->message);
  return set;
}
