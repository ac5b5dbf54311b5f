// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The settings page. Strings with a few usual values are combo boxes that
// write the string; a value that is not among them is kept as one more.

#include "dialog-settings.h"

#include <glib/gi18n.h>
#include <spade.h>
#include <string.h>

#include "notice.h"

// GIMP's chooser of drawables is a box that cannot take the focus, in a box of
// ours: gives the first button in them; of any other widget itself.
static GtkWidget *
find_focus (GtkWidget *widget)
{
  g_autoptr (GList) children = NULL;

  if (!GTK_IS_BOX (widget) || SPADE_IS_SIZE_CHOOSER (widget))
    return widget;
  children = gtk_container_get_children (GTK_CONTAINER (widget));
  for (GList *l = children; l != NULL; l = l->next)
    if (GTK_IS_BUTTON (l->data) || GTK_IS_BOX (l->data))
      return find_focus (l->data);
  return widget;
}

// Adds a row: a widget, with a label and its mnemonic unless the widget is its
// own; and below them a place for notices, which the page knows by the
// argument's name.
static SpadeNotice *
add_row (GtkGrid    *grid,
         const char *argument,
         const char *label,
         GtkWidget  *widget,
         const char *tip)
{
  GtkWidget *notice = spade_notice_new ();
  int        row = 0;

  while (gtk_grid_get_child_at (grid, 1, row) != NULL)
    row += 2;
  gtk_widget_set_hexpand (widget, TRUE);
  gtk_widget_set_tooltip_text (widget, tip);
  gtk_grid_attach (grid, widget, 1, row, 1, 1);
  gtk_grid_attach (grid, notice, 1, row + 1, 1, 1);
  g_object_set_data (G_OBJECT (grid), argument, notice);
  if (label != NULL)
    {
      GtkWidget *name = gtk_label_new_with_mnemonic (label);

      gtk_label_set_mnemonic_widget (GTK_LABEL (name), find_focus (widget));
      gtk_widget_set_halign (name, GTK_ALIGN_START);
      gtk_grid_attach (grid, name, 0, row, 1, 1);
    }
  return SPADE_NOTICE (notice);
}

void
spade_dialog_settings_set_notice (GtkWidget  *page,
                                  const char *argument,
                                  const char *message)
{
  SpadeNotice *notice = g_object_get_data (G_OBJECT (page), argument);

  g_return_if_fail (notice != NULL);
  spade_notice_set_text (notice, message);
}

static gboolean
has_id (GtkComboBox *combo,
        const char  *wanted)
{
  GtkTreeModel *model = gtk_combo_box_get_model (combo);
  int           column = gtk_combo_box_get_id_column (combo);
  gboolean      has_it = FALSE;
  GtkTreeIter   iter;

  for (gboolean ok = gtk_tree_model_get_iter_first (model, &iter);
       ok && !has_it; ok = gtk_tree_model_iter_next (model, &iter))
    {
      g_autofree char *id = NULL;

      gtk_tree_model_get (model, &iter, column, &id, -1);
      has_it = g_strcmp0 (id, wanted) == 0;
    }
  return has_it;
}

// NULL and "" are one value: GIMP turns the second into the first. The combo
// is not set here: the binding would take that for the user's doing, and turn
// round forever.
static gboolean
string_to_id (GBinding     *binding,
              const GValue *from,
              GValue       *to,
              gpointer      data)
{
  const char *text = g_value_get_string (from);

  if (text == NULL)
    text = "";
  if (!has_id (data, text))
    gtk_combo_box_text_append (data, text, text);
  g_value_set_string (to, text);
  return TRUE;
}

static void
bind (GtkWidget           *combo,
      GimpProcedureConfig *config,
      const char          *property)
{
  g_object_bind_property_full (config, property, combo, "active-id",
                               G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE,
                               string_to_id, NULL, combo, NULL);
}

// Models may be paths, which would make the dialog as wide as they are long.
static void
ellipsize (GtkWidget *combo)
{
  GList *cells = gtk_cell_layout_get_cells (GTK_CELL_LAYOUT (combo));

  g_object_set (cells->data, "ellipsize", PANGO_ELLIPSIZE_START, NULL);
  g_list_free (cells);
}

// Says which model the default is.
static char *
describe_default (void)
{
  g_autofree char *name = spade_model_get_default ();

  // Translators: %s is the name of a model
  return name != NULL ? g_strdup_printf (_("Default (%s)"), name)
                      : g_strdup (_("Default"));
}

static GtkWidget *
new_model_combo (GimpProcedureConfig *config)
{
  GtkWidget       *combo = gtk_combo_box_text_new ();
  g_auto (GStrv)   models = spade_model_list ();
  g_autofree char *standard = describe_default ();

  gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (combo), "", standard);
  for (int i = 0; models[i] != NULL; i++)
    gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (combo), models[i],
                               models[i]);
  ellipsize (combo);
  bind (combo, config, "model");
  return combo;
}

static GtkWidget *
new_size_chooser (GtkGrid             *grid,
                  GimpProcedureConfig *config)
{
  GtkWidget *chooser = spade_size_chooser_new ();

  g_object_bind_property (config, "size", chooser, "size",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  g_object_set_data (G_OBJECT (grid), "size-chooser", chooser);
  return chooser;
}

void
spade_dialog_settings_set_sizes (GtkWidget        *page,
                                 const SpadeSizes *sizes)
{
  spade_size_chooser_set_sizes (
    g_object_get_data (G_OBJECT (page), "size-chooser"), sizes);
}

// The devices that are ready; the others would only fail.
static GtkWidget *
new_device_combo (GimpProcedureConfig *config)
{
  GtkWidget       *combo = gtk_combo_box_text_new ();
  g_autofree char *devices = spade_devices_describe ();
  g_auto (GStrv)   lines = g_strsplit (devices, "\n", -1);

  gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (combo), "auto",
                             _("Automatic"));
  for (int i = 0; lines[i] != NULL; i++)
    {
      char *state = strstr (lines[i], ": ");

      if (state == NULL || !g_str_has_prefix (state, ": ready"))
        continue;
      *state = '\0';
      gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (combo), lines[i],
                                 lines[i]);
    }
  bind (combo, config, "device");
  return combo;
}

