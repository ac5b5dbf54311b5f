// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The way in which a context renders its map: whole, in tiles, or where it
// changed; on the device that was asked for or, after a failure, on another.

#include "context-private.h"
#include "host-memory.h"
#include "pack-folder.h"

// Above this share of a whole render's work, a whole render is what is done.
// Most edits turn out to change less than they might.
#define MOST_WINDOWS 1.0
// The share of the free memory that is taken where the caller names no limit.
#define FREE_SHARE 0.8
// What a process takes before it renders, and beside what is counted here.
#define BASE_MEMORY (64.0 * 1024 * 1024)
// What is taken whatever the limit is, beside what threads need in any case.
#define LEAST_MEMORY (64.0 * 1024 * 1024)
// Bytes of a pixel in the caller's picture and map, and in our copy of the map.
#define PIXEL_BYTES 22
// Bytes of a distinct patch in a dictionary that grows.
#define PATCH_BYTES 128

SpadeEngine *
spade_context_make_engine (SpadeContext *self, const SpadeDevice *device,
                           SpadeDType precision, SpadeFailure *failure)
{
  SpadeEngineOptions options = {
    .device = device->number,
    .precision = precision,
    .n_threads = device->n_threads,
    .tf32 = g_getenv ("SPADE_TF32") != NULL,
  };

  if (device->backend->keeps_packed_weights && self->cache != NULL
      && self->pack_folder == NULL)
    self->pack_folder = spade_pack_folder_open (self->cache, self->model);
  options.pack_folder = self->pack_folder;
  return device->backend->engine_new (&options, failure);
}

void
spade_context_drop_run (SpadeContext *self)
{
  if (self->run != NULL)
    self->device.backend->run_free (self->run);
  self->run = NULL;
  spade_level_numbers_drop (&self->numbers);
  g_clear_pointer (&self->pyramid, spade_pyramid_free);
  g_clear_pointer (&self->patchwork, spade_patchwork_free);
  g_clear_pointer (&self->plan, spade_plan_free);
}

void
spade_context_drop_engine (SpadeContext *self)
{
  spade_context_drop_run (self);
  spade_encoder_clear (&self->encoder);
  if (self->engine != NULL)
    self->device.backend->engine_free (self->engine);
  self->engine = NULL;
}

// After a failure on a GPU that was only the automatic choice: goes on with the
// CPU.
gboolean
spade_context_fall_back (SpadeContext *self, const SpadeFailure *failure,
                         GError **error)
{
  SpadeFailure another;

  spade_context_drop_engine (self);
  if (!spade_device_fall_back (&self->options, failure->message, &self->device,
                               error))
    return FALSE;
  self->engine = spade_context_make_engine (
      self, &self->device, self->device.precision, &another);
  return self->engine != NULL ? TRUE : spade_failure_raise (&another, error);
}

// Says whether values lie in a device's own memory while they are computed.
static gboolean
is_away (const SpadeContext *self)
{
  const SpadeWindowing *windows = self->device.backend->windows;

  return windows != NULL && windows->device_memory != NULL;
}

// Gives the bytes that the steps of a whole render need for a while; levels may be
// NULL.
static double
scratch_size (const SpadeContext *self, const SpadeLevel *levels)
{
  const SpadeWindowing *windows = self->device.backend->windows;

  return windows->scratch_size != NULL
             ? (double) windows->scratch_size (self->engine, self->plan, levels)
             : 0;
}

// Gives the caller's limit without what the render of the smaller size has of it.
static double
get_limit (const SpadeContext *self)
{
  double smaller = self->coarse != NULL ? (double) self->coarse->options.memory : 0;

  return (double) self->options.memory - smaller;
}

// Gives the bytes of the host's memory that a render may take besides weights.
static double
find_memory (const SpadeContext *self)
{
  const SpadeWindowing *windows = self->device.backend->windows;
  const SpadePlan      *plan = self->plan;
  int                   last = plan->n_levels - 1;
  double                n = (double) plan->level_height[last]
                            * plan->level_width[last];
  double                weights = 0, limit;

  if (self->options.memory > 0)
    limit = get_limit (self) - BASE_MEMORY;
  else
    limit = FREE_SHARE * (double) spade_host_memory_available ();
  if (!is_away (self))
    weights = (double) windows->weights_size (self->engine, plan);
  return MAX (LEAST_MEMORY + scratch_size (self, NULL),
              limit - PIXEL_BYTES * n - weights);
}

// The same of the device's own memory, on which a limit counts as well.
static double
find_device_memory (const SpadeContext *self)
{
  const SpadeWindowing *windows = self->device.backend->windows;
  double size = FREE_SHARE
                * (double) windows->device_memory (self->engine, self->plan);
  double weights
      = (double) windows->weights_size (self->engine, self->plan);

  if (self->options.memory == 0)
    return size;
  return MIN (size,
              MAX (LEAST_MEMORY, get_limit (self) - weights));
}

