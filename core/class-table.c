// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Making a class table from a palette and a spec, and writing it as text.
// Nothing is guessed: an entry that no rule names stays without a class, and
// class-table-apply.c complains when a pixel uses it. Guesses for people to
// confirm are in class-suggest.c.

#include "include/spade-class-table.h"

#include <stdlib.h>
#include <string.h>

#include "foreign-palette.h"
#include "gpl.h"

#define LABEL_UNLABELED 255 // in COCO label PNGs

static void
set_entry (SpadeClassTable *table,
           int              i,
           int              class_id,
           SpadeMapping     mapping)
{
  table->class_id[i] = (gint16) class_id;
  table->mapping[i] = class_id < 0 ? SPADE_MAPPING_NONE : mapping;
}

// Gives the class id of a number in a label PNG or a table, or -1.
static int
class_from_number (const SpadeClassSet *set,
                   guint64              number)
{
  if (set == NULL)
    return number <= 255 ? (int) number : -1;
  if (number == LABEL_UNLABELED)
    return set->unlabeled;
  return number < (guint64) set->n_ids ? (int) number : -1;
}

static int
class_from_colour (const SpadeClassSet *set,
                   const guint8         rgb[3])
{
  if (set == NULL)
    return -1;
  for (int i = 0; i < set->n_ids; i++)
    if (memcmp (set->classes[i].rgb, rgb, 3) == 0)
      return i;
  return -1;
}

static void
map_by_index (SpadeClassTable *table)
{
  for (int i = 0; i < MIN (table->n_entries, 256); i++)
    set_entry (table, i, class_from_number (table->set, i),
               SPADE_MAPPING_INDEX);
}

static void
map_by_name (SpadeClassTable *table)
{
  for (int i = 0; i < table->n_entries; i++)
    set_entry (table, i,
               spade_class_set_lookup (table->set, table->entries[i].name),
               SPADE_MAPPING_NAME);
}

static void
map_by_colour (SpadeClassTable *table)
{
  for (int i = 0; i < table->n_entries; i++)
    set_entry (table, i,
               class_from_colour (table->set, table->entries[i].rgb),
               SPADE_MAPPING_COLOUR);
}

// Says whether entry i is the grey i for every i, as in a label PNG.
static gboolean
is_grey_ramp (const SpadeClassTable *table)
{
  for (int i = 0; i < table->n_entries; i++)
    for (int c = 0; c < 3; c++)
      if (table->entries[i].rgb[c] != i)
        return FALSE;
  return table->n_entries >= 2;
}

static const SpadeForeignPalette *
recognize (const SpadeClassTable *table)
{
  guint8 rgb[256][3];

  for (int i = 0; i < table->n_entries; i++)
    memcpy (rgb[i], table->entries[i].rgb, 3);
  return spade_foreign_palette_recognize (
    table->set, (const guint8 (*)[3]) rgb, table->n_entries);
}

// The rules after the name, in turn, for an entry that has no class yet. Black
// is unlabeled in the class set and elsewhere a colour like others, so a
// foreign palette that is recognized comes first.
static void
map_entry (SpadeClassTable *table,
           int              i)
{
  const SpadePaletteEntry *entry = &table->entries[i];

  if (table->foreign != NULL)
    set_entry (table, i,
               spade_foreign_palette_lookup (table->foreign, table->set,
                                             entry->rgb),
               SPADE_MAPPING_FOREIGN);
  if (table->class_id[i] < 0)
    set_entry (table, i, class_from_colour (table->set, entry->rgb),
               SPADE_MAPPING_COLOUR);
  if (table->class_id[i] < 0)
    set_entry (table, i,
               spade_class_set_lookup_synonym (table->set, entry->name),
               SPADE_MAPPING_SYNONYM);
}

static void
map_auto (SpadeClassTable *table)
{
  gboolean has_name = FALSE;

  map_by_name (table);
  for (int i = 0; i < table->n_entries; i++)
    has_name |= table->class_id[i] >= 0;
  if (table->set == NULL || (!has_name && is_grey_ramp (table)))
    {
      map_by_index (table);
      return;
    }
  table->foreign = recognize (table);
  for (int i = 0; i < table->n_entries; i++)
    if (table->class_id[i] < 0)
      map_entry (table, i);
}

// Gives a table without entries those of the palette that have a class.
static void
adopt_foreign (SpadeClassTable           *table,
               const SpadeForeignPalette *palette)
{
  for (int i = 0; i < palette->n_colours; i++)
    {
      const SpadeClass  *colour = &palette->colours[i];
      SpadePaletteEntry *entry = &table->entries[table->n_entries];

      if (spade_foreign_palette_class (palette, table->set, i) < 0)
        continue;
      memcpy (entry->rgb, colour->rgb, 3);
      entry->name = g_strdup (colour->name);
      table->n_entries++;
    }
}

static void
map_by_foreign (SpadeClassTable           *table,
                const SpadeForeignPalette *palette)
{
  table->foreign = palette;
  if (table->n_entries == 0)
    adopt_foreign (table, palette);
  for (int i = 0; i < table->n_entries; i++)
    set_entry (table, i,
               spade_foreign_palette_lookup (palette, table->set,
                                             table->entries[i].rgb),
               SPADE_MAPPING_FOREIGN);
}

