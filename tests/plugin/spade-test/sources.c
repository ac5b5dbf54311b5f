// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What else the picture is made from: instances, style image, size.

#include "spade-test.h"

#include <glib/gstdio.h>

#include "dialog-source.h"

static gboolean
differs (const Result *a,
         const Result *b)
{
  return a->message == NULL && b->message == NULL && !is_same (a, b);
}

static void
test_instances (void)
{
  const char     *stripes[2] = { "#000000", "#ffffff" };
  GimpImage      *image = make_rgb (64, 64, NULL);
  GimpImage      *same = make_rgb (64, 64, stripes);
  GimpImage      *turned = make_rgb (64, 64, stripes);
  GimpImage      *large = make_rgb (96, 64, stripes);
  GimpDrawable   *maps[2] = { first_layer (image), NULL };
  g_auto (Result) without = { 0 };
  g_auto (Result) with = { 0 };
  g_auto (Result) equal = { 0 };
  g_auto (Result) wrong = { 0 };

  gimp_image_rotate (turned, GIMP_ROTATE_DEGREES90);
  gimp_image_convert_grayscale (turned);
  without = call (image, maps, NULL);
  with = call (image, maps, "instances", first_layer (turned), NULL);
  equal = call (image, maps, "instances", first_layer (same), NULL);
  check (differs (&without, &with),
         "instances of another image draw their own edges");
  check (equal.message == NULL && !differs (&without, &equal),
         "instances that end where the classes end change nothing");
  wrong = call (image, maps, "instances", first_layer (large), NULL);
  check_contains (wrong.message, "96x64", "instances of another size are refused");
  gimp_image_delete (image);
  gimp_image_delete (same);
  gimp_image_delete (turned);
  gimp_image_delete (large);
}

// The dialog may hold a layer that is deleted meanwhile.
static void
test_gone_instances (void)
{
  GimpImage               *image = make_rgb (64, 64, NULL);
  g_autoptr (GimpDrawable) drawable = g_object_ref (first_layer (image));
  g_autoptr (SpadeMap)     map = spade_map_new (64, 64, FALSE, NULL);
  g_autoptr (GError)       error = NULL;

  gimp_image_delete (image);
  spade_map_read_instances (map, drawable, &error);
  check_contains (error != NULL ? error->message : NULL, "is gone; choose",
                  "instances that have been deleted are refused");
}

static void
test_style (void)
{
  GimpImage        *image = make_rgb (64, 64, NULL);
  GimpImage        *picture = make_indexed (40, 30, NULL);
  GimpDrawable     *maps[2] = { first_layer (image), NULL };
  g_autofree char  *vae = model_path ("vae.safetensors");
  g_autofree char  *path = model_path ("style.gif");
  g_autofree char  *missing_path = model_path ("missing.png");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) missing = g_file_new_for_path (missing_path);
  g_autoptr (GFile) waste = g_file_new_for_path (vae);
  Result            results[7] = { 0 };

  gimp_file_save (GIMP_RUN_NONINTERACTIVE, picture, file, NULL);
  gimp_image_delete (picture);
  results[0] = call (image, maps, "model", vae, NULL);
  results[1] = call (image, maps, "model", vae, "style", file, NULL);
  results[2] = call (image, maps, "model", vae, "style", file, "strength", 0.0,
                     "seed", 9, NULL);
  check (differs (&results[0], &results[1]), "a style image changes the picture");
  check (differs (&results[1], &results[2]), "and so does its strength");
  results[3] = call (image, maps, "model", vae, "style", missing, NULL);
  check_contains (results[3].message, "missing.png does not exist",
                  "a missing style image is named");
  results[4] = call (image, maps, "model", vae, "style", waste, NULL);
  check_contains (results[4].message, "is not an image",
                  "a style image must be an image");
  results[5] = call (image, maps, "style", file, NULL);
  check_contains (results[5].message, "no style encoder",
                  "and the model must have a style encoder");
  results[6] = call (image, maps, "model", vae, "mirror", TRUE, NULL);
  check (results[6].layer != NULL && differs (&results[0], &results[6]),
         "light from the other side changes the picture");
  for (int i = 0; i < 7; i++)
    result_clear (&results[i]);
  gimp_image_delete (image);
  g_remove (path);
}

