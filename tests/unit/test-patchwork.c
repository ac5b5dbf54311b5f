// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Tiles and renders of what an edit changed give the bits of a whole render,
// for every variant of a local generator, on both CPU backends and in each
// precision; built with SPADE_EMULATED, on the emulated GPU. The judge is a run
// of the whole plan on an engine of its own.

#include "include/spade-context.h"
#include "patchwork-private.h"
#include "scratch.h"
#include "small-model.h"
#include "watch.h"

// A model with everything to render it.
typedef struct
{
  const SpadeBackend *backend;
  SpadeDType          precision;
  SpadeModel         *model;
  SpadePlan          *plan;
  SpadeEngine        *engine;
  SpadeMap           *map;
  float               z[16];
  guint64             noise_seed;
  gsize               n; // numbers in a picture
} Case;

static SpadeEngine *
make_engine (const Case *self, int n_threads)
{
  SpadeEngineOptions options = { .device = -1, .precision = self->precision,
                                 .n_threads = n_threads };
  SpadeFailure       failure = { 0 };
  SpadeEngine       *engine = self->backend->engine_new (&options, &failure);

  g_assert_cmpstr (failure.message, ==, "");
  return engine;
}

static void
case_open (Case *self, const SpadeBackend *backend, SpadeDType precision,
           const SpadeConfig *config, int height, int width)
{
  *self = (Case){ .backend = backend, .precision = precision,
                  .noise_seed = 21 };
  self->model = small_model_new (config);
  self->plan = spade_plan_new_generator (self->model, height, width);
  g_assert_true (spade_plan_is_local (self->plan));
  self->engine = make_engine (self, 2);
  self->map = small_map_new (config->n_classes, height, width);
  spade_latent_draw (3, self->z, G_N_ELEMENTS (self->z));
  spade_plan_set_latent (self->plan, self->z);
  self->n = (gsize) height * (gsize) width * 3;
}

static void
case_close (Case *self)
{
  spade_map_free (self->map);
  self->backend->engine_free (self->engine);
  spade_plan_free (self->plan);
  spade_model_unref (self->model);
}

// Renders the map as it is by a run of the whole plan; the caller frees.
static float *
render_whole (const Case *self)
{
  SpadeFailure failure = { 0 };
  SpadeEngine *engine = make_engine (self, 1);
  g_autoptr (SpadePyramid) pyramid
      = spade_pyramid_new (self->plan, self->map, TRUE);
  SpadeRun *run = self->backend->run_new (engine, self->plan, &failure);
  float    *out = g_new (float, self->n);

  g_assert_cmpstr (failure.message, ==, "");
  self->backend->run_set_levels (run, pyramid->levels, &failure);
  if (self->plan->input >= 0)
    self->backend->run_set_input (run, self->z, &failure);
  if (spade_plan_has_noise (self->plan))
    self->backend->run_set_noise (run, self->noise_seed, 0, 0);
  for (int i = 0; i < self->plan->n_steps; i++)
    self->backend->run_step (run, i, &failure);
  self->backend->run_get_value (run, self->plan->outputs[0], out, &failure);
  g_assert_cmpstr (failure.message, ==, "");
  self->backend->run_free (run);
  self->backend->engine_free (engine);
  return out;
}

static SpadePatchwork *
make_patchwork (const Case *self, gsize memory, gboolean keeps)
{
  SpadePatchworkOptions options = { .backend = self->backend,
                                    .engine = self->engine,
                                    .plan = self->plan,
                                    .memory = memory,
                                    .keeps = keeps };

  if (self->backend->windows->device_memory != NULL)
    options.device_memory = memory;

  return spade_patchwork_new (&options);
}

static void
assert_same (const Case *self, const float *got, const float *wanted)
{
  int   width = self->map->width;
  gsize n_different = 0, first = 0;

  for (gsize i = self->n; i-- > 0;)
    if (memcmp (got + i, wanted + i, sizeof *got) != 0)
      {
        n_different++;
        first = i / 3;
      }
  if (n_different > 0)
    g_error ("%s, %dx%d: %" G_GSIZE_FORMAT " numbers differ, from pixel %d, %d",
             self->backend->name, self->map->height, width, n_different,
             (int) first % width, (int) first / width);
}

static void
render (SpadePatchwork *patchwork, const Case *self, float *out)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (
      spade_patchwork_render (patchwork, self->z, self->noise_seed, out, NULL,
                              &error));
  g_assert_no_error (error);
}

