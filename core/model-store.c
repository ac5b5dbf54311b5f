// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Installed models as a person sees them: their cards, new ones by import,
// imported ones removed. Whatever is outside the user's folder is only read.

#include "model-store.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define MAX_NAME 100 // bytes

static void
card_free (gpointer data)
{
  SpadeModelCard *card = data;

  g_free (card->name);
  g_free (card->path);
  g_clear_pointer (&card->model, spade_model_unref);
  g_free (card->problem);
  g_free (card);
}

static gboolean
is_in_folder (const char *path,
              const char *folder)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *there = g_canonicalize_filename (parent, NULL);
  g_autofree char *here = g_canonicalize_filename (folder, NULL);

  return strcmp (there, here) == 0;
}

static SpadeModelCard *
card_new (const char *name,
          const char *default_name)
{
  SpadeModelCard    *card = g_new0 (SpadeModelCard, 1);
  g_autofree char   *user = spade_model_user_folder ();
  g_autofree char   *file = g_strconcat (name, SPADE_MODEL_SUFFIX, NULL);
  g_autoptr (GError) fault = NULL;

  card->name = g_strdup (name);
  card->is_default = g_strcmp0 (name, default_name) == 0;
  // With its ending, so that a file called like the model is not meant.
  card->path = spade_model_find_installed (file);
  if (card->path == NULL) // removed since it was listed
    card->path = g_build_filename (user, file, NULL);
  card->is_yours = is_in_folder (card->path, user);
  card->model = spade_model_load (card->path, &fault);
  if (fault != NULL)
    card->problem = g_strdup (fault->message);
  return card;
}

GPtrArray *
spade_model_list_cards (void)
{
  GPtrArray       *cards = g_ptr_array_new_with_free_func (card_free);
  g_auto (GStrv)   names = spade_model_list ();
  g_autofree char *default_name = spade_model_get_default ();

  for (int i = 0; names[i] != NULL; i++)
    g_ptr_array_add (cards, card_new (names[i], default_name));
  return cards;
}

static gboolean
is_file_name (const char *name)
{
  gsize length = strlen (name);

  if (length == 0 || length > MAX_NAME || !g_utf8_validate (name, -1, NULL) ||
      *name == '.' || *name == ' ' || name[length - 1] == ' ')
    return FALSE;
  for (const char *c = name; *c != '\0'; c++)
    if (*c == '/' || *c == '\\' || g_ascii_iscntrl (*c))
      return FALSE;
  return TRUE;
}

gboolean
spade_model_check_name (const char *name,
                        GError    **error)
{
  g_auto (GStrv) names = spade_model_list ();

  if (name == NULL || *name == '\0')
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                 "The model needs a name.");
  else if (!is_file_name (name))
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                 "\"%s\" cannot be the name of a model: use at most %d "
                 "letters, digits and signs that a file name can have.",
                 name, MAX_NAME);
  else if (g_strv_contains ((const char *const *) names, name))
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                 "There is already a model \"%s\"; choose another name.",
                 name);
  else
    return TRUE;
  return FALSE;
}

// Gives the sentence that the card shows.
static char *
describe (const SpadeImportOptions *options)
{
  g_autofree char *generator = NULL;
  g_autofree char *encoder = NULL;

  generator = g_filename_display_basename (options->generator_path);
  if (options->encoder_path == NULL)
    return g_strdup_printf ("Imported from %s.", generator);
  encoder = g_filename_display_basename (options->encoder_path);
  return g_strdup_printf ("Imported from %s and %s.", generator, encoder);
}

gboolean
spade_model_import (const SpadeImportOptions *options,
                    const char               *name,
                    const SpadeMonitor       *monitor,
                    char                    **out_path,
                    GError                  **error)
{
  g_autofree char   *folder = spade_model_user_folder ();
  g_autofree char   *file = g_strconcat (name, SPADE_MODEL_SUFFIX, NULL);
  g_autofree char   *path = NULL;
  g_autofree char   *description = describe (options);
  SpadeImportOptions import = *options;

  if (!spade_model_check_name (name, error) ||
      !spade_model_make_folder (folder, error))
    return FALSE;
  path = g_build_filename (folder, file, NULL);
  import.name = name;
  import.description = description;
  if (!spade_checkpoint_import (&import, path, monitor, error))
    return FALSE;
  if (out_path != NULL)
    *out_path = g_steal_pointer (&path);
  return TRUE;
}

static gboolean
set_not_yours (const char *name,
               GError    **error)
{
  g_autofree char *path = spade_model_find_installed (name);

  if (path != NULL)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                 "The model \"%s\" was not imported but installed (%s), and "
                 "stays; only imported models can be removed.", name, path);
  else
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                 "There is no model \"%s\".", name);
  return FALSE;
}

gboolean
spade_model_remove (const char *name,
                    GError    **error)
{
  g_autofree char *folder = spade_model_user_folder ();
  g_autofree char *file = NULL;
  g_autofree char *path = NULL;
  g_autofree char *card_file = NULL;
  g_autofree char *card = NULL;

  if (name == NULL || !is_file_name (name))
    return set_not_yours (name != NULL ? name : "", error);
  file = g_strconcat (name, SPADE_MODEL_SUFFIX, NULL);
  path = g_build_filename (folder, file, NULL);
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return set_not_yours (name, error);
  if (g_unlink (path) != 0)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                   "\"%s\" cannot be removed: %s.", path, g_strerror (errno));
      return FALSE;
    }
  card_file = g_strconcat (name, ".md", NULL);
  card = g_build_filename (folder, card_file, NULL);
  g_unlink (card); // most have none
  return TRUE;
}
