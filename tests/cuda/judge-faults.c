// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Each call of the libraries fails in turn, through the seam of fault.h.

#include "../../cuda/fault.h"
#include "judge-windows.h"
#ifdef SPADE_EMULATED
#include "emulated-control.h"
#endif

#ifdef SPADE_FAULTS
// Which calls fail. On a GPU each session makes cuDNN's plans and some thousand
// calls, too slow to have one for each: there it is one call in a prime number,
// which meets every kind of call.
#ifdef SPADE_EMULATED
#define CALL_STEP 1
#else
#define CALL_STEP 397
#endif

long             spade_fault_countdown;
long             spade_fault_calls;
SpadeFailureKind spade_fault_kind;
bool             spade_fault_poisons = true;

// Everything from opening to the third picture of the map alone, as floats and as
// bytes, or to a window of each stage.
static bool
go_all_the_way (const Case *on, SpadeFailure *failure)
{
  Side   gpu;
  Case   bare = *on;
  Raw    raws[SPADE_MAX_STAGES] = { 0 };
  float *out = new_output (on);
  bool   is_done;

  case_strip_levels (on, bare.levels);
  is_done = side_open (&gpu, cuda, on->n_windows > 0 ? on : &bare,
                       SPADE_DTYPE_F16, failure);
  if (on->n_windows > 0)
    is_done = is_done && read_stages (on, &gpu, raws, failure);
  else
    for (int i = 0; is_done && i < 3; i++)
      is_done = render (gpu.run, on, out, failure)
                && cuda->run_get_bytes (gpu.run, on->plan.outputs[0],
                                        (uint8_t *) out, failure);
  for (int i = 0; is_done && i < on->n_windows; i += 3)
    {
      char *got = get_window (&gpu, on, &on->windows[i], raws, failure);

      is_done = got != NULL;
      free (got);
    }
  free_raws (raws);
  side_close (&gpu, cuda);
  free (out);
  return is_done;
}

// Each call fails once, as broken and as out of memory: a sentence, or a way
// around; never a crash, nothing left behind, and all well the next time.
void
test_faults (const Case *on)
{
  SpadeFailure failure = { 0 };
  char         problem[512] = "";
  long         n_calls, n_failed = 0, n_ways_around = 0;

  spade_fault_countdown = 0;
  spade_fault_calls = 0;
  CHECK (go_all_the_way (on, &failure), "without faults");
  n_calls = spade_fault_calls;
  for (long i = 1; *problem == '\0' && i <= 2 * n_calls; i += CALL_STEP)
    {
      bool is_done;

      memset (&failure, 0, sizeof failure);
      spade_fault_kind = i <= n_calls ? SPADE_FAILURE_BACKEND
                                      : SPADE_FAILURE_MEMORY;
      spade_fault_countdown = (i - 1) % n_calls + 1;
      is_done = go_all_the_way (on, &failure);
      n_failed++;
      n_ways_around += is_done;
      if (!is_done && (*failure.message == '\0'
                       || failure.kind != spade_fault_kind))
        snprintf (problem, sizeof problem, "call %ld failed without a word",
                  (i - 1) % n_calls + 1);
#ifdef SPADE_EMULATED
      if (*problem == '\0' && spade_emulated_blocks != 0)
        snprintf (problem, sizeof problem, "call %ld left %ld blocks behind",
                  (i - 1) % n_calls + 1, spade_emulated_blocks);
#endif
    }
  spade_fault_countdown = 0;
  CHECK (go_all_the_way (on, &failure), "after the faults");
  printf ("# %ld calls failed in turn, %ld of them had ways around\n",
          n_failed, n_ways_around);
  report (on, "every-call-may-fail", problem);
}

// A fetch that fails leaves its copy to the staging memory under way, where it
// must not land on what is sent next.
void
test_late_copies (const Case *on)
{
  const CaseWindow *window = &on->windows[0];
  int          output = on->plan.outputs[0];
  SpadeBox     row = { 0, 0, 1, on->plan.values[output].width };
  Side         gpu;
  Raw          raws[SPADE_MAX_STAGES] = { 0 };
  SpadeFailure failure = { 0 };
  char         problem[512] = "", *wanted = NULL, *got = NULL;
  float       *line = new_output (on);
  size_t       size;

  CHECK (side_open (&gpu, cuda, on, SPADE_DTYPE_F16, &failure), "opening");
  CHECK (read_stages (on, &gpu, raws, &failure), "the whole");
  if (*problem == '\0')
    wanted = get_window (&gpu, on, window, raws, &failure);
  CHECK (wanted != NULL, "a window");
  // To enter, to fetch; then the wait for what was fetched.
  spade_fault_kind = SPADE_FAILURE_BACKEND;
  spade_fault_countdown = 3;
  CHECK (!cuda->windows->read_value (gpu.run, output, &row, line,
                                     output_n (on) * sizeof *line, &failure),
         "no wait failed");
  CHECK (spade_fault_countdown == 0, "another call failed");
  spade_fault_countdown = 0;
  if (*problem == '\0')
    got = get_window (&gpu, on, window, raws, &failure);
  CHECK (got != NULL, "a window after the failure");
  size = (size_t) spade_box_height (&window->result)
         * (size_t) spade_box_width (&window->result)
         * raws[window->stage].pixel;
  CHECK (memcmp (wanted, got, size) == 0, "the window differs");
  free (wanted);
  free (got);
  free (line);
  free_raws (raws);
  side_close (&gpu, cuda);
  report (on, "late-copies-land-on-nothing", problem);
}
#endif
