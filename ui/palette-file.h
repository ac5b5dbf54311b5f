// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Asking for a palette file (.gpl).

#pragma once

#include <gtk/gtk.h>

// Asks for a palette file to open or save; blocks in a main loop of its own.
// The name to save ends in .gpl, and is one that may be written over.
// Gives NULL when the user cancels; free with g_free().
char *spade_palette_file_ask (GtkWidget            *parent,
                              GtkFileChooserAction  action);
