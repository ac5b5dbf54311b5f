// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Palette entry -> class id by every kind of spec, and what pixels without a
// class are told; test-gpl.c has palette files. 168 is tree, 156 sky-other, 123
// grass, 182 unlabeled.

#include <string.h>

#include "spade-class-table.h"

#define TREE 168
#define SKY 156
#define GRASS 123
#define SAND 153
#define SEA 154
#define UNLABELED 182

static const SpadeClassSet *
coco_stuff (void)
{
  return spade_class_set_find ("coco-stuff", NULL);
}

// A name, a colour of the palette, and neither.
static const SpadePaletteEntry mixed[] = {
  { { 1, 2, 3 }, "Trees" },
  { { 0x9c, 0xee, 0xdd }, "Untitled" },
  { { 0, 0, 255 }, "my blue" },
};

static SpadeClassTable *
table_of_mixed (const char *spec)
{
  g_autoptr (GError) error = NULL;
  SpadeClassTable   *table = spade_class_table_new (coco_stuff (), mixed, 3,
                                                    spec, &error);

  g_assert_no_error (error);
  g_assert_nonnull (table);
  return table;
}

static void
assert_ids (const SpadeClassTable *table,
            int                    first,
            int                    second,
            int                    third)
{
  g_assert_cmpint (table->class_id[0], ==, first);
  g_assert_cmpint (table->class_id[1], ==, second);
  g_assert_cmpint (table->class_id[2], ==, third);
}

static void
assert_refused (const char *spec,
                int         code,
                const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (spade_class_table_new (coco_stuff (), mixed, 3, spec,
                                        &error));
  g_assert_error (error, SPADE_ERROR, code);
  g_assert_nonnull (strstr (error->message, message));
}

static void
test_auto (void)
{
  g_autoptr (SpadeClassTable) table = table_of_mixed ("auto");

  assert_ids (table, TREE, SKY, -1);
  g_assert_cmpint (table->mapping[0], ==, SPADE_MAPPING_NAME);
  g_assert_cmpint (table->mapping[1], ==, SPADE_MAPPING_COLOUR);
  g_assert_cmpint (table->mapping[2], ==, SPADE_MAPPING_NONE);
}

static void
test_name_before_colour (void)
{
  const SpadePaletteEntry     entry = { { 0x9c, 0xee, 0xdd }, "grass" };
  g_autoptr (SpadeClassTable) table
    = spade_class_table_new (coco_stuff (), &entry, 1, "auto", NULL);

  g_assert_cmpint (table->class_id[0], ==, GRASS);
}

static void
test_one_rule (void)
{
  g_autoptr (SpadeClassTable) by_name = table_of_mixed ("name");
  g_autoptr (SpadeClassTable) by_colour = table_of_mixed ("colour");
  g_autoptr (SpadeClassTable) by_index = table_of_mixed ("index");

  assert_ids (by_name, TREE, -1, -1);
  assert_ids (by_colour, -1, SKY, -1);
  assert_ids (by_index, 0, 1, 2);
  g_assert_cmpint (by_index->mapping[2], ==, SPADE_MAPPING_INDEX);
}

// A grey PNG of labels as an indexed image: 256 greys without names, among
// them the colours of clouds (105) and unlabeled (0), which must not win.
static void
test_label_png (void)
{
  SpadePaletteEntry           greys[256] = { 0 };
  g_autoptr (SpadeClassTable) table = NULL;

  for (int i = 0; i < 256; i++)
    memset (greys[i].rgb, i, 3);
  table = spade_class_table_new (coco_stuff (), greys, 256, "auto", NULL);
  g_assert_cmpint (table->class_id[0], ==, 0);
  g_assert_cmpint (table->class_id[181], ==, 181);
  g_assert_cmpint (table->class_id[182], ==, UNLABELED);
  g_assert_cmpint (table->class_id[183], ==, -1);
  g_assert_cmpint (table->class_id[254], ==, -1);
  g_assert_cmpint (table->class_id[255], ==, UNLABELED);
}

