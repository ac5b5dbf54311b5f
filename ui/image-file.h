// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Asking for an image file, with a preview of it, and telling one from other files.

#pragma once

#include <gtk/gtk.h>

// Asks for an image file; blocks in a main loop of its own. Gives NULL when
// the user cancels; free with g_free().
char *spade_image_file_ask (GtkWidget *parent);

// Says whether a file is an image. GIMP opens more than gdk-pixbuf can, which knows its
// own also where the system has no types of files.
gboolean spade_image_file_is_one (const char *path);
