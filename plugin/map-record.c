// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The map record as a parasite: five lines of text, so that a person can read
// it in an .xcf and a newer version can be told from damage:
//
//   gimp-spade-map 1
//   class-set coco-stuff
//   colours 6699cc 009900
//   names sky;my%3Blawn
//   classes 0=sky-other;1=grass
//
// The line of names may be missing; they are escaped as in URIs.

#include "map-record.h"

#include <glib/gi18n.h>
#include <string.h>

#include "parasite-text.h"

#define HEADING "gimp-spade-map "
#define VERSION "1"

void
spade_map_record_free (SpadeMapRecord *record)
{
  if (record == NULL)
    return;
  g_free (record->class_set);
  for (int i = 0; i < 256; i++)
    g_free (record->names[i]);
  g_free (record->classes);
  g_free (record);
}

// Gives a table, its names borrowed, of the entries that have a class.
static SpadeClassTable
skip_strays (const SpadeClassTable *table)
{
  SpadeClassTable rest = *table;

  rest.n_entries = 0;
  for (int i = 0; i < table->n_entries; i++)
    if (table->class_id[i] >= 0)
      {
        rest.entries[rest.n_entries] = table->entries[i];
        rest.class_id[rest.n_entries] = table->class_id[i];
        rest.mapping[rest.n_entries++] = table->mapping[i];
      }
  return rest;
}

SpadeMapRecord *
spade_map_record_new (const SpadeClassTable *table,
                      gboolean               skips_strays)
{
  SpadeMapRecord *record = g_new0 (SpadeMapRecord, 1);
  SpadeClassTable rest;

  if (skips_strays)
    {
      rest = skip_strays (table);
      table = &rest;
    }
  record->class_set = g_strdup (table->set ? table->set->name : "");
  record->n_entries = table->n_entries;
  record->has_names = TRUE;
  for (int i = 0; i < table->n_entries; i++)
    {
      memcpy (record->rgb[i], table->entries[i].rgb, 3);
      record->names[i] = g_strdup (table->entries[i].name);
    }
  record->classes = spade_class_table_to_string (table);
  return record;
}

// Gives what follows key on its line, or NULL.
static const char *
find_value (char      **lines,
            const char *key)
{
  for (int i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], key))
      return lines[i] + strlen (key);
  return NULL;
}

static gboolean
parse_colours (SpadeMapRecord *record,
               const char     *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  for (int i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    {
      char   *end;
      guint64 rgb = g_ascii_strtoull (words[i], &end, 16);

      if (i == 256 || strlen (words[i]) != 6 || *end != '\0')
        return FALSE;
      record->rgb[i][0] = rgb >> 16 & 255;
      record->rgb[i][1] = rgb >> 8 & 255;
      record->rgb[i][2] = rgb & 255;
      record->n_entries = i + 1;
    }
  return TRUE;
}

static void
parse_names (SpadeMapRecord *record,
             const char     *text)
{
  g_auto (GStrv) words = g_strsplit (text, ";", -1);

  record->has_names = TRUE;
  for (int i = 0; i < record->n_entries && words[i] != NULL; i++)
    if (*words[i] != '\0')
      record->names[i] = g_uri_unescape_string (words[i], NULL);
}

// Gives NULL for what is damaged, or of the version that out_version then is.
static SpadeMapRecord *
parse (const char  *text,
       char       **out_version)
{
  g_autoptr (SpadeMapRecord) record = g_new0 (SpadeMapRecord, 1);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  const char *version = find_value (lines, HEADING);
  const char *class_set = find_value (lines, "class-set ");
  const char *colours = find_value (lines, "colours ");
  const char *names = find_value (lines, "names ");
  const char *classes = find_value (lines, "classes ");

  *out_version = NULL;
  if (version != NULL && strcmp (version, VERSION) != 0)
    {
      *out_version = g_strdup (version);
      return NULL;
    }
  if (version == NULL || class_set == NULL || colours == NULL ||
      classes == NULL || !parse_colours (record, colours))
    return NULL;
  if (names != NULL)
    parse_names (record, names);
  record->class_set = g_strdup (class_set);
  record->classes = g_strdup (classes);
  return g_steal_pointer (&record);
}

// Gives the parasite's text, "" where it holds nothing; NULL: there is none.
static char *
read_text (GimpImage *image)
{
  return spade_parasite_take_text (
    gimp_image_get_parasite (image, SPADE_MAP_RECORD_PARASITE));
}

gboolean
spade_map_record_read (GimpImage       *image,
                       SpadeMapRecord **out_record,
                       GError         **error)
{
  g_autofree char *text = read_text (image);
  g_autofree char *version = NULL;

  *out_record = text != NULL ? parse (text, &version) : NULL;
  if (text == NULL || *out_record != NULL)
    return TRUE;
  if (version != NULL)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                 // Translators: two version numbers
                 _("The image's map record has version %s, and this plug-in "
                   "reads version %s; install a newer gimp-spade."),
                 version, VERSION);
  else
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                 _("The image's parasite \"%s\" is damaged; write a new one "
                   "with Map Palette to Classes, or remove it to use the "
                   "standard colors."), SPADE_MAP_RECORD_PARASITE);
  return FALSE;
}

