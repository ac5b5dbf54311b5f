// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The class table view on a screen: by hand, by keyboard, by property.

#include <string.h>

#include "class-chooser.h"
#include "class-table-view.h"
#include "stage.h"

static const SpadePaletteEntry entries[] = {
  { { 0x9c, 0xee, 0xdd }, "sky" },
  { { 0x86, 0x96, 0x64 }, "mountain" },
  { { 0x7b, 0xc8, 0x00 }, "Untitled" },
  { { 0x20, 0x60, 0xc0 }, "my lake" },
  { { 0x9a, 0xc6, 0xda }, NULL },
  { { 0x80, 0x30, 0x30 }, "barn" },
  { { 0xa8, 0xc8, 0x32 }, "a tree with a very long palette entry name" },
};
static const guint64 pixels[] = { 90000, 41000, 60000, 22000, 1500, 12, 30100 };

static GtkWidget *
new_view (void)
{
  GtkWidget *view = spade_class_table_view_new ();

  spade_class_table_view_set_palette (
    SPADE_CLASS_TABLE_VIEW (view), spade_class_set_find ("coco-stuff", NULL),
    182, entries, G_N_ELEMENTS (entries), pixels);
  return view;
}

static void
count (GObject    *object,
       GParamSpec *pspec,
       gpointer    data)
{
  (*(int *) data)++;
}

static void
test_property (void)
{
  GtkWidget           *widget = g_object_ref_sink (new_view ());
  SpadeClassTableView *view = SPADE_CLASS_TABLE_VIEW (widget);
  int                  n_notified = 0;

  g_signal_connect (view, "notify::table", G_CALLBACK (count), &n_notified);
  g_assert_cmpstr (spade_class_table_view_get_table (view), ==, "auto");
  g_assert_cmpint (spade_class_table_view_get_n_unmapped (view), ==, 2);
  spade_class_table_view_set_class (view, 3, 154);
  g_assert_nonnull (strstr (spade_class_table_view_get_table (view), "3=sea"));
  g_assert_cmpint (n_notified, ==, 1);
  g_assert_cmpint (spade_class_table_view_get_n_unmapped (view), ==, 1);
  g_object_set (view, "table", "5=house", NULL);
  g_assert_cmpstr (spade_class_table_view_get_table (view), ==, "5=house");
  g_assert_cmpint (n_notified, ==, 2);
  g_object_set (view, "table", "5=house", NULL);
  g_assert_cmpint (n_notified, ==, 2);
  g_object_unref (widget);
}

// Painting can change the palette while the dialog is open.
static void
test_other_palette (void)
{
  GtkWidget           *widget = g_object_ref_sink (new_view ());
  SpadeClassTableView *view = SPADE_CLASS_TABLE_VIEW (widget);
  SpadePaletteEntry    fewer[3] = { entries[5], entries[0], entries[3] };
  const guint64        some[3] = { 1, 1, 1 };
  int                  n_notified = 0;

  spade_class_table_view_set_class (view, 3, 154);
  g_signal_connect (view, "notify::table", G_CALLBACK (count), &n_notified);
  spade_class_table_view_set_palette (
    view, spade_class_set_find ("coco-stuff", NULL), 182, fewer, 3, some);
  g_assert_cmpint (n_notified, ==, 1);
  g_assert_cmpstr (spade_class_table_view_get_table (view), ==,
                   "1=sky-other;2=sea");
  g_assert_cmpint (spade_class_table_view_get_n_unmapped (view), ==, 1);
  g_object_unref (widget);
}

// Another model's class set, and back.
static void
test_other_set (void)
{
  GtkWidget           *widget = g_object_ref_sink (new_view ());
  SpadeClassTableView *view = SPADE_CLASS_TABLE_VIEW (widget);
  const char          *names[] = { "cityscapes", "coco-stuff", "cityscapes" };
  g_autofree char     *before = NULL;

  spade_class_table_view_set_class (view, 3, 105); // clouds, which it lacks
  before = g_strdup (spade_class_table_view_get_table (view));
  for (int i = 0; i < 3; i++)
    {
      const SpadeClassSet *set = spade_class_set_find (names[i], NULL);

      spade_class_table_view_set_palette (view, set, set->n_classes, entries,
                                          G_N_ELEMENTS (entries), pixels);
      if (i == 1)
        g_assert_cmpstr (spade_class_table_view_get_table (view), ==, before);
    }
  g_assert_null (strstr (spade_class_table_view_get_table (view), "clouds"));
  g_assert_nonnull (strstr (spade_class_table_view_get_table (view), "sky"));
  g_assert_cmpint (spade_class_table_view_get_n_unmapped (view), >, 0);
  g_object_unref (widget);
}

