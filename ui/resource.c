// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Registration by hand: a linker drops the constructor that a GResource in a
// static library would register itself with.

#include "resource.h"

#include "spade-ui-icons.h"
#include "spade-ui-templates.h"

void
spade_ui_init (void)
{
  static gsize done;

  if (!g_once_init_enter (&done))
    return;
  spade_ui_templates_register_resource ();
  spade_ui_icons_register_resource ();
  if (gdk_screen_get_default () != NULL)
    gtk_icon_theme_add_resource_path (gtk_icon_theme_get_default (),
                                      "/org/gimp-spade/icons");
  g_once_init_leave (&done, 1);
}
