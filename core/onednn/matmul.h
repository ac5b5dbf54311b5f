// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A matrix product of fixed size that runs within one thread, for the loops
// that give each thread work of its own: rows x depth by depth x width, sources
// in the engine's dtype, results in f32. Rows and width are multiples of 8.

#pragma once

#include "engine.h"
#include "packed.h"

typedef struct SpadeMatmul SpadeMatmul;

// Says whether this CPU has products in the engine's dtype; else fills failure.
bool spade_matmul_check (SpadeEngine *engine, SpadeFailure *failure);

SpadeMatmul *spade_matmul_new (SpadeEngine  *engine,
                               int           rows,
                               int           depth,
                               int           width,
                               SpadeFailure *failure);
void spade_matmul_free (SpadeMatmul *matmul);

// Says whether what is packed for one can be used by the other.
gboolean spade_matmul_is_alike (const SpadeMatmul *a, const SpadeMatmul *b);

// Opens memory of n packed matrices for spade_matmul_pack(); what names how they
// are made of the tensor. FALSE with failure.
gboolean spade_matmul_open (const SpadeMatmul *matmul,
                            SpadePacked       *packed,
                            const SpadeEngine *engine,
                            const SpadeTensor *tensor,
                            const char        *what,
                            int                n,
                            SpadeFailure      *failure);
// Gives packed matrix number i of such memory.
char *spade_matmul_weights (const SpadeMatmul *matmul,
                            char              *weights,
                            int                i);
// Packs n row-major matrices, depth x width each, one after another, to where
// spade_matmul_weights() says.
bool spade_matmul_pack (const SpadeMatmul *matmul,
                        SpadeEngine       *engine,
                        const float       *matrices,
                        int                n,
                        char              *to,
                        SpadeFailure      *failure);

// What one thread needs to run products; all zero before init. When init or a run
// gives false, failure says why.
typedef struct
{
  const SpadeMatmul *matmul; // borrowed
  dnnl_stream_t      stream; // NULL for our own, as all that follows
  dnnl_memory_t      src, weights, dst, scratch;
  void              *scratch_data;
  SpadeFailure       failure;
} SpadeMatmulRunner;

bool spade_matmul_runner_init (SpadeMatmulRunner *runner,
                               const SpadeMatmul *matmul,
                               SpadeEngine       *engine);
void spade_matmul_runner_clear (SpadeMatmulRunner *runner);
bool spade_matmul_run (SpadeMatmulRunner *runner,
                       const void        *src,
                       const void        *weights,
                       float             *dst);
