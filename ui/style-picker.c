// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The picker. The board shows what is chosen; the properties "file" and "open"
// say it, at most one of them.

#include "style-picker.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "image-file.h"
#include "mix-button.h"
#include "notice.h"
#include "resource.h"
#include "style-board.h"

struct _SpadeStylePicker
{
  GtkBox parent_instance;

  GFile      *file;         // or NULL
  char       *open;         // key of an open style, or NULL
  char       *recent_file;
  char       *style_reason; // or NULL: styles can be used
  char       *seed_reason;
  char       *complaint;    // about the file that was dropped last, or NULL

  GtkAdjustment *mix, *strength, *seed;
  SpadeMixButton *mix_button;
  SpadeStyleBoard *board;
  GtkWidget     *file_button, *style_label, *mix_label, *mix_scale,
                *strength_label, *strength_scale, *seed_label, *seed_spin,
                *seed_button, *mirror_check;
  GtkLabel      *style_name;
  SpadeNotice   *notice, *problem;
  gboolean       can_mix; // there is a style to mix with
};

G_DEFINE_TYPE (SpadeStylePicker, spade_style_picker, GTK_TYPE_BOX)

enum
{
  PROP_FILE = 1,
  PROP_OPEN,
  PROP_MIX_FILE,
  PROP_MIX,
  PROP_STRENGTH,
  PROP_SEED,
  PROP_MIRRORED,
};

static const char *
notice_text (SpadeStylePicker *picker)
{
  if (picker->seed_reason != NULL)
    return picker->seed_reason;
  if (picker->style_reason != NULL)
    return picker->style_reason;
  return picker->complaint;
}

// Gives the key of what is chosen; NULL: random. Free with g_free().
static char *
chosen_key (SpadeStylePicker *picker)
{
  if (picker->open != NULL)
    return g_strdup (picker->open);
  return picker->file != NULL ? g_file_get_path (picker->file) : NULL;
}

// The second style is there for whoever asks only where there is a first one.
static void
update_mix (SpadeStylePicker *picker,
            gboolean          can_mix)
{
  GFile   *file = spade_mix_button_get_file (picker->mix_button);
  gboolean is_other = can_mix != picker->can_mix && file != NULL;

  picker->can_mix = can_mix;
  gtk_widget_set_sensitive (picker->mix_label, can_mix);
  gtk_widget_set_sensitive (GTK_WIDGET (picker->mix_button), can_mix);
  gtk_widget_set_sensitive (picker->mix_scale, can_mix && file != NULL);
  if (is_other)
    g_object_notify (G_OBJECT (picker), "mix-file");
}

static void
update_state (SpadeStylePicker *picker)
{
  gboolean         has_style = picker->style_reason == NULL;
  gboolean         has_seed = picker->seed_reason == NULL;
  g_autofree char *key = has_style ? chosen_key (picker) : NULL;
  const char      *name = spade_style_board_get_name (picker->board, key);

  gtk_label_set_text (picker->style_name, name != NULL ? name : "");
  spade_notice_set_text (picker->notice, notice_text (picker));
  gtk_widget_set_sensitive (GTK_WIDGET (picker->board), has_style);
  gtk_widget_set_sensitive (picker->file_button, has_style);
  gtk_widget_set_sensitive (picker->style_label, has_style);
  gtk_widget_set_sensitive (GTK_WIDGET (picker->style_name), has_style);
  update_mix (picker, key != NULL);
  gtk_widget_set_sensitive (picker->strength_label, key != NULL);
  gtk_widget_set_sensitive (picker->strength_scale, key != NULL);
  gtk_widget_set_sensitive (picker->seed_label, has_seed);
  gtk_widget_set_sensitive (picker->seed_spin, has_seed);
  gtk_widget_set_sensitive (picker->seed_button, has_seed);
}

