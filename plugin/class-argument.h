// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The argument "classes" of both procedures. A table (0=tree;1=sky-other) is
// about one palette, and would fit any other by its numbers alone; what belongs
// to an image its map record knows.

#pragma once

#include <libgimp/gimp.h>

#include "class-table-view.h"

// Sets "classes" to auto where it is a table of last time.
void spade_class_argument_forget (GimpProcedureConfig *config);

// Keeps "classes" and the view's table the same. A table that comes with saved
// settings is forgotten like one of last time.
void spade_class_argument_bind (GimpProcedureConfig *config,
                                SpadeClassTableView *view);
