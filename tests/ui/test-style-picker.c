// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The style picker, in a home of its own.

#include <glib/gstdio.h>
#include <string.h>

#include "mix-button.h"
#include "stage.h"
#include "style-home.h"
#include "style-picker.h"
#include "style-tile.h"

static void
count (gpointer object, gpointer pspec, int *n)
{
  (*n)++;
}

static void
test_states (void)
{
  GtkWidget        *widget = g_object_ref_sink (spade_style_picker_new ());
  SpadeStylePicker *picker = SPADE_STYLE_PICKER (widget);
  SpadeStylePlaces  where = style_home_places ();
  g_autofree char  *path = g_build_filename (style_home, "yours", "my.png", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GtkWidget        *scale = stage_find (widget, "strength_scale");
  int               n = 0;

  spade_style_picker_set_places (picker, &where);
  g_signal_connect (picker, "notify::file", G_CALLBACK (count), &n);
  g_assert_null (spade_style_picker_get_file (picker));
  g_assert_false (gtk_widget_get_sensitive (scale));
  spade_style_picker_set_file (picker, file);
  g_assert_true (g_file_equal (spade_style_picker_get_file (picker), file));
  g_assert_true (gtk_widget_get_sensitive (scale));
  g_assert_cmpint (n, ==, 1);
  spade_style_picker_set_style_reason (picker, "No style encoder.");
  g_assert_null (spade_style_picker_get_file (picker));
  g_assert_false (gtk_widget_get_sensitive (scale));
  g_assert_true (gtk_widget_get_visible (stage_find (widget, "notice")));
  g_assert_true (gtk_widget_get_sensitive (stage_find (widget, "seed_spin")));
  g_assert_cmpint (n, ==, 2);
  spade_style_picker_set_style_reason (picker, NULL);
  g_assert_true (g_file_equal (spade_style_picker_get_file (picker), file));
  spade_style_picker_set_seed_reason (picker, "Seeds change nothing.");
  g_assert_false (gtk_widget_get_sensitive (stage_find (widget, "seed_spin")));
  g_object_unref (widget);
}

static void
test_mirrored (void)
{
  GtkWidget       *widget = g_object_ref_sink (spade_style_picker_new ());
  GtkToggleButton *check
    = GTK_TOGGLE_BUTTON (stage_find (widget, "mirror_check"));
  gboolean         is_mirrored;
  int              n = 0;

  g_signal_connect (widget, "notify::mirrored", G_CALLBACK (count), &n);
  gtk_toggle_button_set_active (check, TRUE);
  g_object_get (widget, "mirrored", &is_mirrored, NULL);
  g_assert_true (is_mirrored);
  g_object_set (widget, "mirrored", FALSE, NULL);
  g_assert_false (gtk_toggle_button_get_active (check));
  g_assert_cmpint (n, ==, 2);
  g_object_unref (widget);
}

// What is open is chosen instead of a file, and a file instead of that.
static void
test_open (void)
{
  GtkWidget        *widget = g_object_ref_sink (spade_style_picker_new ());
  SpadeStylePicker *picker = SPADE_STYLE_PICKER (widget);
  SpadeStylePlaces  where = style_home_places ();
  g_autofree char  *path = g_build_filename (style_home, "yours", "my.png", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GPtrArray) open = g_ptr_array_new_with_free_func (
    (GDestroyNotify) spade_style_free);
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, TRUE, 8,
                                                  60, 40);
  GtkLabel *name = GTK_LABEL (stage_find (widget, "style_name"));
  int       n_file = 0, n_open = 0;

  gdk_pixbuf_fill (picture, 0x80c0ff80);
  g_ptr_array_add (open, spade_style_new (SPADE_STYLE_OPEN, "image:3",
                                          "photo.jpg", "photo.jpg", picture));
  spade_style_picker_set_places (picker, &where);
  spade_style_picker_set_open_styles (picker, open);
  spade_style_picker_set_file (picker, file);
  g_signal_connect (picker, "notify::file", G_CALLBACK (count), &n_file);
  g_signal_connect (picker, "notify::open", G_CALLBACK (count), &n_open);
  g_object_set (picker, "open", "image:3", NULL);
  g_assert_null (spade_style_picker_get_file (picker));
  g_assert_cmpstr (spade_style_picker_get_open (picker), ==, "image:3");
  g_assert_cmpstr (gtk_label_get_text (name), ==, "photo.jpg");
  g_assert_cmpint (n_file, ==, 1);
  g_assert_cmpint (n_open, ==, 1);
  spade_style_picker_set_file (picker, NULL); // says nothing new
  g_assert_cmpstr (spade_style_picker_get_open (picker), ==, "image:3");
  spade_style_picker_set_file (picker, file);
  g_assert_null (spade_style_picker_get_open (picker));
  g_assert_cmpint (n_file, ==, 2);
  g_assert_cmpint (n_open, ==, 2);
  spade_style_picker_set_file (picker, NULL);
  g_assert_cmpstr (gtk_label_get_text (name), ==, "Random");
  g_object_unref (widget);
}

