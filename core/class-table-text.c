// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A class table as text: "0=tree;1=sky-other" by entry, "#a8c832=tree" by colour.

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

// Reads "#a8c832".
static gboolean
parse_colour (const char *text,
              guint8      out_rgb[3])
{
  if (*text != '#' || strlen (text) != 7 ||
      strspn (text + 1, "0123456789abcdefABCDEF") != 6)
    return FALSE;
  for (int i = 0; i < 3; i++)
    out_rgb[i] = (guint8) (g_ascii_xdigit_value (text[1 + 2 * i]) * 16 +
                           g_ascii_xdigit_value (text[2 + 2 * i]));
  return TRUE;
}

// Gives all entries of a colour a class. adopts: one that no entry has is a new one.
static void
set_colour (SpadeClassTable *table,
            const guint8     rgb[3],
            int              class_id,
            gboolean         adopts)
{
  gboolean is_there = FALSE;

  for (int i = 0; i < table->n_entries; i++)
    if (memcmp (table->entries[i].rgb, rgb, 3) == 0)
      {
        set_entry (table, i, class_id, SPADE_MAPPING_TABLE);
        is_there = TRUE;
      }
  if (is_there || !adopts || table->n_entries == G_N_ELEMENTS (table->entries))
    return;
  memcpy (table->entries[table->n_entries].rgb, rgb, 3);
  set_entry (table, table->n_entries++, class_id, SPADE_MAPPING_TABLE);
}

// Reads one "index=class" or "#colour=class".
static gboolean
parse_pair (SpadeClassTable  *table,
            char             *pair,
            gboolean          adopts,
            GError          **error)
{
  char    *equals = strchr (pair, '=');
  char    *end = NULL;
  guint64  index = 0;
  guint8   rgb[3];
  gboolean is_colour = FALSE;
  int      class_id;

  if (equals != NULL)
    {
      *equals = '\0';
      g_strstrip (pair);
      is_colour = parse_colour (pair, rgb);
      if (g_ascii_isdigit (*pair))
        index = g_ascii_strtoull (pair, &end, 10);
    }
  if (!is_colour && (end == NULL || *end != '\0'))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                   "\"%s\" is no way to map classes: use auto, index, colour, "
                   "name, gaugan, ade20k, cityscapes, coco-panoptic, coco-stuff-map, "
                   "a palette file (.gpl), or a table such as "
                   "\"0=tree;1=sky-other\" or \"#a8c832=tree\".", pair);
      return FALSE;
    }
  if (!is_colour && index >= (guint64) table->n_entries)
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
  if (is_colour)
    set_colour (table, rgb, class_id, adopts);
  else
    set_entry (table, (int) index, class_id, SPADE_MAPPING_TABLE);
  return TRUE;
}

gboolean
spade_class_table_map_by_text (SpadeClassTable  *table,
                               const char       *text,
                               GError          **error)
{
  g_auto (GStrv) pairs = g_strsplit (text, ";", -1);
  gboolean       adopts = table->n_entries == 0;

  spade_class_table_map_auto (table);
  for (int i = 0; pairs[i] != NULL; i++)
    if (*g_strstrip (pairs[i]) != '\0' &&
        !parse_pair (table, pairs[i], adopts, error))
      return FALSE;
  return TRUE;
}

// Appends the class of an entry, "" where it has none.
static void
append_class (GString               *text,
              const SpadeClassTable *table,
              int                    class_id)
{
  if (class_id >= 0 && table->set != NULL)
    g_string_append (text, table->set->classes[class_id].name);
  else if (class_id >= 0)
    g_string_append_printf (text, "%d", class_id);
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
      append_class (text, table, class_id);
    }
  return g_string_free (text, FALSE);
}

// Says whether another entry speaks for the colour of entry i in a map of colours: the
// first that has a class does, else the first.
static gboolean
is_spoken_for (const SpadeClassTable *table,
               int                    i)
{
  for (int k = 0; k < table->n_entries; k++)
    if (k != i && memcmp (table->entries[k].rgb, table->entries[i].rgb, 3) == 0 &&
        (table->class_id[i] >= 0 ? k < i && table->class_id[k] >= 0
                                 : k < i || table->class_id[k] >= 0))
      return TRUE;
  return FALSE;
}

char *
spade_class_table_to_colours (const SpadeClassTable *table)
{
  GString *text = g_string_new (NULL);

  for (int i = 0; i < table->n_entries; i++)
    {
      const guint8 *rgb = table->entries[i].rgb;

      if (table->class_id[i] == spade_class_from_colour (table->set, rgb) ||
          is_spoken_for (table, i))
        continue;
      g_string_append_printf (text, "%s#%02x%02x%02x=", text->len > 0 ? ";" : "",
                              rgb[0], rgb[1], rgb[2]);
      append_class (text, table, table->class_id[i]);
    }
  return g_string_free (text, FALSE);
}