static void
test_greys_with_names (void)
{
  const SpadePaletteEntry     greys[] = { { { 0, 0, 0 }, "tree" },
                                          { { 1, 1, 1 }, NULL } };
  g_autoptr (SpadeClassTable) table
    = spade_class_table_new (coco_stuff (), greys, 2, "auto", NULL);

  g_assert_cmpint (table->class_id[0], ==, TREE);
  g_assert_cmpint (table->class_id[1], ==, -1);
}

static void
test_table (void)
{
  g_autoptr (SpadeClassTable) table = table_of_mixed (" 2 = sky ; 0=123;");

  assert_ids (table, GRASS, SKY, SKY);
  g_assert_cmpint (table->mapping[0], ==, SPADE_MAPPING_TABLE);
  g_assert_cmpint (table->mapping[1], ==, SPADE_MAPPING_COLOUR);
  g_assert_cmpint (table->mapping[2], ==, SPADE_MAPPING_TABLE);
}

static void
test_bad_specs (void)
{
  assert_refused ("0=unicorn", SPADE_ERROR_CLASSES, "\"unicorn\" is no class");
  assert_refused ("0=183", SPADE_ERROR_CLASSES, "\"183\" is no class");
  assert_refused ("0=1x", SPADE_ERROR_CLASSES, "\"1x\" is no class");
  assert_refused ("3=tree", SPADE_ERROR_CLASSES,
                  "palette entry 3, but the palette has 3");
  assert_refused ("tree=0", SPADE_ERROR_CLASSES, "no way to map classes");
  assert_refused ("colours", SPADE_ERROR_CLASSES, "no way to map classes");
  assert_refused ("-1=tree", SPADE_ERROR_CLASSES, "no way to map classes");
  assert_refused ("none-such.gpl", SPADE_ERROR_FILE, "none-such.gpl");
}

static void
assert_round_trip (const char *spec,
                   const char *text)
{
  g_autoptr (SpadeClassTable) table = table_of_mixed (spec);
  g_autofree char            *string = spade_class_table_to_string (table);
  g_autoptr (SpadeClassTable) again = table_of_mixed (string);

  g_assert_cmpstr (string, ==, text);
  assert_ids (again, table->class_id[0], table->class_id[1],
              table->class_id[2]);
}

static void
test_to_string (void)
{
  assert_round_trip ("auto", "0=tree;1=sky-other");
  assert_round_trip ("2=grass", "0=tree;1=sky-other;2=grass");
  assert_round_trip ("name", "0=tree;1=");
}

// By colour: for what has the colour of two entries, for one, and for none.
static void
test_by_colour (void)
{
  const SpadePaletteEntry     entries[] = {
    { { 0x11, 0x22, 0xee }, NULL },
    { { 0xa8, 0xc8, 0x32 }, NULL }, // tree
    { { 0x11, 0x22, 0xee }, NULL },
  };
  const char                 *spec = "#1122EE=sea; #a8c832= ;#0a0b0c=sand";
  g_autoptr (SpadeClassTable) table = NULL, adopted = NULL, again = NULL;
  g_autofree char            *text = NULL, *none = NULL;

  table = spade_class_table_new (coco_stuff (), entries, 3, spec, NULL);
  assert_ids (table, SEA, -1, SEA);
  g_assert_cmpint (table->n_entries, ==, 3);
  adopted = spade_class_table_new (coco_stuff (), NULL, 0, spec, NULL);
  assert_ids (adopted, SEA, -1, SAND);
  g_assert_cmpint (adopted->n_entries, ==, 3);
  text = spade_class_table_to_colours (table);
  g_assert_cmpstr (text, ==, "#1122ee=sea;#a8c832=");
  again = spade_class_table_new (coco_stuff (), entries, 3, "2=sea;0=", NULL);
  g_free (text);
  text = spade_class_table_to_colours (again); // the entry with a class speaks
  g_assert_cmpstr (text, ==, "#1122ee=sea");
  spade_class_table_free (again);
  again = spade_class_table_new (coco_stuff (), entries + 1, 1, "auto", NULL);
  none = spade_class_table_to_colours (again);
  g_assert_cmpstr (none, ==, "");
  assert_refused ("#12345=tree", SPADE_ERROR_CLASSES, "no way to map classes");
  assert_refused ("#12345g=tree", SPADE_ERROR_CLASSES, "no way to map classes");
  assert_refused ("#123456=nonsense", SPADE_ERROR_CLASSES, "nonsense");
  g_assert_true (spade_class_spec_is_by_colour (" #123456=tree"));
  g_assert_false (spade_class_spec_is_by_colour ("0=tree;#123456=tree"));
}

