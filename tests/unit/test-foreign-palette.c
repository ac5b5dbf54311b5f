// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The colours of other label sets, by name and recognized, and what is only
// suggested. 156 is sky-other, 168 tree, 110 dirt, 123 grass, 154 sea.

#include <string.h>

#include "spade-class-table.h"

static const SpadeClassSet *
coco_stuff (void)
{
  return spade_class_set_find ("coco-stuff", NULL);
}

// Colours of ADE20K: sky, tree, earth, and painting, which has no class.
static const SpadePaletteEntry ade[] = {
  { { 6, 230, 230 }, NULL },
  { { 4, 200, 3 }, NULL },
  { { 120, 120, 70 }, NULL },
  { { 255, 6, 51 }, NULL },
};

static void
test_class_names (void)
{
  const SpadeClassSet *set = coco_stuff ();

  for (int p = 0; spade_foreign_palette_get (p) != NULL; p++)
    {
      const SpadeForeignPalette *palette = spade_foreign_palette_get (p);

      g_assert_true (spade_foreign_palette_find (palette->name) == palette);
      for (int i = 0; i < palette->n_colours; i++)
        {
          const char *name = palette->colours[i].coco_stuff;
          int         id = spade_class_set_lookup (set, name);

          if (name == NULL)
            continue;
          g_assert_cmpint (id, >=, 0);
          g_assert_cmpstr (set->classes[id].name, ==, name);
        }
    }
  g_assert_null (spade_foreign_palette_find ("unicorns"));
  g_assert_null (spade_foreign_palette_get (-1));
}

