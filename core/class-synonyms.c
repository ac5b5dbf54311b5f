// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Other words for classes of COCO-Stuff, as people and other label sets name
// palette entries. Only words that mean one class and nothing else are here:
// what they say is believed without asking. A class's own name always wins. They
// hold for other class sets as far as these have what is meant.

#include "class-set.h"

#include <string.h>

static const struct
{
  const char *word, *class_name; // word as spade_class_plain_name() gives it
} synonyms[] = {
  // Landscape
  { "ocean", "sea" }, { "wave", "sea" },
  { "lake", "water-other" }, { "pond", "water-other" },
  { "waterfall", "water-other" }, { "swimming-pool", "water-other" },
  { "stream", "river" }, { "creek", "river" }, { "brook", "river" },
  { "ice", "snow" }, { "glacier", "snow" },
  { "forest", "tree" }, { "jungle", "tree" }, { "palm", "tree" },
  { "palm-tree", "tree" }, { "vegetation", "tree" },
  { "shrub", "bush" }, { "hedge", "bush" },
  { "meadow", "grass" }, { "lawn", "grass" }, { "field", "grass" },
  { "pasture", "grass" }, { "prairie", "grass" },
  { "flora", "plant-other" }, { "foliage", "leaves" },
  { "soil", "dirt" }, { "earth", "dirt" }, { "dirt-track", "dirt" },
  { "path", "dirt" }, { "trail", "dirt" }, { "land", "ground-other" },
  { "beach", "sand" }, { "desert", "sand" }, { "dune", "sand" },
  { "pebble", "gravel" }, { "cliff", "rock" }, { "boulder", "rock" },
  { "mount", "mountain" }, { "peak", "mountain" }, { "volcano", "mountain" },
  { "mist", "fog" }, { "haze", "fog" }, { "overcast", "clouds" },
  { "heaven", "sky-other" },
  // Town
  { "street", "road" }, { "highway", "road" }, { "route", "road" },
  { "asphalt", "road" }, { "runway", "road" }, { "sidewalk", "pavement" },
  { "rail-track", "railroad" }, { "railway", "railroad" },
  { "edifice", "building-other" }, { "tower", "building-other" },
  { "hut", "house" }, { "shack", "house" }, { "cottage", "house" },
  { "guard-rail", "railing" }, { "bannister", "railing" },
  { "stairway", "stairs" }, { "staircase", "stairs" },
  { "street-lamp", "light" }, { "streetlight", "light" }, { "lamp", "light" },
  { "traffic-sign", "street sign" },
  // Room
  { "windowpane", "window-other" }, { "mirror-glass", "mirror-stuff" },
  { "sofa", "couch" }, { "armchair", "chair" }, { "bookcase", "shelf" },
  { "cushion", "pillow" }, { "flooring", "floor-other" },
  { "television", "tv" }, { "apparel", "clothes" }, { "carpeting", "carpet" },
  // Beings and vehicles
  { "people", "person" }, { "human", "person" }, { "man", "person" },
  { "woman", "person" }, { "pedestrian", "person" }, { "rider", "person" },
  { "automobile", "car" }, { "bike", "bicycle" },
  { "motorbike", "motorcycle" }, { "aeroplane", "airplane" },
  { "plane", "airplane" }, { "ship", "boat" }, { "lorry", "truck" },
  // Nothing
  { "void", "unlabeled" }, { "ignore", "unlabeled" },
  { "unlabelled", "unlabeled" },
};

static int
find_word (const SpadeClassSet *set,
           const char          *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (synonyms); i++)
    if (strcmp (synonyms[i].word, word) == 0)
      return spade_class_set_from_coco_stuff (set, synonyms[i].class_name);
  return -1;
}

// Gives what one word means, in the singular or the plural.
static int
find_plain (const SpadeClassSet *set,
            char                *plain)
{
  gsize length = strlen (plain);
  int   class_id = find_word (set, plain);

  for (int cut = 1; class_id < 0 && cut <= 2 && length > 3; cut++)
    {
      if (plain[length - 1] != 's' || (cut == 2 && plain[length - 2] != 'e'))
        break;
      plain[length - (gsize) cut] = '\0';
      class_id = find_word (set, plain);
      plain[length - (gsize) cut] = cut == 1 ? 's' : 'e';
    }
  return class_id;
}

// Gives the class of another set that a name in COCO-Stuff stands for, or -1.
static int
find_coco_stuff (const SpadeClassSet *set,
                 const char          *word)
{
  const SpadeClassSet *from = &spade_class_set_coco_stuff;

  if (set == from)
    return -1;
  return spade_class_set_translate (from, spade_class_set_lookup (from, word),
                                    set);
}

// Names such as "building, edifice" list several words.
int
spade_class_set_lookup_synonym (const SpadeClassSet *set,
                                const char          *name)
{
  g_auto (GStrv) words = NULL;
  int            class_id = -1;

  if (set == NULL || name == NULL)
    return -1;
  words = g_strsplit (name, ",", -1);
  for (int i = 0; words[i] != NULL && class_id < 0; i++)
    {
      g_autofree char *plain = spade_class_plain_name (words[i]);

      if (i > 0 || words[1] != NULL)
        class_id = spade_class_set_lookup (set, words[i]);
      if (class_id < 0)
        class_id = find_coco_stuff (set, words[i]);
      if (class_id < 0)
        class_id = find_plain (set, plain);
    }
  return class_id;
}
