// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A model of random weights that renders in no time, and maps for it.

#pragma once

#include "box.h"
#include "include/spade-model.h"

// Seven classes, batch norm, no z and no noise; change what a test is about.
extern const SpadeConfig small_config;

SpadeModel *small_model_new (const SpadeConfig *config);
// Large areas, a thin line and a patch of noise.
SpadeMap *small_map_new (int n_classes, int height, int width);
// Gives the pixels of a box, as far as it is inside, other classes.
void small_map_change (SpadeMap *map, const SpadeBox *box, int add);
