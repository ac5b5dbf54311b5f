// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The class sets, how names find their classes, and what stands for what.

#include <string.h>

#include "spade-class-set.h"

static const SpadeClassSet *
coco_stuff (void)
{
  return spade_class_set_find ("coco-stuff", NULL);
}

static void
assert_means (const char *name,
              const char *class_name)
{
  const SpadeClassSet *set = coco_stuff ();
  int                  class_id = spade_class_set_lookup (set, name);

  if (class_name == NULL)
    g_assert_cmpint (class_id, ==, -1);
  else
    {
      g_assert_cmpint (class_id, >=, 0);
      g_assert_cmpstr (set->classes[class_id].name, ==, class_name);
    }
}

static void
test_find (void)
{
  g_autoptr (GError)   error = NULL;
  const SpadeClassSet *set = spade_class_set_find ("coco-stuff", &error);

  g_assert_no_error (error);
  g_assert_cmpint (set->n_classes, ==, 182);
  g_assert_cmpint (set->unlabeled, ==, 182);
  g_assert_cmpstr (set->classes[0].name, ==, "person");
  g_assert_cmpstr (set->classes[156].name, ==, "sky-other");
  g_assert_cmpstr (set->classes[181].name, ==, "wood");
  g_assert_cmpstr (set->classes[182].name, ==, "unlabeled");
}

