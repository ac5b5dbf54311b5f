// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A module is opened once for the whole program and never closed: the driver
// would not like it, and other contexts may use it.

#include "module.h"

#include <glib.h>

#include "installed.h"

#define FILE_NAME "spade-cuda." G_MODULE_SUFFIX

typedef struct
{
  const SpadeBackend *backend;
  char               *reason; // where there is no backend
} Found;

// Adds the folders to look into.
static void
add_folders (GPtrArray *folders)
{
  const char       *path = g_getenv ("SPADE_MODULE_PATH");
  g_autofree char  *folder = spade_program_folder ();

  if (path != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (path, G_SEARCHPATH_SEPARATOR_S, -1);

      for (int i = 0; parts[i] != NULL; i++)
        if (parts[i][0] != '\0')
          g_ptr_array_add (folders, g_strdup (parts[i]));
    }
  if (folder != NULL)
    {
      g_ptr_array_add (folders, g_strdup (folder));
      g_ptr_array_add (folders, g_build_filename (folder, "..", "cuda", NULL));
      g_ptr_array_add (folders, g_build_filename (folder, "..", "..", "cuda",
                                                  NULL));
    }
#ifdef SPADE_MODULE_FOLDER
  g_ptr_array_add (folders, g_strdup (SPADE_MODULE_FOLDER));
#endif
}

GModule *
spade_module_open (const char *file_name, char **out_reason)
{
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);

  add_folders (folders);
  for (guint i = 0; i < folders->len; i++)
    {
      g_autofree char *path
          = g_build_filename (folders->pdata[i], file_name, NULL);
      GModule *module;

      if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
        continue;
      module = g_module_open (path, G_MODULE_BIND_LOCAL);
      if (module != NULL)
        g_module_make_resident (module);
      else
        *out_reason = g_strdup_printf ("its module cannot be loaded (%s)",
                                       g_module_error ());
      return module;
    }
  *out_reason = g_strdup ("its module is not installed");
  return NULL;
}

// Gives the backend of the module; fills reason where it is no use.
static const SpadeBackend *
get_backend (GModule *module, char **out_reason)
{
  gpointer            symbol = NULL;
  const SpadeBackend *backend = NULL;

  if (g_module_symbol (module, "spade_cuda_backend", &symbol))
    backend = ((SpadeBackendGetter) symbol) ();
  if (backend != NULL && backend->interface == SPADE_BACKEND_INTERFACE)
    return backend;
  *out_reason = g_strdup_printf ("%s belongs to another version of "
                                 "gimp-spade; install both anew",
                                 g_module_name (module));
  return NULL;
}

static gpointer
find_once (gpointer unused)
{
  Found   *found = g_new0 (Found, 1);
  GModule *module = spade_module_open (FILE_NAME, &found->reason);

  if (module != NULL)
    found->backend = get_backend (module, &found->reason);
  return found;
}

const SpadeBackend *
spade_module_find_cuda (const char **out_reason)
{
  static GOnce once = G_ONCE_INIT;
  const Found *found = g_once (&once, find_once, NULL);

  *out_reason = found->reason;
  return found->backend;
}
