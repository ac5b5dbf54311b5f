// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The class whose colour looks nearest to that of an entry, as a suggestion
// that a person confirms or not. Beside the standard colours, the labels of
// GauGAN Beta have one that they might have in nature, since that is what people
// paint with who know no palette; those are ours and mean no more than that.
// Distances are in Oklab (Ottosson 2020), where equal steps look about equal,
// without its root: only the order counts.

#include "class-set.h"
#include "foreign-palette.h"
#include "include/spade-class-table.h"

#include <math.h>
#include <string.h>

typedef struct
{
  double l, a, b;
} Oklab;

static const struct
{
  const char *name;
  guint8      rgb[3];
} natural[] = {
  { "bush", { 74, 112, 35 } },      { "clouds", { 216, 220, 224 } },
  { "dirt", { 122, 82, 48 } },      { "grass", { 106, 168, 79 } },
  { "gravel", { 154, 148, 140 } },  { "hill", { 125, 154, 90 } },
  { "mountain", { 111, 123, 134 } }, { "plant-other", { 63, 155, 70 } },
  { "river", { 63, 127, 181 } },    { "road", { 90, 90, 94 } },
  { "rock", { 125, 116, 104 } },    { "sand", { 224, 198, 143 } },
  { "sea", { 31, 95, 139 } },       { "sky-other", { 142, 198, 240 } },
  { "snow", { 245, 247, 250 } },    { "stone", { 163, 158, 147 } },
  { "tree", { 46, 107, 46 } },      { "water-other", { 74, 163, 200 } },
};

static double
linear (guint8 value)
{
  double v = value / 255.0;

  return v <= 0.04045 ? v / 12.92 : pow ((v + 0.055) / 1.055, 2.4);
}

static Oklab
to_oklab (const guint8 rgb[3])
{
  double r = linear (rgb[0]), g = linear (rgb[1]), b = linear (rgb[2]);
  double l = cbrt (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  double m = cbrt (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  double s = cbrt (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);

  return (Oklab) {
    0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
  };
}

static double
distance (const guint8 x[3],
          const guint8 y[3])
{
  Oklab p = to_oklab (x), q = to_oklab (y);

  return (p.l - q.l) * (p.l - q.l) + (p.a - q.a) * (p.a - q.a)
         + (p.b - q.b) * (p.b - q.b);
}

static int
nearest_favourite (const SpadeClassSet *set,
                   const guint8         rgb[3])
{
  double best = INFINITY;
  int    found = -1;
  int    n = set->n_favourites > 0 ? set->n_favourites : set->n_classes;

  for (int i = 0; i < n; i++)
    {
      int    class_id = set->n_favourites > 0 ? set->favourites[i] : i;
      double d = distance (rgb, set->classes[class_id].rgb);

      if (class_id != set->unlabeled && d < best)
        {
          best = d;
          found = class_id;
        }
    }
  for (gsize i = 0; i < G_N_ELEMENTS (natural); i++)
    {
      double d = distance (rgb, natural[i].rgb);
      int    class_id = spade_class_set_from_coco_stuff (set, natural[i].name);

      if (class_id >= 0 && d < best)
        {
          best = d;
          found = class_id;
        }
    }
  return found;
}

static int
nearest_foreign (const SpadeForeignPalette *palette,
                 const SpadeClassSet       *set,
                 const guint8               rgb[3])
{
  double best = INFINITY;
  int    found = -1;

  for (int i = 0; i < palette->n_colours; i++)
    {
      double d = distance (rgb, palette->colours[i].rgb);

      if (d < best)
        {
          best = d;
          found = spade_foreign_palette_class (palette, set, i);
        }
    }
  return found;
}

void
spade_class_table_suggest (const SpadeClassTable *table,
                           gint16                 out_class_id[256])
{
  for (int i = 0; i < 256; i++)
    {
      const guint8 *rgb = table->entries[i].rgb;

      out_class_id[i] = -1;
      if (i >= table->n_entries || table->class_id[i] >= 0 ||
          table->set == NULL)
        continue;
      out_class_id[i] = (gint16)
        (table->foreign != NULL
           ? nearest_foreign (table->foreign, table->set, rgb)
           : nearest_favourite (table->set, rgb));
    }
}
