// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What makes the dialog live: whenever an argument changes, or the map is painted on,
// the map is read again where it must be, and the preview and the variations are
// rendered in threads. Everything that stands against a render is said at once
// (dialog-widgets.h).

#pragma once

#include "dialog-widgets.h"
#include "map-record.h"
#include "request.h"

typedef struct _SpadeDialogPreview SpadeDialogPreview;

// The widgets are copied, and must outlive the preview.
SpadeDialogPreview *spade_dialog_preview_new (const SpadeDialogWidgets *widgets,
                                              GimpProcedureConfig      *config,
                                              GimpImage                *image,
                                              GimpDrawable             *drawable);

// Variations are rendered only while they are seen.
void spade_dialog_preview_show_variations (SpadeDialogPreview *preview,
                                           gboolean            are_shown);

// Begins to render at the size that is asked for, from the layer as it is now,
// and fills the request. When that has ended, the dialog gets
// SPADE_RESPONSE_RENDERED. FALSE when it cannot begin: the widgets then say
// why.
gboolean spade_dialog_preview_begin_final (SpadeDialogPreview  *preview,
                                           SpadeRequest        *request,
                                           GError             **error);

// Ends the render, finished or not, and goes back to previews. Gives its
// picture and what map was read (borrowed; NULL: none). NULL without a
// picture: with the render's error, or without one, where it was cancelled.
GdkPixbuf *spade_dialog_preview_end_final (SpadeDialogPreview    *preview,
                                           const SpadeMapRecord **out_record,
                                           GError               **error);

// Ends all threads.
void spade_dialog_preview_free (SpadeDialogPreview *preview);
