// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the files of this room share: the engine with its packed weights, and
// the way oneDNN's status becomes a failure. Activations are NHWC in the
// engine's dtype, f32 or bf16; sums and tables are f32.

#pragma once

#include <dnnl.h>
#include <glib.h>

#include "../backend.h"

struct SpadeEngine
{
  dnnl_engine_t    engine;
  dnnl_stream_t    stream;
  dnnl_data_type_t dtype;        // of activations and packed weights
  gsize            element_size; // of dtype: 4 or 2
  int              n_threads;
  char            *arena;        // of the run at work
  gsize            arena_size;   // bytes
  GHashTable      *packs;        // SpadeTensor -> SpadePack, the engine's share
  // By a step's own weight; each made by the file that knows what is in it.
  GHashTable      *winograds;    // weights, or NULL
  GHashTable      *indirects;    // weights, or NULL
  GHashTable      *tables;       // SpadeTables, or NULL
  void            *scratch;      // of the step at work
  gsize            scratch_size;
  char            *pack_folder;  // or NULL
  gboolean         wants_ours;   // our own products wherever there is a choice
};

// A weight in the layout that a primitive asked for; counted references.
typedef struct SpadePack SpadePack;

// Borrowed.
dnnl_memory_t spade_pack_get_memory (const SpadePack *pack);
void spade_pack_unref (SpadePack *pack);

// Gives tensor in the layout of wanted: the pack that is there, or a new one
// that takes its place. The caller owns a reference. NULL with failure.
SpadePack *spade_onednn_pack (SpadeEngine             *engine,
                              const SpadeTensor       *tensor,
                              const_dnnl_memory_desc_t wanted,
                              SpadeFailure            *failure);

// Reorders n row-major arrays of floats of that shape, one after another, into
// layout: the first at to, each other pitch bytes after the one before. Several
// threads may, each with a failure of its own.
bool spade_onednn_reorder (SpadeEngine             *engine,
                           const float             *floats,
                           int                      n,
                           int                      n_dims,
                           const dnnl_dim_t        *shape,
                           const_dnnl_memory_desc_t layout,
                           char                    *to,
                           gsize                    pitch,
                           SpadeFailure            *failure);

// Gives a tensor's numbers as row-major floats: where they are, when they are
// floats already, else in out_copy, which the caller frees. NULL with failure.
const float *spade_onednn_floats (const SpadeTensor *tensor, float **out_copy,
                                  SpadeFailure *failure);

// Gives memory that is the caller's until the next step; NULL with failure.
void *spade_onednn_scratch (SpadeEngine  *engine,
                            gsize         bytes,
                            SpadeFailure *failure);

// Runs a primitive with the engine's scratchpad added to its n arguments.
bool spade_onednn_execute (SpadeEngine           *engine,
                           const_dnnl_primitive_t primitive,
                           const dnnl_exec_arg_t *args,
                           int                    n,
                           SpadeFailure          *failure);

// Fills failure from a status that is not success; gives status == success.
bool spade_onednn_check (dnnl_status_t status,
                         const char   *what,
                         SpadeFailure *failure);
// Fills failure for memory; gives false.
bool spade_onednn_fail_memory (gsize bytes, SpadeFailure *failure);

// Aligned for any vector unit; NULL when there is no memory. Free with
// spade_onednn_free(), for which NULL is fine.
void *spade_onednn_alloc (gsize bytes);
void  spade_onednn_free (void *memory);

// Says whether oneDNN uses these instructions. Its numbers are those of x86-64;
// elsewhere others have the same bits.
bool spade_onednn_has (dnnl_cpu_isa_t instructions);

// Says whether our own product (gemm.h) is to be had and faster: where oneDNN has
// only plain loops for what desc says, or $SPADE_OWN_PRODUCTS asks for it.
bool spade_onednn_prefers_ours (const SpadeEngine          *engine,
                                const_dnnl_primitive_desc_t desc);

// dtype conversions of n numbers, on the calling thread.
void spade_onednn_store (const float *from, gsize n, void *to,
                         dnnl_data_type_t dtype);
void spade_onednn_load (const void *from, dnnl_data_type_t dtype, gsize n,
                        float *to);

SpadeEngine *spade_onednn_engine_new (const SpadeEngineOptions *options,
                                      SpadeFailure             *failure);
void         spade_onednn_engine_free (SpadeEngine *engine);
