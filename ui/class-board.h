// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The classes that a model knows, as swatches to paint with, and a search where they
// are many.
//
// Signal "chosen" (int class_id): the user picks a class.

#pragma once

#include <gtk/gtk.h>
#include <spade.h>

#define SPADE_TYPE_CLASS_BOARD (spade_class_board_get_type ())
G_DECLARE_FINAL_TYPE (SpadeClassBoard, spade_class_board, SPADE, CLASS_BOARD,
                      GtkBox)

GtkWidget *spade_class_board_new (void);

// Sets the classes: those of set (or NULL: the numbers below n_classes) that are
// known, class id -> TRUE, each in its colour. Class ids without one in has_colour
// cannot be picked. set is borrowed and constant, the other arguments are copied. The
// mark goes where nothing stays as it was.
void spade_class_board_set_classes (SpadeClassBoard     *board,
                                    const SpadeClassSet *set,
                                    int                  n_classes,
                                    const gboolean      *known,
                                    const guint8       (*rgb)[3],
                                    const gboolean      *has_colour);

// Marks a class and says something below; or none with -1, and says what is wrong, or
// nothing with NULL.
void spade_class_board_mark (SpadeClassBoard *board,
                             int              class_id,
                             const char      *note);
int  spade_class_board_get_marked (SpadeClassBoard *board);
