// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The preview pane. The progress bar always has its place, so that nothing
// moves when a render begins; it is only invisible.

#include "preview-pane.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "picture-area.h"
#include "resource.h"

#define TELL_TIME_AFTER (3 * G_TIME_SPAN_SECOND)

struct _SpadePreviewPane
{
  GtkBox parent_instance;

  GdkPixbuf *map;
  GdkPixbuf *result;
  char      *text;  // the status while nothing is rendered
  gboolean   is_problem;
  gint64     since; // when progress began, 0: there is none
  double     fraction; // that was set last

  GtkToggleButton  *map_button, *result_button;
  GtkWidget        *render_button;
  SpadePictureArea *area;
  GtkWidget        *placeholder;
  GtkWidget        *problem_icon;
  GtkLabel         *status;
  GtkProgressBar   *bar;
};

G_DEFINE_TYPE (SpadePreviewPane, spade_preview_pane, GTK_TYPE_BOX)

static guint render_clicked_signal;

static void
update_picture (SpadePreviewPane *pane)
{
  gboolean   shows_result = spade_preview_pane_get_shows_result (pane);
  GdkPixbuf *picture = shows_result ? pane->result : pane->map;

  spade_picture_area_set_picture (pane->area, picture, !shows_result);
  // A result is scaled to the layer in the end, whatever it was rendered at.
  spade_picture_area_set_aspect (
    pane->area, pane->map == NULL ? 0 :
    (double) gdk_pixbuf_get_width (pane->map) /
    gdk_pixbuf_get_height (pane->map));
  gtk_widget_set_visible (pane->placeholder, picture == NULL);
}

gboolean
spade_preview_pane_get_shows_result (SpadePreviewPane *pane)
{
  return gtk_toggle_button_get_active (pane->result_button);
}

void
spade_preview_pane_set_shows_result (SpadePreviewPane *pane,
                                     gboolean          shows_result)
{
  gtk_toggle_button_set_active (shows_result ? pane->result_button
                                             : pane->map_button, TRUE);
}

static void
on_toggled (SpadePreviewPane *pane)
{
  update_picture (pane);
  g_object_notify (G_OBJECT (pane), "shows-result");
}

static gboolean
on_press (GtkWidget        *box,
          GdkEventButton   *event,
          SpadePreviewPane *pane)
{
  if (event->type != GDK_BUTTON_PRESS || event->button != GDK_BUTTON_PRIMARY)
    return GDK_EVENT_PROPAGATE;
  spade_preview_pane_set_shows_result (
    pane, !spade_preview_pane_get_shows_result (pane));
  return GDK_EVENT_STOP;
}

static void
on_render_clicked (SpadePreviewPane *pane)
{
  g_signal_emit (pane, render_clicked_signal, 0);
}

void
spade_preview_pane_set_map (SpadePreviewPane *pane,
                            GdkPixbuf        *map)
{
  g_set_object (&pane->map, map);
  update_picture (pane);
}

void
spade_preview_pane_set_result (SpadePreviewPane *pane,
                               GdkPixbuf        *result)
{
  g_set_object (&pane->result, result);
  update_picture (pane);
}

void
spade_preview_pane_set_status (SpadePreviewPane *pane,
                               const char       *status,
                               gboolean          is_problem)
{
  g_free (pane->text);
  pane->text = g_strdup (status);
  pane->is_problem = is_problem;
  gtk_label_set_text (pane->status, status);
  gtk_widget_set_tooltip_text (GTK_WIDGET (pane->status),
                               is_problem ? status : NULL);
  gtk_widget_set_visible (pane->problem_icon, is_problem);
}

static const char *
phase_text (const char *phase)
{
  if (g_strcmp0 (phase, "encoder") == 0)
    return _("Reading the style");
  return _("Rendering");
}

