// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the picture is to look like: one of the styles, a file, or random; how
// far the seed may move away from a style; a second style, and how much it counts;
// the seed; and whether light comes from the other side.
//
// Properties, all read and write: "file" (GFile, or NULL), "open" (string, the
// key of an open style, or NULL; at most one of the two is there, and without
// both it is random), "mix-file" (GFile, or NULL; NULL where it is random), "mix"
// (double, 0...1), "strength" (double, 0...1), "seed" (int), "mirrored" (boolean).
// Image files can be dropped on the picker.

#pragma once

#include <gio/gio.h>
#include <gtk/gtk.h>

#include "style-list.h"

#define SPADE_TYPE_STYLE_PICKER (spade_style_picker_get_type ())
G_DECLARE_FINAL_TYPE (SpadeStylePicker, spade_style_picker, SPADE,
                      STYLE_PICKER, GtkBox)

GtkWidget *spade_style_picker_new (void);

// Fills the picker with the styles of these places; copied.
void spade_style_picker_set_places (SpadeStylePicker       *picker,
                                    const SpadeStylePlaces *places);

// Sets the open styles: an array of SpadeStyle, copied.
void spade_style_picker_set_open_styles (SpadeStylePicker *picker,
                                         GPtrArray        *styles);

// Say why there is no style ("The model has no style encoder."), or no seed,
// or NULL. What is not there is disabled and the reason shown; "file", "open" and
// "mix-file" are then NULL for whoever asks, and come back when the reason goes.
void spade_style_picker_set_style_reason (SpadeStylePicker *picker,
                                          const char       *reason);
void spade_style_picker_set_seed_reason (SpadeStylePicker *picker,
                                         const char       *reason);

// Says what is wrong with the style that is chosen, or with NULL nothing.
void spade_style_picker_set_problem (SpadeStylePicker *picker,
                                     const char       *problem);

// Give the file, or the key of an open style, borrowed, or NULL.
GFile      *spade_style_picker_get_file (SpadeStylePicker *picker);
void        spade_style_picker_set_file (SpadeStylePicker *picker,
                                         GFile            *file);
const char *spade_style_picker_get_open (SpadeStylePicker *picker);
void        spade_style_picker_set_open (SpadeStylePicker *picker,
                                         const char       *key);

// Gives the second style's file, borrowed, or NULL.
GFile *spade_style_picker_get_mix_file (SpadeStylePicker *picker);

double spade_style_picker_get_strength (SpadeStylePicker *picker);
int    spade_style_picker_get_seed (SpadeStylePicker *picker);
void   spade_style_picker_set_seed (SpadeStylePicker *picker,
                                    int               seed);

// Takes the first URI of a drop; says in the picker what is wrong with it.
// FALSE when it is not the file of an image.
gboolean spade_style_picker_drop (SpadeStylePicker  *picker,
                                  const char *const *uris);
