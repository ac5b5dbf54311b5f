// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The map record, and pictures that must be the same or differ.

#include "spade-test.h"

#include <glib/gstdio.h>

// An image in colours that name no class, so that only the record can help.
static void
test_record_in_xcf (void)
{
  const char      *colours[2] = { "#ff0000", "#0000ff" };
  GimpImage       *image = make_indexed (64, 64, colours);
  g_autofree char *path = model_path ("record.xcf");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_auto (Result)  first = { 0 };
  g_auto (Result)  again = { 0 };
  g_auto (Result)  reloaded = { 0 };
  g_autofree char *text = NULL;
  g_autofree char *text_of_file = NULL;
  GimpImage       *copy;
  GimpDrawable    *maps[2] = { NULL, NULL };

  first = call_first (image, "classes", "0=tree;1=sky-other", NULL);
  check (first.message == NULL, "a table gives any colours their classes");
  text = parasite_text (image);
  check_contains (text, "gimp-spade-map 1\nclass-set coco-stuff\n",
                  "the record begins with its version");
  check_contains (text, "=tree", "and holds the classes");

  maps[0] = second_layer (image);
  again = call (image, maps, NULL);
  check (is_same (&first, &again), "the RGB map gives the same picture again");

  gimp_file_save (GIMP_RUN_NONINTERACTIVE, image, file, NULL);
  copy = gimp_file_load (GIMP_RUN_NONINTERACTIVE, file);
  text_of_file = parasite_text (copy);
  check (g_strcmp0 (text, text_of_file) == 0, "the record survives the .xcf");
  maps[0] = GIMP_DRAWABLE (gimp_image_get_layer_by_name (copy, "map"));
  reloaded = call (copy, maps, NULL);
  check (is_same (&first, &reloaded), "and gives the same picture there");
  gimp_image_delete (copy);
  gimp_image_delete (image);
  g_remove (path);
}

static void
test_override (void)
{
  const char     *colours[2] = { "#ff0000", "#0000ff" };
  GimpImage      *image = make_indexed (64, 64, colours);
  GimpImage      *other = make_indexed (64, 64, colours);
  GimpDrawable   *maps[2] = { NULL, NULL };
  g_auto (Result) first = { 0 };
  g_auto (Result) changed = { 0 };
  g_auto (Result) wanted = { 0 };

  first = call_first (image, "classes", "0=tree;1=sky-other", NULL);
  maps[0] = second_layer (image);
  changed = call (image, maps, "classes", "1=sea", NULL);
  wanted = call_first (other, "classes", "0=tree;1=sea", NULL);
  check (!is_same (&first, &wanted), "another class, another picture");
  check (is_same (&changed, &wanted), "a table changes single entries of a record");
  gimp_image_delete (image);
  gimp_image_delete (other);
}

static void
test_rgb (void)
{
  GimpImage      *indexed = make_indexed (64, 64, NULL);
  GimpImage      *rgb = make_rgb (64, 64, NULL);
  g_auto (Result) a = call_first (indexed, NULL);
  g_auto (Result) b = call_first (rgb, NULL);

  check (is_same (&a, &b), "RGB in palette colours gives the indexed picture");
  check (count_layers (rgb) == 2, "as one layer more");
  gimp_image_delete (indexed);
  gimp_image_delete (rgb);
}

// Values 168 and 156 are tree and sky-other.
static void
test_grey (void)
{
  const char     *labels[2] = { "#a8a8a8", "#9c9c9c" };
  GimpImage      *standard = make_rgb (64, 64, NULL);
  GimpImage      *grey = make_rgb (64, 64, labels);
  GimpDrawable   *maps[2] = { NULL, NULL };
  g_auto (Result) wanted = call_first (standard, NULL);
  g_auto (Result) first = { 0 };
  g_auto (Result) again = { 0 };

  gimp_image_convert_grayscale (grey);
  first = call_first (grey, NULL);
  check (is_same (&first, &wanted), "the values of a grey layer are classes");
  check (gimp_image_get_base_type (grey) == GIMP_RGB, "its image becomes RGB");
  maps[0] = second_layer (grey);
  again = call (grey, maps, NULL);
  check (is_same (&again, &wanted), "and stays the same map");
  gimp_image_delete (standard);
  gimp_image_delete (grey);
}

