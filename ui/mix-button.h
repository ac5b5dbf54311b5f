// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The second style, which is mixed with the first: a button that shows its name and
// opens a board of all styles in files.
//
// Property "file" (GFile, or NULL: nothing), read and write.

#pragma once

#include <gio/gio.h>
#include <gtk/gtk.h>

#include "style-list.h"

#define SPADE_TYPE_MIX_BUTTON (spade_mix_button_get_type ())
G_DECLARE_FINAL_TYPE (SpadeMixButton, spade_mix_button, SPADE, MIX_BUTTON,
                      GtkMenuButton)

// Sets the styles: an array of SpadeStyle, copied, of which open ones are left out.
// recent_file remembers what is asked for by its file's name; or NULL.
void spade_mix_button_set_styles (SpadeMixButton *button,
                                  GPtrArray      *styles,
                                  const char     *recent_file);

// Gives the file, borrowed, or NULL.
GFile *spade_mix_button_get_file (SpadeMixButton *button);
void   spade_mix_button_set_file (SpadeMixButton *button,
                                  GFile          *file);
