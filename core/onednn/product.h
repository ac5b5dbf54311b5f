// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// gamma and beta of distinct patches, from the hidden rows under them, as a
// factored product. A patch's sum over k x k taps of (hidden row . tap weights)
// repeats its terms, since hidden rows are far fewer than patches: each row is
// multiplied with each tap's weights once, and the terms are added per patch.

#pragma once

#include "engine.h"
#include "schedule.h"

typedef struct SpadeProduct SpadeProduct;

// Makes ready a SPADE step: weights packed, biases and statistics read.
SpadeProduct *spade_product_new (SpadeEngine     *engine,
                                 const SpadeStep *step,
                                 SpadeFailure    *failure);
void spade_product_free (SpadeProduct *product);

// Gives the bytes of the terms that a run of a step may have at once, with so many
// slots of a schedule.
gsize spade_product_terms_size (const SpadeEngine *engine,
                                const SpadeStep   *step,
                                gsize              n_slots);

// Gives the bytes that a run needs besides.
gsize spade_product_scratch_size (const SpadeProduct  *product,
                                  const SpadeEngine   *engine,
                                  const SpadeSchedule *schedule);

// Writes a row of 2 * C floats per patch to table: scale, then shift. hidden is
// [n_rows, n_hidden] in the engine's dtype, row 0 zero, with memory for a
// multiple of SPADE_SCHEDULE_BLOCK rows; slots [n_patches, k * k] as
// spade_schedule_new() leaves them. Each row of table is computed alike on any
// number of threads and by any schedule.
bool spade_product_run (const SpadeProduct  *product,
                        SpadeEngine         *engine,
                        const void          *hidden,
                        const guint32       *slots,
                        guint32              n_patches,
                        const SpadeSchedule *schedule,
                        float               *scratch,
                        float               *table,
                        SpadeFailure        *failure);
