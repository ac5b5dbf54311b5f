// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The whole job of the procedure, without its arguments.

#pragma once

#include "request.h"

// Says whether the image can take a picture now: it is open, its layer is
// there, and the selection touches it. Errors: SPADE_ERROR_MAP.
gboolean spade_synthesize_check (const SpadeRequest  *request,
                                 GError             **error);

// Says what the request asks for in vain of a model, or gives NULL.
const char *spade_synthesize_get_notice (const SpadeRequest *request,
                                         const SpadeModel   *model);

// Reads the map, renders it and writes the layer. Nothing in any image changes
// before the picture is complete; after an error nothing has changed.
gboolean spade_synthesize (const SpadeRequest  *request,
                           GimpImage          **out_image,
                           GimpLayer          **out_layer,
                           GError             **error);
