// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Writes tensors for Python: a safetensors file, without GLib.

#pragma once

#include "../../core/tensor.h"

#include <stdbool.h>

// F32 and U16 only. False, with a line on stderr, when it cannot be written; what
// was there before is then still there.
bool tensors_out (const char *path, const SpadeTensor *tensors, int n);