// Tree and sky in the colours of ADE20K.
static void
test_foreign (void)
{
  const char     *colours[2] = { "#04c803", "#06e6e6" };
  GimpImage      *standard = make_rgb (64, 64, NULL);
  GimpImage      *foreign = make_rgb (64, 64, colours);
  g_auto (Result) wanted = call_first (standard, NULL);
  g_auto (Result) result = call_first (foreign, NULL);

  check (is_same (&result, &wanted), "colours of another palette are known");
  gimp_image_delete (standard);
  gimp_image_delete (foreign);
}

// Tree and sky in Cityscapes' colours, in the GauGAN palette's, and in colours whose
// classes of COCO-Stuff the image remembers, for a model of Cityscapes' classes.
static void
test_other_set (void)
{
  const char      *own[2] = { "#6b8e23", "#4682b4" };
  const char      *others[2] = { "#ff0000", "#0000ff" };
  g_autofree char *streets = model_path ("streets.safetensors");
  GimpImage       *cityscapes = make_rgb (64, 64, own);
  GimpImage       *gaugan = make_indexed (64, 64, NULL);
  GimpImage       *mapped = make_rgb (64, 64, others);
  g_auto (Result)  wanted = { 0 };
  g_auto (Result)  of_gaugan = { 0 };
  g_auto (Result)  of_mapped = { 0 };
  g_autofree char *text = NULL;

  attach_record (mapped, "gimp-spade-map 1\nclass-set coco-stuff\n"
                         "colours 0000ff ff0000\n"
                         "classes 0=sky-other;1=tree\n");
  wanted = call_first (cityscapes, "model", streets, NULL);
  of_gaugan = call_first (gaugan, "model", streets, NULL);
  of_mapped = call_first (mapped, "model", streets, NULL);
  check (is_same (&of_gaugan, &wanted),
         "the GauGAN palette's colours stand for classes of another set");
  check (is_same (&of_mapped, &wanted), "and what an image remembers does");
  text = parasite_text (mapped);
  check_contains (text, "class-set coco-stuff\n",
                  "which stays as it is, since it says the same");
  gimp_image_delete (cityscapes);
  gimp_image_delete (gaugan);
  gimp_image_delete (mapped);
}

// What only one set can say stays in it, and what neither has wants a class.
static void
test_kept_set (void)
{
  const char      *colours[2] = { "#ff0000", "#0000ff" };
  GimpImage       *palms = make_indexed (64, 64, colours);
  GimpImage       *statue = make_rgb (64, 64, NULL);
  GimpDrawable    *maps[2] = { NULL, NULL };
  g_auto (Result)  first = { 0 };
  g_auto (Result)  changed = { 0 };
  g_auto (Result)  refused = { 0 };
  g_auto (Result)  lost = { 0 };
  g_autofree char *streets = model_path ("streets.safetensors");
  g_autofree char *text = NULL;
  g_autofree char *text_after = NULL;

  attach_record (palms, "gimp-spade-map 1\nclass-set ade20k\n"
                        "colours ff0000 0000ff\nclasses 0=palm;1=sky\n");
  first = call_first (palms, NULL);
  text = parasite_text (palms);
  check_contains (text, "class-set ade20k\n",
                  "a model of another set leaves what is remembered");
  check_contains (text, "=palm", "the palms too");
  maps[0] = second_layer (palms);
  changed = call (palms, maps, "classes", "0=sea", NULL); // the sky
  text_after = parasite_text (palms);
  check_contains (text_after, "=palm", "beside a class that was chosen since");
  check_contains (text_after, "=sea", "which is there as well");
  lost = call (palms, maps, "model", streets, "classes", "0=sky;1=rider",
               NULL);
  check (lost.message == NULL, "a class of another set can be chosen, too");
  g_free (text_after);
  text_after = parasite_text (palms);
  check_contains (text_after, "class-set cityscapes\n",
                  "and changes the set where the old one would lose it");
  attach_record (statue, "gimp-spade-map 1\nclass-set ade20k\n"
                         "colours a8c832 9ceedd\nclasses 0=sculpture;1=sky\n");
  refused = call_first (statue, NULL);
  check_contains (refused.message, "#a8c832",
                  "a class that has no like becomes no other");
  gimp_image_delete (palms);
  gimp_image_delete (statue);
}

// A set that nobody knows, and one of the same name with other classes.
static void
test_unknown_set (void)
{
  GimpImage       *image = make_rgb (64, 64, NULL);
  g_auto (Result)  result = { 0 };

  attach_record (image, "gimp-spade-map 1\nclass-set atlantis\n"
                        "colours a8c832 9ceedd\nclasses 0=temple;1=sea\n");
  result = call_first (image, NULL);
  check_contains (result.message, "class set \"atlantis\"",
                  "classes of a set that is gone are named");
  gimp_image_delete (image);
}

