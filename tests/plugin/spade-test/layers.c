// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Where the picture ends up: layers, sizes, positions, alpha, selection.

#include "spade-test.h"

static void
test_indexed (void)
{
  GimpImage     *image = make_indexed (96, 64, NULL);
  GimpDrawable  *map = first_layer (image);
  g_auto (Result) result = call_first (image, NULL);
  int            x, y;

  check (result.message == NULL && result.image == image,
         "an indexed image gets its picture and comes back");
  check (gimp_image_get_base_type (image) == GIMP_RGB, "and becomes RGB");
  check (count_layers (image) == 2 &&
         first_layer (image) == GIMP_DRAWABLE (result.layer),
         "the picture is the layer above the map");
  check (gimp_drawable_get_width (GIMP_DRAWABLE (result.layer)) == 96 &&
         gimp_drawable_get_height (GIMP_DRAWABLE (result.layer)) == 64,
         "and has the map's size, though it was rendered at another");
  gimp_drawable_get_offsets (GIMP_DRAWABLE (result.layer), &x, &y);
  check (x == 0 && y == 0 && !gimp_drawable_has_alpha (
           GIMP_DRAWABLE (result.layer)), "at its place, without alpha");
  check (gimp_item_is_valid (GIMP_ITEM (map)), "the map stays");
  gimp_image_delete (image);
}

static void
test_small_layer (void)
{
  GimpImage     *image = make_indexed (64, 64, NULL);
  g_auto (Result) result = { 0 };
  int            x, y;

  gimp_image_resize (image, 160, 120, 40, 24);
  gimp_layer_set_offsets (GIMP_LAYER (first_layer (image)), 44, -3);
  result = call_first (image, NULL);
  gimp_drawable_get_offsets (GIMP_DRAWABLE (result.layer), &x, &y);
  check (result.message == NULL && x == 44 && y == -3 &&
         gimp_drawable_get_width (GIMP_DRAWABLE (result.layer)) == 64,
         "a layer smaller than the image keeps size and offsets");
  gimp_image_delete (image);
}

static void
test_group (void)
{
  GimpImage      *image = make_indexed (64, 64, NULL);
  GimpLayer      *map = GIMP_LAYER (first_layer (image));
  GimpGroupLayer *group = gimp_group_layer_new (image, "group");
  GimpDrawable   *drawables[2] = { GIMP_DRAWABLE (map), NULL };
  g_auto (Result) result = { 0 };

  gimp_image_insert_layer (image, GIMP_LAYER (group), NULL, 0);
  gimp_image_reorder_item (image, GIMP_ITEM (map), GIMP_ITEM (group), 0);
  result = call (image, drawables, NULL);
  check (result.message == NULL &&
         gimp_item_get_parent (GIMP_ITEM (result.layer)) == GIMP_ITEM (group) &&
         gimp_image_get_item_position (image, GIMP_ITEM (map)) == 1,
         "a map in a group gets its picture in that group");
  gimp_image_delete (image);
}

// A group of an indexed image is RGB itself, and its image is not.
static void
test_group_as_map (void)
{
  GimpImage      *image = make_indexed (64, 64, NULL);
  GimpImage      *plain = make_indexed (64, 64, NULL);
  GimpGroupLayer *group = gimp_group_layer_new (image, "group");
  GimpDrawable   *drawables[2] = { GIMP_DRAWABLE (group), NULL };
  g_auto (Result) wanted = call_first (plain, NULL);
  g_auto (Result) result = { 0 };
  g_autoptr (GBytes) left = NULL;
  g_autoptr (GBytes) right = NULL;

  gimp_image_insert_layer (image, GIMP_LAYER (group), NULL, 0);
  gimp_image_reorder_item (
    image, GIMP_ITEM (gimp_image_get_layer_by_name (image, "map")),
    GIMP_ITEM (group), 0);
  result = call (image, drawables, NULL);
  check (result.message == NULL &&
         gimp_image_get_base_type (image) == GIMP_RGB,
         "a group can be the map of an indexed image");
  left = read_rgba (GIMP_DRAWABLE (result.layer));
  right = read_rgba (GIMP_DRAWABLE (wanted.layer));
  check (g_bytes_equal (left, right), "and its picture has all colours");
  gimp_image_delete (image);
  gimp_image_delete (plain);
}

