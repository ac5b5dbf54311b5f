// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

#include "file-map.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/mman.h>
#include <unistd.h>

// Closes fd.
static void *
map_file (int fd, gsize size, int protection, int flags)
{
  void *map = mmap (NULL, size, protection, MAP_SHARED | flags, fd, 0);

  close (fd);
  return map == MAP_FAILED ? NULL : map;
}

void *
spade_file_map_open (const char *path, gsize size)
{
  int      fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  GStatBuf info;

  if (fd < 0)
    return NULL;
  if (fstat (fd, &info) == 0 && info.st_size == (off_t) size)
    return map_file (fd, size, PROT_READ, MAP_POPULATE);
  close (fd);
  return NULL;
}

void *
spade_file_map_make (char *path, gsize size)
{
  int   fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
  void *map = NULL;

  if (fd < 0)
    return NULL;
  if (posix_fallocate (fd, 0, (off_t) size) == 0)
    map = map_file (fd, size, PROT_READ | PROT_WRITE, 0);
  else
    close (fd);
  if (map == NULL)
    g_unlink (path);
  return map;
}

void
spade_file_map_seal (void *map, gsize size)
{
  mprotect (map, size, PROT_READ);
}

void
spade_file_map_close (void *map, gsize size)
{
  munmap (map, size);
}
