// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Palette files as a spec of classes. 168 is tree, 123 grass.

#include <glib/gstdio.h>
#include <string.h>

#include "spade-class-table.h"

#define TREE 168
#define GRASS 123

static const SpadeClassSet *
coco_stuff (void)
{
  return spade_class_set_find ("coco-stuff", NULL);
}

// Of the colours, the second is sky-other in the GauGAN palette.
static const SpadePaletteEntry mixed[] = {
  { { 1, 2, 3 }, "Trees" },
  { { 0x9c, 0xee, 0xdd }, "Untitled" },
  { { 0, 0, 255 }, "my blue" },
};

static void
assert_refused (const char *path,
                const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (spade_class_table_new (coco_stuff (), mixed, 3, path, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, message));
}

static char *
write_gpl (const char *text)
{
  g_autofree char *path = NULL;
  int              fd = g_file_open_tmp ("spade-XXXXXX.gpl", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return g_steal_pointer (&path);
}

static void
test_names (void)
{
  g_autofree char *path = write_gpl ("GIMP Palette\r\nName: Mine\r\n"
                                     "Columns: 2\r\n# a comment\r\n\r\n"
                                     "  0   0 255\tmy grass\r\n"
                                     "0 0 255\tGrass\r\n"
                                     "1 2 3\r\n"
                                     "156 238 221 tree\r\n");
  g_autoptr (SpadeClassTable) table
    = spade_class_table_new (coco_stuff (), mixed, 3, path, NULL);
  g_autoptr (SpadeClassTable) own
    = spade_class_table_new (coco_stuff (), NULL, 0, path, NULL);

  // The name in the file counts, not the name or colour of the entry.
  g_assert_cmpint (table->class_id[0], ==, -1);
  g_assert_cmpint (table->class_id[1], ==, TREE);
  g_assert_cmpint (table->class_id[2], ==, GRASS);
  g_assert_cmpint (own->n_entries, ==, 4);
  g_assert_cmpint (own->class_id[1], ==, GRASS);
  g_assert_cmpstr (own->entries[0].name, ==, "my grass");
  g_unlink (path);
}

// A map's colours have the classes of the file, or none, whether the map has a
// palette or not.
static void
test_others (void)
{
  g_autofree char *path = write_gpl ("GIMP Palette\n1 2 3 tree\n");
  g_autoptr (SpadeClassTable) of_palette
    = spade_class_table_new (coco_stuff (), mixed, 2, path, NULL);
  g_autoptr (SpadeClassTable) of_rgb
    = spade_class_table_new (coco_stuff (), NULL, 0, path, NULL);
  const guint8 indices[] = { 0, 1 };
  const guint8 rgb[] = { 1, 2, 3, 0x9c, 0xee, 0xdd };
  guint8       ids[2];

  g_unlink (path);
  for (int n = 1; n <= 2; n++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) rgb_error = NULL;

      g_assert_cmpint (spade_class_table_apply (of_palette, indices, n, ids,
                                                &error), ==, n == 1);
      g_assert_cmpint (spade_class_table_apply_rgb (of_rgb, rgb, 3, n, ids,
                                                    &rgb_error), ==, n == 1);
      if (n == 1)
        {
          g_assert_cmpint (ids[0], ==, TREE);
          continue;
        }
      g_assert_nonnull (strstr (error->message, "#9ceedd"));
      g_assert_cmpstr (rgb_error->message, ==,
                       "Give this colour a class: #9ceedd (1 pixel).");
    }
}

// A terminal would obey what is in the name.
static void
test_controls (void)
{
  g_autofree char *path = write_gpl ("GIMP Palette\n"
                                     "9 9 9 \033[31mred\302\233\a!\342\200\256\n");
  g_autoptr (SpadeClassTable) table
    = spade_class_table_new (coco_stuff (), NULL, 0, path, NULL);
  g_autoptr (GError) error = NULL;
  const guint8       grey[] = { 9, 9, 9 };
  guint8             id;

  g_unlink (path);
  g_assert_false (spade_class_table_apply_rgb (table, grey, 3, 1, &id, &error));
  g_assert_nonnull (strstr (error->message, "class: '?[31mred??" "?!??" "?' #090909"));
}

static void
test_broken (void)
{
  g_autofree char *other = write_gpl ("JASC-PAL\n0100\n1\n0 0 0\n");
  g_autofree char *large = write_gpl ("GIMP Palette\n#\n0 0 256\tx\n");
  g_autofree char *empty = write_gpl ("");

  assert_refused (other, "not a GIMP palette");
  assert_refused (large, "Line 3");
  assert_refused (empty, "not a GIMP palette");
  g_unlink (other);
  g_unlink (large);
  g_unlink (empty);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gpl/names-colours", test_names);
  g_test_add_func ("/gpl/says-nothing-of-other-colours", test_others);
  g_test_add_func ("/gpl/says-nothing-to-terminals", test_controls);
  g_test_add_func ("/gpl/is-refused-when-broken", test_broken);
  return g_test_run ();
}
