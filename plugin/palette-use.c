// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The palette of a layer. What the image's map record says is carried over by
// colour, so that it holds when the palette grows or is sorted anew.

#include "palette-use.h"

#include <string.h>

void
spade_palette_use_free (SpadePaletteUse *use)
{
  if (use == NULL)
    return;
  g_ptr_array_unref (use->names);
  spade_class_table_free (use->remembered);
  g_free (use->class_set);
  g_free (use->classes);
  g_free (use);
}

// Entries named "#7" have no name.
static void
list_indexed (SpadePaletteUse *use,
              GimpImage       *image,
              const Babl      *layer_format)
{
  GimpPalette       *palette = gimp_image_get_palette (image);
  const Babl        *format;
  g_autofree guint8 *colours = NULL;
  int                n = 0;
  gsize              n_bytes;

  if (palette == NULL || layer_format == NULL)
    return; // it became RGB at this very moment
  format = babl_format_with_space ("R'G'B' u8", layer_format);
  colours = gimp_palette_get_colormap (palette, format, &n, &n_bytes);
  use->n_entries = MIN (n, 256);
  for (int i = 0; i < use->n_entries; i++)
    {
      char *name = NULL;

      memcpy (use->entries[i].rgb, colours + 3 * i, 3);
      gimp_palette_get_entry_name (palette, i, &name);
      if (name != NULL)
        g_ptr_array_add (use->names, name);
      use->entries[i].name = name != NULL && *name != '#' ? name : NULL;
    }
}

static void
list_greys (SpadePaletteUse *use)
{
  use->n_entries = 256;
  for (int i = 0; i < 256; i++)
    memset (use->entries[i].rgb, i, 3);
}

// Adds the layer's colours to entries that are there, with their pixels; FALSE where
// they are too many.
static gboolean
add_colours (SpadePaletteUse        *use,
             const SpadeLayerPixels *layer)
{
  int n;

  memset (use->pixels, 0, sizeof use->pixels);
  n = spade_palette_collect (layer->pixels, layer->step, layer->n_opaque,
                             use->entries, use->n_entries, use->pixels);
  if (n >= 0)
    use->n_entries = n;
  return n >= 0;
}

// Takes the entries of a record, or of those that have a class.
static void
take_record (SpadePaletteUse      *use,
             const SpadeMapRecord *record,
             const SpadeClassSet  *set,
             gboolean              with_class)
{
  g_autoptr (SpadeClassTable) table = with_class ? spade_map_record_get_table (record, set) : NULL;

  use->n_entries = 0;
  for (int i = 0; i < record->n_entries; i++)
    if (table == NULL || table->class_id[i] >= 0)
      memcpy (use->entries[use->n_entries++].rgb, record->rgb[i], 3);
}

int
spade_palette_use_find (const SpadePaletteUse *use,
                        const guint8           rgb[3])
{
  for (int i = 0; i < use->n_entries; i++)
    if (memcmp (use->entries[i].rgb, rgb, 3) == 0)
      return i;
  return -1;
}

// Adds colours of before that are not there yet: all, or those that were chosen.
static void
take_before (SpadePaletteUse          *use,
             const SpadePaletteBefore *before,
             gboolean                  only_chosen)
{
  for (int i = 0; before != NULL && i < before->use->n_entries; i++)
    {
      const guint8 *rgb = before->use->entries[i].rgb;

      if ((before->is_chosen[i] || !only_chosen) && use->n_entries < 256 &&
          spade_palette_use_find (use, rgb) < 0)
        memcpy (use->entries[use->n_entries++].rgb, rgb, 3);
    }
}

// Takes away, from the entry first on, what no pixel uses and nobody chose.
static void
drop_unused (SpadePaletteUse          *use,
             const SpadePaletteBefore *before,
             int                       first)
{
  int n = first;

  for (int i = first; i < use->n_entries; i++)
    {
      int k = before != NULL
                ? spade_palette_use_find (before->use, use->entries[i].rgb) : -1;

      if (use->pixels[i] == 0 && (k < 0 || !before->is_chosen[k]))
        continue;
      use->entries[n] = use->entries[i];
      use->pixels[n++] = use->pixels[i];
    }
  use->n_entries = n;
}

// The colours of the record, those of before, and the layer's. Where all of them are
// too many, those of the record that have no class go first.
static void
list_colours (SpadePaletteUse          *use,
              const SpadeLayerPixels   *layer,
              const SpadeMapRecord     *record,
              const SpadePaletteBefore *before,
              const SpadeClassSet      *set)
{
  int n = 0;

  for (int attempt = 0; attempt < 3; attempt++)
    {
      use->n_entries = 0;
      if (record != NULL)
        take_record (use, record, set, attempt > 0);
      n = use->n_entries;
      if (attempt < 2)
        take_before (use, before, attempt > 0);
      use->has_too_many = !add_colours (use, layer);
      if (!use->has_too_many)
        break;
    }
  if (use->has_too_many)
    {
      take_before (use, before, TRUE); // for when they are fewer again
      add_colours (use, layer);        // counts their pixels
    }
  else
    drop_unused (use, before, n);
  if (set == NULL)
    use->n_entries = n; // classes without names cannot be told by colour
}

// Gives entries the names that GIMP's undo took from them, if none has one.
static void
restore_names (SpadePaletteUse      *use,
               const SpadeMapRecord *record)
{
  for (int i = 0; i < use->n_entries; i++)
    if (use->entries[i].name != NULL)
      return;
  for (int i = 0; i < MIN (use->n_entries, record->n_entries); i++)
    if (record->names[i] != NULL &&
        memcmp (use->entries[i].rgb, record->rgb[i], 3) == 0)
      {
        char *name = g_strdup (record->names[i]);

        g_ptr_array_add (use->names, name);
        use->entries[i].name = name;
      }
}

