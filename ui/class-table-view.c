// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The class table view: class-rows.h on a tree view, with one class chooser
// that opens at whichever row is activated or typed on.

#include "class-table-view.h"

#include <cairo-gobject.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "class-choice.h"
#include "class-chooser.h"
#include "class-store.h"
#include "class-texts.h"
#include "palette-file.h"
#include "resource.h"

enum
{
  PROP_TABLE = 1,
  PROP_N_UNMAPPED,
};

struct _SpadeClassTableView
{
  GtkBox parent_instance;

  SpadeClassChoice choice;
  int              n_classes;
  gboolean         known[256];
  int              chosen_entry; // the row that the chooser is open for
  gboolean         is_stale; // what is remembered has changed since the palette was set

  GtkWidget         *chooser;
  GtkListStore      *store;
  GtkTreeView       *tree;
  GtkImage          *status_icon;
  GtkLabel          *status;
  GtkWidget         *accept_button;
  GtkTreeViewColumn *entry_column, *class_column;
  GtkCellRenderer   *entry_cell, *class_cell;
  GtkWidget         *remember_button;
};

G_DEFINE_TYPE (SpadeClassTableView, spade_class_table_view, GTK_TYPE_BOX)

static guint remember_signal;

static SpadeClassStoreSource
store_source (SpadeClassTableView *view)
{
  return (SpadeClassStoreSource) { GTK_WIDGET (view), view->choice.rows, view->known };
}

static void
update_status (SpadeClassTableView *view)
{
  GtkTreeModel    *model = GTK_TREE_MODEL (view->store);
  int              n_rows = gtk_tree_model_iter_n_children (model, NULL);
  g_autofree char *text = NULL;
  gboolean         is_good;

  if (view->choice.rows == NULL)
    return;
  text = spade_class_text_status (view->choice.rows, n_rows);
  is_good = n_rows > 0 && spade_class_table_view_get_n_unmapped (view) == 0;
  if (view->choice.complaint != NULL)
    {
      g_autofree char *plain = g_steal_pointer (&text);

      text = g_strdup_printf ("%s %s", view->choice.complaint, plain);
    }
  gtk_image_set_from_icon_name (
    view->status_icon,
    is_good && view->choice.complaint == NULL ? "object-select-symbolic"
                                       : "dialog-warning-symbolic",
    GTK_ICON_SIZE_BUTTON);
  gtk_label_set_text (view->status, text);
  gtk_widget_set_visible (view->accept_button,
                          spade_class_rows_count_suggested (view->choice.rows) > 0);
}

static void
fill_rows (SpadeClassTableView *view)
{
  SpadeClassStoreSource source = store_source (view);

  spade_class_store_fill (view->store, &source);
}

static void
fill_all (SpadeClassTableView *view)
{
  fill_rows (view);
  update_status (view);
  g_object_notify (G_OBJECT (view), "n-unmapped");
}

// The user changed something: the table is now an explicit one.
static void
table_changed (SpadeClassTableView *view)
{
  spade_class_choice_take_rows (&view->choice);
  update_status (view);
  g_object_notify (G_OBJECT (view), "table");
  g_object_notify (G_OBJECT (view), "n-unmapped");
}

// The same, of every row.
static void
rows_changed (SpadeClassTableView *view)
{
  fill_rows (view);
  table_changed (view);
}

void
spade_class_table_view_set_class (SpadeClassTableView *view,
                                  int                  entry,
                                  int                  class_id)
{
  SpadeClassStoreSource source = store_source (view);

  g_return_if_fail (view->choice.rows != NULL);
  spade_class_rows_set_class (view->choice.rows, entry, class_id);
  spade_class_store_update (view->store, &source, entry);
  table_changed (view);
}

static void
on_chosen (SpadeClassTableView *view,
           int                  class_id)
{
  spade_class_table_view_set_class (view, view->chosen_entry, class_id);
  gtk_widget_grab_focus (GTK_WIDGET (view->tree));
}

static void
open_chooser (SpadeClassTableView *view,
              GtkTreePath         *path,
              const char          *word)
{
  GdkRectangle cell;
  int          entry = spade_class_store_get_entry (view->store, path);
  int          class_id;

  if (entry < 0)
    return;
  view->chosen_entry = entry;
  gtk_tree_view_get_cell_area (view->tree, path, view->class_column, &cell);
  gtk_tree_view_convert_bin_window_to_widget_coords (view->tree, cell.x, cell.y,
                                                     &cell.x, &cell.y);
  class_id = view->choice.rows->table->class_id[entry];
  if (class_id < 0)
    class_id = view->choice.rows->suggestion[entry];
  spade_class_chooser_open (SPADE_CLASS_CHOOSER (view->chooser), &cell,
                            class_id, word);
}

static void
on_row_activated (SpadeClassTableView *view,
                  GtkTreePath         *path,
                  GtkTreeViewColumn   *column)
{
  open_chooser (view, path, NULL);
}

