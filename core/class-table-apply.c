// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Turning palette indices or colours into class ids through a class table.
// Pixels without a class are an error that says which entries or colours they
// use and how often, most often first.

#include "colour-key.h"
#include "include/spade-class-table.h"

#include <string.h>

#define MAX_LISTED 8
#define MAX_COLOURS 4096 // without a class that a map could have
// A colour of a soft edge covers at most this part of the map, or so few pixels.
#define MOST_OF_A_STRAY 50
#define FEW_PIXELS 16
#define MOST_COUNTED (1 << 20) // of them

// What pixels without a class have in common.
typedef struct
{
  int         index; // palette entry, or -1
  guint8      rgb[3];
  gboolean    has_rgb;
  const char *name;  // borrowed, or NULL
  gsize       n_pixels;
} Stray;

static int
compare_strays (gconstpointer a,
                gconstpointer b)
{
  const Stray *left = a;
  const Stray *right = b;

  if (left->n_pixels != right->n_pixels)
    return left->n_pixels > right->n_pixels ? -1 : 1;
  if (left->index != right->index)
    return left->index < right->index ? -1 : 1;
  return memcmp (left->rgb, right->rgb, 3);
}

// Appends "3 'my sky' #0000ff (12 pixels)".
static void
append_stray (GString     *text,
              const Stray *stray)
{
  if (stray->index >= 0)
    g_string_append_printf (text, "%d ", stray->index);
  if (stray->name != NULL && *stray->name != '\0')
    g_string_append_printf (text, "'%s' ", stray->name);
  if (stray->has_rgb)
    g_string_append_printf (text, "#%02x%02x%02x ", stray->rgb[0],
                            stray->rgb[1], stray->rgb[2]);
  else
    g_string_append (text, "beyond the palette ");
  g_string_append_printf (text, "(%" G_GSIZE_FORMAT " pixel%s)",
                          stray->n_pixels, stray->n_pixels == 1 ? "" : "s");
}

static void
set_stray_error (GError     **error,
                 GArray      *strays,
                 const char  *one,
                 const char  *many)
{
  g_autoptr (GString) list = g_string_new (NULL);

  g_array_sort (strays, compare_strays);
  for (guint i = 0; i < strays->len && i < MAX_LISTED; i++)
    {
      if (i > 0)
        g_string_append (list, ", ");
      append_stray (list, &g_array_index (strays, Stray, i));
    }
  if (strays->len > MAX_LISTED)
    g_string_append_printf (list, " and %u more", strays->len - MAX_LISTED);
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
               "Give %s a class: %s.", strays->len == 1 ? one : many,
               list->str);
}

gboolean
spade_class_table_apply (const SpadeClassTable  *table,
                         const guint8           *indices,
                         gsize                   n_pixels,
                         guint8                 *out_ids,
                         GError                **error)
{
  gsize              counts[256] = { 0 };
  guint8             ids[256];
  g_autoptr (GArray) strays = g_array_new (FALSE, TRUE, sizeof (Stray));

  for (gsize i = 0; i < n_pixels; i++)
    counts[indices[i]]++;
  for (int i = 0; i < 256; i++)
    {
      Stray stray = { .index = i, .n_pixels = counts[i] };

      ids[i] = (guint8) MAX (table->class_id[i], 0);
      if (counts[i] == 0 || table->class_id[i] >= 0)
        continue;
      stray.has_rgb = i < table->n_entries;
      if (stray.has_rgb)
        {
          memcpy (stray.rgb, table->entries[i].rgb, 3);
          stray.name = table->entries[i].name;
        }
      g_array_append_val (strays, stray);
    }
  if (strays->len > 0)
    {
      set_stray_error (error, strays, "this palette entry",
                       "these palette entries");
      return FALSE;
    }
  for (gsize i = 0; i < n_pixels; i++)
    out_ids[i] = ids[indices[i]];
  return TRUE;
}

// Says whether the table is about a palette file or one foreign palette alone.
static gboolean
is_of_other_palette (const SpadeClassTable *table)
{
  if (table->is_of_file)
    return TRUE;
  for (int i = 0; i < table->n_entries; i++)
    if (table->mapping[i] != SPADE_MAPPING_FOREIGN)
      return FALSE;
  return table->foreign != NULL;
}

// Gives colour -> class id + 1; 0 for a palette entry without a class. The
// first entry of a colour that has a class wins, entries win over the set.
static GHashTable *
colours_of_table (const SpadeClassTable *table)
{
  GHashTable *colours = g_hash_table_new (NULL, NULL);

  for (int i = 0; i < table->n_entries; i++)
    {
      gpointer key = GUINT_TO_POINTER (spade_colour_key (table->entries[i].rgb));

      if (GPOINTER_TO_INT (g_hash_table_lookup (colours, key)) == 0)
        g_hash_table_insert (colours, key,
                             GINT_TO_POINTER (table->class_id[i] + 1));
    }
  if (table->set == NULL || is_of_other_palette (table))
    return colours;
  for (int i = 0; i < table->set->n_ids; i++)
    {
      const guint8 *rgb = table->set->classes[i].rgb;
      gpointer      key = GUINT_TO_POINTER (spade_colour_key (rgb));

      if (!g_hash_table_contains (colours, key))
        g_hash_table_insert (colours, key, GINT_TO_POINTER (i + 1));
    }
  return colours;
}

// Counts one pixel of a colour without a class; FALSE when there are more
// such colours than a map could have.
static gboolean
count_stray (GHashTable *counts,
             guint       colour)
{
  gpointer key = GUINT_TO_POINTER (colour);
  gsize    n = GPOINTER_TO_SIZE (g_hash_table_lookup (counts, key));

  g_hash_table_insert (counts, key, GSIZE_TO_POINTER (n + 1));
  return g_hash_table_size (counts) <= MAX_COLOURS;
}

