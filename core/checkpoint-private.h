// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Between the parts of an import: what the checkpoints are, and which of their
// tensors make one of ours.

#pragma once

#include "file-error.h"
#include "include/spade-checkpoint.h"
#include "torch-file.h"

typedef struct
{
  SpadeTorchFile *generator;
  SpadeTorchFile *encoder; // or NULL
} SpadeCheckpoints;

// What one of our tensors is made of. orig is a plain tensor, or where u and v
// are not NULL a spectrally normalised one: orig / (u^T orig v).
typedef struct
{
  const SpadeTorchTensor *orig, *u, *v;
} SpadeCheckpointSource;

// Finds what our tensor of that name is made of, or gives FALSE.
gboolean spade_checkpoint_find (const SpadeCheckpoints *checkpoints,
                                const char             *name,
                                SpadeCheckpointSource  *out_source);

// Gives what messages call our tensor of that name, by its name in its file:
// The checkpoint's "fc.weight", The encoder's "layer1.0.weight". Free with
// g_free().
char *spade_checkpoint_describe (const SpadeCheckpoints *checkpoints,
                                 const char             *name);
// Says that our tensor of that name is not there, or not all of it; gives FALSE.
gboolean spade_checkpoint_refuse_missing (const SpadeCheckpoints *checkpoints,
                                          const char             *name,
                                          GError                **error);
// Gives what our tensor of that name is a part of: "generator".
const char *spade_checkpoint_name_kind (const char *name);

// Reads the numbers of our tensor of that name, sigma divided out; checks that
// they can be used.
gboolean spade_checkpoint_read (const SpadeCheckpoints      *checkpoints,
                                const SpadeCheckpointSource *source,
                                const char                  *name,
                                float                       *out,
                                GError                     **error);

// A checkpoint of the authors that its number of channels gives away.
typedef struct
{
  const char          *name;
  const SpadeClassSet *set;
  int                  n_known; // of its classes, the first: its data has them
  gboolean             has_edge;
  SpadeUpsampling      upsampling;
  int                  crop_size;
  double               aspect;
} SpadeKnownCheckpoint;

// Infers classes, unlabeled and edges of so many channels; out_known becomes
// the known checkpoint that was taken for it, or NULL.
gboolean spade_checkpoint_infer_classes (
    const SpadeImportOptions    *options,
    gint64                       n_channels,
    SpadeConfig                 *config,
    const SpadeKnownCheckpoint **out_known,
    GError                     **error);

// Infers the upsampling, the trained size and z; reads nf of config. fc: of a
// VAE, N = 16 nf places x z; else NULL.
gboolean spade_checkpoint_infer_base (
    const SpadeImportOptions   *options,
    const SpadeKnownCheckpoint *known,
    const SpadeTorchTensor     *fc,
    gboolean                    has_up_4,
    SpadeConfig                *config,
    double                     *out_aspect,
    GError                    **error);

// Infers the config, and what of it can be told. Strings are borrowed from
// options, or constant.
gboolean spade_checkpoint_infer (const SpadeCheckpoints   *checkpoints,
                                 const SpadeImportOptions *options,
                                 SpadeConfig              *out_config,
                                 SpadeImportReading       *out_reading,
                                 GError                  **error);
