// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The page Variations: small renders of what the dialog shows, one for each of
// its seeds. They are made only while they are seen.

#pragma once

#include "dialog-source.h"
#include "render-worker.h"
#include "variations-grid.h"

typedef struct
{
  SpadeRenderWorker   *worker;
  SpadeVariationsGrid *grid;      // borrowed
  gboolean             are_shown;
  int                  seeds[SPADE_VARIATIONS_MAX]; // of the pictures in grid
} SpadeDialogTiles;

// delay_ms: how long a request waits for another one to follow.
void spade_dialog_tiles_init (SpadeDialogTiles    *tiles,
                              SpadeVariationsGrid *grid,
                              int                  delay_ms);

// Renders what is loaded in source, of a picture of height x width, unless the
// tiles are not shown.
void spade_dialog_tiles_submit (SpadeDialogTiles        *tiles,
                                const SpadeDialogSource *source,
                                const SpadeRequest      *request,
                                int                      height,
                                int                      width);

// Ends the thread.
void spade_dialog_tiles_clear (SpadeDialogTiles *tiles);
