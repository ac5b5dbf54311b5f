// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// For each class of COCO-Stuff that GauGAN Beta did not offer, the one of its
// 18 that looks most like it in a landscape. Classes that are not listed have
// none: what people make (but for paving and masonry), animals, food and
// rooms. docs/classes.md is this table for people; a test compares them.

#include "include/spade-class-set.h"

#include <string.h>

static const struct
{
  const char *name, *nearest;
} pairs[] = {
  { "potted plant", "plant-other" },
  { "branch", "tree" },
  { "bridge", "stone" },
  { "floor-marble", "stone" },
  { "floor-stone", "stone" },
  { "flower", "plant-other" },
  { "fog", "clouds" },
  { "ground-other", "dirt" },
  { "leaves", "plant-other" },
  { "moss", "grass" },
  { "mud", "dirt" },
  { "pavement", "road" },
  { "platform", "road" },
  { "playingfield", "grass" },
  { "railroad", "gravel" },
  { "stairs", "stone" },
  { "straw", "grass" },
  { "wall-brick", "stone" },
  { "wall-concrete", "stone" },
  { "wall-stone", "stone" },
  { "waterdrops", "water-other" },
  { "wood", "tree" },
};

int
spade_class_set_get_nearest (const SpadeClassSet *set,
                             int                  class_id)
{
  if (set == NULL || class_id < 0 || class_id >= set->n_classes ||
      strcmp (set->name, "coco-stuff") != 0)
    return -1;
  if (memchr (set->favourites, class_id, (gsize) set->n_favourites) != NULL)
    return class_id;
  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    if (strcmp (pairs[i].name, set->classes[class_id].name) == 0)
      return spade_class_set_lookup (set, pairs[i].nearest);
  return -1;
}
