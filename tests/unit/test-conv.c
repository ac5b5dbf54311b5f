// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The CPU backend's convolutions against plain loops, at sizes that do not
// divide by its tiles and channels on both sides of where it changes its
// method: one convolution, then another whose result is added to the first. And
// what is told when one of its products fails.

#ifdef __unix__
#include <dlfcn.h>
#endif
#include <math.h>
#include <stdio.h>
#include <string.h>

#ifdef HAVE_ONEDNN
#include <dnnl.h>
#endif

#include "backend.h"
#include "include/spade-context.h"
#include "scratch.h"
#include "small-model.h"
#include "tolerances.h"

#ifdef HAVE_ONEDNN
typedef struct
{
  int height, width, n_in, n_out, kernel;
  SpadeActivation activation;
  SpadeDType      precision; // 0: f32
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
     SpadeDType precision, int n_threads, float *out)
{
  SpadeEngineOptions options = { .device = -1, .precision = precision,
                                 .n_threads = n_threads };
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

static gboolean
has_bf16 (void)
{
  return spade_backend_onednn.is_fast (-1, SPADE_DTYPE_BF16);
}

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

  run (&spade_backend_ref, &plan, input, SPADE_DTYPE_F32, 1, wanted);
  run (&spade_backend_onednn, &plan, input, s->precision, 1, got);
  run (&spade_backend_onednn, &plan, input, s->precision, 2, again);
  g_assert_cmpmem (got, n_out * 4, again, n_out * 4);
  for (gsize i = 0; i < n_out; i++)
    {
      scale = MAX (scale, fabs (wanted[i]));
      worst = MAX (worst, fabs ((double) wanted[i] - got[i]));
      worst = MAX (worst, fabs ((double) wanted[i] - again[i]));
    }
  g_test_message ("%dx%d, %d to %d: %g", s->height, s->width, s->n_in,
                  s->n_out, worst / scale);
  g_assert_cmpfloat (worst, <=,
                     (s->precision == SPADE_DTYPE_F32
                          ? SPADE_TOLERANCE_CONV_F32
                          : SPADE_TOLERANCE_STEP_BF16)
                         * scale);
}

