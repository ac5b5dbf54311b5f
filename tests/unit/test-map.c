// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Maps and their change of size, on grids that fit a line.

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
test_resize_ties (void)
{
  const guint8         ids[] = { 1, 2, 3, 4 };
  const guint8         large[] = { 1, 1, 2, 1, 1, 2, 3, 3, 4 };
  g_autoptr (SpadeMap) map = map_of (2, 2, ids);
  g_autoptr (SpadeMap) result = spade_map_resize (map, 3, 3, NULL);

  // The middle is as near to all four: the first has it.
  g_assert_cmpmem (result->ids, 9, large, 9);
}

static void
check_row (int n, const guint8 *ids, int n_wanted, const guint8 *wanted)
{
  g_autoptr (SpadeMap) map = map_of (1, n, ids);
  g_autoptr (SpadeMap) result = spade_map_resize (map, 1, n_wanted, NULL);

  g_assert_cmpmem (result->ids, n_wanted, wanted, n_wanted);
}

static void
test_resize_thin (void)
{
  const guint8 ids[] = { 7, 1, 7 };
  const guint8 large[] = { 7, 7, 7, 7, 1, 1, 1, 1, 7, 7, 7, 7 };

  check_row (3, ids, 12, large);
}

static void
test_resize_stairs (void)
{
  g_autoptr (SpadeMap) map = spade_map_new (8, 8, FALSE, NULL);
  g_autoptr (SpadeMap) result = NULL;

  for (int i = 0; i < 64; i++)
    map->ids[i] = i % 8 > i / 8 ? 9 : 4;
  result = spade_map_resize (map, 32, 32, NULL);
  // Where the 9 begin: by repetition, 4 further each fourth row.
  for (int y = 4; y < 27; y++)
    {
      int here = 0, next = 0;

      for (int x = 0; x < 32; x++)
        {
          here += result->ids[y * 32 + x] == 4;
          next += result->ids[(y + 1) * 32 + x] == 4;
        }
      g_assert_cmpint (next - here, >=, 0);
      g_assert_cmpint (next - here, <=, 2);
    }
}

// Stairs of six pixels, four times as large: none of the new outline is as far
// from the line as by repetition, which is 2 new pixels.
static void
test_resize_shallow (void)
{
  g_autoptr (SpadeMap) map = spade_map_new (24, 96, FALSE, NULL);
  g_autoptr (SpadeMap) result = NULL;

  for (int i = 0; i < 24 * 96; i++)
    map->ids[i] = 6 * (i / 96) + 3 > i % 96 + 24 ? 9 : 4;
  result = spade_map_resize (map, 96, 384, NULL);
  for (int x = 48; x < 336; x++)
    {
      int    top = 0;
      double line = ((x + 0.5) / 4 + 24) / 6 * 4;

      for (int y = 0; y < 96; y++)
        top += result->ids[y * 384 + x] == 4;
      g_assert_cmpfloat (ABS (top - line), <, 1);
    }
}

// A line of two pixels and the corner of a field stay as they are.
static void
test_resize_shapes (void)
{
  g_autoptr (SpadeMap) map = spade_map_new (40, 40, FALSE, NULL);
  g_autoptr (SpadeMap) result = NULL;
  int                  n_line = 0, n_field = 0;

  for (int i = 0; i < 1600; i++)
    {
      int x = i % 40, y = i / 40;

      map->ids[i] = x == 5 || x == 6 ? 9 : x >= 20 && y >= 20 ? 8 : 4;
    }
  result = spade_map_resize (map, 80, 80, NULL);
  for (int i = 0; i < 6400; i++)
    {
      n_line += result->ids[i] == 9;
      n_field += result->ids[i] == 8;
    }
  g_assert_cmpint (n_line, ==, 4 * 80);
  g_assert_cmpint (n_field, >=, 40 * 40 - 3);
  g_assert_cmpint (n_field, <=, 40 * 40);
}

static void
test_resize_down (void)
{
  const guint8 ids[] = { 5, 5, 5, 8, 5, 8, 8, 8 };
  const guint8 small[] = { 5, 8 };

  check_row (8, ids, 2, small);
}

static void
test_resize_same (void)
{
  const guint8         ids[] = { 0, 1, 0, 1, 2, 1, 0, 1, 0 };
  g_autoptr (SpadeMap) map = map_of (3, 3, ids);
  g_autoptr (SpadeMap) result = spade_map_resize (map, 3, 3, NULL);

  g_assert_cmpmem (result->ids, 9, ids, 9);
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

// Where most are of another class than the pixel in the middle, so is the instance.
static void
test_resize_elected_instances (void)
{
  g_autoptr (SpadeMap) map = spade_map_new (3, 3, TRUE, NULL);
  g_autoptr (SpadeMap) result = NULL;

  for (int i = 0; i < 9; i++)
    {
      map->ids[i] = i == 4 ? 1 : 2;
      map->instances[i] = i == 4 ? 5 : 7;
    }
  result = spade_map_resize (map, 1, 1, NULL);
  g_assert_cmpint (result->ids[0], ==, 2);
  g_assert_cmpint (result->instances[0], ==, 7);
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
  g_test_add_func ("/map/gives-a-tie-to-the-first", test_resize_ties);
  g_test_add_func ("/map/keeps-lines-when-enlarged", test_resize_thin);
  g_test_add_func ("/map/makes-slopes-of-stairs", test_resize_stairs);
  g_test_add_func ("/map/makes-a-line-of-long-stairs", test_resize_shallow);
  g_test_add_func ("/map/keeps-thin-shapes-and-corners", test_resize_shapes);
  g_test_add_func ("/map/shrinks-to-what-is-most", test_resize_down);
  g_test_add_func ("/map/is-a-copy-at-the-same-size", test_resize_same);
  g_test_add_func ("/map/carries-instances-along", test_resize_instances);
  g_test_add_func ("/map/takes-the-instance-of-the-class-that-is-taken",
                   test_resize_elected_instances);
  g_test_add_func ("/map/refuses-to-resize-to-nothing", test_resize_refuses);
  return g_test_run ();
}
