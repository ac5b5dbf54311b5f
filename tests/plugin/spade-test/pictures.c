// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Several pictures of one map.

#include <string.h>

#include "spade-test.h"

// Gives the name of the image's i-th layer from above; free with g_free().
static char *
layer_name (GimpImage *image,
            int        i)
{
  g_autofree GimpLayer **layers = gimp_image_get_layers (image);

  return gimp_item_get_name (GIMP_ITEM (layers[i]));
}

static void
test_order (void)
{
  GimpImage       *image = make_indexed (64, 64, NULL);
  GimpDrawable    *maps[2] = { first_layer (image), NULL };
  GimpLayer       *between;
  g_auto (Result)  first = { 0 };
  g_auto (Result)  second = { 0 };
  g_auto (Result)  third = { 0 };
  g_autofree GimpLayer **layers = NULL;
  g_autofree char *lowest = NULL;

  first = call (image, maps, NULL);
  second = call (image, maps, "seed", 1, NULL);
  layers = gimp_image_get_layers (image);
  check (layers[0] == second.layer && layers[1] == first.layer,
         "the next picture of a map lies above the last one");
  lowest = layer_name (image, 2);
  check (strcmp (lowest, "map") == 0, "and the map below both");

  between = gimp_layer_new (image, "paint", 64, 64, GIMP_RGBA_IMAGE, 100,
                            GIMP_LAYER_MODE_NORMAL);
  gimp_image_insert_layer (image, between, NULL, 1);
  third = call (image, maps, "seed", 2, NULL);
  check (gimp_image_get_item_position (image, GIMP_ITEM (third.layer)) == 2,
         "but not above layers that are no pictures of it");
  gimp_image_delete (image);
}

static void
test_selected (void)
{
  GimpImage       *image = make_indexed (64, 64, NULL);
  GimpDrawable    *maps[2] = { first_layer (image), NULL };
  GimpDrawable    *pictures[2] = { NULL, NULL };
  g_auto (Result)  first = { 0 };
  g_auto (Result)  again = { 0 };
  g_auto (Result)  without = { 0 };
  g_autofree char *lowest = NULL;

  first = call (image, maps, NULL);
  pictures[0] = GIMP_DRAWABLE (first.layer);
  again = call (image, pictures, NULL);
  check (is_same (&first, &again), "a picture stands for the map that it shows");
  lowest = layer_name (image, 2);
  check (strcmp (lowest, "map") == 0, "which it stays above");

  gimp_image_remove_layer (image, GIMP_LAYER (maps[0]));
  without = call (image, pictures, NULL);
  check (without.message != NULL && count_layers (image) == 2,
         "and for itself when the map is gone");
  gimp_image_delete (image);
}

// Says whether row y of two pictures is the same from column x on, n pixels.
static gboolean
is_same_row (GBytes *a,
             GBytes *b,
             gsize   y,
             gsize   x,
             gsize   n)
{
  gsize first = (y * 64 + x) * 4;

  return memcmp ((const guint8 *) g_bytes_get_data (a, NULL) + first,
                 (const guint8 *) g_bytes_get_data (b, NULL) + first, n * 4) == 0;
}

// Makes an update that is to leave a picture as it is, and takes away its layer.
static void
test_update_elsewhere (GimpImage     *image,
                       GimpDrawable **maps,
                       GimpLayer     *picture)
{
  GimpItem       *item = GIMP_ITEM (picture);
  g_auto (Result) mixed = { 0 };
  g_auto (Result) hidden = { 0 };

  gimp_image_set_component_active (image, GIMP_CHANNEL_RED, FALSE);
  mixed = call (image, maps, "output", "update", NULL);
  gimp_image_set_component_active (image, GIMP_CHANNEL_RED, TRUE);
  check (mixed.message == NULL && mixed.layer != picture,
         "no picture is mixed of two where a channel is off");
  gimp_image_remove_layer (image, mixed.layer);
  gimp_item_set_visible (item, FALSE);
  gimp_item_set_lock_visibility (item, TRUE);
  hidden = call (image, maps, "output", "update", NULL);
  check (hidden.message == NULL && hidden.layer != picture,
         "and none is updated that would stay hidden");
  gimp_image_remove_layer (image, hidden.layer);
  gimp_item_set_lock_visibility (item, FALSE);
}

