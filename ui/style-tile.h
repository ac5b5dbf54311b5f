// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// One style in the picker: its thumbnail and its name.

#pragma once

#include <gtk/gtk.h>

#include "style-list.h"

#define SPADE_TYPE_STYLE_TILE (spade_style_tile_get_type ())
G_DECLARE_FINAL_TYPE (SpadeStyleTile, spade_style_tile, SPADE, STYLE_TILE,
                      GtkFlowBoxChild)

// Makes a tile of a style, copied: of its thumbnail, else of its icon, else of the
// file, whose thumbnail arrives when it is loaded.
GtkWidget *spade_style_tile_new (const SpadeStyle *style);

// Shows the name, the tip and, where there is one, the thumbnail or icon of a style
// of the same key.
void spade_style_tile_update (SpadeStyleTile   *tile,
                              const SpadeStyle *style);

// Give the style's key (NULL: that of no picture) and its name, borrowed.
const char *spade_style_tile_get_key (SpadeStyleTile *tile);
const char *spade_style_tile_get_name (SpadeStyleTile *tile);

// Says whether the file turned out to be no image that can be shown.
gboolean spade_style_tile_is_broken (SpadeStyleTile *tile);
