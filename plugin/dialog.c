// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The dialog: the preview on the left, pages of settings on the right, all
// bound to the procedure's arguments, so that Reset and saved settings reach
// every widget.

#include "dialog.h"

#include <glib/gi18n.h>

#include "class-argument.h"
#include "dialog-finish.h"
#include "dialog-preview.h"
#include "dialog-settings.h"
#include "style-place.h"

static void
bind (GimpProcedureConfig *config,
      const char          *argument,
      gpointer             widget,
      const char          *property)
{
  g_object_bind_property (config, argument, widget, property,
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
}

static void
on_page (GtkNotebook        *notebook,
         GtkWidget          *page,
         guint               number,
         SpadeDialogPreview *preview)
{
  spade_dialog_preview_show_variations (preview,
                                        SPADE_IS_VARIATIONS_GRID (page));
}

static void
bind_all (const SpadeDialogWidgets *widgets,
          GimpProcedureConfig      *config,
          GimpDrawable             *map)
{
  spade_style_place_fill (widgets->picker);
  spade_style_place_fill_open (widgets->picker, map);
  spade_style_place_bind_open (widgets->picker, config);
  bind (config, "style", widgets->picker, "file");
  bind (config, "mix-style", widgets->picker, "mix-file");
  bind (config, "mix", widgets->picker, "mix");
  bind (config, "strength", widgets->picker, "strength");
  bind (config, "seed", widgets->picker, "seed");
  bind (config, "mirror", widgets->picker, "mirrored");
  spade_class_argument_bind (config, widgets->classes);
  bind (config, "seed", widgets->variations, "seed");
}

static void
fill (GtkWidget           *dialog,
      GimpProcedureConfig *config,
      SpadeDialogWidgets  *widgets)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *notebook = gtk_notebook_new ();
  GtkWidget *pane = spade_preview_pane_new ();
  GtkWidget *picker = spade_style_picker_new ();
  GtkWidget *classes = spade_class_table_view_new ();
  GtkWidget *board = spade_class_board_new ();
  GtkWidget *variations = spade_variations_grid_new ();

  *widgets = (SpadeDialogWidgets) {
    GTK_DIALOG (dialog), GTK_NOTEBOOK (notebook), SPADE_PREVIEW_PANE (pane),
    SPADE_STYLE_PICKER (picker), SPADE_CLASS_TABLE_VIEW (classes),
    SPADE_CLASS_BOARD (board), SPADE_VARIATIONS_GRID (variations),
    spade_dialog_settings_new (config)
  };
  spade_dialog_widgets_add_page (widgets, picker, _("Style"));
  spade_dialog_widgets_add_page (widgets, classes, _("Classes"));
  spade_dialog_widgets_add_page (widgets, variations, _("Variations"));
  spade_dialog_widgets_add_page (widgets, widgets->settings, _("Settings"));
  spade_dialog_widgets_add_page (widgets, board, _("Paint"));
  spade_dialog_widgets_add_keys (widgets);
  gtk_box_pack_start (GTK_BOX (box), pane, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (box), notebook, FALSE, TRUE, 0);
  gtk_box_pack_start (
    GTK_BOX (gtk_dialog_get_content_area (GTK_DIALOG (dialog))), box, TRUE,
    TRUE, 0);
  gtk_widget_show (pane);
  gtk_widget_show (notebook);
  gtk_widget_show (box);
  gtk_window_set_default_size (GTK_WINDOW (dialog), 900, 676);
  // It is closed where it runs, never by itself.
  g_signal_connect (dialog, "delete-event", G_CALLBACK (gtk_true), NULL);
}

gboolean
spade_dialog_run (GimpProcedure        *procedure,
                  GimpProcedureConfig  *config,
                  GimpImage            *image,
                  GimpDrawable         *drawable,
                  GimpImage           **out_image,
                  GimpLayer           **out_layer)
{
  SpadeDialogWidgets  widgets;
  SpadeDialogPreview *preview;
  GtkWidget          *dialog;
  gboolean            ok;

  spade_class_argument_forget (config);
  gimp_ui_init ("gimp-spade");
  dialog = gimp_procedure_dialog_new (procedure, config,
                                      _("Synthesize from Map"));
  fill (dialog, config, &widgets);
  bind_all (&widgets, config, drawable);
  preview = spade_dialog_preview_new (&widgets, config, image, drawable);
  g_signal_connect (widgets.notebook, "switch-page", G_CALLBACK (on_page),
                    preview);
  spade_preview_pane_set_shows_result (widgets.pane, TRUE);
  do
    ok = gimp_procedure_dialog_run (GIMP_PROCEDURE_DIALOG (dialog));
  while (ok && !spade_dialog_finish (&widgets, preview, out_image, out_layer));
  g_signal_handlers_disconnect_by_data (widgets.notebook, preview);
  gtk_widget_hide (dialog); // before the threads are waited for
  gdk_display_flush (gtk_widget_get_display (dialog));
  spade_dialog_preview_free (preview);
  gtk_widget_destroy (dialog);
  return ok;
}
