// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Uneven outlines: what changes, and above all what does not.

#include <string.h>

#include "spade.h"

#define SIDE 128

static const SpadeClassSet *
coco (void)
{
  return spade_class_set_find ("coco-stuff", NULL);
}

static guint8
id_of (const char *name)
{
  int id = spade_class_set_lookup (coco (), name);

  g_assert_cmpint (id, >=, 0);
  return (guint8) id;
}

// A disc of one class on another.
static SpadeMap *
make_disc (int side, const char *ground, const char *disc)
{
  SpadeMap *map = spade_map_new (side, side, FALSE, NULL);
  guint8    a = id_of (ground), b = id_of (disc);

  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++)
      {
        double dy = (y + 0.5) / side - 0.5, dx = (x + 0.5) / side - 0.5;

        map->ids[y * side + x] = dy * dy + dx * dx < 0.09 ? b : a;
      }
  return map;
}

// One class above another, level.
static SpadeMap *
make_level (const char *above, const char *below)
{
  SpadeMap *map = spade_map_new (SIDE, SIDE, FALSE, NULL);

  memset (map->ids, id_of (above), SIDE * SIDE / 2);
  memset (map->ids + SIDE * SIDE / 2, id_of (below), SIDE * SIDE / 2);
  return map;
}

static void
roughen (SpadeMap *map, double amount)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (spade_map_roughen (map, coco (), amount, &error));
  g_assert_no_error (error);
}

static int
count (const SpadeMap *map, guint8 id)
{
  int n = 0;

  for (int i = 0; i < map->height * map->width; i++)
    n += map->ids[i] == id;
  return n;
}

static int
count_other (const SpadeMap *map, const SpadeMap *other)
{
  int n = 0;

  g_assert_cmpint (map->height * map->width, ==, other->height * other->width);
  for (int i = 0; i < map->height * map->width; i++)
    n += map->ids[i] != other->ids[i];
  return n;
}

// Most of an outline moves, a little, to both sides.
static void
test_cloud (void)
{
  g_autoptr (SpadeMap) drawn = make_disc (SIDE, "sky", "clouds");
  g_autoptr (SpadeMap) map = make_disc (SIDE, "sky", "clouds");
  int area = count (drawn, id_of ("clouds"));
  int lost = 0, got = 0;

  roughen (map, 0.5);
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      {
        int    i = y * SIDE + x;
        double dy = (y + 0.5) / SIDE - 0.5, dx = (x + 0.5) / SIDE - 0.5;
        double square = dy * dy + dx * dx; // the outline is at 0.3 squared

        if (map->ids[i] == drawn->ids[i])
          continue;
        g_assert_cmpfloat (square, >, 0.25 * 0.25);
        g_assert_cmpfloat (square, <, 0.35 * 0.35);
        *(drawn->ids[i] == id_of ("clouds") ? &lost : &got) += 1;
      }
  g_assert_cmpint (count (map, id_of ("clouds")) + count (map, id_of ("sky")), ==,
                   SIDE * SIDE);
  // The outline is 241 pixels long.
  g_assert_cmpint (lost, >, 40);
  g_assert_cmpint (got, >, 40);
  g_assert_cmpint (ABS (got - lost), <, area / 10);
}

static void
test_amount (void)
{
  g_autoptr (SpadeMap) drawn = make_disc (SIDE, "sky", "clouds");
  int before = 0;

  for (int i = 0; i <= 4; i++)
    {
      g_autoptr (SpadeMap) map = make_disc (SIDE, "sky", "clouds");
      int                  n;

      roughen (map, i / 4.0);
      n = count_other (map, drawn);
      if (i == 0)
        g_assert_cmpint (n, ==, 0);
      else
        g_assert_cmpint (n, >, before);
      before = n;
    }
}

