// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A PNG as its file says it, before anyone made colours of indices.

#pragma once

#include <glib.h>

typedef enum
{
  PNG_PIXELS_INDEX, // one byte: palette index
  PNG_PIXELS_GREY,  // 8 or 16 bits; fewer are stretched to 8, as the PNG
                    // standard says (writers pack a grey file of 0 and 255
                    // into 1 bit)
  PNG_PIXELS_RGB,   // 8 bits a channel
} PngPixels;

typedef struct
{
  int       height, width;
  PngPixels kind;
  int       bits;         // GREY: 8 or 16; else 8
  gboolean  has_alpha;    // GREY, RGB: a last channel of the same bits
  int       n_channels;
  int       pixel_step;   // bytes from pixel to pixel; rows are not padded
  guint8   *pixels;       // 16-bit values in the machine's byte order
  int       n_palette;    // INDEX
  guint8    palette[256][3];
  guint8    palette_alpha[256];
  int       transparent_grey; // GREY without alpha: this value is, or -1
} PngFile;

// Reads a PNG file. Errors: SPADE_ERROR_FILE for one that cannot be read, is
// no PNG or is damaged; SPADE_ERROR_MEMORY.
PngFile *png_file_read (const char *path, GError **error);
void     png_file_free (PngFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PngFile, png_file_free)

// Gives pixel i of an INDEX or GREY file: its index or its value.
guint png_file_get_value (const PngFile *file, gsize i);
// Says whether pixel i is less than half opaque.
gboolean png_file_is_transparent (const PngFile *file, gsize i);
