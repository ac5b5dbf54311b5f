// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The templates and icons that are compiled into the program.

#pragma once

#include <gtk/gtk.h>

#define SPADE_UI_TEMPLATES "/org/gimp-spade/ui/"

// Registers the templates and adds our icons ("spade-seed-symbolic") to the
// default icon theme. Every class of ui/ calls it; calling it again does
// nothing.
void spade_ui_init (void);
