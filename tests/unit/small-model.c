// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

#include "small-model.h"

#include "scratch.h"

const SpadeConfig small_config = {
  .class_set_name = "", .n_classes = 7, .nf = 2, .nhidden = 6,
  .norm = SPADE_NORM_BATCH, .kernel = 3, .crop_size = 64,
  .base_height = 2, .base_width = 2,
};

SpadeModel *
small_model_new (const SpadeConfig *config)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *path = scratch_new_path ("model.safetensors");
  SpadeModel        *model;

  g_assert_true (spade_model_write_untrained (config, 5, path, NULL, &error));
  g_assert_no_error (error);
  model = spade_model_load (path, &error);
  g_assert_no_error (error);
  return model;
}

SpadeMap *
small_map_new (int n_classes, int height, int width)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  SpadeMap *map = spade_map_new (height, width, FALSE, NULL);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        guint8 *id = &map->ids[y * width + x];

        *id = (guint8) ((y / 37 + x / 53) % n_classes);
        if (x == y || x == 5)
          *id = (guint8) (n_classes - 1);
        if (y > height / 2 && y < height / 2 + 20 && x < 40)
          *id = (guint8) g_rand_int_range (rand, 0, n_classes);
      }
  return map;
}

void
small_map_change (SpadeMap *map, const SpadeBox *box, int add)
{
  for (int y = MAX (box->top, 0); y < MIN (box->bottom, map->height); y++)
    for (int x = MAX (box->left, 0); x < MIN (box->right, map->width); x++)
      map->ids[y * map->width + x]
          = (guint8) ((map->ids[y * map->width + x] + add) % 7);
}