// The second style is there only beside a first one, and comes back with it.
static void
test_mix (void)
{
  GtkWidget        *widget = g_object_ref_sink (spade_style_picker_new ());
  SpadeStylePicker *picker = SPADE_STYLE_PICKER (widget);
  SpadeStylePlaces  where = style_home_places ();
  g_autofree char  *first_path = g_build_filename (style_home, "yours", "my.png", NULL);
  g_autofree char  *path = g_build_filename (style_home, "stray.png", NULL);
  g_autoptr (GFile) first = g_file_new_for_path (first_path);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GtkWidget        *button = stage_find (widget, "mix_button");
  GtkWidget        *scale = stage_find (widget, "mix_scale");
  GtkLabel         *name;
  double            mix;
  int               n_file = 0, n_mix = 0;

  name = GTK_LABEL (gtk_widget_get_template_child (button, SPADE_TYPE_MIX_BUTTON,
                                                   "name"));
  spade_style_picker_set_places (picker, &where);
  g_signal_connect (picker, "notify::mix-file", G_CALLBACK (count), &n_file);
  g_signal_connect (picker, "notify::mix", G_CALLBACK (count), &n_mix);
  g_object_set (picker, "mix-file", file, "mix", 0.25, NULL);
  g_assert_null (spade_style_picker_get_mix_file (picker));
  g_assert_false (gtk_widget_get_sensitive (button));
  g_assert_cmpstr (gtk_label_get_text (name), ==, "stray");
  g_assert_cmpint (n_mix, ==, 1);
  n_file = 0;
  spade_style_picker_set_file (picker, first);
  g_assert_true (g_file_equal (spade_style_picker_get_mix_file (picker), file));
  g_assert_true (gtk_widget_get_sensitive (button));
  g_assert_true (gtk_widget_get_sensitive (scale));
  g_assert_cmpint (n_file, ==, 1);
  spade_style_picker_set_style_reason (picker, "No style encoder.");
  g_assert_null (spade_style_picker_get_mix_file (picker));
  g_assert_cmpint (n_file, ==, 2);
  spade_style_picker_set_style_reason (picker, NULL);
  g_assert_cmpint (n_file, ==, 3);
  g_object_get (picker, "mix", &mix, NULL);
  g_assert_cmpfloat (mix, ==, 0.25);
  spade_style_picker_set_file (picker, NULL); // random, and all of it
  g_assert_cmpstr (gtk_label_get_text (name), ==, "Nothing");
  spade_style_picker_set_file (picker, first);
  g_assert_null (spade_style_picker_get_mix_file (picker));
  g_object_set (picker, "mix-file", file, NULL);
  n_file = 0;
  g_object_set (picker, "mix-file", NULL, NULL);
  g_assert_cmpint (n_file, ==, 1);
  g_assert_false (gtk_widget_get_sensitive (scale));
  g_assert_cmpstr (gtk_label_get_text (name), ==, "Nothing");
  g_object_unref (widget);
}

