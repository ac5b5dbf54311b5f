// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What a test may turn on the emulated GPU.

#pragma once

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Which convolutions the emulated library has engines for: all, those with
// nothing fused in, none.
typedef enum
{
  SPADE_EMULATED_FUSED,
  SPADE_EMULATED_PLAIN,
  SPADE_EMULATED_NONE,
} SpadeEmulatedConvs;

extern SpadeEmulatedConvs spade_emulated_convs;
// Whether renders can be recorded.
extern bool spade_emulated_records;
// Bytes and number of what is allocated on all emulated GPUs.
extern size_t spade_emulated_held;
extern long   spade_emulated_blocks;

#ifdef __cplusplus
}
#endif