// Numbers are other classes altogether; of an RGB map they have no entries, and the
// colours may come back in another order.
static void
test_numbers (void)
{
  GtkWidget           *widget = g_object_ref_sink (new_view ());
  SpadeClassTableView *view = SPADE_CLASS_TABLE_VIEW (widget);
  SpadePaletteEntry    turned[2] = { entries[3], entries[0] };
  const guint64        some[2] = { 1, 1 };

  spade_class_table_view_set_class (view, 3, 154);
  spade_class_table_view_set_palette (view, NULL, 6, entries, 0, pixels);
  g_assert_cmpstr (spade_class_table_view_get_table (view), ==, "auto");
  spade_class_table_view_set_palette (view, spade_class_set_find ("coco-stuff", NULL),
                                      182, turned, 2, some);
  g_assert_nonnull (strstr (spade_class_table_view_get_table (view), "0=sea"));
  g_object_unref (widget);
}

static void
test_foreign_table (void)
{
  GtkWidget           *widget = g_object_ref_sink (new_view ());
  SpadeClassTableView *view = SPADE_CLASS_TABLE_VIEW (widget);
  const char          *status;

  g_object_set (view, "table", "200=sea", NULL);
  g_assert_cmpstr (spade_class_table_view_get_table (view), ==, "auto");
  status = gtk_label_get_text (GTK_LABEL (stage_find (widget, "status")));
  g_assert_nonnull (strstr (status, "set aside"));
  g_assert_nonnull (strstr (status, "palette entry 200"));
  g_object_unref (widget);
}

// A view of an image that remembers "3=sea;5=house".
static GtkWidget *
new_remembering_view (void)
{
  GtkWidget           *widget = spade_class_table_view_new ();
  SpadeClassTableView *view = SPADE_CLASS_TABLE_VIEW (widget);

  spade_class_table_view_set_remembered (view, "3=sea;5=house");
  spade_class_table_view_set_palette (
    view, spade_class_set_find ("coco-stuff", NULL), 182, entries,
    G_N_ELEMENTS (entries), pixels);
  return widget;
}

// Gives the view's table as plug-ins read it: after what the image remembers.
static SpadeClassTable *
read_as_plug_in (SpadeClassTableView *view)
{
  g_autofree char *spec = NULL;

  spec = g_strconcat ("3=sea;5=house;", spade_class_table_view_get_table (view),
                      NULL);
  return spade_class_table_new (spade_class_set_find ("coco-stuff", NULL),
                                entries, G_N_ELEMENTS (entries), spec, NULL);
}

static void
test_remembered (void)
{
  GtkWidget           *widget = g_object_ref_sink (new_remembering_view ());
  SpadeClassTableView *view = SPADE_CLASS_TABLE_VIEW (widget);

  g_assert_cmpstr (spade_class_table_view_get_table (view), ==, "auto");
  g_assert_cmpint (spade_class_table_view_get_n_unmapped (view), ==, 0);
  g_object_set (view, "table", "colour", NULL);
  g_assert_cmpint (spade_class_table_view_get_n_unmapped (view), >, 0);
  g_object_unref (widget);
}

