// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the module shows to the outside: the backend table, and nothing else.

#include <stdio.h>

#include "run.h"
#include "window.h"

// Turing: the first whose tensor cores and 16-bit arithmetic we use, and the
// oldest that CUDA 13 compiles for.
#define OLDEST_MAJOR 7
#define OLDEST_MINOR 5

static bool
is_new_enough (const SpadeGpuInfo *info)
{
  return info->major > OLDEST_MAJOR
         || (info->major == OLDEST_MAJOR && info->minor >= OLDEST_MINOR);
}

static int
n_devices (int *out_best)
{
  SpadeFailure ignored;
  SpadeGpuInfo info;
  size_t       most = 0;
  int          n = spade_gpu_count (&ignored);

  *out_best = 0;
  for (int i = 0; i < n; i++)
    if (spade_gpu_get_info (i, &info, &ignored) && is_new_enough (&info)
        && info.free_memory > most)
      {
        most = info.free_memory;
        *out_best = i;
      }
  return n;
}

static bool
probe (int device, char *line, size_t size)
{
  SpadeFailure failure;
  SpadeGpuInfo info;
  int          n = spade_gpu_count (&failure);

  if (n == 0)
    {
      snprintf (line, size, "%s", failure.message);
      return false;
    }
  if (device < 0)
    n_devices (&device);
  if (device >= n)
    {
      snprintf (line, size, "there %s only %d GPU%s, numbered from 0",
                n == 1 ? "is" : "are", n, n == 1 ? "" : "s");
      return false;
    }
  if (!spade_gpu_get_info (device, &info, &failure))
    {
      snprintf (line, size, "%s", failure.message);
      return false;
    }
  if (!is_new_enough (&info))
    {
      snprintf (line, size,
                "%s has compute capability %d.%d, and %d.%d is needed",
                info.name, info.major, info.minor, OLDEST_MAJOR, OLDEST_MINOR);
      return false;
    }
  snprintf (line, size, "%s, %.1f of %.1f GiB free", info.name,
            (double) info.free_memory / (1 << 30),
            (double) info.total_memory / (1 << 30));
  return true;
}

static bool
is_fast (int device, SpadeDType precision)
{
  SpadeFailure ignored;
  SpadeGpuInfo info;

  if (precision != SPADE_DTYPE_BF16)
    return true;
  return spade_gpu_get_info (device < 0 ? 0 : device, &info, &ignored)
         && info.major >= 8;
}

static SpadeEngine *
engine_new (const SpadeEngineOptions *options, SpadeFailure *failure)
{
  SpadeEngineOptions resolved = *options;

  if (resolved.device < 0)
    n_devices (&resolved.device);
  return spade_engine_new (&resolved, failure);
}

static const SpadeBackend backend = {
  .interface = SPADE_BACKEND_INTERFACE,
  .name = "cuda",
  .n_devices = n_devices,
  .probe = probe,
  .is_fast = is_fast,
  .engine_new = engine_new,
  .engine_free = spade_engine_free,
  .run_new = spade_run_new,
  .run_free = spade_run_free,
  .run_set_levels = spade_run_set_levels,
  .run_set_input = spade_run_set_input,
  .run_set_noise = spade_run_set_noise,
  .run_step = spade_run_step,
  .run_all = spade_run_all,
  .run_get_value = spade_run_get_value,
  .run_get_bytes = spade_run_get_bytes,
  .wants_neighbourhoods = true,
  .makes_neighbourhoods = true,
  .windows = &spade_cuda_windowing,
};

const SpadeBackend *spade_cuda_backend (void);

__attribute__ ((visibility ("default"))) const SpadeBackend *
spade_cuda_backend (void)
{
  return &backend;
}
