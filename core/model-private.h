// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What core itself may see of a model: its tensors by name, and the list of
// tensors that a config calls for.

#pragma once

#include "content-hash.h"
#include "include/spade-model.h"
#include "tensor.h"

// Gives the tensor of that name, or NULL. Owned by the model.
const SpadeTensor *spade_model_get_tensor (const SpadeModel *model,
                                           const char       *name);

// Gives a hash of all tensors: names, dtypes, shapes and numbers. It reads them
// all, and gives the memory they take then back.
SpadeContentHash spade_model_hash (const SpadeModel *model);

// Gives the number of one-hot channels: classes, unlabeled and edge.
int spade_config_get_n_channels (const SpadeConfig *config);
// Says whether fc makes the coarsest picture of z, and not of the segmap.
gboolean spade_config_has_vae (const SpadeConfig *config);
// Gives the number of doublings: 4 to 7.
int spade_config_get_n_doublings (const SpadeConfig *config);

// Gives the word for a kind of generator: "spade" or "imaginaire".
const char *spade_generator_get_name (SpadeGeneratorKind generator);
// Gives the word for a norm: "none", "batch" or "instance".
const char *spade_norm_get_name (SpadeNorm norm);
// Gives the side of a square of as many pixels as the maps had in training.
int spade_config_get_trained_side (const SpadeConfig *config);

// Parses and checks spade.config. Strings of out_config live in strings.
// Errors: SPADE_ERROR_MODEL, naming the key.
gboolean spade_config_parse (const char   *json,
                             SpadeConfig  *out_config,
                             GStringChunk *strings,
                             GError      **error);
// Gives the JSON text of a config; free with g_free().
char *spade_config_to_json (const SpadeConfig *config);

// Calls visit once per tensor that a model of this config holds, in the order
// of the file: its name and shape (n_dims of 1, 2 or 4), and whether it is a
// convolution or linear weight (stored in 16 bits where the model is) or a
// bias or statistic (always f32). Stops at FALSE and returns it.
typedef gboolean (*SpadeTensorVisit) (const char    *name,
                                      int            n_dims,
                                      const int64_t *shape,
                                      gboolean       is_weight,
                                      gpointer       user_data,
                                      GError       **error);
gboolean spade_config_foreach_tensor (const SpadeConfig *config,
                                      SpadeTensorVisit   visit,
                                      gpointer           user_data,
                                      GError           **error);
