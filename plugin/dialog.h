// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The dialog of plug-in-spade-synthesize.

#pragma once

#include <libgimp/gimpui.h>

// Shows the dialog for a map, with a preview; the answers are in config.
// FALSE when the user cancels it. No image is changed.
gboolean spade_dialog_run (GimpProcedure       *procedure,
                           GimpProcedureConfig *config,
                           GimpImage           *image,
                           GimpDrawable        *drawable);
