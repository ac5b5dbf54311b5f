// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Bytes to floats, then the same bilinear resize as the reference.

#include "style-image.h"

#include "ref/ops.h"

void
spade_style_image_prepare (const guint8 *rgb, int height, int width,
                           gsize stride, float *out, int side)
{
  g_autofree float *floats = g_new (float, (gsize) height * width * 3);
  float            *to = floats;

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width * 3; x++)
      *to++ = (float) rgb[y * stride + x] / 127.5f - 1;
  spade_ref_resize (floats, height, width, out, side, side, 3);
}
