// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The whole way from a public-shaped checkpoint to a picture against numbers
// from PyTorch. Every case runs on every backend.

#include <math.h>

#include "golden.h"
#include "plan-build.h"
#include "pyramid.h"
#include "tolerances.h"

// Compares n floats with a golden tensor.
static void
judge (const Golden *self, const char *name, const float *got)
{
  const SpadeTensor *tensor = golden_get_tensor (self, name);
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
check_edges (const Golden *self, const SpadeMap *map)
{
  const SpadeTensor *wanted = spade_safetensors_get (self->file, "edge");
  gsize              n = (gsize) map->height * map->width;
  g_autofree guint8 *edges = g_malloc (n);

  if (wanted == NULL)
    return;
  spade_map_find_edges (map, edges);
  g_assert_cmpmem (edges, n, wanted->data, n);
}

static SpadeContext *
context_new (const Golden *self, const char *device)
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
check_style (const Golden *self, SpadeContext *context)
{
  g_autoptr (GError) error = NULL;
  const SpadeTensor *style = spade_safetensors_get (self->file, "style");
  SpadeStyleImage image;
  float mu[256], logvar[256];

  if (style == NULL)
    return;
  g_assert_cmpint (spade_model_get_config (self->model)->z_dim, <=, 256);
  image = (SpadeStyleImage) { style->data, (int) style->shape[0],
                              (int) style->shape[1], (gsize) style->shape[1] * 3 };
  spade_context_encode (context, &image, mu, logvar, &error);
  g_assert_no_error (error);
  judge (self, "mu", mu);
  judge (self, "logvar", logvar);
}

static void
check_picture (const Golden *self, SpadeContext *context, const SpadeMap *map)
{
  g_autoptr (GError) error = NULL;
  const SpadeTensor *z = spade_safetensors_get (self->file, "z");
  g_autofree float  *rgb = g_new (float, (gsize) map->height * map->width * 3);

  spade_context_set_map (context, map, &error);
  g_assert_no_error (error);
  if (z != NULL)
    {
      spade_context_set_latent (context, z->data, (int) z->shape[0], &error);
      g_assert_no_error (error);
    }
  spade_context_set_noise_seed (context, golden_get_noise_seed (self));
  spade_context_render (context, rgb, NULL, &error);
  g_assert_no_error (error);
  judge (self, "output", rgb);
}

// Leaves the first of every pixel's channels, as many as the golden has: the plan may
// have more, for what a norm joins.
static void
keep_channels (const Golden *self, const char *name, int n_pixels, int n_channels,
               float *numbers)
{
  int n = (int) golden_get_tensor (self, name)->shape[2];

  for (int i = 0; i < n_pixels; i++)
    memmove (numbers + i * n, numbers + i * n_channels,
             (gsize) n * sizeof *numbers);
}

// Every block that the golden kept, on the reference backend.
static void
check_blocks (const Golden *self, const SpadeMap *map)
{
  const SpadeBackend *backend = &spade_backend_ref;
  SpadeEngineOptions  options = { .device = -1, .n_threads = 1 };
  SpadeFailure        failure = { 0 };
  g_autoptr (SpadePlan) plan
      = spade_plan_new_generator (self->model, map->height, map->width);
  g_autoptr (SpadePyramid) pyramid = spade_pyramid_new (plan, map, FALSE);
  const SpadeTensor *z = spade_safetensors_get (self->file, "z");
  SpadeEngine *engine = backend->engine_new (&options, &failure);
  SpadeRun    *run = backend->run_new (engine, plan, &failure);

  if (z != NULL)
    spade_plan_set_latent (plan, z->data);
  backend->run_set_levels (run, pyramid->levels, &failure);
  if (plan->input >= 0)
    backend->run_set_input (run, z->data, &failure);
  if (spade_plan_has_noise (plan))
    backend->run_set_noise (run, golden_get_noise_seed (self), 0, 0);
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
      if (spade_safetensors_get (self->file, name) == NULL)
        continue;

      g_autofree float *got
          = g_new (float, (gsize) v->height * v->width * v->channels);

      backend->run_get_value (run, step->dst, got, &failure);
      keep_channels (self, name, v->height * v->width, v->channels, got);
      judge (self, name, got);
    }
  backend->run_free (run);
  backend->engine_free (engine);
}

static char *
find_folder (void)
{
  return g_test_build_filename (G_TEST_DIST, "data", "golden", NULL);
}

static void
test_case (gconstpointer data)
{
  static const char *const devices[] = { "ref", "cpu" };
  g_autofree char *folder = find_folder ();
  g_autoptr (Golden) self = golden_open (folder, data);
  g_autoptr (SpadeMap) map = golden_read_map (self);

  check_edges (self, map);
  check_blocks (self, map);
  for (gsize i = 0; i < G_N_ELEMENTS (devices); i++)
    {
      g_autoptr (SpadeContext) context = context_new (self, devices[i]);

      check_style (self, context);
      check_picture (self, context, map);
    }
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = NULL;
  g_auto (GStrv)   names = NULL;

  g_test_init (&argc, &argv, NULL);
  folder = find_folder ();
  names = golden_list (folder);
  g_assert_cmpint (g_strv_length (names), >=, 19);
  for (int i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path = g_strconcat ("/golden/", names[i], NULL);

      g_test_add_data_func (path, names[i], test_case);
    }
  return g_test_run ();
}