// Colours that a foreign palette has are mapped by its name. Those of a
// photograph are no palette's, and too many to compare.
static void
hint_at_foreign (GError               **error,
                 const SpadeClassTable *table,
                 const GArray          *strays)
{
  const SpadeForeignPalette *foreign;
  guint                      n_known = 0;
  guint8                   (*rgb)[3];
  g_autofree char           *plain = NULL;

  if (strays->len > MAX_COLOURS)
    return;
  rgb = g_malloc_n (strays->len, 3);
  for (guint i = 0; i < strays->len; i++)
    memcpy (rgb[i], g_array_index (strays, Stray, i).rgb, 3);
  foreign = spade_foreign_palette_recognize (
    table->set, (const guint8 (*)[3]) rgb, (int) strays->len);
  for (guint i = 0; i < strays->len && foreign != NULL; i++)
    n_known += spade_foreign_palette_lookup (foreign, table->set, rgb[i]) >= 0;
  g_free (rgb);
  // It may have labels of which no class is the like.
  if (n_known == 0 || foreign == table->foreign || error == NULL)
    return;
  plain = (*error)->message;
  (*error)->message = g_strdup_printf (
    "%.*s; they look like colours of %s, which the classes \"%s\" map.",
    (int) strlen (plain) - 1, plain, foreign->title, foreign->name);
}

static void
set_colour_error (GError                **error,
                  const SpadeClassTable  *table,
                  GHashTable             *counts)
{
  g_autoptr (GArray) strays = g_array_new (FALSE, TRUE, sizeof (Stray));
  GHashTableIter     iter;
  gpointer           key, value;

  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      guint colour = GPOINTER_TO_UINT (key);
      Stray stray = { .index = -1, .has_rgb = TRUE,
                      .n_pixels = GPOINTER_TO_SIZE (value),
                      .rgb = { colour >> 16, colour >> 8 & 255,
                               colour & 255 } };

      for (int i = 0; i < table->n_entries && stray.name == NULL; i++)
        if (memcmp (table->entries[i].rgb, stray.rgb, 3) == 0)
          stray.name = table->entries[i].name;
      g_array_append_val (strays, stray);
    }
  set_stray_error (error, strays, "this colour", "these colours");
  hint_at_foreign (error, table, strays);
}

// Where a run of pixels of one colour is looked up.
typedef struct
{
  GHashTable *colours; // of colours_of_table()
  guint       last;    // colour
  int         class_id;
} Lookup;

// Gives the class id of a colour, or -1.
static int
look_up (Lookup *lookup,
         guint   colour)
{
  if (colour != lookup->last)
    lookup->class_id = GPOINTER_TO_INT (g_hash_table_lookup (
                         lookup->colours, GUINT_TO_POINTER (colour))) - 1;
  lookup->last = colour;
  return lookup->class_id;
}

gboolean
spade_class_table_apply_rgb (const SpadeClassTable  *table,
                             const guint8           *rgb,
                             int                     rgb_step,
                             gsize                   n_pixels,
                             guint8                 *out_ids,
                             GError                **error)
{
  g_autoptr (GHashTable) colours = colours_of_table (table);
  g_autoptr (GHashTable) counts = g_hash_table_new (NULL, NULL);
  Lookup                 lookup = { colours, SPADE_NO_COLOUR, -1 };

  for (gsize i = 0; i < n_pixels; i++, rgb += rgb_step)
    {
      guint colour = spade_colour_key (rgb);
      int   class_id = look_up (&lookup, colour);

      out_ids[i] = (guint8) MAX (class_id, 0);
      if (class_id < 0 && !count_stray (counts, colour))
        {
          g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                       "More than %d colours of the map name no class; it "
                       "looks like a photograph, not a map in palette "
                       "colours.", MAX_COLOURS);
          return FALSE;
        }
    }
  if (g_hash_table_size (counts) == 0)
    return TRUE;
  set_colour_error (error, table, counts);
  return FALSE;
}

// Leaves the colours that cover much: no soft edge is of one colour.
static gboolean
is_little (gpointer key,
           gpointer value,
           gpointer n_pixels)
{
  return GPOINTER_TO_SIZE (value)
         <= MAX (*(gsize *) n_pixels / MOST_OF_A_STRAY, FEW_PIXELS);
}

gboolean
spade_class_table_apply_soft_rgb (const SpadeClassTable  *table,
                                  const guint8           *rgb,
                                  int                     rgb_step,
                                  gsize                   n_pixels,
                                  guint8                 *out_ids,
                                  guint8                 *out_strays,
                                  GError                **error)
{
  g_autoptr (GHashTable) colours = colours_of_table (table);
  g_autoptr (GHashTable) counts = g_hash_table_new (NULL, NULL);
  Lookup                 lookup = { colours, SPADE_NO_COLOUR, -1 };
  gsize                  n_strays = 0;

  for (gsize i = 0; i < n_pixels; i++, rgb += rgb_step)
    {
      guint colour = spade_colour_key (rgb);
      int   class_id = look_up (&lookup, colour);

      out_ids[i] = (guint8) MAX (class_id, 0);
      out_strays[i] = class_id < 0;
      n_strays += class_id < 0;
      if (class_id < 0 && g_hash_table_size (counts) < MOST_COUNTED)
        count_stray (counts, colour);
    }
  if (n_strays <= n_pixels / 2)
    g_hash_table_foreach_remove (counts, is_little, &n_pixels);
  if (g_hash_table_size (counts) == 0)
    return TRUE;
  set_colour_error (error, table, counts);
  return FALSE;
}
