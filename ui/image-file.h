// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Asking for an image file, with a preview of it.

#pragma once

#include <gtk/gtk.h>

// Asks for an image file; blocks in a main loop of its own. Gives NULL when
// the user cancels; free with g_free().
char *spade_image_file_ask (GtkWidget *parent);