// Clouds in a sky, half of each.
static void
test_outlines (void)
{
  const char     *colours[2] = { "#696969", "#9ceedd" };
  GimpImage      *image = make_rgb (64, 64, colours);
  GimpDrawable   *maps[2] = { first_layer (image), NULL };
  g_auto (Result) drawn = { 0 };
  g_auto (Result) none = { 0 };
  g_auto (Result) uneven = { 0 };

  drawn = call (image, maps, NULL);
  none = call (image, maps, "roughen-outlines", 0.0, NULL);
  uneven = call (image, maps, "roughen-outlines", 1.0, NULL);
  check (uneven.message == NULL && !differs (&drawn, &none) &&
         differs (&drawn, &uneven), "outlines become uneven where it is asked for");
  gimp_image_delete (image);
}

static void
test_refine (void)
{
  GimpImage      *image = make_rgb (64, 64, NULL);
  GimpDrawable   *maps[2] = { first_layer (image), NULL };
  Result          own[2], large[2];

  for (int i = 0; i < 2; i++)
    {
      own[i] = call (image, maps, "refine", i, NULL);
      large[i] = call (image, maps, "size", "512x512", "refine", i, NULL);
    }
  check (own[1].message == NULL && !differs (&own[0], &own[1]),
         "the model's own size is not refined");
  check (large[1].message == NULL && differs (&large[0], &large[1]),
         "a larger one is");
  for (int i = 0; i < 2; i++)
    {
      result_clear (&own[i]);
      result_clear (&large[i]);
    }
  gimp_image_delete (image);
}

// A second style, by shares.
static void
test_mix (void)
{
  const char       *colours[2] = { "#f0f0ff", "#204080" };
  GimpImage        *image = make_rgb (64, 64, NULL);
  GimpImage        *first = make_indexed (40, 30, NULL);
  GimpImage        *second = make_rgb (30, 50, colours);
  GimpDrawable     *maps[2] = { first_layer (image), NULL };
  g_autofree char  *vae = model_path ("vae.safetensors");
  g_autofree char  *path = model_path ("second.xcf");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  Result            ends[2], mixes[3];
  g_auto (Result)   alone = { 0 };

  gimp_file_save (GIMP_RUN_NONINTERACTIVE, second, file, NULL);
  ends[0] = call (image, maps, "model", vae, "style-image", first, NULL);
  ends[1] = call (image, maps, "model", vae, "style-image", second, NULL);
  for (int i = 0; i < 3; i++)
    mixes[i] = call (image, maps, "model", vae, "style-image", first,
                     "mix-style", file, "mix", i * 0.5, NULL);
  check (!differs (&mixes[0], &ends[0]) && !differs (&mixes[2], &ends[1]),
         "a share of 0 is the first style, 1 the second");
  check (differs (&mixes[1], &ends[0]) && differs (&mixes[1], &ends[1]),
         "and half of each neither");
  alone = call (image, maps, "model", vae, "mix-style", file, NULL);
  check_contains (alone.message, "no style that the second",
                  "a second style needs a first one");
  result_clear (&alone);
  g_remove (path);
  alone = call (image, maps, "model", vae, "style-image", first, "mix-style", file,
                NULL);
  check_contains (alone.message, "second.xcf does not exist",
                  "and is named where it is missing");
  for (int i = 0; i < 3; i++)
    result_clear (&mixes[i]);
  for (int i = 0; i < 2; i++)
    result_clear (&ends[i]);
  gimp_image_delete (image);
  gimp_image_delete (first);
  gimp_image_delete (second);
}

// A picture as a file, as an open image and as a layer is the same style.
static void
test_open_style (void)
{
  GimpImage        *image = make_rgb (64, 64, NULL);
  GimpImage        *picture = make_indexed (40, 30, NULL);
  GimpDrawable     *maps[2] = { first_layer (image), NULL };
  g_autofree char  *vae = model_path ("vae.safetensors");
  g_autofree char  *path = model_path ("style.gif");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  int               n_layers = count_layers (picture);
  g_auto (Result)   as_file = { 0 };
  g_auto (Result)   as_image = { 0 };
  g_auto (Result)   as_layer = { 0 };
  g_auto (Result)   both = { 0 };

  gimp_file_save (GIMP_RUN_NONINTERACTIVE, picture, file, NULL);
  as_file = call (image, maps, "model", vae, "style", file, NULL);
  as_image = call (image, maps, "model", vae, "style-image", picture, NULL);
  as_layer = call (image, maps, "model", vae, "style-layer",
                   first_layer (picture), NULL);
  check (as_image.message == NULL && !differs (&as_file, &as_image),
         "an open image is a style like its file");
  check (as_layer.message == NULL && !differs (&as_file, &as_layer),
         "and so is its only layer");
  check (count_layers (picture) == n_layers &&
         gimp_image_get_base_type (picture) == GIMP_INDEXED,
         "reading a style changes nothing in its image");
  both = call (image, maps, "model", vae, "style", file, "style-image",
               picture, NULL);
  check_contains (both.message, "one style", "two styles are refused");
  gimp_image_delete (image);
  gimp_image_delete (picture);
  g_remove (path);
}

