// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The models that are installed (spade-model-store.h): a list, the card of
// the one that is selected, and what can be done with it: import, remove, make
// it the default. An import runs in a thread and takes the widget's place
// until it ends.

#pragma once

#include <gtk/gtk.h>
#include <spade.h>

#define SPADE_TYPE_MODEL_MANAGER (spade_model_manager_get_type ())
G_DECLARE_FINAL_TYPE (SpadeModelManager, spade_model_manager, SPADE,
                      MODEL_MANAGER, GtkBox)

GtkWidget *spade_model_manager_new (void);

// Gives the name of the model that is selected, borrowed, or NULL.
const char *spade_model_manager_get_selected (SpadeModelManager *manager);
void        spade_model_manager_select (SpadeModelManager *manager,
                                        const char        *name);

// Says whether an import runs; closing should then cancel it and wait.
gboolean spade_model_manager_is_busy (SpadeModelManager *manager);
void     spade_model_manager_cancel (SpadeModelManager *manager);

// What the buttons do after their questions, with the selected model.
void spade_model_manager_remove (SpadeModelManager *manager);
void spade_model_manager_make_default (SpadeModelManager *manager);
