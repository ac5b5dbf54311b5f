// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// From colours to class ids.

#pragma once

#include <spade.h>

// Gives the map that [height, width, 4] R'G'B'A bytes mean to a model of that config.
// spec: of spade_class_table_new(), or NULL. Errors: SPADE_ERROR_CLASSES,
// SPADE_ERROR_MAP for a map without an opaque pixel, SPADE_ERROR_MEMORY,
// SPADE_ERROR_FILE, SPADE_ERROR_SIZE.
SpadeMap *spade_effect_map_new (const guint8       *rgba,
                                int                 height,
                                int                 width,
                                const SpadeConfig  *config,
                                const char         *spec,
                                GError            **error);
