// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The last picture at the map's size. Of an edit only what it changes is scaled.

#pragma once

#include <gegl.h>

#include "../effect.h"

// All zero where there is none.
typedef struct
{
  SpadeEffectPicture  picture; // rgb NULL where it had the map's size by itself
  GeglBuffer         *fitted;  // the same, R'G'B' floats, at the map's size
} SpadeKeptPicture;

// Takes a picture, and scales it to width x height.
void spade_kept_picture_set (SpadeKeptPicture   *kept,
                             SpadeEffectPicture *picture,
                             int                 height,
                             int                 width);

void spade_kept_picture_clear (SpadeKeptPicture *kept);
