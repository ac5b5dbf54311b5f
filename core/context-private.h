// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the files of the context share.

#pragma once

#include "device.h"
#include "include/spade-context.h"
#include "level-numbers.h"
#include "patchwork.h"
#include "plan-build.h"

// The style encoder, ready to run; all NULL before its first use.
typedef struct
{
  const SpadeBackend *backend;
  SpadeEngine        *engine;
  SpadePlan          *plan;
  SpadeRun           *run;
} SpadeEncoder;

void spade_encoder_clear (SpadeEncoder *encoder);

struct _SpadeContext
{
  SpadeModel  *model;
  SpadeContextOptions options; // without its strings
  char        *cache, *pack_folder; // or NULL
  SpadeDevice  device;
  SpadeEngine *engine;
  SpadePlan   *plan;    // of the generator at the map's size; NULL before a map
  float       *z;       // z_dim floats, or NULL
  guint64      noise_seed;

  // A map is rendered whole, by tiles and where it changed (patchwork), or by
  // whichever of the two is less work.
  SpadeRun       *run;       // of the whole plan, or NULL
  SpadePyramid   *pyramid;   // that the run has, or NULL: it is the patchwork's
  SpadeLevelNumbers numbers; // of that, where it keeps what a next map may use
  SpadePatchwork *patchwork; // or NULL
  gboolean        has_other_z; // in the steps than in the run's tables
  gboolean        is_mirrored; // the map
  gboolean        will_mirror; // the next one
  gboolean        is_tiled;  // the whole does not fit

  char         *asked_device; // or NULL
  gboolean      will_refine;  // the next map
  SpadeContext *coarse; // that renders the map smaller (refine.c), or NULL

  SpadeEncoder encoder;
};

// Renders as if there were no other size.
gboolean spade_context_render_own (SpadeContext       *self,
                                   float              *out_rgb,
                                   const SpadeMonitor *monitor,
                                   GError            **error);

// Makes ready, or throws away, what renders a map at a smaller size; the map is as the
// caller of the context gave it.
gboolean spade_refine_set_map (SpadeContext   *self,
                               const SpadeMap *map,
                               GError        **error);
// Renders at both sizes, where there is a smaller one.
gboolean spade_refine_render (SpadeContext       *self,
                              float              *out_rgb,
                              const SpadeMonitor *monitor,
                              GError            **error);

// Gives an engine on a device.
SpadeEngine *spade_context_make_engine (SpadeContext      *self,
                                        const SpadeDevice *device,
                                        SpadeDType         precision,
                                        SpadeFailure      *failure);

// The way of a render (context-way.c). Goes on with the CPU after a failure on
// a GPU.
gboolean spade_context_fall_back (SpadeContext       *self,
                                  const SpadeFailure *failure,
                                  GError            **error);
void spade_context_drop_run (SpadeContext *self);
void spade_context_drop_engine (SpadeContext *self);
// Makes ready for a map whose size and ids are good.
gboolean spade_context_give_map (SpadeContext   *self,
                                 const SpadeMap *map,
                                 GError        **error);
// Says whether the patchwork is what renders next.
gboolean spade_context_goes_by_windows (const SpadeContext *self);
// Gives the levels of the map for a whole render without a patchwork; NULL where there
// is no memory.
const SpadeLevel *spade_context_number_whole (SpadeContext *self);
// Makes a run of the whole plan ready for its map; levels may be NULL, where
// there was no memory for them.
gboolean spade_context_prepare_whole (SpadeContext     *self,
                                      const SpadeLevel *levels,
                                      SpadeFailure     *failure);
// After an error of a render, which it takes: TRUE where there is another way
// to go on, else with out_error.
gboolean spade_context_find_way_around (SpadeContext *self,
                                        GError       *error,
                                        GError      **out_error);
