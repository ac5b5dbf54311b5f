// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The tensors of a state dict written by torch.save: the legacy stream, whose
// data stays in the mapped file, or the zip form, whose data is unpacked into
// memory (it needs libarchive).

#pragma once

#include "unpickle.h"

// A tensor as a strided view; data is its first element, little-endian, or NULL
// where the file was only looked at.
typedef struct
{
  const char      *name;
  SpadeStorageType type;
  int              n_dims;
  int64_t          shape[SPADE_MAX_DIMS];
  int64_t          stride[SPADE_MAX_DIMS];
  const guint8    *data;
} SpadeTorchTensor;

typedef struct _SpadeTorchFile SpadeTorchFile;

// Reads the network in path that has a tensor called as the first of keys, else the
// one that has the second, and so on, else the only state dict there is;
// spade_torch_find_state_dict() says where it is looked for. keys ends with NULL, or
// is NULL. Errors: SPADE_ERROR_FILE, SPADE_ERROR_MEMORY, SPADE_ERROR_CHECKPOINT.
SpadeTorchFile *spade_torch_file_open (const char        *path,
                                       const char *const *keys,
                                       GError           **error);
// The same, names and shapes alone: in milliseconds, however large it is.
SpadeTorchFile *spade_torch_file_look (const char        *path,
                                       const char *const *keys,
                                       GError           **error);
void            spade_torch_file_free (SpadeTorchFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpadeTorchFile, spade_torch_file_free)

// Gives the tensor of that name in its network ("module." and other prefixes
// are removed), or NULL.
const SpadeTorchTensor *spade_torch_file_get (const SpadeTorchFile *file,
                                              const char           *name);
// Gives all of them, in the order of the state dict.
const SpadeTorchTensor *spade_torch_file_list (const SpadeTorchFile *file,
                                               int                  *out_n);

// Whether there is one whose name begins so.
gboolean spade_torch_file_has_prefix (const SpadeTorchFile *file,
                                      const char           *prefix);

// Whether its numbers are floating-point ones.
gboolean spade_torch_tensor_is_float (const SpadeTorchTensor *tensor);
int64_t  spade_torch_tensor_n_elements (const SpadeTorchTensor *tensor);
// Reads a float tensor into contiguous floats, room for all elements in out.
void spade_torch_tensor_read (const SpadeTorchTensor *tensor, float *out);
