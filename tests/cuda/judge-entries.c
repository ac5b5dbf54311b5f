// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the entries of the backend promise beside pictures: they come back to
// their own GPU, hold no more memory than they need, and refuse what the libraries
// cannot count.

#include <math.h>

#include "../../cuda/run-step.h"
#include "../../cuda/transfer.h"
#include "judge.h"

// Asks after another GPU, where there is one, which makes it the thread's.
static bool
leave (void)
{
  cuda->is_fast (0, SPADE_DTYPE_BF16);
  return true;
}

void
test_devices (const Case *on)
{
  const SpadeValue *input = &on->plan.values[on->plan.input];
  int          output = on->plan.outputs[0];
  SpadeBox     row = { 0, 0, 1, on->plan.values[output].width };
  Side         gpu;
  SpadeFailure failure = { 0 };
  char         problem[512] = "";
  float       *out = new_output (on), *in = new_value (on, on->plan.input);
  uint8_t     *bytes = calloc (output_n (on), 1);
  size_t       pitch = (size_t) input->width * (size_t) input->channels
                 * sizeof *in;

  CHECK (side_open (&gpu, cuda, on, SPADE_DTYPE_F32, &failure), "opening");
  if (*problem == '\0')
    cuda->run_free (gpu.run);
  leave ();
  CHECK ((gpu.run = cuda->run_new (gpu.engine, &on->plan, &failure)) != NULL,
         "making a run");
  CHECK (leave () && cuda->run_set_levels (gpu.run, on->levels, &failure),
         "giving a map");
  CHECK (leave () && cuda->run_set_input (gpu.run, in, &failure),
         "giving a style");
  CHECK (leave () && cuda->run_step (gpu.run, 0, &failure), "a step");
  CHECK (leave () && cuda->run_all (gpu.run, &failure), "a render");
  CHECK (leave () && cuda->run_get_value (gpu.run, output, out, &failure),
         "reading all");
  CHECK (leave ()
             && cuda->windows->read_value (gpu.run, output, &row, out,
                                           output_n (on) * sizeof *out,
                                           &failure), "reading a row");
  CHECK (leave () && cuda->windows->write_value (gpu.run, on->plan.input, in, pitch, &failure),
         "writing a window");
  CHECK (leave () && cuda->run_get_bytes (gpu.run, output, bytes, &failure),
         "reading bytes");
  side_close (&gpu, cuda);
  free (bytes);
  free (out);
  free (in);
  report (on, "every-entry-comes-back-to-its-gpu", problem);
}

// Levels, ties, what is beyond and what is none; not a multiple of four.
static bool
packs_well (SpadeEngine *engine, SpadeFailure *failure)
{
  const float   x[] = { -1, 1, 0, -2, 3, -1 + 2.f / 255, NAN };
  const uint8_t wanted[] = { 0, 255, 128, 0, 255, 1, 0 };
  size_t        n = sizeof wanted;
  uint8_t       got[sizeof wanted];
  char         *place;

  if (!spade_engine_reserve_scratch (engine, 256 + n, failure))
    return false;
  place = engine->scratch.data;
  if (!spade_gpu_upload (engine->gpu, place, x, sizeof x, failure))
    return false;
  spade_kernel_pack_bytes (spade_gpu_stream (engine->gpu),
                           (const float *) (void *) place, (int64_t) n,
                           (uint8_t *) place + 256);
  return spade_gpu_check_launch (engine->gpu, "packing", failure)
         && spade_engine_fetch (engine, got, n, place + 256, n, n, 1, failure)
         && memcmp (got, wanted, n) == 0;
}

