// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A picture at another size.

#pragma once

#include <gegl.h>

// Gives a buffer's pixels in a format, width wide and height high.
GeglBuffer *spade_picture_scale (GeglBuffer *buffer,
                                 const Babl *format,
                                 int         height,
                                 int         width);

// Puts a part of that into a buffer of that size.
void spade_picture_scale_part (GeglBuffer          *buffer,
                               int                  height,
                               int                  width,
                               const GeglRectangle *part,
                               GeglBuffer          *to);
