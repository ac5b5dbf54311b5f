// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The windows of a case that is to be written.

#pragma once

#include "case.h"
#include "pyramid.h"

// Gives every stage but the first a window in a corner, in the middle, at an edge;
// window_side: of the pixels that come out right. Their plans' tensors are the whole
// plan's.
void case_windows_add (Case *self, const SpadePyramid *pyramid, int window_side);

void case_windows_free (Case *self);
