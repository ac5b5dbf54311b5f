// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What an import needs to know: the files, a name, and what weights cannot
// tell. Whatever stands against the import is said below, and the button is
// then disabled.
//
// Signals "accepted" and "cancelled": its buttons.

#pragma once

#include <gtk/gtk.h>

#include "import-job.h"

#define SPADE_TYPE_IMPORT_FORM (spade_import_form_get_type ())
G_DECLARE_FINAL_TYPE (SpadeImportForm, spade_import_form, SPADE, IMPORT_FORM,
                      GtkBox)

GtkWidget *spade_import_form_new (void);

// Empties it for another import.
void spade_import_form_reset (SpadeImportForm *form);

// Sets the files, as a person would. They count, and a name is proposed, when
// the main loop has read their folders.
void spade_import_form_set_files (SpadeImportForm *form,
                                  const char      *generator,
                                  const char      *encoder);

// Says a sentence below until something changes, or NULL.
void spade_import_form_set_problem (SpadeImportForm *form,
                                    const char      *problem);

// Gives what it holds. Free with spade_import_request_free().
SpadeImportRequest *spade_import_form_get_request (SpadeImportForm *form);
