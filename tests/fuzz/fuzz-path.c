// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// See fuzz.h. The file has no name on any disk, so many runs cost nothing.

#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

const char *
fuzz_path (const uint8_t *data, size_t size)
{
  static int  fd = -1;
  static char path[64];

  if (fd < 0)
    fd = memfd_create ("fuzz", 0);
  if (fd < 0 || ftruncate (fd, 0) != 0
      || pwrite (fd, data, size, 0) != (ssize_t) size)
    abort ();
  snprintf (path, sizeof path, "/proc/self/fd/%d", fd);
  return path;
}
