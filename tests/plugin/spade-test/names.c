// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the image remembers of its classes, and what its palette entries are
// called since: the newer decision counts. The maps are in red and blue, which
// name no class.

#include "spade-test.h"

static const char *colours[2] = { "#ff0000", "#0000ff" };

static void
name_right (GimpImage  *image,
            const char *name)
{
  g_autofree char *table = halves_table (image, "left", "right");

  gimp_palette_set_entry_name (gimp_image_get_palette (image),
                               table[0] == '0' ? 1 : 0, name);
}

// Gives an image that remembers tree on the left and sky-other on the right;
// first_name is what the right entry is called before.
static GimpImage *
make_remembering (const char *first_name,
                  gboolean    is_rewrite)
{
  GimpImage       *image = make_indexed (64, 64, colours);
  g_autofree char *table = halves_table (image, "tree", "sky-other");
  g_autofree char *message = NULL;

  if (first_name != NULL)
    name_right (image, first_name);
  message = map_palette (image, table, is_rewrite);
  check (message == NULL, "the palette has classes");
  return image;
}

// Checks that the map of image is that of a table, and deletes the image.
static void
check_map (GimpImage  *image,
           const char *right,
           const char *sentence)
{
  GimpImage       *other = make_indexed (64, 64, colours);
  g_autofree char *table = halves_table (other, "tree", right);
  g_auto (Result)  result = call_first (image, NULL);
  g_auto (Result)  wanted = call_first (other, "classes", table, NULL);

  check (is_same (&result, &wanted), sentence);
  gimp_image_delete (image);
  gimp_image_delete (other);
}

// A table that mentions the right entry alone leaves the left one as it is.
static void
test_single_entry (void)
{
  GimpImage       *given = make_remembering (NULL, FALSE);
  GimpImage       *written = make_remembering (NULL, FALSE);
  GimpImage       *other = make_indexed (64, 64, colours);
  g_autofree char *whole = halves_table (given, "tree", "sea");
  const char      *right = strchr (whole, ';') + 1;
  g_auto (Result)  result = { 0 };
  g_auto (Result)  wanted = call_first (other, "classes", whole, NULL);
  g_autofree char *message = map_palette (written, right, FALSE);

  result = call_first (given, "classes", right, NULL);
  check (is_same (&result, &wanted), "a table adds to what a palette is");
  check (message == NULL, "also where the palette is mapped");
  check_map (written, "sea", "and there it stays");
  gimp_image_delete (given);
  gimp_image_delete (other);
}

static void
test_renamed (void)
{
  GimpImage       *image = make_remembering (NULL, FALSE);
  g_autofree char *text = NULL;

  name_right (image, "sea");
  check_map (image, "sea", "an entry that is named after a class since is it");
  image = make_remembering (NULL, TRUE);
  name_right (image, "ocean");
  check_map (image, "sea", "after standard names, and by another word, too");
  image = make_remembering ("sea", FALSE);
  check_map (image, "sky-other", "a class that was chosen against the name "
             "stays");
  image = make_remembering ("Wolken; 50%\nblau", FALSE);
  text = parasite_text (image);
  check_contains (text, "Wolken%3B 50%25%0Ablau", "any name can be remembered");
  name_right (image, "my sea");
  check_map (image, "sky-other", "and so does one whose entry is called "
             "something else");
}

// As written by hand, or by a version that did not know the names.
static void
test_no_names (void)
{
  GimpImage *image = make_indexed (64, 64, colours);

  attach_record (image, "gimp-spade-map 1\nclass-set coco-stuff\n"
                        "colours ff0000 0000ff\n"
                        "classes 0=tree;1=sky-other\n");
  name_right (image, "sea");
  check_map (image, "sky-other", "without old names the record holds");
}

static void
test_damaged (void)
{
  GimpImage       *image = make_indexed (64, 64, colours);
  g_autofree char *table = halves_table (image, "tree", "sky-other");
  g_autofree char *refused = NULL;
  g_autofree char *written = NULL;
  g_autofree char *text = NULL;
  g_auto (Result)  damaged = { 0 };
  g_auto (Result)  empty = { 0 };

  attach_record (image, "");
  empty = call_first (image, NULL);
  check_contains (empty.message, "damaged", "an empty record is damaged");
  attach_record (image, "waste");
  damaged = call_first (image, NULL);
  check_contains (damaged.message, "Map Palette to Classes",
                  "who reads a damaged record is told how to write another");
  written = map_palette (image, table, FALSE);
  text = parasite_text (image);
  check (written == NULL, "which Map Palette does");
  check_contains (text, "gimp-spade-map 1\n", "over the damaged one");
  attach_record (image, "gimp-spade-map 9");
  refused = map_palette (image, table, FALSE);
  check_contains (refused, "version 9", "a newer record is not written over");
  gimp_image_delete (image);
}

void
test_names (void)
{
  test_single_entry ();
  test_renamed ();
  test_no_names ();
  test_damaged ();
}
