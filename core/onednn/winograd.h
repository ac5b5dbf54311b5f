// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// 3x3 convolutions with fewer multiplications: Winograd's minimal filtering,
// F(4x4, 3x3) with a quarter of them or F(2x2, 3x3) with four ninths. Source:
// Lavin and Gray 2015, "Fast algorithms for convolutional neural networks",
// section 4.

#pragma once

#include "engine.h"

typedef struct SpadeWinograd SpadeWinograd;

// Gives the side of the squares that are computed at a time, 4 or 2, of a CONV
// step of plan that gains; 1 where it does not: it wants 3x3, stride 1, enough
// channels and pixels, and weights that (side + 2)^2 / 9 times their size do not
// hurt. The answer depends on the plan alone, so that pictures do not depend on
// threads, and on the whole picture's size.
int spade_winograd_tile (const SpadeEngine *engine,
                         const SpadePlan   *plan,
                         const SpadeStep   *step);

// For a step whose tile is not 1: the bytes that a run takes for a while.
gsize spade_winograd_scratch_size (const SpadeEngine *engine,
                                   const SpadePlan   *plan,
                                   const SpadeStep   *step);
SpadeWinograd *spade_winograd_new (SpadeEngine     *engine,
                                   const SpadePlan *plan,
                                   const SpadeStep *step,
                                   SpadeFailure    *failure);
void spade_winograd_free (SpadeWinograd *winograd);

// As spade_onednn_conv_run().
bool spade_winograd_run (const SpadeWinograd *winograd,
                         SpadeEngine         *engine,
                         const void          *src,
                         void                *dst,
                         SpadeFailure        *failure);
