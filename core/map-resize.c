// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The change of size of a segmentation map. Class ids are names, not amounts:
// nothing here ever mixes two of them. The pixels near a new pixel's centre
// vote instead, and a class that is there wins.

#include <math.h>
#include <string.h>

#include "include/spade-map.h"

// The weight of a vote in the middle of a pixel that alone is near.
#define UNIT 4096

// Which pixels of an old row or column have a vote on a new one.
typedef struct
{
  int    first, end;  // pixels, end is past the last
  int    nearest;     // the one that the new pixel's centre lies in
  gsize  weights;     // offset of the first one's weight
} Voters;

typedef struct
{
  Voters  *voters;  // [new size]
  guint16 *weights;
} Axis;

// The quadratic B-spline, of t in -1.5...1.5. It keeps straight edges where
// they are, and keeps single pixels; stairs become slopes.
static double
spline (double t)
{
  double r = fabs (t);

  if (r < 0.5)
    return 0.75 - r * r;
  return r < 1.5 ? 0.5 * (1.5 - r) * (1.5 - r) : 0;
}

// FALSE where there is no memory; axis_clear() in any case.
static gboolean
axis_init (Axis *axis, int from, int to)
{
  double scale = (double) from / to;
  double wide = MAX (scale, 1);  // where it shrinks, all pixels have a vote
  gsize  most = (gsize) ceil (3 * wide) + 2;
  gsize  n_weights = 0;

  axis->voters = g_try_new (Voters, to);
  axis->weights = g_try_new (guint16, most * to);
  if (axis->voters == NULL || axis->weights == NULL)
    return FALSE;
  for (int i = 0; i < to; i++)
    {
      Voters *v = &axis->voters[i];
      double  centre = (i + 0.5) * scale;

      v->first = MAX (0, (int) floor (centre - 1.5 * wide));
      v->end = MIN (from, (int) ceil (centre + 1.5 * wide));
      // Of two that are as near, the first.
      v->nearest = CLAMP ((int) ceil (centre) - 1, v->first, v->end - 1);
      v->weights = n_weights;
      for (int j = v->first; j < v->end; j++)
        axis->weights[n_weights++]
            = (guint16) lrint (UNIT * spline ((j + 0.5 - centre) / wide));
    }
  return TRUE;
}

static void
axis_clear (Axis *axis)
{
  g_free (axis->voters);
  g_free (axis->weights);
}

static gboolean
agree (const SpadeMap *map, const Voters *rows, const Voters *columns,
       guint8 id)
{
  for (int y = rows->first; y < rows->end; y++)
    {
      const guint8 *row = map->ids + (gsize) y * map->width;

      for (int x = columns->first; x < columns->end; x++)
        if (row[x] != id)
          return FALSE;
    }
  return TRUE;
}

// Gives the id with the most votes; of several, that of the nearest pixel or
// else the first.
static guint8
elect (const SpadeMap *map, const Voters *rows, const guint16 *row_weights,
       const Voters *columns, const guint16 *column_weights, guint8 nearest)
{
  guint64 votes[256] = { 0 };
  guint8  best = nearest;

  for (int y = rows->first; y < rows->end; y++)
    {
      const guint8 *row = map->ids + (gsize) y * map->width;
      guint64       weight = row_weights[y - rows->first];

      for (int x = columns->first; x < columns->end; x++)
        votes[row[x]] += weight * column_weights[x - columns->first];
    }
  for (int id = 0; id < 256; id++)
    if (votes[id] > votes[best])
      best = (guint8) id;
  return best;
}

// Gives the pixel of that id that weighs most. Its instance is that of the new
// pixel.
static gsize
find_pixel (const SpadeMap *map, const Voters *rows,
            const guint16 *row_weights, const Voters *columns,
            const guint16 *column_weights, guint8 id)
{
  gsize  best = (gsize) rows->nearest * map->width + columns->nearest;
  gint64 most = -1;

  if (map->ids[best] == id)
    return best;
  for (int y = rows->first; y < rows->end; y++)
    for (int x = columns->first; x < columns->end; x++)
      {
        gsize  at = (gsize) y * map->width + x;
        gint64 weight = (gint64) row_weights[y - rows->first]
                        * column_weights[x - columns->first];

        if (map->ids[at] == id && weight > most)
          {
            most = weight;
            best = at;
          }
      }
  return best;
}

// Fills result with what the pixels of map vote for.
static void
hold_elections (const SpadeMap *map, const Axis *rows, const Axis *columns,
                SpadeMap *result)
{
  int height = result->height, width = result->width;

  for (int y = 0; y < height; y++)
    {
      const Voters  *v = &rows->voters[y];
      const guint16 *v_weights = rows->weights + v->weights;
      const guint8  *row = map->ids + (gsize) v->nearest * map->width;

      for (int x = 0; x < width; x++)
        {
          const Voters  *h = &columns->voters[x];
          const guint16 *h_weights = columns->weights + h->weights;
          gsize          to = (gsize) y * width + x;
          guint8         id = row[h->nearest];

          if (!agree (map, v, h, id))
            id = elect (map, v, v_weights, h, h_weights, id);
          result->ids[to] = id;
          if (map->instances != NULL)
            result->instances[to] = map->instances[find_pixel (
                map, v, v_weights, h, h_weights, id)];
        }
    }
}

SpadeMap *
spade_map_resize (const SpadeMap  *map,
                  int              height,
                  int              width,
                  GError         **error)
{
  g_autoptr (SpadeMap) result
      = spade_map_new (height, width, map->instances != NULL, error);
  Axis                 rows = { 0 }, columns = { 0 };

  if (result == NULL)
    return NULL;
  if (axis_init (&rows, map->height, height)
      && axis_init (&columns, map->width, width))
    hold_elections (map, &rows, &columns, result);
  else
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                   "There is not enough memory for a map of %d x %d pixels; "
                   "use a smaller one.", width, height);
      g_clear_pointer (&result, spade_map_free);
    }
  axis_clear (&rows);
  axis_clear (&columns);
  return g_steal_pointer (&result);
}
