// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Reading a drawable as an instance map. Only equality counts: pixels are
// compared as the bytes that are stored, whatever the drawable's format (doubles as
// floats), and equal ones get equal numbers. Transparent pixels are instance 0.

#include "read-map.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_STEP 16 // bytes of a pixel

// A pixel as two numbers: its bytes, and zeros behind them.
typedef struct
{
  guint64 low, high;
} PixelKey;

static PixelKey
pixel_key (const guint8 *pixel,
           int           step)
{
  PixelKey key = { 0, 0 };

  memcpy (&key, pixel, (gsize) step);
  return key;
}

static guint
hash_key (gconstpointer data)
{
  const PixelKey *key = data;
  guint64         mixed = (key->low ^ key->high * 0x9e3779b97f4a7c15u) *
                          0xbf58476d1ce4e5b9u;

  return (guint) (mixed >> 32);
}

static gboolean
is_same_key (gconstpointer a,
             gconstpointer b)
{
  const PixelKey *x = a, *y = b;

  return x->low == y->low && x->high == y->high;
}

static gboolean
is_transparent (const guint8 *pixel,
                int           step,
                int           alpha_bytes)
{
  static const guint8 zeros[8] = { 0 };

  return alpha_bytes > 0 &&
         memcmp (pixel + step - alpha_bytes, zeros, (gsize) alpha_bytes) == 0;
}

static void
number_pixels (const guint8 *pixels,
               gsize         n_pixels,
               int           step,
               int           alpha_bytes,
               guint32      *out_instances)
{
  g_autoptr (GHashTable) numbers = NULL;
  PixelKey               last_key = { 0, 0 };
  guint32                last = 0; // the number of last_key, or 0

  numbers = g_hash_table_new_full (hash_key, is_same_key, g_free, NULL);
  for (gsize i = 0; i < n_pixels; i++, pixels += step)
    {
      PixelKey key = pixel_key (pixels, step);

      out_instances[i] = 0;
      if (is_transparent (pixels, step, alpha_bytes))
        continue;
      if (!is_same_key (&key, &last_key) || last == 0)
        {
          last = GPOINTER_TO_UINT (g_hash_table_lookup (numbers, &key));
          if (last == 0)
            {
              last = g_hash_table_size (numbers) + 1;
              g_hash_table_insert (numbers, g_memdup2 (&key, sizeof key),
                                   GUINT_TO_POINTER (last));
            }
        }
      last_key = key;
      out_instances[i] = last;
    }
}

// Reads what nobody else changes meanwhile.
static gboolean
read_instances (SpadeMap      *map,
                GimpDrawable  *drawable,
                GError       **error)
{
  int                    width, height, step, alpha_bytes = 0;
  gsize                  n_pixels;
  const Babl            *format;
  g_autoptr (GeglBuffer) buffer = NULL;
  g_autofree guint8     *pixels = NULL;

  width = gimp_drawable_get_width (drawable);
  height = gimp_drawable_get_height (drawable);
  if (width != map->width || height != map->height)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                   _("The instances are %dx%d pixels and the map is %dx%d; "
                     "use a layer of the map's size."), width, height,
                   map->width, map->height);
      return FALSE;
    }
  format = gimp_drawable_get_format (drawable);
  if (babl_format_get_bytes_per_pixel (format) > MAX_STEP)
    format = babl_format_with_space ("R'G'B'A float", format);
  step = babl_format_get_bytes_per_pixel (format);
  if (babl_format_has_alpha (format))
    alpha_bytes = step / babl_format_get_n_components (format);

  n_pixels = (gsize) width * (gsize) height;
  pixels = g_try_malloc_n (n_pixels, (gsize) step);
  map->instances = g_try_malloc_n (n_pixels, sizeof (guint32));
  if (pixels == NULL || map->instances == NULL)
    {
      g_clear_pointer (&map->instances, g_free);
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                   _("There is not enough memory for instances of %dx%d "
                     "pixels."), width, height);
      return FALSE;
    }
  buffer = gimp_drawable_get_buffer (drawable);
  gegl_buffer_get (buffer, GEGL_RECTANGLE (0, 0, width, height), 1.0, format,
                   pixels, GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  number_pixels (pixels, n_pixels, step, alpha_bytes, map->instances);
  return TRUE;
}

gboolean
spade_map_read_instances (SpadeMap      *map,
                          GimpDrawable  *drawable,
                          GError       **error)
{
  GimpImage    *image = NULL;
  GimpDrawable *copy = NULL;
  gboolean      ok;

  if (gimp_item_is_valid (GIMP_ITEM (drawable)))
    image = gimp_item_get_image (GIMP_ITEM (drawable));
  if (image != NULL)
    copy = spade_layer_borrow (image, drawable, NULL);
  if (copy == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                   _("The layer whose instances were chosen is gone; choose "
                     "another one, or none."));
      return FALSE;
    }
  ok = read_instances (map, copy, error);
  spade_layer_return (image, copy, drawable);
  return ok;
}
