// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The CPU backend against the plain loops, step by step, over every variant of
// the generator and the style encoder with random weights. A step's inputs are
// each backend's own, so errors may add up; the limits allow for that.

#include <math.h>
#include <stdio.h>

#include "backend.h"
#include "include/spade-context.h"
#include "plan-build.h"
#include "pyramid.h"
#include "scratch.h"
#include "small-model.h"
#include "tolerances.h"

typedef struct
{
  SpadeEngine *engine;
  SpadeRun    *run;
} Side;

static const SpadeBackend *const sides[] = {
  &spade_backend_ref,
#ifdef HAVE_ONEDNN
  &spade_backend_onednn,
#endif
};

// A map with large areas, thin lines and a patch of noise.
static SpadeMap *
make_map (const SpadeConfig *config, int height, int width)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  SpadeMap *map = spade_map_new (height, width, config->has_edge, NULL);
  int       n = spade_config_get_n_ids (config);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        int i = y * width + x;

        map->ids[i] = (guint8) ((y / 9 + x / 17) % n);
        if (x == y || x == 5)
          map->ids[i] = (guint8) (n - 1);
        if (y > height / 2 && y < height / 2 + 9 && x < 20)
          map->ids[i] = (guint8) g_rand_int_range (rand, 0, n);
        if (map->instances != NULL)
          map->instances[i] = (guint32) (x / 13) * 1000;
      }
  return map;
}

static void
side_open (Side *side, const SpadeBackend *backend, const SpadePlan *plan,
           const SpadePyramid *pyramid, const float *input,
           SpadeDType precision, int n_threads)
{
  SpadeEngineOptions options = { .device = -1, .precision = precision,
                                 .n_threads = n_threads };
  SpadeFailure       failure = { 0 };

  side->engine = backend->engine_new (&options, &failure);
  g_assert_cmpstr (failure.message, ==, "");
  side->run = backend->run_new (side->engine, plan, &failure);
  g_assert_cmpstr (failure.message, ==, "");
  if (pyramid != NULL)
    g_assert_true (
        backend->run_set_levels (side->run, pyramid->levels, &failure));
  if (plan->input >= 0)
    g_assert_true (backend->run_set_input (side->run, input, &failure));
  if (spade_plan_has_noise (plan)) // as in a window
    backend->run_set_noise (side->run, G_GUINT64_CONSTANT (0x1d00000007), 40, 8);
}

static void
side_close (Side *side, const SpadeBackend *backend)
{
  backend->run_free (side->run);
  backend->engine_free (side->engine);
}

static void
step_and_read (const SpadeBackend *backend, SpadeRun *run,
               const SpadePlan *plan, int i, float *out)
{
  SpadeFailure failure = { 0 };

  backend->run_step (run, i, &failure);
  g_assert_cmpstr (failure.message, ==, "");
  g_assert_true (
      backend->run_get_value (run, plan->steps[i].dst, out, &failure));
}

// Runs plan on both sides and compares each step's result.
static void
compare (const SpadePlan *plan, const SpadePyramid *pyramid, const float *input,
         int n_threads)
{
  Side   ref, other;
  double worst = 0;

  side_open (&ref, sides[0], plan, pyramid, input, SPADE_DTYPE_F32, 1);
  side_open (&other, sides[1], plan, pyramid, input, SPADE_DTYPE_F32,
             n_threads);
  for (int i = 0; i < plan->n_steps; i++)
    {
      const SpadeValue *v = &plan->values[plan->steps[i].dst];
      gsize             n = (gsize) v->height * v->width * v->channels;
      g_autofree float *a = g_new (float, n);
      g_autofree float *b = g_new (float, n);
      double            scale = 0, difference = 0;

      step_and_read (sides[0], ref.run, plan, i, a);
      step_and_read (sides[1], other.run, plan, i, b);
      for (gsize k = 0; k < n; k++)
        {
          g_assert_true (isfinite (a[k]) && isfinite (b[k]));
          scale = MAX (scale, fabs (a[k]));
          difference = MAX (difference, fabs ((double) a[k] - b[k]));
        }
      g_assert_cmpfloat (scale, >, 0);
      if (difference > SPADE_TOLERANCE_STEP_F32 * scale)
        g_error ("step %d %s: difference %g of %g", i, plan->steps[i].name,
                 difference, scale);
      worst = MAX (worst, difference / scale);
    }
  g_test_message ("worst relative difference %g", worst);
  side_close (&ref, sides[0]);
  side_close (&other, sides[1]);
}

static void
check_map (const SpadeConfig *config, const SpadeMap *map)
{
  g_autoptr (SpadeModel) model = small_model_new (config);
  g_autoptr (SpadePlan) plan
      = spade_plan_new_generator (model, map->height, map->width);
  g_autoptr (SpadePyramid) pyramid = spade_pyramid_new (plan, map, TRUE);
  float z[64];

  spade_latent_draw (3, z, G_N_ELEMENTS (z));
  spade_plan_set_latent (plan, z);
  compare (plan, pyramid, z, 1);
  compare (plan, pyramid, z, 2);
}

