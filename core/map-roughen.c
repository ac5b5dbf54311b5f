// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Uneven outlines. A pixel looks for its class a little beside itself; how far and
// where to is noise of several sizes, a fraction of the map's longer side, so that
// an outline has the same form at every size. Each class looks as far as its own
// outlines are uneven, and the one that looks farthest wins.

#include "include/spade-map.h"

#include <math.h>
#include <string.h>

#include "noise.h"

// Of the longer side, where amount is 1: a standard deviation, about.
#define REACH (8.0f / 512)
#define N_OCTAVES 5
// Cells of the noise of the largest and of the smallest size, in the longer side.
#define LARGEST_CELLS (512.0f / 48)
#define FINEST_CELLS 171

static const float weights[N_OCTAVES] = { 1, 0.7f, 0.5f, 0.4f, 0.25f };

// How uneven outlines of nature are, across and up, by names of COCO-Stuff. Level
// water has straight edges against what is behind it.
static const struct
{
  const char *name;
  float       across, up;
} unevenness[] = {
  { "clouds", 1, 0.7f },       { "fog", 1, 0.7f },
  { "mountain", 0.5f, 0.5f },  { "hill", 0.25f, 0.25f },
  { "rock", 0.4f, 0.4f },      { "stone", 0.25f, 0.25f },
  { "snow", 0.4f, 0.4f },      { "sand", 0.4f, 0.4f },
  { "dirt", 0.4f, 0.4f },      { "mud", 0.4f, 0.4f },
  { "gravel", 0.3f, 0.3f },    { "ground-other", 0.4f, 0.4f },
  { "grass", 0.4f, 0.4f },     { "moss", 0.4f, 0.4f },
  { "leaves", 0.4f, 0.4f },    { "bush", 0.4f, 0.4f },
  { "plant-other", 0.4f, 0.4f }, { "flower", 0.4f, 0.4f },
  { "river", 0.35f, 0.05f },   { "water-other", 0.35f, 0.05f },
  { "sea", 0.35f, 0 },         { "sky-other", 0, 0 },
};

typedef struct
{
  guint8 id;
  float  across, up; // pixels
} Uneven;

typedef struct
{
  Uneven   classes[256]; // those of the map that look beside themselves, the
  int      n;            // farthest last
  gboolean yields[256];  // class ids that others may take pixels of
} Rules;

static int
compare_reach (gconstpointer a, gconstpointer b)
{
  const Uneven *x = a, *y = b;
  float         by = x->across + x->up - y->across - y->up;

  return by != 0 ? (by > 0) - (by < 0) : x->id - y->id;
}

// What a map's classes do: those that are no part of nature, and trees, keep just
// their pixels.
static void
read_rules (const SpadeMap *map, const SpadeClassSet *set, double amount,
            Rules *out_rules)
{
  const SpadeClassSet *names = spade_class_set_find ("coco-stuff", NULL);
  float    reach = (float) amount * REACH * (float) MAX (map->height, map->width);
  gboolean is_there[256] = { FALSE };

  memset (out_rules, 0, sizeof *out_rules);
  for (gsize i = 0; i < (gsize) map->height * (gsize) map->width; i++)
    is_there[map->ids[i]] = TRUE;
  for (int id = 0; id < set->n_ids && id < 256; id++)
    {
      int means = spade_class_set_translate (set, id, names);

      if (!is_there[id] || means < 0)
        continue;
      for (gsize i = 0; i < G_N_ELEMENTS (unevenness); i++)
        if (strcmp (names->classes[means].name, unevenness[i].name) == 0)
          {
            out_rules->yields[id] = TRUE;
            if (unevenness[i].across > 0)
              out_rules->classes[out_rules->n++]
                  = (Uneven){ (guint8) id, reach * unevenness[i].across,
                              reach * unevenness[i].up };
          }
    }
  qsort (out_rules->classes, (gsize) out_rules->n, sizeof (Uneven), compare_reach);
}

// A row of smooth noise with mean 0: between the numbers of a grid, octave by octave.
// line is memory for a row of the finest grid.
static void
fill_row (int plane, int y, int width, float side, float *line, float *out)
{
  memset (out, 0, sizeof *out * (gsize) width);
  for (int octave = 0; octave < N_OCTAVES; octave++)
    {
      float    cells = LARGEST_CELLS * (float) (1 << octave) / side; // a pixel
      float    v = ((float) y + 0.5f) * cells;
      int      top = (int) v;
      float    down = v - (float) top;
      uint32_t key = spade_noise_key (0, 2 * octave + plane);
      uint32_t upper = spade_noise_row (key, top);
      uint32_t lower = spade_noise_row (key, top + 1);
      int      n = (int) ((float) width * cells) + 2;

      down = down * down * (3 - 2 * down);
      for (int i = 0; i < n; i++)
        line[i] = weights[octave]
                  * (spade_noise_at (upper, i) * (1 - down)
                     + spade_noise_at (lower, i) * down);
      for (int x = 0; x < width; x++)
        {
          float u = ((float) x + 0.5f) * cells;
          int   left = (int) u;
          float right = u - (float) left;

          right = right * right * (3 - 2 * right);
          out[x] += line[left] * (1 - right) + line[left + 1] * right;
        }
    }
}

// Gives the place from which a pixel takes its class.
static gsize
find_source (const SpadeMap *from, const Rules *rules, int y, int x, float across,
             float up)
{
  gsize  here = (gsize) y * (gsize) from->width + (gsize) x;
  gsize  found = here;
  guint8 id = from->ids[here];

  if (!rules->yields[id])
    return here;
  for (int i = 0; i < rules->n; i++)
    {
      const Uneven *uneven = &rules->classes[i];
      int   row = y + (int) lrintf (uneven->up * up);
      int   column = x + (int) lrintf (uneven->across * across);
      gsize there;

      row = CLAMP (row, 0, from->height - 1);
      column = CLAMP (column, 0, from->width - 1);
      there = (gsize) row * (gsize) from->width + (gsize) column;
      if ((from->ids[there] == uneven->id) != (id == uneven->id)
          && rules->yields[from->ids[there]])
        found = there;
    }
  return found;
}

gboolean
spade_map_roughen (SpadeMap *map, const SpadeClassSet *set, double amount,
                   GError **error)
{
  g_autoptr (SpadeMap) from = NULL;
  g_autofree float    *memory = NULL;
  float *across, *up, *line;
  float  side = (float) MAX (map->height, map->width);
  gsize  width = (gsize) map->width;
  Rules  rules;

  if (set == NULL || !(amount > 0))
    return TRUE;
  read_rules (map, set, amount, &rules);
  if (rules.n == 0)
    return TRUE;
  from = spade_map_resize (map, map->height, map->width, error);
  if (from == NULL)
    return FALSE;
  memory = g_new (float, 2 * width + FINEST_CELLS + 3);
  across = memory;
  up = across + width;
  line = up + width;
  for (int y = 0; y < map->height; y++)
    {
      gsize row = (gsize) y * width;

      fill_row (0, y, map->width, side, line, across);
      fill_row (1, y, map->width, side, line, up);
      for (int x = 0; x < map->width; x++)
        {
          gsize there = find_source (from, &rules, y, x, across[x], up[x]);

          map->ids[row + (gsize) x] = from->ids[there];
          if (map->instances != NULL)
            map->instances[row + (gsize) x] = from->instances[there];
        }
    }
  return TRUE;
}