// Gives the phase, and the time left once enough has passed to tell it.
static char *
progress_text (SpadePreviewPane *pane,
               double            fraction,
               const char       *phase)
{
  gint64 passed = g_get_monotonic_time () - pane->since;
  double left;

  if (passed < TELL_TIME_AFTER || fraction < 0.02)
    return g_strdup_printf ("%s…", phase_text (phase));
  left = (double) passed / G_TIME_SPAN_SECOND * (1 - fraction) / fraction;
  if (left < 90)
    // Translators: %s is "Rendering", %d a number of seconds
    return g_strdup_printf (_("%s, about %d s left"), phase_text (phase),
                            (int) left + 1);
  // Translators: %s is "Rendering", %d a number of minutes
  return g_strdup_printf (_("%s, about %d min left"), phase_text (phase),
                          (int) (left / 60 + 0.5));
}

void
spade_preview_pane_set_progress (SpadePreviewPane *pane,
                                 double            fraction,
                                 const char       *phase)
{
  g_autofree char *text = NULL;

  gtk_widget_set_opacity (GTK_WIDGET (pane->bar), fraction < 0 ? 0 : 1);
  gtk_progress_bar_set_fraction (pane->bar, CLAMP (fraction, 0, 1));
  if (fraction < 0)
    {
      pane->since = 0;
      gtk_label_set_text (pane->status, pane->text);
      gtk_widget_set_visible (pane->problem_icon, pane->is_problem);
      return;
    }
  // Less than before is the progress of a new render.
  if (pane->since == 0 || fraction < pane->fraction)
    pane->since = g_get_monotonic_time ();
  pane->fraction = fraction;
  text = progress_text (pane, fraction, phase);
  gtk_label_set_text (pane->status, text);
  gtk_widget_hide (pane->problem_icon);
}

void
spade_preview_pane_set_can_render (SpadePreviewPane *pane,
                                   gboolean          can_render)
{
  gtk_widget_set_visible (pane->render_button, can_render);
}

GtkWidget *
spade_preview_pane_new (void)
{
  return g_object_new (SPADE_TYPE_PREVIEW_PANE, NULL);
}

static void
get_property (GObject    *object,
              guint       id,
              GValue     *value,
              GParamSpec *pspec)
{
  g_value_set_boolean (
    value, spade_preview_pane_get_shows_result (SPADE_PREVIEW_PANE (object)));
}

static void
set_property (GObject      *object,
              guint         id,
              const GValue *value,
              GParamSpec   *pspec)
{
  spade_preview_pane_set_shows_result (SPADE_PREVIEW_PANE (object),
                                       g_value_get_boolean (value));
}

static void
finalize (GObject *object)
{
  SpadePreviewPane *pane = SPADE_PREVIEW_PANE (object);

  g_clear_object (&pane->map);
  g_clear_object (&pane->result);
  g_free (pane->text);
  G_OBJECT_CLASS (spade_preview_pane_parent_class)->finalize (object);
}

static void
spade_preview_pane_class_init (SpadePreviewPaneClass *klass)
{
  static const struct
  {
    const char *name;
    gssize      offset;
  } children[] = {
#define CHILD(name) { #name, G_STRUCT_OFFSET (SpadePreviewPane, name) }
    CHILD (map_button), CHILD (result_button), CHILD (render_button),
    CHILD (area), CHILD (placeholder), CHILD (problem_icon), CHILD (status),
    CHILD (bar),
  };
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  spade_ui_init ();
  g_type_ensure (SPADE_TYPE_PICTURE_AREA);
  object_class->get_property = get_property;
  object_class->set_property = set_property;
  object_class->finalize = finalize;
  g_object_class_install_property (
    object_class, 1,
    g_param_spec_boolean ("shows-result", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                            G_PARAM_STATIC_STRINGS));
  render_clicked_signal = g_signal_new ("render-clicked",
                                        SPADE_TYPE_PREVIEW_PANE,
                                        G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (
    widget_class, SPADE_UI_TEMPLATES "preview-pane.ui");
  for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
    gtk_widget_class_bind_template_child_full (
      widget_class, children[i].name, FALSE, children[i].offset);
  gtk_widget_class_bind_template_callback (widget_class, on_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_press);
  gtk_widget_class_bind_template_callback (widget_class, on_render_clicked);
}

static void
spade_preview_pane_init (SpadePreviewPane *pane)
{
  pane->text = g_strdup ("");
  gtk_widget_init_template (GTK_WIDGET (pane));
}
