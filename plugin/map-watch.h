// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Sees that a map is painted on while a dialog is open. GIMP tells plug-ins of no
// change, so the layer is looked at ten times a second; a large one as seldom as keeps
// that to a twentieth of the time, and every five seconds at least.

#pragma once

#include <libgimp/gimp.h>

#include "render-worker.h"

typedef struct _SpadeMapWatch SpadeMapWatch;

typedef void (*SpadeMapChanged) (gpointer user_data);

// Calls changed with user_data, on the main thread, each time that the layer's pixels,
// the palette, or whether both are there, have become others. While the worker is busy
// it does not look: a stroke does not keep the picture of its beginning from being seen.
SpadeMapWatch *spade_map_watch_new  (GimpImage         *image,
                                     GimpDrawable      *drawable,
                                     SpadeRenderWorker *worker,
                                     SpadeMapChanged    changed,
                                     gpointer           user_data);

void           spade_map_watch_free (SpadeMapWatch     *watch);
