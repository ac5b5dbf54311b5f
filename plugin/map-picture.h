// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A segmentation map as a picture for people.

#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <spade.h>

// Gives the map in the colours of its classes, at most max_side pixels a
// side, nearest neighbour. set may be NULL: class ids then get colours of
// their own. NULL when there is not enough memory.
GdkPixbuf *spade_map_picture_new (const SpadeMap      *map,
                                  const SpadeClassSet *set,
                                  int                  max_side);