// A letter opens the chooser with it; Delete takes the class away.
static gboolean
on_key_press (GtkWidget           *tree,
              GdkEventKey         *event,
              SpadeClassTableView *view)
{
  g_autoptr (GtkTreePath) path = NULL;
  gunichar                c = gdk_keyval_to_unicode (event->keyval);
  char                    word[8] = "";
  int                     entry;

  if (event->state & (GDK_CONTROL_MASK | GDK_MOD1_MASK))
    return GDK_EVENT_PROPAGATE;
  gtk_tree_view_get_cursor (view->tree, &path, NULL);
  entry = spade_class_store_get_entry (view->store, path);
  if (entry < 0)
    return GDK_EVENT_PROPAGATE;
  if (event->keyval == GDK_KEY_Delete)
    {
      spade_class_table_view_set_class (view, entry, -1);
      return GDK_EVENT_STOP;
    }
  if (!g_unichar_isalnum (c))
    return GDK_EVENT_PROPAGATE;
  word[g_unichar_to_utf8 (c, word)] = '\0';
  open_chooser (view, path, word);
  return GDK_EVENT_STOP;
}

gboolean
spade_class_table_view_load (SpadeClassTableView  *view,
                             const char           *path,
                             GError              **error)
{
  if (!spade_class_rows_load (view->choice.rows, path, error))
    return FALSE;
  rows_changed (view);
  return TRUE;
}

gboolean
spade_class_table_view_save (SpadeClassTableView  *view,
                             const char           *path,
                             GError              **error)
{
  return spade_class_rows_save (view->choice.rows, path, error);
}

// What the image remembers is a choice too, and would come back with "auto".
static void
on_auto_clicked (SpadeClassTableView *view)
{
  if (view->choice.remembered == NULL || view->choice.rows == NULL)
    spade_class_table_view_set_table (view, "auto");
  else if (spade_class_rows_set_spec (view->choice.rows, "auto", NULL))
    rows_changed (view);
}

void
spade_class_table_view_accept (SpadeClassTableView *view)
{
  g_return_if_fail (view->choice.rows != NULL);
  spade_class_rows_accept (view->choice.rows);
  rows_changed (view);
}

// Asks for a file, and shows why it cannot be used.
static void
use_file (SpadeClassTableView   *view,
          GtkFileChooserAction   action,
          gboolean             (*use) (SpadeClassTableView  *view,
                                       const char           *path,
                                       GError              **error))
{
  g_autofree char   *path = NULL;
  g_autoptr (GError) error = NULL;

  if (view->choice.rows == NULL)
    return;
  path = spade_palette_file_ask (GTK_WIDGET (view), action);
  if (path == NULL || use (view, path, &error))
    return;
  g_free (view->choice.complaint);
  view->choice.complaint = g_strdup (error->message);
  update_status (view);
}

static void
on_load_clicked (SpadeClassTableView *view)
{
  use_file (view, GTK_FILE_CHOOSER_ACTION_OPEN, spade_class_table_view_load);
}

static void
on_save_clicked (SpadeClassTableView *view)
{
  use_file (view, GTK_FILE_CHOOSER_ACTION_SAVE, spade_class_table_view_save);
}

static void
on_remember_clicked (SpadeClassTableView *view)
{
  g_signal_emit (view, remember_signal, 0);
}

void
spade_class_table_view_set_can_remember (SpadeClassTableView *view,
                                         gboolean             can_remember)
{
  gtk_widget_show (view->remember_button);
  gtk_widget_set_sensitive (view->remember_button, can_remember);
}

void
spade_class_table_view_set_table (SpadeClassTableView *view,
                                  const char          *table)
{
  if (table == NULL || *table == '\0')
    table = "auto";
  if (strcmp (table, view->choice.spec) == 0)
    return;
  spade_class_choice_set_spec (&view->choice, table);
  if (view->choice.rows != NULL)
    fill_all (view);
  g_object_notify (G_OBJECT (view), "table");
}

// The user may be about to choose: no row moves.
static void
update_shares (SpadeClassTableView *view)
{
  SpadeClassStoreSource source = store_source (view);

  for (int i = 0; i < view->choice.rows->table->n_entries; i++)
    spade_class_store_update (view->store, &source, i);
}

void
spade_class_table_view_set_palette (SpadeClassTableView     *view,
                                    const SpadeClassSet     *set,
                                    int                      n_classes,
                                    const SpadePaletteEntry *entries,
                                    int                      n_entries,
                                    const guint64           *pixels)
{
  g_autofree char *before = NULL;

  if (view->choice.rows != NULL && !view->is_stale && view->n_classes == n_classes &&
      spade_class_rows_set_pixels (view->choice.rows, set, entries, n_entries, pixels))
    {
      update_shares (view);
      return;
    }
  view->is_stale = FALSE;
  gtk_popover_popdown (GTK_POPOVER (view->chooser)); // its row may have another number
  before = g_strdup (view->choice.spec);
  spade_class_choice_set_palette (&view->choice, set, entries, n_entries, pixels);
  view->n_classes = n_classes;
  spade_class_chooser_set_classes (SPADE_CLASS_CHOOSER (view->chooser), set,
                                   n_classes, view->known);
  fill_all (view);
  if (strcmp (before, view->choice.spec) != 0)
    g_object_notify (G_OBJECT (view), "table");
}