// 16 times as many pixels as suit the model.
static void
test_large_size (void)
{
  GimpImage      *image = make_rgb (256, 256, NULL);
  GimpDrawable   *maps[2] = { first_layer (image), NULL };
  g_auto (Result) usual = call (image, maps, NULL);
  g_auto (Result) map = call (image, maps, "size", "map", NULL);
  g_auto (Result) native = call (image, maps, "size", "native", NULL);

  check (usual.message == NULL && !differs (&usual, &map) && differs (&usual, &native),
         "a large layer's picture has its size by itself");
  gimp_image_delete (image);
}

static void
test_sizes (void)
{
  GimpImage      *image = make_rgb (64, 64, NULL);
  GimpDrawable   *maps[2] = { first_layer (image), NULL };
  g_auto (Result) native = call (image, maps, NULL);
  g_auto (Result) large = call (image, maps, "size", "128x96", NULL);
  g_auto (Result) map = call (image, maps, "size", "map", NULL);
  g_auto (Result) odd = call (image, maps, "size", "100x64", NULL);
  g_auto (Result) waste = call (image, maps, "size", "big", NULL);

  check (differs (&native, &large) &&
         gimp_drawable_get_width (GIMP_DRAWABLE (large.layer)) == 64,
         "a larger render is scaled to the layer");
  check (map.message == NULL && !differs (&native, &map),
         "where map and native are the same size, so are the pictures");
  check_contains (odd.message, "96 x 64", "an impossible size names the nearest");
  check_contains (waste.message, "WIDTHxHEIGHT", "a word is no size");
  gimp_image_delete (image);
}

// Reads the layer as the dialog does; says whether the map has those pixels of tree.
static gboolean
has_trees (SpadeDialogSource  *source,
           const SpadeRequest *request,
           gsize               n_trees)
{
  gboolean is_new;
  gsize    n = 0;

  spade_dialog_source_forget_map (source);
  if (!spade_dialog_source_load_model (source, request, &is_new, NULL) ||
      !spade_dialog_source_read_palette (source, request, &is_new, NULL) ||
      !spade_dialog_source_read_map (source, request, &is_new, NULL))
    return FALSE;
  for (gsize i = 0; i < 64 * 64; i++)
    n += source->map->ids[i] == 168; // tree
  return n == n_trees;
}

// While the dialog is open its map is painted on.
static void
test_painted_over (void)
{
  const char       *colours[2] = { "#102030", "#302010" };
  GimpImage        *image = make_rgb (64, 64, colours);
  GimpDrawable     *map = first_layer (image);
  g_autofree char  *model = model_path ("plain.safetensors");
  SpadeDialogSource source = { 0 };
  SpadeRequest      request = { .image = image, .drawable = map, .model = model,
                                .classes = (char *) "auto" };
  GeglColor        *colour = gegl_color_new ("#302010");

  has_trees (&source, &request, 0); // what the numbers are of
  request.classes = (char *) "1=tree";
  has_trees (&source, &request, 0);
  check (source.use->n_entries == 2 && source.use->entries[0].rgb[0] == 0x10,
         "a class that is chosen moves no colour of an RGB map");
  request.classes = (char *) "0=tree;1=sky-other";
  check (has_trees (&source, &request, 64 * 32), "an RGB map has chosen classes");
  gimp_context_set_foreground (colour);
  gimp_drawable_edit_fill (map, GIMP_FILL_FOREGROUND);
  check (has_trees (&source, &request, 0), "of which one is painted over");
  g_object_unref (colour);
  colour = gegl_color_new ("#102030");
  gimp_context_set_foreground (colour);
  gimp_drawable_edit_fill (map, GIMP_FILL_FOREGROUND);
  check (has_trees (&source, &request, 64 * 64), "and comes back with its class");
  g_object_unref (colour);
  spade_dialog_source_clear (&source);
  gimp_image_delete (image);
}

void
test_sources (void)
{
  test_instances ();
  test_gone_instances ();
  test_painted_over ();
  test_style ();
  test_outlines ();
  test_refine ();
  test_mix ();
  test_open_style ();
  test_sizes ();
  test_large_size ();
}
