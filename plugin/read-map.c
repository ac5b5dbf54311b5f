// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Reading a layer as a segmentation map. Pixels without a class are never
// guessed; spade_class_table_apply() lists them.

#include "read-map.h"

#include <glib/gi18n.h>
#include <string.h>

#define LABEL_UNLABELED 255 // in COCO label PNGs

// Puts what is known of the opaque pixels to their places; rest: of the others.
static void
unpack_opaque (const SpadeLayerPixels *layer,
               const guint8           *opaque,
               guint8                  rest,
               guint8                 *out)
{
  gsize n_pixels = (gsize) layer->height * (gsize) layer->width;

  for (gsize i = 0; i < n_pixels; i++)
    out[i] = layer->is_opaque[i] ? *opaque++ : rest;
}

static gboolean
is_auto (const char *classes)
{
  return strcmp (classes, "auto") == 0;
}

// Says whether the classes of an RGB layer can be told.
static gboolean
check_colours (const SpadePaletteUse  *use,
               const SpadeModel       *model,
               const char             *classes,
               GError                **error)
{
  const SpadeConfig *config = spade_model_get_config (model);
  g_autofree char   *recalled = NULL;

  if (spade_class_spec_needs_palette (classes))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                   _("An RGB layer has no palette indices and no names; use "
                     "an indexed image, or the classes \"auto\" or "
                     "\"colour\"."));
      return FALSE;
    }
  recalled = spade_palette_use_recall (use, config->class_set);
  if (is_auto (classes) && use->class_set != NULL && recalled == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                   _("The image's classes are of the class set \"%s\", but the "
                     "model %s was trained for \"%s\"; choose another model."),
                   use->class_set, spade_model_get_path (model),
                   config->class_set_name);
      return FALSE;
    }
  return TRUE;
}

static SpadeClassTable *
new_table (const SpadePaletteUse  *use,
           const SpadeModel       *model,
           const char             *classes,
           gboolean                is_rgb,
           GError                **error)
{
  const SpadeConfig *config = spade_model_get_config (model);
  g_autofree char   *spec = NULL;
  int                n = use->n_entries;

  if (is_rgb && !check_colours (use, model, classes, error))
    return NULL;
  // What names colours by itself, as a palette file does, needs no entries.
  if (is_rgb && !is_auto (classes) && !spade_class_spec_is_table (classes))
    n = 0;
  spec = spade_palette_use_remind (use, config->class_set, classes);
  return spade_class_table_new (config->class_set, use->entries, n, spec,
                                error);
}

// Says whether the standard colours are all that the table is about.
static gboolean
is_standard (const SpadeClassTable *table)
{
  for (int i = 0; i < table->n_entries; i++)
    if (table->mapping[i] != SPADE_MAPPING_COLOUR)
      return FALSE;
  return TRUE;
}

// Says whether the model can take what transparent pixels mean.
static gboolean
check_opaque (GimpDrawable           *drawable,
              const SpadeModel       *model,
              const SpadeLayerPixels *layer,
              GError                **error)
{
  g_autofree char *name = gimp_item_get_name (GIMP_ITEM (drawable));
  gsize            n = (gsize) layer->height * (gsize) layer->width;
  gulong           n_missing = (gulong) (n - layer->n_opaque);

  if (layer->n_opaque == 0)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                 _("The layer \"%s\" is empty: all of it is transparent; "
                   "paint a segmentation map on it first."), name);
  else if (n_missing > 0 &&
           spade_config_get_unlabeled (spade_model_get_config (model)) < 0)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                 ngettext ("%lu pixel of \"%s\" is transparent, and the "
                           "model %s has no class for it; fill it.",
                           "%lu pixels of \"%s\" are transparent, and the "
                           "model %s has no class for them; fill them.",
                           n_missing),
                 n_missing, name, spade_model_get_path (model));
  else
    return TRUE;
  return FALSE;
}

static guint8 *
allocate (const SpadeLayerPixels  *layer,
          gsize                    n,
          GError                 **error)
{
  guint8 *pixels = g_try_malloc (n);

  if (pixels == NULL)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                 _("There is not enough memory to read a layer of %dx%d "
                   "pixels."), layer->width, layer->height);
  return pixels;
}

