// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Reading a layer as a segmentation map. Nothing in the image is changed.

#pragma once

#include <libgimp/gimp.h>
#include <spade.h>

#include "map-record.h"

// Gives the map of a layer, at the layer's size. Indexed layers are read as
// indices, RGB layers by exact colour; transparent pixels are unlabeled.
//
// classes: spec of spade_class_table_new(), or NULL.
// out_record: the palette and classes that were used, or NULL where the
// standard colours were enough.
// Errors: SPADE_ERROR_MAP for layers that cannot be a map, and those of the
// class table.
SpadeMap *spade_map_read (GimpImage         *image,
                          GimpDrawable      *drawable,
                          const SpadeModel  *model,
                          const char        *classes,
                          SpadeMapRecord   **out_record,
                          GError           **error);

// Gives the drawable's pixels as instance numbers into map->instances: equal
// pixels, equal numbers. Errors: SPADE_ERROR_MAP when the sizes differ,
// SPADE_ERROR_MEMORY.
gboolean spade_map_read_instances (SpadeMap      *map,
                                   GimpDrawable  *drawable,
                                   GError       **error);

// The palette of a layer and how much of it is in use, for the class table.
typedef struct
{
  int               n_entries;    // 0: an RGB image without a map record
  SpadePaletteEntry entries[256]; // names owned by names
  guint64           pixels[256];  // opaque pixels of each entry
  GPtrArray        *names;
  char             *class_set;    // of the image's map record, or NULL where
  char             *classes;      // it has none or for another palette; and
                                  // the table in it
} SpadePaletteUse;

void spade_palette_use_free (SpadePaletteUse *use);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpadePaletteUse, spade_palette_use_free)

// Gives the palette that spade_map_read() would use for the layer. Errors:
// those of spade_map_read() that come before any class.
SpadePaletteUse *spade_palette_use_read (GimpImage     *image,
                                         GimpDrawable  *drawable,
                                         GError       **error);
