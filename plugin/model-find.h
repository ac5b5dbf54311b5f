// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Where models are: $SPADE_MODEL_PATH, the user's data folder, the system's.

#pragma once

#include <glib.h>

// Gives the path of a model; free with g_free(). model is a file, or the name
// of a model in one of the folders with or without ".safetensors"; NULL or ""
// gives the default: "landscape", else the first by name. Errors:
// SPADE_ERROR_FILE, which says where models were looked for.
char *spade_model_find (const char *model,
                        GError    **error);

// Gives the folders in which models are looked for, most important first.
// Free with g_strfreev().
char **spade_model_folders (void);

// Gives the names of the models in these folders, sorted, each once, without
// ".safetensors". Free with g_strfreev().
char **spade_model_list (void);
