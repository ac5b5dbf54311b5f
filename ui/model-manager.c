// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Three pages in one stack: the list with a card, the form of an import, and
// its progress. The list is read anew after everything that changes it.

#include "model-manager.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "import-form.h"
#include "import-job.h"
#include "model-texts.h"
#include "notice.h"
#include "resource.h"

// The template refers to these by number.
enum
{
  COLUMN_NAME,
  COLUMN_ICON,
  COLUMN_WEIGHT,
};

struct _SpadeModelManager
{
  GtkBox parent_instance;

  GPtrArray      *cards; // SpadeModelCard, the rows of the list
  SpadeImportJob *job;
  char           *importing; // the name of the model on its way

  GtkStack         *stack;
  GtkTreeView      *tree;
  GtkListStore     *store;
  GtkTreeSelection *selection;
  GtkWidget        *remove_button, *default_button;
  GtkWidget        *details;
  GtkLabel         *title, *description;
  GtkLabel         *classes, *size, *style, *weights, *licence, *path;
  SpadeNotice      *notice;
  SpadeImportForm  *form;
  GtkLabel         *busy_label;
  GtkProgressBar   *bar;
};

G_DEFINE_TYPE (SpadeModelManager, spade_model_manager, GTK_TYPE_BOX)

// Gives the card that is selected, or NULL.
static const SpadeModelCard *
get_card (SpadeModelManager *manager)
{
  GtkTreeModel           *model;
  GtkTreeIter             iter;
  g_autoptr (GtkTreePath) path = NULL;
  int                     row;

  if (!gtk_tree_selection_get_selected (manager->selection, &model, &iter))
    return NULL;
  path = gtk_tree_model_get_path (model, &iter);
  row = gtk_tree_path_get_indices (path)[0];
  return row < (int) manager->cards->len ? manager->cards->pdata[row] : NULL;
}

const char *
spade_model_manager_get_selected (SpadeModelManager *manager)
{
  const SpadeModelCard *card = get_card (manager);

  return card != NULL ? card->name : NULL;
}

static void
set_text (GtkLabel *label,
          char     *text)
{
  gtk_label_set_text (label, text);
  g_free (text);
}

static void
show_card (SpadeModelManager *manager)
{
  const SpadeModelCard *card = get_card (manager);

  gtk_widget_set_sensitive (manager->remove_button,
                            card != NULL && card->is_yours);
  gtk_widget_set_sensitive (
    manager->default_button,
    card != NULL && card->model != NULL && !card->is_default);
  gtk_widget_set_tooltip_text (
    manager->remove_button, card == NULL || card->is_yours
      ? _("Delete this model, which was imported")
      : _("This model was installed, not imported, and stays"));
  gtk_widget_set_visible (manager->details,
                          card != NULL && card->model != NULL);
  if (card == NULL)
    {
      gtk_label_set_text (manager->title, _("There is no model"));
      gtk_label_set_text (manager->description,
                          _("Import a checkpoint, or install gimp-spade with "
                            "its model."));
      return;
    }
  if (card->is_default)
    // Translators: the name of a model
    set_text (manager->title, g_strdup_printf (_("%s, the default"),
                                               card->name));
  else
    gtk_label_set_text (manager->title, card->name);
  set_text (manager->description, spade_model_text_description (card));
  if (card->model == NULL)
    return;
  set_text (manager->classes, spade_model_text_classes (card->model));
  set_text (manager->size, spade_model_text_size (card->model));
  set_text (manager->style, spade_model_text_style (card->model));
  set_text (manager->weights, spade_model_text_weights (card));
  set_text (manager->licence, spade_model_text_licence (card->model));
  set_text (manager->path, g_filename_display_name (card->path));
  gtk_widget_set_tooltip_text (GTK_WIDGET (manager->path),
                               gtk_label_get_text (manager->path));
}

void
spade_model_manager_select (SpadeModelManager *manager,
                            const char        *name)
{
  for (guint i = 0; i < manager->cards->len; i++)
    {
      const SpadeModelCard   *card = manager->cards->pdata[i];
      g_autoptr (GtkTreePath) path = NULL;

      if (g_strcmp0 (card->name, name) != 0)
        continue;
      path = gtk_tree_path_new_from_indices ((int) i, -1);
      gtk_tree_view_set_cursor (manager->tree, path, NULL, FALSE);
      return;
    }
}

