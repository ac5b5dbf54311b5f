// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The styles as tiles under a heading each kind, of which one is marked.
//
// Signal "chosen" (const char *key): the user picks a style; NULL: none.

#pragma once

#include <gtk/gtk.h>

#include "style-list.h"

#define SPADE_TYPE_STYLE_BOARD (spade_style_board_get_type ())
G_DECLARE_FINAL_TYPE (SpadeStyleBoard, spade_style_board, SPADE, STYLE_BOARD,
                      GtkScrolledWindow)

// Replaces the styles of a kind by those of that kind in the array of
// SpadeStyle. The mark stays with its key, if that is still there.
void spade_style_board_set_styles (SpadeStyleBoard *board,
                                   SpadeStyleKind   kind,
                                   GPtrArray       *styles);

// Gives the name of a style that has a tile, borrowed, or NULL.
const char *spade_style_board_get_name (SpadeStyleBoard *board,
                                        const char      *key);

// Sets what the tile says that stands for no style image: its name, tip and icon, all
// static; random at first.
void spade_style_board_set_none (SpadeStyleBoard *board,
                                 const char      *name,
                                 const char      *tip,
                                 const char      *icon_name);

// Marks a style. A file that has no tile gets one among the recent ones;
// anything else without a tile leaves nothing marked.
void spade_style_board_mark (SpadeStyleBoard *board,
                             const char      *key);
