// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Reading a layer as a segmentation map. Nothing in the image is changed.

#pragma once

#include <libgimp/gimp.h>
#include <spade.h>

#include "layer-pixels.h"
#include "map-record.h"
#include "palette-use.h"

// Gives the map of a layer, at the layer's size. Indexed and grey layers are
// read by value, RGB layers by exact colour; transparent pixels are unlabeled.
//
// layer, use: the pixels and the palette of drawable, which is only asked for its name.
// classes: spec of spade_class_table_new(), or NULL; a table's numbers are
// those of the entries of use.
// snaps: an RGB layer's colours without a class are soft edges, spade_map_snap().
// out_record: the palette and classes that were used, or NULL where the
// standard colours were enough.
// Errors: SPADE_ERROR_MAP for layers that cannot be a map, and those of the
// class table.
SpadeMap *spade_map_read (GimpDrawable            *drawable,
                          const SpadeLayerPixels  *layer,
                          const SpadePaletteUse   *use,
                          const SpadeModel        *model,
                          const char              *classes,
                          gboolean                 snaps,
                          SpadeMapRecord         **out_record,
                          GError                 **error);

// Gives what an error about single colours of an RGB layer begins with; core's follows.
const char *spade_map_get_soft_hint (void);

// Gives the drawable's pixels as instance numbers into map->instances: equal
// pixels, equal numbers. Errors: SPADE_ERROR_MAP when the sizes differ or the
// drawable has been deleted, SPADE_ERROR_MEMORY.
gboolean spade_map_read_instances (SpadeMap      *map,
                                   GimpDrawable  *drawable,
                                   GError       **error);
