// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// One step after another; see run-steps.h.

#include "run-steps.h"

#include "plan-build.h"

gboolean
spade_failure_raise (const SpadeFailure *failure, GError **error)
{
  g_set_error_literal (error, SPADE_ERROR,
                       failure->kind == SPADE_FAILURE_MEMORY
                           ? SPADE_ERROR_MEMORY
                           : SPADE_ERROR_BACKEND,
                       failure->message);
  return FALSE;
}

gboolean
spade_span_report (const SpadeSpan *span, double share, GError **error)
{
  const SpadeMonitor *monitor = span->monitor;

  if (monitor == NULL)
    return TRUE;
  if (monitor->progress != NULL)
    monitor->progress (span->first + share * (span->last - span->first),
                       span->phase, monitor->user_data);
  if (monitor->cancelled != NULL && g_atomic_int_get (monitor->cancelled))
    {
      g_set_error_literal (error, SPADE_ERROR, SPADE_ERROR_CANCELLED,
                           "cancelled");
      return FALSE;
    }
  return TRUE;
}

gboolean
spade_run_steps (const SpadeBackend *backend, SpadeRun *run,
                 const SpadePlan *plan, const SpadeSpan *span,
                 SpadeStepDone done, gpointer user_data, GError **error)
{
  double       total = 0, so_far = 0;
  SpadeFailure failure;

  if (backend->run_all != NULL && done == NULL)
    return spade_span_report (span, 0, error)
           && (backend->run_all (run, &failure)
               || spade_failure_raise (&failure, error));
  for (int i = 0; i < plan->n_steps; i++)
    total += spade_plan_step_cost (plan, i);
  for (int i = 0; i < plan->n_steps; i++)
    {
      if (!spade_span_report (span, so_far / total, error))
        return FALSE;
      if (!backend->run_step (run, i, &failure))
        return spade_failure_raise (&failure, error);
      if (done != NULL)
        done (run, i, user_data);
      so_far += spade_plan_step_cost (plan, i);
    }
  return TRUE;
}
