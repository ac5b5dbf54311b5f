// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The color of a class is that of an entry which has it; of a map without one, the
// first that the class table takes for it: of the palette that the map is in, of the
// class set, or, in a palette where names tell, one that is near.

#include "dialog-paint.h"

#include <glib/gi18n.h>
#include <string.h>

#include "class-labels.h"
#include "image-palette.h"

#define MOST_STEPS 16 // from the color of the class set

// What decides the colors: both are those of the page Classes.
typedef struct
{
  const SpadePaletteUse *use;
  const SpadeClassSet   *set;
  const SpadeClassTable *table; // of the entries; NULL: there are none yet
  const char            *spec;
} Colours;

// The colors of a foreign palette for the classes of a set. Both are constant, and this
// is asked for with every stroke of the brush.
typedef struct
{
  const SpadeForeignPalette *foreign;
  const SpadeClassSet       *set;
  int                        colour[256]; // class id -> number in the palette, or -1
} ForeignColours;

static Colours
get_colours (const SpadeDialogWidgets *widgets,
             const SpadeDialogSource  *source)
{
  const SpadeClassTable *table = spade_class_table_view_get_classes (widgets->classes);

  return (Colours) {
    source->use, table != NULL ? table->set : NULL, source->use != NULL ? table : NULL,
    spade_class_table_view_get_table (widgets->classes),
  };
}

// Gives the entry of a class that most pixels use, or -1. Of equal colors GIMP paints
// the first.
static int
find_entry (const Colours *colours,
            int            class_id)
{
  const SpadePaletteUse *use = colours->use;
  int                    best = -1;

  for (int i = 0; i < use->n_entries; i++)
    if (colours->table->class_id[i] == class_id &&
        spade_palette_use_find (use, use->entries[i].rgb) == i &&
        (best < 0 || use->pixels[i] > use->pixels[best]))
      best = i;
  return best;
}

static const ForeignColours *
get_foreign_colours (const SpadeForeignPalette *foreign,
                     const SpadeClassSet       *set)
{
  static ForeignColours kept;

  if (kept.foreign == foreign && kept.set == set)
    return &kept;
  kept.foreign = foreign;
  kept.set = set;
  for (int i = 0; i < 256; i++)
    kept.colour[i] = -1;
  for (int i = foreign->n_colours - 1; i >= 0; i--)
    {
      int class_id = spade_foreign_palette_lookup (foreign, set,
                                                   foreign->colours[i].rgb);

      if (class_id >= 0 && class_id < 256)
        kept.colour[class_id] = i;
    }
  return &kept;
}

// Gives the color of the class in the palette that the map is recognized as.
static gboolean
find_foreign (const Colours *colours,
              int            class_id,
              guint8         out_rgb[3])
{
  const SpadeForeignPalette *foreign = colours->table->foreign;
  int                        i;

  if (foreign == NULL)
    return FALSE;
  i = get_foreign_colours (foreign, colours->set)->colour[class_id];
  if (i >= 0)
    memcpy (out_rgb, foreign->colours[i].rgb, 3);
  return i >= 0;
}

// Says whether a new entry of that color would have the class.
static gboolean
would_be (const Colours *colours,
          const char    *spec,
          int            class_id,
          const guint8   rgb[3],
          gboolean       has_name)
{
  const SpadePaletteUse      *use = colours->use;
  SpadePaletteEntry           entries[256];
  g_autoptr (SpadeClassTable) table = NULL;

  if (use->n_entries == 256 || spade_palette_use_find (use, rgb) >= 0)
    return FALSE;
  memcpy (entries, use->entries, sizeof use->entries);
  memcpy (entries[use->n_entries].rgb, rgb, 3);
  entries[use->n_entries].name =
    has_name ? colours->set->classes[class_id].name : NULL;
  table = spade_class_table_new (colours->set, entries, use->n_entries + 1,
                                 spec, NULL);
  return table != NULL && table->class_id[use->n_entries] == class_id;
}

// Finds a color for a class that no entry has. has_name: the entry can have the name of
// the class.
static gboolean
find_new (const Colours *colours,
          int            class_id,
          gboolean       has_name,
          guint8         out_rgb[3])
{
  const guint8    *standard = colours->set->classes[class_id].rgb;
  g_autofree char *spec = g_strdup (colours->spec);

  // The image is made to remember what the others are.
  if (spade_class_spec_is_auto (spec) || spade_class_spec_is_table (spec))
    {
      g_free (spec);
      spec = spade_class_table_to_string (colours->table);
    }
  if (find_foreign (colours, class_id, out_rgb) &&
      would_be (colours, spec, class_id, out_rgb, has_name))
    return TRUE;
  for (int step = 0; step < (has_name ? MOST_STEPS : 1); step++)
    {
      memcpy (out_rgb, standard, 3);
      out_rgb[2] = (guint8) (standard[2] < 128 ? standard[2] + step
                                               : standard[2] - step);
      if (would_be (colours, spec, class_id, out_rgb, has_name))
        return TRUE;
    }
  return FALSE;
}

