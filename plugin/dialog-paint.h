// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Painting with classes: the page of the dialog that makes the color of a class GIMP's
// foreground color.

#pragma once

#include "dialog-source.h"
#include "dialog-widgets.h"

// Shows the classes that the model knows in the colors that paint them.
void spade_dialog_paint_follow (const SpadeDialogWidgets *widgets,
                                const SpadeDialogSource  *source);

// Makes GIMP paint with a class on the layer that is the map. Where the map has no color
// for it yet, the palette of an indexed image gets one, and the image remembers what the
// others are; TRUE says so. What cannot be done is said on the page.
gboolean spade_dialog_paint_choose (const SpadeDialogWidgets *widgets,
                                    const SpadeDialogSource  *source,
                                    const SpadeRequest       *request,
                                    int                       class_id);
