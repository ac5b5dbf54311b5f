// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Where what was installed lies.

#pragma once

#include <glib.h>

// Gives the folder of the running program, or NULL where the system does not say.
// Free with g_free().
char *spade_program_folder (void);

// Gives the folder of what ships with gimp-spade, kind "models" or "styles". On
// Windows it is below "shipped" beside the program, or share/gimp-spade/shipped
// beside one of the folders that it is in; elsewhere where it was installed. Free
// with g_free().
char *spade_shipped_folder (const char *kind);
