// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The picker. Three flow boxes act as one list: one tile of all of them is
// marked, and it stands for the property "file".

#include "style-picker.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "image-file.h"
#include "notice.h"
#include "resource.h"
#include "style-tile.h"

struct _SpadeStylePicker
{
  GtkBox parent_instance;

  GFile      *file;         // or NULL: random
  char       *recent_file;
  char       *style_reason; // or NULL: styles can be used
  char       *seed_reason;
  char       *complaint;    // about the file that was dropped last, or NULL

  GtkAdjustment *strength, *seed;
  GtkFlowBox    *recent_box, *shipped_box, *yours_box;
  GtkWidget     *shipped_label, *yours_label, *styles, *file_button,
                *style_label, *strength_label, *strength_scale, *seed_label,
                *seed_spin, *seed_button;
  GtkLabel      *style_name;
  SpadeNotice   *notice, *problem;
};

G_DEFINE_TYPE (SpadeStylePicker, spade_style_picker, GTK_TYPE_BOX)

enum
{
  PROP_FILE = 1,
  PROP_STRENGTH,
  PROP_SEED,
};

static void
each_box (SpadeStylePicker *picker,
          GtkFlowBox       *out_boxes[SPADE_STYLE_N_KINDS])
{
  out_boxes[SPADE_STYLE_RECENT] = picker->recent_box;
  out_boxes[SPADE_STYLE_SHIPPED] = picker->shipped_box;
  out_boxes[SPADE_STYLE_YOURS] = picker->yours_box;
}

// Gives the tile of a path (NULL: the random tile), or NULL.
static GtkFlowBoxChild *
find_tile (SpadeStylePicker *picker,
           const char       *path)
{
  GtkFlowBox      *boxes[SPADE_STYLE_N_KINDS];
  GtkFlowBoxChild *found = NULL;

  each_box (picker, boxes);
  for (int kind = 0; kind < SPADE_STYLE_N_KINDS && found == NULL; kind++)
    {
      GtkFlowBoxChild *child;

      for (int i = 0; found == NULL &&
           (child = gtk_flow_box_get_child_at_index (boxes[kind], i)) != NULL;
           i++)
        if (g_strcmp0 (spade_style_tile_get_path (SPADE_STYLE_TILE (child)),
                       path) == 0)
          found = child;
    }
  return found;
}

static void
unmark (GtkWidget *tile,
        gpointer   data)
{
  gtk_widget_unset_state_flags (tile, GTK_STATE_FLAG_SELECTED);
}

// Marks one tile. Flow boxes of ours select nothing themselves: they would
// select whatever the keyboard focus passes over.
static void
select_only (SpadeStylePicker *picker,
             GtkFlowBoxChild  *tile)
{
  GtkFlowBox *boxes[SPADE_STYLE_N_KINDS];

  each_box (picker, boxes);
  for (int kind = 0; kind < SPADE_STYLE_N_KINDS; kind++)
    gtk_container_foreach (GTK_CONTAINER (boxes[kind]), unmark, NULL);
  gtk_widget_set_state_flags (GTK_WIDGET (tile), GTK_STATE_FLAG_SELECTED,
                              FALSE);
}

static const char *
notice_text (SpadeStylePicker *picker)
{
  if (picker->seed_reason != NULL)
    return picker->seed_reason;
  if (picker->style_reason != NULL)
    return picker->style_reason;
  return picker->complaint;
}

