// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What a render worker is asked for: everything a picture depends on.

#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <spade.h>

#define SPADE_RENDER_MAX_SEEDS 9

typedef struct
{
  SpadeModel    *model;     // a reference
  SpadeMap      *map;       // owned; its size is the render size
  GdkPixbuf     *style;     // a reference, or NULL: z from the seed alone
  GdkPixbuf     *mix_style; // a reference, or NULL: the style alone
  double         mix;       // share of mix_style, 0...1
  double         strength;  // of the seed around the style, 0...1
  gboolean       is_mirrored; // spade_context_set_mirrored()
  gboolean       refines;     // spade_context_set_refined()
  char          *device;    // owned; NULL: auto
  SpadePrecision precision;
  int            n_threads; // 0: all cores
  int            n_seeds;   // 1...SPADE_RENDER_MAX_SEEDS: a picture of each
  guint64        seeds[SPADE_RENDER_MAX_SEEDS];
  gboolean       wants_floats; // too, beside the bytes of the pixbuf
  gboolean       is_urgent; // starts without the worker's delay
} SpadeRenderRequest;

// Gives a picture of a request that wanted floats as these, owned by the picture:
// [height, width, 3] of R'G'B' in 0...1. NULL for other pixbufs.
const float *spade_render_get_floats (GdkPixbuf *picture);

void spade_render_request_free (SpadeRenderRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpadeRenderRequest, spade_render_request_free)
