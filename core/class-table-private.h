// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the parts of the class table share.

#pragma once

#include "include/spade-class-table.h"

// Gives entry i a class, or none for -1.
static inline void
set_entry (SpadeClassTable *table,
           int              i,
           int              class_id,
           SpadeMapping     mapping)
{
  table->class_id[i] = (gint16) class_id;
  table->mapping[i] = class_id < 0 ? SPADE_MAPPING_NONE : mapping;
}

// Gives the entries the classes of "auto".
void spade_class_table_map_auto (SpadeClassTable *table);

// Gives the class id of a number in a label PNG or a table, or -1.
int spade_class_from_number (const SpadeClassSet *set,
                             guint64              number);

// Gives the class id whose standard colour that is, or -1.
int spade_class_from_colour (const SpadeClassSet *set,
                             const guint8         rgb[3]);

// Gives the entries the classes of a table as text, and those of "auto" where it says
// nothing. Errors: SPADE_ERROR_CLASSES.
gboolean spade_class_table_map_by_text (SpadeClassTable  *table,
                                        const char       *text,
                                        GError          **error);
