// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The steps that take little time: they touch each weight once or only the
// coarsest pictures.

#pragma once

#include "engine.h"

typedef struct
{
  const SpadePlan *plan;
  const SpadeStep *step;
  const void      *src, *add; // add: SHUFFLE's, of the same dtype, or NULL
  void            *dst;
  dnnl_data_type_t src_dtype, dst_dtype;
  int              n_threads;
} SpadeSmallOp;

// Gives the bytes that one of these steps takes for a while; 0 for others.
gsize spade_small_scratch_size (const SpadeEngine *engine,
                                const SpadePlan   *plan,
                                const SpadeStep   *step);

bool spade_small_linear (const SpadeSmallOp *op, SpadeFailure *failure);
bool spade_small_seg_conv (const SpadeSmallOp *op, const uint16_t *symbols,
                           SpadeFailure *failure);
bool spade_small_upsample (const SpadeSmallOp *op);
bool spade_small_shuffle (const SpadeSmallOp *op, SpadeFailure *failure);
bool spade_small_resize (const SpadeSmallOp *op, SpadeFailure *failure);
