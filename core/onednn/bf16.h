// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// bf16 numbers in inner loops: what a macro calls LOAD and STORE for them, and
// SAME for floats.

#pragma once

#include <string.h>

#include "../tensor.h"

static inline float
load_bf16 (uint16_t bits)
{
  return spade_bf16_to_f32 (bits);
}

// Without the test for NaN, which the compiler could not vectorise; a NaN
// stays one because its high mantissa bits are kept.
static inline uint16_t
store_bf16 (float value)
{
  uint32_t bits;

  memcpy (&bits, &value, sizeof bits);
  return (uint16_t) ((bits + 0x7fffu + ((bits >> 16) & 1)) >> 16);
}

#define SAME(v) (v)
