// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The context: one model on one device. It owns the engines, the run of the
// generator at the size of the last map, and z.

#include "include/spade-context.h"

#include <math.h>

#include "device.h"
#include "plan-build.h"
#include "pyramid.h"
#include "style-image.h"

struct _SpadeContext
{
  SpadeModel  *model;
  SpadeContextOptions options; // without the name of the device
  SpadeDevice  device;
  SpadeEngine *engine;
  SpadePlan   *plan; // of the generator at the map's size; NULL before a map
  SpadeRun    *run;
  float       *z;    // z_dim floats, or NULL
};

static gboolean
fail (const SpadeFailure *failure, GError **error)
{
  g_set_error_literal (error, SPADE_ERROR,
                       failure->kind == SPADE_FAILURE_MEMORY
                           ? SPADE_ERROR_MEMORY
                           : SPADE_ERROR_BACKEND,
                       failure->message);
  return FALSE;
}

// Gives an engine on a device.
static SpadeEngine *
make_engine (const SpadeDevice *device, SpadeDType precision,
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
  g_clear_pointer (&self->plan, spade_plan_free);
}

static void
drop_engine (SpadeContext *self)
{
  drop_run (self);
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
    return fail (failure, error);
  drop_engine (self);
  if (!spade_device_fall_back (&self->options, failure->message, &self->device,
                               error))
    return FALSE;
  self->engine = make_engine (&self->device, self->device.precision, &another);
  return self->engine != NULL ? TRUE : fail (&another, error);
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
  self->engine = make_engine (&self->device, self->device.precision, &failure);
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

// Makes the run ready for the map's size and gives it the map.
static gboolean
give_map (SpadeContext *self, const SpadeMap *map, SpadeFailure *failure)
{
  const SpadeBackend *backend = self->device.backend;
  g_autoptr (SpadePyramid) pyramid = NULL;

  if (self->plan == NULL
      || self->plan->level_height[self->plan->n_levels - 1] != map->height
      || self->plan->level_width[self->plan->n_levels - 1] != map->width)
    {
      drop_run (self);
      self->plan = spade_plan_new_generator (self->model, map->height,
                                             map->width);
      self->run = backend->run_new (self->engine, self->plan, failure);
      if (self->run == NULL)
        return FALSE;
    }
  pyramid = spade_pyramid_new (self->plan, map, backend->wants_neighbourhoods);
  return backend->run_set_levels (self->run, pyramid->levels, failure);
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
  return fail (&failure, error);
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
  memcpy (self->z, z, (gsize) n * sizeof (float));
  return TRUE;
}

void
spade_context_set_seed (SpadeContext *self, guint64 seed)
{
  if (self->z != NULL)
    spade_latent_draw (seed, self->z,
                       spade_model_get_config (self->model)->z_dim);
}

gboolean
spade_context_set_style (SpadeContext *self, const guint8 *rgb, int height,
                         int width, gsize stride, double strength,
                         guint64 seed, GError **error)
{
  int n = spade_model_get_config (self->model)->z_dim;
  g_autofree float *mu = g_new (float, MAX (n, 1));
  g_autofree float *logvar = g_new (float, MAX (n, 1));

  if (!spade_context_encode (self, rgb, height, width, stride, mu, logvar,
                             error))
    return FALSE;
  spade_latent_draw (seed, self->z, n);
  for (int i = 0; i < n; i++)
    self->z[i] = mu[i]
                 + (float) strength * expf (0.5f * logvar[i]) * self->z[i];
  return TRUE;
}

// Tells the monitor how far the work is; FALSE when it is to stop.
static gboolean
report (const SpadeMonitor *monitor, double fraction, const char *phase,
        GError **error)
{
  if (monitor == NULL)
    return TRUE;
  if (monitor->progress != NULL)
    monitor->progress (fraction, phase, monitor->user_data);
  if (monitor->cancelled != NULL && g_atomic_int_get (monitor->cancelled))
    {
      g_set_error_literal (error, SPADE_ERROR, SPADE_ERROR_CANCELLED,
                           "cancelled");
      return FALSE;
    }
  return TRUE;
}

// Runs every step of a plan, telling the monitor before each.
static gboolean
run_steps (const SpadeBackend *backend, SpadeRun *run, const SpadePlan *plan,
           const SpadeMonitor *monitor, const char *phase, GError **error)
{
  double       total = 0, done = 0;
  SpadeFailure failure;

  for (int i = 0; i < plan->n_steps; i++)
    total += spade_plan_step_cost (plan, i);
  if (backend->run_all != NULL)
    {
      if (!report (monitor, 0, phase, error))
        return FALSE;
      if (!backend->run_all (run, &failure))
        return fail (&failure, error);
    }
  for (int i = 0; i < plan->n_steps && backend->run_all == NULL; i++)
    {
      if (!report (monitor, done / total, phase, error))
        return FALSE;
      if (!backend->run_step (run, i, &failure))
        return fail (&failure, error);
      done += spade_plan_step_cost (plan, i);
    }
  if (monitor != NULL && monitor->progress != NULL)
    monitor->progress (1, phase, monitor->user_data);
  return TRUE;
}

gboolean
spade_context_render (SpadeContext *self, float *out_rgb,
                      const SpadeMonitor *monitor, GError **error)
{
  const SpadeBackend *backend = self->device.backend;
  SpadeFailure        failure;

  if (self->run == NULL)
    {
      g_set_error_literal (error, SPADE_ERROR, SPADE_ERROR_MAP,
                           "there is no map to render; set one first");
      return FALSE;
    }
  if (self->plan->input >= 0
      && !backend->run_set_input (self->run, self->z, &failure))
    return fail (&failure, error);
  if (!run_steps (backend, self->run, self->plan, monitor, "generator", error))
    return FALSE;
  if (!backend->run_get_value (self->run, self->plan->outputs[0], out_rgb,
                               &failure))
    return fail (&failure, error);
  return TRUE;
}

// Runs the style encoder on its own engine, always in f32: it is small, and z
// should not depend on the precision of the picture.
static gboolean
run_encoder (const SpadeBackend *backend, SpadeEngine *engine,
             const SpadePlan *plan, const float *image, float *out_mu,
             float *out_logvar, GError **error)
{
  SpadeFailure        failure;
  SpadeRun           *run = backend->run_new (engine, plan, &failure);
  gboolean            is_done;

  if (run == NULL)
    return fail (&failure, error);
  if (!backend->run_set_input (run, image, &failure))
    is_done = fail (&failure, error);
  else if (!run_steps (backend, run, plan, NULL, "style", error))
    is_done = FALSE;
  else if (!backend->run_get_value (run, plan->outputs[0], out_mu, &failure)
           || !backend->run_get_value (run, plan->outputs[1], out_logvar,
                                       &failure))
    is_done = fail (&failure, error);
  else
    is_done = TRUE;
  backend->run_free (run);
  return is_done;
}

static gboolean
encode_on (const SpadeDevice *device, const SpadePlan *plan, const float *image,
           float *out_mu, float *out_logvar, GError **error)
{
  SpadeFailure failure;
  SpadeEngine *engine = make_engine (device, SPADE_DTYPE_F32, &failure);
  gboolean     is_done;

  if (engine == NULL)
    return fail (&failure, error);
  is_done = run_encoder (device->backend, engine, plan, image, out_mu,
                         out_logvar, error);
  device->backend->engine_free (engine);
  return is_done;
}

gboolean
spade_context_encode (SpadeContext *self, const guint8 *rgb, int height,
                      int width, gsize stride, float *out_mu,
                      float *out_logvar, GError **error)
{
  const SpadeConfig *config = spade_model_get_config (self->model);
  g_autoptr (SpadePlan) plan = NULL;
  g_autofree float *image = NULL;
  g_autoptr (GError) gpu_error = NULL;
  SpadeDevice       cpu;

  if (config->encoder_nf == 0)
    {
      g_set_error_literal (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                           "the model has no style encoder; leave the style "
                           "image out or choose another model");
      return FALSE;
    }
  if (height < 1 || width < 1)
    {
      g_set_error_literal (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                           "the style image is empty; choose another");
      return FALSE;
    }
  plan = spade_plan_new_encoder (self->model);
  image = g_new (float, (gsize) config->encoder_size * config->encoder_size * 3);
  spade_style_image_prepare (rgb, height, width, stride, image,
                             config->encoder_size);
  if (!self->device.is_auto)
    return encode_on (&self->device, plan, image, out_mu, out_logvar, error);
  // A GPU that has no room for this as well may still render.
  return encode_on (&self->device, plan, image, out_mu, out_logvar, &gpu_error)
         || (spade_device_fall_back (&self->options, gpu_error->message, &cpu,
                                     error)
             && encode_on (&cpu, plan, image, out_mu, out_logvar, error));
}

void
spade_pack_rgb (const float *x, gsize n, guint8 *out_bytes)
{
  for (gsize i = 0; i < n; i++)
    out_bytes[i] = (guint8) CLAMP ((x[i] + 1) * 127.5f + 0.5f, 0, 255);
}
