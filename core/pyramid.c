// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Builds the segmentation pyramid. Every level samples the full-size map, as
// the reference does; with sizes that are powers of two apart the pixel at
// (y, x) of a level is the map's pixel at (y, x) << shift.

#include "pyramid.h"

#include "neighbourhood-build.h"

// Along a contour of classes there are up to 1.7 distinct patches in maps of
// photographs, fewer where contours are dense. Edges make three contours of one.
#define PATCHES_PER_CONTOUR 2
#define CONTOURS_PER_EDGE 3

// Marks where two rows differ.
#define MARK_DIFFERENCES(name, type)                                          \
  static void name (const type *a, const type *b, int n,                      \
                    guint8 *restrict marks)                                   \
  {                                                                           \
    for (int x = 0; x < n; x++)                                               \
      marks[x] |= a[x] != b[x];                                               \
  }
MARK_DIFFERENCES (mark_ids, guint8)
MARK_DIFFERENCES (mark_instances, guint32)

// The same of runs of n pixels that begin at a and at b.
static void
mark (const SpadeMap *map, gsize a, gsize b, int n, guint8 *marks)
{
  if (map->instances != NULL)
    mark_instances (map->instances + a, map->instances + b, n, marks);
  else
    mark_ids (map->ids + a, map->ids + b, n, marks);
}

void
spade_map_find_edges (const SpadeMap *map, guint8 *out_edges)
{
  int width = map->width;

  memset (out_edges, 0, (gsize) map->height * width);
  for (int y = 0; y < map->height; y++)
    {
      gsize   row = (gsize) y * width;
      guint8 *marks = out_edges + row;

      mark (map, row, row + 1, width - 1, marks);
      mark (map, row, row + 1, width - 1, marks + 1);
      if (y + 1 == map->height)
        break;
      mark (map, row, row + width, width, marks);
      mark (map, row, row + width, width, marks + width);
    }
}

// A row of symbols, of every step-th pixel; edges may be NULL.
static inline void
sample_row (const guint8 *ids, const guint8 *edges, int step, int width,
            uint16_t *restrict symbols)
{
  if (edges == NULL)
    for (int x = 0; x < width; x++)
      symbols[x] = ids[(gsize) x * step];
  else
    for (int x = 0; x < width; x++)
      symbols[x] = (uint16_t) (ids[(gsize) x * step]
                               | edges[(gsize) x * step] << 8);
}

// NULL where there is no memory.
static uint16_t *
sample_level (const SpadeMap *map, const guint8 *edges, int height, int width)
{
  uint16_t *symbols = g_try_new (uint16_t, (gsize) height * width);
  int       step_y = map->height / height;
  int       step_x = map->width / width;

  if (symbols == NULL)
    return NULL;
  for (int y = 0; y < height; y++)
    {
      gsize         row = (gsize) y * step_y * map->width;
      const guint8 *ids = map->ids + row;
      const guint8 *marks = edges != NULL ? edges + row : NULL;
      uint16_t     *out = symbols + (gsize) y * width;

      if (step_x == 1)
        sample_row (ids, marks, 1, width, out);
      else
        sample_row (ids, marks, step_x, width, out);
    }
  return symbols;
}

SpadePyramid *
spade_pyramid_new (const SpadePlan *plan,
                   const SpadeMap  *map,
                   gboolean         with_neighbourhoods)
{
  g_autoptr (SpadePyramid) pyramid = g_new0 (SpadePyramid, 1);
  g_autofree guint8       *edges = NULL;

  if (plan->edge_channel >= 0)
    {
      edges = g_try_malloc ((gsize) map->height * map->width);
      if (edges == NULL)
        return NULL;
      spade_map_find_edges (map, edges);
    }
  pyramid->n_levels = plan->n_levels;
  for (int i = 0; i < plan->n_levels; i++)
    {
      SpadeLevel *level = &pyramid->levels[i];

      level->height = plan->level_height[i];
      level->width = plan->level_width[i];
      level->symbols = sample_level (map, edges, level->height, level->width);
      if (level->symbols == NULL)
        return NULL;
    }
  if (with_neighbourhoods && !spade_pyramid_number (pyramid, plan))
    return NULL;
  return g_steal_pointer (&pyramid);
}

gboolean
spade_pyramid_number (SpadePyramid *pyramid, const SpadePlan *plan)
{
  for (int i = 0; i < pyramid->n_levels; i++)
    {
      SpadeLevel *level = &pyramid->levels[i];

      if (!spade_plan_has_tables (plan, i))
        continue;
      if (level->neighbourhoods == NULL)
        level->neighbourhoods = spade_neighbourhoods_new (
            level->symbols, level->height, level->width, plan->kernel);
      if (level->neighbourhoods == NULL)
        return FALSE;
    }
  return TRUE;
}

uint16_t *
spade_pyramid_cut (const SpadePyramid *pyramid, int level,
                   const SpadeBox *window)
{
  const SpadeLevel *from = &pyramid->levels[level];
  gsize     width = (gsize) spade_box_width (window);
  uint16_t *symbols
      = g_try_new (uint16_t, (gsize) spade_box_height (window) * width);

  if (symbols == NULL)
    return NULL;
  for (int y = window->top; y < window->bottom; y++)
    memcpy (symbols + (gsize) (y - window->top) * width,
            from->symbols + (gsize) y * from->width + window->left,
            width * sizeof *symbols);
  return symbols;
}

void
spade_pyramid_rename_numbers (SpadePyramid *pyramid)
{
  for (int i = 0; i < pyramid->n_levels; i++)
    if (pyramid->levels[i].neighbourhoods != NULL)
      spade_neighbourhoods_rename (
          (SpadeNeighbourhoods *) pyramid->levels[i].neighbourhoods);
}

void
spade_pyramid_drop_numbers (SpadePyramid *pyramid)
{
  for (int i = 0; i < pyramid->n_levels; i++)
    {
      spade_neighbourhoods_free (
          (SpadeNeighbourhoods *) pyramid->levels[i].neighbourhoods);
      pyramid->levels[i].neighbourhoods = NULL;
    }
}

// Gives the number of pairs of pixels, beside or above each other, that differ.
static double
count_contours (const SpadeLevel *level)
{
  gsize  width = (gsize) level->width;
  double n = 0;

  for (int y = 0; y < level->height; y++)
    {
      const uint16_t *row = level->symbols + (gsize) y * width;
      const uint16_t *above = y > 0 ? row - width : row;
      guint32         n_row = 0;

      for (gsize x = 0; x < width; x++)
        n_row += row[x] != above[x];
      for (gsize x = 1; x < width; x++)
        n_row += row[x] != row[x - 1];
      n += n_row;
    }
  return n;
}

double
spade_pyramid_expect_patches (const SpadePyramid *pyramid, int number,
                              gboolean has_edge)
{
  const SpadeLevel *level = &pyramid->levels[number];
  double            n = PATCHES_PER_CONTOUR * count_contours (level);

  return MIN (has_edge ? n / CONTOURS_PER_EDGE : n,
              (double) level->height * level->width);
}

void
spade_pyramid_free (SpadePyramid *pyramid)
{
  if (pyramid == NULL)
    return;
  spade_pyramid_drop_numbers (pyramid);
  for (int i = 0; i < pyramid->n_levels; i++)
    g_free ((gpointer) pyramid->levels[i].symbols);
  g_free (pyramid);
}