// No class is a choice against what the image remembers, which plug-ins put
// before the table; also when the palette changes.
static void
test_emptied (void)
{
  GtkWidget           *widget = g_object_ref_sink (new_remembering_view ());
  SpadeClassTableView *view = SPADE_CLASS_TABLE_VIEW (widget);
  const SpadeClassSet *set = spade_class_set_find ("coco-stuff", NULL);
  g_autoptr (SpadeClassTable) table = NULL;

  spade_class_table_view_set_class (view, 3, -1);
  g_assert_cmpint (spade_class_table_view_get_n_unmapped (view), ==, 1);
  table = read_as_plug_in (view);
  g_assert_cmpint (table->class_id[3], ==, -1);
  g_assert_cmpint (table->class_id[5], ==,
                   spade_class_set_lookup (set, "house"));
  spade_class_table_view_set_remembered (view, "0=sea");
  spade_class_table_view_set_palette (view, set, 182, entries + 3, 1, NULL);
  g_assert_cmpstr (spade_class_table_view_get_table (view), ==, "0=");
  g_assert_cmpint (spade_class_table_view_get_n_unmapped (view), ==, 1);
  g_object_unref (widget);
}

// The button forgets what the image remembers as well.
static void
test_automatic (void)
{
  GtkWidget           *widget = g_object_ref_sink (new_remembering_view ());
  SpadeClassTableView *view = SPADE_CLASS_TABLE_VIEW (widget);
  g_autoptr (SpadeClassTable) table = NULL;

  gtk_button_clicked (GTK_BUTTON (stage_find (widget, "auto_button")));
  table = read_as_plug_in (view);
  g_assert_cmpint (table->class_id[3], ==, -1);
  g_assert_cmpint (table->class_id[5], ==, -1);
  g_object_unref (widget);
}

// What the user called an entry last is the newer choice.
static void
test_renamed (void)
{
  GtkWidget           *widget = g_object_ref_sink (new_view ());
  SpadeClassTableView *view = SPADE_CLASS_TABLE_VIEW (widget);
  SpadePaletteEntry    renamed[3] = { entries[0], entries[3], entries[5] };
  const guint64        some[3] = { 1, 1, 1 };

  spade_class_table_view_set_class (view, 0, 154);
  spade_class_table_view_set_class (view, 3, 154);
  renamed[1].name = "my pond";
  renamed[2].name = "trees";
  spade_class_table_view_set_palette (
    view, spade_class_set_find ("coco-stuff", NULL), 182, renamed, 3, some);
  g_assert_cmpstr (spade_class_table_view_get_table (view), ==,
                   "0=sea;1=sea;2=tree");
  renamed[0].name = "clouds";
  spade_class_table_view_set_palette (
    view, spade_class_set_find ("coco-stuff", NULL), 182, renamed, 3, some);
  g_assert_cmpstr (spade_class_table_view_get_table (view), ==,
                   "0=clouds;1=sea;2=tree");
  g_object_unref (widget);
}

// Closes the file chooser that should not be there.
static gboolean
close_dialogs (gpointer n_closed)
{
  GList *windows = gtk_window_list_toplevels ();

  for (GList *w = windows; w != NULL; w = w->next)
    if (GTK_IS_DIALOG (w->data) && gtk_widget_get_visible (w->data))
      {
        gtk_dialog_response (w->data, GTK_RESPONSE_CANCEL);
        (*(int *) n_closed)++;
      }
  g_list_free (windows);
  return G_SOURCE_CONTINUE;
}

// Where no model is found, there is no palette to load or save.
static void
test_no_palette (void)
{
  const char *buttons[] = { "load_button", "save_button", "auto_button" };
  GtkWidget  *widget = spade_class_table_view_new ();
  GtkWidget  *window = stage_show (widget, 480, 380);
  int         n_closed = 0;
  guint       id = g_timeout_add (200, close_dialogs, &n_closed);

  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    gtk_button_clicked (GTK_BUTTON (stage_find (widget, buttons[i])));
  stage_wait (300);
  g_source_remove (id);
  g_assert_cmpint (n_closed, ==, 0);
  g_assert_cmpstr (spade_class_table_view_get_table (
                     SPADE_CLASS_TABLE_VIEW (widget)), ==, "auto");
  gtk_widget_destroy (window);
}

static void
test_accept (void)
{
  GtkWidget           *widget = g_object_ref_sink (new_view ());
  SpadeClassTableView *view = SPADE_CLASS_TABLE_VIEW (widget);
  GtkWidget           *button = stage_find (widget, "accept_button");

  g_assert_cmpstr (spade_class_table_view_get_table (view), ==, "auto");
  g_assert_true (gtk_widget_get_visible (button));
  gtk_button_clicked (GTK_BUTTON (button));
  g_assert_cmpint (spade_class_table_view_get_n_unmapped (view), ==, 0);
  g_assert_nonnull (strstr (spade_class_table_view_get_table (view), ";5="));
  g_assert_false (gtk_widget_get_visible (button));
  g_object_unref (widget);
}

