// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the dialog renders from: model, map and style images, each loaded when
// it is first wanted and again when its argument changes. libgimp is called
// here, on the main thread.

#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "palette-use.h"
#include "read-map.h"
#include "render-request.h"
#include "request.h"

// A style image, or why it cannot be read; or neither.
typedef struct
{
  char      *name;    // spade_style_describe()
  GdkPixbuf *picture; // or NULL
  GError    *fault;   // or NULL
} SpadeLoadedStyle;

typedef struct
{
  char           *model_name; // that model was loaded as
  SpadeModel     *model;      // or NULL
  SpadePaletteUse *use;       // of the layer, or NULL
  SpadeLayerPixels layer;     // when use was read, or empty
  char           *map_spec;   // classes and instances that map was read with
  SpadeMap       *map;        // at the layer's size, or NULL
  SpadeMapRecord *record;     // of map, or NULL
  char           *replaced;   // spade_map_use_nearest() of map, or NULL
  SpadeLoadedStyle style, mix_style;
} SpadeDialogSource;

void spade_dialog_source_clear (SpadeDialogSource *source);

// Load what the request asks for; out_is_new says whether that is another than
// before. Without success there is none. The layer and its palette are read every
// time: the palette is new when it or its use is another; colours that the request
// gives classes stay in it, so that one which is painted over can come back. The map is
// made of these two. Errors: those of spade_model_find(), spade_model_load(),
// spade_layer_pixels_read(), spade_palette_use_new(), spade_map_read(),
// spade_style_read().
gboolean spade_dialog_source_load_model (SpadeDialogSource   *source,
                                         const SpadeRequest  *request,
                                         gboolean            *out_is_new,
                                         GError             **error);
gboolean spade_dialog_source_read_palette (SpadeDialogSource   *source,
                                           const SpadeRequest  *request,
                                           gboolean            *out_is_new,
                                           GError             **error);
gboolean spade_dialog_source_read_map   (SpadeDialogSource   *source,
                                         const SpadeRequest  *request,
                                         gboolean            *out_is_new,
                                         GError             **error);
gboolean spade_dialog_source_read_instances (SpadeDialogSource   *source,
                                             const SpadeRequest  *request,
                                             GError             **error);
gboolean spade_dialog_source_load_styles (SpadeDialogSource   *source,
                                          const SpadeRequest  *request,
                                          GError             **error);

// Make the next spade_dialog_source_read_map(), spade_dialog_source_load_styles()
// read again what may have been painted on. That a file changed is seen.
void spade_dialog_source_forget_map        (SpadeDialogSource *source);
void spade_dialog_source_forget_open_styles (SpadeDialogSource *source);

// Gives a render of one picture at that size; all three must be loaded.
// Errors: SPADE_ERROR_MEMORY.
SpadeRenderRequest *spade_dialog_source_new_render (const SpadeDialogSource  *source,
                                                    const SpadeRequest       *request,
                                                    int                       height,
                                                    int                       width,
                                                    GError                  **error);
