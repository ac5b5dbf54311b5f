// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Where models are, and which of them is the default. The choice of a default
// is a line of text beside the user's models, so that it goes with them.

#include "model-store.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "installed.h"

#define DEFAULT_MODEL "landscape"

char *
spade_model_user_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "gimp-spade", "models",
                           NULL);
}

static char *
default_file (void)
{
  return g_build_filename (g_get_user_data_dir (), "gimp-spade",
                           "default-model", NULL);
}

// Adds the folders that a variable of the environment lists.
static void
add_listed (GStrvBuilder *folders,
            const char   *variable)
{
  const char    *path = g_getenv (variable);
  g_auto (GStrv) words = g_strsplit (path != NULL ? path : "",
                                     G_SEARCHPATH_SEPARATOR_S, -1);

  for (int i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_strv_builder_add (folders, words[i]);
}

// Adds where such things are installed.
static void
add_installed (GStrvBuilder *folders,
               const char   *kind)
{
  const char *const *systems = g_get_system_data_dirs ();
  g_autofree char   *shipped = spade_shipped_folder (kind);

  g_strv_builder_add (folders, shipped);
  for (int i = 0; systems[i] != NULL; i++)
    {
      g_autofree char *folder = g_build_filename (systems[i], "gimp-spade",
                                                  kind, NULL);

      g_strv_builder_add (folders, folder);
    }
}

char **
spade_model_folders (void)
{
  g_autoptr (GStrvBuilder) folders = g_strv_builder_new ();
  g_autofree char         *user = spade_model_user_folder ();

  add_listed (folders, "SPADE_MODEL_PATH");
  g_strv_builder_add (folders, user);
  add_installed (folders, "models");
  return g_strv_builder_end (folders);
}

char **
spade_style_folders (void)
{
  g_autoptr (GStrvBuilder) folders = g_strv_builder_new ();

  add_listed (folders, "SPADE_STYLE_PATH");
  add_installed (folders, "styles");
  return g_strv_builder_end (folders);
}

// Gives folder/name if it is a file.
static char *
find_file (const char *folder,
           const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return NULL;
  return g_steal_pointer (&path);
}

// The same, if it is named like a model.
static char *
find_model_file (const char *folder,
                 const char *name)
{
  return g_str_has_suffix (name, SPADE_MODEL_SUFFIX) ? find_file (folder, name)
                                                     : NULL;
}

// Gives the first model of a folder by name.
static char *
find_first (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *first = NULL;
  const char      *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = find_model_file (folder, name);

      if (path != NULL && (first == NULL || strcmp (path, first) < 0))
        {
          g_free (first);
          first = g_steal_pointer (&path);
        }
    }
  return g_steal_pointer (&first);
}

static char *
find_named (char      **folders,
            const char *name)
{
  g_autofree char *full = g_strconcat (name, SPADE_MODEL_SUFFIX, NULL);
  char            *path = NULL;

  for (int i = 0; folders[i] != NULL && path == NULL; i++)
    {
      path = find_file (folders[i], full);
      if (path == NULL)
        path = find_model_file (folders[i], name);
    }
  return path;
}

static gboolean
names_folder (const char *name)
{
  return strchr (name, '/') != NULL || strchr (name, G_DIR_SEPARATOR) != NULL;
}

char *
spade_model_find_installed (const char *name)
{
  g_auto (GStrv) folders = spade_model_folders ();

  if (*name == '\0' || names_folder (name))
    return NULL;
  return find_named (folders, name);
}

// Gives what the user chose, "" for nothing.
static char *
read_default (void)
{
  g_autofree char *file = default_file ();
  char            *name = NULL;

  if (!g_file_get_contents (file, &name, NULL, NULL))
    return g_strdup ("");
  return g_strstrip (name);
}

// A choice whose model has gone is passed over.
static char *
find_default (char **folders)
{
  g_autofree char *chosen = read_default ();
  char            *path = spade_model_find_installed (chosen);

  if (path == NULL)
    path = find_named (folders, DEFAULT_MODEL);
  for (int i = 0; folders[i] != NULL && path == NULL; i++)
    path = find_first (folders[i]);
  return path;
}

char *
spade_model_get_default (void)
{
  g_auto (GStrv)   folders = spade_model_folders ();
  g_autofree char *path = find_default (folders);
  char            *name = path != NULL ? g_path_get_basename (path) : NULL;

  if (name != NULL && g_str_has_suffix (name, SPADE_MODEL_SUFFIX))
    name[strlen (name) - strlen (SPADE_MODEL_SUFFIX)] = '\0';
  return name;
}

static gboolean
write_default (const char *name,
               GError    **error)
{
  g_autofree char   *file = default_file ();
  g_autofree char   *folder = g_path_get_dirname (file);
  g_autofree char   *line = g_strconcat (name, "\n", NULL);
  g_autoptr (GError) reason = NULL;

  if (spade_model_make_folder (folder, error) &&
      g_file_set_contents (file, line, -1, &reason))
    return TRUE;
  if (reason != NULL)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                 "The default model cannot be kept: %s.", reason->message);
  return FALSE;
}

gboolean
spade_model_set_default (const char *name,
                         GError    **error)
{
  g_autofree char *file = default_file ();
  g_autofree char *path = NULL;

  if (name == NULL)
    {
      if (g_unlink (file) == 0 || errno == ENOENT || errno == ENOTDIR)
        return TRUE;
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                   "\"%s\" cannot be removed: %s.", file, g_strerror (errno));
      return FALSE;
    }
  path = spade_model_find_installed (name);
  if (path != NULL)
    return write_default (name, error);
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
               "There is no model \"%s\" to be the default.", name);
  return FALSE;
}

gboolean
spade_model_make_folder (const char *folder,
                         GError    **error)
{
  if (g_mkdir_with_parents (folder, 0755) == 0)
    return TRUE;
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
               "The folder \"%s\" cannot be made: %s.", folder,
               g_strerror (errno));
  return FALSE;
}

char *
spade_model_find (const char  *model,
                  GError     **error)
{
  g_auto (GStrv)   folders = spade_model_folders ();
  g_autofree char *list = g_strjoinv (", ", folders);
  char            *path;

  if (model == NULL || *model == '\0')
    {
      path = find_default (folders);
      if (path == NULL)
        g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                     "There is no model; put a .safetensors file into %s "
                     "(looked in: %s).", folders[0], list);
      return path;
    }
  // A folder of that name, as of the data, must not hide an installed model.
  if (g_path_is_absolute (model) || g_file_test (model, G_FILE_TEST_IS_REGULAR))
    return g_strdup (model);
  path = names_folder (model) ? NULL : find_named (folders, model);
  if (path == NULL && g_file_test (model, G_FILE_TEST_EXISTS))
    return g_strdup (model); // loading says what is wrong with it
  if (path == NULL)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                 "There is no model \"%s\" (looked in: %s).", model, list);
  return path;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char **
spade_model_list (void)
{
  g_auto (GStrv)         folders = spade_model_folders ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray             *names = g_ptr_array_new ();

  for (int i = 0; folders[i] != NULL; i++)
    {
      g_autoptr (GDir) dir = g_dir_open (folders[i], 0, NULL);
      const char      *file;

      while (dir != NULL && (file = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *path = find_model_file (folders[i], file);
          char            *name;

          if (path == NULL)
            continue;
          name = g_strndup (file, strlen (file) - strlen (SPADE_MODEL_SUFFIX));
          if (g_hash_table_contains (seen, name))
            {
              g_free (name);
              continue;
            }
          g_hash_table_add (seen, name);
          g_ptr_array_add (names, name);
        }
    }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (names, FALSE);
}
