// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// MemAvailable of Linux's /proc/meminfo, or what Windows says; free of GLib, see
// tensor.h.

#include "host-memory.h"

#include <inttypes.h>
#include <stdio.h>

#ifdef _WIN32
#include <windows.h>

uint64_t
spade_host_memory_available (void)
{
  MEMORYSTATUSEX status = { .dwLength = sizeof status };

  return GlobalMemoryStatusEx (&status) ? status.ullAvailPhys : UINT64_MAX;
}
#else
uint64_t
spade_host_memory_available (void)
{
  FILE    *file = fopen ("/proc/meminfo", "r");
  uint64_t kib, available = UINT64_MAX;
  char     line[128];

  if (file == NULL)
    return UINT64_MAX;
  while (fgets (line, sizeof line, file) != NULL)
    if (sscanf (line, "MemAvailable: %" SCNu64 " kB", &kib) == 1)
      available = kib * 1024;
  fclose (file);
  return available;
}
#endif

bool
spade_host_memory_check (double bytes, SpadeFailure *failure)
{
  double available = (double) spade_host_memory_available ();

  if (bytes <= available)
    return true;
  failure->kind = SPADE_FAILURE_MEMORY;
  snprintf (failure->message, sizeof failure->message,
            "not enough memory: this render needs about %.1f GiB and %.1f GiB "
            "are free; choose a smaller size", bytes / 0x1p30,
            available / 0x1p30);
  return false;
}
