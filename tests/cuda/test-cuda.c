// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Judges the CUDA backend against the plain loops, on cases from a file:
//
//   test-cuda [--initcheck] [--share I/N] CASES...
//
// --initcheck is for compute-sanitizer's tool of that name: new memory is left as
// it comes, and f32 alone is judged (but for failing calls), since what cuBLASLt's
// 16-bit kernels write is not seen by it. --share takes every Nth case, from the
// Ith on.
//
// Free of GLib, so that it builds where there is only the CUDA toolkit. Built
// with SPADE_EMULATED it runs on the emulated GPU. TAP on stdout; 77 where
// there is no GPU.

#include <math.h>

#include "../../cuda/fault.h"
#include "../../cuda/gpu.h"
#include "../../cuda/run.h"
#include "judge.h"
#ifdef SPADE_EMULATED
#include "emulated-control.h"
#endif

extern const SpadeBackend *spade_cuda_backend (void);

static int n_precisions = N_PRECISIONS; // the first ones are judged

// Renders in a row that must take no memory.
#ifdef SPADE_EMULATED
#define N_REPEATS 5
#else
#define N_REPEATS 100
#endif

// The largest difference, relative to the largest number; HUGE_VAL for NaN.
static double
get_difference (const float *a, const float *b, size_t n)
{
  double scale = 0, difference = 0;

  for (size_t i = 0; i < n; i++)
    {
      if (!isfinite (a[i]) || !isfinite (b[i]))
        return HUGE_VAL;
      scale = fmax (scale, fabs (a[i]));
      difference = fmax (difference, fabs ((double) a[i] - b[i]));
    }
  return scale > 0 ? difference / scale : HUGE_VAL;
}

static double
get_psnr (const float *a, const float *b, size_t n)
{
  double sum = 0;

  for (size_t i = 0; i < n; i++)
    sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
  return 10 * log10 (4 / (sum / (double) n));
}

// The results of the plain loops, by step.
static float **
make_wanted (const Case *on)
{
  float      **wanted = calloc ((size_t) on->plan.n_steps, sizeof *wanted);
  Side         ref;
  SpadeFailure failure = { 0 };

  if (wanted == NULL
      || !side_open (&ref, &spade_backend_ref, on, SPADE_DTYPE_F32, &failure))
    abort ();
  for (int i = 0; i < on->plan.n_steps; i++)
    {
      int dst = on->plan.steps[i].dst;

      wanted[i] = new_value (on, dst);
      if (!spade_backend_ref.run_step (ref.run, i, &failure)
          || !spade_backend_ref.run_get_value (ref.run, dst, wanted[i],
                                               &failure))
        abort ();
    }
  side_close (&ref, &spade_backend_ref);
  return wanted;
}

static void
free_wanted (const Case *on, float **wanted)
{
  for (int i = 0; i < on->plan.n_steps; i++)
    free (wanted[i]);
  free (wanted);
}

// Every step's result, each side going on from its own. ways: which
// convolutions, for the name of the test.
static void
test_steps (const Case *on, float **wanted, int p, const char *ways)
{
  Side         gpu;
  SpadeFailure failure = { 0 };
  char         problem[512] = "", what[64];
  double       worst = 0, psnr = 0;

  snprintf (what, sizeof what, "%s%s-agrees-at-every-step", judge_precision_names[p],
            ways);
  if (!side_open (&gpu, cuda, on, judge_precisions[p], &failure))
    snprintf (problem, sizeof problem, "%s", failure.message);
  for (int i = 0; *problem == '\0' && i < on->plan.n_steps; i++)
    {
      const SpadeStep *step = &on->plan.steps[i];
      float *got = new_value (on, step->dst);
      size_t n = case_value_n (on, step->dst);
      double difference;

      if (!cuda->run_step (gpu.run, i, &failure)
          || !cuda->run_get_value (gpu.run, step->dst, got, &failure))
        snprintf (problem, sizeof problem, "%s", failure.message);
      difference = get_difference (wanted[i], got, n);
      worst = fmax (worst, difference);
      if (*problem == '\0' && !(difference <= judge_step_limits[p]))
        snprintf (problem, sizeof problem, "step %d %s: difference %g", i,
                  step->name, difference);
      psnr = get_psnr (wanted[i], got, n);
      free (got);
    }
  printf ("# %s %s%s: worst step %.2g, last %.1f dB\n", on->name,
          judge_precision_names[p], ways, worst, psnr);
  if (*problem == '\0' && p > 0 && on->plan.n_levels > 0
      && psnr < SPADE_PSNR_16_BIT)
    snprintf (problem, sizeof problem, "the picture has only %.1f dB", psnr);
  side_close (&gpu, cuda);
  report (on, what, problem);
}

