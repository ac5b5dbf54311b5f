// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The size to render at: what suits both, that of the model, that of the layer,
// or any other, with the layer's aspect kept or not.
//
// Property "size" (string, read and write): "auto", "native", "map" or "512x384".
// Text that is none of these is given back until the user chooses something.

#pragma once

#include <gtk/gtk.h>

#define SPADE_TYPE_SIZE_CHOOSER (spade_size_chooser_get_type ())
G_DECLARE_FINAL_TYPE (SpadeSizeChooser, spade_size_chooser, SPADE,
                      SIZE_CHOOSER, GtkBox)

GtkWidget *spade_size_chooser_new (void);

// What the sizes are for the model and the layer at hand, in pixels.
typedef struct
{
  int auto_height, auto_width;     // of "auto"
  int native_height, native_width; // of "native"
  int map_height, map_width;       // of "map"
  int layer_height, layer_width;   // whose aspect is kept
  int step;                        // sizes are multiples of it
} SpadeSizes;

// Shows these; copied.
void spade_size_chooser_set_sizes (SpadeSizeChooser *chooser,
                                   const SpadeSizes *sizes);

const char *spade_size_chooser_get_size (SpadeSizeChooser *chooser);
void        spade_size_chooser_set_size (SpadeSizeChooser *chooser,
                                         const char       *size);