static void
test_adapt (void)
{
  g_autoptr (SpadeClassTable) table = table_of_mixed ("1=;2=grass");
  const SpadePaletteEntry     other[] = {
    { { 0, 0, 255 }, NULL },         // had a class
    { { 0x9c, 0xee, 0xdd }, NULL },  // was to have none
    { { 0xa8, 0xc8, 0x32 }, NULL },  // is new, and standard
    { { 9, 9, 9 }, NULL },           // is new, and none
    { { 0, 0, 255 }, "once more" },
  };
  g_autofree char            *spec = spade_class_table_adapt (table, other, 5, FALSE);

  g_assert_cmpstr (spec, ==, "0=grass;1=;2=tree;4=grass");
}

// Of a colour that is there twice, each entry keeps its own class.
static void
test_adapt_twice (void)
{
  const SpadePaletteEntry     twice[] = { { { 1, 1, 1 }, NULL },
                                          { { 1, 1, 1 }, NULL } };
  g_autoptr (SpadeClassTable) table = NULL;
  g_autofree char            *spec = NULL;

  table = spade_class_table_new (coco_stuff (), twice, 2, "0=tree;1=grass",
                                 NULL);
  spec = spade_class_table_adapt (table, twice, 2, TRUE);
  g_assert_cmpstr (spec, ==, "0=tree;1=grass");
}

// A name that means another class than before is the newer decision.
static void
test_adapt_names (void)
{
  const SpadePaletteEntry     before[] = { { { 1, 1, 1 }, "sea" },
                                           { { 2, 2, 2 }, "grass" },
                                           { { 3, 3, 3 }, NULL } };
  const SpadePaletteEntry     after[] = { { { 1, 1, 1 }, "sea" },
                                          { { 2, 2, 2 }, "sand" },
                                          { { 3, 3, 3 }, "snow" } };
  g_autoptr (SpadeClassTable) table = NULL;
  g_autofree char            *by_name = NULL, *by_colour = NULL;

  table = spade_class_table_new (coco_stuff (), before, 3,
                                 "0=tree;1=grass;2=rock", NULL);
  by_name = spade_class_table_adapt (table, after, 3, TRUE);
  g_assert_cmpstr (by_name, ==, "0=tree;1=sand;2=snow");
  by_colour = spade_class_table_adapt (table, after, 3, FALSE);
  g_assert_cmpstr (by_colour, ==, "0=tree;1=grass;2=rock");
}

static void
test_collect (void)
{
  const guint8      rgba[] = { 1, 2, 3, 0, 1, 2, 3, 9, 4, 5, 6, 0, 1, 2, 3, 0 };
  guint8            many[257][3] = { 0 };
  guint64           pixels[256] = { 0 };
  SpadePaletteEntry found[256] = { { { 4, 5, 6 }, "first" } };

  g_assert_cmpint (spade_palette_collect (rgba, 4, 4, found, 1, pixels), ==, 2);
  g_assert_cmpmem (found[1].rgb, 3, rgba, 3);
  g_assert_null (found[1].name);
  g_assert_cmpstr (found[0].name, ==, "first");
  g_assert_cmpuint (pixels[0], ==, 1);
  g_assert_cmpuint (pixels[1], ==, 3);
  for (int i = 0; i < 257; i++)
    many[i][i / 256] = (guint8) (i % 256 + i / 256);
  g_assert_cmpint (spade_palette_collect (*many, 3, 256, found, 0, NULL), ==, 256);
  g_assert_cmpint (spade_palette_collect (*many, 3, 257, found, 0, NULL), ==, -1);
}

