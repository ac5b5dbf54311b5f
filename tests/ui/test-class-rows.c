// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The rows behind the class table view, the search, and palette files.
// 168 is tree, 156 sky-other, 123 grass, 154 sea.

#include <glib/gstdio.h>
#include <string.h>

#include "class-rows.h"
#include "class-labels.h"
#include "class-search.h"

#define TREE 168
#define SKY 156
#define GRASS 123
#define SEA 154

static const SpadePaletteEntry entries[] = {
  { { 1, 2, 3 }, "Trees" },              // a name
  { { 0x9c, 0xee, 0xdd }, "Untitled" },  // a colour: sky-other
  { { 0, 0, 255 }, "my blue" },          // neither
  { { 255, 0, 255 }, "unused" },
};
static const guint64 pixels[] = { 10, 60, 30, 0 };

static const SpadeClassSet *
coco_stuff (void)
{
  return spade_class_set_find ("coco-stuff", NULL);
}

static SpadeClassRows *
rows_of (const char *spec)
{
  g_autoptr (GError) error = NULL;
  SpadeClassRows    *rows;

  rows = spade_class_rows_new (coco_stuff (), entries, 4, pixels, spec, &error);
  g_assert_no_error (error);
  return rows;
}

static void
test_order (void)
{
  g_autoptr (SpadeClassRows) rows = rows_of ("auto");
  int                        order[256];

  g_assert_cmpint (spade_class_rows_order (rows, order), ==, 3);
  g_assert_cmpint (order[0], ==, 2); // has no class
  g_assert_cmpint (order[1], ==, 1); // 60 pixels
  g_assert_cmpint (order[2], ==, 0);
  g_assert_cmpint (spade_class_rows_count_unmapped (rows), ==, 1);
  g_assert_cmpfloat_with_epsilon (spade_class_rows_get_share (rows, 1), 0.6,
                                  1e-12);
}

// A stroke changes how many pixels an entry has, and nothing else.
static void
test_set_pixels (void)
{
  g_autoptr (SpadeClassRows) rows = rows_of ("auto");
  const guint64              more[] = { 60, 10, 30, 0 };
  const guint64              used[] = { 60, 10, 30, 100 };

  spade_class_rows_set_class (rows, 2, SEA);
  g_assert_true (
    spade_class_rows_set_pixels (rows, coco_stuff (), entries, 4, more));
  g_assert_cmpfloat_with_epsilon (spade_class_rows_get_share (rows, 1), 0.1,
                                  1e-12);
  g_assert_cmpint (rows->table->class_id[2], ==, SEA);
  g_assert_false (
    spade_class_rows_set_pixels (rows, coco_stuff (), entries, 4, used));
  g_assert_false (
    spade_class_rows_set_pixels (rows, coco_stuff (), entries + 1, 3, more));
  g_assert_cmpfloat_with_epsilon (spade_class_rows_get_share (rows, 1), 0.1,
                                  1e-12);
}

static void
test_origins (void)
{
  g_autoptr (SpadeClassRows) rows = rows_of ("auto");

  g_assert_cmpint (rows->origin[0], ==, SPADE_ORIGIN_NAME);
  g_assert_cmpint (rows->origin[1], ==, SPADE_ORIGIN_COLOUR);
  g_assert_cmpint (rows->origin[2], ==, SPADE_ORIGIN_NONE);
  spade_class_rows_set_class (rows, 2, SEA);
  g_assert_cmpint (rows->origin[2], ==, SPADE_ORIGIN_YOU);
  spade_class_rows_set_class (rows, 2, -1);
  g_assert_cmpint (rows->origin[2], ==, SPADE_ORIGIN_NONE);
}

// A table that was saved names every entry; only what differs from "auto" is
// the user's.
static void
test_origins_of_saved_table (void)
{
  g_autoptr (SpadeClassRows) rows = rows_of ("0=grass;1=sky-other;2=sea");

  g_assert_cmpint (rows->origin[0], ==, SPADE_ORIGIN_YOU);
  g_assert_cmpint (rows->origin[1], ==, SPADE_ORIGIN_COLOUR);
  g_assert_cmpint (rows->origin[2], ==, SPADE_ORIGIN_YOU);
}

