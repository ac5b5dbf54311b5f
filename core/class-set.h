// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The class sets that are built in: a new one is a constant like these, its
// file, and a line in class-set.c. Those that are not. And how names are compared.

#pragma once

#include "include/spade-class-set.h"

extern const SpadeClassSet spade_class_set_coco_stuff;
extern const SpadeClassSet spade_class_set_ade20k;
extern const SpadeClassSet spade_class_set_cityscapes;

gboolean spade_class_set_is_built_in (const char *name);

// Gives the class set of that name and of n classes, names and colours; what they
// stand for is found by their names. has_unlabeled: unlabeled comes after them; else
// the first that stands for it is it, if there is one. Names, in lower case, and colours
// are copied. Errors: SPADE_ERROR_CLASSES, "class 3
// (\"a=b\") has ...", for names that a table cannot hold or that are there twice,
// more than 255 classes, and the name of a set that is built in.
const SpadeClassSet *spade_class_set_get_own (const char        *name,
                                              const SpadeClass  *classes,
                                              int                n,
                                              gboolean           has_unlabeled,
                                              GError           **error);
// Gives the newest of these sets of that name, or NULL.
const SpadeClassSet *spade_class_set_find_own (const char *name);

// Gives the classes that a palette file (.gpl) names, in its order, as the class
// set of the file's name. has_unlabeled: as of spade_class_set_get_own(). Errors:
// SPADE_ERROR_FILE, SPADE_ERROR_CLASSES.
const SpadeClassSet *spade_class_set_load (const char *path,
                                           gboolean    has_unlabeled,
                                           GError    **error);

// Gives the class of a set that a class of "coco-stuff" stands for, or -1.
int spade_class_set_from_coco_stuff (const SpadeClassSet *set,
                                     const char          *name);

// Gives name in lower case, trimmed, each run of spaces, '-' and '_' as one
// '-'. Free with g_free().
char *spade_class_plain_name (const char *name);
