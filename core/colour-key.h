// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A colour as a number, for hash tables.

#pragma once

#include <glib.h>

#define SPADE_NO_COLOUR G_MAXUINT

static inline guint
spade_colour_key (const guint8 *rgb)
{
  return (guint) rgb[0] << 16 | (guint) rgb[1] << 8 | rgb[2];
}
