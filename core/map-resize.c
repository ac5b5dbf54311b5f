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

// How far, in old pixels, more of them vote in an enlarged map where outlines
// are calm: a stair of a shallow slope is longer than what is near it tells.
#define FAR 3.2
// The share of those votes that a pixel's own class must have, of 100. A corner
// and a line of one or two pixels have less, and keep their shape.
#define CALM 45

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

// Who votes on any new pixel.
typedef struct
{
  Axis rows, columns;
} Axes;

// Who votes on one of them.
typedef struct
{
  const Voters  *rows, *columns;
  const guint16 *row_weights, *column_weights;
} Poll;

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

// reach: how many times the larger of an old and a new pixel is how far they
// vote. FALSE where there is no memory; axes_clear() in any case.
static gboolean
axis_init (Axis *axis, int from, int to, double reach)
{
  double scale = (double) from / to;
  double wide = reach * MAX (scale, 1);  // where it shrinks, all of them vote
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

static gboolean
axes_init (Axes *axes, const SpadeMap *map, int height, int width,
           double reach)
{
  return axis_init (&axes->rows, map->height, height, reach)
         && axis_init (&axes->columns, map->width, width, reach);
}

static void
axes_clear (Axes *axes)
{
  g_free (axes->rows.voters);
  g_free (axes->rows.weights);
  g_free (axes->columns.voters);
  g_free (axes->columns.weights);
}

static Poll
axes_poll (const Axes *axes, int y, int x)
{
  const Voters *rows = &axes->rows.voters[y];
  const Voters *columns = &axes->columns.voters[x];

  return (Poll) { rows, columns, axes->rows.weights + rows->weights,
                  axes->columns.weights + columns->weights };
}

static gboolean
agree (const SpadeMap *map, Poll poll, guint8 id)
{
  for (int y = poll.rows->first; y < poll.rows->end; y++)
    {
      const guint8 *row = map->ids + (gsize) y * map->width;

      for (int x = poll.columns->first; x < poll.columns->end; x++)
        if (row[x] != id)
          return FALSE;
    }
  return TRUE;
}

// The votes of the ids that are there. Most of the 256 are not, and their votes are
// never set to 0.
typedef struct
{
  guint64 votes[256];
  guint8  ids[256];   // as they were seen
  int     n;
  guint64 is_seen[4]; // a bit for each id
} Tally;

static void
tally_add (Tally *tally, guint8 id, guint64 votes)
{
  guint64 *word = &tally->is_seen[id / 64], bit = (guint64) 1 << id % 64;

  if ((*word & bit) == 0)
    {
      *word |= bit;
      tally->ids[tally->n++] = id;
      tally->votes[id] = 0;
    }
  tally->votes[id] += votes;
}

// Neighbours mostly vote for the same, and are added up before they count.
static void
count (const SpadeMap *map, Poll poll, Tally *tally)
{
  int n = poll.columns->end - poll.columns->first;

  tally->n = 0;
  memset (tally->is_seen, 0, sizeof tally->is_seen);
  for (int y = poll.rows->first; y < poll.rows->end; y++)
    {
      const guint8 *row = map->ids + (gsize) y * map->width + poll.columns->first;
      guint64       weight = poll.row_weights[y - poll.rows->first];

      for (int i = 0; i < n;)
        {
          guint8  id = row[i];
          guint64 sum = 0;

          for (; i < n && row[i] == id; i++)
            sum += poll.column_weights[i];
          tally_add (tally, id, weight * sum);
        }
    }
}

// Gives the id with the most votes; of several, that of the nearest pixel or
// else the first.
static guint8
elect (const SpadeMap *map, Poll poll, guint8 nearest)
{
  Tally  tally;
  guint8 best = nearest;

  count (map, poll, &tally);
  for (int i = 0; i < tally.n; i++)
    {
      guint8 id = tally.ids[i];

      if (tally.votes[id] > tally.votes[best]
          || (tally.votes[id] == tally.votes[best] && best != nearest && id < best))
        best = id;
    }
  return best;
}

// Whether the pixels far around let a pixel of the old map be what it is.
static gboolean
is_calm (const SpadeMap *map, const Axes *far, int y, int x)
{
  guint8  id = map->ids[(gsize) y * map->width + x];
  Poll    poll = axes_poll (far, y, x);
  guint64 sum = 0;
  Tally   tally;

  if (agree (map, poll, id))
    return TRUE;
  count (map, poll, &tally);
  for (int i = 0; i < tally.n; i++)
    sum += tally.votes[tally.ids[i]];
  return 100 * tally.votes[id] >= CALM * sum;
}

// Gives for each pixel of the old map whether it is_calm(), or NULL where there
// is no memory.
static guint8 *
find_calm (const SpadeMap *map)
{
  gsize   n = (gsize) map->height * map->width;
  guint8 *calm = g_try_malloc (n);
  Axes    far = { 0 };

  if (calm != NULL && axes_init (&far, map, map->height, map->width, FAR))
    for (gsize i = 0; i < n; i++)
      calm[i] = is_calm (map, &far, (int) (i / map->width),
                         (int) (i % map->width));
  else
    g_clear_pointer (&calm, g_free);
  axes_clear (&far);
  return calm;
}

static gboolean
are_calm (const SpadeMap *map, const guint8 *calm, Poll poll)
{
  for (int y = poll.rows->first; y < poll.rows->end; y++)
    for (int x = poll.columns->first; x < poll.columns->end; x++)
      if (!calm[(gsize) y * map->width + x])
        return FALSE;
  return TRUE;
}

// Gives the pixel of that id that weighs most. Its instance is that of the new
// pixel.
static gsize
find_pixel (const SpadeMap *map, Poll poll, guint8 id)
{
  gsize  best = (gsize) poll.rows->nearest * map->width
                + poll.columns->nearest;
  gint64 most = -1;

  if (map->ids[best] == id)
    return best;
  for (int y = poll.rows->first; y < poll.rows->end; y++)
    for (int x = poll.columns->first; x < poll.columns->end; x++)
      {
        gsize  at = (gsize) y * map->width + x;
        gint64 weight = (gint64) poll.row_weights[y - poll.rows->first]
                        * poll.column_weights[x - poll.columns->first];

        if (map->ids[at] == id && weight > most)
          {
            most = weight;
            best = at;
          }
      }
  return best;
}

// Whether one of the voters has that id.
static gboolean
has (const SpadeMap *map, Poll poll, guint8 id)
{
  return map->ids[find_pixel (map, poll, id)] == id;
}

// Fills result with what the pixels of map vote for; calm may be NULL, and then
// far is not used.
static void
hold_elections (const SpadeMap *map, const Axes *near, const Axes *far,
                const guint8 *calm, SpadeMap *result)
{
  int height = result->height, width = result->width;

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        Poll   poll = axes_poll (near, y, x);
        gsize  to = (gsize) y * width + x;
        guint8 nearest = map->ids[(gsize) poll.rows->nearest * map->width
                                  + poll.columns->nearest];
        guint8 id = nearest;

        if (!agree (map, poll, id))
          {
            id = elect (map, poll, nearest);
            if (calm != NULL && are_calm (map, calm, poll))
              {
                guint8 wide = elect (map, axes_poll (far, y, x), nearest);

                id = has (map, poll, wide) ? wide : id;
              }
          }
        result->ids[to] = id;
        if (map->instances != NULL)
          result->instances[to]
              = map->instances[find_pixel (map, poll, id)];
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
  g_autofree guint8   *calm = NULL;
  Axes                 near = { 0 }, far = { 0 };
  gboolean             is_larger = height > map->height
                                   && width > map->width;

  if (result == NULL)
    return NULL;
  if (axes_init (&near, map, height, width, 1)
      && (!is_larger
          || (axes_init (&far, map, height, width, FAR)
              && (calm = find_calm (map)) != NULL)))
    hold_elections (map, &near, &far, calm, result);
  else
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                   "There is not enough memory for a map of %d x %d pixels; "
                   "use a smaller one.", width, height);
      g_clear_pointer (&result, spade_map_free);
    }
  axes_clear (&near);
  axes_clear (&far);
  return g_steal_pointer (&result);
}
