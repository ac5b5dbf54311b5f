// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Maps and their nearest-neighbour change of size, on grids that fit a line.

#include <string.h>

#include "spade-map.h"

static SpadeMap *
map_of (int           height,
        int           width,
        const guint8 *ids)
{
  SpadeMap *map = spade_map_new (height, width, FALSE, NULL);

  memcpy (map->ids, ids, (gsize) height * width);
  return map;
}

static void
test_new (void)
{
  g_autoptr (SpadeMap) bare = spade_map_new (2, 3, FALSE, NULL);
  g_autoptr (SpadeMap) full = spade_map_new (2, 3, TRUE, NULL);

  g_assert_cmpint (bare->height, ==, 2);
  g_assert_cmpint (bare->width, ==, 3);
  g_assert_null (bare->instances);
  for (int i = 0; i < 6; i++)
    {
      g_assert_cmpint (bare->ids[i], ==, 0);
      g_assert_cmpint (full->instances[i], ==, 0);
    }
}

static void
assert_no_size (int height,
                int width)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (spade_map_new (height, width, FALSE, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_SIZE);
}

static void
test_sizes (void)
{
  assert_no_size (0, 3);
  assert_no_size (3, -1);
  assert_no_size (1, 262145);
}

static void
test_resize_up (void)
{
  const guint8         ids[] = { 1, 2, 3, 4 };
  const guint8         large[] = { 1, 1, 2, 1, 1, 2, 3, 3, 4 };
  g_autoptr (SpadeMap) map = map_of (2, 2, ids);
  g_autoptr (SpadeMap) result = spade_map_resize (map, 3, 3, NULL);

  // Rows and columns 0, 1, 2 of 3 read floor (i * 2 / 3) = 0, 0, 1.
  g_assert_cmpmem (result->ids, 9, large, 9);
}

static void
test_resize_down (void)
{
  const guint8         ids[] = { 0, 1, 2, 3, 4 };
  const guint8         small[] = { 0, 2 };
  g_autoptr (SpadeMap) map = map_of (1, 5, ids);
  g_autoptr (SpadeMap) result = spade_map_resize (map, 1, 2, NULL);

  // Columns 0, 1 of 2 read floor (i * 5 / 2) = 0, 2.
  g_assert_cmpmem (result->ids, 2, small, 2);
}

static void
test_resize_instances (void)
{
  g_autoptr (SpadeMap) map = spade_map_new (1, 2, TRUE, NULL);
  g_autoptr (SpadeMap) result = NULL;

  map->instances[0] = 70000;
  map->instances[1] = 5;
  result = spade_map_resize (map, 1, 4, NULL);
  g_assert_cmpint (result->instances[0], ==, 70000);
  g_assert_cmpint (result->instances[1], ==, 70000);
  g_assert_cmpint (result->instances[2], ==, 5);
  g_assert_cmpint (result->instances[3], ==, 5);
}

static void
test_resize_refuses (void)
{
  g_autoptr (SpadeMap) map = spade_map_new (1, 1, FALSE, NULL);
  g_autoptr (GError)   error = NULL;

  g_assert_null (spade_map_resize (map, 0, 1, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_SIZE);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/map/begins-with-zeros", test_new);
  g_test_add_func ("/map/refuses-impossible-sizes", test_sizes);
  g_test_add_func ("/map/enlarges-by-repeating", test_resize_up);
  g_test_add_func ("/map/shrinks-by-skipping", test_resize_down);
  g_test_add_func ("/map/carries-instances-along", test_resize_instances);
  g_test_add_func ("/map/refuses-to-resize-to-nothing", test_resize_refuses);
  return g_test_run ();
}
