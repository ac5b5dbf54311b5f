// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Between the parts of an import: what the checkpoints are, and which of their
// tensors make one of ours.

#pragma once

#include "file-error.h"
#include "include/spade-checkpoint.h"
#include "tensor.h"
#include "torch-file.h"

// No generator sees more channels; beyond it they are not even counted.
#define SPADE_MOST_CHANNELS 65536

typedef struct
{
  SpadeTorchFile *generator;
  SpadeTorchFile *encoder; // or NULL
  SpadeImportKind kind;      // of the generator
  int             z_dim;     // of OASIS: in the first channels
  gboolean        is_unlabeled_first; // of the others there
  int             n_classes; // of imaginaire: after them come
  int             n_unused;  // channels that no map has, at most 1
  int             n_extra;   // of CLADE: the config's
  int             n_places;  // that fc makes
  double          output_multiplier;
} SpadeCheckpoints;

// A tensor of a checkpoint: orig, or where u and v are not NULL a spectrally
// normalised one: orig / (u^T orig v).
typedef struct
{
  const SpadeTorchTensor *orig, *u, *v;
} SpadeCheckpointPart;

// How ours is made of a norm's own scale a and shift b and what follows it: norm (x)
// (1 + gamma) + beta, where norm has a and b, is that of a norm without them of other
// gamma and beta.
typedef enum
{
  SPADE_FOLD_NONE,
  SPADE_FOLD_GAMMA, // a gamma, and of a bias a - 1 more
  SPADE_FOLD_BETA,  // beta + b gamma, and of a bias b more
  SPADE_FOLD_BOTH,  // the two, one after the other
} SpadeCheckpointFold;

// What becomes of a tensor of CLADE (checkpoint-clade.c).
typedef enum
{
  SPADE_CLADE_NONE,
  SPADE_CLADE_WIDE,   // it, and zeros beyond it
  SPADE_CLADE_SHARED, // of a norm's scales: the map's channels are the hidden ones
  SPADE_CLADE_GAMMA,  // of a norm's scales
  SPADE_CLADE_BETA,   // of its shifts, and of an edge's factor a and shift b
} SpadeCheckpointClade;

// What one of our tensors is made of.
typedef struct
{
  SpadeCheckpointPart part;
  gboolean            is_slice; // of its input channels: ours with number i is
  int                 first, n, turn; // first + (i + turn) % n,
  int                 gap_at, gap;    // and gap more from gap_at on
  double              factor;   // of all its numbers; 0: 1
  gboolean            is_doubling; // 5 x 5 after a doubling, as 3 x 3 before it
  SpadeCheckpointFold fold;     // part is gamma then
  SpadeCheckpointPart beta;
  const SpadeTorchTensor *a, *b; // or NULL: 1 and 0
  SpadeCheckpointClade clade;
  int                 more_outputs, more_inputs; // of ours, then
} SpadeCheckpointSource;

// Finds the tensor that our tensor of that name is made of first, or gives FALSE.
gboolean spade_checkpoint_find (const SpadeCheckpoints *checkpoints,
                                const char             *name,
                                SpadeCheckpointSource  *out_source);

// The same when it has so many dimensions; else NULL.
const SpadeTorchTensor *spade_checkpoint_find_tensor (
    const SpadeCheckpoints *checkpoints,
    const char             *name,
    int                     n_dims);
// Adds what else it is made of, and which of its numbers. Refuses what is missing there,
// or does not fit.
gboolean spade_checkpoint_complete (const SpadeCheckpoints *checkpoints,
                                    const char             *name,
                                    SpadeCheckpointSource  *source,
                                    GError                **error);

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

// Reads the numbers of our tensor, room for all in out; checks that they can be used.
gboolean spade_checkpoint_read (const SpadeCheckpoints      *checkpoints,
                                const SpadeCheckpointSource *source,
                                const SpadeTensor           *tensor,
                                float                       *out,
                                GError                     **error);

