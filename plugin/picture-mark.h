// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A picture of ours knows its map: its layer has a parasite with the tattoo of the
// map's layer. So the next picture goes above it, and whoever renders again while
// it is selected, as Repeat does, gets another picture of the same map.

#pragma once

#include <libgimp/gimp.h>

// Marks a layer, which need not be in the image yet, as a picture of map.
void spade_picture_mark (GimpLayer *picture,
                         GimpItem  *map);

// Gives the map that drawable is a picture of, if it is still there; else
// drawable.
GimpDrawable *spade_picture_get_map (GimpDrawable *drawable);

// Gives the position above map, and above the pictures of it that lie there.
int spade_picture_find_position (GimpImage *image,
                                 GimpItem  *map);
