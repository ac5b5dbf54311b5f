// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// See torch-pieces.h.

#include "torch-pieces.h"
#include "scratch.h"

void
torch_refuse_file (const char *path, const char *word)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeTorchFile) file = spade_torch_file_open (path, NULL,
                                                           &error);

  g_assert_null (file);
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CHECKPOINT);
  if (strstr (error->message, word) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, word);
}

void
torch_refuse_bytes (const void *bytes, gsize size, const char *word)
{
  g_autofree char *path = scratch_write ("made.pth", bytes, size);

  torch_refuse_file (path, word);
}