static void
test_shapes (void)
{
  static const Shape shapes[] = {
    { 16, 16, 64, 64, 3, SPADE_ACTIVATION_NONE, 0 },
    { 17, 19, 64, 80, 3, SPADE_ACTIVATION_LEAKY_RELU, 0 },
    { 18, 33, 128, 64, 3, SPADE_ACTIVATION_LEAKY_RELU, 0 },
    { 130, 130, 64, 64, 3, SPADE_ACTIVATION_LEAKY_RELU, 0 },
    { 15, 40, 64, 64, 3, SPADE_ACTIVATION_LEAKY_RELU, 0 },
    { 17, 19, 65, 66, 3, SPADE_ACTIVATION_LEAKY_RELU, 0 },
    { 20, 20, 64, 64, 1, SPADE_ACTIVATION_LEAKY_RELU, 0 },
    { 20, 20, 64, 3, 3, SPADE_ACTIVATION_TANH, 0 },
    { 1, 1, 3, 2, 3, SPADE_ACTIVATION_NONE, 0 },
    { 9, 7, 300, 70, 3, SPADE_ACTIVATION_LEAKY_RELU, 0 },
    // Threads share blocks, then by squares of 2.
    { 19, 17, 256, 256, 3, SPADE_ACTIVATION_LEAKY_RELU, 0 },
    { 16, 16, 736, 736, 3, SPADE_ACTIVATION_LEAKY_RELU, 0 },
  };
  static const Shape bf16[] = {
    { 16, 16, 64, 64, 3, SPADE_ACTIVATION_NONE, SPADE_DTYPE_BF16 },
    { 17, 19, 64, 80, 3, SPADE_ACTIVATION_LEAKY_RELU, SPADE_DTYPE_BF16 },
    { 70, 66, 64, 64, 3, SPADE_ACTIVATION_LEAKY_RELU, SPADE_DTYPE_BF16 },
    { 16, 17, 512, 528, 3, SPADE_ACTIVATION_LEAKY_RELU, SPADE_DTYPE_BF16 },
    { 15, 40, 64, 64, 3, SPADE_ACTIVATION_LEAKY_RELU, SPADE_DTYPE_BF16 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    check (&shapes[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (bf16) && has_bf16 (); i++)
    check (&bf16[i]);
}

#define TOP 48 // of a window in its picture
#define LEFT 56
#define WINDOW 40

// One convolution of a picture, or of a window whose picture has that size.
static float *
convolve (const Shape *s, int height, int width, const float *input,
          const float *weight)
{
  gsize n_in = (gsize) height * width * s->n_in;
  gsize n_out = (gsize) height * width * s->n_out;
  float *out = g_new (float, n_out);
  SpadeTensor tensor = { .name = "weight", .data = weight, .n_dims = 4,
                         .shape = { s->n_out, s->n_in, 3, 3 } };
  SpadeValue values[] = {
    { height, width, s->n_in, -1, 0, 0 },
    { 0 },
    { height, width, s->n_out, 0, 1, n_in + 64 },
  };
  SpadeStep step = { .kind = SPADE_STEP_CONV, .name = "conv", .src = 0,
                     .dst = 2, .add = -1, .kernel = 3, .stride = 1,
                     .weight = &tensor };
  SpadePlan plan = { .n_steps = 1, .steps = &step, .n_values = 3,
                     .values = values, .input = 0, .edge_channel = -1,
                     .arena_size = n_in + n_out + 128, .n_levels = 1,
                     .level_height = { s->height },
                     .level_width = { s->width } };

  run (&spade_backend_onednn, &plan, input, s->precision, 2, out);
  return out;
}

static void
check_window (const Shape *s)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  gsize n_in = (gsize) s->n_in, n_out = (gsize) s->n_out;
  gsize n_pixels = (gsize) s->height * s->width;
  g_autofree float *picture = noise (rand, n_pixels * n_in, 1);
  g_autofree float *weight = noise (rand, n_in * n_out * 9,
                                    1 / sqrt (9.0 * s->n_in));
  g_autofree float *window = g_new (float, WINDOW * WINDOW * n_in);
  g_autofree float *whole = NULL, *part = NULL;

  for (int y = 0; y < WINDOW; y++)
    memcpy (window + (gsize) y * WINDOW * n_in,
            picture + ((gsize) (TOP + y) * s->width + LEFT) * n_in,
            WINDOW * n_in * sizeof *window);
  whole = convolve (s, s->height, s->width, picture, weight);
  part = convolve (s, WINDOW, WINDOW, window, weight);
  for (gsize y = 4; y < WINDOW - 4; y++)
    g_assert_cmpmem (whole + ((TOP + y) * s->width + LEFT + 4) * n_out,
                     (WINDOW - 8) * n_out * sizeof *whole,
                     part + (y * WINDOW + 4) * n_out,
                     (WINDOW - 8) * n_out * sizeof *part);
}

static void
test_windows (void)
{
  static const Shape shapes[] = {
    { 280, 264, 64, 64, 3, SPADE_ACTIVATION_NONE, SPADE_DTYPE_F32 },
    { 88, 96, 512, 256, 3, SPADE_ACTIVATION_NONE, SPADE_DTYPE_F32 },
    { 88, 96, 736, 736, 3, SPADE_ACTIVATION_NONE, SPADE_DTYPE_F32 },
    { 136, 136, 64, 64, 3, SPADE_ACTIVATION_NONE, SPADE_DTYPE_BF16 },
    { 88, 96, 1024, 512, 3, SPADE_ACTIVATION_NONE, SPADE_DTYPE_BF16 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    if (shapes[i].precision == SPADE_DTYPE_F32 || has_bf16 ())
      check_window (&shapes[i]);
}

#ifdef __unix__
// What a product of oneDNN says instead of running, from that one on.
static gint          n_products, first_bad;
static dnnl_status_t bad_status;

// In place of oneDNN's.
dnnl_status_t
dnnl_primitive_execute (const_dnnl_primitive_t primitive, dnnl_stream_t stream,
                        int n_args, const dnnl_exec_arg_t *args)
{
  static dnnl_status_t (*original) (const_dnnl_primitive_t, dnnl_stream_t, int,
                                    const dnnl_exec_arg_t *);

  if (first_bad > 0 && g_atomic_int_add (&n_products, 1) + 1 >= first_bad)
    return bad_status;
  if (original == NULL)
    *(void **) &original = dlsym (RTLD_NEXT, "dnnl_primitive_execute");
  return original (primitive, stream, n_args, args);
}

// Renders, and lets oneDNN fail from the first product on, then from the second
// one on, and so on.
static void
check_failures (const SpadeConfig *config, dnnl_status_t status, int code,
                const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeModel) model = small_model_new (config);
  g_autoptr (SpadeMap) map = spade_map_new (64, 64, FALSE, NULL);
  SpadeContextOptions options = { .device = "cpu", .n_threads = 2,
                                  .precision = SPADE_PRECISION_F32 };
  g_autoptr (SpadeContext) context = spade_context_new (model, &options, NULL);
  g_autofree float *rgb = g_new (float, 64 * 64 * 3);

  bad_status = status;
  g_assert_true (spade_context_set_map (context, map, &error));
  for (first_bad = 1; first_bad < 10000; first_bad += 1 + first_bad / 8)
    {
      n_products = 0;
      g_assert_true (spade_context_set_map (context, map, &error));
      if (spade_context_render (context, rgb, NULL, &error))
        break;
      g_assert_error (error, SPADE_ERROR, code);
      if (strstr (error->message, words) == NULL)
        g_error ("\"%s\" does not say \"%s\"", error->message, words);
      g_clear_error (&error);
    }
  g_assert_cmpint (first_bad, >, 100);
  first_bad = 0;
}

// With channels enough for Winograd's filtering, some weights so large that
// threads share its blocks. Instance norm: there are no tiles to go on with.
static void
test_failures (void)
{
  SpadeConfig config = small_config;

#ifdef __x86_64__
  if (g_getenv ("SPADE_OWN_PRODUCTS") != NULL)
#endif
    {
      g_test_skip ("products of our own cannot fail");
      return;
    }
  config.nf = 32;
  config.norm = SPADE_NORM_INSTANCE;
  check_failures (&config, dnnl_runtime_error, SPADE_ERROR_BACKEND,
                  "oneDNN could not run");
  check_failures (&config, dnnl_out_of_memory, SPADE_ERROR_MEMORY,
                  "not enough memory");
}
#endif
#endif

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#ifndef HAVE_ONEDNN
  puts ("1..0 # SKIP built without oneDNN: nothing to compare");
  return 0;
#else
  int status;

  g_test_add_func ("/conv/agrees-with-plain-loops-at-any-shape", test_shapes);
  g_test_add_func ("/conv/windows-have-the-bits-of-the-whole", test_windows);
#ifdef __unix__ // where a program can stand in for a library
  g_test_add_func ("/conv/says-why-a-product-failed", test_failures);
#endif
  status = g_test_run ();
  scratch_remove ();
  return status;
#endif
}
