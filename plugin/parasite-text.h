// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Parasites that hold text, of images and of layers.

#pragma once

#include <libgimp/gimp.h>

// Gives a parasite that goes into the .xcf; is_undoable: attaching it is a step of
// the undo history. Free with gimp_parasite_free().
GimpParasite *spade_parasite_new_text (const char *name,
                                       const char *text,
                                       gboolean    is_undoable);

// Gives the text of a parasite, "" where it holds nothing, and frees the parasite;
// NULL of NULL. Free with g_free().
char *spade_parasite_take_text (GimpParasite *parasite);
