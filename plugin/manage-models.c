// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The dialog that manages models. It changes no image, so it needs none, and
// everything in it happens at once: there is nothing to take back on close.

#include "manage-models.h"

#include <glib/gi18n.h>
#include <libgimp/gimpui.h>
#include <spade.h>

#include "model-manager.h"
#include "plain-procedure.h"

// While an import runs, closing the dialog means to cancel that.
static void
on_response (GtkDialog         *dialog,
             int                response,
             SpadeModelManager *manager)
{
  if (spade_model_manager_is_busy (manager))
    spade_model_manager_cancel (manager);
  else
    gtk_main_quit ();
}

static gboolean
on_delete (GtkWidget *dialog)
{
  return TRUE; // on_response() decides
}

static void
show_dialog (void)
{
  GtkWidget *dialog, *manager, *box;

  gimp_ui_init ("gimp-spade");
  dialog = gimp_dialog_new (_("Manage Models"), "gimp-spade-models", NULL, 0,
                            gimp_standard_help_func,
                            SPADE_MANAGE_MODELS_PROCEDURE, _("_Close"),
                            GTK_RESPONSE_CLOSE, NULL);
  manager = spade_model_manager_new ();
  gtk_container_set_border_width (GTK_CONTAINER (manager), 12);
  box = gtk_dialog_get_content_area (GTK_DIALOG (dialog));
  gtk_box_pack_start (GTK_BOX (box), manager, TRUE, TRUE, 0);
  gtk_widget_show (manager);
  gtk_window_set_default_size (GTK_WINDOW (dialog), 680, 460);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), manager);
  g_signal_connect (dialog, "delete-event", G_CALLBACK (on_delete), NULL);
  gtk_widget_show (dialog);
  gtk_main ();
  gtk_widget_destroy (dialog);
}

static GimpValueArray *
run (GimpProcedure       *procedure,
     GimpProcedureConfig *config,
     gpointer             data)
{
  GimpRunMode     run_mode;
  GimpValueArray *values;

  g_object_get (config, "run-mode", &run_mode, NULL);
  if (run_mode == GIMP_RUN_INTERACTIVE)
    show_dialog ();
  values = gimp_procedure_new_return_values (procedure, GIMP_PDB_SUCCESS, NULL);
  GIMP_VALUES_TAKE_STRV (values, 1, spade_model_list ());
  GIMP_VALUES_TAKE_STRING (values, 2, spade_model_get_default ());
  return values;
}

GimpProcedure *
spade_manage_models_procedure_new (GimpPlugIn *plug_in)
{
  GimpProcedure *procedure;

  procedure = spade_plain_procedure_new (
    plug_in, SPADE_MANAGE_MODELS_PROCEDURE, run, _("_Manage Models..."),
    _("See, import and remove models, and choose the default"),
    _("Models are .safetensors files. In a script this lists those that are "
      "installed; plug-in-spade-import-model, plug-in-spade-remove-model and "
      "plug-in-spade-set-default-model do the rest of what the dialog does."));
  gimp_procedure_add_string_array_return_value (
    procedure, "models", _("Models"),
    _("The names of the installed models"), G_PARAM_READWRITE);
  gimp_procedure_add_string_return_value (
    procedure, "default", _("Default"),
    _("The name of the default model, or none"), NULL, G_PARAM_READWRITE);
  return procedure;
}