// The palette has been sorted anew since, and one entry has gone.
static void
test_changed_palette (void)
{
  const char     *colours[2] = { "#ff0000", "#0000ff" };
  GimpImage      *standard = make_rgb (64, 64, NULL);
  GimpImage      *indexed = make_indexed (64, 64, colours);
  GimpImage      *rgb = make_rgb (64, 64, colours);
  g_auto (Result) wanted = call_first (standard, NULL);
  g_auto (Result) of_indexed = { 0 };
  g_auto (Result) of_rgb = { 0 };

  for (int i = 0; i < 2; i++)
    attach_record (i == 0 ? indexed : rgb,
                   "gimp-spade-map 1\nclass-set coco-stuff\n"
                   "colours 00ff00 0000ff ff0000\n"
                   "classes 0=grass;1=sky-other;2=tree\n");
  of_indexed = call_first (indexed, NULL);
  of_rgb = call_first (rgb, NULL);
  check (is_same (&of_indexed, &wanted),
         "a record holds for its colours, wherever the palette has them");
  check (is_same (&of_rgb, &wanted), "and in an RGB image");
  gimp_image_delete (standard);
  gimp_image_delete (indexed);
  gimp_image_delete (rgb);
}

// A table of last time was about another palette.
static void
test_last_values (void)
{
  GimpImage      *standard = make_rgb (64, 64, NULL);
  GimpImage      *image = make_indexed (64, 64, NULL);
  g_auto (Result) wanted = call_first (standard, NULL);
  g_auto (Result) result = { 0 };

  result = call_first (image, "run-mode", GIMP_RUN_WITH_LAST_VALS, "classes",
                       "0=sea;1=sea", NULL);
  check (is_same (&result, &wanted), "a table is not repeated on another map");
  gimp_image_delete (standard);
  gimp_image_delete (image);
}

static void
test_damaged (void)
{
  GimpImage      *image = make_rgb (64, 64, NULL);
  g_auto (Result) newer = { 0 };
  g_auto (Result) damaged = { 0 };

  attach_record (image, "gimp-spade-map 9");
  newer = call_first (image, NULL);
  check_contains (newer.message, "version 9", "a newer record is refused");
  attach_record (image, "waste");
  damaged = call_first (image, NULL);
  check_contains (damaged.message, "damaged", "and so is a damaged one");
  gimp_image_delete (image);
}

static void
test_seed (void)
{
  GimpImage       *image = make_rgb (64, 64, NULL);
  g_autofree char *vae = model_path ("vae.safetensors");
  g_auto (Result)  a = { 0 };
  g_auto (Result)  b = { 0 };
  g_auto (Result)  c = { 0 };
  GimpDrawable    *maps[2] = { first_layer (image), NULL };

  a = call (image, maps, "model", vae, "seed", 3, NULL);
  b = call (image, maps, "model", vae, "seed", 3, NULL);
  c = call (image, maps, "model", vae, "seed", 4, NULL);
  check (is_same (&a, &b), "the same seed gives the same picture");
  check (c.message == NULL && !is_same (&a, &c), "another seed another one");
  gimp_image_delete (image);
}

// A record of as many entries as there can be leaves room for a new colour.
static void
test_full_record (void)
{
  const char         *colours[2] = { "#9cc855", "#123456" };
  GimpImage          *image = make_rgb (64, 64, colours);
  g_autoptr (GString) text = g_string_new ("gimp-spade-map 1\n"
                                           "class-set coco-stuff\ncolours");
  g_auto (Result)     without = { 0 };
  g_auto (Result)     with = { 0 };

  for (int i = 0; i < 256; i++)
    g_string_append_printf (text, " %02x%02x07", i, 255 - i);
  g_string_append (text, "\nclasses 7=rock\n");
  attach_record (image, text->str);
  without = call_first (image, NULL);
  check_contains (without.message, "a class: #123456 (2048 pixels)",
                  "a color that a full record lacks is asked for");
  with = call_first (image, "classes", "1=tree;2=sea", NULL); // after the rock
  check (with.message == NULL, "and can be given a class");
  gimp_image_delete (image);
}

void
test_records (void)
{
  test_full_record ();
  test_record_in_xcf ();
  test_override ();
  test_rgb ();
  test_grey ();
  test_foreign ();
  test_other_set ();
  test_kept_set ();
  test_unknown_set ();
  test_changed_palette ();
  test_last_values ();
  test_damaged ();
  test_seed ();
}
