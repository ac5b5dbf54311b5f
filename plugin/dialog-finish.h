// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// From OK to the layer, with the dialog open.

#pragma once

#include "dialog-preview.h"

// Renders what the dialog shows at the size that is asked for, which the user
// can cancel, and writes the layer. FALSE when that was cancelled or failed:
// the dialog then says so, and no image has changed.
gboolean spade_dialog_finish (const SpadeDialogWidgets *widgets,
                              SpadeDialogPreview       *preview,
                              GimpImage               **out_image,
                              GimpLayer               **out_layer);
