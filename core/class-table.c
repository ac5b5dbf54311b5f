// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Making a class table from a palette and a spec.
// Nothing is guessed: an entry that no rule names stays without a class, and
// class-table-apply.c complains when a pixel uses it. Guesses for people to
// confirm are in class-suggest.c.

#include "class-table-private.h"

#include <stdlib.h>
#include <string.h>

#include "foreign-palette.h"
#include "gpl.h"

#define LABEL_UNLABELED 255 // in COCO label PNGs

int
spade_class_from_number (const SpadeClassSet *set,
                         guint64              number)
{
  if (set == NULL)
    return number <= 255 ? (int) number : -1;
  if (number == LABEL_UNLABELED)
    return set->unlabeled;
  return number < (guint64) set->n_ids ? (int) number : -1;
}

int
spade_class_from_colour (const SpadeClassSet *set,
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
  int n = CLAMP (table->n_entries, 0, 256); // GCC 14 does not know it

  for (int i = 0; i < n; i++)
    set_entry (table, i, spade_class_from_number (table->set, i),
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
               spade_class_from_colour (table->set, table->entries[i].rgb),
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
    set_entry (table, i, spade_class_from_colour (table->set, entry->rgb),
               SPADE_MAPPING_COLOUR);
  if (table->class_id[i] < 0)
    set_entry (table, i,
               spade_class_set_lookup_synonym (table->set, entry->name),
               SPADE_MAPPING_SYNONYM);
}

void
spade_class_table_map_auto (SpadeClassTable *table)
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
spade_class_spec_is_by_colour (const char *spec)
{
  return spade_class_spec_is_table (spec) && spec[strspn (spec, " ;")] == '#';
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
    spade_class_table_map_auto (table);
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
    return spade_class_table_map_by_text (table, spec, error);
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
