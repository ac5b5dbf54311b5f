// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Where what was installed lies.

#pragma once

#include "include/spade-model-store.h"

// Gives the folder of the running program, or NULL where the system does not say.
// Free with g_free().
char *spade_program_folder (void);
