// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Asking for a palette file. The native chooser lets a sandbox open only the
// file that the user picked. What is saved ends in .gpl, by which it is known.

#include "palette-file.h"

#include "spade-class-table.h"

#include <glib/gi18n-lib.h>

// Asks again where the ending makes the name that of another file: then the
// chooser asks about that one, too.
static char *
run (GtkFileChooserNative *native,
     gboolean              is_save)
{
  GtkFileChooser *chooser = GTK_FILE_CHOOSER (native);

  while (gtk_native_dialog_run (GTK_NATIVE_DIALOG (native)) ==
         GTK_RESPONSE_ACCEPT)
    {
      g_autofree char *path = gtk_file_chooser_get_filename (chooser);
      g_autofree char *whole = NULL, *folder = NULL, *name = NULL;

      if (!is_save || path == NULL || spade_class_spec_is_file (path))
        return g_steal_pointer (&path);
      whole = g_strconcat (path, ".gpl", NULL);
      if (!g_file_test (whole, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&whole);
      folder = g_path_get_dirname (whole);
      name = g_filename_display_basename (whole);
      gtk_file_chooser_set_current_folder (chooser, folder);
      gtk_file_chooser_set_current_name (chooser, name);
    }
  return NULL;
}

char *
spade_palette_file_ask (GtkWidget            *parent,
                        GtkFileChooserAction  action)
{
  GtkWidget            *top = gtk_widget_get_toplevel (parent);
  gboolean              is_save = action == GTK_FILE_CHOOSER_ACTION_SAVE;
  GtkFileFilter        *filter = gtk_file_filter_new ();
  GtkFileChooserNative *native;
  char                 *path;

  native = gtk_file_chooser_native_new (
    is_save ? _("Save the Class Table") : _("Load a Class Table"),
    GTK_IS_WINDOW (top) ? GTK_WINDOW (top) : NULL, action, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (native), TRUE);
  gtk_file_chooser_set_do_overwrite_confirmation (GTK_FILE_CHOOSER (native),
                                                  TRUE);
  gtk_file_filter_set_name (filter, _("GIMP palettes (*.gpl)"));
  gtk_file_filter_add_pattern (filter, "*.gpl");
  gtk_file_filter_add_pattern (filter, "*.GPL");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (native), filter);
  if (is_save)
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (native),
                                       "classes.gpl");
  path = run (native, is_save);
  g_object_unref (native);
  return path;
}
