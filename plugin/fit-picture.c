// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The picture at the size of the map's layer, and only where the selection is.

#include "fit-picture.h"

#include <glib/gi18n.h>
#include <string.h>

#include "../effect/scale-picture.h"

// The format of a picture's layer.
static const Babl *
layer_format (const SpadePicture *picture)
{
  return babl_format (picture->floats != NULL ? "R'G'B'A float" : "R'G'B'A u8");
}

static GeglBuffer *
buffer_of_picture (const SpadePicture *picture)
{
  GeglRectangle extent = { 0, 0, picture->width, picture->height };
  GeglBuffer   *buffer = gegl_buffer_new (&extent, layer_format (picture));

  if (picture->floats != NULL)
    gegl_buffer_set (buffer, &extent, 0, babl_format ("R'G'B' float"),
                     picture->floats, GEGL_AUTO_ROWSTRIDE);
  else
    gegl_buffer_set (buffer, &extent, 0, babl_format ("R'G'B' u8"),
                     picture->rgb, GEGL_AUTO_ROWSTRIDE);
  return buffer;
}

// Writes the selection, as far as it covers the layer, into alpha; size: bytes of
// a component, a byte or a float.
static void
write_alpha (guint8             *rgba,
             gsize               size,
             const SpadeRequest *request,
             int                 height,
             int                 width)
{
  const guint8           full_byte = 255;
  const float            full_float = 1;
  const void            *full = &full_byte;
  gsize                  n = (gsize) height * (gsize) width;
  g_autofree guint8     *row = NULL;
  g_autoptr (GeglBuffer) buffer = NULL;
  int                    x, y;

  if (size == sizeof full_float)
    full = &full_float;
  if (gimp_selection_is_empty (request->image))
    {
      for (gsize i = 0; i < n; i++)
        memcpy (rgba + (4 * i + 3) * size, full, size);
      return;
    }
  row = g_malloc ((gsize) width * size);
  gimp_drawable_get_offsets (request->drawable, &x, &y);
  buffer = gimp_drawable_get_buffer (
    GIMP_DRAWABLE (gimp_image_get_selection (request->image)));
  for (int i = 0; i < height; i++, rgba += 4 * (gsize) width * size)
    {
      gegl_buffer_get (buffer, GEGL_RECTANGLE (x, y + i, width, 1), 1.0,
                       babl_format (size == 1 ? "Y u8" : "Y float"), row,
                       GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
      for (gsize k = 0; k < (gsize) width; k++)
        memcpy (rgba + (4 * k + 3) * size, row + k * size, size);
    }
}

GeglBuffer *
spade_picture_fit (const SpadePicture  *picture,
                   const SpadeRequest  *request,
                   GError             **error)
{
  int                    width = gimp_drawable_get_width (request->drawable);
  int                    height = gimp_drawable_get_height (request->drawable);
  GeglRectangle          extent = { 0, 0, width, height };
  const Babl            *format = layer_format (picture);
  gsize                  size = picture->floats != NULL ? sizeof (float) : 1;
  g_autofree guint8     *rgba = g_try_malloc_n ((gsize) width * 4 * size,
                                                (gsize) height);
  g_autoptr (GeglBuffer) buffer = buffer_of_picture (picture);

  if (picture->width != width || picture->height != height)
    {
      GeglBuffer *scaled = spade_picture_scale (buffer, format, height, width);

      g_object_unref (buffer);
      buffer = scaled;
    }
  if (rgba == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                   _("There is not enough memory for a layer of %dx%d "
                     "pixels."), width, height);
      return NULL;
    }
  gegl_buffer_get (buffer, &extent, 1.0, format, rgba, GEGL_AUTO_ROWSTRIDE,
                   GEGL_ABYSS_CLAMP);
  write_alpha (rgba, size, request, height, width);
  g_object_unref (buffer);
  buffer = gegl_buffer_new (&extent, format);
  gegl_buffer_set (buffer, &extent, 0, format, rgba, GEGL_AUTO_ROWSTRIDE);
  return g_steal_pointer (&buffer);
}
