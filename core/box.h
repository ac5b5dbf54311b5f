// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Rectangles of pixels of a level. Free of GLib, see tensor.h.

#pragma once

#include <stdbool.h>

typedef struct
{
  int top, left, bottom, right; // the last two are not inside
} SpadeBox;

static inline int
spade_box_height (const SpadeBox *rect)
{
  return rect->bottom - rect->top;
}

static inline int
spade_box_width (const SpadeBox *rect)
{
  return rect->right - rect->left;
}

static inline bool
spade_box_is_empty (const SpadeBox *rect)
{
  return rect->bottom <= rect->top || rect->right <= rect->left;
}
