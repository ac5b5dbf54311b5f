// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Measures the CUDA backend on the cases of a file, without GLib:
//
//   bench-cuda CASES FOLDER
//
// One line of JSON per case and number format on stdout. Device times are by
// events around recorded renders, wall times from style to picture in memory.
// FOLDER receives the weights, and of each case the map's symbols, z and the
// pictures, so that compare_torch.py can render the same.

#include <cuda_runtime_api.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../../cuda/gpu.h"
#include "../../cuda/run.h"
#include "../../tests/cuda/case.h"
#include "tensors-out.h"

#define N_TIMES 50
#define N_STEP_TIMES 9

extern const SpadeBackend *spade_cuda_backend (void);

typedef struct
{
  const char *name;
  SpadeDType  dtype;
  bool        tf32;
} Format;

static const Format formats[] = {
  { "f16", SPADE_DTYPE_F16, false },
  { "bf16", SPADE_DTYPE_BF16, false },
  { "tf32", SPADE_DTYPE_F32, true },
  { "f32", SPADE_DTYPE_F32, false },
};
#define N_FORMATS 4

static const SpadeBackend *cuda;

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double) time.tv_sec * 1e3 + (double) time.tv_nsec * 1e-6;
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

// Prints "name": [10 %, median, 90 %] of n times, which it sorts.
static void
print_times (const char *name, double *times, int n)
{
  qsort (times, (size_t) n, sizeof *times, compare);
  printf ("\"%s\": [%.4f, %.4f, %.4f], ", name, times[n / 10], times[n / 2],
          times[n - 1 - n / 10]);
}

static void
check (bool is_done, const SpadeFailure *failure)
{
  if (is_done)
    return;
  printf ("{\"failure\": \"%s\"}\n", failure->message);
  exit (1);
}

static void
check_cuda (cudaError_t status)
{
  if (status == cudaSuccess)
    return;
  printf ("{\"failure\": \"%s\"}\n", cudaGetErrorString (status));
  exit (1);
}

// The work of a render as the plan states it: products of the convolutions and
// of the tables, and bytes that each step reads and writes once.
static void
print_work (const Case *on, size_t element_size)
{
  double conv = 0, tables = 0, bytes = 0;

  for (int i = 0; i < on->plan.n_steps; i++)
    {
      const SpadeStep *step = &on->plan.steps[i];

      bytes += (double) element_size
               * ((double) case_value_n (on, step->dst)
                  + (step->src >= 0 ? (double) case_value_n (on, step->src) : 0)
                  + (step->add >= 0 ? (double) case_value_n (on, step->add) : 0)
                  + (step->weight != NULL
                         ? (double) spade_tensor_n_elements (step->weight)
                         : 0));
      if (step->kind == SPADE_STEP_CONV)
        conv += 2e-9 * (double) case_value_n (on, step->dst) * step->kernel
                * step->kernel * on->plan.values[step->src].channels;
      if (step->kind == SPADE_STEP_SPADE)
        tables += 4e-9
                  * (double) on->levels[step->level].neighbourhoods->n_patches
                  * (double) spade_tensor_n_elements (step->gamma_weight);
    }
  printf ("\"conv_gflop\": %.2f, \"table_gflop\": %.2f, \"gbytes\": %.4f, ",
          conv, tables, bytes * 1e-9);
}

// Device time of each step alone, in the order of the plan.
static void
print_steps (const Case *on, SpadeRun *run, cudaStream_t stream)
{
  cudaEvent_t  begin, end;
  SpadeFailure failure = { 0 };
  double      *times = calloc ((size_t) on->plan.n_steps * N_STEP_TIMES,
                               sizeof *times);

  check_cuda (cudaEventCreate (&begin));
  check_cuda (cudaEventCreate (&end));
  for (int k = 0; k < N_STEP_TIMES; k++)
    for (int i = 0; i < on->plan.n_steps; i++)
      {
        float ms;

        check_cuda (cudaEventRecord (begin, stream));
        check (cuda->run_step (run, i, &failure), &failure);
        check_cuda (cudaEventRecord (end, stream));
        check_cuda (cudaEventSynchronize (end));
        check_cuda (cudaEventElapsedTime (&ms, begin, end));
        times[i * N_STEP_TIMES + k] = ms;
      }
  printf ("\"steps\": [");
  for (int i = 0; i < on->plan.n_steps; i++)
    {
      const char *way = spade_run_get_conv_way (run, i);

      qsort (times + i * N_STEP_TIMES, N_STEP_TIMES, sizeof *times, compare);
      printf ("%s[\"%s\", %d, \"%s\", %.4f]", i == 0 ? "" : ", ",
              on->plan.steps[i].name, (int) on->plan.steps[i].kind,
              way != NULL ? way : "", times[i * N_STEP_TIMES + N_STEP_TIMES / 2]);
    }
  printf ("]");
  free (times);
  cudaEventDestroy (begin);
  cudaEventDestroy (end);
}