void
spade_class_table_view_set_remembered (SpadeClassTableView *view,
                                       const char          *table)
{
  if (spade_class_choice_set_remembered (&view->choice, table))
    view->is_stale = TRUE;
}

void
spade_class_table_view_set_known (SpadeClassTableView *view,
                                  const gboolean      *known)
{
  for (int i = 0; i < 256; i++)
    view->known[i] = known == NULL || known[i];
  spade_class_chooser_set_classes (
    SPADE_CLASS_CHOOSER (view->chooser),
    view->choice.rows != NULL ? view->choice.rows->table->set : NULL, view->n_classes,
    view->known);
  if (view->choice.rows != NULL)
    fill_all (view);
}

const char *
spade_class_table_view_get_table (SpadeClassTableView *view)
{
  return view->choice.spec;
}

const SpadeClassTable *
spade_class_table_view_get_classes (SpadeClassTableView *view)
{
  return view->choice.rows != NULL ? view->choice.rows->table : NULL;
}

int
spade_class_table_view_get_n_unmapped (SpadeClassTableView *view)
{
  return view->choice.rows != NULL
           ? spade_class_rows_count_unmapped (view->choice.rows) : 0;
}

const char *
spade_class_table_view_get_status (SpadeClassTableView *view)
{
  return gtk_label_get_text (view->status);
}

GtkWidget *
spade_class_table_view_new (void)
{
  return g_object_new (SPADE_TYPE_CLASS_TABLE_VIEW, NULL);
}

static void
get_property (GObject    *object,
              guint       id,
              GValue     *value,
              GParamSpec *pspec)
{
  SpadeClassTableView *view = SPADE_CLASS_TABLE_VIEW (object);

  if (id == PROP_TABLE)
    g_value_set_string (value, view->choice.spec);
  else if (id == PROP_N_UNMAPPED)
    g_value_set_int (value, spade_class_table_view_get_n_unmapped (view));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
set_property (GObject      *object,
              guint         id,
              const GValue *value,
              GParamSpec   *pspec)
{
  if (id == PROP_TABLE)
    spade_class_table_view_set_table (SPADE_CLASS_TABLE_VIEW (object),
                                      g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
finalize (GObject *object)
{
  SpadeClassTableView *view = SPADE_CLASS_TABLE_VIEW (object);

  spade_class_choice_clear (&view->choice);
  G_OBJECT_CLASS (spade_class_table_view_parent_class)->finalize (object);
}

static void
spade_class_table_view_class_init (SpadeClassTableViewClass *klass)
{
  static const struct
  {
    const char *name;
    gssize      offset;
  } children[] = {
#define CHILD(name) { #name, G_STRUCT_OFFSET (SpadeClassTableView, name) }
    CHILD (store), CHILD (tree), CHILD (status_icon), CHILD (status),
    CHILD (entry_column), CHILD (class_column), CHILD (entry_cell),
    CHILD (class_cell), CHILD (accept_button), CHILD (remember_button),
  };
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  spade_ui_init ();
  g_type_ensure (CAIRO_GOBJECT_TYPE_SURFACE);
  object_class->get_property = get_property;
  object_class->set_property = set_property;
  object_class->finalize = finalize;
  g_object_class_install_property (
    object_class, PROP_TABLE,
    g_param_spec_string ("table", NULL, NULL, "auto",
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                           G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (
    object_class, PROP_N_UNMAPPED,
    g_param_spec_int ("n-unmapped", NULL, NULL, 0, 256, 0,
                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  remember_signal = g_signal_new ("remember", SPADE_TYPE_CLASS_TABLE_VIEW,
                                  G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (
    widget_class, SPADE_UI_TEMPLATES "class-table-view.ui");
  for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
    gtk_widget_class_bind_template_child_full (
      widget_class, children[i].name, FALSE, children[i].offset);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_key_press);
  gtk_widget_class_bind_template_callback (widget_class, on_auto_clicked);
  gtk_widget_class_bind_template_callback (widget_class,
                                           spade_class_table_view_accept);
  gtk_widget_class_bind_template_callback (widget_class, on_load_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_save_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_remember_clicked);
}

static void
spade_class_table_view_init (SpadeClassTableView *view)
{
  spade_class_choice_init (&view->choice);
  for (int i = 0; i < 256; i++)
    view->known[i] = TRUE;
  gtk_widget_init_template (GTK_WIDGET (view));
  // A template cannot pack cells: these two push what follows to the right.
  gtk_cell_area_cell_set (
    gtk_cell_layout_get_area (GTK_CELL_LAYOUT (view->entry_column)),
    view->entry_cell, "expand", TRUE, NULL);
  gtk_cell_area_cell_set (
    gtk_cell_layout_get_area (GTK_CELL_LAYOUT (view->class_column)),
    view->class_cell, "expand", TRUE, NULL);
  view->chooser = spade_class_chooser_new (GTK_WIDGET (view->tree));
  g_signal_connect_object (view->chooser, "chosen", G_CALLBACK (on_chosen),
                           view, G_CONNECT_SWAPPED);
}
