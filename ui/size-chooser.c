// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The size chooser. With the aspect kept, the side that was changed last
// decides the other, as near as the step allows.

#include "size-chooser.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "resource.h"

struct _SpadeSizeChooser
{
  GtkBox parent_instance;

  char      *size;
  SpadeSizes sizes;      // all 0 before they are known
  gboolean   is_filling; // the widgets follow the property

  GtkComboBox     *combo;
  GtkLabel        *pixels;
  GtkWidget       *custom;
  GtkSpinButton   *width, *height;
  GtkToggleButton *keep_button;
};

G_DEFINE_TYPE (SpadeSizeChooser, spade_size_chooser, GTK_TYPE_BOX)

static gboolean
parse (const char *size,
       int        *out_width,
       int        *out_height)
{
  char end;

  return sscanf (size, "%6d%*1[xX]%6d%c", out_width, out_height, &end) == 2 &&
         *out_width > 0 && *out_height > 0;
}

static void
show_pixels (SpadeSizeChooser *chooser)
{
  const SpadeSizes *sizes = &chooser->sizes;
  g_autofree char  *text = NULL;
  int               width = 0, height = 0;

  if (strcmp (chooser->size, "auto") == 0)
    width = sizes->auto_width, height = sizes->auto_height;
  else if (strcmp (chooser->size, "native") == 0)
    width = sizes->native_width, height = sizes->native_height;
  else if (strcmp (chooser->size, "map") == 0)
    width = sizes->map_width, height = sizes->map_height;
  if (width > 0)
    // Translators: width and height
    text = g_strdup_printf (_("%d × %d pixels"), width, height);
  gtk_label_set_text (chooser->pixels, text != NULL ? text : "");
}

// Shows the property in the widgets.
static void
fill (SpadeSizeChooser *chooser)
{
  int      width, height;
  gboolean is_custom = parse (chooser->size, &width, &height);

  chooser->is_filling = TRUE;
  gtk_combo_box_set_active_id (chooser->combo,
                               is_custom ? "custom" : chooser->size);
  if (is_custom)
    {
      gtk_spin_button_set_value (chooser->width, width);
      gtk_spin_button_set_value (chooser->height, height);
    }
  gtk_widget_set_visible (chooser->custom, is_custom);
  show_pixels (chooser);
  chooser->is_filling = FALSE;
}

static void
take (SpadeSizeChooser *chooser,
      char             *size) // given away
{
  if (g_strcmp0 (size, chooser->size) == 0)
    {
      g_free (size);
      return;
    }
  g_free (chooser->size);
  chooser->size = size;
  fill (chooser);
  g_object_notify (G_OBJECT (chooser), "size");
}

static void
take_custom (SpadeSizeChooser *chooser)
{
  take (chooser, g_strdup_printf (
    "%dx%d", gtk_spin_button_get_value_as_int (chooser->width),
    gtk_spin_button_get_value_as_int (chooser->height)));
}

static void
on_combo_changed (SpadeSizeChooser *chooser)
{
  const char *id = gtk_combo_box_get_active_id (chooser->combo);

  if (chooser->is_filling || id == NULL)
    return;
  if (strcmp (id, "custom") == 0)
    take_custom (chooser);
  else
    take (chooser, g_strdup (id));
}

// Gives the value nearest to wanted that the step and the range allow.
static int
nearest (SpadeSizeChooser *chooser,
         GtkSpinButton    *spin,
         double            wanted)
{
  int    step = MAX (chooser->sizes.step, 1);
  double lower, upper;

  gtk_spin_button_get_range (spin, &lower, &upper);
  return (int) CLAMP ((int) (wanted / step + 0.5) * step, lower, upper);
}

static void
on_side_changed (SpadeSizeChooser *chooser,
                 GtkSpinButton    *changed)
{
  const SpadeSizes *sizes = &chooser->sizes;
  gboolean          is_width = changed == chooser->width;
  GtkSpinButton    *other = is_width ? chooser->height : chooser->width;
  double            value = gtk_spin_button_get_value (changed);
  double            aspect;

  if (chooser->is_filling)
    return;
  if (gtk_toggle_button_get_active (chooser->keep_button) &&
      sizes->layer_height > 0)
    {
      aspect = (double) sizes->layer_width / sizes->layer_height;
      chooser->is_filling = TRUE;
      gtk_spin_button_set_value (
        other, nearest (chooser, other,
                        is_width ? value / aspect : value * aspect));
      chooser->is_filling = FALSE;
    }
  take_custom (chooser);
}

