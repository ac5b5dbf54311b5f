// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The class sets that are built in. A new one is a constant like this, its
// file, and a line in class-set.c.

#pragma once

#include "include/spade-class-set.h"

extern const SpadeClassSet spade_class_set_coco_stuff;
