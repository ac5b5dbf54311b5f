// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// GEGL scales; we only choose the sampler.

#include "scale-picture.h"

// Scales by GEGL: "lohalo" blurs least when it makes smaller, "cubic" rings
// least when it makes larger, and what rings beyond 0...1 is cut. By ratio:
// gegl:scale-size goes up to 9000 pixels.
GeglBuffer *
spade_picture_scale (GeglBuffer *buffer,
                     const Babl *format,
                     int         height,
                     int         width)
{
  gboolean    is_smaller = width < gegl_buffer_get_width (buffer);
  GeglBuffer *result = NULL;
  GeglNode   *graph = gegl_node_new ();
  GeglNode   *source, *resize, *clip, *sink;

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
  sink = gegl_node_new_child (graph, "operation", "gegl:buffer-sink",
                              "buffer", &result,
                              "format", format, NULL);
  gegl_node_link_many (source, resize, clip, sink, NULL);
  gegl_node_process (sink);
  g_object_unref (graph);
  return result;
}
