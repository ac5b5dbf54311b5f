// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The class chooser. Focus stays in the search entry; Up and Down move through
// the list from there, and Enter takes the row that is selected.

#include "class-chooser.h"

#include <cairo-gobject.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "class-labels.h"
#include "class-search.h"
#include "resource.h"
#include "swatch.h"

#define SWATCH_SIZE 16

// The template refers to these by number.
enum
{
  COLUMN_ID,
  COLUMN_NAME,
  COLUMN_SWATCH,
  COLUMN_KNOWN,
  COLUMN_IS_LINE,
};

struct _SpadeClassChooser
{
  GtkPopover parent_instance;

  const SpadeClassSet *set;
  int                  n_classes;
  gboolean             known[256];
  char                *word; // that the list was filled for, or NULL

  GtkEntry     *search;
  GtkStack     *stack;
  GtkTreeView  *tree;
  GtkListStore *store;
};

G_DEFINE_TYPE (SpadeClassChooser, spade_class_chooser, GTK_TYPE_POPOVER)

static guint chosen_signal;

static void
add_class (SpadeClassChooser *chooser,
           int                class_id)
{
  g_autofree char *name = spade_class_label_new (chooser->set, class_id);
  cairo_surface_t *swatch = NULL;

  if (class_id >= 0 && chooser->set != NULL)
    swatch = spade_swatch_new (GTK_WIDGET (chooser),
                               chooser->set->classes[class_id].rgb,
                               SWATCH_SIZE);
  gtk_list_store_insert_with_values (
    chooser->store, NULL, -1, COLUMN_ID, class_id,
    COLUMN_NAME, class_id < 0 ? _("No class") : name, COLUMN_SWATCH, swatch,
    COLUMN_KNOWN, class_id < 0 || chooser->known[class_id], -1);
  g_clear_pointer (&swatch, cairo_surface_destroy);
}

static void
add_line (SpadeClassChooser *chooser)
{
  gtk_list_store_insert_with_values (chooser->store, NULL, -1, COLUMN_ID, -2,
                                     COLUMN_IS_LINE, TRUE, -1);
}

static void
select_row (SpadeClassChooser *chooser,
            int                row)
{
  g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices (row, -1);

  gtk_tree_view_set_cursor (chooser->tree, path, NULL, FALSE);
  gtk_tree_view_scroll_to_cell (chooser->tree, path, NULL, FALSE, 0, 0);
}

// Fills the list with what the word could mean and selects class_id, or the
// best match. Without a word, favourites stand above a line.
static void
fill (SpadeClassChooser *chooser,
      const char        *word,
      int                class_id)
{
  int      ids[257];
  gboolean is_plain = *word == '\0';
  int      n, row = 0, n_rows = 0;

  g_free (chooser->word);
  chooser->word = g_strdup (word);
  n = spade_class_search (chooser->set, chooser->n_classes, word, ids);
  gtk_list_store_clear (chooser->store);
  for (int i = 0; i < n; i++)
    {
      if (is_plain && i > 0 &&
          spade_class_search_is_favourite (chooser->set, ids[i - 1]) &&
          !spade_class_search_is_favourite (chooser->set, ids[i]))
        {
          add_line (chooser);
          n_rows++;
        }
      if (is_plain && ids[i] == class_id)
        row = n_rows;
      add_class (chooser, ids[i]);
      n_rows++;
    }
  if (is_plain)
    {
      add_line (chooser);
      add_class (chooser, -1);
    }
  gtk_stack_set_visible_child_name (chooser->stack,
                                    n_rows > 0 ? "list" : "empty");
  if (n_rows > 0)
    select_row (chooser, row);
}

// The row that is selected stays so while the word is the same.
static void
on_search_changed (SpadeClassChooser *chooser)
{
  const char *word = gtk_entry_get_text (chooser->search);

  if (g_strcmp0 (word, chooser->word) != 0)
    fill (chooser, word, -1);
}

static void
choose (SpadeClassChooser *chooser,
        GtkTreePath       *path)
{
  GtkTreeIter iter;
  int         class_id;

  if (!gtk_tree_model_get_iter (GTK_TREE_MODEL (chooser->store), &iter, path))
    return;
  gtk_tree_model_get (GTK_TREE_MODEL (chooser->store), &iter, COLUMN_ID,
                      &class_id, -1);
  if (class_id < -1)
    return;
  gtk_popover_popdown (GTK_POPOVER (chooser));
  g_signal_emit (chooser, chosen_signal, 0, class_id);
}