static void
test_selection (void)
{
  GimpImage     *image = make_indexed (64, 64, NULL);
  GimpDrawable  *layer;
  g_auto (Result) result = { 0 };

  gimp_layer_set_offsets (GIMP_LAYER (first_layer (image)), 8, 0);
  gimp_image_select_rectangle (image, GIMP_CHANNEL_OP_REPLACE, 16, 8, 24, 16);
  result = call_first (image, NULL);
  layer = GIMP_DRAWABLE (result.layer);
  check (result.message == NULL && gimp_drawable_has_alpha (layer) &&
         alpha_at (layer, 8, 8) == 255 && alpha_at (layer, 31, 23) == 255,
         "with a selection, the selected part is opaque");
  check (alpha_at (layer, 7, 8) == 0 && alpha_at (layer, 32, 8) == 0 &&
         alpha_at (layer, 8, 24) == 0, "and the rest transparent");
  check (!gimp_selection_is_empty (image), "the selection stays");
  gimp_image_delete (image);
}

static void
test_alpha (void)
{
  GimpImage         *image = make_indexed (64, 64, NULL);
  GimpImage         *full = make_indexed (64, 64, NULL);
  g_auto (Result)    result = { 0 };
  g_auto (Result)    other = call_first (full, NULL);
  g_autoptr (GBytes) holed = NULL;
  g_autoptr (GBytes) whole = NULL;

  gimp_layer_add_alpha (GIMP_LAYER (first_layer (image)));
  gimp_image_select_rectangle (image, GIMP_CHANNEL_OP_REPLACE, 0, 0, 16, 16);
  gimp_drawable_edit_clear (first_layer (image));
  gimp_selection_none (image);
  result = call_first (image, NULL);
  check (result.message == NULL, "transparent pixels are unlabeled");
  holed = read_rgba (GIMP_DRAWABLE (result.layer));
  whole = read_rgba (GIMP_DRAWABLE (other.layer));
  check (!g_bytes_equal (holed, whole) &&
         alpha_at (GIMP_DRAWABLE (result.layer), 4, 4) == 255,
         "which the model paints as a class of its own");
  gimp_image_delete (image);
  gimp_image_delete (full);
}

// Says whether pixel i of one row is pixel k of another, but for the step from
// one pixel to the next.
static gboolean
is_same_at (GBytes *a,
            gsize   i,
            GBytes *b,
            gsize   k)
{
  const guint8 *x = g_bytes_get_data (a, NULL);
  const guint8 *y = g_bytes_get_data (b, NULL);

  for (int c = 0; c < 3; c++)
    if (ABS (x[4 * i + c] - y[4 * k + c]) > 4)
      return FALSE;
  return TRUE;
}

// More pixels a side than the 9000 of gegl:scale-size, and half of them.
static void
test_wide (void)
{
  GimpImage         *wide = make_rgb (9600, 64, NULL);
  GimpImage         *half = make_rgb (4800, 64, NULL);
  g_auto (Result)    of_wide = call_first (wide, "size", "96x64", NULL);
  g_auto (Result)    of_half = call_first (half, "size", "96x64", NULL);
  g_autoptr (GBytes) large = NULL;
  g_autoptr (GBytes) small = NULL;
  gboolean           is_right;

  is_right = of_wide.message == NULL && of_half.message == NULL;
  if (is_right)
    {
      large = read_rgba (GIMP_DRAWABLE (of_wide.layer));
      small = read_rgba (GIMP_DRAWABLE (of_half.layer));
    }
  for (gsize x = 0; x < 4800 && is_right; x++)
    is_right = is_same_at (large, 32 * 9600 + 2 * x, small, 32 * 4800 + x);
  check (is_right, "a layer of many pixels has its picture all over");
  gimp_image_delete (wide);
  gimp_image_delete (half);
}

static void
test_new_image (void)
{
  GimpImage      *image = make_indexed (96, 64, NULL);
  g_auto (Result) result = { 0 };
  g_autofree char *text = NULL;
  g_autofree char *other_text = NULL;
  int             x, y;

  gimp_layer_set_offsets (GIMP_LAYER (first_layer (image)), 5, 6);
  gimp_image_clean_all (image);
  result = call_first (image, "output", "new-image", NULL);
  text = parasite_text (image);
  check (result.message == NULL && result.image != image, "new-image makes one");
  check (gimp_image_get_base_type (image) == GIMP_INDEXED &&
         count_layers (image) == 1 && text == NULL &&
         !gimp_image_is_dirty (image), "and leaves the original untouched");
  other_text = parasite_text (result.image);
  gimp_drawable_get_offsets (GIMP_DRAWABLE (result.layer), &x, &y);
  check (count_layers (result.image) == 2 && other_text != NULL && x == 5 &&
         y == 6 && gimp_image_get_width (result.image) == 96,
         "the new image brings the map and its classes along");
  gimp_image_delete (result.image);
  gimp_image_delete (image);
}

void
test_layers (void)
{
  test_indexed ();
  test_small_layer ();
  test_group ();
  test_group_as_map ();
  test_selection ();
  test_alpha ();
  test_wide ();
  test_new_image ();
}
