// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Runs of plans; backend.h says what each function does.

#pragma once

#include "conv.h"
#include "engine.h"

SpadeRun *spade_run_new (SpadeEngine     *engine,
                         const SpadePlan *plan,
                         SpadeFailure    *failure);
void spade_run_free (SpadeRun *run);
bool spade_run_set_levels (SpadeRun         *run,
                           const SpadeLevel *levels,
                           SpadeFailure     *failure);
bool spade_run_set_input (SpadeRun     *run,
                          const float  *input,
                          SpadeFailure *failure);
void spade_run_set_noise (SpadeRun *run, uint64_t seed, int top, int left);
bool spade_run_step (SpadeRun *run, int step, SpadeFailure *failure);
bool spade_run_all (SpadeRun *run, SpadeFailure *failure);
bool spade_run_get_value (SpadeRun     *run,
                          int           value,
                          float        *out,
                          SpadeFailure *failure);
bool spade_run_get_bytes (SpadeRun     *run,
                          int           value,
                          uint8_t      *out,
                          SpadeFailure *failure);

// For tests and measurements: the engine, whether the last run_all was a
// replay, how a CONV step is done (NULL: it is none), and by which engine of the
// library, unless that is "direct".
SpadeEngine *spade_run_get_engine (SpadeRun *run);
bool         spade_run_is_replayed (const SpadeRun *run);
const char  *spade_run_get_conv_way (const SpadeRun     *run,
                                     int                 step,
                                     SpadeGpuConvEngine *out_engine);
