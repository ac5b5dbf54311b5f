// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// How much memory the steps of a run take for a while, which is more the more
// threads there are.

#pragma once

#include "engine.h"

// As SpadeWindowing.scratch_size.
gsize spade_onednn_scratch_size (const SpadeEngine *engine,
                                 const SpadePlan   *plan,
                                 const SpadeLevel  *levels);