static void
check_variant (const SpadeConfig *config, int height, int width)
{
  g_autoptr (SpadeMap) map = make_map (config, height, width);

  check_map (config, map);
}

static const SpadeConfig base_config = {
  .class_set_name = "", .n_classes = 5, .nf = 2, .nhidden = 6,
  .norm = SPADE_NORM_BATCH, .kernel = 3, .crop_size = 64,
  .base_height = 2, .base_width = 2,
};

static void
test_normal (void)
{
  SpadeConfig config = base_config;

  check_variant (&config, 64, 96);
  config.has_unlabeled = config.has_edge = TRUE;
  config.nf = 4;
  check_variant (&config, 96, 64);
  config.kernel = 5;
  check_variant (&config, 64, 64);
  config.norm = SPADE_NORM_INSTANCE;
  check_variant (&config, 64, 64);
}

static void
test_more_and_most (void)
{
  SpadeConfig config = base_config;

  config.upsampling = SPADE_UPSAMPLING_MORE;
  check_variant (&config, 64, 128);
  config.upsampling = SPADE_UPSAMPLING_MOST;
  config.has_edge = TRUE;
  check_variant (&config, 128, 128);
}

static void
test_vae (void)
{
  SpadeConfig config = base_config;

  config.z_dim = 16;
  check_variant (&config, 64, 64);
  check_variant (&config, 96, 64); // beyond the trained base
}

static void
test_z_in_map (void)
{
  SpadeConfig config = base_config;

  config.z_dim = 16;
  config.has_z_in_map = config.has_single_middle = TRUE;
  check_variant (&config, 64, 96);
  config.has_edge = TRUE;
  config.kernel = 5;
  config.norm = SPADE_NORM_INSTANCE;
  check_variant (&config, 64, 64);
  config.norm = SPADE_NORM_BATCH;
  config.has_single_middle = FALSE;
  config.upsampling = SPADE_UPSAMPLING_MORE;
  check_variant (&config, 64, 128);
}

static void
test_imaginaire (void)
{
  SpadeConfig config = base_config;

  config.generator = SPADE_GENERATOR_IMAGINAIRE;
  config.z_dim = 16;
  config.kernel = 5;
  check_variant (&config, 64, 96);
  config.has_unlabeled = config.has_edge = TRUE;
  config.nf = 4;
  check_variant (&config, 48, 64);
  config.upsampling = SPADE_UPSAMPLING_MORE;
  config.kernel = 3;
  check_variant (&config, 96, 64);
  config.upsampling = SPADE_UPSAMPLING_MOST;
  check_variant (&config, 128, 64);
}

// CLADE's, with a channel for edges in each picture, and SPADE's of 1 x 1.
static void
test_kernel_1 (void)
{
  SpadeConfig config = base_config;

  config.kernel = 1;
  check_variant (&config, 64, 96);
  config.has_unlabeled = config.has_edge = TRUE;
  config.n_extra = 8;
  config.nhidden = 7;
  check_variant (&config, 96, 64);
  config.norm = SPADE_NORM_INSTANCE;
  check_variant (&config, 64, 64);
  config.norm = SPADE_NORM_BATCH;
  config.z_dim = 16;
  config.upsampling = SPADE_UPSAMPLING_MOST;
  check_variant (&config, 128, 256);
}

static void
test_noise (void)
{
  SpadeConfig config = base_config;

  config.has_noise = TRUE;
  check_variant (&config, 64, 160); // wider than a chunk of noise
  config.z_dim = 16;
  config.upsampling = SPADE_UPSAMPLING_MORE;
  check_variant (&config, 64, 128);
  config.z_dim = 0;
  config.upsampling = SPADE_UPSAMPLING_NORMAL;
  config.kernel = 5;
  config.has_edge = TRUE;
  // Not of a few pixels: noise over a std of nearly 0 tells nothing.
  config.norm = SPADE_NORM_INSTANCE;
  check_variant (&config, 96, 160);
}

// Where every patch is distinct, terms of hidden rows live in a ring.
static void
test_map_of_noise (void)
{
  SpadeConfig config = base_config;
  g_autoptr (GRand) rand = g_rand_new_with_seed (12);
  g_autoptr (SpadeMap) map = spade_map_new (96, 64, FALSE, NULL);

  config.n_classes = 40;
  for (int i = 0; i < 96 * 64; i++)
    map->ids[i] = (guint8) g_rand_int_range (rand, 0, config.n_classes);
  check_map (&config, map);
  config.kernel = 5;
  check_map (&config, map);
}

