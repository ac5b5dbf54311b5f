// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the style encoder reads: a square picture of floats.

#pragma once

#include "include/spade-context.h"

// Scales a style image to side x side, bilinear with half-pixel centres and no
// antialiasing, into floats in -1...1. FALSE where there is no memory.
gboolean spade_style_image_prepare (const SpadeStyleImage *style, float *out,
                                    int side);
