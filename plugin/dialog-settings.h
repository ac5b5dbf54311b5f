// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The page of plain settings: model, sizes, output, device.

#pragma once

#include <libgimp/gimpui.h>

// Gives a page whose widgets are bound to config. The dialog
// makes the widgets that GIMP has for an argument.
GtkWidget *spade_dialog_settings_new (GimpProcedureDialog *dialog,
                                      GimpProcedureConfig *config);
