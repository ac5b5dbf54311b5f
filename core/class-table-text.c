// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A class table as text, "0=tree;1=sky-other".

#include "class-table-private.h"

#include <string.h>

// Gives the class that a word of a table means; "" is no class.
static gboolean
parse_class (const SpadeClassTable  *table,
             const char             *word,
             int                    *out_class,
             GError                **error)
{
  *out_class = -1;
  if (*word == '\0')
    return TRUE;
  if (strspn (word, "0123456789") == strlen (word))
    *out_class = spade_class_from_number (
                   table->set, g_ascii_strtoull (word, NULL, 10));
  else
    {
      *out_class = spade_class_set_lookup (table->set, word);
      if (*out_class < 0)
        *out_class = spade_class_set_lookup_synonym (table->set, word);
    }
  if (*out_class >= 0)
    return TRUE;
  if (table->set != NULL)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                 "\"%s\" is no class of %s; use one of its names or a class id.",
                 word, table->set->name);
  else
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                 "\"%s\" is no class id; the classes of this model have no "
                 "names.", word);
  return FALSE;
}

// Reads one "index=class".
static gboolean
parse_pair (SpadeClassTable  *table,
            char             *pair,
            GError          **error)
{
  char   *equals = strchr (pair, '=');
  char   *end = NULL;
  guint64 index = 0;
  int     class_id;

  if (equals != NULL && g_ascii_isdigit (*pair))
    {
      *equals = '\0';
      g_strstrip (pair);
      index = g_ascii_strtoull (pair, &end, 10);
    }
  if (end == NULL || *end != '\0')
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                   "\"%s\" is no way to map classes: use auto, index, colour, "
                   "name, gaugan, ade20k, cityscapes, coco-panoptic, coco-stuff-map, "
                   "a palette file (.gpl), or a table such as "
                   "\"0=tree;1=sky-other\".", pair);
      return FALSE;
    }
  if (index >= (guint64) table->n_entries)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                   "The class table names palette entry %s, but the palette "
                   "has %d.", pair, table->n_entries);
      return FALSE;
    }
  if (strchr (equals + 1, '=') != NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                   "\"%s=%s\" names more than one palette entry; put a "
                   "semicolon between them, as in \"0=tree;1=sky-other\".",
                   pair, equals + 1);
      return FALSE;
    }
  if (!parse_class (table, g_strstrip (equals + 1), &class_id, error))
    return FALSE;
  spade_class_table_set_entry (table, (int) index, class_id, SPADE_MAPPING_TABLE);
  return TRUE;
}

gboolean
spade_class_table_map_by_text (SpadeClassTable  *table,
                               const char       *text,
                               GError          **error)
{
  g_auto (GStrv) pairs = g_strsplit (text, ";", -1);

  spade_class_table_map_auto (table);
  for (int i = 0; pairs[i] != NULL; i++)
    if (*g_strstrip (pairs[i]) != '\0' && !parse_pair (table, pairs[i], error))
      return FALSE;
  return TRUE;
}

char *
spade_class_table_to_string (const SpadeClassTable *table)
{
  GString        *text = g_string_new (NULL);
  SpadeClassTable plain = *table; // what "auto" makes of the entries

  spade_class_table_map_auto (&plain);
  for (int i = 0; i < table->n_entries; i++)
    {
      int class_id = table->class_id[i];

      if (class_id < 0 && plain.class_id[i] < 0)
        continue;
      g_string_append_printf (text, "%s%d=", text->len > 0 ? ";" : "", i);
      if (class_id >= 0 && table->set != NULL)
        g_string_append (text, table->set->classes[class_id].name);
      else if (class_id >= 0)
        g_string_append_printf (text, "%d", class_id);
    }
  return g_string_free (text, FALSE);
}
