// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// gamma and beta of one SPADE step, once per distinct neighbourhood, in the
// engine's dtype. They depend on the map alone and are made once for it.

#pragma once

#include "engine.h"

typedef struct SpadeTables SpadeTables;

SpadeTables *spade_tables_new (SpadeEngine     *engine,
                               const SpadePlan *plan,
                               const SpadeStep *step,
                               SpadeFailure    *failure);
void spade_tables_free (SpadeTables *tables, SpadeEngine *engine);

// Forgets the table because the map changed, and makes room for that of a map
// with so many patches.
bool spade_tables_reset (SpadeTables               *tables,
                         SpadeEngine               *engine,
                         const SpadeNeighbourhoods *neighbourhoods,
                         SpadeFailure              *failure);
// Bytes of the engine's scratch that making the table takes.
size_t spade_tables_get_scratch (const SpadeTables         *tables,
                                 const SpadeEngine         *engine,
                                 const SpadeNeighbourhoods *neighbourhoods);

// Makes the table where it is not there yet. neighbourhoods: with arrays on
// the GPU.
bool spade_tables_make (SpadeTables               *tables,
                        SpadeEngine               *engine,
                        const SpadeNeighbourhoods *neighbourhoods,
                        SpadeFailure              *failure);

// The table's memory, the same until a reset that needs more; and its pitch.
const void *spade_tables_get (const SpadeTables *tables, int *out_pitch);
