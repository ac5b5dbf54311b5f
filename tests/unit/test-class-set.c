// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The class set "coco-stuff" and how names find its classes.

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

  g_assert_null (spade_class_set_find ("ade20k", &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES);
  g_assert_cmpstr (error->message, ==,
                   "There is no class set \"ade20k\"; use \"coco-stuff\".");
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
  for (int i = 0; i <= set->unlabeled; i++)
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

static void
test_own_names (void)
{
  const SpadeClassSet *set = coco_stuff ();

  for (int i = 0; i <= set->unlabeled; i++)
    g_assert_cmpint (spade_class_set_lookup (set, set->classes[i].name), ==,
                     i);
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
  g_test_add_func ("/class-set/case-and-gaps-do-not-matter", test_spelling);
  g_test_add_func ("/class-set/a-missing-ending-is-found", test_endings);
  g_test_add_func ("/class-set/simple-plurals-are-found", test_numbers);
  g_test_add_func ("/class-set/other-words-find-nothing", test_no_class);
  return g_test_run ();
}
