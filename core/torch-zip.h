// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The zip form of torch.save: NAME/data.pkl, NAME/data/KEY, NAME/byteorder.

#pragma once

#include "unpickle.h"

// Reads the pickle out of size bytes of zip; gives its value. Errors:
// SPADE_ERROR_CHECKPOINT, the message being the end of a sentence.
const SpadePickleValue *spade_torch_zip_read (const guint8   *bytes,
                                              gsize           size,
                                              SpadeUnpickler *unpickler,
                                              GError        **error);

// Reads the data of storages, key -> SpadeStorage; those that are not in the
// zip stay without. It is added to blocks, which frees it. Errors: the same, and
// SPADE_ERROR_MEMORY.
gboolean spade_torch_zip_fill (const guint8 *bytes,
                               gsize         size,
                               GHashTable   *storages,
                               GPtrArray    *blocks,
                               GError      **error);
