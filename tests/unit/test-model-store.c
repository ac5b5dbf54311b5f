// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Installed models: finding, the default, import, removal. The folders of the
// user and of what ships are made anew for each test.

#include <glib/gstdio.h>
#include <string.h>

#include "scratch.h"
#include "spade-model-store.h"

typedef struct
{
  char *home;    // $XDG_DATA_HOME
  char *shipped; // $SPADE_MODEL_PATH, with the model "landscape"
} Place;

static char *home; // as GLib reads it once

static void
write_model (const char *folder,
             const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  SpadeConfig      config = { .class_set_name = "", .n_classes = 4, .nf = 1,
                              .nhidden = 1, .norm = SPADE_NORM_BATCH,
                              .kernel = 3, .base_height = 1, .base_width = 1,
                              .crop_size = 32 };

  g_assert_true (spade_model_write_untrained (&config, 1, path, NULL, NULL));
}

static void
set_up (Place        *place,
        gconstpointer data)
{
  place->home = g_strdup (home);
  g_mkdir (home, 0755);
  place->shipped = g_build_filename (home, "shipped", NULL);
  g_mkdir (place->shipped, 0755);
  write_model (place->shipped, "landscape.safetensors");
  g_setenv ("SPADE_MODEL_PATH", place->shipped, TRUE);
}

static void
tear_down (Place        *place,
           gconstpointer data)
{
  scratch_remove_tree (home);
  g_free (place->home);
  g_free (place->shipped);
}

static char *
golden (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "data", "golden", name, NULL);
}

static char *
import (const char *name)
{
  g_autofree char   *generator = golden ("coco-stuff-f16.pth");
  SpadeImportOptions options = { .generator_path = generator };
  g_autoptr (GError) error = NULL;
  char              *path = NULL;

  g_assert_true (spade_model_import (&options, name, NULL, &path, &error));
  g_assert_no_error (error);
  return path;
}

static void
assert_default (const char *name)
{
  g_autofree char *is = spade_model_get_default ();
  g_autofree char *path = spade_model_find (NULL, NULL);

  g_assert_cmpstr (is, ==, name);
  if (name != NULL)
    g_assert_nonnull (strstr (path, name));
}

static void
test_import (Place        *place,
             gconstpointer data)
{
  g_autofree char       *path = import ("my coco");
  g_autofree char       *found = spade_model_find ("my coco", NULL);
  g_autoptr (GPtrArray)  cards = spade_model_list_cards ();
  const SpadeModelCard  *shipped = cards->pdata[0];
  const SpadeModelCard  *mine = cards->pdata[1];
  const SpadeConfig     *config;

  g_assert_cmpstr (path, ==, found);
  g_assert_true (g_str_has_prefix (path, home));
  g_assert_cmpint (cards->len, ==, 2);
  g_assert_cmpstr (shipped->name, ==, "landscape");
  g_assert_true (shipped->is_default);
  g_assert_false (shipped->is_yours);
  g_assert_cmpstr (mine->name, ==, "my coco");
  g_assert_true (mine->is_yours);
  g_assert_false (mine->is_default);
  config = spade_model_get_config (mine->model);
  g_assert_cmpstr (config->name, ==, "my coco");
  g_assert_cmpstr (config->description, ==,
                   "Imported from coco-stuff-f16.pth.");
  g_assert_cmpstr (config->class_set_name, ==, "coco-stuff");
}

static void
test_default (Place        *place,
              gconstpointer data)
{
  g_autofree char   *path = import ("mine");
  g_autoptr (GError) error = NULL;

  assert_default ("landscape");
  g_assert_true (spade_model_set_default ("mine", NULL));
  assert_default ("mine");
  g_assert_false (spade_model_set_default ("no such", &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_FILE);
  assert_default ("mine");
  g_assert_true (spade_model_remove ("mine", NULL)); // back to what ships
  assert_default ("landscape");
  g_free (import ("mine"));
  g_assert_true (spade_model_set_default (NULL, NULL));
  g_assert_true (spade_model_set_default (NULL, NULL));
  assert_default ("landscape");
}

// What lies beside a model, as its description, is none.
static void
test_other_files (Place        *place,
                  gconstpointer data)
{
  g_autofree char   *path = g_build_filename (place->shipped, "landscape.md",
                                              NULL);
  g_autofree char   *found = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "# Landscape", -1, NULL));
  g_assert_false (spade_model_set_default ("landscape.md", &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_FILE);
  assert_default ("landscape");
  g_assert_true (spade_model_set_default ("landscape.safetensors", NULL));
  assert_default ("landscape");
  found = spade_model_find ("landscape.md", NULL);
  g_assert_null (found);
  g_assert_true (spade_model_set_default (NULL, NULL));
  g_assert_cmpint (g_unlink (path), ==, 0);
}