static void
update_state (SpadeStylePicker *picker)
{
  gboolean         has_style = picker->style_reason == NULL;
  gboolean         has_seed = picker->seed_reason == NULL;
  gboolean         is_random = picker->file == NULL || !has_style;
  g_autofree char *path = NULL;
  g_autofree char *name = NULL;

  if (!is_random)
    path = g_file_get_path (picker->file);
  name = path != NULL ? spade_style_list_name (path) : g_strdup (_("Random"));
  gtk_label_set_text (picker->style_name, name);
  spade_notice_set_text (picker->notice, notice_text (picker));
  gtk_widget_set_sensitive (picker->styles, has_style);
  gtk_widget_set_sensitive (picker->file_button, has_style);
  gtk_widget_set_sensitive (picker->style_label, has_style);
  gtk_widget_set_sensitive (GTK_WIDGET (picker->style_name), has_style);
  gtk_widget_set_sensitive (picker->strength_label, !is_random);
  gtk_widget_set_sensitive (picker->strength_scale, !is_random);
  gtk_widget_set_sensitive (picker->seed_label, has_seed);
  gtk_widget_set_sensitive (picker->seed_spin, has_seed);
  gtk_widget_set_sensitive (picker->seed_button, has_seed);
}

GFile *
spade_style_picker_get_file (SpadeStylePicker *picker)
{
  return picker->style_reason == NULL ? picker->file : NULL;
}

// Gives the tile of a file, made where there is none.
static GtkFlowBoxChild *
tile_of_file (SpadeStylePicker *picker,
              GFile            *file)
{
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  g_autofree char *name = NULL;
  GtkFlowBoxChild *tile = find_tile (picker, path);
  GtkWidget       *made;

  if (tile != NULL)
    return tile;
  name = spade_style_list_name (path);
  made = spade_style_tile_new (path, name, NULL);
  gtk_flow_box_insert (picker->recent_box, made, 1); // after random
  return GTK_FLOW_BOX_CHILD (made);
}

void
spade_style_picker_set_file (SpadeStylePicker *picker,
                             GFile            *file)
{
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path == NULL) // random, or nowhere on this machine
    file = NULL;
  if (file == picker->file ||
      (file != NULL && picker->file != NULL && g_file_equal (file, picker->file)))
    return;
  g_set_object (&picker->file, file);
  select_only (picker, tile_of_file (picker, file));
  update_state (picker);
  g_object_notify (G_OBJECT (picker), "file");
}

static void
on_activated (GtkFlowBox       *box,
              GtkFlowBoxChild  *tile,
              SpadeStylePicker *picker)
{
  g_autoptr (GFile) file = NULL;
  const char       *path = spade_style_tile_get_path (SPADE_STYLE_TILE (tile));

  file = path != NULL ? g_file_new_for_path (path) : NULL;
  g_clear_pointer (&picker->complaint, g_free);
  spade_style_picker_set_file (picker, file);
  update_state (picker);
}

static void
use_path (SpadeStylePicker *picker,
          const char       *path)
{
  g_autoptr (GFile)  file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&picker->complaint, g_free);
  if (find_tile (picker, path) == NULL && picker->recent_file != NULL &&
      !spade_style_list_remember (picker->recent_file, path, &error))
    picker->complaint = g_strdup (error->message);
  spade_style_picker_set_file (picker, file);
  update_state (picker);
}

static void
on_file_clicked (SpadeStylePicker *picker)
{
  g_autofree char *path = spade_image_file_ask (GTK_WIDGET (picker));

  if (path != NULL)
    use_path (picker, path);
}

gboolean
spade_style_picker_drop (SpadeStylePicker  *picker,
                         const char *const *uris)
{
  g_autofree char *path = NULL;

  if (picker->style_reason != NULL)
    return FALSE;
  if (uris != NULL && uris[0] != NULL)
    path = g_filename_from_uri (uris[0], NULL, NULL);
  if (path != NULL && gdk_pixbuf_get_file_info (path, NULL, NULL) != NULL)
    {
      use_path (picker, path);
      return TRUE;
    }
  g_free (picker->complaint);
  picker->complaint = g_strdup (
    _("What was dropped is not the file of an image on this computer."));
  update_state (picker);
  return FALSE;
}

static void
on_drag_data_received (SpadeStylePicker *picker,
                       GdkDragContext   *context,
                       int               x,
                       int               y,
                       GtkSelectionData *data,
                       guint             info,
                       guint             time)
{
  g_auto (GStrv) uris = gtk_selection_data_get_uris (data);

  spade_style_picker_drop (picker, (const char *const *) uris);
}