// Renders in tiles under little memory and compares.
static void
check_tiles (const Case *self, gsize memory)
{
  SpadePatchwork   *patchwork = make_patchwork (self, memory, FALSE);
  const SpadeChain *last = &patchwork->chains[patchwork->n_chains - 1];
  g_autofree float *wanted = render_whole (self);
  g_autofree float *got = g_new (float, self->n);

  g_assert_cmpint (last->tile, <, MAX (self->map->height, self->map->width));
  spade_patchwork_set_pyramid (
      patchwork, spade_pyramid_new (self->plan, self->map, FALSE));
  g_assert_cmpfloat (spade_patchwork_estimate (patchwork), >, 1);
  render (patchwork, self, got);
  assert_same (self, got, wanted);
  // Again from nothing: nothing was kept.
  memset (got, 0, self->n * sizeof *got);
  render (patchwork, self, got);
  assert_same (self, got, wanted);
  spade_patchwork_free (patchwork);
}

// Renders with another noise seed, where there is noise.
static void
check_noise_seed (Case *self, SpadePatchwork *patchwork, float *got)
{
  g_autofree float *before = render_whole (self);
  g_autofree float *wanted = NULL;

  self->noise_seed++;
  spade_patchwork_set_noise_changed (patchwork);
  if (!spade_plan_has_noise (self->plan))
    {
      g_assert_cmpfloat (spade_patchwork_estimate (patchwork), ==, 0);
      return;
    }
  wanted = render_whole (self);
  g_assert_false (memcmp (before, wanted, self->n * sizeof *wanted) == 0);
  render (patchwork, self, got);
  assert_same (self, got, wanted);
}

// Renders with another z, where there is one.
static void
check_latent (Case *self, SpadePatchwork *patchwork, float *got)
{
  g_autofree float *before = render_whole (self);
  g_autofree float *wanted = NULL;

  self->z[3] += 1;
  spade_plan_set_latent (self->plan, self->z);
  spade_patchwork_set_latent_changed (patchwork);
  if (self->plan->input < 0 && self->plan->z_sums == NULL)
    {
      g_assert_cmpfloat (spade_patchwork_estimate (patchwork), ==, 0);
      return;
    }
  wanted = render_whole (self);
  g_assert_false (memcmp (before, wanted, self->n * sizeof *wanted) == 0);
  render (patchwork, self, got);
  assert_same (self, got, wanted);
}

// Renders after edits, each on top of the ones before, under one noise seed and
// z and then others.
static void
check_edits (Case *self, gsize memory)
{
  int h = self->map->height, w = self->map->width;
  const SpadeBox boxes[] = {
    { 0, 0, 1, 1 },             { h - 1, w - 1, h, w },
    { h / 2, w / 2, h / 2 + 1, w / 2 + 1 },
    { h / 3, w / 3, h / 3 + 32, w / 3 + 32 },
    { 0, 0, 0, 0 },             { 0, 0, h, w },         { 17, 33, 18, w },
  };
  SpadePatchwork   *patchwork = make_patchwork (self, memory, TRUE);
  g_autofree float *got = g_new (float, self->n);

  spade_patchwork_set_pyramid (
      patchwork, spade_pyramid_new (self->plan, self->map, FALSE));
  render (patchwork, self, got);
  for (gsize i = 0; i < G_N_ELEMENTS (boxes); i++)
    {
      g_autofree float *wanted = NULL;

      small_map_change (self->map, &boxes[i], 1 + (int) i % 3);
      wanted = render_whole (self);
      spade_patchwork_set_pyramid (
          patchwork, spade_pyramid_new (self->plan, self->map, FALSE));
      if (spade_box_is_empty (&boxes[i]))
        g_assert_cmpfloat (spade_patchwork_estimate (patchwork), ==, 0);
      render (patchwork, self, got);
      assert_same (self, got, wanted);
      if (i == 3)
        check_noise_seed (self, patchwork, got);
      if (i == 4)
        check_latent (self, patchwork, got);
    }
  spade_patchwork_free (patchwork);
}

static void
check (const SpadeBackend *backend, SpadeDType precision,
       const SpadeConfig *config, int height, int width, gsize memory)
{
  Case self;

  case_open (&self, backend, precision, config, height, width);
  check_tiles (&self, memory);
  check_edits (&self, config->kernel == 5 ? memory : 1 << 28);
  case_close (&self);
}

