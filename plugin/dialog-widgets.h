// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The widgets of the dialog, and how they say that something stands against a
// render: in the preview pane, beside the setting that is to blame, and with a
// mark on its page's tab; OK is then disabled.

#pragma once

#include <libgimp/gimpui.h>

#include "class-board.h"
#include "class-table-view.h"
#include "preview-pane.h"
#include "style-picker.h"
#include "variations-grid.h"

// The final render has ended, see dialog-preview.h.
#define SPADE_RESPONSE_RENDERED 2

typedef struct
{
  GtkDialog           *dialog;
  GtkNotebook         *notebook;
  SpadePreviewPane    *pane;
  SpadeStylePicker    *picker;
  SpadeClassTableView *classes;
  SpadeClassBoard     *board;
  SpadeVariationsGrid *variations;
  GtkWidget           *settings; // spade_dialog_settings_new()
} SpadeDialogWidgets;

// The steps from the arguments to a picture, each of which may refuse.
typedef enum
{
  SPADE_STEP_IMAGE, // the image itself: no setting helps
  SPADE_STEP_MODEL,
  SPADE_STEP_CLASSES,
  SPADE_STEP_INSTANCES,
  SPADE_STEP_SIZE,
  SPADE_STEP_STYLE,
  SPADE_STEP_RENDER, // device and memory
} SpadeDialogStep;

// Adds a page to the notebook, with a title.
void spade_dialog_widgets_add_page (SpadeDialogWidgets *widgets,
                                    GtkWidget          *page,
                                    const char         *title);

// Lets Ctrl+Page Up and Page Down turn the pages wherever the focus is.
void spade_dialog_widgets_add_keys (const SpadeDialogWidgets *widgets);

// Gives the step that a render's error blames.
SpadeDialogStep spade_dialog_widgets_blame (const GError *error);

// Shows why a step refused, and disables OK.
void spade_dialog_widgets_refuse (const SpadeDialogWidgets *widgets,
                                  SpadeDialogStep           step,
                                  const char               *message);

// Takes back what was said, and enables OK.
void spade_dialog_widgets_accept (const SpadeDialogWidgets *widgets);

// Says status and disables all, so that it is seen while the main loop is blocked.
void spade_dialog_widgets_hold (const SpadeDialogWidgets *widgets,
                                const char               *status);

// Enables or disables everything but the Cancel button, which is enabled.
void spade_dialog_widgets_set_sensitive (const SpadeDialogWidgets *widgets,
                                         gboolean                  is_sensitive);
