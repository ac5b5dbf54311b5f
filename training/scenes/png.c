// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Writes 8-bit grey or RGB pictures with libpng. C is not unwound: libpng's long jump ends in the
// caller's false.

#include "scene.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>

bool
scene_png_write (const char *path, const uint8_t *pixels, int width, int height, int n_channels)
{
  FILE       *file = fopen (path, "wb");
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop   info = png != NULL ? png_create_info_struct (png) : NULL;

  if (file == NULL || info == NULL || setjmp (png_jmpbuf (png)))
    {
      png_destroy_write_struct (&png, &info);
      if (file != NULL)
        fclose (file);
      return false;
    }
  png_init_io (png, file);
  png_set_compression_level (png, 4);
  png_set_IHDR (png, info, (png_uint_32) width, (png_uint_32) height, 8, n_channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY,
                PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info (png, info);
  for (int y = 0; y < height; y++)
    png_write_row (png, pixels + (size_t) y * width * n_channels);
  png_write_end (png, info);
  png_destroy_write_struct (&png, &info);
  return fclose (file) == 0;
}
