// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// One picture, as large as fits, centred, its aspect kept.

#pragma once

#include <gtk/gtk.h>

#define SPADE_TYPE_PICTURE_AREA (spade_picture_area_get_type ())
G_DECLARE_FINAL_TYPE (SpadePictureArea, spade_picture_area, SPADE,
                      PICTURE_AREA, GtkDrawingArea)

GtkWidget *spade_picture_area_new (void);

// Sets the picture, or NULL for none; takes a reference. is_map: hard edges,
// no colour between two classes may appear.
void spade_picture_area_set_picture (SpadePictureArea *area,
                                     GdkPixbuf        *picture,
                                     gboolean          is_map);

// Sets width / height of what is shown, whatever the picture's own; 0: its own.
void spade_picture_area_set_aspect (SpadePictureArea *area, double aspect);

GdkPixbuf *spade_picture_area_get_picture (SpadePictureArea *area);
