// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// How close is close, in one place, each with its reason. Loosening one is a
// commit of its own.

#pragma once

// A step of an f32 backend against the plain loops, relative to the largest
// number of the step's result: sums of up to some thousand products in another
// order (1e-6), added up over the steps before it.
#define SPADE_TOLERANCE_STEP_F32 1e-5

// A picture in bf16 or f16 against f32: what an eye cannot tell apart.
#define SPADE_PSNR_16_BIT 40.0
