// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// One style in the picker: its thumbnail and its name.

#pragma once

#include <gtk/gtk.h>

#define SPADE_TYPE_STYLE_TILE (spade_style_tile_get_type ())
G_DECLARE_FINAL_TYPE (SpadeStyleTile, spade_style_tile, SPADE, STYLE_TILE,
                      GtkFlowBoxChild)

// Makes a tile of an image file, whose thumbnail arrives when it is loaded;
// or where path is NULL of an icon.
GtkWidget  *spade_style_tile_new (const char *path,
                                  const char *name,
                                  const char *icon_name);
const char *spade_style_tile_get_path (SpadeStyleTile *tile);
// Says whether the file turned out to be no image that can be shown.
gboolean spade_style_tile_is_broken (SpadeStyleTile *tile);