// Gives the bytes of a whole render's values, of what its threads need and of its
// tables, where the numbers of the map's patches are known.
static double
whole_size (const SpadeContext *self, const SpadeLevel *levels)
{
  const SpadePlan *plan = self->plan;
  double           size
      = (double) plan->arena_size
            * (double) self->device.backend->windows->element_size (
                self->engine)
        + scratch_size (self, levels);

  for (int i = 0; i < plan->n_steps && levels != NULL; i++)
    if (plan->steps[i].kind == SPADE_STEP_SPADE
        && levels[plan->steps[i].level].neighbourhoods != NULL)
      size += 2 * sizeof (float)
              * (double) levels[plan->steps[i].level].neighbourhoods->n_patches
              * plan->values[plan->steps[i].dst].channels;
  return size;
}

static gboolean
can_tile (const SpadeContext *self)
{
  return self->device.backend->windows != NULL
         && spade_plan_is_local (self->plan);
}

// Says whether a whole render of those levels fits, as far as that can be
// known. A device hands out no more than it has, so that trying tells, and so
// does a run when its tables grow.
static gboolean
fits (const SpadeContext *self, const SpadeLevel *levels)
{
  if (!can_tile (self))
    return TRUE;
  if (is_away (self))
    return self->options.memory == 0
           || whole_size (self, levels) <= find_device_memory (self);
  if (self->options.memory == 0 && self->run != NULL)
    return TRUE;
  return whole_size (self, levels) <= find_memory (self);
}

// Says whether the numbers of a map's patches may be found for a whole render:
// where they may well be too many, tiles number theirs alone.
static gboolean
can_number (const SpadeContext *self, const SpadePyramid *pyramid)
{
  double size = 0;

  if (!can_tile (self) || is_away (self)
      || (self->options.memory == 0 && self->run != NULL))
    return TRUE;
  for (int i = 0; i < pyramid->n_levels; i++)
    size += PATCH_BYTES
            * spade_pyramid_expect_patches (pyramid, i,
                                            self->plan->edge_channel >= 0);
  return size <= find_memory (self);
}

static SpadePatchwork *
make_patchwork (const SpadeContext *self)
{
  SpadePatchworkOptions options = { .backend = self->device.backend,
                                    .engine = self->engine,
                                    .plan = self->plan,
                                    .memory = (gsize) find_memory (self),
                                    .keeps = self->options.for_edits };

  if (is_away (self))
    options.device_memory = (gsize) MAX (find_device_memory (self), 1);
  return spade_patchwork_new (&options);
}

// Makes the plan of a size, and decides how it will be rendered.
static void
make_plan (SpadeContext *self, int height, int width)
{
  spade_context_drop_run (self);
  self->plan = spade_plan_new_generator (self->model, height, width);
  if (self->z != NULL)
    spade_plan_set_latent (self->plan, self->z);
  self->has_other_z = FALSE;
  self->is_tiled = FALSE;
  if (!can_tile (self))
    return;
  self->is_tiled = whole_size (self, NULL) > (is_away (self)
                                                  ? find_device_memory (self)
                                                  : find_memory (self));
  // Where values are away a whole render is faster than to fetch what edits keep.
  if (self->is_tiled || (self->options.for_edits && !is_away (self)))
    self->patchwork = make_patchwork (self);
}

// Says whether the patchwork is what renders next.
gboolean
spade_context_goes_by_windows (const SpadeContext *self)
{
  return self->patchwork != NULL
         && (self->is_tiled
             || spade_patchwork_estimate (self->patchwork) <= MOST_WINDOWS);
}

static gboolean
fail_memory (SpadeFailure *failure)
{
  *failure = (SpadeFailure){ SPADE_FAILURE_MEMORY,
                             "not enough memory; choose a smaller size" };
  return FALSE;
}

// Makes a run of the whole plan ready for its map.
gboolean
spade_context_prepare_whole (SpadeContext *self, const SpadeLevel *levels,
                             SpadeFailure *failure)
{
  const SpadeBackend *backend = self->device.backend;

  if (levels == NULL || !fits (self, levels))
    return fail_memory (failure);
  if (self->run == NULL)
    self->run = backend->run_new (self->engine, self->plan, failure);
  return self->run != NULL
         && backend->run_set_levels (self->run, levels, failure);
}

// Says whether the neighbourhoods of a map for a whole render are to be found here.
static gboolean
wants_neighbourhoods (const SpadeContext *self)
{
  const SpadeBackend *backend = self->device.backend;

  // Whether a render keeps a limit is reckoned with the number of patches (fits()).
  return backend->wants_neighbourhoods
         && (!backend->makes_neighbourhoods || self->options.memory > 0);
}

const SpadeLevel *
spade_context_number_whole (SpadeContext *self)
{
  guint32 room[SPADE_MAX_LEVELS];

  if (!wants_neighbourhoods (self))
    return self->pyramid->levels;
  if (!can_number (self, self->pyramid))
    return NULL;
  for (int i = 0; i < SPADE_MAX_LEVELS; i++)
    room[i] = G_MAXUINT32;
  if (self->options.for_edits)
    return spade_level_numbers_whole (&self->numbers, self->plan, self->pyramid,
                                      room);
  return spade_pyramid_number (self->pyramid, self->plan) ? self->pyramid->levels
                                                          : NULL;
}