// Whole renders: recorded or not, the same bits; another style, another
// picture; memory stays what it was.
static void
test_replays (const Case *on, int p)
{
  Side         gpu;
  SpadeFailure failure = { 0 };
  char         problem[512] = "", what[64];
  float       *first = new_output (on), *again = new_output (on);
  float       *input = NULL;
  size_t       size = output_n (on) * sizeof *first, held = 0;
  int          n_replayed = 0;

  snprintf (what, sizeof what, "%s-renders-are-the-same-bits",
            judge_precision_names[p]);
  CHECK (side_open (&gpu, cuda, on, judge_precisions[p], &failure), "opening");
  for (int i = 0; *problem == '\0' && i < on->plan.n_steps; i++)
    CHECK (cuda->run_step (gpu.run, i, &failure), "a step");
  if (*problem == '\0')
    CHECK (cuda->run_get_value (gpu.run, on->plan.outputs[0], first, &failure),
           "the picture");
  for (int i = 0; *problem == '\0' && i < 4; i++)
    {
      CHECK (render (gpu.run, on, again, &failure), "a render");
      CHECK (memcmp (first, again, size) == 0, "a render differs");
      n_replayed += spade_run_is_replayed (gpu.run);
    }
  CHECK (n_replayed == 3, "renders were not recorded");
  if (*problem == '\0' && on->input != NULL)
    {
      size_t n = case_value_n (on, on->plan.input);

      input = new_value (on, on->plan.input);
      for (size_t i = 0; i < n; i++)
        input[i] = -on->input[i];
      CHECK (cuda->run_set_input (gpu.run, input, &failure), "another style");
      CHECK (render (gpu.run, on, again, &failure), "another style");
      CHECK (memcmp (first, again, size) != 0, "another style is ignored");
      CHECK (cuda->run_set_input (gpu.run, on->input, &failure), "the style");
    }
  CHECK (render (gpu.run, on, again, &failure), "the style again");
  CHECK (memcmp (first, again, size) == 0, "the style again differs");
  if (*problem == '\0')
    held = spade_gpu_get_held (spade_run_get_engine (gpu.run)->gpu);
  for (int i = 0; *problem == '\0' && i < N_REPEATS; i++)
    CHECK (cuda->run_all (gpu.run, &failure), "many renders");
  CHECK (spade_gpu_get_held (spade_run_get_engine (gpu.run)->gpu) == held,
         "memory grew");
  side_close (&gpu, cuda);
  free (first);
  free (again);
  free (input);
  report (on, what, problem);
}

// Gives neighbourhoods the rows of each other, the last one's to the first:
// those of another map with as many. To be freed.
static uint32_t *
turn_rows (SpadeNeighbourhoods *all)
{
  size_t    n_taps = (size_t) all->kernel * (size_t) all->kernel;
  uint32_t *rows = malloc (all->n_patches * n_taps * sizeof *rows);

  if (rows == NULL)
    abort ();
  for (size_t i = 0; i < all->n_patches; i++)
    memcpy (rows + i * n_taps,
            all->patch_rows + (all->n_patches - 1 - i) * n_taps,
            n_taps * sizeof *rows);
  all->patch_rows = rows;
  return rows;
}

