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

// A convolution by itself, likewise, of more channels than the models of the tests
// have: Winograd's transforms multiply by up to 8, which gives 5e-6 at 64 channels
// and 1.1e-5 at 256 and 1024.
#define SPADE_TOLERANCE_CONV_F32 2e-5

// A step of a 16-bit backend against the plain loops in f32, likewise: 2^-11
// for f16 and 2^-8 for bf16 at each rounding, of which a deep step has seen
// some dozen.
#define SPADE_TOLERANCE_STEP_F16 1e-2
#define SPADE_TOLERANCE_STEP_BF16 8e-2

// A picture in bf16 or f16 against f32: what an eye cannot tell apart.
#define SPADE_PSNR_16_BIT 40.0

// A picture of any backend in f32 against the PyTorch goldens, largest
// difference in -1...1: the promise to users, far below half a level of 255
// (4e-3).
#define SPADE_TOLERANCE_PYTORCH_MAX 1e-3
// The same, mean difference: rounding alone leaves 2e-7. A slightly
// wrong constant (an eps, a slope, a border) may stay below the limit above on
// a kind picture, but not below this one.
#define SPADE_TOLERANCE_PYTORCH_MEAN 1e-6

// mu and logvar in f32 against the PyTorch goldens, relative to the largest
// of them: six convolutions and a bilinear resize in f32.
#define SPADE_TOLERANCE_ENCODER 1e-4

// 8-bit pictures of two backends in f32: a float on the border between two
// levels may fall to either side.
#define SPADE_TOLERANCE_LEVELS 1
