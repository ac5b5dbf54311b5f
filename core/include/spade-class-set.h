// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A class set names the channels of a model's one-hot input. "coco-stuff" is
// built in: 182 classes, class id = COCO-Stuff id - 1, and 182 for unlabeled.
// Class sets are constant data: never freed, safe from any thread.

#pragma once

#include "spade-types.h"

typedef struct
{
  const char *name;   // "sky-other"; lower case
  guint8      rgb[3]; // its colour in the public GauGAN palette
} SpadeClass;

typedef struct
{
  const char       *name;         // "coco-stuff"
  int               n_classes;    // without unlabeled: 182
  int               unlabeled;    // class id of unlabeled: n_classes
  const SpadeClass *classes;      // n_classes + 1 entries, the last unlabeled
  int               n_favourites; // the 18 labels of GauGAN Beta
  const guint8     *favourites;   // their class ids, in alphabetical order
} SpadeClassSet;

// Gives the class set of that name, or NULL with SPADE_ERROR_CLASSES and the
// names that exist.
SPADE_API const SpadeClassSet *spade_class_set_find (const char *name,
                                                     GError    **error);

// Gives the class id that a name means, or -1. Case, spaces, '-' and '_' are
// equal ("Sky other", "sky_other"), and a name without its "-other" or
// "-stuff" ending is found too when only one class has it ("sky"), as is a
// simple plural or its singular ("trees", "cloud"). An exact name wins. set and
// name may be NULL: -1.
SPADE_API int spade_class_set_lookup (const SpadeClassSet *set,
                                      const char          *name);

// Gives the class id that another word for a class means ("ocean" is sea,
// "building, edifice" building-other), or -1. Only words that mean one class
// are known. Look the name itself up first.
SPADE_API int spade_class_set_lookup_synonym (const SpadeClassSet *set,
                                              const char          *name);

// Gives the favourite that is nearest to a class in what it looks like (fog:
// clouds, mud: dirt; docs/classes.md has them all), a favourite itself, or -1
// for a class that has none, and for a set without such a table.
SPADE_API int spade_class_set_get_nearest (const SpadeClassSet *set,
                                           int                  class_id);
