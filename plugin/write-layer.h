// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The finished picture as a layer of an RGB image.

#pragma once

#include "map-record.h"
#include "request.h"

// Says, before a picture is made, whether the map lets it be written. Errors:
// SPADE_ERROR_MAP for a layer group that would not stay the same map.
gboolean spade_layer_check (const SpadeRequest    *request,
                            const SpadeMapRecord  *record,
                            GError               **error);

// Adds the picture above the map, or paints it over the last one, as the request's
// output asks, and returns the image and the layer. Everything that is done to an image that was there
// before is one step of its undo history. record, which may be NULL, goes
// into a parasite. Errors: SPADE_ERROR_MEMORY, SPADE_ERROR_MAP when GIMP
// refuses to change the image.
gboolean spade_layer_write (const SpadeRequest    *request,
                            const SpadePicture    *picture,
                            const SpadeMapRecord  *record,
                            GimpImage            **out_image,
                            GimpLayer            **out_layer,
                            GError               **error);
