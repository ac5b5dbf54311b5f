// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Which pixels depend on which: how far a change spreads through a stage, and
// what a window must hold so that the pixels asked for are right.

#pragma once

#include <glib.h>
#include "backend.h"

// Gives the smallest rectangle that holds both; empty ones count for nothing.
SpadeBox spade_box_unite (const SpadeBox *a, const SpadeBox *b);
gboolean  spade_box_is_equal (const SpadeBox *a, const SpadeBox *b);
double    spade_box_area (const SpadeBox *rect);

// Gives all of a stage's picture.
SpadeBox spade_window_whole (const SpadePlan *plan, int stage);

// What the arithmetic knows of a plan on a backend.
typedef struct
{
  const SpadePlan *plan;
  // A blind backend sees only a window's own symbols, without neighbourhoods.
  gboolean         is_blind;
  // Of the convolutions of each stage, in their order, in pixels of the stage;
  // radius: half their kernel.
  struct
  {
    int      grid, radius;
    gboolean is_half; // its pixels are 2 x 2 of the stage's
  } convs[SPADE_MAX_STAGES][SPADE_MAX_CONVS];
} SpadeWindows;

void spade_windows_init (SpadeWindows       *windows,
                         const SpadePlan    *plan,
                         const SpadeBackend *backend,
                         const SpadeEngine  *engine);

// Gives the pixels of a stage that may differ when those of source, in what it
// reads, and those of map, symbols of its level, do.
SpadeBox spade_window_spread (const SpadeWindows *windows,
                              int                 stage,
                              const SpadeBox     *source,
                              const SpadeBox     *map);

// Gives the window in which the pixels of wanted come out right; it is never
// small, and its sides are multiples of a few pixels, so that they recur.
SpadeBox spade_window_around (const SpadeWindows *windows,
                              int                 stage,
                              const SpadeBox     *wanted);

// Tells the convolutions of a stage that is cut to a window which of their pixels
// count for those of wanted: SpadeStep.part.
void spade_window_limit (const SpadeWindows *windows,
                         int                 stage,
                         const SpadeBox     *window,
                         const SpadeBox     *wanted,
                         SpadePlan          *cut);

// Gives the pixels that a window reads.
SpadeBox spade_window_source (const SpadePlan *plan,
                              int              stage,
                              const SpadeBox  *window);
