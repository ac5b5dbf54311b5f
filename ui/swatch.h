// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Small squares of a colour, for lists.

#pragma once

#include <gtk/gtk.h>

// Gives a square of size pixels with rounded corners and a fine border, sharp
// at the widget's scale factor. Free with cairo_surface_destroy().
cairo_surface_t *spade_swatch_new (GtkWidget *widget, const guint8 rgb[3],
                                   int size);
