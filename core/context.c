// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The context: one model on one device. It owns the engines, the run of the
// generator at the size of the last map, and z.

#include "include/spade-context.h"

#include <math.h>

#include "context-private.h"
#include "host-memory.h"

// Above this share of a whole render's work, a whole render is what is done.
// Most edits turn out to change less than they might.
#define MOST_WINDOWS 1.0
// The share of the free memory that is taken where the caller names no limit.
#define FREE_SHARE 0.8
// What a process takes before it renders, and beside what is counted here.
#define BASE_MEMORY (64.0 * 1024 * 1024)
#define LEAST_MEMORY (64.0 * 1024 * 1024)
// Bytes of a pixel in the caller's picture and map, and in our copy of the map.
#define PIXEL_BYTES 22

SpadeEngine *
spade_context_make_engine (const SpadeDevice *device, SpadeDType precision,
                           SpadeFailure *failure)
{
  SpadeEngineOptions options = {
    .device = device->number,
    .precision = precision,
    .n_threads = device->n_threads,
    .tf32 = g_getenv ("SPADE_TF32") != NULL,
  };

  return device->backend->engine_new (&options, failure);
}

static void
drop_run (SpadeContext *self)
{
  if (self->run != NULL)
    self->device.backend->run_free (self->run);
  self->run = NULL;
  g_clear_pointer (&self->pyramid, spade_pyramid_free);
  g_clear_pointer (&self->patchwork, spade_patchwork_free);
  g_clear_pointer (&self->plan, spade_plan_free);
}

static void
drop_engine (SpadeContext *self)
{
  drop_run (self);
  spade_encoder_clear (&self->encoder);
  if (self->engine != NULL)
    self->device.backend->engine_free (self->engine);
  self->engine = NULL;
}

// After a failure: where the GPU was only the automatic choice, goes on with
// the CPU and gives TRUE; else hands the failure on.
static gboolean
fall_back (SpadeContext *self, const SpadeFailure *failure, GError **error)
{
  SpadeFailure another;

  drop_run (self);
  if (!self->device.is_auto)
    return spade_failure_raise (failure, error);
  drop_engine (self);
  if (!spade_device_fall_back (&self->options, failure->message, &self->device,
                               error))
    return FALSE;
  self->engine = spade_context_make_engine (
      &self->device, self->device.precision, &another);
  return self->engine != NULL ? TRUE : spade_failure_raise (&another, error);
}

SpadeContext *
spade_context_new (SpadeModel                *model,
                   const SpadeContextOptions *options,
                   GError                   **error)
{
  g_autoptr (SpadeContext) self = g_new0 (SpadeContext, 1);
  int          z_dim = spade_model_get_config (model)->z_dim;
  SpadeFailure failure;

  self->model = spade_model_ref (model);
  if (!spade_device_choose (options, &self->device, error))
    return NULL;

  if (options != NULL)
    self->options = *options;
  self->options.device = NULL;
  self->engine = spade_context_make_engine (
      &self->device, self->device.precision, &failure);
  if (self->engine == NULL && !fall_back (self, &failure, error))
    return NULL;
  if (z_dim > 0)
    {
      self->z = g_new (float, z_dim);
      spade_context_set_seed (self, 0);
    }
  return g_steal_pointer (&self);
}

void
spade_context_free (SpadeContext *self)
{
  if (self == NULL)
    return;
  drop_engine (self);
  spade_model_unref (self->model);
  g_free (self->z);
  g_free (self);
}

const char *
spade_context_get_device (const SpadeContext *self)
{
  return self->device.line;
}

static gboolean
check_ids (const SpadeConfig *config, const SpadeMap *map, GError **error)
{
  int   limit = config->n_classes + (config->has_unlabeled ? 1 : 0);
  gsize n = (gsize) map->height * map->width;

  for (gsize i = 0; i < n; i++)
    if (map->ids[i] >= limit)
      {
        if (map->ids[i] == config->n_classes)
          g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                       "the model knows no unlabeled pixels, and the map has "
                       "some at %d, %d; give them a class",
                       (int) (i % map->width), (int) (i / map->width));
        else
          g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                       "the map has class id %d at %d, %d, but the model has "
                       "only %d classes; choose a model of the map's class set",
                       map->ids[i], (int) (i % map->width),
                       (int) (i / map->width), config->n_classes);
        return FALSE;
      }
  return TRUE;
}

// Gives the bytes that a render may take besides the weights.
static double
find_memory (const SpadeContext *self)
{
  const SpadeWindowing *windows = self->device.backend->windows;
  const SpadePlan      *plan = self->plan;
  int                   last = plan->n_levels - 1;
  double                n = (double) plan->level_height[last]
                            * plan->level_width[last];

  if (self->options.memory == 0)
    return FREE_SHARE * (double) spade_host_memory_available ();
  return MAX (LEAST_MEMORY,
              (double) self->options.memory - BASE_MEMORY - PIXEL_BYTES * n
                  - (double) windows->weights_size (self->engine, plan));
}