static void
test_unknown (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (spade_class_set_find ("unicorns", &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES);
  g_assert_cmpstr (error->message, ==,
                   "There is no class set \"unicorns\"; use \"coco-stuff\", "
                   "\"ade20k\", \"cityscapes\".");
}

// The palette's makers put the class id into the red byte, which is a second
// source for the order of the table; unlabeled is black.
static void
test_colours (void)
{
  const SpadeClassSet *set = coco_stuff ();

  for (int i = 0; i < set->n_classes; i++)
    g_assert_cmpint (set->classes[i].rgb[0], ==, i);
  g_assert_cmpmem (set->classes[182].rgb, 3, "\0\0\0", 3);
  g_assert_cmpmem (set->classes[168].rgb, 3, "\xa8\xc8\x32", 3); // tree
  for (int i = 0; i < set->n_ids; i++)
    for (int j = 0; j < i; j++)
      g_assert_cmpint (memcmp (set->classes[i].rgb, set->classes[j].rgb, 3),
                       !=, 0);
}

static void
test_favourites (void)
{
  const SpadeClassSet *set = coco_stuff ();

  g_assert_cmpint (set->n_favourites, ==, 18);
  for (int i = 1; i < set->n_favourites; i++)
    g_assert_cmpstr (set->classes[set->favourites[i - 1]].name, <,
                     set->classes[set->favourites[i]].name);
  g_assert_cmpstr (set->classes[set->favourites[0]].name, ==, "bush");
  g_assert_cmpstr (set->classes[set->favourites[17]].name, ==, "water-other");
}

static const char *const set_names[] = { "coco-stuff", "ade20k", "cityscapes" };

static void
test_own_names (void)
{
  for (gsize s = 0; s < G_N_ELEMENTS (set_names); s++)
    {
      const SpadeClassSet *set = spade_class_set_find (set_names[s], NULL);

      for (int i = 0; i < set->n_ids; i++)
        g_assert_cmpint (spade_class_set_lookup (set, set->classes[i].name), ==,
                         i);
    }
}

// Ids are the values of the data sets' own label PNGs, as their documentation has
// them: objectInfo150.txt from 1 on, labels.py from 0 on.
static void
test_label_values (void)
{
  static const struct
  {
    const char *set;
    int         id;
    const char *name;
  } facts[] = {
    { "ade20k", 0, "unlabeled" },    { "ade20k", 1, "wall" },
    { "ade20k", 3, "sky" },          { "ade20k", 100, "buffet" },
    { "ade20k", 129, "lake" },       { "ade20k", 150, "flag" },
    { "cityscapes", 0, "unlabeled" }, { "cityscapes", 7, "road" },
    { "cityscapes", 18, "polegroup" }, { "cityscapes", 23, "sky" },
    { "cityscapes", 33, "bicycle" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    g_assert_cmpstr (
      spade_class_set_find (facts[i].set, NULL)->classes[facts[i].id].name, ==,
      facts[i].name);
}

static const char *
translate (const char *from_name,
           const char *class_name,
           const char *to_name)
{
  const SpadeClassSet *from = spade_class_set_find (from_name, NULL);
  const SpadeClassSet *to = spade_class_set_find (to_name, NULL);
  int id = spade_class_set_translate (
    from, spade_class_set_lookup (from, class_name), to);

  return id >= 0 ? to->classes[id].name : NULL;
}

static void
test_translate (void)
{
  const char *coco = "coco-stuff", *ade = "ade20k", *city = "cityscapes";

  g_assert_cmpstr (translate (coco, "sky-other", ade), ==, "sky");
  g_assert_cmpstr (translate (coco, "tree", ade), ==, "tree"); // not palm
  g_assert_cmpstr (translate (coco, "light", ade), ==, "light"); // not lamp
  g_assert_cmpstr (translate (coco, "tree", city), ==, "vegetation");
  g_assert_cmpstr (translate (coco, "snow", ade), ==, NULL);
  g_assert_cmpstr (translate (ade, "palm", coco), ==, "tree");
  g_assert_cmpstr (translate (ade, "fireplace", coco), ==, NULL);
  g_assert_cmpstr (translate (ade, "sidewalk", city), ==, "sidewalk");
  g_assert_cmpstr (translate (ade, "palm", ade), ==, "palm");
  for (gsize i = 0; i < G_N_ELEMENTS (set_names); i++)
    g_assert_cmpstr (translate (set_names[i], "unlabeled", ade), ==, "unlabeled");
  g_assert_cmpint (spade_class_set_translate (NULL, 0, coco_stuff ()), ==, -1);
  g_assert_cmpint (spade_class_set_translate (coco_stuff (), 0, NULL), ==, -1);
  g_assert_cmpint (spade_class_set_translate (coco_stuff (), -1, coco_stuff ()),
                   ==, -1);
  g_assert_cmpint (spade_class_set_translate (coco_stuff (), 183, coco_stuff ()),
                   ==, -1);
}

// What a class stands for is a class of COCO-Stuff, spelled as there.
static void
test_meanings (void)
{
  for (gsize s = 1; s < G_N_ELEMENTS (set_names); s++)
    {
      const SpadeClassSet *set = spade_class_set_find (set_names[s], NULL);

      for (int i = 0; i < set->n_ids; i++)
        {
          const char *name = set->classes[i].coco_stuff;
          int         id = spade_class_set_lookup (coco_stuff (), name);

          if (name != NULL)
            g_assert_cmpstr (coco_stuff ()->classes[id].name, ==, name);
        }
      for (int i = 1; i < set->n_favourites; i++)
        g_assert_cmpstr (set->classes[set->favourites[i - 1]].name, <,
                         set->classes[set->favourites[i]].name);
    }
}

static void
test_spelling (void)
{
  assert_means ("Sky-Other", "sky-other");
  assert_means ("sky_other", "sky-other");
  assert_means ("  SKY other ", "sky-other");
  assert_means ("traffic-light", "traffic light");
}

static void
test_endings (void)
{
  assert_means ("sky", "sky-other");
  assert_means ("Water", "water-other");
  assert_means ("plant", "plant-other");
  assert_means ("potted plant", "potted plant");
  assert_means ("desk", "desk");
  assert_means ("desk-stuff", "desk-stuff");
  assert_means ("door", "door");
}

static void
test_numbers (void)
{
  assert_means ("cloud", "clouds");
  assert_means ("trees", "tree");
  assert_means ("bushes", "bush");
  assert_means ("rivers", "river");
  assert_means ("plants", "plant-other");
  assert_means ("grass", "grass");
  assert_means ("bus", "bus");
}

static void
test_no_class (void)
{
  assert_means ("", NULL);
  assert_means ("-", NULL);
  assert_means ("s", NULL);
  assert_means ("es", NULL);
  assert_means ("other", NULL);
  assert_means ("unicorn", NULL);
  assert_means ("sky-", "sky-other");
  assert_means (NULL, NULL);
  g_assert_cmpint (spade_class_set_lookup (NULL, "sky"), ==, -1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/class-set/coco-stuff-is-built-in", test_find);
  g_test_add_func ("/class-set/names-those-that-exist", test_unknown);
  g_test_add_func ("/class-set/red-byte-of-a-colour-is-its-id", test_colours);
  g_test_add_func ("/class-set/favourites-are-18-in-order", test_favourites);
  g_test_add_func ("/class-set/every-name-finds-its-class", test_own_names);
  g_test_add_func ("/class-set/ids-are-the-values-of-label-pngs",
                   test_label_values);
  g_test_add_func ("/class-set/other-sets-stand-for-classes", test_meanings);
  g_test_add_func ("/class-set/classes-are-translated", test_translate);
  g_test_add_func ("/class-set/case-and-gaps-do-not-matter", test_spelling);
  g_test_add_func ("/class-set/a-missing-ending-is-found", test_endings);
  g_test_add_func ("/class-set/simple-plurals-are-found", test_numbers);
  g_test_add_func ("/class-set/other-words-find-nothing", test_no_class);
  return g_test_run ();
}
