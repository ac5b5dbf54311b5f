// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The CPU backend's convolutions against plain loops, at sizes that do not
// divide by its tiles and channels on both sides of where it changes its
// method: one convolution, then another whose result is added to the first.

#include <glib.h>
#include <math.h>
#include <stdio.h>

#include "backend.h"
#include "tolerances.h"

typedef struct
{
  int height, width, n_in, n_out, kernel;
  SpadeActivation activation;
} Shape;

static float *
noise (GRand *rand, gsize n, double scale)
{
  float *x = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    x[i] = (float) g_rand_double_range (rand, -scale, scale);
  return x;
}

static void
run (const SpadeBackend *backend, const SpadePlan *plan, const float *input,
     int n_threads, float *out)
{
  SpadeEngineOptions options = { .device = -1, .n_threads = n_threads };
  SpadeFailure       failure = { 0 };
  SpadeEngine       *engine = backend->engine_new (&options, &failure);
  SpadeRun          *r = backend->run_new (engine, plan, &failure);

  g_assert_cmpstr (failure.message, ==, "");
  backend->run_set_input (r, input, &failure);
  for (int i = 0; i < plan->n_steps; i++)
    backend->run_step (r, i, &failure);
  backend->run_get_value (r, 2, out, &failure);
  g_assert_cmpstr (failure.message, ==, "");
  backend->run_free (r);
  backend->engine_free (engine);
}

#ifdef HAVE_ONEDNN
static void
check (const Shape *s)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  gsize  n_in = (gsize) s->height * s->width * s->n_in;
  gsize  n_out = (gsize) s->height * s->width * s->n_out;
  int    k = s->kernel;
  gsize  n_weight = (gsize) s->n_in * s->n_out * k * k;
  g_autofree float *input = noise (rand, n_in, 1);
  g_autofree float *weight = noise (rand, n_weight, 1 / sqrt (9.0 * s->n_in));
  g_autofree float *bias = noise (rand, s->n_out, 1);
  g_autofree float *wanted = g_new (float, n_out);
  g_autofree float *got = g_new (float, n_out);
  g_autofree float *again = g_new (float, n_out);
  SpadeTensor tensors[] = {
    { .name = "weight", .data = weight, .n_dims = 4,
      .shape = { s->n_out, s->n_in, k, k } },
    { .name = "bias", .data = bias, .n_dims = 1, .shape = { s->n_out } },
  };
  SpadeValue values[] = {
    { s->height, s->width, s->n_in, -1, 1, 0 },
    { s->height, s->width, s->n_out, 0, 1, n_in + 64 },
    { s->height, s->width, s->n_out, 1, 2, n_in + 64 }, // in place
  };
  SpadeStep steps[] = {
    { .kind = SPADE_STEP_CONV, .name = "first", .src = 0, .dst = 1, .add = -1,
      .kernel = k, .stride = 1, .weight = &tensors[0], .bias = &tensors[1] },
    { .kind = SPADE_STEP_CONV, .name = "second", .src = 0, .dst = 2, .add = 1,
      .kernel = k, .stride = 1, .activation = s->activation,
      .weight = &tensors[0] },
  };
  SpadePlan plan = { .n_steps = 2, .steps = steps, .n_values = 3,
                     .values = values, .input = 0, .edge_channel = -1,
                     .arena_size = n_in + n_out + 128 };
  double scale = 0, worst = 0;

  run (&spade_backend_ref, &plan, input, 1, wanted);
  run (&spade_backend_onednn, &plan, input, 1, got);
  run (&spade_backend_onednn, &plan, input, 2, again);
  g_assert_cmpmem (got, n_out * 4, again, n_out * 4);
  for (gsize i = 0; i < n_out; i++)
    {
      scale = MAX (scale, fabs (wanted[i]));
      worst = MAX (worst, fabs ((double) wanted[i] - got[i]));
    }
  g_test_message ("%dx%d, %d to %d: %g", s->height, s->width, s->n_in,
                  s->n_out, worst / scale);
  g_assert_cmpfloat (worst, <=, SPADE_TOLERANCE_STEP_F32 * scale);
}

static void
test_shapes (void)
{
  static const Shape shapes[] = {
    { 16, 16, 64, 64, 3, SPADE_ACTIVATION_NONE },
    { 17, 19, 64, 80, 3, SPADE_ACTIVATION_LEAKY_RELU },
    { 18, 33, 128, 64, 3, SPADE_ACTIVATION_LEAKY_RELU },
    { 130, 130, 64, 64, 3, SPADE_ACTIVATION_LEAKY_RELU },
    { 15, 40, 64, 64, 3, SPADE_ACTIVATION_LEAKY_RELU },
    { 17, 19, 65, 66, 3, SPADE_ACTIVATION_LEAKY_RELU },
    { 20, 20, 64, 64, 1, SPADE_ACTIVATION_LEAKY_RELU },
    { 20, 20, 64, 3, 3, SPADE_ACTIVATION_TANH },
    { 1, 1, 3, 2, 3, SPADE_ACTIVATION_NONE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    check (&shapes[i]);
}
#endif

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#ifndef HAVE_ONEDNN
  puts ("1..0 # SKIP built without oneDNN: nothing to compare");
  return 0;
#else
  g_test_add_func ("/conv/agrees-with-plain-loops-at-any-shape", test_shapes);
  return g_test_run ();
#endif
}
