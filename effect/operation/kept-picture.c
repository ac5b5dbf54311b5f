// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

#include "kept-picture.h"

#include <string.h>

#include "../scale-picture.h"

// Gives the box of the pixels that differ from row to row of two pictures.
static GeglRectangle
find_change (const SpadeEffectPicture *a,
             const SpadeEffectPicture *b)
{
  gsize stride = (gsize) a->width * 3;
  int   left = a->width, right = 0, top = a->height, bottom = 0;

  for (int y = 0; y < a->height; y++)
    {
      const float *row_a = a->rgb + y * stride, *row_b = b->rgb + y * stride;
      int          x = 0;

      if (memcmp (row_a, row_b, stride * sizeof *row_a) == 0)
        continue;
      top = MIN (top, y);
      bottom = y + 1;
      while (memcmp (row_a + 3 * x, row_b + 3 * x, 3 * sizeof *row_a) == 0)
        x++;
      left = MIN (left, x);
      x = a->width;
      while (memcmp (row_a + 3 * x - 3, row_b + 3 * x - 3, 3 * sizeof *row_a) == 0)
        x--;
      right = MAX (right, x);
    }
  return (GeglRectangle) { left, top, MAX (0, right - left), MAX (0, bottom - top) };
}

#define REACH 4 // pixels beside a change that a sampler makes of it

// Gives what of the picture at width x height a change touches.
static GeglRectangle
enlarge (const GeglRectangle      *change,
         const SpadeEffectPicture *picture,
         int                       height,
         int                       width)
{
  double        across = (double) width / picture->width;
  double        down = (double) height / picture->height;
  int           left = (int) ((change->x - REACH) * across) - REACH;
  int           top = (int) ((change->y - REACH) * down) - REACH;
  int           right = (int) ((change->x + change->width + REACH) * across) + REACH;
  int           bottom = (int) ((change->y + change->height + REACH) * down) + REACH;
  GeglRectangle part = { left, top, right - left, bottom - top };

  gegl_rectangle_intersect (&part, &part, GEGL_RECTANGLE (0, 0, width, height));
  return part;
}

void
spade_kept_picture_clear (SpadeKeptPicture *kept)
{
  g_clear_pointer (&kept->picture.rgb, g_free);
  g_clear_object (&kept->fitted);
}

void
spade_kept_picture_set (SpadeKeptPicture   *kept,
                        SpadeEffectPicture *picture,
                        int                 height,
                        int                 width)
{
  GeglRectangle extent = { 0, 0, picture->width, picture->height };
  GeglRectangle part = { 0, 0, width, height };
  const Babl   *format = babl_format ("R'G'B' float");
  GeglBuffer   *buffer;

  if (gegl_rectangle_equal (&extent, &part))
    {
      spade_kept_picture_clear (kept);
      kept->fitted = gegl_buffer_linear_new_from_data (
        picture->rgb, format, &extent, GEGL_AUTO_ROWSTRIDE, g_free, picture->rgb);
      return;
    }
  if (kept->picture.rgb != NULL && kept->picture.height == picture->height &&
      kept->picture.width == picture->width &&
      gegl_rectangle_equal (gegl_buffer_get_extent (kept->fitted), &part))
    {
      GeglRectangle change = find_change (&kept->picture, picture);

      if (change.width == 0)
        part.width = 0;
      else
        part = enlarge (&change, picture, height, width);
    }
  else
    {
      spade_kept_picture_clear (kept);
      kept->fitted = gegl_buffer_new (&part, format);
    }
  g_free (kept->picture.rgb);
  kept->picture = *picture;
  if (part.width == 0)
    return;
  buffer = gegl_buffer_linear_new_from_data (picture->rgb, format, &extent,
                                             GEGL_AUTO_ROWSTRIDE, NULL, NULL);
  spade_picture_scale_part (buffer, height, width, &part, kept->fitted);
  g_object_unref (buffer);
}
