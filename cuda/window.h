// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What rendering window by window needs of this backend; see SpadeWindowing.

#pragma once

#include "run.h"

extern const SpadeWindowing spade_cuda_windowing;
