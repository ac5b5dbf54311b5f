// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// PNG files of every form, for tests that read them.

#pragma once

#include <glib.h>
#include <png.h>

typedef struct
{
  int           type, bits, interlace;
  int           height, width;
  const void   *samples;    // bytes, or guint16 where bits is 16
  png_color     palette[4];
  int           n_palette;
  guint8        alpha[4];   // tRNS of the palette
  int           n_alpha;
  png_color_16 *key;        // tRNS of grey and RGB
} PngForm;

// Writes it; a failure ends the test.
void png_form_write (const PngForm *form, const char *path);
