// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The options of `spade synth`, read and checked before any file is opened.

#pragma once

#include "cli.h"

typedef enum
{
  SYNTH_SIZE_NATIVE,
  SYNTH_SIZE_MAP,
  SYNTH_SIZE_EXACT,
} SynthSize;

typedef struct
{
  char    *model, *map, *instances, *classes, *style, *mix_style, *latent, *output;
  gboolean is_folder; // map, instances and output are folders
  gboolean has_seed;
  guint64  seed; // the first
  gboolean has_variations;
  guint    n_variations; // pictures of a map, of as many seeds in a row; or 1
  double   strength; // of the seed around a style, 0...1
  double   outlines; // how uneven they get, 0...1
  double   mix; // share of mix_style, 0...1
  SynthSize size;
  int       height, width; // SYNTH_SIZE_EXACT
  gboolean  refine;        // spade_context_set_refined()
  gboolean  nearest, snap, mirror, verbose;

  CliEngine           engine;
  SpadeContextOptions context; // borrows from engine
  char *seed_text, *variations_text, *strength_text, *mix_text, *outlines_text, *size_text, *memory_text;
} SynthOptions;

// Gives CLI_DONE or CLI_BAD_USAGE, after saying what is wrong.
int  synth_options_read (SynthOptions *options, int argc, char **argv);
void synth_options_clear (SynthOptions *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SynthOptions, synth_options_clear)
