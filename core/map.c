// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The segmentation map.

#include "include/spade-map.h"

#define MAX_SIDE 262144

SpadeMap *
spade_map_new (int       height,
               int       width,
               gboolean  with_instances,
               GError  **error)
{
  g_autoptr (SpadeMap) map = NULL;

  if (height < 1 || width < 1 || height > MAX_SIDE || width > MAX_SIDE)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_SIZE,
                   "A map cannot have %d x %d pixels; each side must be "
                   "1 to %d.", width, height, MAX_SIDE);
      return NULL;
    }
  map = g_new0 (SpadeMap, 1);
  map->height = height;
  map->width = width;
  map->ids = g_try_malloc0_n (height, width);
  if (with_instances)
    map->instances = g_try_malloc0_n ((gsize) height * width,
                                      sizeof *map->instances);
  if (map->ids == NULL || (with_instances && map->instances == NULL))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                   "There is not enough memory for a map of %d x %d pixels; "
                   "use a smaller one.", width, height);
      return NULL;
    }
  return g_steal_pointer (&map);
}

void
spade_map_free (SpadeMap *map)
{
  if (map == NULL)
    return;
  g_free (map->ids);
  g_free (map->instances);
  g_free (map);
}