// What each label set's own documentation says, apart from the tables.
static void
test_known_facts (void)
{
  static const struct
  {
    const char *palette;
    guint8      rgb[3];
    const char *class_name;
  } facts[] = {
    { "ade20k", { 120, 120, 120 }, "wall-other" },
    { "ade20k", { 140, 140, 140 }, "road" }, // and skyscraper, a rarer one
    { "ade20k", { 92, 0, 255 }, "banner" },  // the 150th, flag
    { "gaugan", { 168, 200, 50 }, "tree" },
    { "cityscapes", { 128, 64, 128 }, "road" },
    { "cityscapes", { 70, 130, 180 }, "sky-other" },
    { "coco-panoptic", { 220, 20, 60 }, "person" },
    { "coco-stuff-map", { 0, 0, 0 }, "unlabeled" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    g_assert_cmpint (
      spade_foreign_palette_lookup (
        spade_foreign_palette_find (facts[i].palette), coco_stuff (),
        facts[i].rgb),
      ==, spade_class_set_lookup (coco_stuff (), facts[i].class_name));
  g_assert_cmpint (spade_foreign_palette_find ("ade20k")->n_colours, ==, 151);
  g_assert_cmpint (spade_foreign_palette_find ("coco-panoptic")->n_colours, ==,
                   133);
  g_assert_cmpint (spade_foreign_palette_find ("coco-stuff-map")->n_colours,
                   ==, 92);
}

static const char *
recognize (const char *colours)
{
  g_auto (GStrv)             words = g_strsplit (colours, " ", -1);
  guint8                     rgb[16][3];
  int                        n = 0;
  const SpadeForeignPalette *found;

  for (; words[n] != NULL; n++)
    {
      guint64 value = g_ascii_strtoull (words[n], NULL, 16);

      rgb[n][0] = value >> 16 & 255;
      rgb[n][1] = value >> 8 & 255;
      rgb[n][2] = value & 255;
    }
  found = spade_foreign_palette_recognize (coco_stuff (),
                                           (const guint8 (*)[3]) rgb, n);
  return found != NULL ? found->name : NULL;
}

static void
test_recognize (void)
{
  g_assert_cmpstr (recognize ("06e6e6 04c803"), ==, "ade20k");
  g_assert_cmpstr (recognize ("000000 06e6e6 ffffff 04c803"), ==, "ade20k");
  g_assert_cmpstr (recognize ("06e6e6 04c803 010203"), ==, "ade20k");
  g_assert_cmpstr (recognize ("6b8e23 804080 4682b4"), ==, "cityscapes");
  // A car and a bus, which COCO panoptic took over.
  g_assert_cmpstr (recognize ("00008e 003c64"), ==, "cityscapes");
  g_assert_cmpstr (recognize ("00008e 003c64 6a00e4"), ==, "coco-panoptic");
}

// Red, blue and yellow are in ADE20K, and mean nothing by that.
static void
test_not_recognized (void)
{
  g_assert_null (recognize (""));
  g_assert_null (recognize ("06e6e6"));
  g_assert_null (recognize ("06e6e6 06e6e6"));
  g_assert_null (recognize ("ff0000 0000ff ffff00 00ffff"));
  g_assert_null (recognize ("787878 8c8c8c dcdcdc"));
  g_assert_null (recognize ("06e6e6 04c803 010203 040506"));
  g_assert_null (recognize ("a8c832 9ceedd 06e6e6 04c803"));
}

static void
test_auto (void)
{
  g_autoptr (SpadeClassTable) table
    = spade_class_table_new (coco_stuff (), ade, 4, "auto", NULL);

  g_assert_cmpint (table->class_id[0], ==, 156);
  g_assert_cmpint (table->class_id[1], ==, 168);
  g_assert_cmpint (table->class_id[2], ==, 110);
  g_assert_cmpint (table->class_id[3], ==, -1);
  g_assert_cmpint (table->mapping[0], ==, SPADE_MAPPING_FOREIGN);
  g_assert_cmpstr (table->foreign->title, ==, "ADE20K");
}

static void
test_by_name (void)
{
  const SpadePaletteEntry     entries[] = { { { 6, 230, 230 }, "tree" },
                                            { { 1, 2, 3 }, "sea" } };
  g_autoptr (SpadeClassTable) table
    = spade_class_table_new (coco_stuff (), entries, 2, "ade20k", NULL);
  g_autoptr (SpadeClassTable) own
    = spade_class_table_new (coco_stuff (), NULL, 0, "cityscapes", NULL);

  g_assert_cmpint (table->class_id[0], ==, 156); // the colour alone counts
  g_assert_cmpint (table->class_id[1], ==, -1);
  g_assert_cmpint (own->n_entries, ==, 27);
  for (int i = 0; i < own->n_entries; i++)
    g_assert_cmpint (own->class_id[i], >=, 0);
}

static int
class_of (const char *set_name,
          const char *spec,
          int         red,
          int         green,
          int         blue,
          const char *name)
{
  SpadePaletteEntry           entry = { { (guint8) red, (guint8) green,
                                          (guint8) blue }, name };
  g_autoptr (SpadeClassTable) table = spade_class_table_new (
    spade_class_set_find (set_name, NULL), &entry, 1, spec, NULL);

  return table->class_id[0];
}

// Each set takes the others' colours and names, as far as it has what they mean.
static void
test_other_sets (void)
{
  g_assert_cmpint (class_of ("ade20k", "auto", 6, 230, 230, NULL), ==, 3);
  g_assert_cmpint (class_of ("ade20k", "ade20k", 255, 6, 51, NULL), ==, 23);
  g_assert_cmpint (class_of ("ade20k", "gaugan", 156, 238, 221, NULL), ==, 3);
  g_assert_cmpint (class_of ("ade20k", "cityscapes", 128, 64, 128, NULL), ==, 7);
  g_assert_cmpint (class_of ("ade20k", "gaugan", 105, 105, 105, NULL), ==, -1);
  g_assert_cmpint (class_of ("ade20k", "auto", 1, 2, 3, "sky-other"), ==, 3);
  g_assert_cmpint (class_of ("ade20k", "auto", 1, 2, 3, "Ocean"), ==, 27);
  g_assert_cmpint (class_of ("ade20k", "auto", 1, 2, 3, "Skyscraper"), ==, 49);
  g_assert_cmpint (class_of ("cityscapes", "auto", 1, 2, 3, "forest"), ==, 21);
  g_assert_cmpint (class_of ("cityscapes", "auto", 0, 0, 0, NULL), ==, 0);
  g_assert_cmpint (class_of ("cityscapes", "gaugan", 2, 117, 184, NULL), ==, 26);
  g_assert_cmpint (class_of ("coco-stuff", "gaugan", 168, 200, 50, NULL), ==, 168);
}

// A grey label PNG has class ids, 255 for unlabeled.
static void
test_label_png (void)
{
  SpadePaletteEntry           greys[256] = { 0 };
  g_autoptr (SpadeClassTable) table = NULL;

  for (int i = 0; i < 256; i++)
    memset (greys[i].rgb, i, 3);
  table = spade_class_table_new (spade_class_set_find ("ade20k", NULL), greys,
                                 256, NULL, NULL);
  for (int i = 0; i <= 150; i++)
    g_assert_cmpint (table->class_id[i], ==, i);
  g_assert_cmpint (table->class_id[151], ==, -1);
  g_assert_cmpint (table->class_id[255], ==, 0);
}

static void
test_translated (void)
{
  const SpadePaletteEntry     entries[] = { { { 1, 1, 1 }, NULL },
                                            { { 2, 2, 2 }, "tree" },
                                            { { 3, 3, 3 }, NULL } };
  g_autoptr (SpadeClassTable) table = spade_class_table_new (
    coco_stuff (), entries, 3, "0=sea;1=grass;2=clouds", NULL);
  g_autofree char            *ade = spade_class_table_translate (
    table, spade_class_set_find ("ade20k", NULL));

  g_assert_cmpstr (ade, ==, "0=sea;1=grass");
}

static char *
translate (const char *set_name,
           const char *spec,
           const char *name)
{
  const SpadePaletteEntry     entries[] = { { { 0, 0xac, 0x0d }, name },
                                            { { 3, 3, 3 }, NULL } };
  g_autoptr (SpadeClassTable) table = spade_class_table_new (
    spade_class_set_find (set_name, NULL), entries, 2, spec, NULL);

  return spade_class_table_translate (
    table, spade_class_set_find (strcmp (set_name, "coco-stuff") == 0
                                   ? "ade20k" : "coco-stuff", NULL));
}

// The first colour is a person of COCO-Stuff. A choice without a like is no class,
// and what an entry's name says it says to both.
static void
test_translated_choices (void)
{
  g_autofree char *statue = translate ("ade20k", "0=sculpture;1=sky", NULL);
  g_autofree char *none = translate ("coco-stuff", "0=;1=grass", NULL);
  g_autofree char *palm = translate ("coco-stuff", "auto", "palm");
  g_autofree char *chosen = translate ("coco-stuff", "0=sea", "palm");

  g_assert_cmpstr (statue, ==, "0=;1=sky-other");
  g_assert_cmpstr (none, ==, "1=grass");
  g_assert_cmpstr (palm, ==, "0=palm");
  g_assert_cmpstr (chosen, ==, "0=sea");
}

static void
test_rgb_hint (void)
{
  const guint8       rgb[] = { 6, 230, 230, 4, 200, 3 };
  guint8             ids[2];
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeClassTable) table
    = spade_class_table_new (coco_stuff (), NULL, 0, "auto", NULL);

  g_assert_false (spade_class_table_apply_rgb (table, rgb, 3, 2, ids, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES);
  g_assert_true (g_str_has_suffix (
    error->message, "; they look like colours of ADE20K, which the classes "
    "\"ade20k\" map."));
  g_assert_false (spade_class_table_apply_rgb (table, rgb, 3, 2, ids, NULL));
}

static void
test_synonyms (void)
{
  const SpadePaletteEntry     entries[] = { { { 1, 2, 3 }, "Ocean" },
                                            { { 2, 3, 4 }, "building, edifice" },
                                            { { 3, 4, 5 }, "Meadows" },
                                            { { 4, 5, 6 }, "dragon" } };
  g_autoptr (SpadeClassTable) table
    = spade_class_table_new (coco_stuff (), entries, 4, "auto", NULL);

  g_assert_cmpint (table->class_id[0], ==, 154);
  g_assert_cmpint (table->mapping[0], ==, SPADE_MAPPING_SYNONYM);
  g_assert_cmpint (table->class_id[1], ==, 95);
  g_assert_cmpint (table->class_id[2], ==, 123);
  g_assert_cmpint (table->class_id[3], ==, -1);
  g_assert_cmpint (spade_class_set_lookup_synonym (coco_stuff (), "wood"), ==,
                   -1);
  g_assert_cmpint (spade_class_set_lookup_synonym (NULL, "ocean"), ==, -1);
}

// A green near grass is a suggestion and nothing else.
static void
test_suggest (void)
{
  const SpadePaletteEntry     entries[] = { { { 0x80, 0xc8, 0x08 }, NULL },
                                            { { 1, 2, 3 }, "tree" } };
  gint16                      suggested[256];
  g_autoptr (SpadeClassTable) table
    = spade_class_table_new (coco_stuff (), entries, 2, "auto", NULL);

  g_assert_cmpint (table->class_id[0], ==, -1);
  spade_class_table_suggest (table, suggested);
  g_assert_cmpint (suggested[0], ==, 123);
  g_assert_cmpint (suggested[1], ==, -1); // it has a class
  g_assert_cmpint (suggested[2], ==, -1);
}

// Beside colours of ADE20K, a colour near one of them is suggested as that;
// what ADE20K has and COCO-Stuff lacks is not.
static void
test_suggest_foreign (void)
{
  SpadePaletteEntry           entries[5];
  gint16                      suggested[256];
  g_autoptr (SpadeClassTable) table = NULL;

  memcpy (entries, ade, sizeof ade);
  entries[4] = (SpadePaletteEntry) { { 9, 8, 231 }, NULL }; // near its sea
  table = spade_class_table_new (coco_stuff (), entries, 5, "auto", NULL);
  spade_class_table_suggest (table, suggested);
  g_assert_cmpint (suggested[3], ==, -1);
  g_assert_cmpint (suggested[4], ==, 154);
}

// GIMP finds what is painted by its colour, so of equal ones only those of ADE20K,
// where road and skyscraper share one, are all in the file.
static gboolean
is_in_file (const SpadeForeignPalette *palette,
            int                        i)
{
  for (int j = 0; j < i && strcmp (palette->name, "cityscapes") == 0; j++)
    if (memcmp (palette->colours[i].rgb, palette->colours[j].rgb, 3) == 0)
      return FALSE;
  return TRUE;
}

static void
assert_palette (const char *name)
{
  const SpadeForeignPalette  *palette = spade_foreign_palette_find (name);
  int                         n = 0;
  g_autofree char            *file = g_strconcat (name, ".gpl", NULL);
  g_autofree char            *path = g_test_build_filename (
    G_TEST_DIST, "..", "palettes", file, NULL);
  g_autoptr (SpadeClassTable) table
    = spade_class_table_new (coco_stuff (), NULL, 0, path, NULL);

  for (int i = 0; i < palette->n_colours; i++)
    {
      if (!is_in_file (palette, i))
        continue;
      g_assert_cmpstr (table->entries[n].name, ==, palette->colours[i].name);
      g_assert_cmpmem (table->entries[n].rgb, 3, palette->colours[i].rgb, 3);
      n++;
    }
  g_assert_cmpint (table->n_entries, ==, n);
}

static void
test_shipped_palettes (void)
{
  assert_palette ("ade20k");
  assert_palette ("cityscapes");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/foreign-palette/names-classes-that-exist",
                   test_class_names);
  g_test_add_func ("/foreign-palette/has-the-published-colours",
                   test_known_facts);
  g_test_add_func ("/foreign-palette/is-recognized-by-its-colours",
                   test_recognize);
  g_test_add_func ("/foreign-palette/is-not-seen-in-common-colours",
                   test_not_recognized);
  g_test_add_func ("/foreign-palette/auto-maps-what-it-recognizes", test_auto);
  g_test_add_func ("/foreign-palette/can-be-asked-for", test_by_name);
  g_test_add_func ("/foreign-palette/other-sets-take-it-by-what-it-means",
                   test_other_sets);
  g_test_add_func ("/foreign-palette/label-pngs-hold-class-ids",
                   test_label_png);
  g_test_add_func ("/foreign-palette/a-table-is-translated", test_translated);
  g_test_add_func ("/foreign-palette/choices-stay-choices",
                   test_translated_choices);
  g_test_add_func ("/foreign-palette/is-hinted-at-for-rgb", test_rgb_hint);
  g_test_add_func ("/foreign-palette/other-words-name-classes", test_synonyms);
  g_test_add_func ("/foreign-palette/nearest-colour-is-only-suggested",
                   test_suggest);
  g_test_add_func ("/foreign-palette/suggestions-stay-in-it",
                   test_suggest_foreign);
  g_test_add_func ("/foreign-palette/shipped-palettes-match",
                   test_shipped_palettes);
  return g_test_run ();
}