// What OASIS is otherwise (checkpoint-oasis.c): what its generators have.
#define SPADE_OASIS_PREFIX "body.0.norm_0."
// Gives the name there of our tensor of that name. Free with g_free().
char *spade_checkpoint_name_oasis (const char *name);
// Infers z of mlp_shared's number of inputs.
gboolean spade_checkpoint_infer_oasis (SpadeCheckpoints         *checkpoints,
                                       const SpadeImportOptions *options,
                                       gint64                    n_inputs,
                                       SpadeConfig              *config,
                                       GError                  **error);
// Says which channels of a convolution of the map are ours.
void spade_checkpoint_slice_oasis (const SpadeCheckpoints *checkpoints,
                                   const char             *name,
                                   SpadeCheckpointSource  *source);

// What CLADE is otherwise (checkpoint-clade.c): what its generators have.
#define SPADE_CLADE_PREFIX "head_0.norm_0.class_specified_affine."
char *spade_checkpoint_name_clade (const char *name);
// spade_checkpoint_complete() of it.
gboolean spade_checkpoint_complete_clade (const SpadeCheckpoints *checkpoints,
                                          const char             *name,
                                          SpadeCheckpointSource  *source,
                                          GError                **error);
// Says whether ours of that shape can be made of the source, whose clade is not NONE.
gboolean spade_checkpoint_fits_clade (const SpadeCheckpointSource *source,
                                      int                          n_dims,
                                      const int64_t               *shape);
// Makes it; all: the source's numbers.
void spade_checkpoint_make_clade (const SpadeCheckpointSource *source,
                                  const SpadeTensor           *tensor,
                                  const float                 *all,
                                  float                       *out);
// Infers what a norm's scales, [classes, channels], tell.
gboolean spade_checkpoint_infer_clade (SpadeCheckpoints       *checkpoints,
                                       const SpadeTorchTensor *scales,
                                       SpadeConfig            *config,
                                       gint64                 *out_n_channels,
                                       GError                **error);

// What imaginaire is otherwise (checkpoint-imaginaire.c).
#define SPADE_IMAGINAIRE_PREFIX "spade_generator.conv_img256."
char *spade_checkpoint_name_imaginaire (const char *name);
// spade_checkpoint_complete() of it.
gboolean spade_checkpoint_complete_imaginaire (const SpadeCheckpoints *checkpoints,
                                               const char             *name,
                                               SpadeCheckpointSource  *source,
                                               GError                **error);
// Infers everything.
gboolean spade_checkpoint_infer_imaginaire (SpadeCheckpoints         *checkpoints,
                                            const SpadeImportOptions *options,
                                            SpadeConfig              *config,
                                            SpadeImportReading       *out_reading,
                                            GError                  **error);

// Finds a tensor of that name in a file, spectrally normalised or not.
gboolean spade_checkpoint_find_part (const SpadeTorchFile *file,
                                     const char           *name,
                                     SpadeCheckpointPart  *out_part);

// A checkpoint of the authors that its number of channels, z left out, gives away.
typedef struct
{
  const char          *name;
  SpadeImportKind      kind;
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
    SpadeImportKind              kind,
    gint64                       n_channels,
    SpadeConfig                 *config,
    const SpadeKnownCheckpoint **out_known,
    GError                     **error);

// Fills what callers may know of the channels.
void spade_checkpoint_tell_classes (const SpadeConfig  *config,
                                    int                 n_channels,
                                    SpadeImportReading *out);
// The same of the rest; aspect is there. known: what it may be, unless its size is
// another, or NULL.
void spade_checkpoint_tell_size (const SpadeConfig          *config,
                                 const SpadeKnownCheckpoint *known,
                                 SpadeImportReading         *out);
// Infers the trained size of a generator whose fc does not tell it, of what is said;
// the upsampling is there.
void spade_checkpoint_infer_size (int          crop_size,
                                  double       aspect,
                                  SpadeConfig *config);
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
