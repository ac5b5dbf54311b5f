// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The words of the class table view.

#pragma once

#include "class-rows.h"

// Gives where an entry's class came from in one or two translated words, ""
// for nowhere.
const char *spade_class_text_origin (const SpadeClassRows *rows,
                                     int                   index);

// These give text to free with g_free(): the class of an entry, or what stands
// in its place; a share of 0...1 in percent; what an entry is called; a row's tooltip as markup (known: class id -> TRUE); and
// what stands above n_rows rows.
char *spade_class_text_class (const SpadeClassRows *rows,
                              int                   index);
char *spade_class_text_share (double share);
char *spade_class_text_entry (const SpadePaletteEntry *entry,
                              int                      index);
char *spade_class_text_tooltip (const SpadeClassRows *rows,
                                const gboolean       *known,
                                int                   index);
char *spade_class_text_status (const SpadeClassRows *rows,
                               int                   n_rows);
