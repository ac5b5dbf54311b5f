// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Convolutions by our own matrix product (gemm.h), whose rows are the pixels
// under each tap where they lie. Source: Dukhan 2019, "The Indirect Convolution
// Algorithm", arXiv:1907.02129.

#pragma once

#include "engine.h"

typedef struct SpadeIndirect SpadeIndirect;

// Makes ready a CONV step of plan, in f32.
SpadeIndirect *spade_indirect_new (SpadeEngine     *engine,
                                   const SpadePlan *plan,
                                   const SpadeStep *step,
                                   SpadeFailure    *failure);
void spade_indirect_free (SpadeIndirect *indirect);

// As spade_onednn_conv_run(); nothing can fail.
void spade_indirect_run (const SpadeIndirect *indirect,
                         const SpadeEngine   *engine,
                         const float         *src,
                         float               *dst);
