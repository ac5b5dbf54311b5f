// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// On Windows programs are moved as people like, so there everything is found from
// the program; elsewhere it lies where the build was told that it would.

#include "installed.h"

#ifdef G_OS_WIN32

#include <string.h>
#include <windows.h>

#define LONGEST 32768 // characters of a path, the system's own limit

char *
spade_program_folder (void)
{
  g_autofree wchar_t *wide = g_new0 (wchar_t, LONGEST);
  g_autofree char    *path = NULL;

  if (GetModuleFileNameW (NULL, wide, LONGEST) == 0)
    return NULL;
  path = g_utf16_to_utf8 ((const gunichar2 *) wide, -1, NULL, NULL, NULL);
  return path != NULL ? g_path_get_dirname (path) : NULL;
}

// Gives the folder above one, or NULL.
static char *
go_up (const char *folder)
{
  g_autofree char *above = g_path_get_dirname (folder);

  return strcmp (above, folder) != 0 ? g_steal_pointer (&above) : NULL;
}

// A plug-in lies some folders deeper than a command.
char *
spade_shipped_folder (const char *kind)
{
  g_autofree char *folder = spade_program_folder ();
  char *beside = g_build_filename (folder != NULL ? folder : ".", "shipped", kind,
                                   NULL);

  while (folder != NULL && !g_file_test (beside, G_FILE_TEST_IS_DIR))
    {
      char *above = go_up (folder);
      char *shared = g_build_filename (folder, "share", "gimp-spade", "shipped",
                                       kind, NULL);

      g_free (folder);
      folder = above;
      if (g_file_test (shared, G_FILE_TEST_IS_DIR))
        {
          g_free (beside);
          return shared;
        }
      g_free (shared);
    }
  return beside;
}

#else

char *
spade_program_folder (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  return program != NULL ? g_path_get_dirname (program) : NULL;
}

char *
spade_shipped_folder (const char *kind)
{
  return g_build_filename (SPADE_SHIPPED_DIR, kind, NULL);
}

#endif
