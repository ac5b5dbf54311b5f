// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the plain loops take for a while besides the values.

#pragma once

#include "../backend.h"

// As scratch_size of SpadeWindowing; all of it grows with what is rendered, so
// without levels it is 0.
size_t spade_ref_scratch_size (const SpadeEngine *engine,
                               const SpadePlan   *plan,
                               const SpadeLevel  *levels);
