// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The picture at the size of the map's layer, and only where the selection is.

#pragma once

#include "request.h"

// Gives the picture as sRGB with alpha, of 8 bits or floats as it has, at the size
// of the request's drawable: scaled by GEGL where the sizes differ, opaque, or where
// the image has a selection as opaque as that. Unref it. Errors: SPADE_ERROR_MEMORY.
GeglBuffer *spade_picture_fit (const SpadePicture  *picture,
                               const SpadeRequest  *request,
                               GError             **error);
