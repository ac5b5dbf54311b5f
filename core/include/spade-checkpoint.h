// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Public SPADE checkpoints (.pth, torch.save of a state dict) into our model
// file, generators of OASIS (best_EMA.pth), CLADE (best_net_G.pth) and imaginaire (.pt,
// with the style encoder in it) among them. Nothing in a checkpoint is ever executed.

#pragma once

#include "spade-model.h"

// Whose generator a checkpoint holds.
typedef enum
{
  SPADE_IMPORT_SPADE,      // github.com/NVlabs/SPADE
  SPADE_IMPORT_OASIS,      // github.com/boschresearch/OASIS
  SPADE_IMPORT_CLADE,      // github.com/tzt101/CLADE
  SPADE_IMPORT_IMAGINAIRE, // github.com/NVlabs/imaginaire
} SpadeImportKind;

// Says whether the weights of such a generator tell if it sees edges.
SPADE_API gboolean spade_import_kind_tells_edges (SpadeImportKind kind);

// Of what may be said as an aspect.
#define SPADE_MIN_ASPECT 0.1
#define SPADE_MAX_ASPECT 10.0

typedef struct
{
  const char     *generator_path;  // latest_net_G.pth
  const char     *encoder_path;    // latest_net_E.pth, or NULL
  gboolean        has_upsampling;  // FALSE: normal, or most where up_4 is there;
                                   // of a VAE with crop_size what its fc tells
  SpadeUpsampling upsampling;
  int             crop_size;       // 0: 256, or of a VAE what its fc tells
  double          aspect;          // width / height of the crop; 0: 1, or of a
                                   // VAE with crop_size what its fc tells
  const char     *class_set;       // NULL: "coco-stuff" where the channels fit,
                                   // or that of the authors' checkpoint that has
                                   // as many, else "" (classes without names); or
                                   // a palette file (.gpl) that has the classes
                                   // in the order of their ids
                                   // Of such a checkpoint is also what is not said
                                   // here, unless this is ""
  gboolean        has_edge;        // the last channel is the edges; FALSE: it is
                                   // not, or where class_set is not "" the number
                                   // of channels tells; of CLADE the weights do
  gboolean        has_unlabeled;   // a channel after the classes is unlabeled;
                                   // FALSE: likewise, and it is before edges
  double          output_multiplier; // of imaginaire alone: the pictures are multiplied
                                   // by it before tanh; 0: 0.5 where channels and size
                                   // are those of the authors' of landscapes, else 1
  gboolean        has_z_dim;       // z_dim is said
  int             z_dim;           // of OASIS, 0 where it has no 3D noise; else: 64
                                   // where there are more channels than that and
                                   // no known checkpoint has as many without
  const char     *dtype;           // "f32", "bf16" or "f16"; NULL: f32
  const char     *name;            // the config's; NULL: generator_path's
  const char     *description;     // likewise; NULL: none
} SpadeImportOptions;

// What an import takes a checkpoint for, where neither its weights nor the
// options tell included. Strings are constant.
typedef struct
{
  const char     *known_as;      // "Cityscapes", "ADE20K", "OASIS ADE20K" or the
                                 // like: the authors' checkpoint that it was
                                 // taken for; or NULL
  const char     *class_set;     // its name, or ""
  int             n_channels;    // classes, unlabeled, edges and, of imaginaire, a
                                 // class that no map has, together
  int             n_classes;
  gboolean        has_unlabeled, has_edge;
  gboolean        has_vae;       // z is all that its fc sees
  SpadeImportKind kind;
  int             z_dim;         // numbers of z, 0 where there is none
  double          output_multiplier; // of imaginaire, else 0
  SpadeUpsampling upsampling;
  int             crop_size;     // pixels
  double          aspect;        // width / height
} SpadeImportReading;

// Tells what an import with these options would take the checkpoints for.
// Reads names and shapes, not weights, so it takes milliseconds; that all is
// there is for the import to see. Errors: as of spade_checkpoint_import();
// n_channels is not 0 where these could be told all the same.
SPADE_API gboolean spade_checkpoint_look (const SpadeImportOptions *options,
                                          SpadeImportReading       *out_reading,
                                          GError                  **error);

// Reads the checkpoints and writes a model file to path, which appears only
// when complete. Spectral norm is folded (weight_orig / (u^T W v)), "module."
// prefixes are removed, the config is inferred from names and shapes.
// Errors: SPADE_ERROR_FILE; SPADE_ERROR_CHECKPOINT for a file that is not a
// state dict, holds an opcode or a name that is not allowed, or does not hold
// a SPADE generator; SPADE_ERROR_CLASSES for a class set that does not exist or
// a palette that can be none;
// SPADE_ERROR_MEMORY; SPADE_ERROR_CANCELLED.
SPADE_API gboolean spade_checkpoint_import (const SpadeImportOptions *options,
                                            const char               *path,
                                            const SpadeMonitor       *monitor,
                                            GError                  **error);
