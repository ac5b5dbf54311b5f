// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The class sets that are built in: a new one is a constant like this, its
// file, and a line in class-set.c. And how names are compared.

#pragma once

#include "include/spade-class-set.h"

extern const SpadeClassSet spade_class_set_coco_stuff;

// Gives name in lower case, trimmed, each run of spaces, '-' and '_' as one
// '-'. Free with g_free().
char *spade_class_plain_name (const char *name);