// Gives the bytes of a whole render's values and of its tables, where the
// numbers of the map's patches are known.
static double
whole_size (const SpadeContext *self, const SpadeLevel *levels)
{
  const SpadePlan *plan = self->plan;
  double           size
      = (double) plan->arena_size
        * (double) self->device.backend->windows->element_size (self->engine);

  for (int i = 0; i < plan->n_steps && levels != NULL; i++)
    if (plan->steps[i].kind == SPADE_STEP_SPADE)
      size += 2 * sizeof (float)
              * (double) levels[plan->steps[i].level].neighbourhoods->n_patches
              * plan->values[plan->steps[i].dst].channels;
  return size;
}

// Says whether a whole render of those levels fits, as far as that can be known.
static gboolean
fits (const SpadeContext *self, const SpadeLevel *levels)
{
  const SpadeBackend *backend = self->device.backend;
  double              taken = 0;

  if (backend->windows == NULL || !backend->wants_neighbourhoods
      || !spade_plan_is_local (self->plan))
    return TRUE;
  // What is free now is what the run's values left.
  if (self->options.memory == 0 && self->run != NULL)
    taken = whole_size (self, NULL);
  return whole_size (self, levels) - taken <= find_memory (self);
}

// Makes the plan of a size, and decides how it will be rendered.
static void
make_plan (SpadeContext *self, int height, int width)
{
  SpadePatchworkOptions options = { .backend = self->device.backend,
                                    .engine = self->engine };

  drop_run (self);
  self->plan = spade_plan_new_generator (self->model, height, width);
  self->is_tiled = FALSE;
  if (options.backend->windows == NULL || !spade_plan_is_local (self->plan))
    return;
  options.plan = self->plan;
  options.keeps = self->options.for_edits;
  options.memory = (gsize) find_memory (self);
  self->is_tiled = whole_size (self, NULL) > (double) options.memory;
  if (self->is_tiled || options.keeps)
    self->patchwork = spade_patchwork_new (&options);
}

// Makes a run of the whole plan ready for its map.
static gboolean
prepare_whole (SpadeContext *self, const SpadeLevel *levels,
               SpadeFailure *failure)
{
  const SpadeBackend *backend = self->device.backend;

  if (self->run == NULL)
    self->run = backend->run_new (self->engine, self->plan, failure);
  return self->run != NULL
         && backend->run_set_levels (self->run, levels, failure);
}

// Goes on with tiles, if only they fit; the map is lost.
static gboolean
fall_back_to_tiles (SpadeContext *self)
{
  SpadePatchworkOptions options = { .backend = self->device.backend,
                                    .engine = self->engine,
                                    .plan = self->plan,
                                    .keeps = self->options.for_edits };

  if (self->is_tiled || options.backend->windows == NULL
      || !spade_plan_is_local (self->plan))
    return FALSE;
  if (self->run != NULL)
    options.backend->run_free (self->run);
  self->run = NULL;
  g_clear_pointer (&self->pyramid, spade_pyramid_free);
  spade_patchwork_free (self->patchwork);
  options.memory = (gsize) find_memory (self);
  self->patchwork = spade_patchwork_new (&options);
  self->is_tiled = TRUE;
  return TRUE;
}

// Makes ready for the map's size and takes the map.
static gboolean
give_map (SpadeContext *self, const SpadeMap *map, SpadeFailure *failure)
{
  const SpadeBackend *backend = self->device.backend;
  const SpadeLevel   *levels;
  g_autoptr (SpadePyramid) old = NULL;

  if (self->plan == NULL
      || self->plan->level_height[self->plan->n_levels - 1] != map->height
      || self->plan->level_width[self->plan->n_levels - 1] != map->width)
    make_plan (self, map->height, map->width);
  if (self->patchwork != NULL)
    {
      spade_patchwork_set_pyramid (self->patchwork,
                                   spade_pyramid_new (self->plan, map, FALSE));
      if (self->is_tiled
          || spade_patchwork_estimate (self->patchwork) <= MOST_WINDOWS)
        return TRUE;
      levels = spade_patchwork_number_whole (self->patchwork);
    }
  else
    {
      // The run has the old one until it gets the new one.
      old = g_steal_pointer (&self->pyramid);
      self->pyramid
          = spade_pyramid_new (self->plan, map, backend->wants_neighbourhoods);
      levels = self->pyramid->levels;
    }
  if (fits (self, levels) && prepare_whole (self, levels, failure))
    return TRUE;
  return fall_back_to_tiles (self) && give_map (self, map, failure);
}

gboolean
spade_context_set_map (SpadeContext *self, const SpadeMap *map, GError **error)
{
  SpadeFailure failure;

  if (!spade_model_check_size (self->model, map->height, map->width, error)
      || !check_ids (spade_model_get_config (self->model), map, error))
    return FALSE;
  if (give_map (self, map, &failure))
    return TRUE;
  if (!fall_back (self, &failure, error))
    return FALSE;
  if (give_map (self, map, &failure))
    return TRUE;
  drop_run (self);
  return spade_failure_raise (&failure, error);
}

