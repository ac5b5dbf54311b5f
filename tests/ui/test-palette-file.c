// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Asking for a palette file.

#include <glib/gstdio.h>

#include "palette-file.h"
#include "stage.h"

typedef struct
{
  const char *folder;
  int         n_questions;
} Saving;

// Names the palette mine and presses Save, and again wherever it is asked.
static gboolean
save_as_mine (gpointer data)
{
  Saving   *saving = data;
  GList    *windows = gtk_window_list_toplevels ();
  gpointer  chooser = NULL, question = NULL;

  for (GList *w = windows; w != NULL; w = w->next)
    if (!gtk_widget_get_visible (w->data))
      continue;
    else if (GTK_IS_FILE_CHOOSER_DIALOG (w->data))
      chooser = w->data;
    else if (GTK_IS_MESSAGE_DIALOG (w->data))
      question = w->data;
  g_list_free (windows);
  if (question != NULL)
    {
      saving->n_questions++;
      gtk_dialog_response (question, GTK_RESPONSE_ACCEPT);
    }
  else if (chooser != NULL)
    {
      g_autofree char *name = gtk_file_chooser_get_current_name (chooser);

      if (g_strcmp0 (name, "classes.gpl") != 0)
        {
          gtk_dialog_response (chooser, GTK_RESPONSE_ACCEPT);
          return G_SOURCE_CONTINUE;
        }
      gtk_file_chooser_set_current_folder (chooser, saving->folder);
      gtk_file_chooser_set_current_name (chooser, "mine");
    }
  return G_SOURCE_CONTINUE;
}

// Load shows palettes alone. A file that the ending makes the name of is
// written over only when the user says so.
static void
test_file_name (void)
{
  GtkWidget       *widget = gtk_label_new ("classes");
  GtkWidget       *window = stage_show (widget, 480, 380);
  g_autofree char *home = g_dir_make_tmp ("spade-ui-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (home, "mine.gpl", NULL);
  Saving           saving = { home, 0 };
  guint            id = g_timeout_add (300, save_as_mine, &saving);

  g_object_set (gtk_settings_get_default (), "gtk-recent-files-enabled", FALSE,
                NULL);
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *chosen = NULL;

      chosen = spade_palette_file_ask (widget, GTK_FILE_CHOOSER_ACTION_SAVE);
      g_assert_cmpstr (chosen, ==, path);
      g_assert_cmpint (saving.n_questions, ==, i);
      g_assert_true (g_file_set_contents (path, "", 0, NULL));
    }
  g_source_remove (id);
  g_unlink (path);
  g_rmdir (home);
  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  stage_init (&argc, &argv);
  g_test_add_func ("/palette-file/gives-names-their-ending", test_file_name);
  return g_test_run ();
}
