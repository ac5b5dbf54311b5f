// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The mix button. A choice closes its popover.

#include "mix-button.h"

#include <glib/gi18n-lib.h>

#include "image-file.h"
#include "resource.h"
#include "style-board.h"

struct _SpadeMixButton
{
  GtkMenuButton parent_instance;

  GFile           *file; // or NULL
  char            *recent_file;
  GtkPopover      *popover;
  SpadeStyleBoard *board;
  GtkLabel        *name;
};

G_DEFINE_TYPE (SpadeMixButton, spade_mix_button, GTK_TYPE_MENU_BUTTON)

enum
{
  PROP_FILE = 1,
};

static void
show_file (SpadeMixButton *button)
{
  g_autofree char *path = NULL;

  if (button->file != NULL)
    path = g_file_get_path (button->file);
  spade_style_board_mark (button->board, path);
  gtk_label_set_text (button->name,
                      spade_style_board_get_name (button->board, path));
}

GFile *
spade_mix_button_get_file (SpadeMixButton *button)
{
  return button->file;
}

void
spade_mix_button_set_file (SpadeMixButton *button,
                           GFile          *file)
{
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path == NULL) // none, or nowhere on this machine
    file = NULL;
  if (file == button->file ||
      (file != NULL && button->file != NULL && g_file_equal (file, button->file)))
    return;
  g_set_object (&button->file, file);
  show_file (button);
  g_object_notify (G_OBJECT (button), "file");
}

void
spade_mix_button_set_styles (SpadeMixButton *button,
                             GPtrArray      *styles,
                             const char     *recent_file)
{
  g_free (button->recent_file);
  button->recent_file = g_strdup (recent_file);
  for (int kind = 0; kind < SPADE_STYLE_N_KINDS; kind++)
    if (kind != SPADE_STYLE_OPEN)
      spade_style_board_set_styles (button->board, (SpadeStyleKind) kind, styles);
  show_file (button);
}

static void
use_path (SpadeMixButton *button,
          const char     *path)
{
  g_autoptr (GFile) file = path != NULL ? g_file_new_for_path (path) : NULL;

  gtk_popover_popdown (button->popover);
  spade_mix_button_set_file (button, file);
}

static void
on_chosen (SpadeStyleBoard *board,
           const char      *key,
           SpadeMixButton  *button)
{
  use_path (button, key);
}

// A list of recent styles that cannot be written is no reason not to use this one.
static void
on_file_clicked (SpadeMixButton *button)
{
  g_autofree char *path = NULL;

  gtk_popover_popdown (button->popover);
  path = spade_image_file_ask (GTK_WIDGET (button));
  if (path == NULL)
    return;
  if (button->recent_file != NULL &&
      spade_style_board_get_name (button->board, path) == NULL)
    spade_style_list_remember (button->recent_file, path, NULL);
  use_path (button, path);
}

static void
get_property (GObject    *object,
              guint       id,
              GValue     *value,
              GParamSpec *pspec)
{
  g_value_set_object (value, SPADE_MIX_BUTTON (object)->file);
}

static void
set_property (GObject      *object,
              guint         id,
              const GValue *value,
              GParamSpec   *pspec)
{
  spade_mix_button_set_file (SPADE_MIX_BUTTON (object),
                             g_value_get_object (value));
}

static void
finalize (GObject *object)
{
  SpadeMixButton *button = SPADE_MIX_BUTTON (object);

  g_clear_object (&button->file);
  g_free (button->recent_file);
  G_OBJECT_CLASS (spade_mix_button_parent_class)->finalize (object);
}

static void
spade_mix_button_class_init (SpadeMixButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  spade_ui_init ();
  g_type_ensure (SPADE_TYPE_STYLE_BOARD);
  G_OBJECT_CLASS (klass)->get_property = get_property;
  G_OBJECT_CLASS (klass)->set_property = set_property;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  g_object_class_install_property (
    G_OBJECT_CLASS (klass), PROP_FILE,
    g_param_spec_object ("file", NULL, NULL, G_TYPE_FILE,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                         G_PARAM_STATIC_STRINGS));
  gtk_widget_class_set_template_from_resource (
    widget_class, SPADE_UI_TEMPLATES "mix-button.ui");
  gtk_widget_class_bind_template_child (widget_class, SpadeMixButton, popover);
  gtk_widget_class_bind_template_child (widget_class, SpadeMixButton, board);
  gtk_widget_class_bind_template_child (widget_class, SpadeMixButton, name);
  gtk_widget_class_bind_template_callback (widget_class, on_file_clicked);
}

static void
spade_mix_button_init (SpadeMixButton *button)
{
  gtk_widget_init_template (GTK_WIDGET (button));
  spade_style_board_set_none (button->board, _("Nothing"),
                              _("The style alone"), "action-unavailable-symbolic");
  g_signal_connect_object (button->board, "chosen", G_CALLBACK (on_chosen), button,
                           0);
  show_file (button);
}
