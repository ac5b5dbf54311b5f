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

// Infers the config. Its strings are borrowed from options.
gboolean spade_checkpoint_infer (const SpadeCheckpoints   *checkpoints,
                                 const SpadeImportOptions *options,
                                 SpadeConfig              *out_config,
                                 GError                  **error);
