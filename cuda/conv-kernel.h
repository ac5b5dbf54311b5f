// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A CONV step by a kernel of our own: for very few channels on one side, and where
// the library has no engine.

#pragma once

#include "engine.h"

typedef struct
{
  const SpadeStep *step;
  bool             is_narrow;
  SpadeDirectConv  direct;
  SpadeNarrowConv  narrow; // or that
} SpadeConvKernel;

// is_output: dst is f32.
bool spade_conv_kernel_prepare (SpadeConvKernel *self,
                                SpadeEngine     *engine,
                                const SpadePlan *plan,
                                const SpadeStep *step,
                                bool             is_output,
                                SpadeFailure    *failure);

// As spade_conv_step_run().
bool spade_conv_kernel_run (SpadeConvKernel *self,
                            SpadeEngine     *engine,
                            const void      *src,
                            const void      *add,
                            void            *dst,
                            SpadeFailure    *failure);
