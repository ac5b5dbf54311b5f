// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// GEGL scales; we only choose the sampler.

#include "scale-picture.h"

// "lohalo" blurs least when it makes smaller, "cubic" rings least when it makes larger,
// and what rings beyond 0...1 is cut. By ratio: gegl:scale-size goes up to 9000 pixels.
void
spade_picture_scale_part (GeglBuffer          *buffer,
                          int                  height,
                          int                  width,
                          const GeglRectangle *part,
                          GeglBuffer          *to)
{
  gboolean  is_smaller = width < gegl_buffer_get_width (buffer);
  GeglNode *graph = gegl_node_new ();
  GeglNode *source, *resize, *clip;

  source = gegl_node_new_child (graph, "operation", "gegl:buffer-source",
                                "buffer", buffer, NULL);
  resize = gegl_node_new_child (graph, "operation", "gegl:scale-ratio",
                                "x", (double) width /
                                       gegl_buffer_get_width (buffer),
                                "y", (double) height /
                                       gegl_buffer_get_height (buffer),
                                "sampler", is_smaller ? GEGL_SAMPLER_LOHALO
                                                      : GEGL_SAMPLER_CUBIC,
                                NULL);
  if (gegl_node_find_property (resize, "abyss-policy") != NULL)
    gegl_node_set (resize, "abyss-policy", GEGL_ABYSS_CLAMP, NULL);
  clip = gegl_node_new_child (graph, "operation", "gegl:rgb-clip", NULL);
  gegl_node_link_many (source, resize, clip, NULL);
  gegl_node_blit_buffer (clip, to, part, 0, GEGL_ABYSS_NONE);
  g_object_unref (graph);
}

GeglBuffer *
spade_picture_scale (GeglBuffer *buffer,
                     const Babl *format,
                     int         height,
                     int         width)
{
  GeglRectangle extent = { 0, 0, width, height };
  GeglBuffer   *result = gegl_buffer_new (&extent, format);

  spade_picture_scale_part (buffer, height, width, &extent, result);
  return result;
}