#if defined HAVE_ONEDNN || defined SPADE_EMULATED
// Each variant of the plan, on one backend.
static void
check_variants (const SpadeBackend *backend, SpadeDType precision)
{
  SpadeConfig config = small_config;

  check (backend, precision, &config, 224, 96, 400000);
  config.kernel = 5;
  config.has_edge = TRUE;
  check (backend, precision, &config, 160, 192, 400000);
  config.has_noise = TRUE;
  check (backend, precision, &config, 160, 192, 400000);
  if (precision != SPADE_DTYPE_F32)
    return; // the rest differs in the plan alone
  config.kernel = 3;
  config.z_dim = 16;
  check (backend, precision, &config, 192, 96, 400000);
  config.has_z_in_map = config.has_single_middle = TRUE;
  check (backend, precision, &config, 192, 96, 400000);
  config.has_z_in_map = config.has_single_middle = FALSE;
  config.has_noise = FALSE;
  config.generator = SPADE_GENERATOR_IMAGINAIRE;
  check (backend, precision, &config, 96, 160, 400000);
  config.upsampling = SPADE_UPSAMPLING_MORE;
  check (backend, precision, &config, 192, 96, 400000);
  config.upsampling = SPADE_UPSAMPLING_MOST;
  check (backend, precision, &config, 128, 256, 400000);
  config.generator = SPADE_GENERATOR_SPADE;
  config.upsampling = SPADE_UPSAMPLING_NORMAL;
  config.z_dim = 0;
  config.has_noise = FALSE;
  config.kernel = 1;
  config.n_extra = 8;
  check (backend, precision, &config, 160, 96, 400000);
  config.kernel = 3;
  config.n_extra = 0;
  config.upsampling = SPADE_UPSAMPLING_MORE;
  check (backend, precision, &config, 192, 128, 400000);
  config.upsampling = SPADE_UPSAMPLING_MOST;
  check (backend, precision, &config, 256, 128, 400000);
}
#endif

static void
test_ref (void)
{
  SpadeConfig config = small_config;

  config.nf = 1;
  config.nhidden = 2;
  check (&spade_backend_ref, SPADE_DTYPE_F32, &config, 96, 128, 100000);
  config.kernel = 5;
  config.z_dim = 16;
  check (&spade_backend_ref, SPADE_DTYPE_F32, &config, 128, 96, 100000);
  config.has_z_in_map = config.has_single_middle = TRUE;
  check (&spade_backend_ref, SPADE_DTYPE_F32, &config, 128, 96, 100000);
  config.has_z_in_map = config.has_single_middle = FALSE;
  config.kernel = 3;
  config.generator = SPADE_GENERATOR_IMAGINAIRE;
  config.upsampling = SPADE_UPSAMPLING_MORE;
  check (&spade_backend_ref, SPADE_DTYPE_F32, &config, 128, 96, 100000);
  config.generator = SPADE_GENERATOR_SPADE;
  config.upsampling = SPADE_UPSAMPLING_NORMAL;
  config.has_noise = TRUE;
  check (&spade_backend_ref, SPADE_DTYPE_F32, &config, 96, 128, 100000);
}

#ifdef HAVE_ONEDNN
static void
test_f32 (void)
{
  check_variants (&spade_backend_onednn, SPADE_DTYPE_F32);
}

static void
test_bf16 (void)
{
  if (!spade_backend_onednn.is_fast (-1, SPADE_DTYPE_BF16))
    {
      g_test_skip ("this CPU has no bf16");
      return;
    }
  check_variants (&spade_backend_onednn, SPADE_DTYPE_BF16);
}

// With enough channels for Winograd's filtering, in squares of 4 pixels, or of 2
// in bf16.
static void
test_winograd (void)
{
  const SpadeBackend *backend = &spade_backend_onednn;
  SpadeConfig         config = small_config;

  config.nf = 32;
  config.nhidden = 8;
  config.has_noise = TRUE;
  check (backend, SPADE_DTYPE_F32, &config, 256, 224, 12 << 20);
  // So wide that an edit leaves most of each stage as it is.
  check (backend, SPADE_DTYPE_F32, &config, 64, 1024, 12 << 20);
  if (backend->is_fast (-1, SPADE_DTYPE_BF16))
    check (backend, SPADE_DTYPE_BF16, &config, 64, 1024, 6 << 20);
}
#endif

