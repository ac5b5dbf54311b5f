// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Giving an indexed image another palette, names included.

#pragma once

#include <libgimp/gimp.h>
#include <spade.h>

// Sets the image's palette to n_entries (1...256) colours and names; indices
// stay as they are. Errors: SPADE_ERROR_MAP when GIMP refuses.
gboolean spade_image_palette_set (GimpImage               *image,
                                  const SpadePaletteEntry *entries,
                                  int                      n_entries,
                                  GError                 **error);
