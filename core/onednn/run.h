// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A run of a plan, as run.c and run-window.c know it.

#pragma once

#include "conv.h"
#include "tables.h"

struct SpadeRun
{
  SpadeEngine      *engine;
  const SpadePlan  *plan;
  float            *outputs[2]; // always f32
  SpadeOnednnConv **convs;      // by step, or NULL
  SpadeTables     **tables;     // by step, or NULL; the engine's
  SpadeLevel        levels[SPADE_MAX_LEVELS]; // with borrowed arrays
  guint64           noise_seed;
  int               noise_top, noise_left;
};

// Where a value lies: outputs have places of their own, in f32.
void            *spade_onednn_value_data (SpadeRun *run, int value);
dnnl_data_type_t spade_onednn_value_dtype (SpadeRun *run, int value);
// Makes the engine's arena large enough for the run.
bool spade_onednn_reserve_arena (SpadeRun *run, SpadeFailure *failure);

extern const SpadeWindowing spade_onednn_windowing;
