// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Type-ahead search in a class set.

#pragma once

#include <spade.h>

// Gives the classes that a typed word could mean, best first: the class that
// spade_class_set_lookup() finds, then labels (class-labels.h) or names that begin
// with it, then those with a word that begins with it, then those that contain it.
// Within each, favourites come first, then the alphabet of labels. An empty word gives all classes.
// set may be NULL: the numbers of n_classes classes are then searched. out_ids
// has room for 257; returns how many there are.
int spade_class_search (const SpadeClassSet *set,
                        int                  n_classes,
                        const char          *word,
                        int                  out_ids[257]);
gboolean spade_class_search_is_favourite (const SpadeClassSet *set,
                                          int                  class_id);
