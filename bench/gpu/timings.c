// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Events are on the stream of the renders. Several short renders lie between two
// of them, since a launch and an event cost some microseconds.

#include "timings.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../cuda/gpu.h"
#include "../../cuda/run.h"
#include "../../cuda/tables.h"

#define N_TIMES 20
#define FEWEST_TIMES 5
#define MOST_MS 3000 // after which the fewest will do
#define N_RENDERS 10 // between two events, of renders below SHORT_MS
#define SHORT_MS 50
#define N_PASSES 9   // step by step
#define FEWEST_PASSES 3
#define N_AHEAD 3    // renders that the GPU is busy with while a pass is queued

typedef struct
{
  double ms[N_TIMES];
  int    n;
  double began;
} Times;

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double) time.tv_sec * 1e3 + (double) time.tv_nsec * 1e-6;
}

static Times
times_begin (void)
{
  return (Times){ .began = now () };
}

static bool
times_want_more (const Times *self)
{
  return self->n < FEWEST_TIMES
         || (self->n < N_TIMES && now () - self->began < MOST_MS);
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
times_print (Times *self, const char *name, FILE *line)
{
  int n = self->n;

  qsort (self->ms, (size_t) n, sizeof *self->ms, compare);
  fprintf (line, ", \"%s\": [%.4f, %.4f, %.4f]", name, self->ms[n / 10],
           self->ms[n / 2], self->ms[n - 1 - n / 10]);
}

void
print_text (FILE *file, const char *text)
{
  fputc ('"', file);
  for (const char *c = text; *c != '\0'; c++)
    {
      if (*c == '"' || *c == '\\')
        fputc ('\\', file);
      fputc ((unsigned char) *c < ' ' ? ' ' : *c, file);
    }
  fputc ('"', file);
}

static bool
is_done (Session *self, cudaError_t status)
{
  if (status != cudaSuccess)
    snprintf (self->failure.message, sizeof self->failure.message,
              "an event failed (%s)", cudaGetErrorString (status));
  return status == cudaSuccess;
}

static bool
finish (Session *self)
{
  return spade_gpu_wait (self->engine->gpu, &self->failure);
}

// Everything up to the picture in memory.
static bool
render (Session *self)
{
  bool is_read = self->cuda->run_all (self->run, &self->failure)
                 && self->cuda->run_get_value (self->run,
                                               self->on->plan.outputs[0],
                                               self->picture, &self->failure);

  self->has_picture = self->has_picture || is_read;
  return is_read;
}

bool
session_open (Session *self, const SpadeEngineOptions *options)
{
  double start = now ();

  self->engine = self->cuda->engine_new (options, &self->failure);
  if (self->engine == NULL)
    return false;
  self->run = self->cuda->run_new (self->engine, &self->on->plan,
                                   &self->failure);
  if (self->run == NULL || !finish (self))
    return false;
  fprintf (self->line, ", \"open_ms\": %.2f", now () - start);
  self->stream = spade_gpu_stream (self->engine->gpu);
  return is_done (self, cudaEventCreate (&self->begin))
         && is_done (self, cudaEventCreate (&self->end));
}

void
session_close (Session *self)
{
  if (self->end != NULL)
    cudaEventDestroy (self->end);
  if (self->begin != NULL)
    cudaEventDestroy (self->begin);
  if (self->run != NULL)
    self->cuda->run_free (self->run);
  if (self->engine != NULL)
    self->cuda->engine_free (self->engine);
}

bool
time_first (Session *self)
{
  const Case *on = self->on;
  double      start = now (), map;

  if (!self->cuda->run_set_levels (self->run, on->levels, &self->failure)
      || (on->input != NULL
          && !self->cuda->run_set_input (self->run, on->input, &self->failure))
      || !finish (self))
    return false;
  map = now () - start;
  start = now ();
  if (!self->cuda->run_all (self->run, &self->failure) || !finish (self))
    return false;
  fprintf (self->line, ", \"first_map_ms\": %.3f, \"first_render_ms\": %.3f",
           map, now () - start);
  return true;
}

static bool
begin_events (Session *self)
{
  return is_done (self, cudaEventRecord (self->begin, self->stream));
}

// Adds what each of n took since the beginning.
static bool
end_events (Session *self, Times *times, int n)
{
  float ms;

  if (!is_done (self, cudaEventRecord (self->end, self->stream))
      || !is_done (self, cudaEventSynchronize (self->end))
      || !is_done (self, cudaEventElapsedTime (&ms, self->begin, self->end)))
    return false;
  times->ms[times->n++] = ms / (float) n;
  return true;
}

bool
time_new_maps (Session *self)
{
  SpadeLevel levels[SPADE_MAX_LEVELS];
  Times      clock = times_begin (), numbers = clock, events;

  case_strip_levels (self->on, levels);
  while (times_want_more (&clock))
    {
      double start = now ();

      if (!self->cuda->run_set_levels (self->run, levels, &self->failure)
          || !finish (self))
        return false;
      numbers.ms[numbers.n++] = now () - start;
      start = now ();
      if (!self->cuda->run_set_levels (self->run, levels, &self->failure)
          || !render (self))
        return false;
      clock.ms[clock.n++] = now () - start;
    }
  times_print (&numbers, "set_map_ms", self->line);
  times_print (&clock, "new_map_ms", self->line);
  events = times_begin ();
  while (times_want_more (&events))
    if (!begin_events (self)
        || !self->cuda->run_set_levels (self->run, levels, &self->failure)
        || !self->cuda->run_all (self->run, &self->failure)
        || !end_events (self, &events, 1))
      return false;
  times_print (&events, "new_map_device_ms", self->line);
  return true;
}

static bool
time_render (Session *self, const char *name, bool makes_tables)
{
  Times times = times_begin ();
  int   n = 1;

  while (times_want_more (&times))
    {
      if (!begin_events (self))
        return false;
      for (int i = 0; i < n; i++)
        {
          if (makes_tables)
            spade_tables_forget (self->engine);
          if (!self->cuda->run_all (self->run, &self->failure))
            return false;
        }
      if (!end_events (self, &times, n))
        return false;
      if (n == 1 && times.ms[0] < SHORT_MS)
        {
          n = N_RENDERS;
          times.n = 0;
        }
    }
  times_print (&times, name, self->line);
  return true;
}

static void
print_mib (Session *self, const char *name, size_t size)
{
  fprintf (self->line, ", \"%s\": %.1f", name, (double) size / (1 << 20));
}

bool
time_renders (Session *self)
{
  if (!time_render (self, "tables_device_ms", true)
      || !time_render (self, "device_ms", false))
    return false;
  fprintf (self->line, ", \"is_replayed\": %s",
           spade_run_is_replayed (self->run) ? "true" : "false");
  print_mib (self, "memory_mib", spade_gpu_get_held (self->engine->gpu));
  print_mib (self, "weights_mib", self->engine->weights_size);
  print_mib (self, "workspace_mib", self->engine->workspace.size);
  print_mib (self, "scratch_mib", self->engine->scratch.size);
  return true;
}

// bytes: where the picture goes, or NULL: as floats.
static bool
time_pictures (Session *self, const char *name, uint8_t *bytes)
{
  const float *input = self->on->input;
  Times        times = times_begin ();

  while (times_want_more (&times))
    {
      double start = now ();

      if (input != NULL
          && !self->cuda->run_set_input (self->run, input, &self->failure))
        return false;
      if (bytes == NULL
              ? !render (self)
              : !self->cuda->run_all (self->run, &self->failure)
                    || !self->cuda->run_get_bytes (
                        self->run, self->on->plan.outputs[0], bytes,
                        &self->failure))
        return false;
      times.ms[times.n++] = now () - start;
    }
  times_print (&times, name, self->line);
  return true;
}

bool
time_end_to_end (Session *self)
{
  uint8_t *bytes = malloc (case_value_n (self->on, self->on->plan.outputs[0]));
  bool     is_good;

  if (bytes == NULL)
    abort ();
  is_good = time_pictures (self, "end_to_end_ms", NULL)
            && time_pictures (self, "end_to_end_bytes_ms", bytes);
  free (bytes);
  return is_good;
}

// One pass, with an event before each step and one at the end; ms has
// N_PASSES places for each step, of which it fills one. The GPU has some renders
// to do first: queuing a step may take longer than the step.
static bool
time_pass (Session *self, cudaEvent_t *events, double *ms)
{
  int n = self->on->plan.n_steps;

  for (int i = 0; i < N_AHEAD; i++)
    if (!self->cuda->run_all (self->run, &self->failure))
      return false;
  for (int i = 0; i < n; i++)
    if (!is_done (self, cudaEventRecord (events[i], self->stream))
        || !self->cuda->run_step (self->run, i, &self->failure))
      return false;
  if (!is_done (self, cudaEventRecord (events[n], self->stream))
      || !is_done (self, cudaEventSynchronize (events[n])))
    return false;
  for (int i = 0; i < n; i++)
    {
      float took;

      if (!is_done (self, cudaEventElapsedTime (&took, events[i],
                                                events[i + 1])))
        return false;
      ms[i * N_PASSES] = took;
    }
  return true;
}

// n_passes of the N_PASSES of each step are there.
static void
print_steps (Session *self, double *ms, int n_passes)
{
  fprintf (self->line, ", \"steps\": [");
  for (int i = 0; i < self->on->plan.n_steps; i++, ms += N_PASSES)
    {
      const SpadeStep *step = &self->on->plan.steps[i];
      SpadeGpuConvEngine engine = { .index = -1 };
      const char *way = spade_run_get_conv_way (self->run, i, &engine);

      qsort (ms, (size_t) n_passes, sizeof *ms, compare);
      fprintf (self->line, "%s[\"%s\", %d, \"%s\", \"", i == 0 ? "" : ", ",
               step->name, (int) step->kind, way != NULL ? way : "");
      if (way != NULL && engine.index >= 0)
        fprintf (self->line, "%d%s%s", (int) engine.index,
                 engine.has_tensor_cores ? "+" : "",
                 engine.is_compiled ? "*" : "");
      fprintf (self->line, "\", %.4f]", ms[n_passes / 2]);
    }
  fprintf (self->line, "]");
}

bool
time_steps (Session *self)
{
  size_t       n = (size_t) self->on->plan.n_steps;
  double      *ms = calloc (n * N_PASSES, sizeof *ms);
  cudaEvent_t *events = calloc (n + 1, sizeof *events);
  double       start = now ();
  int          n_passes = 0;
  bool         is_good = true;

  if (ms == NULL || events == NULL)
    abort ();
  for (size_t i = 0; is_good && i <= n; i++)
    is_good = is_done (self, cudaEventCreate (&events[i]));
  for (; is_good && n_passes < N_PASSES
         && (n_passes < FEWEST_PASSES || now () - start < MOST_MS); n_passes++)
    is_good = time_pass (self, events, ms + n_passes);
  if (is_good)
    print_steps (self, ms, n_passes);
  for (size_t i = 0; i <= n; i++)
    if (events[i] != NULL)
      cudaEventDestroy (events[i]);
  free (events);
  free (ms);
  return is_good;
}
