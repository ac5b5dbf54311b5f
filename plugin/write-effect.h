// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The picture as a layer effect on the map, which GIMP renders by itself
// (effect/).

#pragma once

#include "map-record.h"
#include "request.h"

// Says, before anything is read or rendered, whether an effect can do what is asked
// for. Errors: SPADE_ERROR_BACKEND where the effect is not installed; others for a
// style, a size or a map that it cannot have.
gboolean spade_effect_check (const SpadeRequest  *request,
                             GError             **error);

// Puts the effect with its own defaults on a new map. classes: what its colours mean, a
// spec of spade_class_table_new(). Errors as of spade_effect_check().
gboolean spade_effect_start (GimpDrawable  *map,
                             const char    *classes,
                             GError       **error);

// Puts the effect on the map's layer, or gives the one that is there these settings.
// record: what the map's colours mean, or NULL where they are standard ones. Errors:
// SPADE_ERROR_MAP when GIMP refuses.
gboolean spade_effect_write (const SpadeRequest    *request,
                             const SpadeMapRecord  *record,
                             GimpImage            **out_image,
                             GimpLayer            **out_layer,
                             GError               **error);
