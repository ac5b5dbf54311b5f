// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The whole way from a public-shaped checkpoint to a picture against numbers
// from PyTorch: tests/reference/make_goldens.py makes NAME.pth and the inputs
// and expected values in NAME.safetensors. What no checkpoint can hold comes as a
// model, models/NAME.safetensors. Every case runs on every backend.

#include <math.h>

#include "plan-build.h"
#include "pyramid.h"
#include "safetensors.h"
#include "scratch.h"
#include "spade.h"
#include "tolerances.h"

typedef struct
{
  char             *folder;
  char             *name;
  SpadeSafetensors *golden;
  SpadeModel       *model;
} Case;

static const char *
get_text (const Case *self, const char *key)
{
  g_autofree char *full = g_strconcat ("case.", key, NULL);
  const char      *text = spade_safetensors_get_metadata (self->golden, full);

  g_assert_nonnull (text);
  return text;
}

static gboolean
get_flag (const Case *self, const char *key)
{
  return strcmp (get_text (self, key), "true") == 0;
}

static const SpadeTensor *
get_tensor (const Case *self, const char *name)
{
  const SpadeTensor *tensor = spade_safetensors_get (self->golden, name);

  g_assert_nonnull (tensor);
  return tensor;
}

static SpadeModel *
import (const Case *self)
{
  static const char *const upsamplings[] = { "normal", "more", "most" };
  g_autoptr (GError) error = NULL;
  g_autofree char *file = g_strconcat (self->name, ".pth", NULL);
  g_autofree char *generator = g_build_filename (self->folder, file, NULL);
  g_autofree char *encoder_file = g_strconcat (self->name, "-encoder.pth", NULL);
  g_autofree char *encoder
      = g_build_filename (self->folder, encoder_file, NULL);
  g_autofree char *path = scratch_path ("model.safetensors");
  gboolean is_coco = atoi (get_text (self, "classes")) == 182;
  SpadeImportOptions options = {
    .generator_path = generator,
    .encoder_path = g_file_test (encoder, G_FILE_TEST_EXISTS) ? encoder : NULL,
    .has_upsampling = TRUE,
    .crop_size = atoi (get_text (self, "crop_size")),
    .aspect = g_ascii_strtod (get_text (self, "aspect"), NULL),
    .class_set = is_coco ? NULL : "",
    .has_edge = get_flag (self, "edge"),
    .has_unlabeled = get_flag (self, "unlabeled"),
  };
  SpadeModel *model;

  while (strcmp (upsamplings[options.upsampling],
                 get_text (self, "upsampling")) != 0)
    options.upsampling++;
  spade_checkpoint_import (&options, path, NULL, &error);
  g_assert_no_error (error);
  model = spade_model_load (path, &error);
  g_assert_no_error (error);
  return model;
}

static SpadeModel *
load_model (const Case *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = g_strconcat (self->name, ".safetensors", NULL);
  g_autofree char *path = g_build_filename (self->folder, "models", file, NULL);
  SpadeModel *model;

  if (strcmp (get_text (self, "form"), "model") != 0)
    return import (self);
  model = spade_model_load (path, &error);
  g_assert_no_error (error);
  return model;
}

static guint64
get_noise_seed (const Case *self)
{
  if (!spade_model_get_config (self->model)->has_noise)
    return 0;
  return g_ascii_strtoull (get_text (self, "noise_seed"), NULL, 10);
}

static Case *
case_open (const char *name)
{
  g_autoptr (GError) error = NULL;
  Case *self = g_new0 (Case, 1);
  g_autofree char *file = g_strconcat (name, ".safetensors", NULL);
  g_autofree char *path = NULL;

  self->folder = g_test_build_filename (G_TEST_DIST, "data", "golden", NULL);
  self->name = g_strdup (name);
  path = g_build_filename (self->folder, file, NULL);
  self->golden = spade_safetensors_open (path, &error);
  g_assert_no_error (error);
  self->model = load_model (self);
  return self;
}

static void
case_close (Case *self)
{
  spade_model_unref (self->model);
  spade_safetensors_free (self->golden);
  g_free (self->folder);
  g_free (self->name);
  g_free (self);
}

