// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A mapped file may be renamed, but nothing may take its place: a cache that is in
// use is never written over, which is right for one.

#include "file-map.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <io.h>
#include <windows.h>

// Maps what file has open, of that size or made that long; the map outlives it.
static void *
map_file (HANDLE file, gsize size, DWORD protection, DWORD access)
{
  HANDLE mapping = CreateFileMappingW (file, NULL, protection,
                                       (DWORD) (size >> 32), (DWORD) size, NULL);
  void  *map = NULL;

  if (mapping == NULL)
    return NULL;
  map = MapViewOfFile (mapping, access, 0, 0, size);
  CloseHandle (mapping);
  return map;
}

void *
spade_file_map_open (const char *path, gsize size)
{
  int           fd = g_open (path, _O_RDONLY | _O_BINARY | _O_NOINHERIT, 0);
  HANDLE        file;
  LARGE_INTEGER length;
  void         *map = NULL;

  if (fd < 0)
    return NULL;
  file = (HANDLE) _get_osfhandle (fd);
  if (GetFileSizeEx (file, &length) && length.QuadPart == (LONGLONG) size)
    map = map_file (file, size, PAGE_READONLY, FILE_MAP_READ);
  close (fd);
  return map;
}

void *
spade_file_map_make (char *path, gsize size)
{
  int   fd = g_mkstemp_full (path, _O_RDWR | _O_BINARY | _O_NOINHERIT, 0600);
  void *map;

  if (fd < 0)
    return NULL;
  map = map_file ((HANDLE) _get_osfhandle (fd), size, PAGE_READWRITE,
                  FILE_MAP_WRITE);
  close (fd);
  if (map == NULL)
    g_unlink (path);
  return map;
}

void
spade_file_map_seal (void *map, gsize size)
{
  DWORD before;

  VirtualProtect (map, size, PAGE_READONLY, &before);
}

void
spade_file_map_close (void *map, gsize size)
{
  UnmapViewOfFile (map);
}