// Takes another z of z_dim floats, copied.
static void
take_latent (SpadeContext *self, const float *z)
{
  gsize size
      = (gsize) spade_model_get_config (self->model)->z_dim * sizeof *z;

  if (memcmp (self->z, z, size) == 0)
    return;
  memcpy (self->z, z, size);
  if (self->patchwork != NULL)
    spade_patchwork_set_latent_changed (self->patchwork);
}

gboolean
spade_context_set_latent (SpadeContext *self, const float *z, int n,
                          GError **error)
{
  int z_dim = spade_model_get_config (self->model)->z_dim;

  if (z_dim == 0)
    return TRUE;
  if (n != z_dim)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                   "the latent has %d numbers, but the model wants %d", n,
                   z_dim);
      return FALSE;
    }
  take_latent (self, z);
  return TRUE;
}

void
spade_context_set_noise_seed (SpadeContext *self, guint64 seed)
{
  if (seed == self->noise_seed)
    return;
  self->noise_seed = seed;
  if (self->patchwork != NULL)
    spade_patchwork_set_noise_changed (self->patchwork);
}

void
spade_context_set_seed (SpadeContext *self, guint64 seed)
{
  int n = spade_model_get_config (self->model)->z_dim;
  g_autofree float *z = g_new (float, MAX (n, 1));

  spade_context_set_noise_seed (self, seed);
  if (n == 0)
    return;
  spade_latent_draw (seed, z, n);
  take_latent (self, z);
}

gboolean
spade_context_set_style (SpadeContext *self, const guint8 *rgb, int height,
                         int width, gsize stride, double strength,
                         guint64 seed, GError **error)
{
  int n = spade_model_get_config (self->model)->z_dim;
  g_autofree float *mu = g_new (float, MAX (n, 1));
  g_autofree float *logvar = g_new (float, MAX (n, 1));
  g_autofree float *z = g_new (float, MAX (n, 1));

  if (!spade_context_encode (self, rgb, height, width, stride, mu, logvar,
                             error))
    return FALSE;
  spade_latent_draw (seed, z, n);
  for (int i = 0; i < n; i++)
    z[i] = mu[i] + (float) strength * expf (0.5f * logvar[i]) * z[i];
  take_latent (self, z);
  spade_context_set_noise_seed (self, seed);
  return TRUE;
}

// Renders by the run of the whole plan, and hands the patchwork what it keeps.
static gboolean
render_whole (SpadeContext *self, float *out_rgb, const SpadeMonitor *monitor,
              GError **error)
{
  const SpadeBackend *backend = self->device.backend;
  SpadePatchwork     *patchwork = self->patchwork;
  SpadeSpan           span = { monitor, "generator", 0, 1 };
  SpadeFailure        failure;

  if (patchwork != NULL)
    {
      if (!prepare_whole (self, spade_patchwork_number_whole (patchwork),
                          &failure))
        return spade_failure_raise (&failure, error);
      spade_patchwork_begin_whole (patchwork);
    }
  if (spade_plan_has_noise (self->plan))
    backend->run_set_noise (self->run, self->noise_seed, 0, 0);
  if (self->plan->input >= 0
      && !backend->run_set_input (self->run, self->z, &failure))
    return spade_failure_raise (&failure, error);
  if (!spade_run_steps (backend, self->run, self->plan, &span,
                        patchwork != NULL ? spade_patchwork_take_step : NULL,
                        patchwork, error))
    return FALSE;
  if (!backend->run_get_value (self->run, self->plan->outputs[0], out_rgb,
                               &failure))
    return spade_failure_raise (&failure, error);
  if (patchwork != NULL)
    spade_patchwork_end_whole (patchwork, out_rgb);
  return TRUE;
}

gboolean
spade_context_render (SpadeContext *self, float *out_rgb,
                      const SpadeMonitor *monitor, GError **error)
{
  gboolean is_done;

  if (self->run == NULL && self->patchwork == NULL)
    {
      g_set_error_literal (error, SPADE_ERROR, SPADE_ERROR_MAP,
                           "there is no map to render; set one first");
      return FALSE;
    }
  if (self->patchwork != NULL
      && (self->is_tiled
          || spade_patchwork_estimate (self->patchwork) <= MOST_WINDOWS))
    is_done = spade_patchwork_render (self->patchwork, self->z,
                                      self->noise_seed, out_rgb, monitor,
                                      error);
  else
    is_done = render_whole (self, out_rgb, monitor, error);
  if (is_done && monitor != NULL && monitor->progress != NULL)
    monitor->progress (1, "generator", monitor->user_data);
  return is_done;
}

void
spade_pack_rgb (const float *x, gsize n, guint8 *out_bytes)
{
  for (gsize i = 0; i < n; i++)
    out_bytes[i] = (guint8) CLAMP ((x[i] + 1) * 127.5f + 0.5f, 0, 255);
}
