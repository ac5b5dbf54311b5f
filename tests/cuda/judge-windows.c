// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Windows against the whole; see judge-windows.h.

#include "judge-windows.h"

#include <math.h>

static float
raw_get (const char *data, size_t i, SpadeDType dtype)
{
  uint16_t bits;
  float    value;

  if (dtype == SPADE_DTYPE_F32)
    {
      memcpy (&value, data + i * 4, 4);
      return value;
    }
  memcpy (&bits, data + i * 2, 2);
  return dtype == SPADE_DTYPE_F16 ? spade_f16_to_f32 (bits)
                                  : spade_bf16_to_f32 (bits);
}

bool
read_stages (const Case *on, const Side *gpu, Raw *raws, SpadeFailure *failure)
{
  const SpadePlan *plan = &on->plan;
  size_t element = cuda->windows->element_size (gpu->engine);
  int    s = 0;

  for (int i = 0; i < plan->n_steps; i++)
    {
      const SpadeStage *stage = &plan->stages[s];
      const SpadeValue *value = &plan->values[stage->dst];
      SpadeBox          whole = { 0, 0, value->height, value->width };
      Raw              *raw = &raws[s];

      if (!cuda->run_step (gpu->run, i, failure))
        return false;
      if (i != stage->first_step + stage->n_steps - 1)
        continue;
      raw->pixel = (size_t) value->channels
                   * (spade_plan_find_output (plan, stage->dst) >= 0 ? 4
                                                                     : element);
      raw->pitch = raw->pixel * (size_t) value->width;
      raw->data = malloc (raw->pitch * (size_t) value->height);
      if (raw->data == NULL
          || !cuda->windows->read_value (gpu->run, stage->dst, &whole,
                                         raw->data, raw->pitch, failure))
        return false;
      s++;
    }
  return true;
}

typedef struct
{
  size_t n, n_different;
  double largest; // difference, relative to the largest number
} Comparison;

static void
compare_window (const CaseWindow *window, const Raw *whole, const char *got,
                SpadeDType dtype, Comparison *all)
{
  const SpadeBox *box = &window->result;
  size_t row = (size_t) spade_box_width (box) * whole->pixel;
  size_t size = dtype == SPADE_DTYPE_F32 ? 4 : 2;
  double scale = 0, largest = 0;

  for (int y = box->top; y < box->bottom; y++)
    {
      const char *a = whole->data + (size_t) y * whole->pitch
                      + (size_t) box->left * whole->pixel;
      const char *b = got + (size_t) (y - box->top) * row;

      for (size_t i = 0; i < row / size; i++)
        {
          double wanted = raw_get (a, i, dtype);
          double found = raw_get (b, i, dtype);

          // fmax() takes no notice of what is not a number.
          if (!isfinite (wanted) || !isfinite (found))
            all->largest = HUGE_VAL;
          scale = fmax (scale, fabs (wanted));
          if (memcmp (a + i * size, b + i * size, size) == 0)
            continue;
          all->n_different++;
          largest = fmax (largest, fabs (wanted - found));
        }
      all->n += row / size;
    }
  all->largest = fmax (all->largest, scale > 0 ? largest / scale : HUGE_VAL);
}

// The judge judged: what is no number, on either side or on both, is no small
// difference.
void
test_comparison (void)
{
  static const Case  on = { .name = "judge" };
  static const float pairs[][2] = { { 1, NAN }, { NAN, 1 }, { NAN, NAN },
                                    { 1, INFINITY }, { INFINITY, 1 },
                                    { INFINITY, INFINITY } };
  CaseWindow window = { .result = { 0, 0, 1, 2 } };
  char       problem[512] = "";

  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    {
      float      wanted[] = { pairs[i][0], 2 }, found[] = { pairs[i][1], 2 };
      Raw        whole = { (char *) wanted, sizeof *wanted, sizeof wanted };
      Comparison all = { 0 };

      compare_window (&window, &whole, (const char *) found, SPADE_DTYPE_F32,
                      &all);
      if (!(all.largest > 1))
        snprintf (problem, sizeof problem, "%g and %g differ by %g",
                  (double) *wanted, (double) *found, all.largest);
    }
  report (&on, "what-is-no-number-differs", problem);
}

