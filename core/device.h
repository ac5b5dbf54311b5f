// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Which backend a device name means, and what it can do.

#pragma once

#include "backend.h"
#include "include/spade-context.h"

typedef struct
{
  const SpadeBackend *backend;
  SpadeDType          precision;
  int                 number;    // GPU number or -1
  int                 n_threads; // at least 1
  gboolean            is_auto;   // a GPU that nobody asked for by name
  char                line[512]; // "cpu (oneDNN 3.7 avx512_core, bf16, 2 threads)"
} SpadeDevice;

// Finds the device that options ask for; options may be NULL. Errors:
// SPADE_ERROR_BACKEND with the reason.
gboolean spade_device_choose (const SpadeContextOptions *options,
                              SpadeDevice               *out_device,
                              GError                   **error);

// Finds the CPU device in place of a GPU that failed for reason, which the
// line then tells; options as above.
gboolean spade_device_fall_back (const SpadeContextOptions *options,
                                 const char                *reason,
                                 SpadeDevice               *out_device,
                                 GError                   **error);
