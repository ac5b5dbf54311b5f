// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A picture of ours knows its map: both layers have a parasite with the same random
// number, which stays with copies of them. So the next picture goes above the last
// one, and whoever renders again while a picture is selected, as Repeat does, gets
// another picture of the same map.

#pragma once

#include <libgimp/gimp.h>

// Marks a layer, which need not be in the image yet, as a picture of map, and map,
// in the undo history, as one that has pictures.
void spade_picture_mark (GimpLayer *picture,
                         GimpItem  *map);

// Gives the map that drawable is a picture of, the nearest one below it where copies
// of the map are there, too; drawable where there is none in its image.
GimpDrawable *spade_picture_get_map (GimpDrawable *drawable);

// Gives the position above map, and above the pictures of it that lie there.
int spade_picture_find_position (GimpImage *image,
                                 GimpItem  *map);

// Gives the uppermost of these pictures, or NULL where map has none above it.
GimpLayer *spade_picture_find_last (GimpImage *image,
                                    GimpItem  *map);
