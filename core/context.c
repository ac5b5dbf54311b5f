// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The context: one model on one device. It owns the engines, the run of the
// generator at the size of the last map, and z.

#include "include/spade-context.h"

#include "context-private.h"

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
  self->asked_device = options != NULL ? g_strdup (options->device) : NULL;
  self->cache = g_strdup (self->options.cache);
  self->options.cache = NULL;
  self->engine = spade_context_make_engine (
      self, &self->device, self->device.precision, &failure);
  if (self->engine == NULL && !self->device.is_auto)
    {
      spade_failure_raise (&failure, error);
      return NULL;
    }
  if (self->engine == NULL && !spade_context_fall_back (self, &failure, error))
    return NULL;
  if (z_dim > 0)
    {
      self->z = g_new0 (float, z_dim);
      spade_context_set_seed (self, 0);
    }
  return g_steal_pointer (&self);
}

void
spade_context_free (SpadeContext *self)
{
  if (self == NULL)
    return;
  spade_context_free (self->coarse);
  spade_context_drop_engine (self);
  spade_model_unref (self->model);
  g_free (self->asked_device);
  g_free (self->cache);
  g_free (self->pack_folder);
  g_free (self->z);
  g_free (self);
}

const char *
spade_context_get_device (const SpadeContext *self)
{
  return self->device.line;
}

static gboolean
refuse_id (const SpadeConfig *config, int id, int x, int y, GError **error)
{
  if (id == config->n_classes)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                 "the model knows no unlabeled pixels, and the map has some at "
                 "%d, %d; give them a class", x, y);
  else if (id == 255)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                 "the map has pixels of 255, which is unlabeled, at %d, %d, and "
                 "the model has only %d classes; give them a class, or import "
                 "its checkpoint again with --unlabeled, if it has a channel "
                 "for them", x, y, config->n_classes);
  else
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                 "the map has class id %d at %d, %d, but the model has only %d "
                 "classes; choose a model of the map's class set", id, x, y,
                 config->n_classes);
  return FALSE;
}

static gboolean
check_ids (const SpadeConfig *config, const SpadeMap *map, GError **error)
{
  int   limit = spade_config_get_n_ids (config);
  gsize n = (gsize) map->height * map->width;

  for (gsize i = 0; i < n; i++)
    if (map->ids[i] >= limit)
      return refuse_id (config, map->ids[i], (int) (i % map->width),
                        (int) (i / map->width), error);
  return TRUE;
}

// Turns the rows of height x width pixels of so many bytes around.
static void
mirror (gpointer pixels, int height, int width, gsize size)
{
  guint8 kept[16];

  for (int y = 0; y < height; y++)
    {
      guint8 *left = (guint8 *) pixels + (gsize) y * width * size;
      guint8 *right = left + (width - 1) * size;

      for (; left < right; left += size, right -= size)
        {
          memcpy (kept, left, size);
          memcpy (left, right, size);
          memcpy (right, kept, size);
        }
    }
}

static SpadeMap *
mirrored_map (const SpadeMap *map, GError **error)
{
  SpadeMap *copy = spade_map_resize (map, map->height, map->width, error);

  if (copy == NULL)
    return NULL;
  mirror (copy->ids, copy->height, copy->width, sizeof *copy->ids);
  if (copy->instances != NULL)
    mirror (copy->instances, copy->height, copy->width,
            sizeof *copy->instances);
  return copy;
}

// Of the context's own size.
static gboolean
set_own_map (SpadeContext *self, const SpadeMap *map, GError **error)
{
  g_autoptr (SpadeMap) mirrored = NULL;

  if (self->will_mirror)
    {
      mirrored = mirrored_map (map, error);
      if (mirrored == NULL)
        return FALSE;
      map = mirrored;
    }
  self->is_mirrored = self->will_mirror;
  return spade_context_give_map (self, map, error);
}

gboolean
spade_context_set_map (SpadeContext *self, const SpadeMap *map, GError **error)
{
  if (!spade_model_check_size (self->model, map->height, map->width, error)
      || !check_ids (spade_model_get_config (self->model), map, error))
    return FALSE;
  if (spade_refine_set_map (self, map, error) && set_own_map (self, map, error))
    return TRUE;
  g_clear_pointer (&self->coarse, spade_context_free); // of another map than ours
  return FALSE;
}

void
spade_context_set_mirrored (SpadeContext *self, gboolean mirrored)
{
  self->will_mirror = mirrored;
}