void
free_raws (Raw *raws)
{
  for (int s = 0; s < SPADE_MAX_STAGES; s++)
    free (raws[s].data);
}

static bool
run_window (const Side *gpu, const Case *on, const CaseWindow *window,
            const Raw *before, char *got, size_t pixel, SpadeFailure *failure)
{
  const SpadePlan *plan = &window->plan;
  const SpadeBox  *all = &window->window, *result = &window->result;
  SpadeLevel levels[SPADE_MAX_LEVELS] = { 0 };
  SpadeBox   part = { result->top - all->top, result->left - all->left,
                      result->bottom - all->top, result->right - all->left };
  SpadeRun  *run = cuda->run_new (gpu->engine, plan, failure);
  bool       is_done;

  if (run == NULL)
    return false;
  levels[on->plan.stages[window->stage].level] = window->level;
  if (spade_plan_has_noise (plan))
    cuda->run_set_noise (run, on->noise_seed, all->top, all->left);
  is_done = cuda->run_set_levels (run, levels, failure)
            && cuda->windows->write_value (
                run, plan->input,
                before->data + (size_t) window->source.top * before->pitch
                    + (size_t) window->source.left * before->pixel,
                before->pitch, failure)
            && cuda->run_all (run, failure)
            && cuda->windows->read_value (
                run, plan->steps[plan->n_steps - 1].dst, &part, got,
                (size_t) spade_box_width (result) * pixel, failure);
  cuda->run_free (run);
  return is_done;
}

char *
get_window (const Side *gpu, const Case *on, const CaseWindow *window,
            const Raw *raws, SpadeFailure *failure)
{
  size_t pixel = raws[window->stage].pixel;
  char  *got = malloc ((size_t) spade_box_height (&window->result)
                       * (size_t) spade_box_width (&window->result) * pixel);

  if (got == NULL)
    abort ();
  if (run_window (gpu, on, window, &raws[window->stage - 1], got, pixel,
                  failure))
    return got;
  free (got);
  return NULL;
}

// Windows of single stages against the whole picture: the same bits on the
// emulated GPU; on a real one that is for the library to say, so it is told, and
// judged by the limits of a step.
void
test_windows (const Case *on, int p)
{
  Side         gpu;
  SpadeFailure failure = { 0 };
  char         problem[512] = "", what[64];
  Raw          raws[SPADE_MAX_STAGES] = { 0 };
  Comparison   all = { 0 };
  float       *again = new_output (on);

  snprintf (what, sizeof what, "%s-windows-are-as-the-whole",
            judge_precision_names[p]);
  CHECK (side_open (&gpu, cuda, on, judge_precisions[p], &failure), "opening");
  CHECK (read_stages (on, &gpu, raws, &failure), "the whole");
  for (int i = 0; *problem == '\0' && i < 3; i++)
    CHECK (render (gpu.run, on, again, &failure), "the whole");
  // Again, with what the first time left behind.
  for (int i = 0; *problem == '\0' && i < 2 * on->n_windows; i++)
    {
      const CaseWindow *window = &on->windows[i % on->n_windows];
      const Raw        *raw = &raws[window->stage];
      SpadeDType        dtype
          = window->stage == on->plan.n_stages - 1 ? SPADE_DTYPE_F32
                                                   : judge_precisions[p];
      char *got = get_window (&gpu, on, window, raws, &failure);

      CHECK (got != NULL, "a window");
      if (*problem == '\0')
        compare_window (window, raw, got, dtype, &all);
      free (got);
    }
  printf ("# windows of %s in %s: %zu of %zu numbers differ, at most by %.2g\n",
          on->name, judge_precision_names[p], all.n_different, all.n, all.largest);
  CHECK (all.largest <= judge_step_limits[p], "too far from the whole");
#ifdef SPADE_EMULATED
  CHECK (all.n_different == 0, "other bits than the whole");
#endif
  // The whole again, from tables and records that windows have been at.
  for (int i = 0; *problem == '\0' && i < 4; i++)
    {
      CHECK (render (gpu.run, on, again, &failure), "the whole again");
      CHECK (memcmp (again, raws[on->plan.n_stages - 1].data,
                     output_n (on) * sizeof *again) == 0,
             "the whole again differs");
    }
  free (again);
  free_raws (raws);
  side_close (&gpu, cuda);
  report (on, what, problem);
}