// Adds what the record says. Names that it does not know cannot have changed since.
static void
remember (SpadePaletteUse      *use,
          const SpadeMapRecord *record,
          const SpadeClassSet  *set)
{
  use->class_set = g_strdup (record->class_set);
  use->has_names = record->has_names;
  use->remembered = spade_map_record_get_table (record, set);
  if (use->remembered != NULL)
    use->classes = spade_class_table_adapt (use->remembered, use->entries,
                                            use->n_entries, use->has_names);
}

static void
count_indices (SpadePaletteUse        *use,
               const SpadeLayerPixels *layer)
{
  for (gsize i = 0; i < layer->n_opaque; i++)
    use->pixels[layer->pixels[i]]++;
}

SpadePaletteUse *
spade_palette_use_new (GimpImage                 *image,
                       GimpDrawable              *drawable,
                       const SpadeLayerPixels    *layer,
                       const SpadeClassSet       *set,
                       const SpadePaletteBefore  *before,
                       gboolean                   ignores_damage,
                       GError                   **error)
{
  g_autoptr (SpadePaletteUse) use = g_new0 (SpadePaletteUse, 1);
  g_autoptr (SpadeMapRecord)  record = NULL;
  g_autoptr (GError)          fault = NULL;

  use->names = g_ptr_array_new_with_free_func (g_free);
  use->set = set;
  if (!spade_map_record_read (image, &record, &fault) &&
      !(ignores_damage && spade_map_record_is_damaged (image)))
    {
      g_propagate_error (error, g_steal_pointer (&fault));
      return NULL;
    }
  if (layer->is_indexed)
    list_indexed (use, image, gimp_drawable_get_format (drawable));
  else if (layer->is_rgb)
    list_colours (use, layer, record, before, set);
  else
    list_greys (use);
  if (record != NULL && layer->is_indexed)
    restore_names (use, record);
  if (record != NULL)
    remember (use, record, set);
  if (!layer->is_rgb)
    count_indices (use, layer);
  return g_steal_pointer (&use);
}

SpadePaletteUse *
spade_palette_use_read (GimpImage            *image,
                        GimpDrawable         *drawable,
                        const SpadeClassSet  *set,
                        gboolean              ignores_damage,
                        GError              **error)
{
  g_auto (SpadeLayerPixels) layer = { 0 };

  if (!spade_layer_pixels_read (drawable, &layer, error))
    return NULL;
  return spade_palette_use_new (image, drawable, &layer, set, NULL,
                                ignores_damage, error);
}

gboolean
spade_palette_use_is_same_palette (const SpadePaletteUse *a,
                                   const SpadePaletteUse *b)
{
  if (a->n_entries != b->n_entries)
    return FALSE;
  for (int i = 0; i < a->n_entries; i++)
    if (memcmp (a->entries[i].rgb, b->entries[i].rgb, 3) != 0 ||
        g_strcmp0 (a->entries[i].name, b->entries[i].name) != 0)
      return FALSE;
  return TRUE;
}

char *
spade_palette_use_recall (const SpadePaletteUse *use,
                          const SpadeClassSet   *set)
{
  const SpadeClassTable      *old = use->remembered;
  g_autoptr (SpadeClassTable) table = NULL;
  g_autofree char            *spec = NULL;

  if (old == NULL || old->set == set)
    return g_strdup (use->classes);
  if (old->set == NULL || set == NULL)
    return NULL;
  // By the entries of the record, which may have had names.
  spec = spade_class_table_translate (old, set);
  table = spade_class_table_new (set, old->entries, old->n_entries, spec, NULL);
  return spade_class_table_adapt (table, use->entries, use->n_entries,
                                  use->has_names);
}

char *
spade_palette_use_remind (const SpadePaletteUse *use,
                          const SpadeClassSet   *set,
                          const char            *spec)
{
  g_autofree char *recalled = spade_palette_use_recall (use, set);

  if (recalled == NULL)
    return g_strdup (spec);
  if (spade_class_spec_is_auto (spec))
    return g_steal_pointer (&recalled);
  if (spade_class_spec_is_table (spec))
    return g_strconcat (recalled, ";", spec, NULL);
  return g_strdup (spec);
}

// Gives the class of the old set that an entry keeps: what it was, where that stands for
// what it is now, or else what stands for it and for nothing else; or -1.
static int
keep_class (const SpadeClassTable *old,
            const SpadeClassTable *table,
            int                    entry)
{
  int was = old->class_id[entry];
  int is = table->class_id[entry];
  int like;

  if (was >= 0 && (is < 0 || spade_class_set_translate (old->set, was, table->set) == is))
    return was;
  like = spade_class_set_translate (table->set, is, old->set);
  return spade_class_set_translate (old->set, like, table->set) == is ? like : -1;
}

SpadeMapRecord *
spade_palette_use_new_record (const SpadePaletteUse *use,
                              const SpadeClassTable *table,
                              gboolean               skips_strays)
{
  const SpadeClassSet        *set = use->remembered != NULL ? use->remembered->set : NULL;
  g_autoptr (SpadeClassTable) old = NULL;

  if (set != NULL && table->set != NULL && set != table->set &&
      table->n_entries == use->n_entries)
    old = spade_class_table_new (set, table->entries, table->n_entries, use->classes,
                                 NULL);
  for (int i = 0; old != NULL && i < table->n_entries; i++)
    {
      int kept = keep_class (old, table, i);

      if (table->class_id[i] >= 0 && kept < 0)
        return spade_map_record_new (table, skips_strays);
      old->class_id[i] = (gint16) kept;
    }
  return spade_map_record_new (old != NULL ? old : table, skips_strays);
}