// The bytes of a picture are those of its floats.
void
test_bytes (const Case *on)
{
  int          output = on->plan.outputs[0];
  size_t       n = output_n (on);
  float       *floats = new_output (on);
  uint8_t     *bytes = calloc (n, 1);
  bool         is_same = true;
  Side         gpu;
  SpadeFailure failure = { 0 };
  char         problem[512] = "";

  if (bytes == NULL)
    abort ();
  CHECK (side_open (&gpu, cuda, on, SPADE_DTYPE_F16, &failure), "opening");
  CHECK (render (gpu.run, on, floats, &failure), "a render");
  CHECK (cuda->run_get_bytes (gpu.run, output, bytes, &failure), "its bytes");
  for (size_t i = 0; i < n; i++)
    {
      float byte = (floats[i] + 1) * 127.5f + 0.5f;

      is_same = is_same && bytes[i] == (uint8_t) fmaxf (fminf (byte, 255), 0);
    }
  CHECK (is_same, "other bytes");
  CHECK (packs_well (gpu.engine, &failure), "single numbers");
  side_close (&gpu, cuda);
  free (floats);
  free (bytes);
  report (on, "bytes-are-those-of-the-floats", problem);
}

// Bytes of the tables of a map in which no two pixels look alike.
static size_t
most_of_tables (const Case *on, size_t element_size)
{
  size_t size = 0;

  for (int i = 0; i < on->plan.n_steps; i++)
    {
      const SpadeStep  *step = &on->plan.steps[i];
      const SpadeLevel *level;

      if (step->kind != SPADE_STEP_SPADE)
        continue;
      level = &on->levels[step->level];
      size += ((size_t) level->height * (size_t) level->width + 255) / 256 * 256
              * (((size_t) step->gamma_weight->shape[0] * 2 + 7) / 8 * 8)
              * element_size;
    }
  return size;
}

// Bytes of a run's own places.
static size_t
size_of_run (const SpadeRun *run)
{
  size_t size = run->arena.size + run->outputs[0].size + run->outputs[1].size
                + run->input.size + run->noise_place.size + run->z_place.size;

  for (int i = 0; i < SPADE_MAX_LEVELS; i++)
    size += run->levels[i].symbols.size + run->levels[i].shared_symbols.size
            + run->levels[i].patch_rows.size + run->levels[i].index.size;
  return size;
}

// Nothing of what weights needed on their way is left after a render, nothing for making
// tables that the arena has room for, and no rows that no map fills.
void
test_holdings (const Case *on)
{
  float       *out = new_output (on);
  Side         gpu;
  SpadeFailure failure = { 0 };
  char         problem[512] = "";

  CHECK (side_open (&gpu, cuda, on, SPADE_DTYPE_F16, &failure), "opening");
  CHECK (render (gpu.run, on, out, &failure), "a render");
  if (*problem == '\0')
    {
      const SpadeEngine *engine = gpu.engine;
      size_t rest = spade_gpu_get_held (engine->gpu) - size_of_run (gpu.run)
                    - engine->weights_size - engine->workspace.size
                    - engine->scratch.size;

      CHECK (engine->scratch.size == 0
                 || engine->scratch.size > gpu.run->arena.size,
             "the arena is large enough");
      CHECK (rest <= most_of_tables (on, engine->element_size),
             "tables are too large");
    }
  side_close (&gpu, cuda);
  free (out);
  report (on, "a-run-holds-what-it-needs", problem);
}

// 2^31 numbers in a value are so many that the picture has to go in tiles.
void
test_large_value (const Case *on)
{
  SpadePlan    plan = on->plan;
  SpadeValue  *values = calloc ((size_t) plan.n_values, sizeof *values);
  SpadeValue  *large;
  Side         gpu;
  SpadeRun    *run = NULL;
  SpadeFailure failure = { 0 };
  char         problem[512] = "";

  if (values == NULL)
    abort ();
  memcpy (values, plan.values, (size_t) plan.n_values * sizeof *values);
  plan.values = values;
  large = &values[plan.steps[0].dst];
  large->height = large->width = 1 << 14;
  large->channels = 8;
  CHECK (side_open (&gpu, cuda, on, SPADE_DTYPE_F32, &failure), "opening");
  if (*problem == '\0')
    run = cuda->run_new (gpu.engine, &plan, &failure);
  CHECK (run == NULL, "it was not refused");
  CHECK (failure.kind == SPADE_FAILURE_MEMORY, "it is no want of memory");
  if (run != NULL)
    cuda->run_free (run);
  side_close (&gpu, cuda);
  free (values);
  report (on, "a-value-of-2-to-the-31-is-refused", problem);
}
