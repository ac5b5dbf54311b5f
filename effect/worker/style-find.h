// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Where style images are.

#pragma once

#include <spade.h>

// Says whether a style is a name, and not a path or the URI of a file.
gboolean spade_effect_style_is_name (const char *style);

// Gives the path of a style image: style itself where it is a path, or a URI of a file,
// else the file of that name in spade_style_folders(). Free with g_free().
// Errors: SPADE_ERROR_STYLE.
char *spade_effect_style_find (const char  *style,
                               GError     **error);
