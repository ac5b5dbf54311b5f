// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Class rows as rows of a list store, in the columns that the template of the
// class table view names by number.

#pragma once

#include <gtk/gtk.h>

#include "class-rows.h"

// What the rows are drawn from; all borrowed.
typedef struct
{
  GtkWidget            *widget; // whose scale the swatches have
  const SpadeClassRows *rows;
  const gboolean       *known;  // class id -> the model has learnt it
} SpadeClassStoreSource;

// Replaces all rows of the store: one per entry in use, in the order of
// spade_class_rows_order().
void spade_class_store_fill (GtkListStore                *store,
                             const SpadeClassStoreSource *source);

// Draws the row of one entry again, if it has one.
void spade_class_store_update (GtkListStore                *store,
                               const SpadeClassStoreSource *source,
                               int                          entry);

// Gives the palette entry of a row, or -1 where there is none.
int spade_class_store_get_entry (GtkListStore *store,
                                 GtkTreePath  *path);
