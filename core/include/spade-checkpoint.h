// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Public SPADE checkpoints (.pth, torch.save of a state dict) into our model
// file. Nothing in a checkpoint is ever executed.

#pragma once

#include "spade-model.h"

typedef struct
{
  const char     *generator_path;  // latest_net_G.pth
  const char     *encoder_path;    // latest_net_E.pth, or NULL
  gboolean        has_upsampling;  // FALSE: normal, or most where up_4 is there
  SpadeUpsampling upsampling;
  int             crop_size;       // 0: 256, or of a VAE what its fc tells
  double          aspect;          // width / height of the crop; 0: 1, or of a
                                   // VAE with crop_size what its fc tells
  const char     *class_set;       // NULL: "coco-stuff" where the channels fit,
                                   // else "" (classes without names)
  gboolean        has_edge;        // read only where class_set is ""
  gboolean        has_unlabeled;   // likewise
  const char     *dtype;           // "f32", "bf16" or "f16"; NULL: f32
  const char     *name;            // the config's; NULL: generator_path's
  const char     *description;     // likewise; NULL: none
} SpadeImportOptions;

// Reads the checkpoints and writes a model file to path, which appears only
// when complete. Spectral norm is folded (weight_orig / (u^T W v)), "module."
// prefixes are removed, the config is inferred from names and shapes.
// Errors: SPADE_ERROR_FILE; SPADE_ERROR_CHECKPOINT for a file that is not a
// state dict, holds an opcode or a name that is not allowed, or does not hold
// a SPADE generator; SPADE_ERROR_CLASSES for a class set that does not exist;
// SPADE_ERROR_MEMORY; SPADE_ERROR_CANCELLED.
SPADE_API gboolean spade_checkpoint_import (const SpadeImportOptions *options,
                                            const char               *path,
                                            const SpadeMonitor       *monitor,
                                            GError                  **error);
