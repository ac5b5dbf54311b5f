// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Opens the CUDA backend, a module of its own, so that nothing else needs any
// NVIDIA library.

#pragma once

#include "backend.h"

// Gives the CUDA backend, or NULL with the reason, a sentence without its full
// stop. Looked for once, in this order: the folders of $SPADE_MODULE_PATH, the
// folder of the running program and a cuda folder one or two levels above it
// (a build), the installed one. Both strings stay.
const SpadeBackend *spade_module_find_cuda (const char **out_reason);