// Gives the class named by the palette file's first entry of that colour
// whose name is a class, or else another word for one; or -1.
static int
class_from_gpl (const SpadeClassSet *set,
                const GArray        *gpl,
                const guint8         rgb[3])
{
  int synonym = -1;

  for (guint i = 0; i < gpl->len; i++)
    {
      const SpadeGplEntry *entry = &g_array_index (gpl, SpadeGplEntry, i);
      int                  class_id;

      if (memcmp (entry->rgb, rgb, 3) != 0)
        continue;
      class_id = spade_class_set_lookup (set, entry->name);
      if (class_id >= 0)
        return class_id;
      if (synonym < 0)
        synonym = spade_class_set_lookup_synonym (set, entry->name);
    }
  return synonym;
}

// A table without entries (an RGB map) takes those of the palette file.
static gboolean
adopt_gpl (SpadeClassTable  *table,
           const GArray     *gpl,
           const char       *path,
           GError          **error)
{
  if (gpl->len > G_N_ELEMENTS (table->entries))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                   "The palette \"%s\" has %u entries; at most %d can be a "
                   "class table.", path, gpl->len,
                   (int) G_N_ELEMENTS (table->entries));
      return FALSE;
    }
  for (guint i = 0; i < gpl->len; i++)
    {
      const SpadeGplEntry *entry = &g_array_index (gpl, SpadeGplEntry, i);

      memcpy (table->entries[i].rgb, entry->rgb, 3);
      table->entries[i].name = g_strdup (entry->name);
    }
  table->n_entries = (int) gpl->len;
  return TRUE;
}

static gboolean
map_by_gpl (SpadeClassTable  *table,
            const char       *path,
            GError          **error)
{
  g_autoptr (GArray) gpl = spade_gpl_load (path, error);

  if (gpl == NULL)
    return FALSE;
  table->is_of_file = TRUE;
  if (table->n_entries == 0 && !adopt_gpl (table, gpl, path, error))
    return FALSE;
  for (int i = 0; i < table->n_entries; i++)
    set_entry (table, i,
               class_from_gpl (table->set, gpl, table->entries[i].rgb),
               SPADE_MAPPING_NAME);
  return TRUE;
}

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
    *out_class = class_from_number (table->set,
                                    g_ascii_strtoull (word, NULL, 10));
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
  set_entry (table, (int) index, class_id, SPADE_MAPPING_TABLE);
  return TRUE;
}

static gboolean
map_by_table (SpadeClassTable  *table,
              const char       *spec,
              GError          **error)
{
  g_auto (GStrv) pairs = g_strsplit (spec, ";", -1);

  map_auto (table);
  for (int i = 0; pairs[i] != NULL; i++)
    if (*g_strstrip (pairs[i]) != '\0' && !parse_pair (table, pairs[i], error))
      return FALSE;
  return TRUE;
}

gboolean
spade_class_spec_is_auto (const char *spec)
{
  return spec == NULL || *spec == '\0' || strcmp (spec, "auto") == 0;
}

gboolean
spade_class_spec_is_file (const char *spec)
{
  return g_str_has_suffix (spec, ".gpl") || g_str_has_suffix (spec, ".GPL");
}

gboolean
spade_class_spec_is_table (const char *spec)
{
  return strchr (spec, '=') != NULL && !spade_class_spec_is_file (spec);
}

gboolean
spade_class_spec_needs_palette (const char *spec)
{
  return g_strcmp0 (spec, "index") == 0 || g_strcmp0 (spec, "name") == 0;
}

static gboolean
map_by_spec (SpadeClassTable  *table,
             const char       *spec,
             GError          **error)
{
  const SpadeForeignPalette *foreign = spade_foreign_palette_find (spec);

  if (spade_class_spec_is_auto (spec))
    map_auto (table);
  else if (foreign != NULL)
    map_by_foreign (table, foreign);
  else if (strcmp (spec, "index") == 0)
    map_by_index (table);
  else if (strcmp (spec, "colour") == 0 || strcmp (spec, "color") == 0)
    map_by_colour (table);
  else if (strcmp (spec, "name") == 0)
    map_by_name (table);
  else if (spade_class_spec_is_file (spec))
    return map_by_gpl (table, spec, error);
  else
    return map_by_table (table, spec, error);
  return TRUE;
}

SpadeClassTable *
spade_class_table_new (const SpadeClassSet      *set,
                       const SpadePaletteEntry  *entries,
                       int                       n_entries,
                       const char               *spec,
                       GError                  **error)
{
  g_autoptr (SpadeClassTable) table = g_new0 (SpadeClassTable, 1);

  g_return_val_if_fail (n_entries >= 0 && n_entries <= 256, NULL);
  table->set = set;
  table->n_entries = n_entries;
  for (int i = 0; i < n_entries; i++)
    {
      memcpy (table->entries[i].rgb, entries[i].rgb, 3);
      table->entries[i].name = g_strdup (entries[i].name);
    }
  for (int i = 0; i < 256; i++)
    table->class_id[i] = -1;
  if (!map_by_spec (table, spec, error))
    return NULL;
  return g_steal_pointer (&table);
}

void
spade_class_table_free (SpadeClassTable *table)
{
  if (table == NULL)
    return;
  for (int i = 0; i < table->n_entries; i++)
    g_free ((char *) table->entries[i].name);
  g_free (table);
}

char *
spade_class_table_to_string (const SpadeClassTable *table)
{
  GString        *text = g_string_new (NULL);
  SpadeClassTable plain = *table; // what "auto" makes of the entries

  map_auto (&plain);
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
