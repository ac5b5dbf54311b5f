// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

#include "golden.h"

#include <glib/gstdio.h>

#define SUFFIX ".safetensors"

char **
golden_list (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  GPtrArray  *names = g_ptr_array_new ();
  const char *file;

  g_assert_no_error (error);
  while ((file = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (file, SUFFIX))
      g_ptr_array_add (names, g_strndup (file, strlen (file) - strlen (SUFFIX)));
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (names, FALSE);
}

const char *
golden_tell (const SpadeSafetensors *file, const char *key)
{
  g_autofree char *full = g_strconcat ("case.", key, NULL);
  const char      *value = spade_safetensors_get_metadata (file, full);

  g_assert_nonnull (value);
  return value;
}

int
golden_tell_number (const SpadeSafetensors *file, const char *key)
{
  return (int) g_ascii_strtoll (golden_tell (file, key), NULL, 10);
}

gboolean
golden_tell_truth (const SpadeSafetensors *file, const char *key)
{
  return strcmp (golden_tell (file, key), "true") == 0;
}

gboolean
golden_is_imaginaire (const SpadeSafetensors *file)
{
  return g_strcmp0 (spade_safetensors_get_metadata (file, "case.generator"),
                    "imaginaire") == 0;
}

static SpadeModel *
load (const char *path)
{
  g_autoptr (GError) error = NULL;
  SpadeModel *model = spade_model_load (path, &error);

  g_assert_no_error (error);
  return model;
}

static SpadeModel *
import (const Golden *self, const char *folder)
{
  static const char *const upsamplings[] = { "normal", "more", "most" };
  g_autoptr (GError) error = NULL;
  g_autofree char *generator
      = g_strdup_printf ("%s/%s.pth", folder, self->name);
  g_autofree char *encoder
      = g_strdup_printf ("%s/%s-encoder.pth", folder, self->name);
  g_autofree char *path = NULL;
  SpadeImportOptions options = {
    .generator_path = generator,
    .encoder_path = g_file_test (encoder, G_FILE_TEST_EXISTS) ? encoder : NULL,
    .has_upsampling = !golden_is_imaginaire (self->file),
    .crop_size = golden_tell_number (self->file, "crop_size"),
    .aspect = g_ascii_strtod (golden_tell (self->file, "aspect"), NULL),
    .class_set = golden_tell_number (self->file, "classes") == 182 ? NULL : "",
    .has_edge = golden_tell_truth (self->file, "edge"),
    .has_unlabeled = golden_tell_truth (self->file, "unlabeled"),
  };
  SpadeModel *model;
  const char *multiplier
      = spade_safetensors_get_metadata (self->file, "case.output_multiplier");
  int         fd = g_file_open_tmp ("golden-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  while (strcmp (upsamplings[options.upsampling],
                 golden_tell (self->file, "upsampling")) != 0)
    options.upsampling++;
  if (multiplier != NULL)
    options.output_multiplier = g_ascii_strtod (multiplier, NULL);
  spade_checkpoint_import (&options, path, NULL, &error);
  g_assert_no_error (error);
  model = load (path);
  g_unlink (path);
  return model;
}

Golden *
golden_open (const char *folder, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_strdup_printf ("%s/%s" SUFFIX, folder, name);
  g_autofree char *model = g_strdup_printf ("%s/models/%s" SUFFIX, folder, name);
  Golden *self = g_new0 (Golden, 1);

  self->name = g_strdup (name);
  self->file = spade_safetensors_open (path, &error);
  g_assert_no_error (error);
  self->model = strcmp (golden_tell (self->file, "form"), "model") == 0
                    ? load (model) : import (self, folder);
  return self;
}

void
golden_close (Golden *self)
{
  if (self == NULL)
    return;
  spade_model_unref (self->model);
  spade_safetensors_free (self->file);
  g_free (self->name);
  g_free (self);
}

const SpadeTensor *
golden_get_tensor (const Golden *self, const char *name)
{
  const SpadeTensor *tensor = spade_safetensors_get (self->file, name);

  g_assert_nonnull (tensor);
  return tensor;
}

guint64
golden_get_noise_seed (const Golden *self)
{
  if (!spade_model_get_config (self->model)->has_noise)
    return 0;
  return g_ascii_strtoull (golden_tell (self->file, "noise_seed"), NULL, 10);
}

SpadeMap *
golden_read_map (const Golden *self)
{
  const SpadeTensor *segmap = golden_get_tensor (self, "segmap");
  const SpadeTensor *instances
      = spade_safetensors_get (self->file, "instances");
  gsize     n = (gsize) spade_tensor_n_elements (segmap);
  SpadeMap *map = spade_map_new ((int) segmap->shape[0],
                                 (int) segmap->shape[1], instances != NULL,
                                 NULL);

  memcpy (map->ids, segmap->data, n);
  for (gsize i = 0; instances != NULL && i < n; i++)
    {
      guint16 id;

      memcpy (&id, (const char *) instances->data + i * 2, 2);
      map->instances[i] = id;
    }
  return map;
}