static void
test_encoder (void)
{
  SpadeConfig config = base_config;
  g_autofree float *image = g_new (float, 256 * 256 * 3);

  config.z_dim = 16;
  config.encoder_nf = 4;
  config.encoder_size = 256;
  for (int i = 0; i < 256 * 256 * 3; i++)
    image[i] = sinf ((float) i * 0.01f) * cosf ((float) (i / 768) * 0.1f);
  for (int norm = 0; norm < 2; norm++)
    for (config.encoder_layers = 5; config.encoder_layers <= 6;
         config.encoder_layers++)
      {
        config.encoder_norm = norm ? SPADE_NORM_INSTANCE : SPADE_NORM_NONE;

        g_autoptr (SpadeModel) model = small_model_new (&config);
        g_autoptr (SpadePlan) plan = spade_plan_new_encoder (model);

        compare (plan, NULL, image, 2);
      }
}

#ifdef HAVE_ONEDNN
// Renders on the CPU backend; the caller frees.
static float *
render (const SpadePlan *plan, const SpadePyramid *pyramid,
        SpadeDType precision, int n_threads)
{
  Side   side;
  gsize  n = (gsize) plan->level_height[plan->n_levels - 1]
            * plan->level_width[plan->n_levels - 1] * 3;
  float *out = g_new (float, n);

  side_open (&side, &spade_backend_onednn, plan, pyramid, NULL, precision,
             n_threads);
  for (int i = 0; i < plan->n_steps; i++)
    {
      SpadeFailure failure = { 0 };

      spade_backend_onednn.run_step (side.run, i, &failure);
      g_assert_cmpstr (failure.message, ==, "");
    }
  spade_backend_onednn.run_get_value (side.run, plan->outputs[0], out, NULL);
  side_close (&side, &spade_backend_onednn);
  return out;
}

static void
check_repeats (gboolean has_noise)
{
  SpadeConfig config = base_config;

  config.has_noise = has_noise;
  config.nf = 8;
  config.nhidden = 32;
  config.has_edge = TRUE;

  g_autoptr (SpadeModel) model = small_model_new (&config);
  g_autoptr (SpadePlan) plan = spade_plan_new_generator (model, 128, 128);
  g_autoptr (SpadeMap) map = make_map (&config, 128, 128);
  g_autoptr (SpadePyramid) pyramid = spade_pyramid_new (plan, map, TRUE);
  g_autofree float *one = render (plan, pyramid, SPADE_DTYPE_F32, 1);
  g_autofree float *two = render (plan, pyramid, SPADE_DTYPE_F32, 2);
  g_autofree float *again = render (plan, pyramid, SPADE_DTYPE_F32, 2);

  g_assert_cmpmem (two, 128 * 128 * 3 * 4, again, 128 * 128 * 3 * 4);
  g_assert_cmpmem (one, 128 * 128 * 3 * 4, two, 128 * 128 * 3 * 4);

  if (!spade_backend_onednn.is_fast (-1, SPADE_DTYPE_BF16))
    return;

  g_autofree float *half = render (plan, pyramid, SPADE_DTYPE_BF16, 2);
  g_autofree float *half_one = render (plan, pyramid, SPADE_DTYPE_BF16, 1);
  double sum = 0;

  g_assert_cmpmem (half, 128 * 128 * 3 * 4, half_one, 128 * 128 * 3 * 4);
  for (int i = 0; i < 128 * 128 * 3; i++)
    sum += ((double) half[i] - one[i]) * ((double) half[i] - one[i]);
  // Peak to peak of the tanh output is 2.
  double psnr = 10 * log10 (4 / (sum / (128 * 128 * 3)));

  g_test_message ("bf16 against f32: %.1f dB", psnr);
  g_assert_cmpfloat (psnr, >=, SPADE_PSNR_16_BIT);
}

static void
test_repeats (void)
{
  check_repeats (FALSE);
  check_repeats (TRUE);
}
#endif

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  if (G_N_ELEMENTS (sides) < 2)
    {
      puts ("1..0 # SKIP built without oneDNN: nothing to compare");
      return 0;
    }
  g_test_add_func ("/parity/normal-generators-agree-at-every-step",
                   test_normal);
  g_test_add_func ("/parity/more-and-most-agree-at-every-step",
                   test_more_and_most);
  g_test_add_func ("/parity/vae-generators-agree-at-every-step", test_vae);
  g_test_add_func ("/parity/generators-with-z-beside-the-map-agree-at-every-step",
                   test_z_in_map);
  g_test_add_func ("/parity/generators-of-imaginaire-agree-at-every-step",
                   test_imaginaire);
  g_test_add_func ("/parity/kernel-1", test_kernel_1);
  g_test_add_func ("/parity/generators-with-noise-agree-at-every-step",
                   test_noise);
  g_test_add_func ("/parity/generators-agree-on-a-map-of-noise",
                   test_map_of_noise);
  g_test_add_func ("/parity/style-encoders-agree-at-every-step", test_encoder);
#ifdef HAVE_ONEDNN
  g_test_add_func ("/parity/threads-and-runs-give-the-same-bits",
                   test_repeats);
#endif
  status = g_test_run ();
  scratch_remove ();
  return status;
}
