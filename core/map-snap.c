// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Breadth first from all pixels that have a class, in steps up, left, right and
// down, so that a soft edge between two classes is divided in its middle.

#include "include/spade-map.h"

// Gives the positions of the pixels beside p, n_beside of them.
static int
list_beside (const SpadeMap *map,
             gsize           p,
             gsize           beside[4])
{
  gsize width = (gsize) map->width;
  int   n_beside = 0;

  if (p >= width)
    beside[n_beside++] = p - width;
  if (p % width > 0)
    beside[n_beside++] = p - 1;
  if (p % width + 1 < width)
    beside[n_beside++] = p + 1;
  if (p + width < width * (gsize) map->height)
    beside[n_beside++] = p + width;
  return n_beside;
}

// Has pixel p follow one beside it that has a class of its own.
static gboolean
begin_at (SpadeMap *map,
          guint8   *pixels,
          gsize     p)
{
  gsize beside[4];
  int   n_beside = list_beside (map, p, beside);

  for (int i = 0; i < n_beside; i++)
    if (pixels[beside[i]] == SPADE_PIXEL_OWN)
      {
        map->ids[p] = map->ids[beside[i]];
        pixels[p] = SPADE_PIXEL_SNAPPED;
        return TRUE;
      }
  return FALSE;
}

gboolean
spade_map_snap (SpadeMap *map,
                guint8   *pixels,
                GError  **error)
{
  gsize            n = (gsize) map->height * (gsize) map->width;
  gsize            n_strays = 0, n_queued = 0;
  g_autofree gsize *queue = NULL;

  for (gsize p = 0; p < n; p++)
    n_strays += pixels[p] == SPADE_PIXEL_STRAY;
  queue = g_try_new (gsize, n_strays);
  if (n_strays > 0 && queue == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                   "There is not enough memory to snap the soft edges of %d x "
                   "%d pixels.", map->width, map->height);
      return FALSE;
    }
  for (gsize p = 0; p < n; p++)
    if (pixels[p] == SPADE_PIXEL_STRAY && begin_at (map, pixels, p))
      queue[n_queued++] = p;
  for (gsize first = 0; first < n_queued; first++)
    {
      gsize beside[4];
      int   n_beside = list_beside (map, queue[first], beside);

      for (int i = 0; i < n_beside; i++)
        if (pixels[beside[i]] == SPADE_PIXEL_STRAY)
          {
            map->ids[beside[i]] = map->ids[queue[first]];
            pixels[beside[i]] = SPADE_PIXEL_SNAPPED;
            queue[n_queued++] = beside[i];
          }
    }
  if (n_queued == n_strays)
    return TRUE;
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
               "%" G_GSIZE_FORMAT " pixels have colours that name no class, and "
               "no pixels with a class around them; give them one.",
               n_strays - n_queued);
  return FALSE;
}
