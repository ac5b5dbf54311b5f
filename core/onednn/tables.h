// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// gamma and beta of one SPADE step, once per distinct neighbourhood: the
// mlp_shared rows from a table of the one-hot weights, then one matrix product.
// Exact: same inputs and outputs as the convolutions.

#pragma once

#include "engine.h"

typedef struct SpadeTables SpadeTables;

// Makes ready a SPADE step with n_channels one-hot channels.
SpadeTables *spade_tables_new (SpadeEngine     *engine,
                               const SpadeStep *step,
                               int              n_channels,
                               int              edge_channel,
                               SpadeFailure    *failure);
void spade_tables_free (SpadeTables *tables);

// Forgets the table, because the map changed.
void spade_tables_clear (SpadeTables *tables);

// Gives the table of a map's neighbourhoods, a row of 2 * C floats each, made
// at the first call after a clear: scale and shift. With running statistics
// the norm is folded in; else they are 1 + gamma and beta. NULL with failure.
const float *spade_tables_get (SpadeTables               *tables,
                               SpadeEngine               *engine,
                               const SpadeNeighbourhoods *neighbourhoods,
                               SpadeFailure              *failure);
