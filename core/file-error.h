// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What every file that reads checkpoints and models says when one is not as it
// should be. The message may hold names out of the file, whatever they are: it
// comes out as one printable line of bounded length. Names out of other files are
// made fit to be shown, too.

#pragma once

#include <glib.h>

// Puts '?' in place of each byte of what a terminal would obey, in valid UTF-8.
void spade_hide_controls (char *text);

// Sets SPADE_ERROR_CHECKPOINT and gives FALSE.
gboolean spade_checkpoint_fail (GError **error, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

// Sets SPADE_ERROR_MODEL and gives FALSE.
gboolean spade_model_fail (GError **error, const char *format, ...)
    G_GNUC_PRINTF (2, 3);
