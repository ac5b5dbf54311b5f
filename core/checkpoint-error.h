// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What every file that reads checkpoints says when one is not as it should be.

#pragma once

#include <glib.h>

// Sets SPADE_ERROR_CHECKPOINT and gives FALSE.
gboolean spade_checkpoint_fail (GError **error, const char *format, ...)
    G_GNUC_PRINTF (2, 3);
