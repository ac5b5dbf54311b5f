// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The class table of a map: one row per palette entry in use, each with its
// class, where that came from, and the share of the pixels that it decides.
//
// Property "table" (string, read and write): a spec of
// spade_class_table_new(). What was set is given back until the user changes
// something; then it is spade_class_rows_to_string(). A spec that does not
// fit the palette is replaced by "auto", and the view says so.
// Property "n-unmapped" (int, read): entries in use that have no class.
// Signal "remember": the user wants the image to remember the table.

#pragma once

#include <gtk/gtk.h>
#include <spade.h>

#define SPADE_TYPE_CLASS_TABLE_VIEW (spade_class_table_view_get_type ())
G_DECLARE_FINAL_TYPE (SpadeClassTableView, spade_class_table_view, SPADE,
                      CLASS_TABLE_VIEW, GtkBox)

GtkWidget *spade_class_table_view_new (void);

// Sets what is mapped. set is borrowed and constant, or NULL for numbered
// classes, of which there are n_classes; the other arguments are copied.
// pixels: how many pixels use each entry; NULL: all are in use. The table
// that was there before is carried over by colour, and by new names.
void spade_class_table_view_set_palette (SpadeClassTableView     *view,
                                         const SpadeClassSet     *set,
                                         int                      n_classes,
                                         const SpadePaletteEntry *entries,
                                         int                      n_entries,
                                         const guint64           *pixels);

// Sets the table that the image remembers, which "auto" then stands for, or
// NULL. One that does not fit the palette is ignored. Call it before
// spade_class_table_view_set_palette().
void spade_class_table_view_set_remembered (SpadeClassTableView *view,
                                            const char          *table);

// Shows the button for "remember", and says whether it can be used.
void spade_class_table_view_set_can_remember (SpadeClassTableView *view,
                                              gboolean             can_remember);

// Sets which classes the model has learnt: class id -> TRUE, copied; NULL:
// all of them. Rows of other classes are marked.
void spade_class_table_view_set_known (SpadeClassTableView *view,
                                       const gboolean      *known);

const char *spade_class_table_view_get_table (SpadeClassTableView *view);
// Gives what the table makes of the palette; borrowed until either changes, and NULL
// before there is a palette.
const SpadeClassTable *spade_class_table_view_get_classes (SpadeClassTableView *view);
void        spade_class_table_view_set_table (SpadeClassTableView *view,
                                              const char          *table);
int         spade_class_table_view_get_n_unmapped (SpadeClassTableView *view);
// What is said below the table, for other places of the dialog.
const char *spade_class_table_view_get_status (SpadeClassTableView *view);

// What the buttons and rows do, for callers and tests. Accept confirms every
// class that is suggested. Load and save give the
// errors of spade_class_rows_load() and _save().
void     spade_class_table_view_set_class (SpadeClassTableView *view,
                                           int                  entry,
                                           int                  class_id);
void     spade_class_table_view_accept (SpadeClassTableView *view);
gboolean spade_class_table_view_load (SpadeClassTableView  *view,
                                      const char           *path,
                                      GError              **error);
gboolean spade_class_table_view_save (SpadeClassTableView  *view,
                                      const char           *path,
                                      GError              **error);
