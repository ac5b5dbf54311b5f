// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The preview pane and the grid of variations on a screen.

#include <string.h>

#include "picture-area.h"
#include "preview-pane.h"
#include "stage.h"
#include "variations-grid.h"

// Three bands, as a map; or a smooth picture with a hue of its own.
static GdkPixbuf *
new_picture (int width, int height, gboolean is_map, int hue)
{
  GdkPixbuf *picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width,
                                       height);
  const guint32 bands[] = { 0x9ceeddff, 0x869664ff, 0x7bc800ff };
  guint8       *pixels = gdk_pixbuf_get_pixels (picture);
  int           stride = gdk_pixbuf_get_rowstride (picture);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        guint8 *p = pixels + y * stride + 3 * x;
        guint32 band = bands[MIN (2, (y + (x * x / 40) % 9) * 3 / height)];

        for (int c = 0; c < 3; c++)
          p[c] = (guint8) (band >> (24 - 8 * c));
        if (!is_map)
          {
            p[0] = (guint8) ((p[0] * 3 + y * 255 / height) / 4);
            p[1] = (guint8) ((p[1] * 3 + hue) / 4);
            p[2] = (guint8) ((p[2] * 2 + hue + x * 255 / width) / 4);
          }
      }
  return picture;
}

static void
count (gpointer object, gpointer pspec, int *n)
{
  (*n)++;
}

static void
test_toggle (void)
{
  GtkWidget           *widget = g_object_ref_sink (spade_preview_pane_new ());
  SpadePreviewPane    *pane = SPADE_PREVIEW_PANE (widget);
  SpadePictureArea    *area = SPADE_PICTURE_AREA (stage_find (widget, "area"));
  g_autoptr (GdkPixbuf) map = new_picture (40, 30, TRUE, 0);
  g_autoptr (GdkPixbuf) result = new_picture (64, 48, FALSE, 60);
  int                  n = 0;

  g_signal_connect (pane, "notify::shows-result", G_CALLBACK (count), &n);
  spade_preview_pane_set_map (pane, map);
  spade_preview_pane_set_result (pane, result);
  g_assert_true (spade_picture_area_get_picture (area) == map);
  g_object_set (pane, "shows-result", TRUE, NULL);
  g_assert_true (spade_picture_area_get_picture (area) == result);
  g_assert_cmpint (n, ==, 1);
  spade_preview_pane_set_result (pane, NULL);
  g_assert_null (spade_picture_area_get_picture (area));
  g_assert_true (gtk_widget_get_visible (stage_find (widget, "placeholder")));
  g_object_unref (widget);
}

// After a render the line says again what it said before.
static void
test_progress (void)
{
  GtkWidget        *widget = g_object_ref_sink (spade_preview_pane_new ());
  SpadePreviewPane *pane = SPADE_PREVIEW_PANE (widget);
  GtkLabel         *status = GTK_LABEL (stage_find (widget, "status"));
  GtkWidget        *icon = stage_find (widget, "problem_icon");

  spade_preview_pane_set_status (pane, "All is well.", TRUE);
  g_assert_true (gtk_widget_get_visible (icon));
  spade_preview_pane_set_progress (pane, 0.3, "generator");
  g_assert_cmpstr (gtk_label_get_text (status), ==, "Rendering…");
  g_assert_false (gtk_widget_get_visible (icon));
  spade_preview_pane_set_progress (pane, -1, NULL);
  g_assert_cmpstr (gtk_label_get_text (status), ==, "All is well.");
  g_assert_true (gtk_widget_get_visible (icon));
  g_object_unref (widget);
}

// The time left is told after three seconds, and of the newest render.
static void
test_time_left (void)
{
  GtkWidget        *widget = g_object_ref_sink (spade_preview_pane_new ());
  SpadePreviewPane *pane = SPADE_PREVIEW_PANE (widget);
  GtkLabel         *status = GTK_LABEL (stage_find (widget, "status"));

  spade_preview_pane_set_progress (pane, 0.3, "generator");
  g_usleep (3100 * 1000);
  spade_preview_pane_set_progress (pane, 0.6, "generator");
  g_assert_nonnull (strstr (gtk_label_get_text (status), " s left"));
  spade_preview_pane_set_progress (pane, 0.1, "generator");
  g_assert_cmpstr (gtk_label_get_text (status), ==, "Rendering…");
  g_object_unref (widget);
}

