// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The standard colours of label sets, and which class each stands for: "gaugan",
// "ade20k" and "cityscapes", those of the class sets "coco-stuff", "ade20k" and
// "cityscapes"; "coco-panoptic" and "coco-stuff-map". Constant data: never freed,
// safe from any thread. Where each is from stands in its file, core/class-set-*.c
// and core/foreign-*.c.

#pragma once

#include "spade-class-set.h"

typedef struct
{
  const char          *name;  // "ade20k": a spec of a class table
  const char          *title; // "ADE20K", for people
  const SpadeClassSet *set;   // whose colours these are, in its order, or NULL
  int                  n_colours;
  const SpadeClass    *colours; // of equal ones the first counts
} SpadeForeignPalette;

// Gives number i of the palettes, from 0 on, or NULL after the last.
SPADE_API const SpadeForeignPalette *spade_foreign_palette_get (int i);

// Gives the palette of that name, or NULL.
SPADE_API const SpadeForeignPalette *spade_foreign_palette_find (
    const char *name);

// Gives the class id of a colour, or -1: it is not in the palette, or stands
// for no class of set.
SPADE_API int spade_foreign_palette_lookup (const SpadeForeignPalette *palette,
                                            const SpadeClassSet       *set,
                                            const guint8               rgb[3]);

// Gives the palette that n colours are from, or NULL. Greys and colours of
// nothing but 0 and 255 are in too many palettes to count; of the others, at
// least two and more than half must be in it, not fewer than in any other, and
// more than in the class set's own, which set may be (or NULL).
SPADE_API const SpadeForeignPalette *spade_foreign_palette_recognize (
    const SpadeClassSet *set,
    const guint8       (*rgb)[3],
    int                  n);
