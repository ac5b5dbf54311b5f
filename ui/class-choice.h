// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The class table of a map as it is chosen: the rows, the spec that they are by, what
// "auto" stands for, and what becomes of both with another palette or class set.

#pragma once

#include "class-rows.h"

typedef struct
{
  SpadeClassRows *rows;       // NULL before there is a palette
  char           *spec;       // of spade_class_table_new(), never NULL
  char           *remembered; // what "auto" stands for, or NULL
  char           *complaint;  // about a spec that did not fit, or NULL

  // Of the class set before, or NULL: the rows, their spec, and what that became.
  SpadeClassRows *other_rows;
  char           *other_spec, *translated;
} SpadeClassChoice;

void spade_class_choice_init (SpadeClassChoice *choice);
void spade_class_choice_clear (SpadeClassChoice *choice);

// Sets the spec. One that does not fit the palette becomes "auto", with a complaint.
void spade_class_choice_set_spec (SpadeClassChoice *choice,
                                  const char       *spec);

// Makes the spec what the rows are, after the user changed them.
void spade_class_choice_take_rows (SpadeClassChoice *choice);

// Sets what "auto" stands for, from the next palette on, or NULL; FALSE: it is the same.
gboolean spade_class_choice_set_remembered (SpadeClassChoice *choice,
                                            const char       *table);

// Sets the palette, perhaps of another class set. A table is carried over by colour and
// new names, and translated; with the set before, untouched since, it is that one's.
void spade_class_choice_set_palette (SpadeClassChoice        *choice,
                                     const SpadeClassSet     *set,
                                     const SpadePaletteEntry *entries,
                                     int                      n_entries,
                                     const guint64           *pixels);
