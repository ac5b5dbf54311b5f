// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Reader of GIMP palette files (.gpl).

#pragma once

#include <glib.h>

typedef struct
{
  guint8 rgb[3];
  char  *name; // owned, '?' for control characters; "" where the line has none
} SpadeGplEntry;

// Gives the entries of the palette file as an array of SpadeGplEntry that
// frees its names. Errors: SPADE_ERROR_FILE, naming the line at fault.
GArray *spade_gpl_load (const char *path, GError **error);
