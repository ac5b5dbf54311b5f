// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Opens modules: the CUDA backend is one of its own, so that nothing else needs any
// NVIDIA library, and so is what renders effects.

#pragma once

#include <gmodule.h>

#include "backend.h"

// Opens a module for good, or gives NULL and the reason, a sentence without its full
// stop; free it with g_free(). Looked for in this order: the folders of
// $SPADE_MODULE_PATH, the folder of the running program and a cuda folder one or two
// levels above it (a build), the installed one.
GModule *spade_module_open (const char *file_name, char **out_reason);

// Gives the CUDA backend, or NULL with the reason, likewise. Looked for once. Both
// stay.
const SpadeBackend *spade_module_find_cuda (const char **out_reason);
