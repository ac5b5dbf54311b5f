// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// From a map to a finished picture; no GIMP image is touched.

#pragma once

#include "request.h"

// Sets out_height, out_width to the render size that size ("auto", "native",
// "map", "WIDTHxHEIGHT", or NULL for auto) means for a map. Errors:
// SPADE_ERROR_SIZE, which names the nearest possible size.
gboolean spade_render_size_parse (const SpadeModel *model,
                                  const char       *size,
                                  const SpadeMap   *map,
                                  int              *out_height,
                                  int              *out_width,
                                  GError          **error);

// Renders the map with the request's size, style, seed, device and precision.
// Errors: those of the context.
SpadePicture *spade_picture_render (const SpadeRequest  *request,
                                    SpadeModel          *model,
                                    const SpadeMap      *map,
                                    const SpadeMonitor  *monitor,
                                    GError             **error);
