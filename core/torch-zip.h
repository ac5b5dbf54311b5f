// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The zip form of torch.save: NAME/data.pkl, NAME/data/KEY, NAME/byteorder.

#pragma once

#include "unpickle.h"

// Reads the pickle and the storages that it names from size bytes of zip.
// The storages' data is added to blocks, which frees it. Gives the value of
// the pickle, or NULL. Errors: SPADE_ERROR_CHECKPOINT, the message being the
// end of a sentence; SPADE_ERROR_MEMORY.
const SpadePickleValue *spade_torch_zip_read (const guint8   *bytes,
                                              gsize           size,
                                              SpadeUnpickler *unpickler,
                                              GPtrArray      *blocks,
                                              GError        **error);
