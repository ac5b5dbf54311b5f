// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The rows of a class table view. Sorting happens only when a table is set:
// a row that moved away under the user's hand would be hard to follow.

#include "class-rows.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

static SpadeOrigin
origin_of_mapping (SpadeMapping mapping)
{
  switch (mapping)
    {
    case SPADE_MAPPING_NONE:
      return SPADE_ORIGIN_NONE;
    case SPADE_MAPPING_NAME:
      return SPADE_ORIGIN_NAME;
    case SPADE_MAPPING_COLOUR:
      return SPADE_ORIGIN_COLOUR;
    case SPADE_MAPPING_INDEX:
      return SPADE_ORIGIN_INDEX;
    case SPADE_MAPPING_FOREIGN:
      return SPADE_ORIGIN_FOREIGN;
    case SPADE_MAPPING_SYNONYM:
      return SPADE_ORIGIN_SYNONYM;
    case SPADE_MAPPING_TABLE:
      break;
    }
  return SPADE_ORIGIN_YOU;
}

// Finds where each class of the table came from, and what to suggest.
static gboolean
find_origins (SpadeClassRows *rows,
              const char     *spec)
{
  const SpadeClassTable      *table = rows->table;
  g_autoptr (SpadeClassTable) plain = NULL;

  plain = spade_class_table_new (table->set, table->entries, table->n_entries,
                                 "auto", NULL);
  if (plain == NULL)
    return FALSE;
  for (int i = 0; i < table->n_entries; i++)
    {
      rows->origin[i] = origin_of_mapping (table->mapping[i]);
      if (table->mapping[i] == SPADE_MAPPING_TABLE &&
          plain->class_id[i] == table->class_id[i])
        rows->origin[i] = origin_of_mapping (plain->mapping[i]);
      else if (spec != NULL && spade_class_spec_is_file (spec) &&
               table->class_id[i] >= 0)
        rows->origin[i] = SPADE_ORIGIN_FILE;
    }
  spade_class_table_suggest (table, rows->suggestion);
  return TRUE;
}

SpadeClassRows *
spade_class_rows_new (const SpadeClassSet      *set,
                      const SpadePaletteEntry  *entries,
                      int                       n_entries,
                      const guint64            *pixels,
                      const char               *spec,
                      GError                  **error)
{
  g_autoptr (SpadeClassRows) rows = g_new0 (SpadeClassRows, 1);

  rows->table = spade_class_table_new (set, entries, n_entries, spec, error);
  if (rows->table == NULL || !find_origins (rows, spec))
    return NULL;
  for (int i = 0; i < rows->table->n_entries; i++)
    {
      rows->pixels[i] = pixels == NULL ? 1 : i < n_entries ? pixels[i] : 0;
      rows->n_pixels += rows->pixels[i];
    }
  return g_steal_pointer (&rows);
}

gboolean
spade_class_rows_set_pixels (SpadeClassRows          *rows,
                             const SpadeClassSet     *set,
                             const SpadePaletteEntry *entries,
                             int                      n_entries,
                             const guint64           *pixels)
{
  const SpadeClassTable *table = rows->table;

  if (table->set != set || table->n_entries != n_entries || pixels == NULL)
    return FALSE;
  for (int i = 0; i < n_entries; i++)
    if (memcmp (table->entries[i].rgb, entries[i].rgb, 3) != 0 ||
        g_strcmp0 (table->entries[i].name, entries[i].name) != 0 ||
        (rows->pixels[i] > 0) != (pixels[i] > 0))
      return FALSE;
  rows->n_pixels = 0;
  for (int i = 0; i < n_entries; i++)
    {
      rows->pixels[i] = pixels[i];
      rows->n_pixels += pixels[i];
    }
  return TRUE;
}

void
spade_class_rows_free (SpadeClassRows *rows)
{
  if (rows == NULL)
    return;
  spade_class_table_free (rows->table);
  g_free (rows);
}

gboolean
spade_class_rows_set_spec (SpadeClassRows  *rows,
                           const char      *spec,
                           GError         **error)
{
  SpadeClassTable *table;

  table = spade_class_table_new (rows->table->set, rows->table->entries,
                                 rows->table->n_entries, spec, error);
  if (table == NULL)
    return FALSE;
  spade_class_table_free (rows->table);
  rows->table = table;
  return find_origins (rows, spec);
}

void
spade_class_rows_set_class (SpadeClassRows *rows,
                            int             entry,
                            int             class_id)
{
  g_return_if_fail (entry >= 0 && entry < rows->table->n_entries);
  rows->table->class_id[entry] = (gint16) class_id;
  rows->table->mapping[entry] = class_id < 0 ? SPADE_MAPPING_NONE
                                             : SPADE_MAPPING_TABLE;
  rows->origin[entry] = class_id < 0 ? SPADE_ORIGIN_NONE : SPADE_ORIGIN_YOU;
  spade_class_table_suggest (rows->table, rows->suggestion);
}

static int
compare_entries (gconstpointer a,
                 gconstpointer b,
                 gpointer      user_data)
{
  const SpadeClassRows *rows = user_data;
  int                   x = *(const int *) a;
  int                   y = *(const int *) b;
  gboolean              x_mapped = rows->table->class_id[x] >= 0;
  gboolean              y_mapped = rows->table->class_id[y] >= 0;

  if (x_mapped != y_mapped)
    return x_mapped ? 1 : -1;
  if (rows->pixels[x] != rows->pixels[y])
    return rows->pixels[x] < rows->pixels[y] ? 1 : -1;
  return x - y;
}