static SpadeMap *
read_map (const Case *self)
{
  const SpadeTensor *segmap = get_tensor (self, "segmap");
  const SpadeTensor *instances
      = spade_safetensors_get (self->golden, "instances");
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

// Compares n floats with a golden tensor.
static void
judge (const Case *self, const char *name, const float *got)
{
  const SpadeTensor *tensor = get_tensor (self, name);
  gsize              n = (gsize) spade_tensor_n_elements (tensor);
  g_autofree float  *wanted = g_new (float, n);
  double             scale = 0, worst = 0, sum = 0;
  gboolean           is_picture = strcmp (name, "output") == 0;

  spade_tensor_read (tensor, 0, (gint64) n, wanted);
  // The plan keeps the last block after its activation.
  if (strcmp (name, "up_3") == 0 || strcmp (name, "up_4") == 0)
    for (gsize i = 0; i < n; i++)
      wanted[i] = wanted[i] < 0 ? wanted[i] * SPADE_LEAKY_SLOPE : wanted[i];
  for (gsize i = 0; i < n; i++)
    {
      double difference = fabs ((double) got[i] - wanted[i]);

      g_assert_true (isfinite (got[i]));
      scale = MAX (scale, fabs (wanted[i]));
      worst = MAX (worst, difference);
      sum += difference;
    }
  if (is_picture)
    scale = 1;
  g_test_message ("%s %s: worst %g, mean %g of %g", self->name, name, worst,
                  sum / (double) n, scale);
  g_assert_cmpfloat (worst, <=, SPADE_TOLERANCE_PYTORCH_MAX * scale);
  g_assert_cmpfloat (sum / (double) n, <=,
                     SPADE_TOLERANCE_PYTORCH_MEAN * scale);
}

static void
check_edges (const Case *self, const SpadeMap *map)
{
  const SpadeTensor *wanted = spade_safetensors_get (self->golden, "edge");
  gsize              n = (gsize) map->height * map->width;
  g_autofree guint8 *edges = g_malloc (n);

  if (wanted == NULL)
    return;
  spade_map_find_edges (map, edges);
  g_assert_cmpmem (edges, n, wanted->data, n);
}

static SpadeContext *
context_new (const Case *self, const char *device)
{
  g_autoptr (GError) error = NULL;
  SpadeContextOptions options = { .device = device,
                                  .precision = SPADE_PRECISION_F32,
                                  .n_threads = 2 };
  SpadeContext *context = spade_context_new (self->model, &options, &error);

  g_assert_no_error (error);
  return context;
}

// The style image gives mu and logvar.
static void
check_style (const Case *self, SpadeContext *context)
{
  g_autoptr (GError) error = NULL;
  const SpadeTensor *style = spade_safetensors_get (self->golden, "style");
  float mu[256], logvar[256];

  if (style == NULL)
    return;
  g_assert_cmpint (spade_model_get_config (self->model)->z_dim, <=, 256);
  spade_context_encode (context, style->data, (int) style->shape[0],
                        (int) style->shape[1], (gsize) style->shape[1] * 3, mu,
                        logvar, &error);
  g_assert_no_error (error);
  judge (self, "mu", mu);
  judge (self, "logvar", logvar);
}

static void
check_picture (const Case *self, SpadeContext *context, const SpadeMap *map)
{
  g_autoptr (GError) error = NULL;
  const SpadeTensor *z = spade_safetensors_get (self->golden, "z");
  g_autofree float  *rgb = g_new (float, (gsize) map->height * map->width * 3);

  spade_context_set_map (context, map, &error);
  g_assert_no_error (error);
  if (z != NULL)
    {
      spade_context_set_latent (context, z->data, (int) z->shape[0], &error);
      g_assert_no_error (error);
    }
  spade_context_set_noise_seed (context, get_noise_seed (self));
  spade_context_render (context, rgb, NULL, &error);
  g_assert_no_error (error);
  judge (self, "output", rgb);
}

// Every block that the golden kept, on the reference backend.
static void
check_blocks (const Case *self, const SpadeMap *map)
{
  const SpadeBackend *backend = &spade_backend_ref;
  SpadeEngineOptions  options = { .device = -1, .n_threads = 1 };
  SpadeFailure        failure = { 0 };
  g_autoptr (SpadePlan) plan
      = spade_plan_new_generator (self->model, map->height, map->width);
  g_autoptr (SpadePyramid) pyramid = spade_pyramid_new (plan, map, FALSE);
  const SpadeTensor *z = spade_safetensors_get (self->golden, "z");
  SpadeEngine *engine = backend->engine_new (&options, &failure);
  SpadeRun    *run = backend->run_new (engine, plan, &failure);

  backend->run_set_levels (run, pyramid->levels, &failure);
  if (z != NULL)
    backend->run_set_input (run, z->data, &failure);
  if (spade_plan_has_noise (plan))
    backend->run_set_noise (run, get_noise_seed (self), 0, 0);
  for (int i = 0; i < plan->n_steps; i++)
    {
      const SpadeStep  *step = &plan->steps[i];
      const SpadeValue *v = &plan->values[step->dst];
      g_autofree char  *name = g_strdup (step->name);

      g_assert_true (backend->run_step (run, i, &failure));
      if (g_str_has_suffix (name, ".conv_1"))
        *strrchr (name, '.') = '\0';
      else if (step->kind != SPADE_STEP_SPADE)
        continue;
      if (spade_safetensors_get (self->golden, name) == NULL)
        continue;

      g_autofree float *got
          = g_new (float, (gsize) v->height * v->width * v->channels);

      backend->run_get_value (run, step->dst, got, &failure);
      judge (self, name, got);
    }
  backend->run_free (run);
  backend->engine_free (engine);
}

static void
test_case (gconstpointer data)
{
  static const char *const devices[] = { "ref", "cpu" };
  Case *self = case_open (data);
  g_autoptr (SpadeMap) map = read_map (self);

  check_edges (self, map);
  check_blocks (self, map);
  for (gsize i = 0; i < G_N_ELEMENTS (devices); i++)
    {
      g_autoptr (SpadeContext) context = context_new (self, devices[i]);

      check_style (self, context);
      check_picture (self, context, map);
    }
  case_close (self);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = NULL;
  g_autoptr (GDir) dir = NULL;
  const char      *entry;
  int              status, n = 0;

  g_test_init (&argc, &argv, NULL);
  folder = g_test_build_filename (G_TEST_DIST, "data", "golden", NULL);
  dir = g_dir_open (folder, 0, NULL);
  g_assert_nonnull (dir);
  while ((entry = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (entry, ".safetensors"))
      {
        g_autofree char *name = g_strndup (entry, strlen (entry) - 12);
        g_autofree char *path = g_strconcat ("/golden/", name, NULL);

        g_test_add_data_func_full (path, g_strdup (name), test_case, g_free);
        n++;
      }
  g_assert_cmpint (n, >=, 19);
  status = g_test_run ();
  scratch_remove ();
  return status;
}
