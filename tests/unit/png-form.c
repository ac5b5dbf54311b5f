// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Writing PNGs with libpng, sample by sample.

#include "png-form.h"

#include <stdio.h>

void
png_form_write (const PngForm *form, const char *path)
{
  FILE       *stream = fopen (path, "wb");
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL,
                                             NULL, NULL);
  png_infop   info = png_create_info_struct (png);
  g_autofree png_bytep *rows = g_new (png_bytep, form->height);
  int         n_channels;

  if (setjmp (png_jmpbuf (png)))
    g_assert_not_reached ();
  png_init_io (png, stream);
  png_set_IHDR (png, info, form->width, form->height, form->bits, form->type,
                form->interlace, PNG_COMPRESSION_TYPE_DEFAULT,
                PNG_FILTER_TYPE_DEFAULT);
  if (form->n_palette > 0)
    png_set_PLTE (png, info, form->palette, form->n_palette);
  if (form->n_alpha > 0 || form->key != NULL)
    png_set_tRNS (png, info, form->n_alpha > 0 ? form->alpha : NULL,
                  form->n_alpha, form->key);
  png_write_info (png, info);
  png_set_packing (png);
  if (form->bits == 16 && G_BYTE_ORDER == G_LITTLE_ENDIAN)
    png_set_swap (png);
  n_channels = png_get_channels (png, info);
  for (int y = 0; y < form->height; y++)
    rows[y] = (png_bytep) form->samples
              + (gsize) y * form->width * n_channels
                    * (form->bits == 16 ? 2 : 1);
  png_write_image (png, rows);
  png_write_end (png, NULL);
  png_destroy_write_struct (&png, &info);
  fclose (stream);
}
