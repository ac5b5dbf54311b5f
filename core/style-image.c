// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Bytes to floats, then the same bilinear resize as the reference: row by row,
// since a photograph in floats could be larger than all else.

#include "style-image.h"

#include "ref/ops.h"

static void
read_row (const guint8 *row, int width, float *out)
{
  for (int x = 0; x < width * 3; x++)
    out[x] = (float) row[x] / 127.5f - 1;
}

gboolean
spade_style_image_prepare (const SpadeStyleImage *style, float *out, int side)
{
  int width = style->width;
  g_autofree float *top = g_try_new (float, (gsize) width * 3);
  g_autofree float *bottom = g_try_new (float, (gsize) width * 3);

  if (top == NULL || bottom == NULL)
    return FALSE;
  for (int y = 0; y < side; y++)
    {
      int   first, second;
      float share;

      spade_ref_find_source (y, side, style->height, &first, &second, &share);
      read_row (style->rgb + (gsize) first * style->stride, width, top);
      read_row (style->rgb + (gsize) second * style->stride, width, bottom);
      spade_ref_blend_rows (top, bottom, width, share,
                            out + (gsize) y * (gsize) side * 3, side, 3);
    }
  return TRUE;
}
