// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What run.c (the memory and the whole render), run-step.c (single steps) and
// run-tables.c (their tables) share of a run; nobody else looks into it.

#pragma once

#include "conv-step.h"
#include "numbering.h"
#include "run.h"
#include "tables.h"

struct SpadeRun
{
  SpadeEngine     *engine;
  const SpadePlan *plan;
  bool             is_window;  // of one stage; leaves its places as spares
  SpadePlace       arena;
  SpadePlace       outputs[2]; // f32, not in the arena
  SpadePlace       input;      // f32
  bool             has_input;  // there, so step 0 is preceded by its conversion
  SpadeNoise       noise;
  SpadePlace       noise_place; // where steps read it, if they do
  bool             is_noise_sent;
  SpadePlace       z_place;    // all steps' z_sums, if there are any
  bool             has_z;      // they are there, those of
  uint64_t         z_version;
  size_t           workspace_size; // that its steps need, or more
  SpadeConvStep  **convs;      // by step, or NULL
  SpadeTables    **tables;     // by step, or NULL; the engine's
  Level            levels[SPADE_MAX_LEVELS];

  SpadeGpuGraph *graph;
  unsigned       graph_changes;   // engine->changes of the record
  bool           is_warm;         // all kernels have run
  bool           cannot_record;
  bool           is_replayed;
};

// A value of the plan on the GPU, and the type it has there: outputs are f32.
void      *spade_run_value_data (SpadeRun *run, int value);
SpadeDType spade_run_value_dtype (SpadeRun *run, int value);

// The z_sums of step i on the GPU, or NULL.
const float *spade_run_get_z_sums (const SpadeRun *run, int i);

// Packs the weights of step i and reserves its workspace.
bool spade_run_prepare_step (SpadeRun *run, int i, SpadeFailure *failure);

// Makes room for all tables, and for making them.
bool spade_run_reserve_tables (SpadeRun *run, SpadeFailure *failure);

// Makes the rows of step i's tables that are not there. has_values: the arena has the
// values of steps already.
bool spade_run_make_tables (SpadeRun     *run,
                            int           i,
                            bool          has_values,
                            SpadeFailure *failure);

// Queues step i, whose tables are made.
bool spade_run_queue_step (SpadeRun *run, int i, SpadeFailure *failure);