static GtkWidget *
find_style (GtkWidget *inside, const char *name)
{
  GtkWidget *found = NULL;

  if (SPADE_IS_STYLE_TILE (inside)
      && g_strcmp0 (spade_style_tile_get_name (SPADE_STYLE_TILE (inside)), name) == 0)
    return inside;
  if (GTK_IS_CONTAINER (inside))
    {
      g_autoptr (GList) children
          = gtk_container_get_children (GTK_CONTAINER (inside));

      for (GList *child = children; child != NULL && found == NULL;
           child = child->next)
        found = find_style (child->data, name);
    }
  return found;
}

// The board of the second style, opened, and a choice on it.
static void
test_mix_board (void)
{
  GtkWidget        *widget = spade_style_picker_new ();
  SpadeStylePicker *picker = SPADE_STYLE_PICKER (widget);
  SpadeStylePlaces  where = style_home_places ();
  g_autofree char  *first_path = g_build_filename (style_home, "yours", "my.png", NULL);
  g_autoptr (GFile) first = g_file_new_for_path (first_path);
  g_autofree char  *name = NULL;
  GtkWidget        *button = stage_find (widget, "mix_button");
  GtkWidget        *window, *popover, *tile;

  popover = GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button)));
  spade_style_picker_set_places (picker, &where);
  spade_style_picker_set_file (picker, first);
  window = stage_show (widget, 400, 640);
  gtk_button_clicked (GTK_BUTTON (button));
  g_assert_true (gtk_widget_get_visible (popover));
  stage_shot (window, "style-picker-mix");
  tile = find_style (popover, "Storm");
  g_assert_nonnull (tile);
  gtk_widget_activate (tile);
  name = g_file_get_basename (spade_style_picker_get_mix_file (picker));
  g_assert_cmpstr (name, ==, "storm.png");
  stage_shot (window, "style-picker-mixed");
  gtk_widget_destroy (window);
}

static void
test_drop (void)
{
  GtkWidget        *widget = g_object_ref_sink (spade_style_picker_new ());
  SpadeStylePicker *picker = SPADE_STYLE_PICKER (widget);
  SpadeStylePlaces  where = style_home_places ();
  g_autofree char  *path = g_build_filename (style_home, "stray.png", NULL);
  g_autofree char  *uri = g_filename_to_uri (path, NULL, NULL);
  const char       *good[] = { uri, NULL };
  const char       *bad[] = { "https://example.org/a.png", NULL };
  g_autofree char  *chosen = NULL;
  g_autofree char  *recent = NULL;

  spade_style_picker_set_places (picker, &where);
  g_assert_true (spade_style_picker_drop (picker, good));
  chosen = g_file_get_path (spade_style_picker_get_file (picker));
  g_assert_cmpstr (chosen, ==, path);
  g_assert_true (g_file_get_contents (where.recent_file, &recent, NULL, NULL));
  g_assert_true (g_str_has_prefix (recent, path));
  g_assert_false (spade_style_picker_drop (picker, bad));
  g_assert_true (gtk_widget_get_visible (stage_find (widget, "notice")));
  g_assert_nonnull (spade_style_picker_get_file (picker));
  g_unlink (where.recent_file);
  g_object_unref (widget);
}

