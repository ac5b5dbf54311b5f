// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A window to put a widget on, the time it needs to draw, and a picture of it.

#pragma once

#include <gtk/gtk.h>

// Like g_test_init() and gtk_init(), but exits with 77 without a display.
void stage_init (int    *argc,
                 char ***argv);

// Shows the widget alone in a window of that size (-1: its own).
GtkWidget *stage_show (GtkWidget *widget,
                       int        width,
                       int        height);

// Runs the main loop for so many milliseconds.
void stage_wait (int ms);

// Runs the main loop until *flag is set; fails the test after ten seconds.
void stage_wait_for (const gboolean *flag);

// Presses a key in whatever has the focus, as gdk names it ("Return", "a").
void stage_press (GtkWidget  *window,
                  const char *key);

// Finds the first widget inside that has the buildable name id of a template.
GtkWidget *stage_find (GtkWidget  *root,
                       const char *id);

// Writes what the screen shows of the window to NAME-$SPADE_LOOK.png in the
// build folder, and fails when that picture is one flat colour.
void stage_shot (GtkWidget  *window,
                 const char *name);
