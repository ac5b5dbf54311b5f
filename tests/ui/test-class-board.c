// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The class board: what it shows, what is picked, and its search. 123 is grass of
// COCO-Stuff, 154 sea.

#include <string.h>

#include "class-board.h"
#include "stage.h"

typedef struct
{
  GtkWidget *board, *window;
  int        chosen; // class id, or -1
} Fixture;

static void
on_chosen (SpadeClassBoard *board,
           int              class_id,
           Fixture         *this)
{
  this->chosen = class_id;
}

// Sets the first n_known favourites of the set, or all classes with 0; sea has no
// colour. With a negative number they are -n_known, in other colours.
static void
set_classes (Fixture    *this,
             const char *set_name,
             int         n_known)
{
  const SpadeClassSet *set = spade_class_set_find (set_name, NULL);
  gboolean             known[256] = { 0 }, has_colour[256];
  guint8               rgb[256][3] = { 0 };

  for (int i = 0; i < set->n_ids; i++)
    {
      known[i] = n_known == 0;
      has_colour[i] = i != 154;
      memcpy (rgb[i], set->classes[i].rgb, 3);
      rgb[i][0] = (guint8) (n_known < 0 ? 255 - rgb[i][0] : rgb[i][0]);
    }
  for (int i = set->n_ids; i < 256; i++)
    has_colour[i] = FALSE;
  for (int i = 0; i < ABS (n_known); i++)
    known[set->favourites[i]] = TRUE;
  spade_class_board_set_classes (SPADE_CLASS_BOARD (this->board), set,
                                 set->n_classes, known,
                                 (const guint8 (*)[3]) rgb, has_colour);
}

static void
set_up (Fixture *this)
{
  this->chosen = -1;
  this->board = spade_class_board_new ();
  gtk_widget_show (this->board);
  g_signal_connect (this->board, "chosen", G_CALLBACK (on_chosen), this);
  this->window = stage_show (this->board, 440, 420);
}

static GtkFlowBoxChild *
get_tile (Fixture *this,
          int      i)
{
  return gtk_flow_box_get_child_at_index (
    GTK_FLOW_BOX (stage_find (this->board, "tiles")), i);
}

static int
count_tiles (Fixture *this)
{
  int n = 0;

  while (get_tile (this, n) != NULL)
    n++;
  return n;
}

static void
assert_name (Fixture    *this,
             int         i,
             const char *expected)
{
  g_autofree char *name = NULL;

  name = gtk_widget_get_tooltip_text (GTK_WIDGET (get_tile (this, i)));
  g_assert_cmpstr (name, ==, expected);
}

static gboolean
is_marked (Fixture *this,
           int      i)
{
  return (gtk_widget_get_state_flags (GTK_WIDGET (get_tile (this, i))) &
          GTK_STATE_FLAG_SELECTED) != 0;
}

static void
test_landscape (void)
{
  Fixture          this;
  GtkFlowBoxChild *first;

  set_up (&this);
  set_classes (&this, "coco-stuff", 18);
  g_assert_cmpint (count_tiles (&this), ==, 18);
  assert_name (&this, 0, "bush");
  g_assert_false (gtk_widget_get_visible (stage_find (this.board, "search")));
  gtk_widget_activate (GTK_WIDGET (get_tile (&this, 3)));
  g_assert_cmpint (this.chosen, ==, 123);
  spade_class_board_mark (SPADE_CLASS_BOARD (this.board), 123,
                          "You paint with grass now.");
  g_assert_true (is_marked (&this, 3) && !is_marked (&this, 2));
  stage_shot (this.window, "class-board");
  first = get_tile (&this, 0);
  set_classes (&this, "coco-stuff", -18); // other colors: tile and mark stay
  g_assert_true (get_tile (&this, 0) == first && is_marked (&this, 3));
  set_classes (&this, "coco-stuff", 17);
  g_assert_cmpint (count_tiles (&this), ==, 17);
  g_assert_true (is_marked (&this, 3));
  gtk_widget_destroy (this.window);
}

// What no colour can stand for is shown and cannot be picked.
static void
test_without_colour (void)
{
  Fixture this;

  set_up (&this);
  set_classes (&this, "coco-stuff", 18);
  assert_name (&this, 12, "sea");
  g_assert_false (gtk_widget_get_sensitive (GTK_WIDGET (get_tile (&this, 12))));
  gtk_widget_destroy (this.window);
}

static void
test_search (void)
{
  Fixture   this;
  GtkWidget *search;

  set_up (&this);
  set_classes (&this, "ade20k", 0);
  search = stage_find (this.board, "search");
  g_assert_true (gtk_widget_get_visible (search));
  g_assert_cmpint (count_tiles (&this), ==, 151);
  stage_shot (this.window, "class-board-many");
  gtk_widget_grab_focus (search);
  stage_press (this.window, "Return"); // nothing is searched for
  g_assert_cmpint (this.chosen, ==, -1);
  gtk_entry_set_text (GTK_ENTRY (search), "ocean");
  stage_press (this.window, "Return"); // at once; a search entry waits for more
  g_assert_cmpint (this.chosen, ==, 27);
  g_assert_cmpint (count_tiles (&this), ==, 1);
  gtk_entry_set_text (GTK_ENTRY (search), "zzz");
  stage_wait (400);
  g_assert_cmpint (count_tiles (&this), ==, 0);
  stage_press (this.window, "Escape"); // takes the word back
  g_assert_cmpstr (gtk_entry_get_text (GTK_ENTRY (search)), ==, "");
  gtk_entry_set_text (GTK_ENTRY (search), "zzz");
  set_classes (&this, "cityscapes", 19); // few again: no search, and no word
  g_assert_cmpint (count_tiles (&this), ==, 19);
  gtk_widget_destroy (this.window);
}

// Return picks what has the focus.
static void
test_keyboard (void)
{
  Fixture this;

  set_up (&this);
  set_classes (&this, "coco-stuff", 18);
  gtk_widget_grab_focus (GTK_WIDGET (get_tile (&this, 3)));
  stage_press (this.window, "Return");
  g_assert_cmpint (this.chosen, ==, 123);
  gtk_widget_destroy (this.window);
}

int
main (int   argc,
      char *argv[])
{
  stage_init (&argc, &argv);
  g_test_add_func ("/class-board/shows-what-the-model-knows", test_landscape);
  g_test_add_func ("/class-board/a-class-without-a-color-cannot-be-picked",
                   test_without_colour);
  g_test_add_func ("/class-board/many-classes-are-searched", test_search);
  g_test_add_func ("/class-board/return-picks", test_keyboard);
  return g_test_run ();
}
