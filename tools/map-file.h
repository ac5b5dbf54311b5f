// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Segmentation maps and instance maps from PNG files.

#pragma once

#include "spade.h"

// Reads a map: an indexed PNG by its palette, a grey one by its values (class
// ids, 255 for unlabeled, unless spec says otherwise), or one in palette
// colours. spec: see spade_class_table_new(). Pixels less than half opaque
// are unlabeled. snaps: colours without a class are soft edges, spade_map_snap().
// Errors: SPADE_ERROR_FILE, _MEMORY, _CLASSES; SPADE_ERROR_MAP
// for transparent pixels where the model has no unlabeled, and for grey
// values beyond 255.
SpadeMap *map_file_load (const char         *path,
                         const SpadeConfig  *config,
                         const char         *spec,
                         gboolean            snaps,
                         GError            **error);

// Reads instance numbers into map->instances: the values of a grey PNG of up
// to 16 bits, the indices of an indexed one, or one number per colour. Errors:
// SPADE_ERROR_FILE, _MEMORY; SPADE_ERROR_MAP when it is not of map's size.
gboolean map_file_load_instances (SpadeMap    *map,
                                  const char  *path,
                                  GError     **error);