// Reads the list anew and selects a model, or the default where it is gone.
static void
reload (SpadeModelManager *manager,
        const char        *name)
{
  g_autofree char *wanted = g_strdup (name);
  g_autofree char *standard = spade_model_get_default ();

  gtk_list_store_clear (manager->store);
  g_clear_pointer (&manager->cards, g_ptr_array_unref);
  manager->cards = spade_model_list_cards ();
  for (guint i = 0; i < manager->cards->len; i++)
    {
      const SpadeModelCard *card = manager->cards->pdata[i];

      gtk_list_store_insert_with_values (
        manager->store, NULL, -1, COLUMN_NAME, card->name, COLUMN_ICON,
        card->model == NULL ? "dialog-warning-symbolic"
        : card->is_default  ? "object-select-symbolic" : NULL,
        COLUMN_WEIGHT,
        card->is_default ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL, -1);
    }
  spade_model_manager_select (manager, standard);
  spade_model_manager_select (manager, wanted);
  show_card (manager);
}

// After something was done to a model: the list, and what went wrong.
static void
settle (SpadeModelManager *manager,
        const char        *name,
        const GError      *error)
{
  reload (manager, name);
  spade_notice_set_text (manager->notice, error != NULL ? error->message : NULL);
}

// Does something to the selected model, and shows what came of it.
static void
apply (SpadeModelManager *manager,
       gboolean         (*change) (const char *name,
                                   GError    **error))
{
  g_autofree char   *name = NULL;
  g_autoptr (GError) error = NULL;

  name = g_strdup (spade_model_manager_get_selected (manager));
  if (name == NULL)
    return;
  change (name, &error);
  settle (manager, name, error);
}

void
spade_model_manager_remove (SpadeModelManager *manager)
{
  apply (manager, spade_model_remove);
}

void
spade_model_manager_make_default (SpadeModelManager *manager)
{
  apply (manager, spade_model_set_default);
}

static void
on_remove_clicked (SpadeModelManager *manager)
{
  const SpadeModelCard *card = get_card (manager);
  GtkWidget            *top = gtk_widget_get_toplevel (GTK_WIDGET (manager));
  GtkWidget            *question;
  int                   answer;

  if (card == NULL)
    return;
  question = gtk_message_dialog_new (
    GTK_IS_WINDOW (top) ? GTK_WINDOW (top) : NULL, GTK_DIALOG_MODAL,
    GTK_MESSAGE_QUESTION, GTK_BUTTONS_NONE, _("Remove the model %s?"),
    card->name);
  gtk_message_dialog_format_secondary_text (
    GTK_MESSAGE_DIALOG (question), _("Its file is deleted: %s"), card->path);
  gtk_dialog_add_buttons (GTK_DIALOG (question), _("_Cancel"),
                          GTK_RESPONSE_CANCEL, _("_Remove"),
                          GTK_RESPONSE_ACCEPT, NULL);
  gtk_dialog_set_default_response (GTK_DIALOG (question), GTK_RESPONSE_CANCEL);
  answer = gtk_dialog_run (GTK_DIALOG (question));
  gtk_widget_destroy (question);
  if (answer == GTK_RESPONSE_ACCEPT)
    spade_model_manager_remove (manager);
}

static void
on_import_clicked (SpadeModelManager *manager)
{
  spade_notice_set_text (manager->notice, NULL);
  spade_import_form_reset (manager->form);
  gtk_stack_set_visible_child_name (manager->stack, "form");
}

static void
on_form_cancelled (SpadeModelManager *manager)
{
  gtk_stack_set_visible_child_name (manager->stack, "list");
}

static void
on_form_accepted (SpadeModelManager *manager)
{
  SpadeImportRequest *request = spade_import_form_get_request (manager->form);
  g_autofree char    *text = NULL;

  g_free (manager->importing);
  manager->importing = g_strdup (request->name);
  text = g_strdup_printf (_("Importing %s"), request->name);
  if (!spade_import_job_start (manager->job, request))
    return;
  gtk_label_set_text (manager->busy_label, text);
  gtk_progress_bar_set_fraction (manager->bar, 0);
  gtk_stack_set_visible_child_name (manager->stack, "busy");
}

