// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// One sentence beside a setting.

#include "notice.h"

#include "resource.h"

struct _SpadeNotice
{
  GtkBox parent_instance;

  GtkImage *icon;
  GtkLabel *label;
};

G_DEFINE_TYPE (SpadeNotice, spade_notice, GTK_TYPE_BOX)

void
spade_notice_set_text (SpadeNotice *notice,
                       const char  *text)
{
  gtk_label_set_text (notice->label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (notice), text != NULL);
}

const char *
spade_notice_get_text (SpadeNotice *notice)
{
  return gtk_widget_get_visible (GTK_WIDGET (notice))
           ? gtk_label_get_text (notice->label) : NULL;
}

GtkWidget *
spade_notice_new (void)
{
  return g_object_new (SPADE_TYPE_NOTICE, NULL);
}

static void
set_property (GObject      *object,
              guint         id,
              const GValue *value,
              GParamSpec   *pspec)
{
  gtk_image_set_from_icon_name (SPADE_NOTICE (object)->icon,
                                g_value_get_string (value),
                                GTK_ICON_SIZE_BUTTON);
}

static void
spade_notice_class_init (SpadeNoticeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  spade_ui_init ();
  G_OBJECT_CLASS (klass)->set_property = set_property;
  g_object_class_install_property (
    G_OBJECT_CLASS (klass), 1,
    g_param_spec_string ("icon-name", NULL, NULL, "dialog-warning-symbolic",
                         G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SPADE_UI_TEMPLATES "notice.ui");
  gtk_widget_class_bind_template_child (widget_class, SpadeNotice, icon);
  gtk_widget_class_bind_template_child (widget_class, SpadeNotice, label);
}

static void
spade_notice_init (SpadeNotice *notice)
{
  gtk_widget_init_template (GTK_WIDGET (notice));
}
