// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Whole files as memory that processes share, in the system's own way:
// file-map-unix.c, file-map-windows.c.

#pragma once

#include <glib.h>

// Maps a file to be read; NULL where there is none of just that size.
void *spade_file_map_open (const char *path, gsize size);

// Makes a file of that size to be filled, its room on the disk taken already; path
// ends in XXXXXX and gets its name. NULL, and no file, where it cannot be made.
void *spade_file_map_make (char *path, gsize size);

// From here on the memory is only read.
void spade_file_map_seal (void *map, gsize size);

// Lets go of either; the file stays.
void spade_file_map_close (void *map, gsize size);