// A folder that is named like a model's file is none, and what is named with a
// folder is not looked for in other ones.
static void
test_no_models (Place        *place,
                gconstpointer data)
{
  g_autofree char   *folder = g_build_filename (place->shipped, "a.safetensors",
                                                NULL);
  g_autofree char   *found = NULL;
  g_auto (GStrv)     names = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (folder, 0755), ==, 0);
  assert_default ("landscape");
  names = spade_model_list ();
  g_assert_cmpint (g_strv_length (names), ==, 1);
  g_assert_cmpstr (names[0], ==, "landscape");
  found = spade_model_find ("./landscape", &error);
  g_assert_null (found);
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_FILE);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_remove (Place        *place,
             gconstpointer data)
{
  g_autofree char   *path = import ("mine");
  g_autoptr (GError) shipped = NULL;
  g_autoptr (GError) missing = NULL;
  g_autoptr (GError) outside = NULL;

  g_assert_false (spade_model_remove ("landscape", &shipped));
  g_assert_error (shipped, SPADE_ERROR, SPADE_ERROR_FILE);
  g_assert_nonnull (strstr (shipped->message, "only imported models"));
  g_assert_false (spade_model_remove ("no such", &missing));
  g_assert_cmpstr (missing->message, ==, "There is no model \"no such\".");
  g_assert_false (spade_model_remove ("../models/mine", &outside));
  g_assert_true (spade_model_remove ("mine", NULL));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_free (spade_model_find ("landscape", &missing));
}

// The same name in several folders, and a folder of data named like a model.
static void
test_names (Place        *place,
            gconstpointer data)
{
  g_autofree char *second = g_build_filename (home, "second", NULL);
  g_autofree char *third = g_build_filename (home, "third", NULL);
  g_autofree char *path = g_strjoin (G_SEARCHPATH_SEPARATOR_S, place->shipped,
                                     second, third, NULL);
  g_autofree char *before = g_get_current_dir ();
  g_autofree char *found = NULL;
  g_auto (GStrv)   names = NULL;

  g_mkdir (second, 0755);
  g_mkdir (third, 0755);
  write_model (second, "landscape.safetensors");
  write_model (second, "alps.safetensors");
  write_model (third, "landscape.safetensors");
  write_model (third, "alps.safetensors");
  g_setenv ("SPADE_MODEL_PATH", path, TRUE);
  names = spade_model_list ();
  g_assert_cmpint (g_strv_length (names), ==, 2);
  g_assert_cmpstr (names[0], ==, "alps");
  g_assert_cmpstr (names[1], ==, "landscape");

  g_assert_cmpint (g_chdir (home), ==, 0);
  g_mkdir ("alps", 0755);
  found = spade_model_find ("alps", NULL);
  g_assert_cmpint (g_chdir (before), ==, 0);
  g_assert_true (g_str_has_prefix (found, second));
}