static void
measure (const Case *on, const Format *format, float *picture)
{
  SpadeEngineOptions options = { .device = -1, .precision = format->dtype,
                                 .n_threads = 1, .tf32 = format->tf32 };
  SpadeFailure failure = { 0 };
  SpadeEngine *engine;
  SpadeRun    *run;
  cudaStream_t stream;
  cudaEvent_t  begin, end;
  double       start = now (), times[N_TIMES];
  double       open, map, first;
  bool         is_replayed;
  SpadeLevel          levels[SPADE_MAX_LEVELS];
  SpadeNeighbourhoods numbers[SPADE_MAX_LEVELS];

  engine = cuda->engine_new (&options, &failure);
  check (engine != NULL, &failure);
  run = cuda->run_new (engine, &on->plan, &failure);
  check (run != NULL, &failure);
  check (spade_gpu_wait (engine->gpu, &failure), &failure);
  open = now () - start;

  start = now ();
  check (cuda->run_set_levels (run, on->levels, &failure), &failure);
  if (on->input != NULL)
    check (cuda->run_set_input (run, on->input, &failure), &failure);
  check (spade_gpu_wait (engine->gpu, &failure), &failure);
  map = now () - start;
  start = now ();
  check (cuda->run_all (run, &failure)
             && spade_gpu_wait (engine->gpu, &failure), &failure);
  first = now () - start;

  // A new map of the same size, from its levels to the picture.
  case_renew_levels (on, levels, numbers);
  for (int i = 0; i < 5; i++)
    {
      start = now ();
      check (cuda->run_set_levels (run, levels, &failure), &failure);
      check (cuda->run_all (run, &failure)
                 && cuda->run_get_value (run, on->plan.outputs[0], picture,
                                         &failure), &failure);
      times[i] = now () - start;
    }
  printf ("{\"case\": \"%s\", \"format\": \"%s\", \"open_ms\": %.2f, "
          "\"first_map_ms\": %.3f, \"first_render_ms\": %.3f, ",
          on->name, format->name, open, map, first);
  print_times ("new_map_ms", times, 5);

  stream = spade_gpu_stream (engine->gpu);
  check_cuda (cudaEventCreate (&begin));
  check_cuda (cudaEventCreate (&end));
  for (int i = 0; i < N_TIMES; i++)
    {
      float ms;

      check_cuda (cudaEventRecord (begin, stream));
      check (cuda->run_all (run, &failure), &failure);
      check_cuda (cudaEventRecord (end, stream));
      check_cuda (cudaEventSynchronize (end));
      check_cuda (cudaEventElapsedTime (&ms, begin, end));
      times[i] = ms;
    }
  is_replayed = spade_run_is_replayed (run);
  print_times ("device_ms", times, N_TIMES);
  for (int i = 0; i < N_TIMES; i++)
    {
      start = now ();
      check ((on->input == NULL
              || cuda->run_set_input (run, on->input, &failure))
                 && cuda->run_all (run, &failure)
                 && cuda->run_get_value (run, on->plan.outputs[0], picture,
                                         &failure), &failure);
      times[i] = now () - start;
    }
  print_times ("end_to_end_ms", times, N_TIMES);
  printf ("\"is_replayed\": %s, \"memory_mib\": %.1f, ",
          is_replayed ? "true" : "false",
          (double) spade_gpu_get_held (engine->gpu) / (1 << 20));
  print_work (on, format->dtype == SPADE_DTYPE_F32 ? 4 : 2);
  print_steps (on, run, stream);
  printf ("}\n");
  fflush (stdout);
  cudaEventDestroy (begin);
  cudaEventDestroy (end);
  cuda->run_free (run);
  cuda->engine_free (engine);
}

static bool
write_results (const Case *on, const char *folder, float **pictures)
{
  const SpadeValue *size = &on->plan.values[on->plan.outputs[0]];
  const SpadeLevel *level = &on->levels[on->plan.n_levels - 1];
  SpadeTensor       all[2 + N_FORMATS];
  char              path[1024];
  int               n = 0;

  all[n++] = (SpadeTensor){ "symbols", level->symbols, SPADE_DTYPE_U16, 2,
                            { level->height, level->width } };
  if (on->input != NULL)
    all[n++] = (SpadeTensor){ "z", on->input, SPADE_DTYPE_F32, 2,
                              { 1, (int64_t) case_value_n (on,
                                                           on->plan.input) } };
  for (int i = 0; i < N_FORMATS; i++)
    all[n++] = (SpadeTensor){ formats[i].name, pictures[i], SPADE_DTYPE_F32, 3,
                              { size->height, size->width, 3 } };
  snprintf (path, sizeof path, "%s/%s.safetensors", folder, on->name);
  return tensors_out (path, all, n);
}

int
main (int argc, char **argv)
{
  FILE *file;
  Case *on;
  bool  is_good = true, has_weights = false;
  char  line[256], path[1024];

  if (argc != 3 || (file = fopen (argv[1], "rb")) == NULL)
    {
      fprintf (stderr, "usage: bench-cuda CASES FOLDER\n");
      return 2;
    }
  cuda = spade_cuda_backend ();
  if (!cuda->probe (-1, line, sizeof line))
    {
      fprintf (stderr, "bench-cuda: %s\n", line);
      fclose (file);
      return 77;
    }
  printf ("{\"device\": \"%s\"}\n", line);
  while (is_good && (on = case_read (file, &is_good)) != NULL)
    {
      float *pictures[N_FORMATS];

      for (int i = 0; i < N_FORMATS; i++)
        {
          pictures[i] = calloc (case_value_n (on, on->plan.outputs[0]),
                                sizeof (float));
          if (pictures[i] == NULL)
            return 1;
          measure (on, &formats[i], pictures[i]);
        }
      is_good = write_results (on, argv[2], pictures);
      // The same for all: they are drawn by their number.
      snprintf (path, sizeof path, "%s/weights.safetensors", argv[2]);
      if (!has_weights)
        is_good = is_good && tensors_out (path, on->tensors, on->n_tensors);
      has_weights = true;
      for (int i = 0; i < N_FORMATS; i++)
        free (pictures[i]);
      case_free (on);
    }
  fclose (file);
  return is_good ? 0 : 1;
}
