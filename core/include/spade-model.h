// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A model: one .safetensors file, memory-mapped, whose __metadata__ holds
// "spade.config", a JSON object that states what the weights are. A model is
// immutable and may be used by many contexts in many threads.

#pragma once

#include "spade-class-set.h"
#include "spade-map.h"

typedef enum
{
  SPADE_GENERATOR_SPADE,      // of github.com/NVlabs/SPADE
  SPADE_GENERATOR_IMAGINAIRE, // of github.com/NVlabs/imaginaire: z modulates norms
                              // of its own, and pictures of several sizes are added
} SpadeGeneratorKind;

// What SPADE has of it; imaginaire has a doubling less.
typedef enum
{
  SPADE_UPSAMPLING_NORMAL, // 5 doublings; imaginaire's of 256 pixels
  SPADE_UPSAMPLING_MORE,   // 6; 512
  SPADE_UPSAMPLING_MOST,   // 7, and the block up_4; 1024
} SpadeUpsampling;

typedef enum
{
  SPADE_NORM_NONE,
  SPADE_NORM_BATCH,    // running mean and variance, eps 1e-5
  SPADE_NORM_INSTANCE, // statistics of the picture itself, eps 1e-5
} SpadeNorm;

// The model's config; each comment names the key of "spade.config" and, where
// the key may be missing, its default. Two keys have no field: format, which is
// 1, and colour ("sRGB"), the only one there is. Strings are owned by the model.
typedef struct
{
  const char          *name;         // name ("")
  const char          *description;  // description ("")
  const char          *licence;      // licence ("")
  const char          *class_set_name; // class_set ("": classes without names)
  const SpadeClassSet *class_set;    // of that name, or NULL; where it is not built
                                     // in: class_names and class_colours, lists
                                     // of strings such as "tree" and "#a8c832"
  int                  n_classes;    // classes
  gboolean             has_unlabeled; // unlabeled: channel n_classes is there
  gboolean             has_edge;     // edge: the last channel is the edges
  SpadeGeneratorKind   generator;    // generator (spade): spade or imaginaire
  SpadeUpsampling      upsampling;   // upsampling: normal, more or most
  gboolean             has_single_middle; // single_middle (false): no block
                                     // G_middle_1, as in OASIS; with normal alone
  int                  nf;           // nf
  int                  n_extra;      // extra_channels (0): of each picture between
                                     // blocks, beyond SPADE's; CLADE's norms write
                                     // edges there. Of spade alone
  int                  nhidden;      // nhidden
  SpadeNorm            norm;         // norm: batch or instance
  int                  kernel;       // kernel: 1, 3 or 5
  gboolean             has_noise;    // noise (false): each SPADE layer adds noise
                                     // from a seed to its input, with a strength
                                     // per channel, the layer's tensor ".noise"
  int                  z_dim;        // z_dim (0: no z)
  gboolean             has_z_in_map; // z_in_map (false: fc makes the coarsest
                                     // picture of z, as a VAE's): z, the same at
                                     // each pixel, beside the one-hot channels,
                                     // with weights of its own, ".z_weight"
                                     // (OASIS's "3D noise")
  int                  base_height;  // base_height: the trained size of fc's
  int                  base_width;   // base_width   output, height and width
  int                  crop_size;    // crop_size: width in training, pixels
  int                  native_size;  // native_size (of as many pixels as in
                                     // training): side of a square of as many
                                     // pixels as suit it best
  int                  encoder_nf;     // encoder.nf; 0 where there is no encoder:
                                       // no style encoder
  int                  encoder_layers; // encoder.layers: 5 or 6
  int                  encoder_size;   // encoder.size: pixels a side
  SpadeNorm            encoder_norm;   // encoder.norm: none or instance
  gboolean             is_untrained;   // untrained (false): random weights
  gboolean             knows[256];     // known_classes, a list of class ids (all):
                                       // class id -> TRUE; unlabeled in any case
} SpadeConfig;

typedef struct _SpadeModel SpadeModel;

