// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The segmentation map (segmap): one class id per pixel, and where the user
// has one an instance map beside it, from which the edge channel is made.

#pragma once

#include "spade-class-set.h"

typedef struct
{
  int      height, width;
  guint8  *ids;       // [height, width] class ids
  guint32 *instances; // [height, width] instance numbers, or NULL: the edge
                      // channel is then made from the class ids
} SpadeMap;

// Gives a map of that size with all ids 0 and, on demand, all instances 0; or
// NULL with SPADE_ERROR_MEMORY, or SPADE_ERROR_SIZE for a side outside
// 1...262144.
SPADE_API SpadeMap *spade_map_new (int      height,
                                   int      width,
                                   gboolean with_instances,
                                   GError **error);
SPADE_API void spade_map_free (SpadeMap *map);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpadeMap, spade_map_free)

// Gives the map at another size. A pixel has the class that has most of its
// surroundings in the map, by the weights of a quadratic B-spline as wide as
// the larger of both pixels: no class that is not there, straight edges stay,
// and stairs of an enlarged map become slopes, long ones too, where no corner
// or thin line is near. Its instance is that of the nearest pixel of this
// class. At the same size it is a copy. Errors as spade_map_new().
SPADE_API SpadeMap *spade_map_resize (const SpadeMap *map,
                                      int             height,
                                      int             width,
                                      GError        **error);

// Makes outlines between classes of nature uneven, as nature's are and a brush's are
// not: amount 0 (nothing) to 1. Clouds change most, then mountains and open ground;
// water keeps the level where it meets what is behind it; all that is not of nature,
// and trees, keep just their pixels. No class comes in that is not there. An outline
// has the same form at any size, and a change of the map changes outlines near it
// alone. set is that of the ids, or NULL: nothing. Errors: SPADE_ERROR_MEMORY; the map
// is then as it was.
SPADE_API gboolean spade_map_roughen (SpadeMap            *map,
                                      const SpadeClassSet *set,
                                      double               amount,
                                      GError             **error);

// What spade_map_snap() knows of a pixel.
typedef enum
{
  SPADE_PIXEL_OWN,     // has a class
  SPADE_PIXEL_STRAY,   // has none
  SPADE_PIXEL_OUTSIDE, // is no part of the map: transparent
  SPADE_PIXEL_SNAPPED, // took another one's class
} SpadePixel;

// Gives each stray pixel the class of the pixel that is nearest to it, in steps
// to the four sides over other strays: what soft edges of a brush mean. pixels:
// [height, width] of SpadePixel; strays become snapped. Errors: SPADE_ERROR_MEMORY;
// SPADE_ERROR_CLASSES for strays that no pixel with a class can reach. The map's
// ids of strays are then undefined.
SPADE_API gboolean spade_map_snap (SpadeMap *map,
                                   guint8   *pixels,
                                   GError  **error);
