// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The style board by keyboard, and while what is open changes.

#include "stage.h"
#include "style-board.h"
#include "style-tile.h"

// Gives the styles of open images with these numbers; 0 ends them.
static GPtrArray *
new_styles (const int *numbers)
{
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 60, 40);
  GPtrArray            *styles = g_ptr_array_new_with_free_func (
    (GDestroyNotify) spade_style_free);

  gdk_pixbuf_fill (picture, 0x80c0ffff);
  for (; *numbers != 0; numbers++)
    {
      g_autofree char *key = g_strdup_printf ("image:%d", *numbers);

      g_ptr_array_add (styles, spade_style_new (SPADE_STYLE_OPEN, key, key, key,
                                                picture));
    }
  return styles;
}

static void
show (GtkWidget *board,
      const int *numbers)
{
  g_autoptr (GPtrArray) styles = new_styles (numbers);

  spade_style_board_set_styles (SPADE_STYLE_BOARD (board), SPADE_STYLE_OPEN, styles);
}

static GtkWidget *
new_board (const int *numbers)
{
  GtkWidget *board = g_object_new (SPADE_TYPE_STYLE_BOARD, "visible", TRUE, NULL);

  show (board, numbers);
  return board;
}

static GtkWidget *
get_tile (GtkWidget *board,
          int        i)
{
  GtkFlowBox *box = GTK_FLOW_BOX (stage_find (board, "open_box"));

  return GTK_WIDGET (gtk_flow_box_get_child_at_index (box, i));
}

// Fails unless the open tiles have these numbers.
static void
check_tiles (GtkWidget *board,
             const int *numbers)
{
  int i;

  for (i = 0; numbers[i] != 0; i++)
    {
      g_autofree char *key = g_strdup_printf ("image:%d", numbers[i]);
      SpadeStyleTile  *tile = SPADE_STYLE_TILE (get_tile (board, i));

      g_assert_cmpstr (spade_style_tile_get_key (tile), ==, key);
    }
  g_assert_null (get_tile (board, i));
}

static void
test_tiles_stay (void)
{
  static const int lists[][5] = { { 3, 5, 7 }, { 3, 7 }, { 2, 3, 7, 9 }, { 9, 3, 2 },
                                  { 0 }, { 1, 2 } };
  GtkWidget *board = g_object_ref_sink (new_board (lists[0]));
  GtkWidget *first = get_tile (board, 0), *last = get_tile (board, 2);

  show (board, lists[0]);
  g_assert_true (get_tile (board, 0) == first);
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      show (board, lists[i]);
      check_tiles (board, lists[i]);
      if (i == 1)
        g_assert_true (get_tile (board, 0) == first && get_tile (board, 1) == last);
    }
  g_object_unref (board);
}

static void
take_key (SpadeStyleBoard *board,
          const char      *key,
          char           **out)
{
  g_free (*out);
  *out = g_strdup (key);
}

// A board that is too low for its tiles shows the one that has the focus, and Return
// chooses it.
static void
test_keyboard (void)
{
  static const int numbers[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0 };
  GtkWidget       *board = new_board (numbers);
  GtkWidget       *window = stage_show (board, 340, 240);
  GtkAdjustment   *place;
  g_autofree char *chosen = NULL;
  GtkAllocation    tile;
  int              x, y;

  g_signal_connect (board, "chosen", G_CALLBACK (take_key), &chosen);
  gtk_widget_grab_focus (get_tile (board, 0));
  stage_wait (100);
  place = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (board));
  stage_press (window, "End");
  stage_wait (300);
  g_assert_cmpfloat (gtk_adjustment_get_value (place), >, 100);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window)) == get_tile (board, 13));
  gtk_widget_get_allocation (get_tile (board, 13), &tile);
  gtk_widget_translate_coordinates (get_tile (board, 13), board, 0, 0, &x, &y);
  g_assert_cmpint (y + tile.height, <=, gtk_widget_get_allocated_height (board));
  g_assert_cmpint (y, >=, 0);
  stage_press (window, "Return");
  g_assert_cmpstr (chosen, ==, "image:14");
  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  stage_init (&argc, &argv);
  g_test_add_func ("/style-board/keeps-its-tiles", test_tiles_stay);
  g_test_add_func ("/style-board/is-worked-by-keyboard", test_keyboard);
  return g_test_run ();
}
