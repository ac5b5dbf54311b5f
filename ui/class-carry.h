// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Carrying classes over to a palette that has changed.

#pragma once

#include <spade.h>

// Like spade_class_table_adapt(), but an entry whose name now names another
// class than it did in table has that class: giving it the name was the newer
// decision. Free with g_free().
char *spade_class_carry (const SpadeClassTable   *table,
                         const SpadePaletteEntry *entries,
                         int                      n_entries);