// Takes a map's symbols, owned, and makes ready for them.
static gboolean
give_pyramid (SpadeContext *self, SpadePyramid *pyramid, SpadeFailure *failure)
{
  // The run has the old one until it gets the new one.
  g_autoptr (SpadePyramid) old = g_steal_pointer (&self->pyramid);

  if (self->has_other_z)
    spade_level_numbers_rename (&self->numbers);
  self->has_other_z = FALSE;
  if (self->patchwork == NULL)
    {
      self->pyramid = pyramid;
      self->numbers.is_whole = FALSE;
      return spade_context_prepare_whole (self, spade_context_number_whole (self),
                                          failure);
    }
  spade_patchwork_set_pyramid (self->patchwork, pyramid);
  return spade_context_goes_by_windows (self)
         || spade_context_prepare_whole (
             self, spade_patchwork_number_whole (self->patchwork), failure);
}

static SpadePyramid *
take_pyramid (SpadeContext *self)
{
  return self->patchwork != NULL
             ? spade_patchwork_take_pyramid (self->patchwork)
             : g_steal_pointer (&self->pyramid);
}

// After a failure: goes on with tiles, or with smaller ones, if that may help.
static gboolean
go_on_in_tiles (SpadeContext *self, const SpadeFailure *failure)
{
  SpadePyramid *pyramid;

  if (failure->kind != SPADE_FAILURE_MEMORY || !can_tile (self))
    return FALSE;
  if (self->is_tiled)
    return spade_patchwork_shrink (self->patchwork);
  pyramid = take_pyramid (self);
  if (self->run != NULL)
    self->device.backend->run_free (self->run);
  self->run = NULL;
  spade_patchwork_free (self->patchwork);
  self->patchwork = make_patchwork (self);
  self->is_tiled = TRUE;
  spade_pyramid_drop_numbers (pyramid); // windows are numbered by themselves
  spade_level_numbers_drop (&self->numbers);
  spade_patchwork_set_pyramid (self->patchwork, pyramid);
  return TRUE;
}

// After a failure: goes on with the CPU where the GPU was only the automatic
// choice.
static gboolean
go_on_without_gpu (SpadeContext *self, const SpadeFailure *failure,
                   GError **error)
{
  int           last = self->plan->n_levels - 1;
  int           height = self->plan->level_height[last];
  int           width = self->plan->level_width[last];
  SpadeFailure  another;
  SpadePyramid *pyramid;

  if (!self->device.is_auto)
    return spade_failure_raise (failure, error);
  pyramid = take_pyramid (self);
  if (!spade_context_fall_back (self, failure, error))
    {
      spade_pyramid_free (pyramid);
      return FALSE;
    }
  make_plan (self, height, width);
  if (give_pyramid (self, pyramid, &another)
      || go_on_in_tiles (self, &another))
    return TRUE;
  spade_context_drop_run (self);
  return spade_failure_raise (&another, error);
}

gboolean
spade_context_give_map (SpadeContext *self, const SpadeMap *map,
                        GError **error)
{
  SpadePyramid *pyramid;
  SpadeFailure  failure;

  if (self->engine == NULL) // a fall back that failed
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_BACKEND,
                   "the device failed before; start again");
      return FALSE;
    }
  if (self->plan == NULL
      || self->plan->level_height[self->plan->n_levels - 1] != map->height
      || self->plan->level_width[self->plan->n_levels - 1] != map->width)
    {
      // What no tiles make smaller.
      if (self->options.memory == 0
          && !spade_host_memory_check (PIXEL_BYTES * (double) map->height
                                           * map->width,
                                       &failure))
        return spade_failure_raise (&failure, error);
      make_plan (self, map->height, map->width);
    }
  pyramid = spade_pyramid_new (self->plan, map, FALSE);
  if (pyramid == NULL)
    {
      spade_context_drop_run (self);
      fail_memory (&failure);
      return spade_failure_raise (&failure, error);
    }
  if (give_pyramid (self, pyramid, &failure)
      || go_on_in_tiles (self, &failure)
      || go_on_without_gpu (self, &failure, error))
    return TRUE;
  spade_context_drop_run (self);
  return FALSE;
}

// After an error of a render: TRUE where there is another way to go on.
gboolean
spade_context_find_way_around (SpadeContext *self, GError *error,
                               GError **out_error)
{
  SpadeFailure failure = { .kind = SPADE_FAILURE_BACKEND };

  g_strlcpy (failure.message, error->message, sizeof failure.message);
  if (g_error_matches (error, SPADE_ERROR, SPADE_ERROR_MEMORY))
    failure.kind = SPADE_FAILURE_MEMORY;
  else if (!g_error_matches (error, SPADE_ERROR, SPADE_ERROR_BACKEND))
    {
      g_propagate_error (out_error, error);
      return FALSE;
    }
  g_error_free (error);
  return go_on_in_tiles (self, &failure)
         || go_on_without_gpu (self, &failure, out_error);
}