static void
on_strength_changed (SpadeStylePicker *picker)
{
  g_object_notify (G_OBJECT (picker), "strength");
}

static void
on_seed_changed (SpadeStylePicker *picker)
{
  g_object_notify (G_OBJECT (picker), "seed");
}

static void
on_new_seed_clicked (SpadeStylePicker *picker)
{
  spade_style_picker_set_seed (picker, g_random_int_range (0, G_MAXINT));
}

static void
remove_child (GtkWidget *child,
              gpointer   data)
{
  gtk_widget_destroy (child);
}

static void
clear (SpadeStylePicker *picker)
{
  GtkFlowBox *boxes[SPADE_STYLE_N_KINDS];

  each_box (picker, boxes);
  for (int kind = 0; kind < SPADE_STYLE_N_KINDS; kind++)
    gtk_container_foreach (GTK_CONTAINER (boxes[kind]), remove_child, NULL);
  gtk_flow_box_insert (picker->recent_box,
                       spade_style_tile_new (NULL, _("Random"),
                                             "spade-seed-symbolic"), -1);
}

void
spade_style_picker_set_places (SpadeStylePicker       *picker,
                               const SpadeStylePlaces *places)
{
  g_autoptr (GPtrArray) styles = spade_style_list_new (places);
  GtkFlowBox           *boxes[SPADE_STYLE_N_KINDS];
  int                   n[SPADE_STYLE_N_KINDS] = { 0 };

  g_free (picker->recent_file);
  picker->recent_file = g_strdup (places->recent_file);
  clear (picker);
  each_box (picker, boxes);
  for (guint i = 0; i < styles->len; i++)
    {
      const SpadeStyle *style = styles->pdata[i];

      gtk_flow_box_insert (boxes[style->kind],
                           spade_style_tile_new (style->path, style->name,
                                                 NULL), -1);
      n[style->kind]++;
    }
  gtk_widget_set_visible (picker->shipped_label, n[SPADE_STYLE_SHIPPED] > 0);
  gtk_widget_set_visible (GTK_WIDGET (picker->shipped_box),
                          n[SPADE_STYLE_SHIPPED] > 0);
  gtk_widget_set_visible (picker->yours_label, n[SPADE_STYLE_YOURS] > 0);
  gtk_widget_set_visible (GTK_WIDGET (picker->yours_box),
                          n[SPADE_STYLE_YOURS] > 0);
  select_only (picker, tile_of_file (picker, picker->file));
}

void
spade_style_picker_set_style_reason (SpadeStylePicker *picker,
                                     const char       *reason)
{
  gboolean was_there = picker->style_reason == NULL;
  char    *copy = g_strdup (reason);

  g_free (picker->style_reason);
  picker->style_reason = copy;
  update_state (picker);
  if (was_there != (copy == NULL) && picker->file != NULL)
    g_object_notify (G_OBJECT (picker), "file");
}

void
spade_style_picker_set_seed_reason (SpadeStylePicker *picker,
                                    const char       *reason)
{
  char *copy = g_strdup (reason);

  g_free (picker->seed_reason);
  picker->seed_reason = copy;
  update_state (picker);
}

void
spade_style_picker_set_problem (SpadeStylePicker *picker,
                                const char       *problem)
{
  spade_notice_set_text (picker->problem, problem);
}

double
spade_style_picker_get_strength (SpadeStylePicker *picker)
{
  return gtk_adjustment_get_value (picker->strength);
}

int
spade_style_picker_get_seed (SpadeStylePicker *picker)
{
  return (int) gtk_adjustment_get_value (picker->seed);
}

void
spade_style_picker_set_seed (SpadeStylePicker *picker,
                             int               seed)
{
  gtk_adjustment_set_value (picker->seed, seed);
}

GtkWidget *
spade_style_picker_new (void)
{
  return g_object_new (SPADE_TYPE_STYLE_PICKER, NULL);
}

