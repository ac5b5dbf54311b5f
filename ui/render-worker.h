// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Renders in a thread of its own, for previews. The newest request wins: one
// that is waiting or at work is given up for it, and is not heard of again. But
// if both ask for the same, and nothing of it is there yet, it goes on.
//
// Signals, all on the main context that was the thread's default when the
// worker was made, and only about the newest request:
//   "progress" (double fraction, const char *phase)
//   "picture"  (int i, GdkPixbuf *picture)  picture of seeds[i], at the map's
//              size
//   "finished" (const GError *error)  NULL after the last picture, else why
//              there is none; not emitted after spade_render_worker_cancel()
// Property "is-busy" (boolean, read): between a request and its "finished".

#pragma once

#include <glib-object.h>

#include "render-request.h"

#define SPADE_TYPE_RENDER_WORKER (spade_render_worker_get_type ())
G_DECLARE_FINAL_TYPE (SpadeRenderWorker, spade_render_worker, SPADE,
                      RENDER_WORKER, GObject)

// Makes a worker. A request that is not urgent starts delay_ms milliseconds
// after it was made unless another follows meanwhile.
SpadeRenderWorker *spade_render_worker_new (int delay_ms);

// Asks for pictures; takes the request. Returns at once, and says whether this
// was not asked for already.
gboolean spade_render_worker_submit (SpadeRenderWorker  *worker,
                                     SpadeRenderRequest *request);

// Gives up whatever is asked for. Returns at once.
void spade_render_worker_cancel (SpadeRenderWorker *worker);

gboolean spade_render_worker_is_busy (SpadeRenderWorker *worker);

// Gives up whatever is asked for and ends the thread; blocks until the step at
// hand is done. Later requests are not answered. Dropping the last reference
// does the same.
void spade_render_worker_stop (SpadeRenderWorker *worker);
