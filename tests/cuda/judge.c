// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The two sides of a comparison, and the verdicts; see judge.h.

#include "judge.h"

const SpadeDType judge_precisions[N_PRECISIONS]
    = { SPADE_DTYPE_F32, SPADE_DTYPE_F16, SPADE_DTYPE_BF16 };
const char *const judge_precision_names[N_PRECISIONS]
    = { "f32", "f16", "bf16" };
const double judge_step_limits[N_PRECISIONS]
    = { SPADE_TOLERANCE_STEP_F32, SPADE_TOLERANCE_STEP_F16,
        SPADE_TOLERANCE_STEP_BF16 };

const SpadeBackend *cuda;
int judge_n_tests, judge_n_failed;

void
report (const Case *on, const char *what, const char *problem)
{
  judge_n_tests++;
  judge_n_failed += *problem != '\0';
  printf ("%s %d - /cuda/%s/%s\n", *problem == '\0' ? "ok" : "not ok", judge_n_tests,
          on->name, what);
  if (*problem != '\0')
    printf ("# %s\n", problem);
  fflush (stdout);
}

void
side_close (Side *side, const SpadeBackend *backend)
{
  if (side->run != NULL)
    backend->run_free (side->run);
  if (side->engine != NULL)
    backend->engine_free (side->engine);
  side->run = NULL;
  side->engine = NULL;
}

bool
side_open (Side *side, const SpadeBackend *backend, const Case *on,
           SpadeDType precision, SpadeFailure *failure)
{
  SpadeEngineOptions options = { .device = -1, .precision = precision,
                                 .n_threads = 1 };

  side->run = NULL;
  side->engine = backend->engine_new (&options, failure);
  if (side->engine == NULL)
    return false;
  side->run = backend->run_new (side->engine, &on->plan, failure);
  if (side->run != NULL && spade_plan_has_noise (&on->plan))
    backend->run_set_noise (side->run, on->noise_seed, 0, 0);
  return side->run != NULL
         && (on->plan.n_levels == 0
             || backend->run_set_levels (side->run, on->levels, failure))
         && (on->input == NULL
             || backend->run_set_input (side->run, on->input, failure));
}

float *
new_value (const Case *on, int value)
{
  float *floats = calloc (case_value_n (on, value), sizeof *floats);

  if (floats == NULL)
    abort ();
  return floats;
}

float *
new_output (const Case *on)
{
  return new_value (on, on->plan.outputs[0]);
}

size_t
output_n (const Case *on)
{
  return case_value_n (on, on->plan.outputs[0]);
}

bool
render (SpadeRun *run, const Case *on, float *out, SpadeFailure *failure)
{
  return cuda->run_all (run, failure)
         && cuda->run_get_value (run, on->plan.outputs[0], out, failure);
}
