// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Loading a style image through GIMP, so that every format GIMP opens works.

#pragma once

#include "request.h"

// Gives the visible picture of a file, at its own size, transparency over
// white. Errors: SPADE_ERROR_STYLE.
SpadePicture *spade_style_load (GFile   *file,
                                GError **error);
