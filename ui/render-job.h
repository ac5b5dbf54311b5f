// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// One request on its way through the worker's thread. Private to the worker.

#pragma once

#include "render-request.h"

// What the thread keeps from request to request.
typedef struct
{
  SpadeContext       *context;
  SpadeRenderRequest *last;    // what the context was made and set up for
  gboolean            has_map; // last->map is in the context
  GHashTable         *pictures; // seed -> picture, of last; or NULL
} SpadeRenderKeep;

// Says whether two requests ask for the same pictures.
gboolean spade_render_request_is_same (const SpadeRenderRequest *a,
                                       const SpadeRenderRequest *b);

void spade_render_keep_clear (SpadeRenderKeep *keep);

// Called with each picture, which it may take a reference to.
typedef void (*SpadeRenderPicture) (int        i,
                                    GdkPixbuf *picture,
                                    gpointer   user_data);

// Renders all pictures of the request, which keep takes, in the calling
// thread. Pictures that the request before it made already are taken from
// there. Errors: those of spade_context_new(), _set_map(), _set_style() and
// _render().
gboolean spade_render_job_run (SpadeRenderKeep     *keep,
                               SpadeRenderRequest  *request,
                               const SpadeMonitor  *monitor,
                               SpadeRenderPicture   picture,
                               gpointer             user_data,
                               GError             **error);