// Loads a model. Every offset, dtype and shape is checked here, and every
// tensor that the config calls for is there with its shape; the weights stay
// in the file and are read when a context needs them. Errors:
// SPADE_ERROR_FILE, SPADE_ERROR_MODEL. May block on the disk.
SPADE_API SpadeModel *spade_model_load (const char *path, GError **error);
SPADE_API SpadeModel *spade_model_ref (SpadeModel *model);
SPADE_API void        spade_model_unref (SpadeModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpadeModel, spade_model_unref)

SPADE_API const SpadeConfig *spade_model_get_config (const SpadeModel *model);
// Gives the number of parameters, running statistics included.
SPADE_API gint64 spade_model_get_n_parameters (const SpadeModel *model);
// Gives the path it was loaded from, as it was given.
SPADE_API const char *spade_model_get_path (const SpadeModel *model);
// Gives the dtype of the convolution weights: "f32", "bf16" or "f16".
SPADE_API const char *spade_model_get_dtype (const SpadeModel *model);

// Gives the word for it: normal, more or most.
SPADE_API const char *spade_upsampling_get_name (SpadeUpsampling upsampling);
// Finds what a word means; FALSE where it is none of these, or NULL.
SPADE_API gboolean spade_upsampling_find (const char      *name,
                                          SpadeUpsampling *out_upsampling);

// Gives the pixels that both sides of a render must be a multiple of: 16, 32, 64
// or 128.
SPADE_API int spade_model_get_granularity (const SpadeModel *model);

typedef enum
{
  SPADE_SIZE_NATIVE, // the size that suits the model best, aspect kept: the
                     // map's area becomes native_size x native_size
  SPADE_SIZE_MAP,    // the map's own size
  SPADE_SIZE_AUTO,   // for a picture that is scaled to the map: where this has more
                     // pixels than suit the model by a quarter, its own size, aspect
                     // kept, of at most 16 times as many as suit the model; else native
} SpadeSizeMode;

// Gives the possible render size nearest to what mode asks of a map of
// height x width.
SPADE_API void spade_model_fit_size (const SpadeModel *model,
                                     SpadeSizeMode     mode,
                                     int               height,
                                     int               width,
                                     int              *out_height,
                                     int              *out_width);

// Says whether height x width can be rendered; SPADE_ERROR_SIZE names the
// nearest size that can.
SPADE_API gboolean spade_model_check_size (const SpadeModel *model,
                                           int               height,
                                           int               width,
                                           GError          **error);

// Writes a model of random weights in the shape of config to path, marked
// untrained. Only the architecture fields of config are read. The file
// appears only when complete. monitor may be NULL; it can cancel between
// tensors. Errors: SPADE_ERROR_FILE, SPADE_ERROR_CANCELLED, SPADE_ERROR_MODEL for
// a config that no generator has.
SPADE_API gboolean spade_model_write_untrained (const SpadeConfig  *config,
                                                guint64             seed,
                                                const char         *path,
                                                const SpadeMonitor *monitor,
                                                GError            **error);

// Gives the number of class ids, of unlabeled among them where it is there: of one-hot
// channels without the edge's.
SPADE_API int spade_config_get_n_ids (const SpadeConfig *config);

// Gives the class id of pixels without a class, or -1 where the model knows no
// such pixels.
SPADE_API int spade_config_get_unlabeled (const SpadeConfig *config);

// Gives the class id that a model with that config renders a class best with:
// the class itself where it knows it, else the nearest
// (spade_class_set_get_nearest()) if it knows that, else -1.
SPADE_API int spade_config_find_nearest (const SpadeConfig *config,
                                         int                class_id);

// Gives the classes of a map that the model was never trained on, for people:
// "fog, house (12.5 % of the map)", or NULL when it knows them all. Free with
// g_free().
SPADE_API char *spade_map_describe_unknown (const SpadeMap    *map,
                                            const SpadeConfig *config);

// Replaces classes that the model was never trained on by the nearest that it
// knows, and says which: "fog -> clouds, mud -> dirt", or NULL where nothing
// was replaced. Classes without a near one stay. Free with g_free().
SPADE_API char *spade_map_use_nearest (SpadeMap          *map,
                                       const SpadeConfig *config);