static void
test_pane_looks (void)
{
  GtkWidget           *widget = spade_preview_pane_new ();
  SpadePreviewPane    *pane = SPADE_PREVIEW_PANE (widget);
  GtkWidget           *window = stage_show (widget, 420, 400);
  g_autoptr (GdkPixbuf) map = new_picture (40, 30, TRUE, 0);
  g_autoptr (GdkPixbuf) result = new_picture (256, 192, FALSE, 60);

  stage_shot (window, "preview-pane-empty");
  spade_preview_pane_set_map (pane, map);
  spade_preview_pane_set_result (pane, result);
  spade_preview_pane_set_status (
    pane, "256 × 192 in 1.2 s on the CPU. The layer is 1024 × 768.", FALSE);
  stage_shot (window, "preview-pane-map");
  spade_preview_pane_set_shows_result (pane, TRUE);
  spade_preview_pane_set_progress (pane, 0.4, "generator");
  stage_shot (window, "preview-pane-busy");
  spade_preview_pane_set_progress (pane, -1, NULL);
  spade_preview_pane_set_status (
    pane, "2 palette entries have no class: #3 (my lake, 22000 pixels) and #5 "
    "(hut, 12 pixels); give them one in the class table.", TRUE);
  stage_shot (window, "preview-pane-problem");
  gtk_widget_destroy (window);
}

// Says whether the middle of the widget is that colour on the screen, but for
// what scaling rounds.
static gboolean
is_middle (GtkWidget *widget, guint32 rgb)
{
  GtkWidget            *window = gtk_widget_get_toplevel (widget);
  g_autoptr (GdkPixbuf) picture = NULL;
  int                   x, y;

  gtk_widget_translate_coordinates (
    widget, window, gtk_widget_get_allocated_width (widget) / 2,
    gtk_widget_get_allocated_height (widget) / 2, &x, &y);
  picture = gdk_pixbuf_get_from_window (gtk_widget_get_window (window), x, y,
                                        1, 1);
  for (int c = 0; c < 3; c++)
    if (ABS (gdk_pixbuf_read_pixels (picture)[c] -
             (int) (rgb >> (16 - 8 * c) & 255)) > 2)
      return FALSE;
  return TRUE;
}

// Cairo draws nothing of more than 32767 pixels a side.
static void
test_large (void)
{
  static const struct
  {
    int width, height;
  } sizes[] = { { 40000, 400 }, { 400, 40000 }, { 32768, 1 } };
  GtkWidget        *widget = spade_preview_pane_new ();
  SpadePreviewPane *pane = SPADE_PREVIEW_PANE (widget);
  GtkWidget        *window = stage_show (widget, 420, 400);
  GtkWidget        *area = stage_find (widget, "area");

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GdkPixbuf) picture = NULL;

      picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, sizes[i].width,
                                sizes[i].height);
      gdk_pixbuf_fill (picture, 0x7bc800ff);
      spade_preview_pane_set_result (pane, picture);
      spade_preview_pane_set_shows_result (pane, TRUE);
      stage_shot (window, "preview-pane-large");
      g_assert_true (is_middle (area, 0x7bc800));
      gdk_pixbuf_fill (picture, 0x869664ff);
      spade_preview_pane_set_map (pane, picture);
      spade_preview_pane_set_shows_result (pane, FALSE);
      stage_wait (100);
      g_assert_true (is_middle (area, 0x869664));
      spade_preview_pane_set_map (pane, NULL);
    }
  gtk_widget_destroy (window);
}

static void
bump (int *n)
{
  (*n)++;
}

