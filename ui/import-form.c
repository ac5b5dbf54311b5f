// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The form of an import. Public checkpoints are all called latest_net_G.pth,
// so the name that is proposed is then that of their folder.

#include "import-form.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "notice.h"
#include "resource.h"

#define CROP_SIZE 256

struct _SpadeImportForm
{
  GtkBox parent_instance;

  gboolean is_filling; // the form changes itself
  gboolean has_own_name; // the user typed one

  GtkFileChooser *generator, *encoder;
  GtkWidget      *clear_button, *import_button;
  GtkEntry       *name;
  GtkComboBox    *upsampling, *dtype;
  GtkSpinButton  *crop_size, *aspect;
  SpadeNotice    *notice;
};

G_DEFINE_TYPE (SpadeImportForm, spade_import_form, GTK_TYPE_BOX)

enum
{
  ACCEPTED,
  CANCELLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

// Gives a name for the model in that file that no model has.
static char *
propose_name (const char *path)
{
  g_autofree char *base = g_filename_display_basename (path);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *shown = g_filename_display_basename (folder);
  char            *dot = strrchr (base, '.');
  const char      *stem = base;
  char            *name;

  if (dot != NULL && dot > base)
    *dot = '\0';
  if (g_str_has_suffix (base, "net_G") && *shown != '/' && *shown != '.')
    stem = shown;
  name = g_strdup (stem);
  for (int i = 2; i < 100 && !spade_model_check_name (name, NULL); i++)
    {
      g_free (name);
      name = g_strdup_printf ("%s %d", stem, i);
    }
  return name;
}

// Says what is wrong now, and whether the import can begin.
static void
check (SpadeImportForm *form)
{
  g_autofree char   *generator = gtk_file_chooser_get_filename (form->generator);
  g_autofree char   *encoder = gtk_file_chooser_get_filename (form->encoder);
  const char        *name = gtk_entry_get_text (form->name);
  g_autoptr (GError) error = NULL;
  gboolean           ok = spade_model_check_name (name, &error);

  // An empty form is no mistake.
  spade_notice_set_text (form->notice, ok || (*name == '\0' && generator == NULL)
                                         ? NULL : error->message);
  gtk_widget_set_sensitive (form->import_button, ok && generator != NULL);
  gtk_widget_set_sensitive (form->clear_button, encoder != NULL);
}

static void
on_generator_set (SpadeImportForm *form)
{
  g_autofree char *path = gtk_file_chooser_get_filename (form->generator);
  g_autofree char *name = NULL;

  if (path != NULL && !form->has_own_name)
    {
      name = propose_name (path);
      form->is_filling = TRUE;
      gtk_entry_set_text (form->name, name);
      form->is_filling = FALSE;
    }
  check (form);
}

static void
on_name_changed (SpadeImportForm *form)
{
  if (!form->is_filling)
    form->has_own_name = *gtk_entry_get_text (form->name) != '\0';
  check (form);
}

static void
on_clear_clicked (SpadeImportForm *form)
{
  gtk_file_chooser_unselect_all (form->encoder);
  check (form);
}

static void
on_import_clicked (SpadeImportForm *form)
{
  g_signal_emit (form, signals[ACCEPTED], 0);
}

// Enter in the name is the button, not the default of whatever dialog is around.
static void
on_name_activate (SpadeImportForm *form)
{
  if (gtk_widget_get_sensitive (form->import_button))
    on_import_clicked (form);
}

static void
on_cancel_clicked (SpadeImportForm *form)
{
  g_signal_emit (form, signals[CANCELLED], 0);
}

void
spade_import_form_reset (SpadeImportForm *form)
{
  gtk_file_chooser_unselect_all (form->generator);
  gtk_file_chooser_unselect_all (form->encoder);
  form->is_filling = TRUE;
  gtk_entry_set_text (form->name, "");
  form->is_filling = form->has_own_name = FALSE;
  gtk_combo_box_set_active_id (form->upsampling, "auto");
  gtk_combo_box_set_active_id (form->dtype, "f32");
  gtk_spin_button_set_value (form->crop_size, CROP_SIZE);
  gtk_spin_button_set_value (form->aspect, 1.0);
  check (form);
}

void
spade_import_form_set_files (SpadeImportForm *form,
                             const char      *generator,
                             const char      *encoder)
{
  gtk_file_chooser_set_filename (form->generator, generator);
  if (encoder != NULL)
    gtk_file_chooser_set_filename (form->encoder, encoder);
}

void
spade_import_form_set_problem (SpadeImportForm *form,
                               const char      *problem)
{
  spade_notice_set_text (form->notice, problem);
}

SpadeImportRequest *
spade_import_form_get_request (SpadeImportForm *form)
{
  SpadeImportRequest *request = g_new0 (SpadeImportRequest, 1);
  const char         *upsampling;

  request->generator = gtk_file_chooser_get_filename (form->generator);
  request->encoder = gtk_file_chooser_get_filename (form->encoder);
  request->name = g_strdup (gtk_entry_get_text (form->name));
  upsampling = gtk_combo_box_get_active_id (form->upsampling);
  request->has_upsampling = g_strcmp0 (upsampling, "auto") != 0;
  if (g_strcmp0 (upsampling, "more") == 0)
    request->upsampling = SPADE_UPSAMPLING_MORE;
  else if (g_strcmp0 (upsampling, "most") == 0)
    request->upsampling = SPADE_UPSAMPLING_MOST;
  request->crop_size = gtk_spin_button_get_value_as_int (form->crop_size);
  request->aspect = gtk_spin_button_get_value (form->aspect);
  request->dtype = g_strdup (gtk_combo_box_get_active_id (form->dtype));
  return request;
}

GtkWidget *
spade_import_form_new (void)
{
  return g_object_new (SPADE_TYPE_IMPORT_FORM, NULL);
}

static guint
add_signal (const char *name)
{
  return g_signal_new (name, SPADE_TYPE_IMPORT_FORM, G_SIGNAL_RUN_LAST, 0, NULL,
                       NULL, NULL, G_TYPE_NONE, 0);
}

static void
spade_import_form_class_init (SpadeImportFormClass *klass)
{
  static const struct
  {
    const char *name;
    gssize      offset;
  } children[] = {
#define CHILD(name) { #name, G_STRUCT_OFFSET (SpadeImportForm, name) }
    CHILD (generator), CHILD (encoder), CHILD (clear_button),
    CHILD (import_button), CHILD (name), CHILD (upsampling), CHILD (dtype),
    CHILD (crop_size), CHILD (aspect), CHILD (notice),
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  spade_ui_init ();
  g_type_ensure (SPADE_TYPE_NOTICE);
  signals[ACCEPTED] = add_signal ("accepted");
  signals[CANCELLED] = add_signal ("cancelled");
  gtk_widget_class_set_template_from_resource (
    widget_class, SPADE_UI_TEMPLATES "import-form.ui");
  for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
    gtk_widget_class_bind_template_child_full (
      widget_class, children[i].name, FALSE, children[i].offset);
  gtk_widget_class_bind_template_callback (widget_class, on_generator_set);
  gtk_widget_class_bind_template_callback_full (
    widget_class, "on_encoder_set", G_CALLBACK (check));
  gtk_widget_class_bind_template_callback (widget_class, on_name_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_name_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_clear_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_import_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel_clicked);
}

static void
spade_import_form_init (SpadeImportForm *form)
{
  gtk_widget_init_template (GTK_WIDGET (form));
  spade_import_form_reset (form);
}
