// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Running the steps of a plan while somebody watches, and telling a backend's
// failure as a GError.

#pragma once

#include "backend.h"
#include "include/spade-types.h"

// Sets error from failure; gives FALSE.
gboolean spade_failure_raise (const SpadeFailure *failure, GError **error);

// The part of some work, from first to last of 0...1, that its monitor sees.
typedef struct
{
  const SpadeMonitor *monitor; // or NULL
  const char         *phase;
  double              first, last;
} SpadeSpan;

// Tells the monitor that share of the span is done; FALSE with
// SPADE_ERROR_CANCELLED when the work is to stop.
gboolean spade_span_report (const SpadeSpan *span,
                            double           share,
                            GError         **error);

// Is called after each step.
typedef void (*SpadeStepDone) (SpadeRun *run, int step, gpointer user_data);

// Runs every step of a plan, telling the monitor before each. With done, or
// where the backend cannot do it at once, they run one by one.
gboolean spade_run_steps (const SpadeBackend *backend,
                          SpadeRun           *run,
                          const SpadePlan    *plan,
                          const SpadeSpan    *span,
                          SpadeStepDone       done,
                          gpointer            user_data,
                          GError            **error);
