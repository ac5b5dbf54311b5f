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

void
test_pictures (void)
{
  test_order ();
  test_selected ();
}