static void
on_activate (SpadeClassChooser *chooser)
{
  g_autoptr (GtkTreePath) path = NULL;

  // "search-changed" comes late on purpose; Enter must not choose what an
  // older word found.
  on_search_changed (chooser);
  gtk_tree_view_get_cursor (chooser->tree, &path, NULL);
  if (path != NULL)
    choose (chooser, path);
}

static void
on_row_activated (SpadeClassChooser *chooser,
                  GtkTreePath       *path,
                  GtkTreeViewColumn *column)
{
  choose (chooser, path);
}

static void
move_cursor (SpadeClassChooser *chooser,
             int                by)
{
  g_autoptr (GtkTreePath) path = NULL;
  GtkTreeModel           *model = GTK_TREE_MODEL (chooser->store);
  int                     n = gtk_tree_model_iter_n_children (model, NULL);
  int                     row;
  gboolean                is_line = TRUE;

  gtk_tree_view_get_cursor (chooser->tree, &path, NULL);
  row = path != NULL ? gtk_tree_path_get_indices (path)[0] : -1;
  for (row += by; is_line && row >= 0 && row < n; row += by)
    {
      GtkTreeIter iter;

      gtk_tree_model_iter_nth_child (model, &iter, NULL, row);
      gtk_tree_model_get (model, &iter, COLUMN_IS_LINE, &is_line, -1);
      if (!is_line)
        select_row (chooser, row);
    }
}

static gboolean
on_key_press (GtkWidget         *entry,
              GdkEventKey       *event,
              SpadeClassChooser *chooser)
{
  switch (event->keyval)
    {
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      move_cursor (chooser, 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      move_cursor (chooser, -1);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static gboolean
is_line (GtkTreeModel *model,
         GtkTreeIter  *iter,
         gpointer      data)
{
  gboolean line;

  gtk_tree_model_get (model, iter, COLUMN_IS_LINE, &line, -1);
  return line;
}

void
spade_class_chooser_open (SpadeClassChooser  *chooser,
                          const GdkRectangle *at,
                          int                 class_id,
                          const char         *word)
{
  gtk_popover_set_pointing_to (GTK_POPOVER (chooser), at);
  gtk_entry_set_text (chooser->search, word != NULL ? word : "");
  fill (chooser, word != NULL ? word : "", class_id);
  gtk_popover_popup (GTK_POPOVER (chooser));
  gtk_entry_grab_focus_without_selecting (chooser->search);
  gtk_editable_set_position (GTK_EDITABLE (chooser->search), -1);
}

void
spade_class_chooser_set_classes (SpadeClassChooser   *chooser,
                                 const SpadeClassSet *set,
                                 int                  n_classes,
                                 const gboolean      *known)
{
  chooser->set = set;
  chooser->n_classes = n_classes;
  for (int i = 0; i < 256; i++)
    chooser->known[i] = known == NULL || known[i];
}

GtkWidget *
spade_class_chooser_new (GtkWidget *relative_to)
{
  return g_object_new (SPADE_TYPE_CLASS_CHOOSER, "relative-to", relative_to,
                       NULL);
}

static void
finalize (GObject *object)
{
  g_free (SPADE_CLASS_CHOOSER (object)->word);
  G_OBJECT_CLASS (spade_class_chooser_parent_class)->finalize (object);
}

static void
spade_class_chooser_class_init (SpadeClassChooserClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = finalize;
  spade_ui_init ();
  g_type_ensure (CAIRO_GOBJECT_TYPE_SURFACE);
  chosen_signal = g_signal_new ("chosen", SPADE_TYPE_CLASS_CHOOSER,
                                G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_INT);
  gtk_widget_class_set_template_from_resource (
    widget_class, SPADE_UI_TEMPLATES "class-chooser.ui");
  gtk_widget_class_bind_template_child (widget_class, SpadeClassChooser, search);
  gtk_widget_class_bind_template_child (widget_class, SpadeClassChooser, stack);
  gtk_widget_class_bind_template_child (widget_class, SpadeClassChooser, tree);
  gtk_widget_class_bind_template_child (widget_class, SpadeClassChooser, store);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_key_press);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
}

static void
spade_class_chooser_init (SpadeClassChooser *chooser)
{
  gtk_widget_init_template (GTK_WIDGET (chooser));
  spade_class_chooser_set_classes (chooser, NULL, 0, NULL);
  gtk_tree_view_set_row_separator_func (chooser->tree, is_line, NULL, NULL);
}
