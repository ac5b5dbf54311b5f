// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The nearest class that a model knows, as docs/classes.md lists it, and maps
// whose classes are replaced by it. 119 is fog, 105 clouds, 135 mud, 110 dirt,
// 127 house, 168 tree.

#include <string.h>

#include "spade-model.h"

static const SpadeClassSet *
coco_stuff (void)
{
  return spade_class_set_find ("coco-stuff", NULL);
}

// A config that knows the favourites alone.
static SpadeConfig
landscape (void)
{
  const SpadeClassSet *set = coco_stuff ();
  SpadeConfig          config = { .class_set_name = "coco-stuff",
                                  .class_set = set,
                                  .n_classes = 182,
                                  .has_unlabeled = TRUE };

  for (int i = 0; i < set->n_favourites; i++)
    config.knows[set->favourites[i]] = TRUE;
  return config;
}

static SpadeMap *
map_of (const guint8 *ids,
        int           n)
{
  SpadeMap *map = spade_map_new (1, n, FALSE, NULL);

  memcpy (map->ids, ids, (gsize) n);
  return map;
}

static void
test_favourites (void)
{
  const SpadeClassSet *set = coco_stuff ();

  for (int i = 0; i < set->n_favourites; i++)
    g_assert_cmpint (spade_class_set_get_nearest (set, set->favourites[i]), ==,
                     set->favourites[i]);
  g_assert_cmpint (spade_class_set_get_nearest (set, 127), ==, -1);
  g_assert_cmpint (spade_class_set_get_nearest (set, 182), ==, -1);
  g_assert_cmpint (spade_class_set_get_nearest (set, -1), ==, -1);
  g_assert_cmpint (spade_class_set_get_nearest (NULL, 119), ==, -1);
}

// Each row "| fog | clouds |" of the document, and no class beside them.
static void
test_document (void)
{
  const SpadeClassSet *set = coco_stuff ();
  g_autofree char     *path = g_test_build_filename (G_TEST_DIST, "..", "docs",
                                                     "classes.md", NULL);
  g_autofree char     *text = NULL;
  const char          *rows;
  int                  n = 0;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  rows = strstr (text, "| Class | Nearest |\n");
  g_assert_nonnull (rows);
  for (int i = 0; i < set->n_classes; i++)
    {
      int              nearest = spade_class_set_get_nearest (set, i);
      g_autofree char *row = NULL;

      if (nearest < 0 || nearest == i)
        continue;
      n++;
      row = g_strdup_printf ("\n| %s | %s |\n", set->classes[i].name,
                             set->classes[nearest].name);
      if (strstr (rows, row) == NULL)
        g_error ("docs/classes.md lacks:%s", row);
    }
  for (rows = strchr (rows, '\n') + 1; *rows == '|'; rows = strchr (rows, '\n') + 1)
    n--;
  g_assert_cmpint (n, ==, -1); // the line under the heading
}

static void
test_find (void)
{
  SpadeConfig config = landscape ();

  g_assert_cmpint (spade_config_find_nearest (&config, 168), ==, 168);
  g_assert_cmpint (spade_config_find_nearest (&config, 119), ==, 105);
  g_assert_cmpint (spade_config_find_nearest (&config, 127), ==, -1);
  config.knows[105] = FALSE;
  g_assert_cmpint (spade_config_find_nearest (&config, 119), ==, -1);
}

static void
test_replace (void)
{
  SpadeConfig          config = landscape ();
  const guint8         ids[] = { 168, 119, 127, 135, 119, 182, 168, 168 };
  const guint8         wanted[] = { 168, 105, 127, 110, 105, 182, 168, 168 };
  g_autoptr (SpadeMap) map = map_of (ids, 8);
  g_autofree char     *before = spade_map_describe_unknown (map, &config);
  g_autofree char     *done = spade_map_use_nearest (map, &config);
  g_autofree char     *after = spade_map_describe_unknown (map, &config);
  g_autofree char     *again = spade_map_use_nearest (map, &config);

  g_assert_cmpstr (before, ==, "fog, house, mud (50.0 % of the map)");
  g_assert_cmpstr (done, ==, "fog -> clouds, mud -> dirt");
  g_assert_cmpmem (map->ids, 8, wanted, 8);
  g_assert_cmpstr (after, ==, "house (12.5 % of the map)");
  g_assert_null (again);
}

// A model that knows all its classes, and one whose classes are numbers.
static void
test_nothing_to_do (void)
{
  const guint8         ids[] = { 3, 119 };
  g_autoptr (SpadeMap) map = map_of (ids, 2);
  SpadeConfig          config = { .class_set_name = "", .n_classes = 182 };
  g_autofree char     *names = NULL;

  for (int i = 0; i < 256; i++)
    config.knows[i] = i != 3;
  names = spade_map_describe_unknown (map, &config);
  g_assert_cmpstr (names, ==, "3 (50.0 % of the map)");
  g_assert_null (spade_map_use_nearest (map, &config));
  config.knows[3] = TRUE;
  g_assert_null (spade_map_describe_unknown (map, &config));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/class-nearest/a-favourite-is-its-own", test_favourites);
  g_test_add_func ("/class-nearest/is-what-the-document-says", test_document);
  g_test_add_func ("/class-nearest/must-be-known-itself", test_find);
  g_test_add_func ("/class-nearest/replaces-and-says-so", test_replace);
  g_test_add_func ("/class-nearest/leaves-known-classes-alone",
                   test_nothing_to_do);
  return g_test_run ();
}
