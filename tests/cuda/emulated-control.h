// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What a test may turn on the emulated GPU. Tests that open it as a module look
// the names up in it.

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

#define SPADE_SHOWN __attribute__ ((visibility ("default"))) extern

SPADE_SHOWN SpadeEmulatedConvs spade_emulated_convs;
// Whether renders can be recorded.
SPADE_SHOWN bool spade_emulated_records;
// Whether the threads of a launch run from the last to the first.
SPADE_SHOWN bool spade_emulated_goes_backwards;
// Bytes and number of what is allocated on all emulated GPUs.
SPADE_SHOWN size_t spade_emulated_held;
SPADE_SHOWN long   spade_emulated_blocks;
// Counts allocations, and convolutions made ready, for which the library takes
// memory; those from first on, n_failing of them, find none.
SPADE_SHOWN long spade_emulated_allocs;
SPADE_SHOWN long spade_emulated_first_failing, spade_emulated_n_failing;
// Whether there is no memory of the host's for transfers, and how often it was asked for.
SPADE_SHOWN bool spade_emulated_cannot_pin;
SPADE_SHOWN long spade_emulated_pins;

#ifdef __cplusplus
}
#endif
