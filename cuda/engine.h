// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The engine: one GPU, a model's weights on it in the forms that the steps
// want, and the memory that all runs of the engine share.

#pragma once

#include "gpu.h"
#include "kernels.h"

#define SPADE_MAX_SPARES 16

typedef struct Weight      Weight;
typedef struct SpadeTables SpadeTables;
typedef struct Conv        Conv;

// Memory of the GPU that keeps its place while what it takes fits (place.h).
typedef struct
{
  void  *data;
  size_t size;
} SpadePlace;

struct SpadeEngine
{
  SpadeGpu  *gpu;
  int        device;
  SpadeDType dtype; // of activations and of the factors of products
  size_t     element_size;
  bool       tf32;
  bool       fuse;    // bias and activation into cuDNN's convolutions
  bool       compile; // even where cuDNN must compile a kernel for it
  Weight    *weights; // uploaded once, kept until the engine goes
  size_t     weights_size;

  // Workspace and tables lie in recorded graphs, which are stale when their
  // number of changes is another one; scratch does not.
  SpadePlace workspace, scratch;
  unsigned   changes;

  SpadeTables *tables;      // of all runs (tables.c)
  uint64_t     use;         // that of a table in use is this one
  uint64_t     n_anonymous; // dictionaries that had no serial
  Conv        *convs;       // prepared ones, of all runs (conv-cache.c)

  SpadePlace spares[SPADE_MAX_SPARES];
  int        n_spares;
  void      *staging;       // the host's, for transfers (transfer.c)
  size_t     staging_size;
  bool       is_transferring; // or a transfer failed halfway
};

// What a weight is packed for; with its first tensor it names a packed weight.
typedef enum
{
  SPADE_FORM_CONV,        // [O, k, k, I]
  SPADE_FORM_DIRECT,      // [k, k, I, O up to a multiple of 4], f32
  SPADE_FORM_NARROW,      // [3, 3, 8, I up to a multiple of 32]
  SPADE_FORM_SUM,         // [k, k, I, O], f32
  SPADE_FORM_PRODUCT,     // gamma and beta: [2 C up, k k hidden up]
  SPADE_FORM_PRODUCT_BIAS,
  SPADE_FORM_LINEAR,      // [inputs, outputs], both as H x W x C
  SPADE_FORM_LINEAR_BIAS,
  SPADE_FORM_BIAS,        // as stored
  SPADE_FORM_BIAS_F32,
  SPADE_FORM_NORM,        // 1 / std, then mean
} SpadeForm;

// One tensor's part of a packed weight; see SpadeRepack.
typedef struct
{
  const SpadeTensor *tensor;
  int64_t            dims[4], strides[4], pitch;
  int64_t            first; // element of the packed weight where it begins
  int64_t            origin; // element of the stored tensor where it begins
} SpadePart;

// Gives memory of the GPU; where there is none, after spares and tables that
// are not in use went. NULL with failure.
void *spade_engine_alloc (SpadeEngine  *engine,
                          size_t        size,
                          const char   *what,
                          SpadeFailure *failure);

SpadeEngine *spade_engine_new (const SpadeEngineOptions *options,
                               SpadeFailure             *failure);
void         spade_engine_free (SpadeEngine *engine);

// Gives the packed weight of n elements, made of its parts at the first call;
// the rest is zero. NULL with failure.
const void *spade_engine_pack (SpadeEngine     *engine,
                               SpadeForm        form,
                               SpadeDType       dtype,
                               int64_t          n,
                               const SpadePart *parts,
                               int              n_parts,
                               SpadeFailure    *failure);
// The same of one tensor as it is stored.
const void *spade_engine_pack_plain (SpadeEngine       *engine,
                                     SpadeForm          form,
                                     SpadeDType         dtype,
                                     const SpadeTensor *tensor,
                                     SpadeFailure      *failure);
// Gives 1 / std and mean of a SPADE step's running statistics.
const float *spade_engine_pack_norm (SpadeEngine     *engine,
                                     const SpadeStep *step,
                                     SpadeFailure    *failure);

// Makes the workspace or the scratch at least that large; its contents go.
bool spade_engine_reserve_workspace (SpadeEngine  *engine,
                                     size_t        size,
                                     SpadeFailure *failure);
bool spade_engine_reserve_scratch (SpadeEngine  *engine,
                                   size_t        size,
                                   SpadeFailure *failure);
