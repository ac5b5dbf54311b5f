// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// gamma and beta of one SPADE step, once per distinct neighbourhood, in the
// engine's dtype. They depend on the map alone and are the engine's: the windows
// of a map share them, and rows of patches that are new are all that is added.

#pragma once

#include "engine.h"

// Gives the engine's tables of a step, without rows at the first call.
SpadeTables *spade_tables_find (SpadeEngine     *engine,
                                const SpadePlan *plan,
                                const SpadeStep *step,
                                SpadeFailure    *failure);

// Makes room for the rows of a dictionary, whose serial is not 0, and declares
// them in use; rows of another dictionary go. most: rows that later ones can have.
bool spade_tables_reserve (SpadeTables               *tables,
                           SpadeEngine               *engine,
                           const SpadeNeighbourhoods *neighbourhoods,
                           int64_t                    most,
                           SpadeFailure              *failure);
// Bytes that making rows takes for a while.
bool spade_tables_get_scratch (const SpadeTables         *tables,
                               const SpadeEngine         *engine,
                               const SpadeNeighbourhoods *neighbourhoods,
                               size_t                    *out,
                               SpadeFailure              *failure);
// Makes the engine's scratch that large, for whatever tables; its contents go.
bool spade_tables_reserve_scratch (SpadeEngine  *engine,
                                   size_t        size,
                                   SpadeFailure *failure);

bool spade_tables_are_made (const SpadeTables         *tables,
                            const SpadeNeighbourhoods *neighbourhoods);
// Makes the rows that are not there yet, for which there is room. neighbourhoods: with
// arrays on the GPU. z_sums: the step's, there, or NULL. scratch: of
// spade_tables_get_scratch() bytes.
bool spade_tables_make (SpadeTables               *tables,
                        SpadeEngine               *engine,
                        const SpadeNeighbourhoods *neighbourhoods,
                        const float               *z_sums,
                        void                      *scratch,
                        SpadeFailure              *failure);

// Has the rows of all tables made anew by the next render, for measurements.
void spade_tables_forget (SpadeEngine *engine);

// The table's memory, the same until engine->changes; and its pitch.
const void *spade_tables_get (const SpadeTables *tables, int *out_pitch);

// Takes the rows of all tables away, or of those that are not in use (engine->
// use is another now); says whether there were any.
void spade_tables_drop (SpadeEngine *engine);
bool spade_tables_drop_idle (SpadeEngine *engine);
void spade_tables_clear (SpadeEngine *engine);
