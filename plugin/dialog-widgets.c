// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The widgets of the dialog. A tab is an icon and a label; the icon is seen
// only while its page holds what is to blame.

#include "dialog-widgets.h"

#include "dialog-settings.h"

#define HOLD_MS 50 // some frames of the screen

// What a step's refusal is said beside.
static const struct
{
  SpadeDialogStep step;
  const char     *argument; // on the settings page
} settings_of_steps[] = {
  { SPADE_STEP_MODEL, "model" },
  { SPADE_STEP_INSTANCES, "instances" },
  { SPADE_STEP_SIZE, "size" },
  { SPADE_STEP_RENDER, "device" },
};

// What only the render finds.
static const struct
{
  SpadeError      code;
  SpadeDialogStep step;
} steps_of_errors[] = {
  { SPADE_ERROR_MAP, SPADE_STEP_CLASSES },
  { SPADE_ERROR_SIZE, SPADE_STEP_SIZE },
  { SPADE_ERROR_STYLE, SPADE_STEP_STYLE },
};

void
spade_dialog_widgets_add_page (SpadeDialogWidgets *widgets,
                               GtkWidget          *page,
                               const char         *title)
{
  GtkWidget *tab = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic",
                                                  GTK_ICON_SIZE_MENU);
  GtkWidget *label = gtk_label_new (title);

  gtk_widget_set_no_show_all (icon, TRUE);
  gtk_container_add (GTK_CONTAINER (tab), icon);
  gtk_container_add (GTK_CONTAINER (tab), label);
  gtk_widget_show_all (tab);
  gtk_container_set_border_width (GTK_CONTAINER (page), 12);
  gtk_widget_show (page);
  gtk_notebook_append_page (widgets->notebook, page, tab);
}

static gboolean
turn_page (GtkAccelGroup  *accelerators,
           GObject        *dialog,
           guint           key,
           GdkModifierType modifiers,
           gpointer        notebook)
{
  if (gtk_widget_is_sensitive (notebook) && key == GDK_KEY_Page_Down)
    gtk_notebook_next_page (notebook);
  else if (gtk_widget_is_sensitive (notebook))
    gtk_notebook_prev_page (notebook);
  return TRUE;
}

void
spade_dialog_widgets_add_keys (const SpadeDialogWidgets *widgets)
{
  g_autoptr (GtkAccelGroup) accelerators = gtk_accel_group_new ();
  const guint               keys[] = { GDK_KEY_Page_Down, GDK_KEY_Page_Up };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_accel_group_connect (accelerators, keys[i], GDK_CONTROL_MASK, 0,
                             g_cclosure_new (G_CALLBACK (turn_page),
                                             widgets->notebook, NULL));
  gtk_window_add_accel_group (GTK_WINDOW (widgets->dialog), accelerators);
}

static void
mark_tab (const SpadeDialogWidgets *widgets,
          gpointer                  page,
          gboolean                  is_marked)
{
  GtkWidget *tab = gtk_notebook_get_tab_label (widgets->notebook, page);
  GList     *children = gtk_container_get_children (GTK_CONTAINER (tab));

  gtk_widget_set_visible (children->data, is_marked);
  g_list_free (children);
}

// Says message beside the setting of the step, and nothing beside the others.
static void
show (const SpadeDialogWidgets *widgets,
      SpadeDialogStep           step,
      const char               *message)
{
  gboolean is_setting = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (settings_of_steps); i++)
    {
      gboolean is_it = message != NULL && settings_of_steps[i].step == step;

      spade_dialog_settings_set_notice (widgets->settings,
                                        settings_of_steps[i].argument,
                                        is_it ? message : NULL);
      is_setting |= is_it;
    }
  spade_style_picker_set_problem (
    widgets->picker, step == SPADE_STEP_STYLE ? message : NULL);
  mark_tab (widgets, widgets->settings, is_setting);
  mark_tab (widgets, widgets->picker,
            message != NULL && step == SPADE_STEP_STYLE);
  mark_tab (widgets, widgets->classes,
            message != NULL && step == SPADE_STEP_CLASSES);
}

SpadeDialogStep
spade_dialog_widgets_blame (const GError *error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (steps_of_errors); i++)
    if (g_error_matches (error, SPADE_ERROR, steps_of_errors[i].code))
      return steps_of_errors[i].step;
  return SPADE_STEP_RENDER;
}

void
spade_dialog_widgets_refuse (const SpadeDialogWidgets *widgets,
                             SpadeDialogStep           step,
                             const char               *message)
{
  show (widgets, step, message);
  spade_preview_pane_set_status (widgets->pane, message, TRUE);
  gtk_dialog_set_response_sensitive (widgets->dialog, GTK_RESPONSE_OK, FALSE);
}

void
spade_dialog_widgets_accept (const SpadeDialogWidgets *widgets)
{
  show (widgets, SPADE_STEP_IMAGE, NULL);
  gtk_dialog_set_response_sensitive (widgets->dialog, GTK_RESPONSE_OK, TRUE);
}

static void
set_sensitive (GtkWidget *widget,
               gpointer   is_sensitive)
{
  gtk_widget_set_sensitive (widget, GPOINTER_TO_INT (is_sensitive));
}

void
spade_dialog_widgets_set_sensitive (const SpadeDialogWidgets *widgets,
                                    gboolean                  is_sensitive)
{
  GtkWidget *body = gtk_widget_get_parent (GTK_WIDGET (widgets->notebook));
  GtkWidget *cancel;
  gpointer   data = GINT_TO_POINTER (is_sensitive);

  // Beside the body GIMP's buttons for saved settings; in the action area all.
  gtk_container_foreach (
    GTK_CONTAINER (gtk_dialog_get_content_area (widgets->dialog)),
    set_sensitive, data);
  gtk_widget_set_sensitive (body, TRUE);
  gtk_widget_set_sensitive (GTK_WIDGET (widgets->notebook), is_sensitive);
  spade_preview_pane_set_can_render (widgets->pane, is_sensitive);
  gtk_widget_set_sensitive (GTK_WIDGET (widgets->dialog), TRUE);
  cancel = gtk_dialog_get_widget_for_response (widgets->dialog,
                                               GTK_RESPONSE_CANCEL);
  gtk_container_foreach (GTK_CONTAINER (gtk_widget_get_parent (cancel)),
                         set_sensitive, data);
  gtk_widget_set_sensitive (cancel, TRUE);
  if (!is_sensitive)
    gtk_widget_grab_focus (cancel);
}

void
spade_dialog_widgets_hold (const SpadeDialogWidgets *widgets,
                           const char               *status)
{
  gint64 end = g_get_monotonic_time () + HOLD_MS * 1000;

  spade_preview_pane_set_progress (widgets->pane, -1, NULL);
  spade_preview_pane_set_status (widgets->pane, status, FALSE);
  gtk_widget_set_sensitive (GTK_WIDGET (widgets->dialog), FALSE);
  while (g_get_monotonic_time () < end)
    gtk_main_iteration_do (FALSE);
}