static GtkWidget *
new_check (GimpProcedureConfig *config,
           const char          *argument,
           const char          *label)
{
  GtkWidget *check = gtk_check_button_new_with_mnemonic (label);

  g_object_bind_property (config, argument, check, "active",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  return check;
}

static GtkWidget *
new_instances_chooser (GimpProcedureConfig *config)
{
  GtkWidget *chooser;
  GList     *children;

#if GIMP_CHECK_VERSION(3, 2, 0)
  chooser = gimp_prop_item_chooser_new (G_OBJECT (config), "instances",
                                        _("Choose the Instance Map"));
#else
  chooser = gimp_prop_drawable_chooser_new (G_OBJECT (config), "instances",
                                            _("Choose the Instance Map"));
#endif
  // Its own label, the first child, would say again what ours says.
  children = gtk_container_get_children (GTK_CONTAINER (chooser));
  if (children != NULL && GTK_IS_LABEL (children->data))
    {
      gtk_widget_set_no_show_all (children->data, TRUE);
      gtk_widget_hide (children->data);
    }
  g_list_free (children);
  return chooser;
}

static GtkWidget *
new_share_scale (GimpProcedureConfig *config,
                 const char          *argument)
{
  GtkWidget     *scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 1,
                                                   0.05);
  GtkAdjustment *adjustment = gtk_range_get_adjustment (GTK_RANGE (scale));

  gtk_scale_set_value_pos (GTK_SCALE (scale), GTK_POS_RIGHT);
  g_object_bind_property (config, argument, adjustment, "value",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  return scale;
}

static void
clear_instances (GimpProcedureConfig *config)
{
  g_object_set (config, "instances", NULL, NULL);
}

static gboolean
is_there (GBinding     *binding,
          const GValue *from,
          GValue       *to,
          gpointer      data)
{
  g_value_set_boolean (to, g_value_get_object (from) != NULL);
  return TRUE;
}

// GIMP's chooser cannot choose none: a button does.
static GtkWidget *
new_instances_row (GimpProcedureConfig *config,
                   GtkWidget           *chooser)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *clear = gtk_button_new_from_icon_name ("edit-clear-symbolic",
                                                    GTK_ICON_SIZE_BUTTON);

  gtk_widget_set_tooltip_text (clear, _("No instances"));
  gtk_widget_set_valign (clear, GTK_ALIGN_CENTER);
  gtk_container_add (GTK_CONTAINER (box), chooser);
  gtk_container_add (GTK_CONTAINER (box), clear);
  g_signal_connect_swapped (clear, "clicked", G_CALLBACK (clear_instances),
                            config);
  g_object_bind_property_full (config, "instances", clear, "sensitive",
                               G_BINDING_SYNC_CREATE, is_there, NULL, NULL,
                               NULL);
  return box;
}

GtkWidget *
spade_dialog_settings_new (GimpProcedureConfig *config)
{
  GtkGrid     *grid = GTK_GRID (gtk_grid_new ());
  SpadeNotice *nearest;

  gtk_grid_set_row_spacing (grid, 6);
  gtk_grid_set_column_spacing (grid, 12);
  add_row (grid, "model", _("_Model:"), new_model_combo (config),
           _("The model that renders; Manage Models lists and imports them"));
  add_row (grid, "size", _("Render si_ze:"), new_size_chooser (grid, config),
           NULL);
  add_row (grid, "instances", _("_Instances:"),
           new_instances_row (config, new_instances_chooser (config)),
           _("A layer of the map's size whose colors tell one object from "
             "another; without it every region is one object"));
  add_row (grid, "roughen-outlines", _("Rou_ghen outlines:"),
           new_share_scale (config, "roughen-outlines"),
           _("How uneven outlines of clouds, mountains, shores and the like "
             "become; 0 leaves them as they were painted"));
  add_row (grid, "output", _("O_utput:"),
           gimp_prop_choice_combo_box_new (G_OBJECT (config), "output"),
           _("A new layer makes an indexed image RGB, in one undo step"));
  add_row (grid, "device", _("_Device:"), new_device_combo (config),
           _("What computes the picture"));
  add_row (grid, "precision", _("Precisio_n:"),
           gimp_prop_choice_combo_box_new (G_OBJECT (config), "precision"),
           _("Of the arithmetic; automatic is fast and good"));
  add_row (grid, "refine", NULL,
           new_check (config, "refine", _("_Build up large sizes")),
           _("Render sizes that are larger than the model's from coarse to fine: "
             "they have its light and its forms, and are sharp"));
  add_row (grid, "snap", NULL,
           new_check (config, "snap", _("Sn_ap soft edges")),
           _("Pixels whose color has no class take the class of the nearest "
             "pixel that has one"));
  nearest = add_row (grid, "nearest", NULL,
                     new_check (config, "nearest",
                                _("Use the nearest _known classes")),
                     _("Where the model does not know a class, use the one "
                       "that is nearest (fog: clouds, mud: dirt)"));
  g_object_set (nearest, "icon-name", "dialog-information-symbolic", NULL);
  gtk_widget_show_all (GTK_WIDGET (grid));
  return GTK_WIDGET (grid);
}
