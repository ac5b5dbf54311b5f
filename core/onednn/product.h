// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// gamma and beta of distinct patches, from the hidden rows under them, as a
// factored product. A patch's sum over k x k taps of (hidden row . tap weights)
// repeats its terms, since hidden rows are far fewer than patches: each row is
// multiplied with each tap's weights once, and the terms are added per patch.

#pragma once

#include "engine.h"

// Hidden rows are handed over in memory for a multiple of this many rows.
#define SPADE_PRODUCT_BLOCK 128

typedef struct SpadeProduct SpadeProduct;

// Makes ready a SPADE step: weights packed, biases and statistics read.
SpadeProduct *spade_product_new (SpadeEngine     *engine,
                                 const SpadeStep *step,
                                 SpadeFailure    *failure);
void spade_product_free (SpadeProduct *product);

// Writes a row of 2 * C floats per patch to table: scale, then shift. hidden is
// [n_rows, n_hidden] in the engine's dtype; patch_rows [n_patches, k * k] row
// numbers. Each row of table is computed alike on any number of threads.
bool spade_product_run (const SpadeProduct *product,
                        SpadeEngine        *engine,
                        const void         *hidden,
                        guint32             n_rows,
                        const guint32      *patch_rows,
                        guint32             n_patches,
                        float              *table,
                        SpadeFailure       *failure);
