// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The map and what becomes of it: one of the two at a time, a line that says
// how things are, and a progress bar. A click on the picture, or the switch
// above it, shows the other.
//
// Property "shows-result" (boolean, read and write). Signal "render-clicked":
// the user asks for the picture at full size.

#pragma once

#include <gtk/gtk.h>

#define SPADE_TYPE_PREVIEW_PANE (spade_preview_pane_get_type ())
G_DECLARE_FINAL_TYPE (SpadePreviewPane, spade_preview_pane, SPADE,
                      PREVIEW_PANE, GtkBox)

GtkWidget *spade_preview_pane_new (void);

// The pictures; references are taken, NULL for none. The result is shown in
// the aspect of the map.
void spade_preview_pane_set_map (SpadePreviewPane *pane, GdkPixbuf *map);
void spade_preview_pane_set_result (SpadePreviewPane *pane, GdkPixbuf *result);

// Sets the line under the picture; is_problem marks it with a warning.
void spade_preview_pane_set_status (SpadePreviewPane *pane,
                                    const char       *status,
                                    gboolean          is_problem);

// Shows progress, 0...1, with the time left once it can be told; below 0
// hides it. phase: a word of SpadeProgress, or NULL.
void spade_preview_pane_set_progress (SpadePreviewPane *pane,
                                      double            fraction,
                                      const char       *phase);

gboolean spade_preview_pane_get_shows_result (SpadePreviewPane *pane);
void     spade_preview_pane_set_shows_result (SpadePreviewPane *pane,
                                              gboolean          shows_result);

// Hides or shows the button that emits "render-clicked".
void spade_preview_pane_set_can_render (SpadePreviewPane *pane,
                                        gboolean          can_render);