// Another map in a recorded render: its tables are made where the first one's
// lay, and the picture is that of a run which knew no other. And back.
static void
test_maps (const Case *on, int p)
{
  Side         gpu, fresh = { NULL, NULL };
  Case         turned = *on;
  SpadeFailure failure = { 0 };
  char         problem[512] = "", what[64];
  float       *first = new_output (on), *other = new_output (on);
  float       *alone = new_output (on);
  size_t       size = output_n (on) * sizeof *first;
  SpadeLevel   levels[SPADE_MAX_LEVELS];
  uint32_t    *rows[SPADE_MAX_LEVELS] = { NULL };
  SpadeNeighbourhoods numbers[SPADE_MAX_LEVELS], others[SPADE_MAX_LEVELS];

  snprintf (what, sizeof what, "%s-replays-know-another-map",
            judge_precision_names[p]);
  case_renew_levels (on, levels, numbers);
  case_renew_levels (on, turned.levels, others);
  for (int i = 0; i < on->plan.n_levels; i++)
    rows[i] = turn_rows (&others[i]);
  CHECK (side_open (&gpu, cuda, on, judge_precisions[p], &failure), "opening");
  for (int i = 0; *problem == '\0' && i < 3; i++)
    CHECK (render (gpu.run, on, first, &failure), "a render");
  CHECK (cuda->run_set_levels (gpu.run, turned.levels, &failure)
             && render (gpu.run, on, other, &failure), "another map");
  CHECK (spade_run_is_replayed (gpu.run), "another map was not replayed");
  CHECK (memcmp (first, other, size) != 0, "another map is ignored");
  CHECK (side_open (&fresh, cuda, &turned, judge_precisions[p], &failure)
             && render (fresh.run, on, alone, &failure), "that map alone");
  CHECK (memcmp (alone, other, size) == 0, "another map has another's bits");
  CHECK (cuda->run_set_levels (gpu.run, levels, &failure)
             && render (gpu.run, on, other, &failure), "the map again");
  CHECK (spade_run_is_replayed (gpu.run), "the map again was not replayed");
  CHECK (memcmp (first, other, size) == 0, "the map again differs");
  side_close (&fresh, cuda);
  side_close (&gpu, cuda);
  for (int i = 0; i < on->plan.n_levels; i++)
    free (rows[i]);
  free (first);
  free (other);
  free (alone);
  report (on, what, problem);
}

// The picture of the map alone against PyTorch's, f32, and what 16 bits may differ from that.
static void
test_golden (const Case *on, int p)
{
  Side         gpu;
  Case         bare = *on;
  SpadeFailure failure = { 0 };
  char         problem[512] = "", what[64];
  size_t       n = output_n (on);
  float       *got = new_output (on);
  double       worst = 0, sum = 0, psnr = 0;

  snprintf (what, sizeof what, "%s-picture-is-pytorchs", judge_precision_names[p]);
  case_strip_levels (on, bare.levels);
  CHECK (side_open (&gpu, cuda, &bare, judge_precisions[p], &failure), "opening");
  CHECK (render (gpu.run, on, got, &failure), "a render");
  for (size_t i = 0; *problem == '\0' && i < n; i++)
    {
      double difference = fabs ((double) got[i] - on->expected[i]);

      CHECK (isfinite (got[i]), "not a number");
      worst = fmax (worst, difference);
      sum += difference;
    }
  psnr = get_psnr (on->expected, got, n);
  printf ("# %s %s: largest %.2g, mean %.2g, %.1f dB\n", on->name,
          judge_precision_names[p], worst, sum / (double) n, psnr);
  if (p == 0)
    {
      CHECK (worst <= SPADE_TOLERANCE_PYTORCH_MAX, "too far from PyTorch");
      CHECK (sum / (double) n <= SPADE_TOLERANCE_PYTORCH_MEAN,
             "too far from PyTorch on average");
    }
  else
    CHECK (psnr >= SPADE_PSNR_16_BIT, "too far from PyTorch");
  side_close (&gpu, cuda);
  free (got);
  report (on, what, problem);
}

// Another noise seed in a recorded render: its own picture, as step by step; and
// back.
static void
test_noise (const Case *on, int p)
{
  Side         gpu;
  SpadeFailure failure = { 0 };
  char         problem[512] = "", what[64];
  uint64_t     seed = on->noise_seed + ((uint64_t) 1 << 40);
  float       *first = new_output (on), *other = new_output (on);
  float       *stepped = new_output (on);
  size_t       size = output_n (on) * sizeof *first;

  snprintf (what, sizeof what, "%s-replays-know-another-noise-seed",
            judge_precision_names[p]);
  CHECK (side_open (&gpu, cuda, on, judge_precisions[p], &failure), "opening");
  for (int i = 0; *problem == '\0' && i < 3; i++)
    CHECK (render (gpu.run, on, first, &failure), "a render");
  if (*problem == '\0')
    cuda->run_set_noise (gpu.run, seed, 0, 0);
  CHECK (render (gpu.run, on, other, &failure), "another seed");
  CHECK (spade_run_is_replayed (gpu.run), "another seed was not replayed");
  CHECK (memcmp (first, other, size) != 0, "another seed is ignored");
  for (int i = 0; *problem == '\0' && i < on->plan.n_steps; i++)
    CHECK (cuda->run_step (gpu.run, i, &failure), "a step");
  CHECK (cuda->run_get_value (gpu.run, on->plan.outputs[0], stepped, &failure),
         "the picture");
  CHECK (memcmp (stepped, other, size) == 0, "steps and replays differ");
  if (*problem == '\0')
    cuda->run_set_noise (gpu.run, on->noise_seed, 0, 0);
  CHECK (render (gpu.run, on, other, &failure), "the seed");
  CHECK (memcmp (first, other, size) == 0, "the seed differs");
  side_close (&gpu, cuda);
  free (first);
  free (other);
  free (stepped);
  report (on, what, problem);
}