// A cancelled render of an edit, or of another noise seed, goes on from where it
// was.
static void
check_cancel (Case *self, gboolean keeps)
{
  static const double moments[] = { 0, 0.1, 0.5, 0.97, 2 };
  SpadePatchwork   *patchwork = make_patchwork (self, 400000, keeps);
  g_autofree float *got = g_new (float, self->n);

  for (int edit = 0; edit < 3; edit++)
    {
      SpadeBox          box = { 40 * edit, 30, 40 * edit + 20, 60 };
      g_autofree float *wanted = NULL;

      small_map_change (self->map, &box, 1);
      self->noise_seed += (guint64) edit / 2;
      if (edit / 2)
        spade_patchwork_set_noise_changed (patchwork);
      wanted = render_whole (self);
      spade_patchwork_set_pyramid (
          patchwork, spade_pyramid_new (self->plan, self->map, FALSE));
      for (gsize i = 0; i < G_N_ELEMENTS (moments); i++)
        {
          g_autoptr (GError) error = NULL;
          Watch        watch = { 0, moments[i], 0 };
          SpadeMonitor monitor = { watch_progress, &watch, &watch.cancelled };
          gboolean     is_done = spade_patchwork_render (
              patchwork, self->z, self->noise_seed, got, &monitor, &error);

          if (moments[i] > 1)
            g_assert_true (is_done);
          else if (!is_done)
            g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CANCELLED);
          else
            g_assert_cmpfloat (watch.last, <, moments[i]);
        }
      assert_same (self, got, wanted);
    }
  spade_patchwork_free (patchwork);
}

static void
test_cancel (void)
{
  SpadeConfig config = small_config;
  Case        self;

  config.has_noise = TRUE;
#ifdef HAVE_ONEDNN
  case_open (&self, &spade_backend_onednn, SPADE_DTYPE_F32, &config, 192, 160);
#else
  case_open (&self, &spade_backend_ref, SPADE_DTYPE_F32, &config, 192, 160);
#endif
  check_cancel (&self, FALSE);
  check_cancel (&self, TRUE);
  case_close (&self);
}

#ifdef SPADE_EMULATED
extern const SpadeBackend *spade_cuda_backend (void);

static void
test_gpu_f32 (void)
{
  check_variants (spade_cuda_backend (), SPADE_DTYPE_F32);
}

static void
test_gpu_16_bits (void)
{
  check_variants (spade_cuda_backend (), SPADE_DTYPE_F16);
  check_variants (spade_cuda_backend (), SPADE_DTYPE_BF16);
}

// Tiles get smaller and smaller and give the same bits.
static void
test_shrink (void)
{
  SpadeConfig       config = small_config;
  Case              self;
  SpadePatchwork   *patchwork;
  g_autofree float *wanted = NULL, *got = NULL;
  int               n = 0;

  case_open (&self, spade_cuda_backend (), SPADE_DTYPE_F32, &config, 160, 192);
  wanted = render_whole (&self);
  got = g_new (float, self.n);
  patchwork = make_patchwork (&self, 1 << 28, FALSE);
  spade_patchwork_set_pyramid (patchwork,
                               spade_pyramid_new (self.plan, self.map, FALSE));
  do
    {
      render (patchwork, &self, got);
      assert_same (&self, got, wanted);
      memset (got, 0, self.n * sizeof *got);
      n++;
    }
  while (spade_patchwork_shrink (patchwork));
  g_assert_cmpint (n, >=, 3);
  spade_patchwork_free (patchwork);
  case_close (&self);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gpu-windows/f32-gives-the-bits-of-a-whole-render",
                   test_gpu_f32);
  g_test_add_func ("/gpu-windows/16-bits-give-the-bits-of-a-whole-render",
                   test_gpu_16_bits);
  g_test_add_func ("/gpu-windows/smaller-tiles-give-the-same-bits",
                   test_shrink);
  status = g_test_run ();
  scratch_remove ();
  return status;
}
#else
int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/patchwork/ref-gives-the-bits-of-a-whole-render", test_ref);
#ifdef HAVE_ONEDNN
  g_test_add_func ("/patchwork/f32-gives-the-bits-of-a-whole-render", test_f32);
  g_test_add_func ("/patchwork/bf16-gives-the-bits-of-a-whole-render",
                   test_bf16);
  g_test_add_func ("/patchwork/winograd-gives-the-bits-of-a-whole-render",
                   test_winograd);
#endif
  g_test_add_func ("/patchwork/stops-and-goes-on", test_cancel);
  status = g_test_run ();
  scratch_remove ();
  return status;
}
#endif
