// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The seam through which tests make any call of CUDA, cuDNN or cuBLASLt fail, and
// memory hold NaN. Built in only with SPADE_FAULTS; the module has none of it.

#pragma once

#include <stdio.h>

#include "../core/backend.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifdef SPADE_FAULTS
// Counts the calls down; the one that finds 1 fails, as out of memory or as
// broken. 0 and below: none fails. spade_fault_calls counts upwards.
extern long              spade_fault_countdown;
extern long              spade_fault_calls;
extern SpadeFailureKind  spade_fault_kind;
// Whether new memory is filled with 0xff, NaN in every format, so that what is
// read before it was written is seen.
extern bool              spade_fault_poisons;

static inline bool
spade_fault_strikes (const char *what, SpadeFailure *failure)
{
  spade_fault_calls++;
  if (spade_fault_countdown <= 0 || --spade_fault_countdown > 0)
    return false;
  failure->kind = spade_fault_kind;
  snprintf (failure->message, sizeof failure->message,
            "a fault was injected into %s", what);
  return true;
}
#else
#define spade_fault_poisons false

static inline bool
spade_fault_strikes (const char *what, SpadeFailure *failure)
{
  return false;
}
#endif

#ifdef __cplusplus
}
#endif
