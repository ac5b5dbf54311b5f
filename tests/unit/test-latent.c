// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What z and the noise of a picture are: drawn from seeds, taken from style images,
// or a caller's.

#include <math.h>
#include <string.h>

#include "scratch.h"
#include "small-model.h"
#include "spade.h"
#include "tolerances.h"

static SpadeModel *
make_model (gboolean has_vae, gboolean has_noise)
{
  SpadeConfig config = small_config;

  config.has_noise = has_noise;
  if (has_vae)
    {
      config.z_dim = 8;
      config.encoder_nf = 2;
      config.encoder_layers = 5;
      config.encoder_size = 128;
      config.encoder_norm = SPADE_NORM_INSTANCE;
    }
  return small_model_new (&config);
}

static void
test_latent (void)
{
  // Philox4x32-10 of counter 0 and key 0, from the known answers that Salmon
  // et al. publish with Random123.
  const double bits[] = { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 };
  float        z[4], many[1000], again[1000];
  double       sum = 0, squares = 0;

  spade_latent_draw (0, z, 4);
  for (int i = 0; i < 4; i += 2)
    {
      double radius = sqrt (-2 * log ((bits[i] + 1) / 4294967296.0));
      double angle = 2 * G_PI * bits[i + 1] / 4294967296.0;

      g_assert_cmpfloat_with_epsilon (z[i], radius * cos (angle), 1e-6);
      g_assert_cmpfloat_with_epsilon (z[i + 1], radius * sin (angle), 1e-6);
    }

  spade_latent_draw (42, many, 1000);
  spade_latent_draw (42, again, 999);
  g_assert_cmpmem (many, 999 * 4, again, 999 * 4);
  for (int i = 0; i < 1000; i++)
    {
      sum += many[i];
      squares += many[i] * many[i];
    }
  // Four standard errors.
  g_assert_cmpfloat (fabs (sum / 1000), <, 4 / sqrt (1000));
  g_assert_cmpfloat (fabs (squares / 1000 - 1), <, 4 * sqrt (2.0 / 1000));
}

// Renders a picture of 64x64; the caller frees.
static float *
render (SpadeContext *context)
{
  g_autoptr (GError) error = NULL;
  float *out = g_new (float, 64 * 64 * 3);

  g_assert_true (spade_context_render (context, out, NULL, &error));
  return out;
}

static gboolean
is_same (const float *a, const float *b)
{
  return memcmp (a, b, 64 * 64 * 3 * sizeof *a) == 0;
}

static void
check_seeds (SpadeModel *model)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeContext) other = NULL;
  g_autoptr (SpadeContext) context = spade_context_new (model, NULL, &error);
  g_autoptr (SpadeMap) map = small_map_new (7, 64, 64);
  gsize size = 64 * 64 * 3 * sizeof (float);
  g_autofree float *a = g_malloc (size);
  g_autofree float *b = g_malloc (size);

  g_assert_no_error (error);
  g_assert_true (spade_context_set_map (context, map, &error));
  spade_context_set_seed (context, 7);
  g_assert_true (spade_context_render (context, a, NULL, &error));
  spade_context_set_seed (context, 8);
  g_assert_true (spade_context_render (context, b, NULL, &error));
  g_assert_false (memcmp (a, b, size) == 0);
  spade_context_set_seed (context, 7);
  g_assert_true (spade_context_render (context, b, NULL, &error));
  g_assert_cmpmem (a, size, b, size);
  // Before there is a map.
  other = spade_context_new (model, NULL, &error);
  spade_context_set_seed (other, 7);
  g_assert_true (spade_context_set_map (other, map, &error));
  g_assert_true (spade_context_render (other, b, NULL, &error));
  g_assert_cmpmem (a, size, b, size);
}

static void
test_seeds (void)
{
  g_autoptr (SpadeModel) model = make_model (TRUE, FALSE);
  g_autoptr (SpadeModel) beside = NULL;
  g_autoptr (SpadeModel) imaginaire = NULL;
  SpadeConfig config = small_config;

  check_seeds (model);
  config.z_dim = 8;
  config.has_z_in_map = TRUE;
  beside = small_model_new (&config);
  check_seeds (beside);
  config.has_z_in_map = FALSE;
  config.generator = SPADE_GENERATOR_IMAGINAIRE;
  imaginaire = small_model_new (&config);
  check_seeds (imaginaire);
}

