// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What makes the dialog live: whenever an argument changes, the map is read
// again where it must be, and the preview and the variations are rendered in
// threads. Everything that stands against a render is said in the preview
// pane, and OK is then disabled.

#pragma once

#include <libgimp/gimpui.h>

#include "class-table-view.h"
#include "preview-pane.h"
#include "style-picker.h"
#include "variations-grid.h"

typedef struct _SpadeDialogPreview SpadeDialogPreview;

// The widgets of the dialog, which must outlive the preview.
typedef struct
{
  GtkDialog           *dialog;
  SpadePreviewPane    *pane;
  SpadeStylePicker    *picker;
  SpadeClassTableView *classes;
  SpadeVariationsGrid *variations;
} SpadeDialogWidgets;

SpadeDialogPreview *spade_dialog_preview_new (const SpadeDialogWidgets *widgets,
                                              GimpProcedureConfig      *config,
                                              GimpImage                *image,
                                              GimpDrawable             *drawable);

// Variations are rendered only while they are seen.
void spade_dialog_preview_show_variations (SpadeDialogPreview *preview,
                                           gboolean            are_shown);

// Ends all threads.
void spade_dialog_preview_free (SpadeDialogPreview *preview);
