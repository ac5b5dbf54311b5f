// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A class set names the channels of a model's one-hot input. Built in are
//   "coco-stuff": 182 classes, class id = COCO-Stuff id - 1, and 182 for unlabeled
//   "ade20k":     unlabeled, and 150 classes, class id = ADE20K's number
//   "cityscapes": 35 classes, class id = Cityscapes' label id, of which 0 is
//                 unlabeled
// A model file can have classes of its own (spade-model.h). Class sets are constant
// data: never freed, safe from any thread.

#pragma once

#include "spade-types.h"

typedef struct
{
  const char *name;       // "sky-other"; lower case
  guint8      rgb[3];     // its standard colour, sRGB
  const char *coco_stuff; // the class of "coco-stuff" that it stands for; NULL:
                          // none, or that it is itself
} SpadeClass;

typedef struct
{
  const char       *name;         // "coco-stuff"
  int               n_classes;    // without unlabeled where that comes after: 182
  int               unlabeled;    // class id of unlabeled: n_classes, or less
                                  // where it is one of the classes
  int               n_ids;        // class ids, unlabeled among them: 183
  const SpadeClass *classes;      // n_ids; of equal colours the first counts
  int               n_favourites; // what people paint with most: of "coco-stuff"
                                  // the 18 labels of GauGAN Beta
  const guint8     *favourites;   // their class ids, in alphabetical order
} SpadeClassSet;

// Gives the class set of that name, built in or of a model that was loaded, or NULL
// with SPADE_ERROR_CLASSES and the names that are built in.
SPADE_API const SpadeClassSet *spade_class_set_find (const char *name,
                                                     GError    **error);

// Says whether unlabeled is one of the classes, so that no channel comes after them.
SPADE_API gboolean spade_class_set_holds_unlabeled (const SpadeClassSet *set);

// Gives the class id that a name means, or -1. Case, spaces, '-' and '_' are
// equal ("Sky other", "sky_other"), and a name without its "-other" or
// "-stuff" ending is found too when only one class has it ("sky"), as is a
// simple plural or its singular ("trees", "cloud"). An exact name wins. set and
// name may be NULL: -1.
SPADE_API int spade_class_set_lookup (const SpadeClassSet *set,
                                      const char          *name);

// Gives the class id that another word for a class means ("ocean" is sea,
// "building, edifice" building-other), or -1. Only words that mean one class
// are known; for other sets "coco-stuff"'s names are such words. Look the name
// itself up first.
SPADE_API int spade_class_set_lookup_synonym (const SpadeClassSet *set,
                                              const char          *name);

// Gives the class id of another set that stands for a class of from, or else has its
// name, or -1; the id itself where both sets are the same. Either set may be NULL: -1.
SPADE_API int spade_class_set_translate (const SpadeClassSet *from,
                                         int                  class_id,
                                         const SpadeClassSet *to);

// Gives the favourite that is nearest to a class in what it looks like (fog:
// clouds, mud: dirt; docs/classes.md has them all), a favourite itself, or -1
// for a class that has none, and for a set without such a table.
SPADE_API int spade_class_set_get_nearest (const SpadeClassSet *set,
                                           int                  class_id);