static void
test_style (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeModel) model = make_model (TRUE, FALSE);
  g_autoptr (SpadeContext) context = spade_context_new (model, NULL, &error);
  g_autoptr (SpadeMap) map = small_map_new (7, 64, 64);
  gsize  size = 64 * 64 * 3 * sizeof (float);
  g_autofree float *a = g_malloc (size);
  g_autofree float *b = g_malloc (size);
  guint8 pixels[20 * 30 * 3];
  const SpadeStyleImage style = { pixels, 20, 30, 90 };
  float  mu[8], logvar[8];

  for (gsize i = 0; i < sizeof pixels; i++)
    pixels[i] = (guint8) (i * 7);
  g_assert_true (spade_context_set_map (context, map, &error));
  g_assert_true (
      spade_context_encode (context, &style, mu, logvar, &error));
  g_assert_true (spade_context_set_latent (context, mu, 8, &error));
  g_assert_true (spade_context_render (context, a, NULL, &error));
  // Strength 0 is mu itself, whatever the seed.
  g_assert_true (
      spade_context_set_style (context, &style, NULL, 0, 0, 5, &error));
  g_assert_true (spade_context_render (context, b, NULL, &error));
  g_assert_cmpmem (a, size, b, size);
  g_assert_true (
      spade_context_set_style (context, &style, NULL, 0, 1, 5, &error));
  g_assert_true (spade_context_render (context, b, NULL, &error));
  g_assert_false (memcmp (a, b, size) == 0);
  g_assert_no_error (error);
}

// z = mu + strength * sigma * e, and e is what the seed draws.
static void
test_reparameterisation (void)
{
  static const double strengths[] = { 1, 0.5 };
  SpadeContextOptions options = { .precision = SPADE_PRECISION_F32 };
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeModel) model = make_model (TRUE, FALSE);
  g_autoptr (SpadeContext) context
      = spade_context_new (model, &options, &error);
  g_autoptr (SpadeMap) map = small_map_new (7, 64, 64);
  const guint8 pixels[6] = { 9, 80, 200, 250, 30, 4 };
  const SpadeStyleImage style = { pixels, 1, 2, 6 };
  float        mu[8], logvar[8], e[8], z[8];

  g_assert_true (spade_context_set_map (context, map, &error));
  g_assert_true (
      spade_context_encode (context, &style, mu, logvar, &error));
  spade_latent_draw (5, e, 8);
  for (int turn = 0; turn < 2; turn++)
    {
      for (int i = 0; i < 8; i++)
        z[i] = (float) (mu[i] + strengths[turn] * sqrt (exp (logvar[i])) * e[i]);
      g_assert_true (spade_context_set_latent (context, z, 8, &error));
      g_autofree float *wanted = render (context);
      g_assert_true (spade_context_set_style (context, &style, NULL, 0,
                                              strengths[turn], 5, &error));
      g_autofree float *got = render (context);
      for (int i = 0; i < 64 * 64 * 3; i++)
        g_assert_cmpfloat_with_epsilon (got[i], wanted[i],
                                        SPADE_TOLERANCE_STEP_F32);
    }
}

// z = (1 - share) mu + share mu', and the same of logvar; a share of 0 or 1 is one
// style alone, to the bit, and the other is not looked at.
static void
test_mix (void)
{
  SpadeContextOptions options = { .precision = SPADE_PRECISION_F32 };
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeModel) model = make_model (TRUE, TRUE);
  g_autoptr (SpadeContext) context
      = spade_context_new (model, &options, &error);
  g_autoptr (SpadeMap) map = small_map_new (7, 64, 64);
  const guint8 pixels[12] = { 9, 80, 200, 250, 30, 4, 70, 71, 3, 100, 200, 50 };
  const SpadeStyleImage styles[2] = { { pixels, 1, 2, 6 }, { pixels + 6, 1, 2, 6 } };
  const SpadeStyleImage empty = { NULL, 0, 0, 0 };
  float mu[2][8], logvar[2][8], e[8], z[8];

  g_assert_true (spade_context_set_map (context, map, &error));
  spade_latent_draw (5, e, 8);
  for (int i = 0; i < 2; i++)
    g_assert_true (
        spade_context_encode (context, &styles[i], mu[i], logvar[i], &error));
  for (int i = 0; i < 8; i++)
    z[i] = (float) (0.7 * mu[0][i] + 0.3 * mu[1][i]
                    + 0.5 * sqrt (exp (0.7 * logvar[0][i] + 0.3 * logvar[1][i]))
                          * e[i]);
  g_assert_true (spade_context_set_latent (context, z, 8, &error));
  spade_context_set_noise_seed (context, 5);
  g_autofree float *wanted = render (context);
  g_assert_true (spade_context_set_style (context, &styles[0], &styles[1], 0.3, 0.5,
                                          5, &error));
  g_autofree float *got = render (context);
  for (int i = 0; i < 64 * 64 * 3; i++)
    g_assert_cmpfloat_with_epsilon (got[i], wanted[i], SPADE_TOLERANCE_STEP_F32);
  for (int i = 0; i < 2; i++)
    {
      g_assert_true (
          spade_context_set_style (context, &styles[i], NULL, 0, 0.5, 5, &error));
      g_autofree float *alone = render (context);
      g_assert_false (is_same (alone, got));
      g_assert_true (
          spade_context_set_style (context, i == 0 ? &styles[0] : &empty,
                                   i == 0 ? &empty : &styles[1], i, 0.5, 5, &error));
      g_autofree float *end = render (context);
      g_assert_true (is_same (alone, end));
    }
  g_assert_false (spade_context_set_style (context, &styles[0], &empty, 0.3, 0.5, 6,
                                           &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_STYLE);
  g_clear_error (&error);
  g_autofree float *after = render (context); // seed and z are what they were
  g_assert_true (spade_context_set_style (context, &styles[1], NULL, 0, 0.5, 5, &error));
  g_autofree float *before = render (context);
  g_assert_true (is_same (after, before));
}

