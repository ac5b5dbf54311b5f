// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The error domain of the library, and the one way to raise what many files
// find in checkpoints.

#include "checkpoint-error.h"
#include "include/spade-types.h"

G_DEFINE_QUARK (spade-error-quark, spade_error)

gboolean
spade_checkpoint_fail (GError **error, const char *format, ...)
{
  va_list          args;
  g_autofree char *message = NULL;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, SPADE_ERROR, SPADE_ERROR_CHECKPOINT, message);
  return FALSE;
}