// Chooses a file, an open style, or with neither random, and then nothing to mix with.
static void
choose (SpadeStylePicker *picker,
        GFile            *file,
        const char       *open)
{
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  g_autofree char *key = NULL;
  gboolean         is_new_file, is_new_open;

  if (path == NULL) // none, or nowhere on this machine
    file = NULL;
  is_new_file = file == NULL || picker->file == NULL
                  ? file != picker->file : !g_file_equal (file, picker->file);
  is_new_open = g_strcmp0 (open, picker->open) != 0;
  g_set_object (&picker->file, file);
  if (is_new_open)
    {
      g_free (picker->open);
      picker->open = g_strdup (open);
    }
  key = chosen_key (picker);
  if (key == NULL)
    spade_mix_button_set_file (picker->mix_button, NULL);
  spade_style_board_mark (picker->board, key);
  update_state (picker);
  g_object_freeze_notify (G_OBJECT (picker));
  if (is_new_file)
    g_object_notify (G_OBJECT (picker), "file");
  if (is_new_open)
    g_object_notify (G_OBJECT (picker), "open");
  g_object_thaw_notify (G_OBJECT (picker));
}

GFile *
spade_style_picker_get_file (SpadeStylePicker *picker)
{
  return picker->style_reason == NULL ? picker->file : NULL;
}

void
spade_style_picker_set_file (SpadeStylePicker *picker,
                             GFile            *file)
{
  choose (picker, file, file != NULL ? NULL : picker->open);
}

const char *
spade_style_picker_get_open (SpadeStylePicker *picker)
{
  return picker->style_reason == NULL ? picker->open : NULL;
}

void
spade_style_picker_set_open (SpadeStylePicker *picker,
                             const char       *key)
{
  choose (picker, key != NULL ? NULL : picker->file, key);
}

static void
on_chosen (SpadeStyleBoard  *board,
           const char       *key,
           SpadeStylePicker *picker)
{
  g_autoptr (GFile) file = NULL;

  g_clear_pointer (&picker->complaint, g_free);
  if (key == NULL || !g_path_is_absolute (key))
    {
      choose (picker, NULL, key);
      return;
    }
  file = g_file_new_for_path (key);
  choose (picker, file, NULL);
}

static void
use_path (SpadeStylePicker *picker,
          const char       *path)
{
  g_autoptr (GFile)  file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&picker->complaint, g_free);
  if (spade_style_board_get_name (picker->board, path) == NULL &&
      picker->recent_file != NULL &&
      !spade_style_list_remember (picker->recent_file, path, &error))
    picker->complaint = g_strdup (error->message);
  choose (picker, file, NULL);
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
  if (path != NULL && spade_image_file_is_one (path))
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

GFile *
spade_style_picker_get_mix_file (SpadeStylePicker *picker)
{
  return picker->can_mix ? spade_mix_button_get_file (picker->mix_button) : NULL;
}

static void
on_mix_file (SpadeStylePicker *picker)
{
  update_state (picker);
  g_object_notify (G_OBJECT (picker), "mix-file");
}