void
spade_context_set_refined (SpadeContext *self, gboolean refined)
{
  self->will_refine = refined;
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
  if (self->plan != NULL)
    {
      spade_plan_set_latent (self->plan, z);
      self->has_other_z = spade_plan_has_z_tables (self->plan);
    }
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

// Where the picture goes: floats, which are the caller's or, of a caller who wants
// bytes, made when a way needs them; without them to the bytes.
typedef struct
{
  float  *rgb;
  guint8 *bytes;
} Picture;

// Gives the number of floats or bytes of a picture.
static gsize
picture_size (const SpadeContext *self)
{
  int last = self->plan->n_levels - 1;

  return (gsize) self->plan->level_height[last] * self->plan->level_width[last]
         * 3;
}

// Says whether a whole render gives bytes without floats.
static gboolean
gives_bytes (const SpadeContext *self, const Picture *out)
{
  return out->rgb == NULL && self->patchwork == NULL && self->coarse == NULL
         && self->device.backend->run_get_bytes != NULL;
}

// Makes sure of the floats, where they are needed.
static gboolean
reserve_floats (SpadeContext *self, Picture *out, GError **error)
{
  if (out->rgb != NULL || gives_bytes (self, out))
    return TRUE;
  out->rgb = g_try_new (float, picture_size (self));
  if (out->rgb == NULL)
    g_set_error_literal (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                         "there is not enough memory for the picture; choose a "
                         "smaller size");
  return out->rgb != NULL;
}

// Tells the run of the whole plan of a z that its tables do not know. A patchwork
// gives its own levels before each render.
static gboolean
renew_levels (SpadeContext *self, GError **error)
{
  SpadeFailure failure;

  if (!self->has_other_z || self->patchwork != NULL)
    return TRUE;
  spade_pyramid_rename_numbers (self->pyramid);
  spade_level_numbers_rename (&self->numbers);
  if (!spade_context_prepare_whole (self, spade_context_number_whole (self),
                                    &failure))
    return spade_failure_raise (&failure, error);
  self->has_other_z = FALSE;
  return TRUE;
}

// Renders by the run of the whole plan, and hands the patchwork what it keeps.
static gboolean
render_whole (SpadeContext *self, Picture *out, const SpadeMonitor *monitor,
              GError **error)
{
  const SpadeBackend *backend = self->device.backend;
  SpadePatchwork     *patchwork = self->patchwork;
  SpadeSpan           span = { monitor, "generator", 0, 1 };
  SpadeFailure        failure;

  if (patchwork != NULL)
    {
      if (!spade_context_prepare_whole (
              self, spade_patchwork_number_whole (patchwork), &failure))
        return spade_failure_raise (&failure, error);
      spade_patchwork_begin_whole (patchwork);
    }
  if (!renew_levels (self, error))
    return FALSE;
  if (spade_plan_has_noise (self->plan))
    backend->run_set_noise (self->run, self->noise_seed, 0, 0);
  if (self->plan->input >= 0
      && !backend->run_set_input (self->run, self->z, &failure))
    return spade_failure_raise (&failure, error);
  if (!spade_run_steps (backend, self->run, self->plan, &span,
                        patchwork != NULL ? spade_patchwork_take_step : NULL,
                        patchwork, error))
    return FALSE;
  if (gives_bytes (self, out))
    return backend->run_get_bytes (self->run, self->plan->outputs[0],
                                   out->bytes, &failure)
               ? TRUE
               : spade_failure_raise (&failure, error);
  if (!backend->run_get_value (self->run, self->plan->outputs[0], out->rgb,
                               &failure))
    return spade_failure_raise (&failure, error);
  if (patchwork != NULL)
    spade_patchwork_end_whole (patchwork, out->rgb);
  return TRUE;
}

static gboolean
render_once (SpadeContext *self, Picture *out, const SpadeMonitor *monitor,
             GError **error)
{
  return spade_context_goes_by_windows (self)
             ? spade_patchwork_render (self->patchwork, self->z,
                                       self->noise_seed, out->rgb, monitor,
                                       error)
             : render_whole (self, out, monitor, error);
}

static gboolean
render (SpadeContext *self, Picture *out, const SpadeMonitor *monitor,
        GError **error)
{
  GError *problem = NULL;

  if (self->run == NULL && self->patchwork == NULL)
    {
      g_set_error_literal (error, SPADE_ERROR, SPADE_ERROR_MAP,
                           "there is no map to render; set one first");
      return FALSE;
    }
  // Another way may need the floats that this one did without.
  for (;;)
    {
      if (!reserve_floats (self, out, error))
        return FALSE;
      if (render_once (self, out, monitor, &problem))
        break;
      if (!spade_context_find_way_around (self, problem, error))
        return FALSE;
      problem = NULL;
    }
  if (self->is_mirrored)
    {
      int last = self->plan->n_levels - 1;

      mirror (out->rgb != NULL ? (gpointer) out->rgb : out->bytes,
              self->plan->level_height[last], self->plan->level_width[last],
              3 * (out->rgb != NULL ? sizeof *out->rgb : 1));
    }
  if (monitor != NULL && monitor->progress != NULL)
    monitor->progress (1, "generator", monitor->user_data);
  return TRUE;
}

gboolean
spade_context_render_own (SpadeContext *self, float *out_rgb,
                          const SpadeMonitor *monitor, GError **error)
{
  Picture out = { out_rgb, NULL };

  return render (self, &out, monitor, error);
}

gboolean
spade_context_render (SpadeContext *self, float *out_rgb,
                      const SpadeMonitor *monitor, GError **error)
{
  return (self->coarse != NULL ? spade_refine_render : spade_context_render_own) (
      self, out_rgb, monitor, error);
}

gboolean
spade_context_render_bytes (SpadeContext *self, guint8 *out_rgb,
                            const SpadeMonitor *monitor, GError **error)
{
  Picture  out = { NULL, out_rgb };
  gboolean is_done;

  // A picture of two sizes is put together from floats.
  if (self->coarse != NULL && self->plan != NULL)
    is_done = reserve_floats (self, &out, error)
              && spade_refine_render (self, out.rgb, monitor, error);
  else
    is_done = render (self, &out, monitor, error);

  if (is_done && out.rgb != NULL)
    spade_pack_rgb (out.rgb, picture_size (self), out.bytes);
  g_free (out.rgb);
  return is_done;
}

void
spade_unit_rgb (float *x, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      float unit = (x[i] + 1) / 2;

      x[i] = unit > 0 ? MIN (unit, 1) : 0; // 0 for NaN
    }
}

void
spade_pack_rgb (const float *x, gsize n, guint8 *out_bytes)
{
  for (gsize i = 0; i < n; i++)
    {
      float byte = (x[i] + 1) * 127.5f + 0.5f;

      out_bytes[i] = byte > 0 ? (guint8) MIN (byte, 255) : 0; // 0 for NaN
    }
}
