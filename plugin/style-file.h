// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Reading a style image through GIMP, so that every format GIMP opens works,
// and whatever is open in it.

#pragma once

#include "request.h"

// What the description of an open image's or layer's style begins with.
#define SPADE_STYLE_IMAGE "image "
#define SPADE_STYLE_LAYER "layer "

// Sets the error of a style that was open and is no longer.
void spade_style_set_gone (gboolean   is_layer,
                           GError   **error);

// Gives what a style is, for comparisons: the same text, the same file as it was,
// or the same image or layer, which may have changed. NULL: there is none. Free with
// g_free().
char *spade_style_describe (const SpadeStyleSource *style);

// Gives the visible picture of a style at its own size, transparency over white;
// there must be one. Errors: SPADE_ERROR_STYLE.
SpadePicture *spade_style_read (const SpadeStyleSource  *style,
                                GError                 **error);
