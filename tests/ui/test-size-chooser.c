// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The size chooser: 4:3 layers, steps of 32.

#include "size-chooser.h"
#include "stage.h"

static const SpadeSizes sizes = { 384, 512, 224, 288, 480, 640, 480, 640, 32 };

static GtkWidget *
new_chooser (void)
{
  GtkWidget *widget = spade_size_chooser_new ();

  spade_size_chooser_set_sizes (SPADE_SIZE_CHOOSER (widget), &sizes);
  return widget;
}

static const char *
size_of (GtkWidget *widget)
{
  return spade_size_chooser_get_size (SPADE_SIZE_CHOOSER (widget));
}

static const char *
pixels_of (GtkWidget *widget)
{
  return gtk_label_get_text (GTK_LABEL (stage_find (widget, "pixels")));
}

static void
set_side (GtkWidget  *widget,
          const char *id,
          int         value)
{
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (stage_find (widget, id)), value);
}

static void
test_words (void)
{
  GtkWidget *widget = g_object_ref_sink (new_chooser ());
  GtkWidget *combo = stage_find (widget, "combo");

  g_assert_cmpstr (size_of (widget), ==, "auto");
  g_assert_cmpstr (pixels_of (widget), ==, "512 × 384 pixels");
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (combo), "native");
  g_assert_cmpstr (pixels_of (widget), ==, "288 × 224 pixels");
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (combo), "map");
  g_assert_cmpstr (size_of (widget), ==, "map");
  g_assert_cmpstr (pixels_of (widget), ==, "640 × 480 pixels");
  g_object_set (widget, "size", NULL, NULL); // GIMP gives NULL for ""
  g_assert_cmpstr (size_of (widget), ==, "auto");
  g_object_unref (widget);
}

static void
test_aspect (void)
{
  GtkWidget *widget = g_object_ref_sink (new_chooser ());
  GtkWidget *combo = stage_find (widget, "combo");

  gtk_combo_box_set_active_id (GTK_COMBO_BOX (combo), "custom");
  g_assert_cmpstr (size_of (widget), ==, "288x224");
  set_side (widget, "width", 512);
  g_assert_cmpstr (size_of (widget), ==, "512x384");
  set_side (widget, "height", 96);
  g_assert_cmpstr (size_of (widget), ==, "128x96");
  gtk_toggle_button_set_active (
    GTK_TOGGLE_BUTTON (stage_find (widget, "keep_button")), FALSE);
  set_side (widget, "width", 512);
  g_assert_cmpstr (size_of (widget), ==, "512x96");
  gtk_toggle_button_set_active (
    GTK_TOGGLE_BUTTON (stage_find (widget, "keep_button")), TRUE);
  g_assert_cmpstr (size_of (widget), ==, "512x384");
  g_object_unref (widget);
}

static void
count (gpointer object,
       gpointer pspec,
       int     *n)
{
  (*n)++;
}

// What a script or another model left there is kept, and shown as it is.
static void
test_foreign (void)
{
  GtkWidget *widget = g_object_ref_sink (new_chooser ());
  int        n = 0;

  g_signal_connect (widget, "notify::size", G_CALLBACK (count), &n);
  g_object_set (widget, "size", "100x64", NULL);
  g_assert_cmpstr (size_of (widget), ==, "100x64");
  g_assert_true (gtk_widget_get_visible (stage_find (widget, "custom")));
  spade_size_chooser_set_sizes (SPADE_SIZE_CHOOSER (widget), &sizes);
  g_assert_cmpstr (size_of (widget), ==, "100x64");
  g_object_set (widget, "size", "big", NULL);
  g_assert_cmpstr (size_of (widget), ==, "big");
  g_assert_false (gtk_widget_get_visible (stage_find (widget, "custom")));
  g_object_set (widget, "size", "100x64x3", NULL);
  g_assert_cmpstr (size_of (widget), ==, "100x64x3");
  g_assert_false (gtk_widget_get_visible (stage_find (widget, "custom")));
  g_assert_cmpint (n, ==, 3);
  g_object_unref (widget);
}

static void
test_looks (void)
{
  GtkWidget *widget = new_chooser ();
  GtkWidget *window;

  g_object_set (widget, "size", "512x384", NULL);
  window = stage_show (widget, -1, -1);
  stage_shot (window, "size-chooser");
  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  stage_init (&argc, &argv);
  g_test_add_func ("/size-chooser/tells-what-the-words-mean", test_words);
  g_test_add_func ("/size-chooser/keeps-the-aspect", test_aspect);
  g_test_add_func ("/size-chooser/keeps-what-it-does-not-know", test_foreign);
  g_test_add_func ("/size-chooser/shows-itself", test_looks);
  return g_test_run ();
}