// The chooser opens at what is suggested, and Enter confirms it.
static void
test_confirm_by_keyboard (void)
{
  GtkWidget           *widget = new_view ();
  SpadeClassTableView *view = SPADE_CLASS_TABLE_VIEW (widget);
  GtkWidget           *window = stage_show (widget, 560, 420);
  GtkWidget           *tree = stage_find (widget, "tree");
  GtkTreePath         *path = gtk_tree_path_new_from_indices (0, -1);

  stage_shot (window, "class-table-suggestions");
  // What Enter does; a window without a window manager may lack the focus.
  gtk_tree_view_row_activated (GTK_TREE_VIEW (tree), path, NULL);
  gtk_tree_path_free (path);
  stage_wait (200);
  stage_shot (window, "class-chooser-suggestion");
  stage_press (window, "Return");
  g_assert_cmpint (spade_class_table_view_get_n_unmapped (view), ==, 1);
  g_assert_nonnull (strstr (spade_class_table_view_get_table (view),
                            "3=sea;"));
  gtk_widget_destroy (window);
}

// The row that the chooser was opened for may have another number then.
static void
test_chooser_of_another_palette (void)
{
  GtkWidget           *widget = new_view ();
  SpadeClassTableView *view = SPADE_CLASS_TABLE_VIEW (widget);
  GtkWidget           *window = stage_show (widget, 560, 420);
  GtkTreeView         *tree = GTK_TREE_VIEW (stage_find (widget, "tree"));
  GtkTreePath         *path = gtk_tree_path_new_from_indices (0, -1);

  gtk_tree_view_row_activated (tree, path, NULL);
  gtk_tree_path_free (path);
  stage_wait (200);
  spade_class_table_view_set_palette (view, spade_class_set_find ("coco-stuff", NULL),
                                      182, entries + 1, 6, NULL);
  stage_press (window, "Return");
  g_assert_cmpstr (spade_class_table_view_get_table (view), ==, "auto");
  gtk_widget_destroy (window);
}

// Gives the share that the first row shows. Free with g_free().
static char *
get_first_share (GtkWidget *widget)
{
  GtkTreeView  *tree = GTK_TREE_VIEW (stage_find (widget, "tree"));
  GtkTreeModel *model = gtk_tree_view_get_model (tree);
  GtkTreeIter   iter;
  char         *share;

  g_assert_true (gtk_tree_model_get_iter_first (model, &iter));
  gtk_tree_model_get (model, &iter, 3, &share, -1);
  return share;
}

// Painting with the same colours changes numbers alone.
static void
test_other_shares (void)
{
  GtkWidget           *widget = g_object_ref_sink (new_view ());
  SpadeClassTableView *view = SPADE_CLASS_TABLE_VIEW (widget);
  const SpadeClassSet *set = spade_class_set_find ("coco-stuff", NULL);
  const guint64        others[] = { 1, 1, 1, 4, 1, 1, 1 };
  g_autofree char     *before = get_first_share (widget);
  g_autofree char     *after = NULL;

  g_assert_cmpstr (before, ==, "9.0 %");
  spade_class_table_view_set_palette (view, set, 182, entries, 7, others);
  after = get_first_share (widget);
  g_assert_cmpstr (after, ==, "40.0 %");
  spade_class_table_view_set_remembered (view, "3=sea");
  spade_class_table_view_set_palette (view, set, 182, entries, 7, others);
  g_assert_cmpint (spade_class_table_view_get_n_unmapped (view), ==, 1);
  g_object_unref (widget);
}

static void
count_remember (gpointer view, int *n)
{
  (*n)++;
}

