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
  gboolean        is_oasis; // the generator: other names, z beside the map
  int             z_dim;    // of that, in the first channels
  gboolean        is_unlabeled_first; // of the others
} SpadeCheckpoints;

// What one of our tensors is made of. orig is a plain tensor, or where u and v
// are not NULL a spectrally normalised one: orig / (u^T orig v).
typedef struct
{
  const SpadeTorchTensor *orig, *u, *v;
  gboolean                is_slice; // of its input channels: ours with number i is
  int                     first, n, turn; // first + (i + turn) % n
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

// What OASIS is otherwise (checkpoint-oasis.c). Says whether a file is such a
// generator.
gboolean spade_checkpoint_has_oasis (const SpadeTorchFile *file);
// Gives the name there of our tensor of that name. Free with g_free().
char *spade_checkpoint_name_oasis (const char *name);
// Infers z of mlp_shared's number of inputs, where the generator is one.
gboolean spade_checkpoint_infer_oasis (SpadeCheckpoints         *checkpoints,
                                       const SpadeImportOptions *options,
                                       gint64                    n_inputs,
                                       SpadeConfig              *config,
                                       GError                  **error);
// Says which channels of a convolution of the map are ours.
void spade_checkpoint_slice_oasis (const SpadeCheckpoints *checkpoints,
                                   const char             *name,
                                   SpadeCheckpointSource  *source);

// A checkpoint of the authors that its number of channels, z left out, gives away.
typedef struct
{
  const char          *name;
  gboolean             is_oasis;
  const SpadeClassSet *set;
  int                  n_known; // of its classes, the first: its data has them
  gboolean             has_unlabeled, has_edge;
  SpadeUpsampling      upsampling;
  int                  crop_size;
  double               aspect;
} SpadeKnownCheckpoint;

// Says whether one of OASIS's authors has so many channels.
gboolean spade_checkpoint_is_known_oasis (gint64 n_channels);
// Infers classes, unlabeled and edges of so many channels; out_known becomes
// the known checkpoint that was taken for it, or NULL.
gboolean spade_checkpoint_infer_classes (
    const SpadeImportOptions    *options,
    gboolean                     is_oasis,
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

// Infers the config, what of it can be told, and what checkpoints say of OASIS.
// Strings are borrowed from options, or constant.
gboolean spade_checkpoint_infer (SpadeCheckpoints         *checkpoints,
                                 const SpadeImportOptions *options,
                                 SpadeConfig              *out_config,
                                 SpadeImportReading       *out_reading,
                                 GError                  **error);
