// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the plans of all generators are made of: values at a pyramid level,
// convolutions, and the residual block of SPADE.
// Source: Park et al. 2019, figure 4.

#pragma once

#include "plan-build.h"

typedef struct
{
  SpadePlanBuilder   builder;
  const SpadeConfig *config;
  SpadePlan          outline;
  int                n_blocks; // so far
} SpadeGeneratorPlan;

// The generators of the two kinds.
SpadePlan *spade_plan_new_spade (const SpadeModel *model,
                                 int               height,
                                 int               width);
SpadePlan *spade_plan_new_imaginaire (const SpadeModel *model,
                                      int               height,
                                      int               width);

// Fills the outline's levels for a picture of height x width.
void spade_generator_set_levels (SpadeGeneratorPlan *gen,
                                 int                 height,
                                 int                 width);
// Adds a value of a level's size, and gives its number.
int spade_generator_add_value (SpadeGeneratorPlan *gen,
                               int                 level,
                               int                 channels);
// Adds a convolution with the tensors of that name, and gives it to be completed.
SpadeStep *spade_generator_add_conv (SpadeGeneratorPlan *gen,
                                     const char         *name,
                                     int                 src,
                                     int                 dst,
                                     int                 level,
                                     int                 kernel);
// Adds the coarsest picture out of the segmap, of the tensors called name, and gives
// the step.
SpadeStep *spade_generator_add_seg_conv (SpadeGeneratorPlan *gen,
                                         const char         *name,
                                         int                 channels);
// Adds a residual block from fin to fout channels, and gives what it gives. src is
// at level, or with upsample at the level below.
int spade_generator_add_block (SpadeGeneratorPlan *gen,
                               const char         *name,
                               int                 src,
                               int                 level,
                               gboolean            upsample,
                               int                 fin,
                               int                 fout,
                               SpadeActivation     activation);
