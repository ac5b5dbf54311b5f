// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The error domain of the library.

#include "include/spade-types.h"

G_DEFINE_QUARK (spade-error-quark, spade_error)
