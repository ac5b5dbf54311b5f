// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The dialog of plug-in-spade-synthesize.

#pragma once

#include <libgimp/gimpui.h>

// Shows the dialog for a map, with a preview, and does what it asks for; the
// answers are in config. FALSE when the user cancels it: no image is changed.
// Errors are told in the dialog.
gboolean spade_dialog_run (GimpProcedure        *procedure,
                           GimpProcedureConfig  *config,
                           GimpImage            *image,
                           GimpDrawable         *drawable,
                           GimpImage           **out_image,
                           GimpLayer           **out_layer);
