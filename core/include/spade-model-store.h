// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The models that are installed. They are found by name (a file without
// ".safetensors") in $SPADE_MODEL_PATH, a list of folders like $PATH, then in
// gimp-spade/models of the user's data folder, then where those that ship are
// installed, then in gimp-spade/models of the system's data folders. Imported
// models go into the user's folder, and only what lies there counts as imported
// and is ever removed. These functions may block on the disk.

#pragma once

#include "spade-checkpoint.h"

// Gives the folders in which models are looked for, most important first.
// Free with g_strfreev().
SPADE_API char **spade_model_folders (void);

// Gives the folder that imported models go into. Free with g_free().
SPADE_API char *spade_model_user_folder (void);

// Gives the folders in which style images that ship are looked for: those of
// $SPADE_STYLE_PATH, where they are installed, and gimp-spade/styles of the system's
// data folders. Free with g_strfreev().
SPADE_API char **spade_style_folders (void);

// Gives the path of a model. model is a file, or the name of a model with or
// without ".safetensors"; NULL or "" is the default. Free with g_free().
// Errors: SPADE_ERROR_FILE, which says where models were looked for.
SPADE_API char *spade_model_find (const char *model,
                                  GError    **error);

// Gives the names of all models, sorted, each once. Free with g_strfreev().
SPADE_API char **spade_model_list (void);

// Gives the name of the default model: what was set, else "landscape", else
// the first that is found; NULL where there is none. Free with g_free().
SPADE_API char *spade_model_get_default (void);

// Sets the default to an installed model, for this user; NULL takes the choice
// back. Errors: SPADE_ERROR_FILE when there is no such model, or the choice
// cannot be written.
SPADE_API gboolean spade_model_set_default (const char *name,
                                            GError    **error);

// An installed model.
typedef struct
{
  char       *name;
  char       *path;
  gboolean    is_yours;   // lies in the user's folder, and can be removed
  gboolean    is_default;
  SpadeModel *model;      // a reference, or NULL
  char       *problem;    // why there is no model, one sentence, or NULL
} SpadeModelCard;

// Gives a SpadeModelCard of each model, in the order of their names. Free with
// g_ptr_array_unref(), which frees the cards.
SPADE_API GPtrArray *spade_model_list_cards (void);

// Says whether a new model can have that name: 1...100 bytes of UTF-8 that
// make a file name, with no dot first and no space first or last, and no model
// has it. Errors: SPADE_ERROR_FILE.
SPADE_API gboolean spade_model_check_name (const char *name,
                                           GError    **error);

// Imports a checkpoint (spade_checkpoint_import()) as a model of that name
// into the user's folder, which is made where it is missing. options->name and
// ->description are not read. The model appears only when it is complete.
// out_path, which may be NULL, is its file; free with g_free(). Errors: those
// of spade_model_check_name() and spade_checkpoint_import(); SPADE_ERROR_FILE
// for a folder that cannot be written.
SPADE_API gboolean spade_model_import (const SpadeImportOptions *options,
                                       const char               *name,
                                       const SpadeMonitor       *monitor,
                                       char                    **out_path,
                                       GError                  **error);

// Removes an imported model, and its card NAME.md if there is one. Errors:
// SPADE_ERROR_FILE when it is not in the user's folder, or cannot be removed;
// nothing is then changed.
SPADE_API gboolean spade_model_remove (const char *name,
                                       GError    **error);