static void
on_progress (SpadeModelManager *manager,
             double             fraction)
{
  gtk_progress_bar_set_fraction (manager->bar, fraction);
}

// A failure goes back to the form, where it can be put right.
static void
on_finished (SpadeModelManager *manager,
             const GError      *error)
{
  g_autofree char *name = g_steal_pointer (&manager->importing);

  if (error == NULL)
    {
      gtk_stack_set_visible_child_name (manager->stack, "list");
      settle (manager, name, NULL);
      gtk_widget_grab_focus (GTK_WIDGET (manager->tree));
      return;
    }
  gtk_stack_set_visible_child_name (manager->stack, "form");
  if (!g_error_matches (error, SPADE_ERROR, SPADE_ERROR_CANCELLED))
    spade_import_form_set_problem (manager->form, error->message);
}

gboolean
spade_model_manager_is_busy (SpadeModelManager *manager)
{
  return manager->importing != NULL;
}

void
spade_model_manager_cancel (SpadeModelManager *manager)
{
  spade_import_job_cancel (manager->job);
}

GtkWidget *
spade_model_manager_new (void)
{
  return g_object_new (SPADE_TYPE_MODEL_MANAGER, NULL);
}

static void
finalize (GObject *object)
{
  SpadeModelManager *manager = SPADE_MODEL_MANAGER (object);

  g_signal_handlers_disconnect_by_data (manager->job, manager);
  g_object_unref (manager->job);
  g_ptr_array_unref (manager->cards);
  g_free (manager->importing);
  G_OBJECT_CLASS (spade_model_manager_parent_class)->finalize (object);
}

static void
spade_model_manager_class_init (SpadeModelManagerClass *klass)
{
  static const struct
  {
    const char *name;
    gssize      offset;
  } children[] = {
#define CHILD(name) { #name, G_STRUCT_OFFSET (SpadeModelManager, name) }
    CHILD (stack), CHILD (tree), CHILD (store), CHILD (selection),
    CHILD (remove_button), CHILD (default_button), CHILD (details),
    CHILD (title), CHILD (description), CHILD (classes), CHILD (size),
    CHILD (style), CHILD (weights), CHILD (licence), CHILD (path),
    CHILD (notice), CHILD (form), CHILD (busy_label), CHILD (bar),
  };
  static const struct
  {
    const char *name;
    GCallback   callback;
  } callbacks[] = {
#define CALLBACK(name) { #name, G_CALLBACK (name) }
    CALLBACK (on_import_clicked), CALLBACK (on_remove_clicked),
    CALLBACK (on_form_accepted), CALLBACK (on_form_cancelled),
    { "on_default_clicked", G_CALLBACK (spade_model_manager_make_default) },
    { "on_cancel_clicked", G_CALLBACK (spade_model_manager_cancel) },
    { "on_selection_changed", G_CALLBACK (show_card) },
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  spade_ui_init ();
  g_type_ensure (SPADE_TYPE_NOTICE);
  g_type_ensure (SPADE_TYPE_IMPORT_FORM);
  G_OBJECT_CLASS (klass)->finalize = finalize;
  gtk_widget_class_set_template_from_resource (
    widget_class, SPADE_UI_TEMPLATES "model-manager.ui");
  for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
    gtk_widget_class_bind_template_child_full (
      widget_class, children[i].name, FALSE, children[i].offset);
  for (gsize i = 0; i < G_N_ELEMENTS (callbacks); i++)
    gtk_widget_class_bind_template_callback_full (
      widget_class, callbacks[i].name, callbacks[i].callback);
}

static void
spade_model_manager_init (SpadeModelManager *manager)
{
  manager->cards = g_ptr_array_new ();
  manager->job = spade_import_job_new ();
  g_signal_connect_swapped (manager->job, "progress", G_CALLBACK (on_progress),
                            manager);
  g_signal_connect_swapped (manager->job, "finished", G_CALLBACK (on_finished),
                            manager);
  gtk_widget_init_template (GTK_WIDGET (manager));
  reload (manager, NULL);
}