gboolean
spade_map_record_is_damaged (GimpImage *image)
{
  g_autoptr (SpadeMapRecord) record = NULL;
  g_autofree char           *text = read_text (image);
  g_autofree char           *version = NULL;

  if (text != NULL)
    record = parse (text, &version);
  return text != NULL && record == NULL && version == NULL;
}

// Entries without names at the end are left out.
static void
append_names (GString              *text,
              const SpadeMapRecord *record)
{
  int n = record->n_entries;

  while (n > 0 && record->names[n - 1] == NULL)
    n--;
  for (int i = 0; i < n; i++)
    {
      g_autofree char *name = NULL;

      if (record->names[i] != NULL)
        name = g_uri_escape_string (record->names[i], " ", TRUE);
      g_string_append_printf (text, "%s%s", i > 0 ? ";" : "",
                              name != NULL ? name : "");
    }
}

void
spade_map_record_attach (const SpadeMapRecord *record,
                         GimpImage            *image,
                         gboolean              is_undoable)
{
  g_autoptr (GString) text = g_string_new (HEADING VERSION "\n");
  GimpParasite *parasite;

  g_string_append_printf (text, "class-set %s\ncolours ", record->class_set);
  for (int i = 0; i < record->n_entries; i++)
    g_string_append_printf (text, "%s%02x%02x%02x", i > 0 ? " " : "",
                            record->rgb[i][0], record->rgb[i][1],
                            record->rgb[i][2]);
  if (record->has_names)
    g_string_append (text, "\nnames ");
  append_names (text, record);
  g_string_append_printf (text, "\nclasses %s\n", record->classes);
  parasite = spade_parasite_new_text (SPADE_MAP_RECORD_PARASITE, text->str,
                                      is_undoable);
  gimp_image_attach_parasite (image, parasite);
  gimp_parasite_free (parasite);
}

// Finds a class set: that of the model, a built-in one, or of a model that is
// installed; or NULL.
static const SpadeClassSet *
find_set (const char          *name,
          const SpadeClassSet *set)
{
  const SpadeClassSet *found;

  if (set != NULL && strcmp (set->name, name) == 0)
    return set;
  found = spade_class_set_find (name, NULL);
  if (found == NULL) // loading a model makes its set known
    {
      g_ptr_array_unref (spade_model_list_cards ());
      found = spade_class_set_find (name, NULL);
    }
  return found;
}

SpadeClassTable *
spade_map_record_get_table (const SpadeMapRecord *record,
                            const SpadeClassSet  *set)
{
  g_auto (GStrv)     pairs = NULL;
  g_autoptr (GString) known = NULL;
  SpadePaletteEntry  entries[256] = { 0 };
  SpadeClassTable   *table;

  set = *record->class_set != '\0' ? find_set (record->class_set, set) : NULL;
  if (*record->class_set != '\0' && set == NULL)
    return NULL;
  for (int i = 0; i < record->n_entries; i++)
    {
      memcpy (entries[i].rgb, record->rgb[i], 3);
      entries[i].name = record->names[i];
    }
  table = spade_class_table_new (set, entries, record->n_entries,
                                 record->classes, NULL);
  if (table != NULL)
    return table;
  known = g_string_new (NULL);
  pairs = g_strsplit (record->classes, ";", -1);
  for (int i = 0; pairs[i] != NULL; i++)
    {
      table = spade_class_table_new (set, entries, record->n_entries, pairs[i], NULL);
      if (table != NULL)
        g_string_append_printf (known, "%s;", pairs[i]);
      spade_class_table_free (table);
    }
  return spade_class_table_new (set, entries, record->n_entries, known->str, NULL);
}
