// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Reading a layer. Colours stay the numbers that are stored: a conversion
// could turn a palette colour into its neighbour. Grey values of more than 8
// bits are what a file of 16 bits holds, or 8 bits that somebody widened.

#include "layer-pixels.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define SLACK 0.1f // of an id: linear 16 bits and half floats round by less

void
spade_layer_pixels_clear (SpadeLayerPixels *layer)
{
  g_free (layer->pixels);
  g_free (layer->is_opaque);
  *layer = (SpadeLayerPixels) { 0 };
}

gboolean
spade_layer_is_there (GimpImage     *image,
                      GimpDrawable  *drawable,
                      GError       **error)
{
  if (!gimp_image_is_valid (image))
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                 _("The image has been closed; open it again to paint from it."));
  else if (!gimp_item_is_valid (GIMP_ITEM (drawable)))
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                 _("The layer of the map has been deleted; undo that, or "
                   "select another layer."));
  else
    return TRUE;
  return FALSE;
}

GimpDrawable *
spade_layer_borrow (GimpImage     *image,
                    GimpDrawable  *drawable,
                    GError       **error)
{
  GimpLayer *copy;

  if (!spade_layer_is_there (image, drawable, error))
    return NULL;
  if (G_OBJECT_TYPE (drawable) != GIMP_TYPE_LAYER)
    return drawable;
  copy = gimp_layer_copy (GIMP_LAYER (drawable));
  if (copy != NULL)
    return GIMP_DRAWABLE (copy);
  if (spade_layer_is_there (image, drawable, error))
    g_set_error_literal (error, SPADE_ERROR, SPADE_ERROR_MAP,
                         gimp_pdb_get_last_error (gimp_get_pdb ()));
  return NULL;
}

// GIMP must not be asked to delete what belongs to an image that was closed.
void
spade_layer_return (GimpImage    *image,
                    GimpDrawable *copy,
                    GimpDrawable *drawable)
{
  if (copy != drawable && gimp_image_is_valid (image))
    gimp_item_delete (GIMP_ITEM (copy));
}

static gboolean
check_layer (GimpDrawable  *drawable,
             GError       **error)
{
  g_autofree char *name = gimp_item_get_name (GIMP_ITEM (drawable));

  if (GIMP_IS_LAYER (drawable))
    return TRUE;
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
               _("\"%s\" is a mask or a channel; select the layer that "
                 "holds the segmentation map."), name);
  return FALSE;
}

// Gives the format to read in; the layer's own keeps the indices.
static const Babl *
get_format (GimpDrawable *drawable)
{
  const Babl *format = gimp_drawable_get_format (drawable);
  gboolean    has_alpha = gimp_drawable_has_alpha (drawable);

  if (gimp_drawable_is_indexed (drawable))
    return format;
  if (gimp_drawable_is_gray (drawable))
    return babl_format_with_space (has_alpha ? "Y'A u8" : "Y' u8", format);
  return babl_format_with_space (has_alpha ? "R'G'B'A u8" : "R'G'B' u8",
                                 format);
}

// Moves the opaque pixels, without alpha, to the front.
static void
pack_opaque (SpadeLayerPixels *layer,
             int               from_step)
{
  gsize         n_pixels = (gsize) layer->height * (gsize) layer->width;
  const guint8 *from = layer->pixels;
  guint8       *to = layer->pixels;

  for (gsize i = 0; i < n_pixels; i++, from += from_step)
    {
      layer->is_opaque[i] = from_step == layer->step || from[layer->step] >= 128;
      if (!layer->is_opaque[i])
        continue;
      memmove (to, from, (gsize) layer->step);
      to += layer->step;
      layer->n_opaque++;
    }
}