static void
test_apply (void)
{
  g_autoptr (SpadeClassTable) table = table_of_mixed ("2=grass");
  guint8                      pixels[] = { 0, 1, 2, 2 };

  g_assert_true (spade_class_table_apply (table, pixels, 4, pixels, NULL));
  g_assert_cmpint (pixels[0], ==, TREE);
  g_assert_cmpint (pixels[1], ==, SKY);
  g_assert_cmpint (pixels[2], ==, GRASS);
  g_assert_cmpint (pixels[3], ==, GRASS);
}

static void
test_apply_lists (void)
{
  g_autoptr (SpadeClassTable) table = table_of_mixed ("name");
  g_autoptr (GError)          error = NULL;
  const guint8                pixels[] = { 0, 1, 2, 2, 9 };
  guint8                      ids[5];

  g_assert_false (spade_class_table_apply (table, pixels, 5, ids, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES);
  g_assert_cmpstr (error->message, ==,
                   "Give these palette entries a class: "
                   "2 'my blue' #0000ff (2 pixels), "
                   "1 'Untitled' #9ceedd (1 pixel), "
                   "9 beyond the palette (1 pixel).");
}

static void
test_apply_unused (void)
{
  g_autoptr (SpadeClassTable) table = table_of_mixed ("auto");
  const guint8                pixels[] = { 0, 1, 1 };
  guint8                      ids[3];

  g_assert_true (spade_class_table_apply (table, pixels, 3, ids, NULL));
}

static void
test_apply_many (void)
{
  g_autoptr (SpadeClassTable) table
    = spade_class_table_new (coco_stuff (), NULL, 0, "index", NULL);
  g_autoptr (GError) error = NULL;
  guint8             pixels[20];

  for (int i = 0; i < 20; i++)
    pixels[i] = (guint8) i;
  g_assert_false (spade_class_table_apply (table, pixels, 20, pixels, &error));
  g_assert_nonnull (strstr (error->message, "0 beyond"));
  g_assert_nonnull (strstr (error->message, "7 beyond"));
  g_assert_null (strstr (error->message, "8 beyond"));
  g_assert_true (g_str_has_suffix (error->message, " and 12 more."));
}

static void
test_rgb (void)
{
  g_autoptr (SpadeClassTable) table = table_of_mixed ("0=grass;2=sky");
  // RGBA: entry 0, entry 2, the palette's tree, its unlabeled.
  const guint8 rgba[] = { 1,    2,    3,    255, 0, 0, 255, 255,
                          0xa8, 0xc8, 0x32, 255, 0, 0, 0,   255 };
  guint8       ids[4];

  g_assert_true (spade_class_table_apply_rgb (table, rgba, 4, 4, ids, NULL));
  g_assert_cmpint (ids[0], ==, GRASS);
  g_assert_cmpint (ids[1], ==, SKY);
  g_assert_cmpint (ids[2], ==, TREE);
  g_assert_cmpint (ids[3], ==, UNLABELED);
}

static void
test_rgb_lists (void)
{
  g_autoptr (SpadeClassTable) table = table_of_mixed ("auto");
  g_autoptr (GError)          error = NULL;
  const guint8 rgb[] = { 9, 9, 9, 0, 0, 255, 0, 0, 255, 1, 2, 3 };
  guint8       ids[4];

  g_assert_false (spade_class_table_apply_rgb (table, rgb, 3, 4, ids,
                                               &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES);
  g_assert_cmpstr (error->message, ==,
                   "Give these colours a class: 'my blue' #0000ff (2 pixels), "
                   "#090909 (1 pixel).");
}

static void
test_rgb_photograph (void)
{
  g_autoptr (SpadeClassTable) table
    = spade_class_table_new (coco_stuff (), NULL, 0, "auto", NULL);
  g_autoptr (GError)   error = NULL;
  g_autofree guint8   *rgb = g_malloc (3 * 8192);
  g_autofree guint8   *ids = g_malloc (8192);

  for (int i = 0; i < 8192; i++)
    {
      rgb[3 * i] = 255;
      rgb[3 * i + 1] = (guint8) (i >> 8);
      rgb[3 * i + 2] = (guint8) i;
    }
  g_assert_false (spade_class_table_apply_rgb (table, rgb, 3, 8192, ids,
                                               &error));
  g_assert_nonnull (strstr (error->message, "photograph"));
}

// A model whose classes have no names: indices are class ids.
static void
test_no_set (void)
{
  const guint8                pixels[] = { 0, 1, 2 };
  guint8                      ids[3];
  g_autoptr (SpadeClassTable) table
    = spade_class_table_new (NULL, mixed, 3, "auto", NULL);
  g_autoptr (SpadeClassTable) moved
    = spade_class_table_new (NULL, mixed, 3, "1=40", NULL);
  g_autofree char *string = spade_class_table_to_string (moved);

  assert_ids (table, 0, 1, 2);
  g_assert_cmpstr (string, ==, "0=0;1=40;2=2");
  g_assert_true (spade_class_table_apply (moved, pixels, 3, ids, NULL));
  g_assert_cmpint (ids[1], ==, 40);
}

// The palettes that are shipped, against the class set.
static void
test_shipped_palettes (void)
{
  const SpadeClassSet *set = coco_stuff ();
  g_autofree char     *all = g_test_build_filename (
    G_TEST_DIST, "..", "palettes", "coco-stuff.gpl", NULL);
  g_autofree char *beta = g_test_build_filename (
    G_TEST_DIST, "..", "palettes", "gaugan-beta.gpl", NULL);
  g_autoptr (SpadeClassTable) every
    = spade_class_table_new (set, NULL, 0, all, NULL);
  g_autoptr (SpadeClassTable) favourites
    = spade_class_table_new (set, NULL, 0, beta, NULL);

  g_assert_cmpint (every->n_entries, ==, 183);
  for (int i = 0; i < 183; i++)
    {
      g_assert_cmpstr (every->entries[i].name, ==, set->classes[i].name);
      g_assert_cmpmem (every->entries[i].rgb, 3, set->classes[i].rgb, 3);
    }
  g_assert_cmpint (favourites->n_entries, ==, set->n_favourites);
  for (int i = 0; i < set->n_favourites; i++)
    {
      int id = set->favourites[i];

      g_assert_cmpstr (favourites->entries[i].name, ==, set->classes[id].name);
      g_assert_cmpmem (favourites->entries[i].rgb, 3, set->classes[id].rgb, 3);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/class-table/auto-takes-name-then-colour", test_auto);
  g_test_add_func ("/class-table/a-name-wins-over-a-colour",
                   test_name_before_colour);
  g_test_add_func ("/class-table/a-word-chooses-one-rule", test_one_rule);
  g_test_add_func ("/class-table/a-grey-ramp-is-a-label-png", test_label_png);
  g_test_add_func ("/class-table/greys-with-names-go-by-name",
                   test_greys_with_names);
  g_test_add_func ("/class-table/an-explicit-table-wins", test_table);
  g_test_add_func ("/class-table/refuses-words-that-mean-nothing",
                   test_bad_specs);
  g_test_add_func ("/class-table/text-makes-the-same-table", test_to_string);
  g_test_add_func ("/class-table/goes-by-colour-on-demand", test_by_colour);
  g_test_add_func ("/class-table/goes-with-the-colours", test_adapt);
  g_test_add_func ("/class-table/keeps-entries-of-one-colour-apart",
                   test_adapt_twice);
  g_test_add_func ("/class-table/heeds-new-names", test_adapt_names);
  g_test_add_func ("/class-table/finds-the-palette-of-a-map", test_collect);
  g_test_add_func ("/class-table/applies-in-place", test_apply);
  g_test_add_func ("/class-table/lists-entries-without-a-class",
                   test_apply_lists);
  g_test_add_func ("/class-table/unused-entries-need-no-class",
                   test_apply_unused);
  g_test_add_func ("/class-table/a-long-list-is-cut", test_apply_many);
  g_test_add_func ("/class-table/colours-go-by-entry-then-set", test_rgb);
  g_test_add_func ("/class-table/lists-colours-without-a-class",
                   test_rgb_lists);
  g_test_add_func ("/class-table/knows-a-photograph", test_rgb_photograph);
  g_test_add_func ("/class-table/works-without-a-class-set", test_no_set);
  g_test_add_func ("/class-table/shipped-palettes-match-the-class-set",
                   test_shipped_palettes);
  return g_test_run ();
}
