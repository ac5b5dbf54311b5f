// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The words of the class table view.

#pragma once

#include "class-rows.h"

// Gives where a class came from in one translated word, "" for nowhere.
// foreign: of the class table, or NULL.
const char *spade_class_text_origin (SpadeOrigin                origin,
                                     const SpadeForeignPalette *foreign);

// These give text to free with g_free(): a share of 0...1 in percent; what an
// entry is called; a row's tooltip as markup (known: class id -> TRUE); and
// what stands above n_rows rows.
char *spade_class_text_share (double share);
char *spade_class_text_entry (const SpadePaletteEntry *entry,
                              int                      index);
char *spade_class_text_tooltip (const SpadeClassRows *rows,
                                const gboolean       *known,
                                int                   index);
char *spade_class_text_status (const SpadeClassRows *rows,
                               int                   n_rows);
