// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The error domain of the library, and the one way to raise what is found in
// files of others, whose names of tensors can be anything.

#include "file-error.h"
#include "include/spade-types.h"

#include <string.h>

#define MAX_MESSAGE 600 // bytes

G_DEFINE_QUARK (spade-error-quark, spade_error)

// Those that turn the direction of what follows would hide or reorder it.
static gboolean
is_control (gunichar c)
{
  return g_unichar_iscntrl (c) || c == 0x061c || c == 0x200e || c == 0x200f
         || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

void
spade_hide_controls (char *text)
{
  for (char *c = text, *next; *c != '\0'; c = next)
    {
      next = g_utf8_next_char (c);
      if (is_control (g_utf8_get_char (c)))
        memset (c, '?', (gsize) (next - c));
    }
}

// Makes a message that holds names out of a file fit to be shown: valid UTF-8,
// on one line, without what a terminal would obey, and not endless.
static char *
make_printable (const char *message)
{
  gsize n = strnlen (message, MAX_MESSAGE + 1);
  char *text = g_utf8_make_valid (message, (gssize) MIN (n, MAX_MESSAGE));

  spade_hide_controls (text);
  if (n > MAX_MESSAGE)
    {
      g_autofree char *cut = text;

      text = g_strconcat (cut, "...", NULL);
    }
  return text;
}

static void
set_printable (GError **error, int code, const char *format, va_list args)
{
  g_autofree char *message = g_strdup_vprintf (format, args);
  g_autofree char *printable = make_printable (message);

  g_set_error_literal (error, SPADE_ERROR, code, printable);
}

gboolean
spade_checkpoint_fail (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  set_printable (error, SPADE_ERROR_CHECKPOINT, format, args);
  va_end (args);
  return FALSE;
}

gboolean
spade_model_fail (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  set_printable (error, SPADE_ERROR_MODEL, format, args);
  va_end (args);
  return FALSE;
}
