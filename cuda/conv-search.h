// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// An engine of cuDNN's for a convolution's graph.

#pragma once

#include "conv.h"
#include "gpu-cuda.h"

typedef struct
{
  cudnnBackendDescriptor_t plan;   // or NULL: there is no engine
  cudnnBackendDescriptor_t config; // of which it was made
  int64_t                  workspace;
  SpadeGpuConvEngine       engine;
} SpadeConvPlan;

// Makes the plan of a finalized graph, owned by the caller, who destroys first
// it, then its configuration, then the graph. Fails for want of memory, and where
// all that was tried failed and not only for being unsupported.
bool spade_conv_search (SpadeGpu                *gpu,
                        const SpadeGpuConvShape *shape,
                        cudnnBackendDescriptor_t graph,
                        SpadeConvPlan           *out_plan,
                        SpadeFailure            *failure);
