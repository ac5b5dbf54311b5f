// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Opaque pixels are gathered, since colours of the others mean nothing, and their ids
// put back to their places.

#include "map-colours.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_ENTRIES 256

static gboolean
is_opaque (const guint8 *rgba)
{
  return rgba[3] >= 128;
}

static gboolean
check_spec (const SpadeConfig  *config,
            const char         *spec,
            GError            **error)
{
  if (config->class_set == NULL)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                 _("The model's classes have numbers and no colors; choose another model, "
                   "or paint an indexed image and use Synthesize from Map."));
  else if (spade_class_spec_needs_palette (spec) ||
           (spade_class_spec_is_table (spec) && !spade_class_spec_is_by_colour (spec)))
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                 _("The effect sees colors alone; give them classes by a palette file "
                   "(.gpl), or a table such as #a8c832=tree."));
  else
    return TRUE;
  return FALSE;
}

// Gives n bytes for each pixel of a map.
static guint8 *
allocate (const SpadeMap  *map,
          gsize            n,
          GError         **error)
{
  guint8 *bytes = g_try_malloc_n ((gsize) map->height * (gsize) map->width, n);

  if (bytes == NULL)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                 _("There is not enough memory to read a layer of %dx%d "
                   "pixels."), map->width, map->height);
  return bytes;
}

// Gives the colours of the opaque pixels, one after the other, and their number.
static guint8 *
gather (const guint8    *rgba,
        const SpadeMap  *map,
        gsize           *out_n,
        GError         **error)
{
  gsize              n_pixels = (gsize) map->height * (gsize) map->width;
  g_autofree guint8 *rgb = allocate (map, 3, error);
  guint8            *to = rgb;

  if (rgb == NULL)
    return NULL;
  for (gsize i = 0; i < n_pixels; i++, rgba += 4)
    if (is_opaque (rgba))
      {
        memcpy (to, rgba, 3);
        to += 3;
      }
  *out_n = (gsize) (to - rgb) / 3;
  if (*out_n > 0)
    return g_steal_pointer (&rgb);
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
               _("The layer is empty: all of it is transparent; paint a map on it "
                 "first."));
  return NULL;
}

static SpadeClassTable *
new_table (const guint8       *rgb,
           gsize               n,
           const SpadeConfig  *config,
           const char         *spec,
           GError            **error)
{
  SpadePaletteEntry entries[MAX_ENTRIES] = { 0 };
  int               n_entries = 0;

  if (spade_class_spec_is_auto (spec) || spade_class_spec_is_by_colour (spec))
    n_entries = spade_palette_collect (rgb, 3, n, entries, 0, NULL);
  if (n_entries < 0) // soft edges: the first are what can be recognized
    n_entries = spade_class_spec_is_auto (spec) ? MAX_ENTRIES : 0;
  return spade_class_table_new (config->class_set, entries, n_entries, spec, error);
}

// Adds what to do about colours without a class.
static void
explain (GError **error)
{
  g_autofree char *plain = NULL;

  if (error == NULL || !g_error_matches (*error, SPADE_ERROR, SPADE_ERROR_CLASSES))
    return;
  plain = g_strdup ((*error)->message);
  g_clear_error (error);
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
               _("%s The effect knows the colors of the palettes of classes alone; for "
                 "others use Synthesize from Map."), plain);
}

// Puts what is known of the opaque pixels to their places; rest: of the others.
static void
scatter (const guint8 *rgba,
         gsize         n_pixels,
         const guint8 *gathered,
         guint8        rest,
         guint8       *out)
{
  for (gsize i = 0; i < n_pixels; i++, rgba += 4)
    out[i] = is_opaque (rgba) ? *gathered++ : rest;
}

SpadeMap *
spade_effect_map_new (const guint8       *rgba,
                      int                 height,
                      int                 width,
                      const SpadeConfig  *config,
                      const char         *spec,
                      GError            **error)
{
  gsize                       n_pixels = (gsize) height * (gsize) width;
  int                         unlabeled = spade_config_get_unlabeled (config);
  g_autoptr (SpadeMap)        map = NULL;
  g_autoptr (SpadeClassTable) table = NULL;
  g_autofree guint8          *rgb = NULL, *ids = NULL, *strays = NULL, *pixels = NULL;
  gsize                       n;

  if (!check_spec (config, spec, error) ||
      (map = spade_map_new (height, width, FALSE, error)) == NULL ||
      (rgb = gather (rgba, map, &n, error)) == NULL ||
      (table = new_table (rgb, n, config, spec, error)) == NULL ||
      (ids = allocate (map, 1, error)) == NULL ||
      (strays = allocate (map, 1, error)) == NULL ||
      (pixels = allocate (map, 1, error)) == NULL)
    return NULL;
  if (!spade_class_table_apply_soft_rgb (table, rgb, 3, n, ids, strays, error))
    {
      explain (error);
      return NULL;
    }
  scatter (rgba, n_pixels, ids, (guint8) MAX (unlabeled, 0), map->ids);
  // Nobody sees what lies under transparent pixels, so any class is as good as another.
  scatter (rgba, n_pixels, strays,
           unlabeled >= 0 ? SPADE_PIXEL_OUTSIDE : SPADE_PIXEL_STRAY, pixels);
  if (!spade_map_snap (map, pixels, error))
    return NULL;
  return g_steal_pointer (&map);
}