static bool
is_named (const Case *on, const char *name)
{
  return strcmp (on->name, name) == 0;
}

static void
test_case (const Case *on)
{
  float **wanted;

  for (int p = 0; on->n_windows > 0 && p < n_precisions; p++)
    if (cuda->is_fast (-1, judge_precisions[p]))
      test_windows (on, p);
  if (on->plan.n_levels > 0 && on->expected == NULL)
    test_numbers (on);
  if (on->is_large)
    return; // too large for the plain loops
  if (on->expected != NULL)
    {
      for (int p = 0; p < n_precisions; p++)
        if (cuda->is_fast (-1, judge_precisions[p]))
          test_golden (on, p);
      return;
    }
  wanted = make_wanted (on);
  for (int p = 0; p < n_precisions; p++)
    if (cuda->is_fast (-1, judge_precisions[p]))
      test_steps (on, wanted, p, "");
  test_replays (on, 0);
  if (on->plan.n_levels > 0)
    {
      test_maps (on, 0);
      test_holdings (on);
    }
  for (int p = 0; spade_plan_has_noise (&on->plan) && p < n_precisions; p++)
    if (cuda->is_fast (-1, judge_precisions[p]))
      test_noise (on, p);
  if (n_precisions > 1
      && (is_named (on, "normal-wide") || is_named (on, "vae")))
    {
      test_replays (on, 1);
      test_maps (on, 1);
    }
  if (is_named (on, "tiny-windows"))
    {
      test_devices (on);
      test_bytes (on);
      test_large_value (on);
    }
#ifdef SPADE_FAULTS
  if (is_named (on, "tiny-windows"))
    test_late_copies (on);
  if (is_named (on, "tiny") || is_named (on, "tiny-windows"))
    test_faults (on);
#endif
#ifdef SPADE_EMULATED
  spade_emulated_convs = SPADE_EMULATED_PLAIN;
  test_steps (on, wanted, 0, "-unfused");
  spade_emulated_convs = SPADE_EMULATED_NONE;
  test_steps (on, wanted, 0, "-without-library");
  spade_emulated_convs = SPADE_EMULATED_FUSED;
#endif
  free_wanted (on, wanted);
}

// Takes the options away from argv; false where it is not understood.
static bool
parse_options (int *argc, char ***argv, int *share, int *n_shares)
{
  char end;

  for (; *argc > 1 && strncmp ((*argv)[1], "--", 2) == 0; (*argc)--, (*argv)++)
    if (strcmp ((*argv)[1], "--initcheck") == 0)
      {
        spade_fault_poisons = false;
        n_precisions = 1;
      }
    else if (*argc > 2 && strcmp ((*argv)[1], "--share") == 0
             && sscanf ((*argv)[2], "%d/%d%c", share, n_shares, &end) == 2
             && *share >= 1 && *share <= *n_shares)
      {
        (*argc)--;
        (*argv)++;
      }
    else
      return false;
  return *argc > 1;
}

int
main (int argc, char **argv)
{
  bool is_good = true;
  char line[256];
  int  share = 1, n_shares = 1, n_read = 0;

  if (!parse_options (&argc, &argv, &share, &n_shares))
    {
      fprintf (stderr,
               "usage: test-cuda [--initcheck] [--share I/N] CASES...\n");
      return 2;
    }
  cuda = spade_cuda_backend ();
  if (!cuda->probe (-1, line, sizeof line))
    {
      printf ("1..0 # SKIP %s\n", line);
      return 77;
    }
  printf ("# on %s\n", line);
  if (share == 1)
    test_comparison ();
  for (int i = 1; is_good && i < argc; i++)
    {
      FILE *file = fopen (argv[i], "rb");
      Case *on;

      is_good = file != NULL;
      while (is_good && (on = case_read (file, &is_good)) != NULL)
        {
          if (n_read++ % n_shares == share - 1)
            test_case (on);
          case_free (on);
        }
      if (file != NULL)
        fclose (file);
    }
  printf ("1..%d\n", judge_n_tests);
  return judge_n_failed > 0 || judge_n_tests == 0 || !is_good;
}
