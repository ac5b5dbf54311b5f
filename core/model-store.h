// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the two halves of the model store share: finding (model-find.c) and
// changing (model-store.c).

#pragma once

#include "include/spade-model-store.h"

#define SPADE_MODEL_SUFFIX ".safetensors"

// Gives the path of the installed model of that name, with or without
// ".safetensors", or NULL. Free with g_free().
char *spade_model_find_installed (const char *name);

// Makes a folder and its parents. Errors: SPADE_ERROR_FILE.
gboolean spade_model_make_folder (const char *folder, GError **error);