// What people make, and trees, keep their pixels, whatever is around them; what
// meets them keeps its own there.
static void
test_keeps (void)
{
  static const char *const pairs[][2] = {
    { "sky", "tree" },      { "clouds", "tree" },   { "grass", "house" },
    { "grass", "person" },  { "house", "person" },  { "tree", "house" },
    { "mountain", "tree" }, { "clouds", "airplane" }, { "grass", "unlabeled" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (SpadeMap) drawn = make_disc (SIDE, pairs[i][0], pairs[i][1]);
      g_autoptr (SpadeMap) map = make_disc (SIDE, pairs[i][0], pairs[i][1]);

      roughen (map, 1);
      if (count_other (map, drawn) != 0)
        g_error ("%s on %s is another", pairs[i][1], pairs[i][0]);
    }
}

// A horizon of the sea is level; the foot of a mountain behind it, too. That of land
// is not.
static void
test_level (void)
{
  g_autoptr (SpadeMap) sea = make_level ("sky", "sea");
  g_autoptr (SpadeMap) land = make_level ("sky", "grass");
  g_autoptr (SpadeMap) sea_drawn = make_level ("sky", "sea");
  g_autoptr (SpadeMap) land_drawn = make_level ("sky", "grass");

  roughen (sea, 1);
  roughen (land, 1);
  g_assert_cmpint (count_other (sea, sea_drawn), ==, 0);
  g_assert_cmpint (count_other (land, land_drawn), >, SIDE / 4);
}

// The form is the same at twice the size: nearly all of the smaller map is what the
// larger one becomes.
static void
test_sizes (void)
{
  g_autoptr (SpadeMap) small = make_disc (2 * SIDE, "sky", "clouds");
  g_autoptr (SpadeMap) large = make_disc (4 * SIDE, "sky", "clouds");
  g_autoptr (SpadeMap) drawn = make_disc (2 * SIDE, "sky", "clouds");
  g_autoptr (SpadeMap) reduced = NULL;
  int n_changed;

  roughen (small, 0.5);
  roughen (large, 0.5);
  reduced = spade_map_resize (large, 2 * SIDE, 2 * SIDE, NULL);
  n_changed = count_other (small, drawn);
  g_test_message ("%d of %d", count_other (small, reduced), n_changed);
  g_assert_cmpint (count_other (small, reduced), <, n_changed / 3);
}

// A stroke changes nothing that is far from it.
static void
test_stroke (void)
{
  g_autoptr (SpadeMap) before = make_disc (SIDE, "grass", "sand");
  g_autoptr (SpadeMap) after = make_disc (SIDE, "grass", "sand");

  for (int y = 90; y < 100; y++)
    memset (after->ids + y * SIDE + 90, id_of ("clouds"), 10);
  roughen (before, 1);
  roughen (after, 1);
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      if (x < 78 || y < 78 || x > 112 || y > 112)
        g_assert_cmpint (before->ids[y * SIDE + x], ==, after->ids[y * SIDE + x]);
  g_assert_cmpint (count_other (before, after), >, 50);
}

// An instance keeps its class.
static void
test_instances (void)
{
  g_autoptr (SpadeMap) disc = make_disc (SIDE, "sky", "clouds");
  g_autoptr (SpadeMap) map = spade_map_new (SIDE, SIDE, TRUE, NULL);
  int n_moved = 0;

  memcpy (map->ids, disc->ids, SIDE * SIDE);
  for (int i = 0; i < SIDE * SIDE; i++)
    map->instances[i] = 1000 + (guint32) disc->ids[i];
  roughen (map, 0.5);
  for (int i = 0; i < SIDE * SIDE; i++)
    {
      g_assert_cmpuint (map->instances[i], ==, 1000 + (guint32) map->ids[i]);
      n_moved += map->ids[i] != disc->ids[i];
    }
  g_assert_cmpint (n_moved, >, 80);
}

// ADE20K's classes by what they stand for; of a model without names nothing is known.
static void
test_sets (void)
{
  const SpadeClassSet *ade = spade_class_set_find ("ade20k", NULL);
  g_autoptr (SpadeMap) drawn = make_disc (SIDE, "sky", "mountain");
  g_autoptr (SpadeMap) map = spade_map_new (SIDE, SIDE, FALSE, NULL);
  g_autoptr (SpadeMap) in_ade = spade_map_new (SIDE, SIDE, FALSE, NULL);

  for (int i = 0; i < SIDE * SIDE; i++)
    in_ade->ids[i] = map->ids[i]
        = (guint8) spade_class_set_translate (coco (), drawn->ids[i], ade);
  g_assert_true (spade_map_roughen (map, NULL, 1, NULL));
  g_assert_cmpint (count_other (map, in_ade), ==, 0);
  g_assert_true (spade_map_roughen (in_ade, ade, 1, NULL));
  roughen (drawn, 1);
  for (int i = 0; i < SIDE * SIDE; i++)
    g_assert_cmpint (spade_class_set_translate (ade, in_ade->ids[i], coco ()), ==,
                     drawn->ids[i]);
}

// The smallest maps, and such as are long.
static void
test_odd_sizes (void)
{
  static const int sizes[][2] = { { 1, 1 }, { 1, 700 }, { 700, 1 }, { 3, 5 },
                                  { 513, 255 } };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (SpadeMap) map
          = spade_map_new (sizes[i][0], sizes[i][1], FALSE, NULL);
      int n = sizes[i][0] * sizes[i][1];

      for (int p = 0; p < n; p++)
        map->ids[p] = p * 7 / n % 2 ? id_of ("clouds") : id_of ("sky");
      roughen (map, 1);
      g_assert_cmpint (count (map, id_of ("clouds")) + count (map, id_of ("sky")),
                       ==, n);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/map-roughen/moves-an-outline-to-both-sides", test_cloud);
  g_test_add_func ("/map-roughen/does-more-the-more-is-asked-for", test_amount);
  g_test_add_func ("/map-roughen/keeps-trees-and-things", test_keeps);
  g_test_add_func ("/map-roughen/keeps-the-sea-level", test_level);
  g_test_add_func ("/map-roughen/has-one-form-at-any-size", test_sizes);
  g_test_add_func ("/map-roughen/a-stroke-changes-what-is-near", test_stroke);
  g_test_add_func ("/map-roughen/instances-go-along", test_instances);
  g_test_add_func ("/map-roughen/knows-other-class-sets", test_sets);
  g_test_add_func ("/map-roughen/any-size-will-do", test_odd_sizes);
  return g_test_run ();
}
