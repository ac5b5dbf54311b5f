// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// 3x3 convolutions in f32 with a quarter of the multiplications: Winograd's
// minimal filtering F(4x4, 3x3). Source: Lavin and Gray 2015, "Fast algorithms
// for convolutional neural networks", section 4.

#pragma once

#include "engine.h"

// The side of the squares that are computed at a time.
#define SPADE_WINOGRAD_TILE 4

typedef struct SpadeWinograd SpadeWinograd;

// Says whether a CONV step of plan is one that gains: f32, 3x3, stride 1, enough
// channels and pixels, and weights that four times their size do not hurt. The
// answer depends on the plan alone, so that pictures do not depend on threads, and
// on the whole picture's size.
bool spade_winograd_suits (const SpadeEngine *engine,
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
                         const float         *src,
                         float               *dst,
                         SpadeFailure        *failure);
