// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

#include "synth-folder.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "out-file.h"
#include "synth-work.h"

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

// Gives the names of the PNGs in a folder, sorted.
static GPtrArray *
list_maps (const char  *folder,
           GError     **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError)    fault = NULL;
  g_autoptr (GDir)      dir = g_dir_open (folder, 0, &fault);
  const char           *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (*name != '.'
        && (g_str_has_suffix (name, ".png") || g_str_has_suffix (name, ".PNG")))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  if (names->len > 0)
    return g_steal_pointer (&names);
  if (dir == NULL)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                 "The maps cannot be listed: %s.", fault->message);
  else
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                 "The folder \"%s\" has no PNG files.", folder);
  return NULL;
}

static gboolean
make_output (const SynthOptions  *options,
             GError             **error)
{
  if (g_mkdir (options->output, 0777) != 0 && errno != EEXIST)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                   "The folder \"%s\" cannot be made: %s.", options->output,
                   g_strerror (errno));
      return FALSE;
    }
  if (!g_file_test (options->output, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                   "The maps are a folder, so the output must be one, and \"%s\" is "
                   "a file.", options->output);
      return FALSE;
    }
  if (out_file_is_same (options->map, options->output))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                   "The pictures would take the place of the maps in \"%s\"; choose "
                   "another folder.", options->output);
      return FALSE;
    }
  return TRUE;
}

static gboolean
render_map (SynthWork           *work,
            const SynthOptions  *options,
            const char          *name,
            GError             **error)
{
  g_autofree char  *map = g_build_filename (options->map, name, NULL);
  g_autofree char  *output = g_build_filename (options->output, name, NULL);
  g_autofree char  *instances = NULL;
  const char *const inputs[] = { map, options->style, options->mix_style,
                                 options->latent };
  gboolean          is_first = work->context == NULL;

  if (options->instances != NULL)
    instances = g_build_filename (options->instances, name, NULL);
  if (!synth_work_check_output (options, output, inputs, G_N_ELEMENTS (inputs), error)
      || !synth_work_load_map (work, options, map, instances, error)
      || !synth_work_make_ready (work, options, error))
    return FALSE;
  if (is_first)
    synth_work_note_model (work, options);
  synth_work_note_map (work, name);
  return synth_work_render (work, options, output, error);
}

// Gives how many maps could not be rendered, or -1 after Ctrl-C.
static int
render_maps (SynthWork          *work,
             const SynthOptions *options,
             const GPtrArray    *names)
{
  int n_failed = 0;

  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean           is_done;

      cli_monitor_begin ();
      g_string_truncate (work->times, 0);
      is_done = cli_check_cancelled (&error)
                && render_map (work, options, names->pdata[i], &error);
      cli_monitor_end ();
      if (is_done && options->verbose)
        cli_note ("%s: %s", (const char *) names->pdata[i], work->times->str);
      if (is_done)
        continue;
      if (g_error_matches (error, SPADE_ERROR, SPADE_ERROR_CANCELLED))
        return -1;
      cli_note ("%s: %s", (const char *) names->pdata[i], error->message);
      n_failed++;
    }
  return n_failed;
}

int
synth_folder_run (const SynthOptions *options)
{
  g_auto (SynthWork)    work = { 0 };
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GError)    error = NULL;
  int                   n_failed = 0;

  synth_work_init (&work);
  names = list_maps (options->map, &error);
  if (names == NULL || !make_output (options, &error)
      || !synth_work_load_model (&work, options, &error)
      || !synth_work_load_style (&work, options, &error))
    return cli_fail (error);
  n_failed = render_maps (&work, options, names);
  if (n_failed < 0)
    return CLI_CANCELLED;
  if (n_failed == 0)
    return CLI_DONE;
  cli_note ("%d of %u maps could not be rendered.", n_failed, names->len);
  return CLI_FAILED;
}
