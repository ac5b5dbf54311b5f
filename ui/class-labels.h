// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What classes are called for people: the 18 labels of GauGAN Beta in their language,
// other classes as their set has them.

#pragma once

#include <spade.h>

// Gives the label of a class: "sky" for sky-other, in the user's language; its number
// where set is NULL, and NULL for -1. Free with g_free().
char *spade_class_label_new (const SpadeClassSet *set,
                             int                  class_id);
