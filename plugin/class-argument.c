// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

#include "class-argument.h"

void
spade_class_argument_forget (GimpProcedureConfig *config)
{
  g_autofree char *classes = NULL;

  g_object_get (config, "classes", &classes, NULL);
  if (classes != NULL && spade_class_spec_is_table (classes))
    g_object_set (config, "classes", "auto", NULL);
}

// What the user does changes the view first.
static void
on_classes (GimpProcedureConfig *config,
            GParamSpec          *argument,
            SpadeClassTableView *view)
{
  g_autofree char *classes = NULL;

  g_object_get (config, "classes", &classes, NULL);
  if (g_strcmp0 (classes, spade_class_table_view_get_table (view)) != 0)
    spade_class_argument_forget (config);
}

void
spade_class_argument_bind (GimpProcedureConfig *config,
                           SpadeClassTableView *view)
{
  g_signal_connect_object (config, "notify::classes", G_CALLBACK (on_classes),
                           view, 0); // before the view hears of it
  g_object_bind_property (config, "classes", view, "table",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
}
