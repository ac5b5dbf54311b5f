// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the dialog's widgets show of that which was loaded.

#pragma once

#include "dialog-source.h"
#include "dialog-widgets.h"

// Of a new model: what it can do with classes, styles and seeds.
void spade_dialog_follow_model   (const SpadeDialogWidgets *widgets,
                                  const SpadeDialogSource  *source);

// Of a new palette: its entries, their use, and what the image remembers of them. The
// widgets may change the arguments.
void spade_dialog_follow_palette (const SpadeDialogWidgets *widgets,
                                  const SpadeDialogSource  *source);

// Of a new map: itself, its sizes, and the classes that were replaced.
void spade_dialog_follow_map     (const SpadeDialogWidgets *widgets,
                                  const SpadeDialogSource  *source);