// The numbers of the layer's own color space are the classes.
static void
set_foreground (GimpDrawable           *drawable,
                const SpadeLayerPixels *layer,
                const guint8            rgb[3])
{
  const Babl *own = gimp_drawable_get_format (drawable);
  GeglColor  *colour = gegl_color_new (NULL);
  float       wide = rgb[0] / 65535.0f;

  if (layer->has_wide_ids)
    gegl_color_set_pixel (colour, babl_format_with_space ("Y' float", own), &wide);
  else
    gegl_color_set_pixel (
      colour, babl_format_with_space (layer->is_rgb || layer->is_indexed
                                        ? "R'G'B' u8" : "Y' u8", own), rgb);
  gimp_context_set_foreground (colour);
  g_object_unref (colour);
}

// Makes the image remember what its entries are, whatever a new color among them would
// make of them, and though GIMP's undo takes names.
static void
keep_classes (const Colours *colours,
              GimpImage     *image)
{
  g_autoptr (SpadeMapRecord) record = NULL;

  record = spade_palette_use_new_record (colours->use, colours->table, FALSE);
  spade_map_record_attach (record, image, FALSE);
}

// Says whether a brush paints on the layer itself.
static gboolean
is_painted_on (GimpImage    *image,
               GimpDrawable *drawable)
{
  g_autofree GimpLayer **layers = gimp_image_get_selected_layers (image);

  if (layers == NULL || layers[0] == NULL || layers[1] != NULL ||
      GIMP_DRAWABLE (layers[0]) != drawable)
    return FALSE;
  return gimp_layer_get_mask (layers[0]) == NULL ||
         !gimp_layer_get_edit_mask (layers[0]);
}

static gboolean
add_entry (const Colours *colours,
           GimpImage     *image,
           int            class_id,
           const guint8   rgb[3],
           GError       **error)
{
  SpadePaletteEntry entries[256];
  int               n = colours->use->n_entries;

  memcpy (entries, colours->use->entries, sizeof entries);
  memcpy (entries[n].rgb, rgb, 3);
  entries[n].name = colours->set->classes[class_id].name;
  return spade_image_palette_set (image, entries, n + 1, error);
}

void
spade_dialog_paint_follow (const SpadeDialogWidgets *widgets,
                           const SpadeDialogSource  *source)
{
  const SpadeConfig *config = spade_model_get_config (source->model);
  int                n_ids = spade_config_get_n_ids (config);
  const Colours      colours = get_colours (widgets, source);
  guint8             rgb[256][3] = { 0 };
  gboolean           has_colour[256] = { 0 };
  int                marked;

  if (colours.table == NULL)
    return;
  // Undo may have taken the color again.
  marked = spade_class_board_get_marked (widgets->board);
  if (source->layer.is_indexed && marked >= 0 && find_entry (&colours, marked) < 0)
    spade_class_board_mark (widgets->board, -1, NULL);
  for (int i = 0; i < n_ids && i < 256; i++)
    {
      int entry;

      if (!config->knows[i])
        continue;
      entry = find_entry (&colours, i);
      has_colour[i] = entry >= 0 || colours.set != NULL;
      if (entry >= 0)
        memcpy (rgb[i], source->use->entries[entry].rgb, 3);
      else if (colours.set != NULL && !find_foreign (&colours, i, rgb[i]))
        memcpy (rgb[i], colours.set->classes[i].rgb, 3);
    }
  spade_class_board_set_classes (widgets->board, config->class_set,
                                 config->n_classes, config->knows,
                                 (const guint8 (*)[3]) rgb, has_colour);
}

gboolean
spade_dialog_paint_choose (const SpadeDialogWidgets *widgets,
                           const SpadeDialogSource  *source,
                           const SpadeRequest       *request,
                           int                       class_id)
{
  gboolean           is_indexed = gimp_drawable_is_indexed (request->drawable);
  gboolean           is_new = FALSE;
  const Colours      colours = get_colours (widgets, source);
  g_autoptr (GError) error = NULL;
  g_autofree char   *name = NULL, *note = NULL, *layer = NULL;
  guint8             rgb[3];
  int                entry;

  if (source->model == NULL || colours.table == NULL)
    return FALSE;
  name = spade_class_label_new (colours.set, class_id);
  entry = find_entry (&colours, class_id);
  if (entry >= 0)
    memcpy (rgb, source->use->entries[entry].rgb, 3);
  else if (colours.set != NULL && !gimp_drawable_is_gray (request->drawable))
    is_new = find_new (&colours, class_id, is_indexed, rgb);
  if (is_new)
    keep_classes (&colours, request->image);
  if (is_new && is_indexed)
    add_entry (&colours, request->image, class_id, rgb, &error);
  if (error != NULL)
    note = g_strdup (error->message);
  else if (entry < 0 && !is_new)
    // Translators: the name of a class
    note = g_strdup_printf (_("No color can stand for %s on this map; choose one for "
                              "it on the page Classes."), name);
  if (note != NULL)
    {
      spade_class_board_mark (widgets->board, -1, note);
      return FALSE;
    }
  set_foreground (request->drawable, &source->layer, rgb);
  layer = gimp_item_get_name (GIMP_ITEM (request->drawable));
  if (is_painted_on (request->image, request->drawable))
    // Translators: the name of a class
    note = g_strdup_printf (_("You paint with %s now."), name);
  else
    // Translators: the names of a class and of a layer
    note = g_strdup_printf (_("You paint with %s now. Select the layer \"%s\" in the "
                              "dock Layers: painting goes elsewhere."), name, layer);
  spade_class_board_mark (widgets->board, class_id, note);
  return is_new;
}
