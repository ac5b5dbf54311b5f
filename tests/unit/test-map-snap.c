// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Soft edges of maps, drawn as text: digits are class ids, "." is a stray pixel and
// "#" no part of the map.

#include "include/spade-class-table.h"
#include "include/spade-map.h"

// Snaps the drawing; gives what became of it, or NULL with error.
static char *
snap (int height, int width, const char *drawing, GError **error)
{
  g_autoptr (SpadeMap) map = spade_map_new (height, width, FALSE, NULL);
  g_autofree char     *text = g_strdup (drawing);
  g_autofree guint8   *pixels = g_malloc (strlen (drawing));

  for (int i = 0; i < height * width; i++)
    {
      pixels[i] = text[i] == '.'   ? SPADE_PIXEL_STRAY
                  : text[i] == '#' ? SPADE_PIXEL_OUTSIDE
                                   : SPADE_PIXEL_OWN;
      map->ids[i] = (guint8) (text[i] - '0');
    }
  if (!spade_map_snap (map, pixels, error))
    return NULL;
  for (int i = 0; i < height * width; i++)
    if (pixels[i] != SPADE_PIXEL_OUTSIDE)
      text[i] = (char) ('0' + map->ids[i]);
  return g_steal_pointer (&text);
}

static void
assert_snapped (int height, int width, const char *drawing, const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *got = snap (height, width, drawing, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (got, ==, wanted);
}

static void
test_middle (void)
{
  assert_snapped (1, 8, "1......2", "11112222");
  assert_snapped (8, 1, "1......2", "11112222");
}

// Of classes that are equally near those above and beside go before that below.
static void
test_nearest (void)
{
  assert_snapped (3, 6, "1....2"
                        "1....2"
                        "333333",
                        "111222"
                        "113322"
                        "333333");
}

static void
test_walls (void)
{
  assert_snapped (3, 5, "1.#.2"
                        "..#.."
                        "..#..",
                        "11#22"
                        "11#22"
                        "11#22");
}

static void
test_nothing (void)
{
  assert_snapped (2, 2, "12#3", "12#3");
}

static void
test_island (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (snap (1, 5, "1#..#", &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES);
  g_assert_true (g_str_has_prefix (error->message, "2 pixels"));
}

// A table without entries: colours are those of COCO-Stuff.
static SpadeClassTable *
new_table (void)
{
  return spade_class_table_new (spade_class_set_find ("coco-stuff", NULL), NULL, 0,
                                "auto", NULL);
}

// Sky, three colours between, and sea.
static void
test_soft_colours (void)
{
  g_autoptr (SpadeClassTable) table = new_table ();
  const SpadeClassSet *set = table->set;
  g_autoptr (GError) error = NULL;
  int    sky = spade_class_set_lookup (set, "sky-other");
  int    sea = spade_class_set_lookup (set, "sea");
  guint8 rgb[8][3] = { { 0 } }, ids[8], strays[8];

  for (int i = 0; i < 8; i++)
    for (int k = 0; k < 3; k++)
      rgb[i][k] = i < 4 ? set->classes[sky].rgb[k] : set->classes[sea].rgb[k];
  for (int i = 3; i < 6; i++)
    rgb[i][0] ^= (guint8) i;
  g_assert_true (spade_class_table_apply_soft_rgb (table, rgb[0], 3, 8, ids,
                                                   strays, &error));
  g_assert_no_error (error);
  for (int i = 0; i < 8; i++)
    g_assert_cmpint (strays[i], ==, i >= 3 && i < 6);
  g_assert_cmpint (ids[2], ==, sky);
  g_assert_cmpint (ids[6], ==, sea);
  for (int i = 0; i < 2; i++)
    rgb[i][0] ^= 1; // five of eight now
  g_assert_false (spade_class_table_apply_soft_rgb (table, rgb[0], 3, 8, ids,
                                                    strays, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES);
}

// A fifth of the map in one colour that was forgotten.
static void
test_large_area (void)
{
  g_autoptr (SpadeClassTable) table = new_table ();
  const SpadeClassSet *set = table->set;
  g_autoptr (GError) error = NULL;
  guint8 rgb[100][3], ids[100], strays[100];

  for (int i = 0; i < 100; i++)
    memcpy (rgb[i], i < 80 ? set->classes[0].rgb : (const guint8[]){ 17, 34, 51 },
            3);
  g_assert_false (spade_class_table_apply_soft_rgb (table, rgb[0], 3, 100, ids,
                                                    strays, &error));
  g_assert_cmpstr (error->message, ==,
                   "Give this colour a class: #112233 (20 pixels).");
}

// A photograph of as many colours as pixels is told from a map within a moment.
static void
test_photograph (void)
{
  g_autoptr (SpadeClassTable) table = new_table ();
  g_autoptr (GError)  error = NULL;
  int                 n = 1 << 19;
  g_autofree guint8  *rgb = g_malloc (n * 3);
  g_autofree guint8  *ids = g_malloc (n);
  g_autofree guint8  *strays = g_malloc (n);

  for (int i = 0; i < n; i++)
    for (int k = 0; k < 3; k++)
      rgb[i * 3 + k] = (guint8) (i >> 7 * k << 1 | 1);
  g_test_timer_start ();
  g_assert_false (spade_class_table_apply_soft_rgb (table, rgb, 3, n, ids,
                                                    strays, &error));
  // Half as many took 12 s where each was compared with all before it.
  g_assert_cmpfloat (g_test_timer_elapsed (), <, 20);
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/map-snap/divides-an-edge-in-its-middle", test_middle);
  g_test_add_func ("/map-snap/takes-the-nearest-class", test_nearest);
  g_test_add_func ("/map-snap/does-not-cross-what-is-no-map", test_walls);
  g_test_add_func ("/map-snap/leaves-a-map-without-strays", test_nothing);
  g_test_add_func ("/map-snap/says-where-no-class-can-be-reached", test_island);
  g_test_add_func ("/map-snap/strays-are-colours-without-a-class",
                   test_soft_colours);
  g_test_add_func ("/map-snap/a-large-area-is-no-soft-edge", test_large_area);
  g_test_add_func ("/map-snap/a-photograph-is-soon-told", test_photograph);
  return g_test_run ();
}
