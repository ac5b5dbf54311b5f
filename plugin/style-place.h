// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Where style images are: in folders, and open in GIMP.

#pragma once

#include <libgimp/gimpui.h>

#include "style-picker.h"

// Gives the picker the styles of all folders: those of $SPADE_STYLE_PATH (a
// list like $PATH), those that are installed, and the user's.
void spade_style_place_fill (SpadeStylePicker *picker);

// Gives the picker what is open in GIMP: every image but that of the map alone,
// and the layers of images that have several, those in groups as well.
void spade_style_place_fill_open (SpadeStylePicker *picker,
                                  GimpDrawable     *map);

// Keep the picker's property "open" and the arguments "style-image" and
// "style-layer" the same, from the config's side first.
void spade_style_place_bind_open (SpadeStylePicker    *picker,
                                  GimpProcedureConfig *config);