// Gives the opaque pixels grey values, of 0 to 1, times scale as ids. FALSE:
// they are none. What is nearly 0 is no 0 but the id of some wider number.
static gboolean
take_ids (SpadeLayerPixels *layer,
          GeglBuffer       *buffer,
          float             scale)
{
  const Babl        *format = gegl_buffer_get_format (buffer);
  g_autofree float  *row = g_new (float, layer->width);
  guint8            *to = layer->pixels;
  const guint8      *is_opaque = layer->is_opaque;

  format = babl_format_with_space ("Y' float", format);
  for (int y = 0; y < layer->height; y++)
    {
      gegl_buffer_get (buffer, GEGL_RECTANGLE (0, y, layer->width, 1), 1.0,
                       format, row, GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
      for (int x = 0; x < layer->width; x++)
        {
          float value = row[x] * scale;
          float id = roundf (value);

          if (!*is_opaque++)
            continue;
          if (!(id >= 0 && id <= 255) ||
              fabsf (value - id) > (id > 0 ? SLACK : 0))
            return FALSE;
          *to++ = (guint8) id;
        }
    }
  return TRUE;
}

gboolean
spade_layer_pixels_is_wide (GimpDrawable *drawable)
{
  return gimp_drawable_is_gray (drawable) &&
         babl_format_get_type (gimp_drawable_get_format (drawable), 0) !=
           babl_type ("u8");
}

// Makes the values of a grey layer ids, if it has more than 8 bits.
static gboolean
take_wide_ids (SpadeLayerPixels  *layer,
               GimpDrawable      *drawable,
               GeglBuffer        *buffer,
               const char        *name,
               GError           **error)
{
  if (!spade_layer_pixels_is_wide (drawable))
    return TRUE;
  layer->has_wide_ids = take_ids (layer, buffer, 65535);
  if (layer->has_wide_ids || take_ids (layer, buffer, 255))
    return TRUE;
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
               _("The gray values of \"%s\" are no class ids of 0 to 255; "
                 "convert the image to 8-bit integer (Image > Encoding), and "
                 "look at them."), name);
  return FALSE;
}

// Reads what nobody else changes meanwhile.
static gboolean
read_pixels (GimpDrawable      *drawable,
             const char        *name,
             SpadeLayerPixels  *layer,
             GError           **error)
{
  const Babl            *format = get_format (drawable);
  g_autoptr (GeglBuffer) buffer = gimp_drawable_get_buffer (drawable);
  int                    from_step = babl_format_get_bytes_per_pixel (format);
  gsize                  n_pixels;

  layer->height = gimp_drawable_get_height (drawable);
  layer->width = gimp_drawable_get_width (drawable);
  layer->is_rgb = from_step >= 3;
  layer->is_indexed = gimp_drawable_is_indexed (drawable);
  layer->step = layer->is_rgb ? 3 : 1;
  n_pixels = (gsize) layer->height * (gsize) layer->width;
  layer->pixels = g_try_malloc_n (n_pixels, (gsize) from_step);
  layer->is_opaque = g_try_malloc (n_pixels);
  if (layer->pixels == NULL || layer->is_opaque == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                   _("There is not enough memory to read a layer of %dx%d "
                     "pixels."), layer->width, layer->height);
      return FALSE;
    }
  gegl_buffer_get (buffer, GEGL_RECTANGLE (0, 0, layer->width, layer->height),
                   1.0, format, layer->pixels, GEGL_AUTO_ROWSTRIDE,
                   GEGL_ABYSS_NONE);
  pack_opaque (layer, from_step);
  layer->pixels = g_realloc (layer->pixels,
                             MAX (1, layer->n_opaque * (gsize) layer->step));
  return take_wide_ids (layer, drawable, buffer, name, error);
}

gboolean
spade_layer_pixels_read (GimpDrawable      *drawable,
                         SpadeLayerPixels  *layer,
                         GError           **error)
{
  g_autofree char *name = gimp_item_get_name (GIMP_ITEM (drawable));
  GimpImage       *image = gimp_item_get_image (GIMP_ITEM (drawable));
  GimpDrawable    *copy;
  gboolean         ok;

  spade_layer_pixels_clear (layer);
  if (!check_layer (drawable, error))
    return FALSE;
  copy = spade_layer_borrow (image, drawable, error);
  ok = copy != NULL && read_pixels (copy, name, layer, error);
  if (copy != NULL)
    spade_layer_return (image, copy, drawable);
  return ok;
}

void
spade_layer_pixels_write (const SpadeLayerPixels *layer,
                          const guint8          (*rgb)[3],
                          GimpDrawable           *drawable)
{
  const Babl            *format = gimp_drawable_get_format (drawable);
  g_autoptr (GeglBuffer) buffer = gimp_drawable_get_buffer (drawable);
  g_autofree guint8     *row = g_malloc ((gsize) layer->width * 4);
  const guint8          *from = layer->pixels;
  const guint8          *is_opaque = layer->is_opaque;

  format = babl_format_with_space ("R'G'B'A u8", format);
  for (int y = 0; y < layer->height; y++)
    {
      GeglRectangle place = { 0, y, layer->width, 1 };

      gegl_buffer_get (buffer, &place, 1.0, format, row, GEGL_AUTO_ROWSTRIDE,
                       GEGL_ABYSS_NONE);
      for (int x = 0; x < layer->width; x++)
        if (*is_opaque++)
          memcpy (row + 4 * x, rgb[*from++], 3);
      gegl_buffer_set (buffer, &place, 0, format, row, GEGL_AUTO_ROWSTRIDE);
    }
  gegl_buffer_flush (buffer);
  gimp_drawable_update (drawable, 0, 0, layer->width, layer->height);
}