static void
get_property (GObject    *object,
              guint       id,
              GValue     *value,
              GParamSpec *pspec)
{
  SpadeStylePicker *picker = SPADE_STYLE_PICKER (object);

  if (id == PROP_FILE)
    g_value_set_object (value, spade_style_picker_get_file (picker));
  else if (id == PROP_STRENGTH)
    g_value_set_double (value, spade_style_picker_get_strength (picker));
  else
    g_value_set_int (value, spade_style_picker_get_seed (picker));
}

static void
set_property (GObject      *object,
              guint         id,
              const GValue *value,
              GParamSpec   *pspec)
{
  SpadeStylePicker *picker = SPADE_STYLE_PICKER (object);

  if (id == PROP_FILE)
    spade_style_picker_set_file (picker, g_value_get_object (value));
  else if (id == PROP_STRENGTH)
    gtk_adjustment_set_value (picker->strength, g_value_get_double (value));
  else
    spade_style_picker_set_seed (picker, g_value_get_int (value));
}

static void
finalize (GObject *object)
{
  SpadeStylePicker *picker = SPADE_STYLE_PICKER (object);

  g_clear_object (&picker->file);
  g_free (picker->recent_file);
  g_free (picker->style_reason);
  g_free (picker->seed_reason);
  g_free (picker->complaint);
  G_OBJECT_CLASS (spade_style_picker_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                            G_PARAM_STATIC_STRINGS;

  g_object_class_install_property (
    object_class, PROP_FILE,
    g_param_spec_object ("file", NULL, NULL, G_TYPE_FILE, flags));
  g_object_class_install_property (
    object_class, PROP_STRENGTH,
    g_param_spec_double ("strength", NULL, NULL, 0, 1, 1, flags));
  g_object_class_install_property (
    object_class, PROP_SEED,
    g_param_spec_int ("seed", NULL, NULL, 0, G_MAXINT, 0, flags));
}

static void
spade_style_picker_class_init (SpadeStylePickerClass *klass)
{
  static const struct
  {
    const char *name;
    gssize      offset;
  } children[] = {
#define CHILD(name) { #name, G_STRUCT_OFFSET (SpadeStylePicker, name) }
    CHILD (strength), CHILD (seed), CHILD (recent_box), CHILD (shipped_box),
    CHILD (yours_box), CHILD (shipped_label), CHILD (yours_label),
    CHILD (notice), CHILD (problem), CHILD (styles), CHILD (style_name),
    CHILD (style_label), CHILD (file_button), CHILD (strength_label),
    CHILD (strength_scale), CHILD (seed_label), CHILD (seed_spin),
    CHILD (seed_button),
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  spade_ui_init ();
  g_type_ensure (SPADE_TYPE_NOTICE);
  G_OBJECT_CLASS (klass)->get_property = get_property;
  G_OBJECT_CLASS (klass)->set_property = set_property;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  install_properties (G_OBJECT_CLASS (klass));
  gtk_widget_class_set_template_from_resource (
    widget_class, SPADE_UI_TEMPLATES "style-picker.ui");
  for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
    gtk_widget_class_bind_template_child_full (
      widget_class, children[i].name, FALSE, children[i].offset);
  gtk_widget_class_bind_template_callback (widget_class, on_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_file_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_new_seed_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_strength_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_seed_changed);
}

static void
spade_style_picker_init (SpadeStylePicker *picker)
{
  gtk_widget_init_template (GTK_WIDGET (picker));
  clear (picker);
  select_only (picker, find_tile (picker, NULL));
  update_state (picker);
  gtk_drag_dest_set (GTK_WIDGET (picker), GTK_DEST_DEFAULT_ALL, NULL, 0,
                     GDK_ACTION_COPY);
  gtk_drag_dest_add_uri_targets (GTK_WIDGET (picker));
  g_signal_connect (picker, "drag-data-received",
                    G_CALLBACK (on_drag_data_received), NULL);
}
