// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Pictures in and out of files: style images of any format that gdk-pixbuf
// reads, results as PNG or as raw floats.

#pragma once

#include "spade-context.h"

typedef struct
{
  int     height, width;
  guint8 *rgb; // [height, width, 3] sRGB, rows not padded
} Picture;

Picture *picture_new (int height, int width, GError **error);
void     picture_free (Picture *picture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Picture, picture_free)

// Gives the picture as a style image, which borrows its pixels.
static inline SpadeStyleImage
picture_as_style (const Picture *picture)
{
  return (SpadeStyleImage) { picture->rgb, picture->height, picture->width,
                             (gsize) picture->width * 3 };
}

// Reads a picture, turned the way its EXIF data says, transparent parts on
// white. Errors: SPADE_ERROR_FILE, SPADE_ERROR_STYLE for a file that is no
// picture.
Picture *picture_load (const char *path, GError **error);

// Gives the picture at another size, bilinear, areas averaged where it
// shrinks. Errors: SPADE_ERROR_MEMORY.
Picture *picture_scale (const Picture *picture,
                        int            height,
                        int            width,
                        GError       **error);

// Writes an 8-bit RGB PNG in sRGB. Errors: SPADE_ERROR_FILE.
gboolean picture_save (const Picture *picture,
                       const char    *path,
                       GError       **error);

// Reads a file of n little-endian 32-bit floats. Errors: SPADE_ERROR_FILE;
// SPADE_ERROR_STYLE when it holds another number of them.
float   *floats_load (const char *path, int n, GError **error);
// Writes n little-endian 32-bit floats. Errors: SPADE_ERROR_FILE.
gboolean floats_save (const float *x,
                      gsize        n,
                      const char  *path,
                      GError     **error);
