// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

#include "gpu-context.h"

#include <math.h>

#include "include/spade-model.h"
#include "scratch.h"

SpadeModel *
write_model (const SpadeConfig *config)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *path = scratch_path ("model.safetensors");
  SpadeModel        *model;

  spade_model_write_untrained (config, 3, path, NULL, &error);
  g_assert_no_error (error);
  model = spade_model_load (path, &error);
  g_assert_no_error (error);
  return model;
}

SpadeModel *
make_model_with (gboolean has_noise)
{
  SpadeConfig config = { .class_set_name = "", .n_classes = 5, .nf = 2,
                         .nhidden = 6, .norm = SPADE_NORM_BATCH, .kernel = 3,
                         .has_noise = has_noise,
                         .crop_size = SIZE, .base_height = 2, .base_width = 2,
                         .z_dim = 16, .encoder_nf = 4, .encoder_size = 256,
                         .encoder_layers = 5,
                         .encoder_norm = SPADE_NORM_INSTANCE };

  return write_model (&config);
}

SpadeModel *
make_model (void)
{
  return make_model_with (FALSE);
}

SpadeMap *
make_map (int size)
{
  SpadeMap *map = spade_map_new (size, size, FALSE, NULL);

  for (int i = 0; i < size * size; i++)
    map->ids[i] = (guint8) ((i / size / 11 + i % size / 17) % 5);
  return map;
}

SpadeContext *
open_context (const char *device, SpadePrecision precision)
{
  g_autoptr (SpadeModel) model = make_model ();
  g_autoptr (GError) error = NULL;
  SpadeContextOptions options = { .device = device, .precision = precision,
                                  .n_threads = 1 };
  SpadeContext       *context = spade_context_new (model, &options, &error);

  g_assert_no_error (error);
  return context;
}

void
render (SpadeContext *context, float *out)
{
  g_autoptr (SpadeMap) map = make_map (SIZE);
  g_autoptr (GError) error = NULL;

  spade_context_set_map (context, map, &error);
  g_assert_no_error (error);
  spade_context_render (context, out, NULL, &error);
  g_assert_no_error (error);
}

double
get_difference (const float *a, const float *b)
{
  double difference = 0;

  for (int i = 0; i < SIZE * SIZE * 3; i++)
    difference = MAX (difference, fabs ((double) a[i] - b[i]));
  return difference;
}
