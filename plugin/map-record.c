// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The map record as a parasite: four lines of text, so that a person can read
// it in an .xcf and a newer version can be told from damage:
//
//   gimp-spade-map 1
//   class-set coco-stuff
//   colours 6699cc 009900
//   classes 0=sky-other;1=grass

#include "map-record.h"

#include <glib/gi18n.h>
#include <string.h>

#define HEADING "gimp-spade-map "
#define VERSION "1"

void
spade_map_record_free (SpadeMapRecord *record)
{
  if (record == NULL)
    return;
  g_free (record->class_set);
  g_free (record->classes);
  g_free (record);
}

SpadeMapRecord *
spade_map_record_new (const SpadeClassTable *table)
{
  SpadeMapRecord *record = g_new0 (SpadeMapRecord, 1);

  record->class_set = g_strdup (table->set ? table->set->name : "");
  record->n_entries = table->n_entries;
  for (int i = 0; i < table->n_entries; i++)
    memcpy (record->rgb[i], table->entries[i].rgb, 3);
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

static SpadeMapRecord *
parse (const char  *text,
       GError     **error)
{
  g_autoptr (SpadeMapRecord) record = g_new0 (SpadeMapRecord, 1);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  const char *version = find_value (lines, HEADING);
  const char *class_set = find_value (lines, "class-set ");
  const char *colours = find_value (lines, "colours ");
  const char *classes = find_value (lines, "classes ");

  if (version != NULL && strcmp (version, VERSION) != 0)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                   // Translators: two version numbers
                   _("The image's map record has version %s, and this plug-in "
                     "reads version %s; install a newer gimp-spade."),
                   version, VERSION);
      return NULL;
    }
  if (version == NULL || class_set == NULL || colours == NULL ||
      classes == NULL || !parse_colours (record, colours))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                   _("The image's parasite \"%s\" is damaged; remove it to "
                     "use the standard colors."), SPADE_MAP_RECORD_PARASITE);
      return NULL;
    }
  record->class_set = g_strdup (class_set);
  record->classes = g_strdup (classes);
  return g_steal_pointer (&record);
}

gboolean
spade_map_record_read (GimpImage       *image,
                       SpadeMapRecord **out_record,
                       GError         **error)
{
  GimpParasite    *parasite;
  gconstpointer    data;
  guint32          size;
  g_autofree char *text = NULL;

  *out_record = NULL;
  parasite = gimp_image_get_parasite (image, SPADE_MAP_RECORD_PARASITE);
  if (parasite == NULL)
    return TRUE;
  data = gimp_parasite_get_data (parasite, &size);
  text = g_strndup (data, size);
  gimp_parasite_free (parasite);
  *out_record = parse (text, error);
  return *out_record != NULL;
}

void
spade_map_record_attach (const SpadeMapRecord *record,
                         GimpImage            *image)
{
  g_autoptr (GString) text = g_string_new (HEADING VERSION "\n");
  GimpParasite *parasite;

  g_string_append_printf (text, "class-set %s\ncolours ", record->class_set);
  for (int i = 0; i < record->n_entries; i++)
    g_string_append_printf (text, "%s%02x%02x%02x", i > 0 ? " " : "",
                            record->rgb[i][0], record->rgb[i][1],
                            record->rgb[i][2]);
  g_string_append_printf (text, "\nclasses %s\n", record->classes);
  parasite = gimp_parasite_new (SPADE_MAP_RECORD_PARASITE,
                                GIMP_PARASITE_PERSISTENT |
                                GIMP_PARASITE_UNDOABLE,
                                (guint32) text->len, text->str);
  gimp_image_attach_parasite (image, parasite);
  gimp_parasite_free (parasite);
}
