// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Renders a generator's picture window by window: in tiles where the whole
// would take too much memory, and only where something changed after an edit.
// The values between some stages are kept; from one of them to the next runs a
// chain of stages, tile by tile. Every bit is that of a whole render. Only for
// local plans (spade_plan_is_local()) on a backend with windows.

#pragma once

#include "pyramid.h"
#include "run-steps.h"

typedef struct
{
  const SpadeBackend *backend;
  SpadeEngine        *engine;
  const SpadePlan    *plan;   // of the whole picture
  gsize               memory; // bytes that it may take, more or less
  gboolean            keeps;  // the values for a next render
  gsize               device_memory; // bytes of its own that the device may
                                     // take for runs; 0: it has none
} SpadePatchworkOptions;

typedef struct _SpadePatchwork SpadePatchwork;

// All that options names is borrowed.
SpadePatchwork *spade_patchwork_new (const SpadePatchworkOptions *options);
void            spade_patchwork_free (SpadePatchwork *patchwork);

// Takes the symbols of a map, and owns them; what differs from the last ones
// is to be rendered again.
void spade_patchwork_set_pyramid (SpadePatchwork *patchwork,
                                  SpadePyramid   *pyramid);
// Gives the map's symbols away; only to be freed, or to get others, after.
SpadePyramid *spade_patchwork_take_pyramid (SpadePatchwork *patchwork);
// Goes on with smaller tiles after the device's memory, or where it has none of its
// own the host's, was too small; FALSE when they are as small as they get.
gboolean spade_patchwork_shrink (SpadePatchwork *patchwork);
// Says that z, or the noise seed, is another.
void spade_patchwork_set_latent_changed (SpadePatchwork *patchwork);
void spade_patchwork_set_noise_changed (SpadePatchwork *patchwork);

// Gives the share of a whole render's work that the next render takes, 0 where
// nothing changed, more than 1 where tiles overlap much.
double spade_patchwork_estimate (const SpadePatchwork *patchwork);

// Brings the picture up to date; out_rgb is [height, width, 3]. z may be NULL
// where the plan reads none. After an error the next render begins where this
// one ended.
gboolean spade_patchwork_render (SpadePatchwork     *patchwork,
                                 const float        *z,
                                 guint64             noise_seed,
                                 float              *out_rgb,
                                 const SpadeMonitor *monitor,
                                 GError            **error);

// A run of the whole plan, for a patchwork that keeps: its levels, which the
// next numbering and spade_patchwork_free() free, or NULL where there is no
// memory; what to call before, after each step (a SpadeStepDone), and at the end.
const SpadeLevel *spade_patchwork_number_whole (SpadePatchwork *patchwork);
void              spade_patchwork_begin_whole (SpadePatchwork *patchwork);
void              spade_patchwork_take_step (SpadeRun *run,
                                             int       step,
                                             gpointer  patchwork);
void              spade_patchwork_end_whole (SpadePatchwork *patchwork,
                                             const float    *rgb);
