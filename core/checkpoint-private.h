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

// Infers the config. Its strings are borrowed from options.
gboolean spade_checkpoint_infer (const SpadeCheckpoints   *checkpoints,
                                 const SpadeImportOptions *options,
                                 SpadeConfig              *out_config,
                                 GError                  **error);