// Which of the calls that take a seed set the noise too.
static void
test_noise (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeModel) model = make_model (TRUE, TRUE);
  g_autoptr (SpadeContext) context = spade_context_new (model, NULL, &error);
  g_autoptr (SpadeMap) map = small_map_new (7, 64, 64);
  float        z[8];
  const guint8 pixel[3] = { 9, 80, 200 };
  const SpadeStyleImage style = { pixel, 1, 1, 3 };

  g_assert_no_error (error);
  g_assert_true (spade_context_set_map (context, map, &error));
  spade_latent_draw (7, z, 8);
  g_assert_true (spade_context_set_latent (context, z, 8, &error));
  g_autofree float *z_7_noise_0 = render (context);
  spade_context_set_noise_seed (context, 7);
  g_autofree float *z_7_noise_7 = render (context);
  g_assert_false (is_same (z_7_noise_0, z_7_noise_7));
  spade_context_set_seed (context, 8);
  spade_context_set_seed (context, 7);
  g_autofree float *seed_7 = render (context);
  g_assert_true (is_same (seed_7, z_7_noise_7));
  // Seeds that differ in their upper half alone.
  spade_context_set_noise_seed (context, 7 + (G_GUINT64_CONSTANT (1) << 32));
  g_autofree float *high = render (context);
  g_assert_false (is_same (high, seed_7));

  g_assert_true (
      spade_context_set_style (context, &style, NULL, 0, 0, 5, &error));
  g_autofree float *style_5 = render (context);
  g_assert_true (
      spade_context_set_style (context, &style, NULL, 0, 0, 6, &error));
  g_autofree float *style_6 = render (context);
  g_assert_false (is_same (style_5, style_6));
  g_assert_true (spade_context_set_latent (context, z, 8, &error));
  g_autofree float *z_7_noise_6 = render (context);
  spade_context_set_noise_seed (context, 6);
  g_autofree float *again = render (context);
  g_assert_true (is_same (z_7_noise_6, again));
}

// Without a VAE the noise is all that a seed changes; without noise either,
// nothing is.
static void
test_noise_alone (void)
{
  for (int has_noise = 0; has_noise < 2; has_noise++)
    {
      g_autoptr (SpadeModel) model = make_model (FALSE, has_noise);
      g_autoptr (SpadeContext) context = spade_context_new (model, NULL, NULL);
      g_autoptr (SpadeMap) map = small_map_new (7, 64, 64);

      g_assert_true (spade_context_set_map (context, map, NULL));
      g_autofree float *seed_0 = render (context);
      spade_context_set_seed (context, 1);
      g_autofree float *seed_1 = render (context);
      g_assert_cmpint (is_same (seed_0, seed_1), ==, !has_noise);
    }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/latent/is-drawn-from-philox", test_latent);
  g_test_add_func ("/latent/gives-a-picture-per-seed", test_seeds);
  g_test_add_func ("/latent/is-taken-from-a-style-image", test_style);
  g_test_add_func ("/latent/is-drawn-around-a-style-image",
                   test_reparameterisation);
  g_test_add_func ("/latent/mixes-two-style-images", test_mix);
  g_test_add_func ("/latent/takes-the-noise-of-its-last-seed", test_noise);
  g_test_add_func ("/latent/gives-noise-a-picture-per-seed", test_noise_alone);
  status = g_test_run ();
  scratch_remove ();
  return status;
}
