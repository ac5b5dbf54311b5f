// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// One sentence beside a setting: what is wrong with it, or why it is disabled.
// It takes no room while there is nothing to say.
//
// Property "icon-name" (string, write): what kind of sentence it is; a warning
// by default.

#pragma once

#include <gtk/gtk.h>

#define SPADE_TYPE_NOTICE (spade_notice_get_type ())
G_DECLARE_FINAL_TYPE (SpadeNotice, spade_notice, SPADE, NOTICE, GtkBox)

GtkWidget *spade_notice_new (void);

// Shows the text, or with NULL nothing. gtk_widget_show_all() does not matter.
void spade_notice_set_text (SpadeNotice *notice,
                            const char  *text);

// Gives what it says, borrowed, or NULL.
const char *spade_notice_get_text (SpadeNotice *notice);
