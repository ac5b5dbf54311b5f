// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What one call of the procedure asks for, after the arguments were read. The
// dialog and the tests fill the same struct.

#pragma once

#include <libgimp/gimp.h>
#include <spade.h>

typedef enum
{
  SPADE_OUTPUT_NEW_LAYER, // above the map, in its image
  SPADE_OUTPUT_NEW_IMAGE, // a new RGB image that holds map and picture
  SPADE_OUTPUT_UPDATE,    // the map's last picture; a new layer where there is none
  SPADE_OUTPUT_EFFECT,    // a layer effect on the map, which GIMP renders
} SpadeOutput;

// A style: one of the three, or none.
typedef struct
{
  GFile     *file;
  GimpImage *image; // open in GIMP
  GimpLayer *layer;
} SpadeStyleSource;

static inline gboolean
spade_style_source_is_empty (const SpadeStyleSource *source)
{
  return source->file == NULL && source->image == NULL && source->layer == NULL;
}

// Strings and objects are owned by the request; a NULL string is its default.
typedef struct
{
  GimpImage     *image;    // borrowed
  GimpDrawable  *drawable; // borrowed: the layer that is the map
  char          *model;    // file, name, or NULL
  SpadeStyleSource style, mix_style; // the second one only beside the first
  double         mix;      // share of mix_style, 0...1
  double         strength; // 0...1, see spade_context_set_style()
  gint           seed;
  gboolean       is_mirrored; // spade_context_set_mirrored()
  char          *classes;  // spec of spade_class_table_new(); NULL: "auto"
  gboolean       snaps;       // soft edges to the nearest pixel's class
  gboolean       use_nearest; // of the classes that the model knows
  gboolean       refines;  // spade_context_set_refined()
  double         outlines; // how uneven they get, see spade_map_roughen()
  GimpDrawable  *instances; // or NULL
  char          *size;     // "auto", "native", "map" or "WIDTHxHEIGHT"
  char          *device;   // NULL: "auto"
  SpadePrecision precision;
  SpadeOutput    output;
} SpadeRequest;

void spade_request_clear (SpadeRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SpadeRequest, spade_request_clear)

// Says whether the picture is to be of floats, since its image has more than 8 bits.
gboolean spade_request_wants_floats (const SpadeRequest *request);

// A finished picture, [height, width, 3], rows packed: sRGB bytes, or R'G'B' floats
// in 0...1.
typedef struct
{
  int     height, width;
  guint8 *rgb;    // or NULL: floats
  float  *floats; // or NULL: bytes
} SpadePicture;

// Gives one without pixels in it yet. NULL with SPADE_ERROR_MEMORY.
SpadePicture *spade_picture_new (int       height,
                                 int       width,
                                 gboolean  has_floats,
                                 GError  **error);

static inline void
spade_picture_free (SpadePicture *picture)
{
  if (picture == NULL)
    return;
  g_free (picture->rgb);
  g_free (picture->floats);
  g_free (picture);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpadePicture, spade_picture_free)
