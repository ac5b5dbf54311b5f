// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The class sets that are built in: a new one is a constant like this, its
// file, and a line in class-set.c. And how names are compared.

#pragma once

#include "include/spade-class-set.h"

extern const SpadeClassSet spade_class_set_coco_stuff;
extern const SpadeClassSet spade_class_set_ade20k;
extern const SpadeClassSet spade_class_set_cityscapes;

// Gives the class of a set that a class of "coco-stuff" stands for, or -1.
int spade_class_set_from_coco_stuff (const SpadeClassSet *set,
                                     const char          *name);

// Gives name in lower case, trimmed, each run of spaces, '-' and '_' as one
// '-'. Free with g_free().
char *spade_class_plain_name (const char *name);
