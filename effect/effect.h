// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The operation "spade:picture" for GEGL: the picture of a map, as a filter. In GIMP it
// is a layer effect. Every program that uses GEGL, each of GIMP's plug-ins among them,
// loads operation.c, so that is small; what renders is a module of its own, the worker,
// which is opened when a first picture is wanted.

#pragma once

#include <spade-types.h>

#define SPADE_EFFECT_OPERATION "spade:picture"

// What the picture is to be. Strings are borrowed.
typedef struct
{
  const char *style;       // the path of a picture, or the name of one that ships, for
                           // models that can take it; NULL: z is drawn from the seed
  const char *mix_style;   // likewise, a second one; NULL: none
  double      mix;         // its share, 0...1
  double      strength;    // 0...1, see spade_context_set_style()
  guint       seed;
  gboolean    is_mirrored; // spade_context_set_mirrored()
  double      outlines;    // 0...1, see spade_map_roughen()
  gboolean    has_map_size; // rendered at the map's size, not at the model's
  gboolean    refines;     // spade_context_set_refined()
  const char *model;       // a file, a name, or NULL: the default model
  const char *classes;     // spec of spade_class_table_new(); NULL: "auto"
  guint64     memory;      // bytes that renders may take, see SpadeContextOptions; what
                           // it is when a model is loaded holds
} SpadeEffectSettings;

// A picture: [height, width, 3] R'G'B' floats in 0...1, sRGB; free rgb with g_free().
typedef struct
{
  int    height, width;
  float *rgb;
} SpadeEffectPicture;

#define SPADE_EFFECT_INTERFACE 1

// What the worker can do. It may be called from any thread, one works at a time.
typedef struct
{
  int interface; // SPADE_EFFECT_INTERFACE

  // Renders the map [height, width, 4] R'G'B'A bytes, whose colours are classes; a
  // pixel of less than half alpha has none. The picture has the size that settings ask
  // for. Model, packed weights and what an edit can use again are kept until release().
  // Colours of soft edges take the class beside them, classes that the model does not
  // know the nearest that it knows. Blocks. monitor may be NULL. Errors: SPADE_ERROR,
  // all of its codes.
  gboolean (*render) (const SpadeEffectSettings *settings,
                      const guint8              *rgba,
                      int                        height,
                      int                        width,
                      const SpadeMonitor        *monitor,
                      SpadeEffectPicture        *out_picture,
                      GError                   **error);

  // Frees all that is kept.
  void (*release) (void);
} SpadeEffectWorker;

// The only symbol of the worker, "spade_effect_worker".
typedef const SpadeEffectWorker *(*SpadeEffectWorkerGetter) (void);
