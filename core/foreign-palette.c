// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Finding a foreign palette, by its name or by the colours that are there.

#include "class-set.h"
#include "foreign-palette.h"

#include <string.h>

// Cityscapes lent COCO panoptic its colours of vehicles, with the same
// meaning: where both fit equally, it comes first.
static const SpadeForeignPalette *const palettes[] = {
  &spade_foreign_gaugan,
  &spade_foreign_ade20k,
  &spade_foreign_cityscapes,
  &spade_foreign_coco_panoptic,
  &spade_foreign_coco_stuff_map,
};

const SpadeForeignPalette *
spade_foreign_palette_get (int i)
{
  return i >= 0 && i < (int) G_N_ELEMENTS (palettes) ? palettes[i] : NULL;
}

const SpadeForeignPalette *
spade_foreign_palette_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (palettes); i++)
    if (g_strcmp0 (name, palettes[i]->name) == 0)
      return palettes[i];
  return NULL;
}

static int
find_colour (const SpadeForeignPalette *palette,
             const guint8               rgb[3])
{
  for (int i = 0; i < palette->n_colours; i++)
    if (memcmp (palette->colours[i].rgb, rgb, 3) == 0)
      return i;
  return -1;
}

int
spade_foreign_palette_class (const SpadeForeignPalette *palette,
                             const SpadeClassSet       *set,
                             int                        i)
{
  if (palette->set != NULL)
    return spade_class_set_translate (palette->set, i, set);
  if (set == NULL || palette->colours[i].coco_stuff == NULL)
    return -1;
  return spade_class_set_from_coco_stuff (set, palette->colours[i].coco_stuff);
}

int
spade_foreign_palette_lookup (const SpadeForeignPalette *palette,
                              const SpadeClassSet       *set,
                              const guint8               rgb[3])
{
  int i = find_colour (palette, rgb);

  return i >= 0 ? spade_foreign_palette_class (palette, set, i) : -1;
}

// Says whether the colour is evidence of anything.
static gboolean
is_telling (const guint8 rgb[3])
{
  gboolean is_grey = rgb[0] == rgb[1] && rgb[1] == rgb[2];
  gboolean is_corner = TRUE;

  for (int c = 0; c < 3; c++)
    is_corner = is_corner && (rgb[c] == 0 || rgb[c] == 255);
  return !is_grey && !is_corner;
}

static gboolean
is_first (const guint8 (*rgb)[3],
          int            i)
{
  for (int j = 0; j < i; j++)
    if (memcmp (rgb[j], rgb[i], 3) == 0)
      return FALSE;
  return TRUE;
}

static gboolean
is_in_set (const SpadeClassSet *set,
           const guint8         rgb[3])
{
  for (int i = 0; set != NULL && i < set->n_ids; i++)
    if (memcmp (set->classes[i].rgb, rgb, 3) == 0)
      return TRUE;
  return FALSE;
}

const SpadeForeignPalette *
spade_foreign_palette_recognize (const SpadeClassSet *set,
                                 const guint8       (*rgb)[3],
                                 int                  n)
{
  const SpadeForeignPalette *found = NULL;
  int                        hits[G_N_ELEMENTS (palettes)] = { 0 };
  int                        n_telling = 0;
  int                        best = 0; // first what is in the set itself

  for (int i = 0; i < n; i++)
    {
      if (!is_telling (rgb[i]) || !is_first (rgb, i))
        continue;
      n_telling++;
      best += is_in_set (set, rgb[i]);
      for (gsize p = 0; p < G_N_ELEMENTS (palettes); p++)
        hits[p] += find_colour (palettes[p], rgb[i]) >= 0;
    }
  for (gsize p = 0; p < G_N_ELEMENTS (palettes); p++)
    if (hits[p] >= 2 && 2 * hits[p] > n_telling && hits[p] > best)
      {
        best = hits[p];
        found = palettes[p];
      }
  return found;
}
