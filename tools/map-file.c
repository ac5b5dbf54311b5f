// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// From the pixels of a PNG to class ids, through the class table.

#include "map-file.h"

#include <string.h>

#include "png-read.h"

#define LABEL_UNLABELED 255 // in COCO label PNGs

// Says whether spec goes by palette entries that an RGB file's colours can be;
// other specs name colours themselves.
static gboolean
takes_colours (const SpadeConfig *config,
               const char        *spec)
{
  return config->class_set != NULL &&
         (spade_class_spec_is_auto (spec) || spade_class_spec_is_table (spec));
}

// Says whether spec goes by what an RGB file does not have.
static gboolean
check_spec (const SpadeConfig  *config,
            const char         *spec,
            const char         *path,
            GError            **error)
{
  if (config->class_set == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                   "The map \"%s\" is an RGB picture, and the model's classes "
                   "have numbers alone; use an indexed or a grey PNG.", path);
      return FALSE;
    }
  if (!spade_class_spec_needs_palette (spec))
    return TRUE;
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
               "The map \"%s\" is an RGB picture without a palette of indices "
               "and names; use an indexed PNG, or the classes \"auto\" or "
               "\"colour\".", path);
  return FALSE;
}

// Gives the palette of an indexed PNG, for a grey one the greys that its
// values are, and for an RGB one the colours of its n gathered pixels, of which
// there may be too many, then -1.
static int
list_entries (const PngFile     *file,
              gsize              n_gathered,
              SpadePaletteEntry  entries[256])
{
  int n = file->kind == PNG_PIXELS_INDEX ? file->n_palette : 256;

  memset (entries, 0, 256 * sizeof *entries);
  if (file->kind == PNG_PIXELS_RGB)
    return spade_palette_collect (file->pixels, file->pixel_step, n_gathered,
                                  entries, 0, NULL);
  for (int i = 0; i < n; i++)
    {
      if (file->kind == PNG_PIXELS_INDEX)
        memcpy (entries[i].rgb, file->palette[i], 3);
      else
        memset (entries[i].rgb, i, 3);
    }
  return n;
}

// Copies the indices of the pixels that are not transparent to out_ids, one
// after the other. Gives their number.
static gsize
gather_values (const PngFile *file,
               gsize          n_pixels,
               guint8        *out_ids,
               guint         *out_max)
{
  gsize n = 0;

  *out_max = 0;
  for (gsize i = 0; i < n_pixels; i++)
    if (!png_file_is_transparent (file, i))
      {
        guint value = png_file_get_value (file, i);

        *out_max = MAX (*out_max, value);
        out_ids[n++] = (guint8) value;
      }
  return n;
}

// As gather_values(), with the colours of an RGB file, in place. The steps of
// the file are kept.
static gsize
gather_colours (PngFile *file,
                gsize    n_pixels)
{
  gsize n = 0;

  for (gsize i = 0; i < n_pixels; i++)
    if (!png_file_is_transparent (file, i))
      {
        memmove (file->pixels + n * file->pixel_step,
                 file->pixels + i * file->pixel_step, file->pixel_step);
        n++;
      }
  return n;
}

// Moves n gathered ids to where their pixels are, from the last to the first,
// and fills the gaps.
static void
scatter (guint8       *ids,
         gsize         n,
         const guint8 *transparent,
         gsize         n_pixels,
         int           unlabeled)
{
  for (gsize i = n_pixels; i-- > 0;)
    ids[i] = transparent[i] ? (guint8) unlabeled : ids[--n];
}

static guint8 *
allocate (gsize        n_pixels,
          const char  *path,
          GError     **error)
{
  guint8 *pixels = g_try_malloc (n_pixels);

  if (pixels == NULL)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                 "There is not enough memory to read \"%s\".", path);
  return pixels;
}

static guint8 *
find_transparent (const PngFile      *file,
                  gsize               n_pixels,
                  const SpadeConfig  *config,
                  const char         *path,
                  GError            **error)
{
  g_autofree guint8 *transparent = allocate (n_pixels, path, error);
  gsize              n = 0;

  if (transparent == NULL)
    return NULL;
  for (gsize i = 0; i < n_pixels; i++)
    n += transparent[i] = (guint8) png_file_is_transparent (file, i);
  if (n == n_pixels)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                   "The map \"%s\" is empty: all of it is transparent.", path);
      return NULL;
    }
  if (n > 0 && spade_config_get_unlabeled (config) < 0)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                   "%" G_GSIZE_FORMAT " pixels of the map \"%s\" are "
                   "transparent, but the model knows no unlabeled pixels; "
                   "fill them.", n, path);
      return NULL;
    }
  return g_steal_pointer (&transparent);
}