// Gives the class ids of the opaque pixels, or NULL. out_strays: which of them
// are soft edges, or NULL where these are an error.
static guint8 *
apply (const SpadeClassTable   *table,
       const SpadeLayerPixels  *layer,
       const SpadeConfig       *config,
       guint8                  *out_strays,
       GError                 **error)
{
  g_autofree guint8 *ids = allocate (layer, layer->n_opaque, error);
  gboolean           ok;

  if (ids == NULL)
    return NULL;
  if (out_strays != NULL)
    ok = spade_class_table_apply_soft_rgb (table, layer->pixels, layer->step,
                                           layer->n_opaque, ids, out_strays,
                                           error);
  else if (layer->is_rgb)
    ok = spade_class_table_apply_rgb (table, layer->pixels, layer->step,
                                      layer->n_opaque, ids, error);
  else
    ok = spade_class_table_apply (table, layer->pixels, layer->n_opaque, ids,
                                  error);
  if (!ok)
    return NULL;
  if (config->class_set == NULL && config->has_unlabeled)
    for (gsize i = 0; i < layer->n_opaque; i++)
      if (ids[i] == LABEL_UNLABELED)
        ids[i] = (guint8) config->n_classes;
  return g_steal_pointer (&ids);
}

// Snaps the soft edges of a map; strays: of the opaque pixels.
static gboolean
snap (SpadeMap                *map,
      const SpadeLayerPixels  *layer,
      const guint8            *strays,
      GError                 **error)
{
  gsize              n = (gsize) layer->height * (gsize) layer->width;
  g_autofree guint8 *pixels = allocate (layer, n, error);

  if (pixels == NULL)
    return FALSE;
  unpack_opaque (layer, strays, SPADE_PIXEL_OUTSIDE, pixels);
  return spade_map_snap (map, pixels, error);
}

const char *
spade_map_get_soft_hint (void)
{
  return _("Soft edges? Turn on \"Snap soft edges\" (Settings).");
}

// Soft edges make colours that nobody can give classes to one by one.
static void
explain_colours (const SpadePaletteUse  *use,
                 GError                **error)
{
  g_autofree char *plain = NULL;

  if (error == NULL ||
      !g_error_matches (*error, SPADE_ERROR, SPADE_ERROR_CLASSES))
    return;
  plain = g_strdup ((*error)->message);
  g_clear_error (error);
  if (use->has_too_many)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                 _("More than 256 colors, some without a class: soft edges, or a "
                   "photograph. Turn on \"Snap soft edges\" (Settings), or paint "
                   "with the Pencil."));
  else
    // First: a list of colours is long.
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES, "%s %s",
                 spade_map_get_soft_hint (), plain);
}

SpadeMap *
spade_map_read (GimpDrawable            *drawable,
                const SpadeLayerPixels  *layer,
                const SpadePaletteUse   *use,
                const SpadeModel        *model,
                const char              *classes,
                gboolean                 snaps,
                SpadeMapRecord         **out_record,
                GError                 **error)
{
  const SpadeConfig          *config = spade_model_get_config (model);
  g_autoptr (SpadeClassTable) table = NULL;
  g_autoptr (SpadeMap)        map = NULL;
  g_autofree guint8          *opaque_ids = NULL;
  g_autofree guint8          *strays = NULL;

  *out_record = NULL;
  if (classes == NULL || *classes == '\0')
    classes = "auto";
  table = new_table (use, model, classes, layer->is_rgb, error);
  if (table == NULL || !check_opaque (drawable, model, layer, error))
    return NULL;
  map = spade_map_new (layer->height, layer->width, FALSE, error);
  snaps = snaps && layer->is_rgb;
  if (map == NULL ||
      (snaps && !(strays = allocate (layer, layer->n_opaque, error))))
    return NULL;
  opaque_ids = apply (table, layer, config, strays, error);
  if (opaque_ids == NULL)
    {
      if (layer->is_rgb && !snaps)
        explain_colours (use, error);
      return NULL;
    }
  unpack_opaque (layer, opaque_ids,
                 (guint8) spade_config_get_unlabeled (config), map->ids);
  if (snaps && !snap (map, layer, strays, error))
    return NULL;
  if (table->n_entries > 0 &&
      (!layer->is_rgb || use->class_set != NULL || !is_standard (table)))
    *out_record = spade_palette_use_new_record (use, table, snaps);
  return g_steal_pointer (&map);
}
