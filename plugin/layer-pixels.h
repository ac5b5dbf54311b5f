// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The pixels of a layer that may be a map, as the numbers that are stored.

#pragma once

#include <libgimp/gimp.h>
#include <spade.h>

typedef struct
{
  int      height, width; // of the layer
  gboolean is_rgb;        // else each pixel is an index, or a grey value
  gboolean is_indexed;    // else it is a grey value
  int      step;          // bytes per pixel: 3 or 1
  guint8  *pixels;        // [n_opaque, step], without gaps
  gsize    n_opaque;
  guint8  *is_opaque;     // [height, width], 1 or 0
  gboolean has_wide_ids;  // grey values of 16 bits, as RGB all nearly black
} SpadeLayerPixels;

void spade_layer_pixels_clear (SpadeLayerPixels *layer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SpadeLayerPixels, spade_layer_pixels_clear)

// Says whether image and layer are still there: while a dialog is open both can
// be closed. Errors: SPADE_ERROR_MAP.
gboolean spade_layer_is_there (GimpImage     *image,
                               GimpDrawable  *drawable,
                               GError       **error);

// Gives a copy of drawable as it is at this moment: GIMP kills a plug-in that reads a
// layer which is deleted, cropped or converted meanwhile. What is no plain layer is
// lent itself: copies of groups, texts and links are dear. Give it back. Errors:
// SPADE_ERROR_MAP when it is not there any more.
GimpDrawable *spade_layer_borrow (GimpImage     *image,
                                  GimpDrawable  *drawable,
                                  GError       **error);
void          spade_layer_return (GimpImage     *image,
                                  GimpDrawable  *copy,
                                  GimpDrawable  *drawable);

// Says whether a drawable is grey and has more than 8 bits.
gboolean spade_layer_pixels_is_wide (GimpDrawable *drawable);

// Reads indexed and grey layers by value, others as 8-bit RGB, in the image's
// own colour space. Grey values of more than 8 bits are ids as they are, or in
// steps of 8 bits. Pixels below half alpha are not opaque. Errors:
// SPADE_ERROR_MAP for a mask or a channel, or for grey values that are no ids,
// SPADE_ERROR_MEMORY.
gboolean spade_layer_pixels_read (GimpDrawable      *drawable,
                                  SpadeLayerPixels  *layer,
                                  GError           **error);

// Writes indices or grey values that were read into an RGB layer of that size,
// as the colours that rgb gives them, in its own colour space. What is not
// opaque, and alpha, stay.
void spade_layer_pixels_write (const SpadeLayerPixels *layer,
                               const guint8          (*rgb)[3],
                               GimpDrawable           *drawable);
