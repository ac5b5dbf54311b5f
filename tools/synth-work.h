// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The steps of `spade synth`: from its options to a picture, or to one picture after
// another with the same model. In this order: model, style, map, ready, render; the
// last three again for each further map.

#pragma once

#include "picture-file.h"
#include "synth-options.h"

// What is read before the work begins, and how long each part took.
typedef struct
{
  SpadeModel   *model;
  Picture      *style, *mix_style; // or NULL
  float        *latent;   // or NULL
  SpadeContext *context;  // NULL before the first map is ready
  SpadeMap     *map;      // at the render size
  int           map_height, map_width; // as the file has it
  char         *replaced; // by the nearest classes, in words, or NULL
  GString      *times;
  gint64        last_time;
} SynthWork;

void synth_work_init (SynthWork *work);
void synth_work_clear (SynthWork *work);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SynthWork, synth_work_clear)

// Notes the time since the last call under a word.
void synth_work_take_time (SynthWork *work, const char *word);

gboolean synth_work_load_model (SynthWork           *work,
                                const SynthOptions  *options,
                                GError             **error);
gboolean synth_work_load_style (SynthWork           *work,
                                const SynthOptions  *options,
                                GError             **error);
// instances: a file, or NULL.
gboolean synth_work_load_map (SynthWork           *work,
                              const SynthOptions  *options,
                              const char          *map,
                              const char          *instances,
                              GError             **error);
gboolean synth_work_make_ready (SynthWork           *work,
                                const SynthOptions  *options,
                                GError             **error);

// Say what the user may not expect of the model's pictures, and of the map's; name: of
// the map, or NULL. Only when nothing else can fail: a failure is told in one line.
void synth_work_note_model (const SynthWork *work, const SynthOptions *options);
void synth_work_note_map (const SynthWork *work, const char *name);

// Says whether the pictures of a map could be written, which are to be in output, or
// with variations beside it. Errors: as of out_file_check().
gboolean synth_work_check_output (const SynthOptions  *options,
                                  const char          *output,
                                  const char *const   *inputs,
                                  int                  n_inputs,
                                  GError             **error);

// Renders the map into a file, or with variations into one a seed beside it: floats
// for a name in .f32, else a PNG.
gboolean synth_work_render (SynthWork           *work,
                            const SynthOptions  *options,
                            const char          *output,
                            GError             **error);
