// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// gamma and beta of one SPADE step, once per distinct neighbourhood: the
// mlp_shared rows from a table of the one-hot weights, then one matrix product.
// Exact: same inputs and outputs as the convolutions.

#pragma once

#include "engine.h"

typedef struct SpadeTables SpadeTables;

// Gives the tables of a SPADE step with n_channels one-hot channels, made at
// the first call; they are the engine's, shared by all its runs. NULL with
// failure.
SpadeTables *spade_tables_find (SpadeEngine     *engine,
                                const SpadeStep *step,
                                int              n_channels,
                                int              edge_channel,
                                SpadeFailure    *failure);

// Forgets the table, unless it is one of the dictionary of that serial; its
// memory is for the next one.
void spade_tables_begin (SpadeTables *tables, guint64 serial);
// Lets go of the memory of all an engine's tables.
void spade_tables_drop_all (SpadeEngine *engine);
// Gives the bytes that it has now, and the rows that are made of it.
gsize   spade_tables_size (const SpadeTables *tables);
guint32 spade_tables_count (const SpadeTables *tables);
// Gives the bytes that spade_tables_get() takes for a while, about, to make the
// rows from first on; neighbourhoods may be without arrays.
gsize spade_tables_scratch_size (const SpadeEngine         *engine,
                                 const SpadeStep           *step,
                                 const SpadeNeighbourhoods *neighbourhoods,
                                 guint32                    first);

// Gives the table of a dictionary, a row of 2 * C floats for each of its
// patches: scale and shift. With running statistics the norm is folded in; else
// they are 1 + gamma and beta. Rows of an earlier call with the same serial are
// there already; only the others are computed. NULL with failure.
const float *spade_tables_get (SpadeTables               *tables,
                               SpadeEngine               *engine,
                               const SpadeNeighbourhoods *neighbourhoods,
                               SpadeFailure              *failure);