static void
on_keep_toggled (SpadeSizeChooser *chooser)
{
  if (gtk_toggle_button_get_active (chooser->keep_button))
    on_side_changed (chooser, chooser->width);
}

static void
set_step (GtkSpinButton *spin,
          int            step)
{
  GtkAdjustment *adjustment = gtk_spin_button_get_adjustment (spin);

  g_object_set (adjustment, "lower", (double) step, "step-increment",
                (double) step, "page-increment", 4.0 * step, NULL);
}

void
spade_size_chooser_set_sizes (SpadeSizeChooser *chooser,
                              const SpadeSizes *sizes)
{
  int width, height;

  chooser->sizes = *sizes;
  chooser->is_filling = TRUE;
  set_step (chooser->width, sizes->step);
  set_step (chooser->height, sizes->step);
  if (!parse (chooser->size, &width, &height)) // where a custom size begins
    {
      gtk_spin_button_set_value (chooser->width, sizes->native_width);
      gtk_spin_button_set_value (chooser->height, sizes->native_height);
    }
  chooser->is_filling = FALSE;
  show_pixels (chooser);
}

const char *
spade_size_chooser_get_size (SpadeSizeChooser *chooser)
{
  return chooser->size;
}

void
spade_size_chooser_set_size (SpadeSizeChooser *chooser,
                             const char       *size)
{
  take (chooser, g_strdup (size != NULL && *size != '\0' ? size : "auto"));
}

GtkWidget *
spade_size_chooser_new (void)
{
  return g_object_new (SPADE_TYPE_SIZE_CHOOSER, NULL);
}

static void
get_property (GObject    *object,
              guint       id,
              GValue     *value,
              GParamSpec *pspec)
{
  g_value_set_string (value, SPADE_SIZE_CHOOSER (object)->size);
}

static void
set_property (GObject      *object,
              guint         id,
              const GValue *value,
              GParamSpec   *pspec)
{
  spade_size_chooser_set_size (SPADE_SIZE_CHOOSER (object),
                               g_value_get_string (value));
}

static gboolean
mnemonic_activate (GtkWidget *widget,
                   gboolean   cycles)
{
  return gtk_widget_mnemonic_activate (
    GTK_WIDGET (SPADE_SIZE_CHOOSER (widget)->combo), cycles);
}

static void
finalize (GObject *object)
{
  g_free (SPADE_SIZE_CHOOSER (object)->size);
  G_OBJECT_CLASS (spade_size_chooser_parent_class)->finalize (object);
}

static void
spade_size_chooser_class_init (SpadeSizeChooserClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  spade_ui_init ();
  object_class->get_property = get_property;
  object_class->set_property = set_property;
  object_class->finalize = finalize;
  widget_class->mnemonic_activate = mnemonic_activate;
  g_object_class_install_property (
    object_class, 1,
    g_param_spec_string ("size", NULL, NULL, "auto",
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                           G_PARAM_STATIC_STRINGS));
  gtk_widget_class_set_template_from_resource (
    widget_class, SPADE_UI_TEMPLATES "size-chooser.ui");
  gtk_widget_class_bind_template_child (widget_class, SpadeSizeChooser, combo);
  gtk_widget_class_bind_template_child (widget_class, SpadeSizeChooser, pixels);
  gtk_widget_class_bind_template_child (widget_class, SpadeSizeChooser, custom);
  gtk_widget_class_bind_template_child (widget_class, SpadeSizeChooser, width);
  gtk_widget_class_bind_template_child (widget_class, SpadeSizeChooser, height);
  gtk_widget_class_bind_template_child (widget_class, SpadeSizeChooser,
                                        keep_button);
  gtk_widget_class_bind_template_callback (widget_class, on_combo_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_side_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_keep_toggled);
}

static void
spade_size_chooser_init (SpadeSizeChooser *chooser)
{
  chooser->size = g_strdup ("auto");
  gtk_widget_init_template (GTK_WIDGET (chooser));
  fill (chooser);
}