static void
assert_name_refused (const char *name,
                     const char *message)
{
  g_autofree char   *generator = golden ("coco-stuff-f16.pth");
  SpadeImportOptions options = { .generator_path = generator };
  g_autoptr (GError) error = NULL;

  g_assert_false (spade_model_import (&options, name, NULL, NULL, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_FILE);
  if (strstr (error->message, message) == NULL)
    g_error ("\"%s\" lacks \"%s\"", error->message, message);
}

static void
test_bad_names (Place        *place,
                gconstpointer data)
{
  g_autofree char *large = g_strnfill (101, 'a');

  g_free (import ("taken"));
  assert_name_refused ("taken", "There is already a model \"taken\"");
  assert_name_refused ("landscape", "already a model");
  assert_name_refused ("", "needs a name");
  assert_name_refused (NULL, "needs a name");
  assert_name_refused ("../up", "cannot be the name");
  assert_name_refused (".hidden", "cannot be the name");
  assert_name_refused ("two\nlines", "cannot be the name");
  assert_name_refused ("\xff", "cannot be the name");
  assert_name_refused (large, "cannot be the name");
}

static void
assert_import_refused (const char *file,
                       int         code,
                       const char *message)
{
  SpadeImportOptions options = { .generator_path = file };
  g_autoptr (GError) error = NULL;
  g_autofree char   *folder = spade_model_user_folder ();
  g_autofree char   *path = g_build_filename (folder, "new.safetensors", NULL);

  g_assert_false (spade_model_import (&options, "new", NULL, NULL, &error));
  g_assert_error (error, SPADE_ERROR, code);
  if (strstr (error->message, message) == NULL)
    g_error ("\"%s\" lacks \"%s\"", error->message, message);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_bad_files (Place        *place,
                gconstpointer data)
{
  g_autofree char *text = golden ("INDEX.md");
  g_autofree char *encoder = golden ("normal-vae-encoder.pth");

  assert_import_refused ("/no/such.pth", SPADE_ERROR_FILE, "/no/such.pth");
  assert_import_refused (text, SPADE_ERROR_CHECKPOINT, "INDEX.md");
  assert_import_refused (encoder, SPADE_ERROR_CHECKPOINT, "style encoder");
}

// A file where the folder should be, since tests may run as root.
static void
test_bad_folder (Place        *place,
                 gconstpointer data)
{
  g_autofree char   *generator = golden ("coco-stuff-f16.pth");
  g_autofree char   *blocked = g_build_filename (home, "gimp-spade", NULL);
  SpadeImportOptions options = { .generator_path = generator };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) no_default = NULL;

  g_assert_true (g_file_set_contents (blocked, "", 0, NULL));
  g_assert_false (spade_model_import (&options, "new", NULL, NULL, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, blocked));
  g_assert_false (spade_model_set_default ("landscape", &no_default));
  g_assert_error (no_default, SPADE_ERROR, SPADE_ERROR_FILE);
}

static void
test_cancel (Place        *place,
             gconstpointer data)
{
  gint               cancelled = 1;
  SpadeMonitor       monitor = { .cancelled = &cancelled };
  g_autofree char   *generator = golden ("coco-stuff-f16.pth");
  SpadeImportOptions options = { .generator_path = generator };
  g_autoptr (GError) error = NULL;

  g_assert_false (spade_model_import (&options, "new", &monitor, NULL, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CANCELLED);
  g_assert_true (spade_model_check_name ("new", NULL));
}

static void
test_broken_model (Place        *place,
                   gconstpointer data)
{
  g_autofree char      *path = g_build_filename (place->shipped,
                                                 "a.safetensors", NULL);
  g_autoptr (GPtrArray) cards = NULL;
  const SpadeModelCard *card;

  g_assert_true (g_file_set_contents (path, "waste", 5, NULL));
  cards = spade_model_list_cards ();
  card = cards->pdata[0];
  g_assert_cmpstr (card->name, ==, "a");
  g_assert_null (card->model);
  g_assert_nonnull (strstr (card->problem, "a.safetensors"));
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  home = g_dir_make_tmp ("spade-store-XXXXXX", NULL);
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_setenv ("XDG_DATA_DIRS", home, TRUE);
#define ADD(path, test) \
  g_test_add ("/model-store/" path, Place, NULL, set_up, test, tear_down)
  ADD ("an-import-is-found-by-its-name", test_import);
  ADD ("a-default-can-be-set-and-goes-with-its-model", test_default);
  ADD ("other-files-are-no-models", test_other_files);
  ADD ("folders-are-no-models", test_no_models);
  ADD ("only-imported-models-are-removed", test_remove);
  ADD ("the-first-folder-that-has-a-name-gives-its-model", test_names);
  ADD ("refuses-names-that-are-taken-or-no-file-names", test_bad_names);
  ADD ("refuses-files-that-are-no-generator", test_bad_files);
  ADD ("says-which-folder-cannot-be-written", test_bad_folder);
  ADD ("leaves-nothing-behind-when-cancelled", test_cancel);
  ADD ("shows-a-broken-model-with-its-problem", test_broken_model);
  status = g_test_run ();
  g_free (home);
  return status;
}