static void
test_seeds (void)
{
  GtkWidget           *widget = g_object_ref_sink (spade_variations_grid_new ());
  SpadeVariationsGrid *grid = SPADE_VARIATIONS_GRID (widget);
  int                  seeds[SPADE_VARIATIONS_MAX];
  int                  n_changed = 0;

  g_signal_connect_swapped (grid, "changed", G_CALLBACK (bump), &n_changed);
  spade_variations_grid_set_seed (grid, 100);
  g_assert_cmpint (n_changed, ==, 1);
  g_assert_cmpint (spade_variations_grid_get_seeds (grid, seeds), ==, 4);
  g_assert_cmpint (seeds[0], ==, 100);
  g_assert_cmpint (seeds[3], ==, 103);
  spade_variations_grid_set_seed (grid, 102); // a tile shows it already
  spade_variations_grid_get_seeds (grid, seeds);
  g_assert_cmpint (seeds[0], ==, 100);
  g_assert_cmpint (n_changed, ==, 1);
  spade_variations_grid_set_n_tiles (grid, 9);
  g_assert_cmpint (spade_variations_grid_get_seeds (grid, seeds), ==, 9);
  g_assert_cmpint (seeds[0], ==, 100);
  g_assert_cmpint (seeds[8], ==, 108);
  spade_variations_grid_set_seed (grid, G_MAXINT);
  spade_variations_grid_get_seeds (grid, seeds);
  g_assert_cmpint (seeds[0], ==, G_MAXINT);
  g_assert_cmpint (seeds[1], ==, 0);
  g_object_unref (widget);
}

static GtkWidget *
tile_at (GtkWidget *grid, int x, int y)
{
  return gtk_grid_get_child_at (GTK_GRID (stage_find (grid, "tiles")), x, y);
}

static void
test_choose (void)
{
  GtkWidget           *widget = g_object_ref_sink (spade_variations_grid_new ());
  SpadeVariationsGrid *grid = SPADE_VARIATIONS_GRID (widget);
  GtkToggleButton     *last = GTK_TOGGLE_BUTTON (tile_at (widget, 1, 1));
  int                  n = 0;

  g_signal_connect (grid, "notify::seed", G_CALLBACK (count), &n);
  gtk_button_clicked (GTK_BUTTON (last));
  g_assert_cmpint (spade_variations_grid_get_seed (grid), ==, 3);
  g_assert_cmpint (n, ==, 1);
  gtk_button_clicked (GTK_BUTTON (last)); // stays chosen
  g_assert_cmpint (spade_variations_grid_get_seed (grid), ==, 3);
  g_assert_true (gtk_toggle_button_get_active (last));
  g_assert_cmpint (n, ==, 1);
  g_object_unref (widget);
}

static void
test_grid_looks (void)
{
  GtkWidget           *widget = spade_variations_grid_new ();
  SpadeVariationsGrid *grid = SPADE_VARIATIONS_GRID (widget);
  GtkWidget           *window = stage_show (widget, 400, 360);

  spade_variations_grid_set_n_tiles (grid, 9);
  for (int i = 0; i < 7; i++)
    {
      g_autoptr (GdkPixbuf) picture = new_picture (128, 96, FALSE, 28 * i);

      spade_variations_grid_set_picture (grid, i, picture);
    }
  spade_variations_grid_set_seed (grid, 4);
  stage_shot (window, "variations-grid");
  spade_variations_grid_set_reason (
    grid, "This model makes one picture of a map; seeds change nothing.");
  stage_shot (window, "variations-grid-disabled");
  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  stage_init (&argc, &argv);
  g_test_add_func ("/preview-pane/shows-map-or-result", test_toggle);
  g_test_add_func ("/preview-pane/brings-its-status-back", test_progress);
  g_test_add_func ("/preview-pane/tells-the-time-of-this-render",
                   test_time_left);
  g_test_add_func ("/preview-pane/shows-itself", test_pane_looks);
  g_test_add_func ("/preview-pane/shows-more-than-cairo-can", test_large);
  g_test_add_func ("/variations-grid/counts-seeds-up", test_seeds);
  g_test_add_func ("/variations-grid/sets-the-seed-of-its-choice", test_choose);
  g_test_add_func ("/variations-grid/shows-itself", test_grid_looks);
  return g_test_run ();
}