// The button is there only for callers that can remember.
static void
test_remember_button (void)
{
  GtkWidget *widget = g_object_ref_sink (new_view ());
  GtkWidget *button = stage_find (widget, "remember_button");
  int        n = 0;

  g_signal_connect (widget, "remember", G_CALLBACK (count_remember), &n);
  g_assert_false (gtk_widget_get_visible (button));
  spade_class_table_view_set_can_remember (SPADE_CLASS_TABLE_VIEW (widget),
                                           FALSE);
  g_assert_true (gtk_widget_get_visible (button));
  g_assert_false (gtk_widget_get_sensitive (button));
  spade_class_table_view_set_can_remember (SPADE_CLASS_TABLE_VIEW (widget),
                                           TRUE);
  gtk_button_clicked (GTK_BUTTON (button));
  g_assert_cmpint (n, ==, 1);
  g_object_unref (widget);
}

// "sea", Enter: the first row becomes sea; Delete takes that back.
static void
test_keyboard (void)
{
  GtkWidget           *widget = new_view ();
  SpadeClassTableView *view = SPADE_CLASS_TABLE_VIEW (widget);
  GtkWidget           *window = stage_show (widget, 480, 420);
  GtkWidget           *tree = stage_find (widget, "tree");
  GtkTreePath         *path = gtk_tree_path_new_from_indices (0, -1);

  gtk_tree_view_set_cursor (GTK_TREE_VIEW (tree), path, NULL, FALSE);
  gtk_tree_path_free (path);
  gtk_widget_grab_focus (tree);
  stage_press (window, "s");
  stage_press (window, "e");
  stage_press (window, "a");
  stage_shot (window, "class-chooser");
  stage_press (window, "Return");
  g_assert_nonnull (strstr (spade_class_table_view_get_table (view), "3=sea"));
  stage_press (window, "Delete");
  g_assert_null (strstr (spade_class_table_view_get_table (view), "3=sea"));
  gtk_widget_destroy (window);
}

static void
test_looks (void)
{
  GtkWidget *widget = new_view ();
  gboolean   known[256];
  GtkWidget *window;

  for (int i = 0; i < 256; i++)
    known[i] = i != 134; // mountain
  spade_class_table_view_set_known (SPADE_CLASS_TABLE_VIEW (widget), known);
  spade_class_table_view_set_class (SPADE_CLASS_TABLE_VIEW (widget), 3, 154);
  spade_class_table_view_set_can_remember (SPADE_CLASS_TABLE_VIEW (widget),
                                           TRUE);
  window = stage_show (widget, 480, 380);
  stage_shot (window, "class-table-view");
  stage_press (window, "Tab");
  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  stage_init (&argc, &argv);
  g_test_add_func ("/class-table-view/tells-its-table", test_property);
  g_test_add_func ("/class-table-view/carries-classes-over-by-colour",
                   test_other_palette);
  g_test_add_func ("/class-table-view/gives-renamed-entries-their-class",
                   test_renamed);
  g_test_add_func ("/class-table-view/asks-for-no-file-without-a-palette",
                   test_no_palette);
  g_test_add_func ("/class-table-view/follows-to-another-class-set",
                   test_other_set);
  g_test_add_func ("/class-table-view/comes-back-from-numbers-by-colour",
                   test_numbers);
  g_test_add_func ("/class-table-view/sets-a-foreign-table-aside",
                   test_foreign_table);
  g_test_add_func ("/class-table-view/shows-what-the-image-remembers",
                   test_remembered);
  g_test_add_func ("/class-table-view/forgets-what-the-image-remembers",
                   test_automatic);
  g_test_add_func ("/class-table-view/keeps-an-entry-without-a-class",
                   test_emptied);
  g_test_add_func ("/class-table-view/asks-the-image-to-remember",
                   test_remember_button);
  g_test_add_func ("/class-table-view/is-worked-by-keyboard", test_keyboard);
  g_test_add_func ("/class-table-view/suggestions-are-accepted-by-button",
                   test_accept);
  g_test_add_func ("/class-table-view/suggestions-are-confirmed-by-keyboard",
                   test_confirm_by_keyboard);
  g_test_add_func ("/class-table-view/closes-the-chooser-with-its-rows",
                   test_chooser_of_another_palette);
  g_test_add_func ("/class-table-view/shows-other-shares", test_other_shares);
  g_test_add_func ("/class-table-view/shows-itself", test_looks);
  return g_test_run ();
}