// "my blue" gets whatever is nearest to it, and only when that is accepted;
// the entry that no pixel uses is left alone.
static void
test_suggestions (void)
{
  g_autoptr (SpadeClassRows) rows = rows_of ("auto");
  int                        suggestion = rows->suggestion[2];

  g_assert_cmpint (suggestion, >=, 0);
  g_assert_cmpint (rows->suggestion[0], ==, -1);
  g_assert_cmpint (spade_class_rows_count_unmapped (rows), ==, 1);
  g_assert_cmpint (spade_class_rows_count_suggested (rows), ==, 1);
  spade_class_rows_accept (rows);
  g_assert_cmpint (rows->table->class_id[2], ==, suggestion);
  g_assert_cmpint (rows->origin[2], ==, SPADE_ORIGIN_YOU);
  g_assert_cmpint (rows->table->class_id[3], ==, -1);
  g_assert_cmpint (spade_class_rows_count_suggested (rows), ==, 0);
}

static void
test_bad_spec_changes_nothing (void)
{
  g_autoptr (SpadeClassRows) rows = rows_of ("2=sea");
  g_autoptr (GError)         error = NULL;

  g_assert_false (spade_class_rows_set_spec (rows, "7=sea", &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES);
  g_assert_cmpint (rows->table->class_id[2], ==, SEA);
}

static void
test_numbered (void)
{
  g_autoptr (SpadeClassRows) rows = NULL;
  g_autofree char           *name = spade_class_rows_name_class (NULL, 17);
  int                        ids[257];

  rows = spade_class_rows_new (NULL, entries, 4, NULL, "auto", NULL);
  g_assert_cmpint (rows->table->class_id[3], ==, 3);
  g_assert_cmpint (rows->origin[3], ==, SPADE_ORIGIN_INDEX);
  g_assert_cmpstr (name, ==, "17");
  g_assert_cmpint (spade_class_search (NULL, 20, "1", ids), ==, 11);
  g_assert_cmpint (ids[0], ==, 1);
  g_assert_cmpint (ids[1], ==, 10);
}

static char *
temporary_path (const char *name)
{
  g_autofree char *dir = g_dir_make_tmp ("spade-ui-XXXXXX", NULL);

  return g_build_filename (dir, name, NULL);
}

static void
remove_with_folder (const char *path)
{
  g_autofree char *dir = g_path_get_dirname (path);

  g_remove (path);
  g_rmdir (dir);
}

static void
test_file_round_trip (void)
{
  g_autoptr (SpadeClassRows) mine = rows_of ("0=grass;2=sea");
  g_autoptr (SpadeClassRows) other = rows_of ("auto");
  g_autofree char           *path = temporary_path ("my classes.gpl");
  g_autofree char           *text = NULL;

  g_assert_true (spade_class_rows_save (mine, path, NULL));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_true (g_str_has_prefix (text, "GIMP Palette\nName: my classes\n"));
  g_assert_nonnull (strstr (text, "\n  0   0 255\tsea\n"));
  g_assert_true (spade_class_rows_load (other, path, NULL));
  g_assert_cmpint (other->table->class_id[0], ==, GRASS);
  g_assert_cmpint (other->table->class_id[2], ==, SEA);
  g_assert_cmpint (other->origin[2], ==, SPADE_ORIGIN_FILE);
  remove_with_folder (path);
}

static void
test_file_of_other_colours (void)
{
  g_autoptr (SpadeClassRows) rows = rows_of ("2=sea");
  g_autofree char           *path = temporary_path ("other.gpl");
  g_autoptr (GError)         error = NULL;

  g_assert_true (g_file_set_contents (path,
                                      "GIMP Palette\nName: x\n#\n"
                                      "9 9 9\ttree\n", -1, NULL));
  g_assert_false (spade_class_rows_load (rows, path, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES);
  g_assert_cmpint (rows->table->class_id[2], ==, SEA);
  remove_with_folder (path);
}

static void
test_unwritable_file (void)
{
  g_autoptr (SpadeClassRows) rows = rows_of ("auto");
  g_autoptr (GError)         error = NULL;

  g_assert_false (spade_class_rows_save (rows, "/no/such/folder/a.gpl", &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_FILE);
}

static void
test_search_favourites (void)
{
  int                  ids[257];
  const SpadeClassSet *set = coco_stuff ();

  g_assert_cmpint (spade_class_search (set, 0, "", ids), ==, 183);
  for (int i = 0; i < 18; i++)
    g_assert_true (spade_class_search_is_favourite (set, ids[i]));
  g_assert_false (spade_class_search_is_favourite (set, ids[18]));
}

// Labels are those of GauGAN Beta, here in English; other classes have their names.
static void
test_labels (void)
{
  static const struct
  {
    const char *set, *name, *label;
  } cases[] = {
    { "coco-stuff", "sky-other", "sky" },
    { "coco-stuff", "clouds", "cloud" },
    { "coco-stuff", "tree", "tree" },
    { "coco-stuff", "wall-other", "wall-other" },
    { "ade20k", "sky", "sky" },
    { "ade20k", "water", "water" },
    { "cityscapes", "vegetation", "vegetation" },
  };
  int ids[257];

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const SpadeClassSet *set = spade_class_set_find (cases[i].set, NULL);
      g_autofree char     *label = NULL;

      label = spade_class_label_new (set, spade_class_set_lookup (set, cases[i].name));
      g_assert_cmpstr (label, ==, cases[i].label);
    }
  // Both are found.
  g_assert_cmpint (spade_class_search (coco_stuff (), 0, "cloud", ids), ==, 1);
  g_assert_cmpint (spade_class_search (coco_stuff (), 0, "sky-o", ids), ==, 1);
  g_assert_cmpint (ids[0], ==, SKY);
}

static void
test_search_ranks (void)
{
  int                  ids[257];
  const SpadeClassSet *set = coco_stuff ();

  g_assert_cmpint (spade_class_search (set, 0, "Trees", ids), ==, 1);
  g_assert_cmpint (ids[0], ==, TREE);
  g_assert_cmpint (spade_class_search (set, 0, " sky", ids), >=, 2);
  g_assert_cmpint (ids[0], ==, SKY); // "skyscraper" only begins with it
  g_assert_cmpint (spade_class_search (set, 0, "s", ids), >, 20);
  g_assert_true (spade_class_search_is_favourite (set, ids[0]));
  g_assert_cmpint (set->classes[ids[0]].name[0], ==, 's');
  g_assert_cmpint (spade_class_search (set, 0, "qqq", ids), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/class-rows/suggestions-count-once-confirmed",
                   test_suggestions);
  g_test_add_func ("/rows/put-entries-without-a-class-first", test_order);
  g_test_add_func ("/rows/take-other-numbers-of-pixels", test_set_pixels);
  g_test_add_func ("/rows/say-where-a-class-came-from", test_origins);
  g_test_add_func ("/rows/call-only-changes-the-users",
                   test_origins_of_saved_table);
  g_test_add_func ("/rows/stay-as-they-are-after-a-bad-table",
                   test_bad_spec_changes_nothing);
  g_test_add_func ("/rows/work-with-numbered-classes", test_numbered);
  g_test_add_func ("/rows/come-back-from-a-palette-file", test_file_round_trip);
  g_test_add_func ("/rows/refuse-a-file-of-other-colours",
                   test_file_of_other_colours);
  g_test_add_func ("/rows/say-that-a-file-cannot-be-written",
                   test_unwritable_file);
  g_test_add_func ("/search/shows-favourites-first", test_search_favourites);
  g_test_add_func ("/class-labels/are-those-of-gaugan-beta", test_labels);
  g_test_add_func ("/search/ranks-by-how-well-a-name-fits", test_search_ranks);
  return g_test_run ();
}
