// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The picture is in class colours, not in the image's own: it shows what the
// model sees.

#include "map-picture.h"

#include <string.h>

static void
colour_of (const SpadeClassSet *set,
           int                  class_id,
           guint8               rgb[3])
{
  if (set != NULL && class_id < set->n_ids)
    {
      memcpy (rgb, set->classes[class_id].rgb, 3);
      return;
    }
  // Steps of 97, 57 and 23 are odd: 256 ids, 256 colours.
  rgb[0] = (guint8) (class_id * 97 + 60);
  rgb[1] = (guint8) (class_id * 57 + 120);
  rgb[2] = (guint8) (class_id * 23 + 180);
}

GdkPixbuf *
spade_map_picture_new (const SpadeMap      *map,
                       const SpadeClassSet *set,
                       int                  max_side)
{
  double     scale = MIN (1.0, (double) max_side / MAX (map->height, map->width));
  int        height = MAX (1, (int) (map->height * scale));
  int        width = MAX (1, (int) (map->width * scale));
  GdkPixbuf *picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width,
                                       height);
  guint8    *pixels;
  int        stride;

  if (picture == NULL)
    return NULL;
  pixels = gdk_pixbuf_get_pixels (picture);
  stride = gdk_pixbuf_get_rowstride (picture);
  for (int y = 0; y < height; y++)
    {
      gsize row = (gsize) ((gint64) y * map->height / height);

      for (int x = 0; x < width; x++)
        {
          gsize column = (gsize) ((gint64) x * map->width / width);

          colour_of (set, map->ids[row * (gsize) map->width + column],
                     pixels + (gsize) y * (gsize) stride + 3 * x);
        }
    }
  return picture;
}