int
spade_class_rows_order (const SpadeClassRows *rows,
                        int                   out_entries[256])
{
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (int));

  for (int i = 0; i < rows->table->n_entries; i++)
    if (rows->pixels[i] > 0)
      g_array_append_val (entries, i);
  g_array_sort_with_data (entries, compare_entries, (gpointer) rows);
  for (guint i = 0; i < entries->len; i++)
    out_entries[i] = g_array_index (entries, int, i);
  return (int) entries->len;
}

int
spade_class_rows_count_unmapped (const SpadeClassRows *rows)
{
  int n = 0;

  for (int i = 0; i < rows->table->n_entries; i++)
    n += rows->pixels[i] > 0 && rows->table->class_id[i] < 0;
  return n;
}

static gboolean
is_suggested (const SpadeClassRows *rows,
              int                   entry)
{
  return rows->pixels[entry] > 0 && rows->table->class_id[entry] < 0 &&
         rows->suggestion[entry] >= 0;
}

int
spade_class_rows_count_suggested (const SpadeClassRows *rows)
{
  int n = 0;

  for (int i = 0; i < rows->table->n_entries; i++)
    n += is_suggested (rows, i);
  return n;
}

void
spade_class_rows_accept (SpadeClassRows *rows)
{
  for (int i = 0; i < rows->table->n_entries; i++)
    if (is_suggested (rows, i))
      spade_class_rows_set_class (rows, i, rows->suggestion[i]);
}

double
spade_class_rows_get_share (const SpadeClassRows *rows,
                            int                   entry)
{
  if (rows->n_pixels == 0)
    return 0.0;
  return (double) rows->pixels[entry] / (double) rows->n_pixels;
}

char *
spade_class_rows_name_class (const SpadeClassSet *set,
                             int                  class_id)
{
  if (class_id < 0)
    return NULL;
  if (set != NULL && class_id < set->n_ids)
    return g_strdup (set->classes[class_id].name);
  return g_strdup_printf ("%d", class_id);
}

char *
spade_class_rows_carry (const SpadeClassRows    *rows,
                        const SpadeClassSet     *set,
                        const SpadePaletteEntry *entries,
                        int                      n_entries)
{
  const SpadeClassSet        *old = rows->table->set;
  g_autofree char            *spec = NULL;
  g_autoptr (SpadeClassTable) table = NULL;

  if (old != set && (old == NULL || set == NULL))
    return g_strdup ("auto");
  spec = spade_class_table_adapt (rows->table, entries, n_entries, TRUE);
  if (old == set)
    return g_steal_pointer (&spec);
  table = spade_class_table_new (old, entries, n_entries, spec, NULL);
  return spade_class_table_translate (table, set);
}

char *
spade_class_rows_to_string (const SpadeClassRows *rows,
                            const char           *remembered)
{
  const SpadeClassTable      *table = rows->table;
  g_autoptr (SpadeClassTable) plain = NULL, old = NULL;
  g_autofree char            *start = spade_class_table_to_string (table);
  GString                    *text = g_string_new (start);

  plain = spade_class_table_new (table->set, table->entries, table->n_entries,
                                 "auto", NULL);
  if (remembered != NULL)
    old = spade_class_table_new (table->set, table->entries, table->n_entries,
                                 remembered, NULL);
  for (int i = 0; old != NULL && i < table->n_entries; i++)
    if (table->class_id[i] < 0 && plain->class_id[i] < 0 &&
        old->class_id[i] >= 0)
      g_string_append_printf (text, "%s%d=", text->len > 0 ? ";" : "", i);
  if (text->len == 0)
    g_string_append (text, "auto");
  return g_string_free (text, FALSE);
}

gboolean
spade_class_rows_load (SpadeClassRows  *rows,
                       const char      *path,
                       GError         **error)
{
  g_autoptr (SpadeClassTable) loaded = NULL;
  SpadeClassTable            *table = rows->table;
  int                         n_taken = 0;

  loaded = spade_class_table_new (table->set, table->entries,
                                  table->n_entries, path, error);
  if (loaded == NULL)
    return FALSE;
  for (int i = 0; i < table->n_entries; i++)
    {
      if (loaded->class_id[i] < 0)
        continue;
      spade_class_rows_set_class (rows, i, loaded->class_id[i]);
      rows->origin[i] = SPADE_ORIGIN_FILE;
      n_taken += rows->pixels[i] > 0;
    }
  if (n_taken > 0)
    return TRUE;
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
               _("The palette %s gives no class to any color of this map."),
               path);
  return FALSE;
}

gboolean
spade_class_rows_save (const SpadeClassRows  *rows,
                       const char            *path,
                       GError               **error)
{
  const SpadeClassTable *table = rows->table;
  g_autoptr (GString)    text = g_string_new ("GIMP Palette\n");
  g_autofree char       *name = g_path_get_basename (path);
  g_autoptr (GError)     reason = NULL;

  if (spade_class_spec_is_file (name))
    name[strlen (name) - strlen (".gpl")] = '\0';
  g_string_append_printf (text, "Name: %s\nColumns: 0\n#\n", name);
  for (int i = 0; i < table->n_entries; i++)
    {
      const guint8    *rgb = table->entries[i].rgb;
      g_autofree char *class_name = NULL;

      class_name = spade_class_rows_name_class (table->set,
                                                table->class_id[i]);
      if (class_name != NULL)
        g_string_append_printf (text, "%3d %3d %3d\t%s\n", rgb[0], rgb[1],
                                rgb[2], class_name);
    }
  if (g_file_set_contents (path, text->str, (gssize) text->len, &reason))
    return TRUE;
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
               _("The palette %s cannot be written: %s."), path,
               reason->message);
  return FALSE;
}