// GIMP opens what gdk-pixbuf cannot; a folder and a text are no images.
static void
test_drop_types (void)
{
  static const struct
  {
    const char *name, *text;
    gboolean    is_image;
  } files[] = {
    { "map.xcf", "gimp xcf v011", TRUE },
    { "photo.psd", "8BPS", TRUE },
    { "notes.txt", "no image", FALSE },
    { "unknown", "\1\2\3\4", FALSE },
    { "shipped", NULL, FALSE },
    { "gone.xcf", NULL, FALSE },
  };
  GtkWidget *widget = g_object_ref_sink (spade_style_picker_new ());

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (style_home, files[i].name, NULL);
      g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
      const char      *uris[] = { uri, NULL };

      if (files[i].text != NULL)
        g_assert_true (g_file_set_contents (path, files[i].text, -1, NULL));
      g_assert_cmpint (spade_style_picker_drop (SPADE_STYLE_PICKER (widget),
                                                uris), ==, files[i].is_image);
      if (files[i].text != NULL)
        g_unlink (path);
    }
  g_object_unref (widget);
}

static void
test_new_seed (void)
{
  GtkWidget *widget = g_object_ref_sink (spade_style_picker_new ());
  int        n = 0;

  g_signal_connect (widget, "notify::seed", G_CALLBACK (count), &n);
  g_object_set (widget, "seed", 12, NULL);
  g_assert_cmpint (n, ==, 1);
  gtk_button_clicked (GTK_BUTTON (stage_find (widget, "seed_button")));
  g_assert_cmpint (n, ==, 2);
  g_assert_cmpint (spade_style_picker_get_seed (SPADE_STYLE_PICKER (widget)),
                   !=, 12);
  g_object_unref (widget);
}

static void
test_looks (void)
{
  GtkWidget        *widget = spade_style_picker_new ();
  SpadeStylePicker *picker = SPADE_STYLE_PICKER (widget);
  SpadeStylePlaces  where = style_home_places ();
  g_autofree char  *path = g_build_filename (style_home, "shipped",
                                             "evening_sun.png", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GPtrArray) open = g_ptr_array_new_with_free_func (
    (GDestroyNotify) spade_style_free);
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8,
                                                  60, 40);
  GtkWidget        *window;

  gdk_pixbuf_fill (picture, 0x80c0ffff);
  g_ptr_array_add (open, spade_style_new (SPADE_STYLE_OPEN, "image:3",
                                          "photo.jpg", "photo.jpg", picture));
  spade_style_picker_set_places (picker, &where);
  spade_style_picker_set_open_styles (picker, open);
  spade_style_picker_set_file (picker, file);
  window = stage_show (widget, 400, 640);
  for (int i = 0; i < 6; i++) // the focus goes by and changes nothing
    gtk_widget_child_focus (window, GTK_DIR_TAB_FORWARD);
  g_assert_true (g_file_equal (spade_style_picker_get_file (picker), file));
  spade_style_picker_set_problem (picker, "The style image evening_sun.png "
                                  "is not an image that GIMP can open.");
  stage_shot (window, "style-picker");
  spade_style_picker_set_problem (picker, NULL);
  spade_style_picker_set_style_reason (
    picker, "The model landscape has no style encoder: choose a seed instead, "
    "or a model that has one.");
  stage_shot (window, "style-picker-disabled");
  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  int status;

  style_home_set_up ();
  stage_init (&argc, &argv);
  g_test_add_func ("/style-picker/disables-what-a-model-lacks", test_states);
  g_test_add_func ("/style-picker/chooses-a-file-or-what-is-open", test_open);
  g_test_add_func ("/style-picker/mixes-with-a-second-style", test_mix);
  g_test_add_func ("/style-picker/shows-styles-to-mix-with", test_mix_board);
  g_test_add_func ("/style-picker/says-whether-it-is-mirrored", test_mirrored);
  g_test_add_func ("/style-picker/takes-dropped-files", test_drop);
  g_test_add_func ("/style-picker/takes-every-image-of-gimp", test_drop_types);
  g_test_add_func ("/style-picker/draws-a-new-seed", test_new_seed);
  g_test_add_func ("/style-picker/shows-itself", test_looks);
  status = g_test_run ();
  style_home_tear_down ();
  return status;
}