// Turns the pixels that are not transparent into n ids, one after the other.
// n: of an RGB file, whose colours are gathered already, and then of all.
// out_strays: NULL where soft edges are an error.
static gboolean
read_ids (const PngFile          *file,
          const SpadeClassTable  *table,
          gsize                   n_pixels,
          const char             *path,
          guint8                 *out_ids,
          guint8                 *out_strays,
          gsize                  *n,
          GError                **error)
{
  guint max;

  if (file->kind == PNG_PIXELS_RGB && out_strays != NULL)
    return spade_class_table_apply_soft_rgb (table, file->pixels,
                                             file->pixel_step, *n, out_ids,
                                             out_strays, error);
  if (file->kind == PNG_PIXELS_RGB)
    return spade_class_table_apply_rgb (table, file->pixels, file->pixel_step,
                                        *n, out_ids, error);
  *n = gather_values (file, n_pixels, out_ids, &max);
  if (max > 255)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                   "The grey values of the map \"%s\" go up to %u; class ids "
                   "must be at most 255.", path, max);
      return FALSE;
    }
  return spade_class_table_apply (table, out_ids, *n, out_ids, error);
}

// Snaps the soft edges of a map. strays: of the n pixels that are not
// transparent, one after the other; room for all.
static gboolean
snap (SpadeMap      *map,
      guint8        *strays,
      gsize          n,
      const guint8  *transparent,
      GError       **error)
{
  scatter (strays, n, transparent, (gsize) map->height * (gsize) map->width,
           SPADE_PIXEL_OUTSIDE);
  return spade_map_snap (map, strays, error);
}

SpadeMap *
map_file_load (const char         *path,
               const SpadeConfig  *config,
               const char         *spec,
               gboolean            snaps,
               GError            **error)
{
  g_autoptr (PngFile)         file = png_file_read (path, error);
  g_autoptr (SpadeMap)        map = NULL;
  g_autoptr (SpadeClassTable) table = NULL;
  g_autofree guint8          *transparent = NULL;
  g_autofree guint8          *strays = NULL;
  SpadePaletteEntry           entries[256];
  gsize                       n_pixels, n = 0;
  int                         n_entries = 0;

  if (file == NULL
      || (file->kind == PNG_PIXELS_RGB && !check_spec (config, spec, path, error)))
    return NULL;
  snaps = snaps && file->kind == PNG_PIXELS_RGB;
  n_pixels = (gsize) file->height * file->width;
  transparent = find_transparent (file, n_pixels, config, path, error);
  if (transparent == NULL)
    return NULL;
  if (file->kind == PNG_PIXELS_RGB)
    n = gather_colours (file, n_pixels);
  if (file->kind != PNG_PIXELS_RGB || takes_colours (config, spec))
    n_entries = list_entries (file, n, entries);
  if (n_entries < 0 && spec != NULL && spade_class_spec_is_by_colour (spec))
    n_entries = 0; // it has colours of its own
  if (n_entries < 0 && snaps) // the first are what a table can be about
    n_entries = 256;
  if (n_entries < 0 && spec != NULL && spade_class_spec_is_table (spec))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                   "The map \"%s\" has more than 256 colours, too many for a "
                   "table of its palette; use an indexed PNG, or a palette file "
                   "(.gpl).", path);
      return NULL;
    }
  n_entries = MAX (n_entries, 0);
  table = spade_class_table_new (config->class_set, entries, n_entries, spec,
                                 error);
  map = table ? spade_map_new (file->height, file->width, FALSE, error) : NULL;
  if (map != NULL && snaps)
    strays = allocate (n_pixels, path, error);
  if (map == NULL || (snaps && strays == NULL)
      || !read_ids (file, table, n_pixels, path, map->ids, strays, &n, error))
    return NULL;
  if (config->class_set == NULL && config->has_unlabeled)
    for (gsize i = 0; i < n; i++)
      if (map->ids[i] == LABEL_UNLABELED)
        map->ids[i] = (guint8) config->n_classes;
  scatter (map->ids, n, transparent, n_pixels,
           spade_config_get_unlabeled (config));
  if (strays != NULL && !snap (map, strays, n, transparent, error))
    return NULL;
  return g_steal_pointer (&map);
}

gboolean
map_file_load_instances (SpadeMap    *map,
                         const char  *path,
                         GError     **error)
{
  g_autoptr (PngFile) file = png_file_read (path, error);
  gsize               n_pixels;

  if (file == NULL)
    return FALSE;
  if (file->height != map->height || file->width != map->width)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                   "The instance map \"%s\" has %d x %d pixels, but the map "
                   "has %d x %d; make them equal.", path, file->width,
                   file->height, map->width, map->height);
      return FALSE;
    }
  n_pixels = (gsize) map->height * map->width;
  g_free (map->instances);
  map->instances = g_try_new (guint32, n_pixels);
  if (map->instances == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                   "There is not enough memory to read \"%s\".", path);
      return FALSE;
    }
  for (gsize i = 0; i < n_pixels; i++)
    {
      const guint8 *pixel = file->pixels + i * file->pixel_step;

      if (file->kind == PNG_PIXELS_RGB)
        map->instances[i] = (guint32) pixel[0] << 16 | (guint32) pixel[1] << 8
                            | pixel[2];
      else
        map->instances[i] = png_file_get_value (file, i);
    }
  return TRUE;
}
