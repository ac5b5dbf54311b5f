// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The safetensors container: 8 bytes little-endian header length, a JSON
// header, then the data. The reader maps the file and checks every offset,
// dtype and shape before it hands out a tensor; it knows nothing of SPADE.

#pragma once

#include <glib.h>
#include "tensor.h"

typedef struct _SpadeSafetensors SpadeSafetensors;

// Maps path. Errors: SPADE_ERROR_FILE; SPADE_ERROR_MODEL for a header that is
// no JSON object of tensors, for data that is truncated, overlaps, leaves
// gaps or does not fit its shape, for a dtype that is not in SpadeDType, and
// for more than SPADE_MAX_DIMS dimensions.
SpadeSafetensors *spade_safetensors_open (const char *path, GError **error);
void              spade_safetensors_free (SpadeSafetensors *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpadeSafetensors, spade_safetensors_free)

// Gives a tensor, owned by file, or NULL when there is none of that name.
const SpadeTensor *spade_safetensors_get (const SpadeSafetensors *file,
                                          const char             *name);
// Gives all of them, in the order of their data, n in out_n.
const SpadeTensor *spade_safetensors_list (const SpadeSafetensors *file,
                                           int                    *out_n);
// Gives a string of __metadata__, or NULL.
const char *spade_safetensors_get_metadata (const SpadeSafetensors *file,
                                            const char             *key);

// Gives one tensor's data to the writer: fills out, which has room for it, in
// the tensor's dtype. Called once per tensor, in order.
typedef gboolean (*SpadeTensorFill) (const SpadeTensor *tensor,
                                     int                index,
                                     void              *out,
                                     gpointer           user_data,
                                     GError           **error);

// Writes n tensors and one metadata string to path, which appears only when
// complete (written beside it, then renamed). The tensors' data is what fill
// gives, in memory one tensor at a time; where fill is NULL, it is the
// tensors' own data. Errors: SPADE_ERROR_FILE, SPADE_ERROR_MEMORY, those of
// fill; nothing is left behind then, and an older file of that name stays.
gboolean spade_safetensors_write (const char        *path,
                                  const SpadeTensor *tensors,
                                  int                n,
                                  const char        *metadata_key,
                                  const char        *metadata_value,
                                  SpadeTensorFill    fill,
                                  gpointer           user_data,
                                  GError           **error);