static void
on_mix_changed (SpadeStylePicker *picker)
{
  g_object_notify (G_OBJECT (picker), "mix");
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
on_mirror_toggled (SpadeStylePicker *picker)
{
  g_object_notify (G_OBJECT (picker), "mirrored");
}

static void
on_new_seed_clicked (SpadeStylePicker *picker)
{
  spade_style_picker_set_seed (picker, g_random_int_range (0, G_MAXINT));
}

void
spade_style_picker_set_places (SpadeStylePicker       *picker,
                               const SpadeStylePlaces *places)
{
  g_autoptr (GPtrArray) styles = spade_style_list_new (places);

  g_free (picker->recent_file);
  picker->recent_file = g_strdup (places->recent_file);
  spade_style_board_set_styles (picker->board, SPADE_STYLE_SHIPPED, styles);
  spade_style_board_set_styles (picker->board, SPADE_STYLE_RECENT, styles);
  spade_style_board_set_styles (picker->board, SPADE_STYLE_YOURS, styles);
  spade_mix_button_set_styles (picker->mix_button, styles, places->recent_file);
  choose (picker, picker->file, picker->open);
}

void
spade_style_picker_set_open_styles (SpadeStylePicker *picker,
                                    GPtrArray        *styles)
{
  spade_style_board_set_styles (picker->board, SPADE_STYLE_OPEN, styles);
  update_state (picker);
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
  if (was_there != (copy == NULL) && picker->open != NULL)
    g_object_notify (G_OBJECT (picker), "open");
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
  else if (id == PROP_OPEN)
    g_value_set_string (value, spade_style_picker_get_open (picker));
  else if (id == PROP_MIX_FILE)
    g_value_set_object (value, spade_style_picker_get_mix_file (picker));
  else if (id == PROP_MIX)
    g_value_set_double (value, gtk_adjustment_get_value (picker->mix));
  else if (id == PROP_STRENGTH)
    g_value_set_double (value, spade_style_picker_get_strength (picker));
  else if (id == PROP_SEED)
    g_value_set_int (value, spade_style_picker_get_seed (picker));
  else
    g_object_get_property (G_OBJECT (picker->mirror_check), "active", value);
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
  else if (id == PROP_OPEN)
    spade_style_picker_set_open (picker, g_value_get_string (value));
  else if (id == PROP_MIX_FILE)
    spade_mix_button_set_file (picker->mix_button, g_value_get_object (value));
  else if (id == PROP_MIX)
    gtk_adjustment_set_value (picker->mix, g_value_get_double (value));
  else if (id == PROP_STRENGTH)
    gtk_adjustment_set_value (picker->strength, g_value_get_double (value));
  else if (id == PROP_SEED)
    spade_style_picker_set_seed (picker, g_value_get_int (value));
  else
    g_object_set_property (G_OBJECT (picker->mirror_check), "active", value);
}

static void
finalize (GObject *object)
{
  SpadeStylePicker *picker = SPADE_STYLE_PICKER (object);

  g_clear_object (&picker->file);
  g_free (picker->open);
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
    object_class, PROP_OPEN,
    g_param_spec_string ("open", NULL, NULL, NULL, flags));
  g_object_class_install_property (
    object_class, PROP_MIX_FILE,
    g_param_spec_object ("mix-file", NULL, NULL, G_TYPE_FILE, flags));
  g_object_class_install_property (
    object_class, PROP_MIX,
    g_param_spec_double ("mix", NULL, NULL, 0, 1, 0.5, flags));
  g_object_class_install_property (
    object_class, PROP_STRENGTH,
    g_param_spec_double ("strength", NULL, NULL, 0, 1, 1, flags));
  g_object_class_install_property (
    object_class, PROP_SEED,
    g_param_spec_int ("seed", NULL, NULL, 0, G_MAXINT, 0, flags));
  g_object_class_install_property (
    object_class, PROP_MIRRORED,
    g_param_spec_boolean ("mirrored", NULL, NULL, FALSE, flags));
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
    CHILD (mix), CHILD (mix_button), CHILD (mix_label), CHILD (mix_scale),
    CHILD (strength), CHILD (seed), CHILD (board), CHILD (notice),
    CHILD (problem), CHILD (style_name), CHILD (style_label),
    CHILD (file_button), CHILD (strength_label), CHILD (strength_scale),
    CHILD (seed_label), CHILD (seed_spin), CHILD (seed_button),
    CHILD (mirror_check),
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  spade_ui_init ();
  g_type_ensure (SPADE_TYPE_MIX_BUTTON);
  g_type_ensure (SPADE_TYPE_NOTICE);
  g_type_ensure (SPADE_TYPE_STYLE_BOARD);
  G_OBJECT_CLASS (klass)->get_property = get_property;
  G_OBJECT_CLASS (klass)->set_property = set_property;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  install_properties (G_OBJECT_CLASS (klass));
  gtk_widget_class_set_template_from_resource (
    widget_class, SPADE_UI_TEMPLATES "style-picker.ui");
  for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
    gtk_widget_class_bind_template_child_full (
      widget_class, children[i].name, FALSE, children[i].offset);
  gtk_widget_class_bind_template_callback (widget_class, on_file_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_new_seed_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_mix_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_strength_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_seed_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_mirror_toggled);
}

static void
spade_style_picker_init (SpadeStylePicker *picker)
{
  gtk_widget_init_template (GTK_WIDGET (picker));
  g_signal_connect_object (picker->board, "chosen", G_CALLBACK (on_chosen),
                           picker, 0);
  g_signal_connect_object (picker->mix_button, "notify::file",
                           G_CALLBACK (on_mix_file), picker, G_CONNECT_SWAPPED);
  choose (picker, NULL, NULL);
  gtk_drag_dest_set (GTK_WIDGET (picker), GTK_DEST_DEFAULT_ALL, NULL, 0,
                     GDK_ACTION_COPY);
  gtk_drag_dest_add_uri_targets (GTK_WIDGET (picker));
  g_signal_connect (picker, "drag-data-received",
                    G_CALLBACK (on_drag_data_received), NULL);
}
