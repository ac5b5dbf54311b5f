// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A run of a plan, as run.c and norm.c know it.

#pragma once

#include "../backend.h"

struct SpadeRun
{
  const SpadePlan *plan;
  float           *arena;
  float           *outputs[2];
  const uint16_t  *symbols[SPADE_MAX_LEVELS]; // borrowed
  uint64_t         noise_seed;
  int              noise_top, noise_left;
};

// Where a value lies: outputs have places of their own, which later steps do
// not reuse.
float *spade_ref_value_data (SpadeRun *run, int value);
// A tensor as floats; NULL for NULL, and where there is no memory. Free with
// free().
float *spade_ref_tensor_floats (const SpadeTensor *tensor);
// False, with the failure said.
bool spade_ref_fail_memory (SpadeFailure *failure, size_t bytes);

// The SPADE layer. Source: Park et al. 2019, equation 1 with 1 + gamma, as the
// published code and weights have it; the noise is that of Karras et al. 2019,
// section 3.2.
bool spade_ref_run_spade (SpadeRun *run, const SpadeStep *step,
                          SpadeFailure *failure);
// Instance norm without weights, and the step's activation.
bool spade_ref_run_norm (SpadeRun *run, const SpadeStep *step,
                         SpadeFailure *failure);
