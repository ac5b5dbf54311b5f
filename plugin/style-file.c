// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Loading a style image through GIMP. The image that GIMP makes of the file
// is ours and is deleted before we return; the user never sees it.

#include "style-file.h"

static SpadePicture *
read_image (GimpImage *image)
{
  SpadePicture          *picture = g_new0 (SpadePicture, 1);
  GeglColor             *white = gegl_color_new ("white");
  GimpLayer             *layer;
  g_autoptr (GeglBuffer) buffer = NULL;

  gimp_context_push ();
  gimp_context_set_background (white);
  layer = gimp_image_flatten (image);
  gimp_context_pop ();
  g_object_unref (white);
  if (layer == NULL)
    return picture;
  picture->width = gimp_drawable_get_width (GIMP_DRAWABLE (layer));
  picture->height = gimp_drawable_get_height (GIMP_DRAWABLE (layer));
  picture->rgb = g_try_malloc_n ((gsize) picture->width * 3,
                                 (gsize) picture->height);
  if (picture->rgb == NULL)
    return picture;
  buffer = gimp_drawable_get_buffer (GIMP_DRAWABLE (layer));
  gegl_buffer_get (buffer,
                   GEGL_RECTANGLE (0, 0, picture->width, picture->height), 1.0,
                   babl_format ("R'G'B' u8"), picture->rgb,
                   GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  return picture;
}

SpadePicture *
spade_style_load (GFile   *file,
                  GError **error)
{
  g_autofree char         *name = g_file_get_parse_name (file);
  g_autoptr (SpadePicture) picture = NULL;
  GimpImage               *image;

  if (!g_file_query_exists (file, NULL))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                   "The style image %s does not exist.", name);
      return NULL;
    }
  image = gimp_file_load (GIMP_RUN_NONINTERACTIVE, file);
  if (image == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                   "The style image %s is not an image that GIMP can open.",
                   name);
      return NULL;
    }
  picture = read_image (image);
  gimp_image_delete (image);
  if (picture->rgb == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                   "The style image %s has no visible layer, or is too large.",
                   name);
      return NULL;
    }
  return g_steal_pointer (&picture);
}
