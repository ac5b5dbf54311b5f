// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The preview comes from the thumbnail loader, so that a click on a large file
// does not stop the chooser; only the newest thumbnail is shown.

#include "image-file.h"

#include <glib/gi18n-lib.h>

#include "thumbnail.h"

#define PREVIEW_SIDE 192

static void
on_loaded (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GError)    error = NULL;
  g_autoptr (GdkPixbuf) picture = spade_thumbnail_load_finish (result, &error);
  g_autoptr (GdkPixbuf) small = NULL;
  double                scale;
  GtkFileChooser       *chooser = data; // gone when the load was cancelled

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gtk_file_chooser_set_preview_widget_active (chooser, picture != NULL);
  if (picture == NULL)
    return;
  scale = MIN (1.0, (double) PREVIEW_SIDE / MAX (gdk_pixbuf_get_width (picture),
                                                gdk_pixbuf_get_height (picture)));
  small = gdk_pixbuf_scale_simple (
    picture, MAX (1, (int) (gdk_pixbuf_get_width (picture) * scale)),
    MAX (1, (int) (gdk_pixbuf_get_height (picture) * scale)),
    GDK_INTERP_BILINEAR);
  gtk_image_set_from_pixbuf (
    GTK_IMAGE (gtk_file_chooser_get_preview_widget (chooser)), small);
}

static void
update_preview (GtkFileChooser *chooser,
                GCancellable  **cancellable)
{
  g_autofree char *path = gtk_file_chooser_get_preview_filename (chooser);

  g_cancellable_cancel (*cancellable);
  g_set_object (cancellable, NULL);
  if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      gtk_file_chooser_set_preview_widget_active (chooser, FALSE);
      return;
    }
  *cancellable = g_cancellable_new ();
  spade_thumbnail_load (path, PREVIEW_SIDE, PREVIEW_SIDE, *cancellable,
                        on_loaded, chooser);
}

char *
spade_image_file_ask (GtkWidget *parent)
{
  GtkWidget              *top = gtk_widget_get_toplevel (parent);
  GtkFileFilter          *images = gtk_file_filter_new ();
  GtkFileFilter          *all = gtk_file_filter_new ();
  g_autoptr (GCancellable) cancellable = NULL;
  GtkWidget              *dialog;
  GtkFileChooser         *chooser;
  char                   *path = NULL;

  dialog = gtk_file_chooser_dialog_new (
    _("Choose a Style Image"), GTK_IS_WINDOW (top) ? GTK_WINDOW (top) : NULL,
    GTK_FILE_CHOOSER_ACTION_OPEN, _("_Cancel"), GTK_RESPONSE_CANCEL,
    _("_Open"), GTK_RESPONSE_ACCEPT, NULL);
  chooser = GTK_FILE_CHOOSER (dialog);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_ACCEPT);
  gtk_file_filter_set_name (images, _("Images"));
  gtk_file_filter_add_mime_type (images, "image/*");
  gtk_file_chooser_add_filter (chooser, images);
  gtk_file_filter_set_name (all, _("All files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (chooser, all);
  gtk_file_chooser_set_preview_widget (chooser, gtk_image_new ());
  gtk_file_chooser_set_use_preview_label (chooser, FALSE);
  g_signal_connect (chooser, "update-preview", G_CALLBACK (update_preview),
                    &cancellable);
  if (gtk_dialog_run (GTK_DIALOG (dialog)) == GTK_RESPONSE_ACCEPT)
    path = gtk_file_chooser_get_filename (chooser);
  g_signal_handlers_disconnect_by_data (chooser, &cancellable);
  g_cancellable_cancel (cancellable);
  gtk_widget_destroy (dialog);
  return path;
}

gboolean
spade_image_file_is_one (const char *path)
{
  g_autoptr (GFile)     file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = NULL;
  g_autofree char      *type = NULL;

  info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_TYPE ","
                            G_FILE_ATTRIBUTE_STANDARD_CONTENT_TYPE,
                            G_FILE_QUERY_INFO_NONE, NULL, NULL);
  if (info == NULL || g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    return FALSE;
  if (g_file_info_get_content_type (info) != NULL)
    type = g_content_type_get_mime_type (g_file_info_get_content_type (info));
  return (type != NULL && g_str_has_prefix (type, "image/")) ||
         gdk_pixbuf_get_file_info (path, NULL, NULL) != NULL;
}
