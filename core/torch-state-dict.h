// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Where the tensors of a network are among all that a training saved.

#pragma once

#include "unpickle.h"

// Gives the dict in root, at any depth, that holds a tensor called key, or
// prefix + key where the prefix ends with a dot ("module.", "netG."); and that
// prefix, "" where there is none. key is the first of keys that is there; where none
// is, root itself or the only dict in it that holds tensors is given, with prefix
// NULL. keys ends with NULL, or is NULL. Free *out_prefix with g_free(). Errors:
// SPADE_ERROR_CHECKPOINT, the end of a sentence.
const SpadePickleValue *spade_torch_find_state_dict (
    const SpadePickleValue *root,
    const char *const      *keys,
    char                  **out_prefix,
    GError                **error);
