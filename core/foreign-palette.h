// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The foreign palettes that are built in. A new one is a constant like these,
// its file (that of its class set, where it is one's), and a line in
// foreign-palette.c.

#pragma once

#include "include/spade-foreign-palette.h"

extern const SpadeForeignPalette spade_foreign_gaugan;
extern const SpadeForeignPalette spade_foreign_ade20k;
extern const SpadeForeignPalette spade_foreign_cityscapes;
extern const SpadeForeignPalette spade_foreign_coco_panoptic;
extern const SpadeForeignPalette spade_foreign_coco_stuff_map;

// Gives the class id of a palette's entry i, or -1.
int spade_foreign_palette_class (const SpadeForeignPalette *palette,
                                 const SpadeClassSet       *set,
                                 int                        i);
