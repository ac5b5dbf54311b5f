// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The page of plain settings: model, sizes, output, device.

#pragma once

#include <libgimp/gimpui.h>

#include "size-chooser.h"

// Gives a page whose widgets are bound to config.
GtkWidget *spade_dialog_settings_new (GimpProcedureConfig *config);

// Shows what the render sizes are.
void spade_dialog_settings_set_sizes (GtkWidget        *page,
                                      const SpadeSizes *sizes);

// Says something below the setting of an argument, or with NULL nothing: what
// is wrong with it, or for "nearest" which classes took the place of others.
void spade_dialog_settings_set_notice (GtkWidget  *page,
                                       const char *argument,
                                       const char *message);
