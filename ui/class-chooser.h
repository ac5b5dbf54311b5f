// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A popover in which one class is found by typing. Signal "chosen" (int
// class_id), -1 for "No class".

#pragma once

#include <gtk/gtk.h>
#include <spade.h>

#define SPADE_TYPE_CLASS_CHOOSER (spade_class_chooser_get_type ())
G_DECLARE_FINAL_TYPE (SpadeClassChooser, spade_class_chooser, SPADE,
                      CLASS_CHOOSER, GtkPopover)

GtkWidget *spade_class_chooser_new (GtkWidget *relative_to);

// Sets the classes: those of set, or where it is NULL n_classes numbers.
// known: class id -> the model has learnt it, copied; NULL: all. Classes that
// it has not learnt are shown faded.
void spade_class_chooser_set_classes (SpadeClassChooser   *chooser,
                                      const SpadeClassSet *set,
                                      int                  n_classes,
                                      const gboolean      *known);

// Opens it at a rectangle of its widget, with class_id (or -1) selected, or
// where word is not NULL with that already typed.
void spade_class_chooser_open (SpadeClassChooser  *chooser,
                               const GdkRectangle *at,
                               int                 class_id,
                               const char         *word);
