// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A CONV step made ready: through the library with all fused in, through the
// library with a pass of ours behind it, or through a kernel of our own.

#pragma once

#include "conv.h"
#include "engine.h"

typedef struct SpadeConvStep SpadeConvStep;

// is_output: dst is f32. Reserves the workspace that the step will need.
SpadeConvStep *spade_conv_step_new (SpadeEngine     *engine,
                                    const SpadePlan *plan,
                                    const SpadeStep *step,
                                    bool             is_output,
                                    SpadeFailure    *failure);
void spade_conv_step_free (SpadeConvStep *self, SpadeEngine *engine);

// add: the value to be added, or NULL; it may lie where dst does.
bool spade_conv_step_run (SpadeConvStep *self,
                          SpadeEngine   *engine,
                          const void    *src,
                          const void    *add,
                          void          *dst,
                          SpadeFailure  *failure);

// Says how it is done: "fused", "summed" (in place, with a pass behind it) or
// "plain", by which engine; "narrow" or "direct" by our own kernels.
const char *spade_conv_step_get_way (const SpadeConvStep *self,
                                     SpadeGpuConvEngine  *out_engine);