static void
test_update (void)
{
  GimpImage         *image = make_indexed (64, 64, NULL);
  GimpImage         *other = make_indexed (64, 64, NULL);
  GimpDrawable      *maps[2] = { first_layer (image), NULL };
  g_autofree char   *vae = model_path ("vae.safetensors");
  g_auto (Result)    first = call (image, maps, "output", "update", "model", vae,
                                   NULL);
  g_auto (Result)    wanted = call_first (other, "seed", 1, "model", vae, NULL);
  g_auto (Result)    again = { 0 };
  g_auto (Result)    part = { 0 };
  g_auto (Result)    moved = { 0 };
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;

  check (first.message == NULL && count_layers (image) == 2,
         "update makes a layer where there is no picture yet");
  gimp_layer_add_alpha (first.layer);
  gimp_item_set_visible (GIMP_ITEM (first.layer), FALSE);
  again = call (image, maps, "output", "update", "seed", 1, "model",
                vae, NULL);
  check (again.layer == first.layer && count_layers (image) == 2 &&
         gimp_item_get_visible (GIMP_ITEM (again.layer)) &&
         is_same (&again, &wanted),
         "and paints over the last one after that, and shows it");

  gimp_image_select_rectangle (image, GIMP_CHANNEL_OP_REPLACE, 16, 8, 24, 16);
  part = call (image, maps, "output", "update", "seed", 0, "model", vae,
               NULL);
  after = read_rgba (GIMP_DRAWABLE (part.layer));
  before = read_rgba (GIMP_DRAWABLE (wanted.layer));
  check (is_same_row (before, after, 9, 0, 16) &&
         is_same_row (before, after, 9, 40, 24) &&
         is_same_row (before, after, 30, 0, 64) &&
         !is_same_row (before, after, 9, 16, 24), "only where the selection is");

  gimp_selection_none (image);
  test_update_elsewhere (image, maps, first.layer);
  gimp_item_set_lock_content (GIMP_ITEM (first.layer), TRUE);
  moved = call (image, maps, "output", "update", NULL);
  check (moved.message == NULL && moved.layer != first.layer &&
         count_layers (image) == 3, "but not over what is locked");
  gimp_layer_set_offsets (moved.layer, 3, 0);
  result_clear (&moved);
  moved = call (image, maps, "output", "update", NULL);
  check (moved.message == NULL && count_layers (image) == 4,
         "or was moved away from the map");
  gimp_image_delete (image);
  gimp_image_delete (other);
}

// GIMP gives the layers of a copy new tattoos, from above.
static void
test_copies (void)
{
  GimpImage       *image = make_indexed (64, 64, NULL);
  GimpImage       *other = make_rgb (64, 64, NULL);
  GimpDrawable    *maps[2] = { first_layer (image), NULL };
  GimpDrawable    *copies[2] = { NULL, NULL };
  GimpImage       *copy;
  GimpLayer       *pasted;
  g_auto (Result)  first = call (image, maps, NULL);
  g_auto (Result)  second = call (image, maps, "seed", 1, NULL);
  g_auto (Result)  again = { 0 };
  g_auto (Result)  abroad = { 0 };
  g_autofree char *lowest = NULL;

  copy = gimp_image_duplicate (image);
  copies[0] = first_layer (copy);
  again = call (copy, copies, NULL);
  check (is_same (&again, &first), "a picture stands for its map in a copy, too");
  lowest = layer_name (copy, 3);
  check (gimp_image_get_item_position (copy, GIMP_ITEM (again.layer)) == 0 &&
         strcmp (lowest, "map") == 0, "and lies above the others there");

  pasted = gimp_layer_new_from_drawable (GIMP_DRAWABLE (first.layer), other);
  gimp_image_insert_layer (other, pasted, NULL, 0);
  copies[0] = GIMP_DRAWABLE (pasted);
  abroad = call (other, copies, NULL);
  check (abroad.message != NULL, "but in an image of another map for itself");
  gimp_image_delete (copy);
  gimp_image_delete (other);
  gimp_image_delete (image);
}

// Paints a column of pixels in the colours between the halves' two.
static void
soften (GimpImage *image,
        int        x)
{
  GimpDrawable          *map = first_layer (image);
  g_autoptr (GeglBuffer) buffer = gimp_drawable_get_buffer (map);
  guint8                 rgb[64 * 3];

  for (int i = 0; i < 64 * 3; i++)
    rgb[i] = (guint8) (i * 7);
  gegl_buffer_set (buffer, GEGL_RECTANGLE (x, 0, 1, 64), 0,
                   babl_format ("R'G'B' u8"), rgb, GEGL_AUTO_ROWSTRIDE);
}

static void
test_soft_edges (void)
{
  GimpImage      *hard = make_rgb (64, 64, NULL);
  GimpImage      *soft = make_rgb (64, 64, NULL);
  g_auto (Result) wanted = call_first (hard, NULL);
  g_auto (Result) refused = { 0 };
  g_auto (Result) snapped = { 0 };

  soften (soft, 31);
  refused = call_first (soft, NULL);
  check (refused.message != NULL, "soft edges are refused");
  snapped = call_first (soft, "snap", TRUE, NULL);
  check (is_same (&snapped, &wanted), "unless they are to be snapped");
  gimp_image_delete (hard);
  gimp_image_delete (soft);
}

void
test_pictures (void)
{
  test_soft_edges ();
  test_order ();
  test_update ();
  test_selected ();
  test_copies ();
}
