// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The columns are read by the cell renderers of class-table-view.ui; only the
// palette entry is ever read back.

#include "class-store.h"

#include "class-texts.h"
#include "swatch.h"

#define SWATCH_SIZE 18

// The template refers to these by number.
enum
{
  COLUMN_ENTRY,
  COLUMN_SWATCH,
  COLUMN_NAME,
  COLUMN_SHARE,
  COLUMN_CLASS,
  COLUMN_ORIGIN,
  COLUMN_MARK,
  COLUMN_STYLE,
  COLUMN_TOOLTIP,
};

static void
fill_row (GtkListStore                *store,
          const SpadeClassStoreSource *source,
          GtkTreeIter                 *iter,
          int                          index)
{
  const SpadeClassTable   *table = source->rows->table;
  const SpadePaletteEntry *entry = &table->entries[index];
  int                      class_id = table->class_id[index];
  gboolean                 is_good = class_id >= 0 && source->known[class_id];
  g_autofree char         *name = spade_class_text_entry (entry, index);
  g_autofree char         *share = NULL;
  g_autofree char         *class_text = NULL;
  g_autofree char         *tooltip = NULL;
  cairo_surface_t         *swatch;

  tooltip = spade_class_text_tooltip (source->rows, source->known, index);
  share = spade_class_text_share (spade_class_rows_get_share (source->rows,
                                                              index));
  class_text = spade_class_text_class (source->rows, index);
  swatch = spade_swatch_new (source->widget, entry->rgb, SWATCH_SIZE);
  gtk_list_store_set (
    store, iter, COLUMN_ENTRY, index, COLUMN_SWATCH, swatch,
    COLUMN_NAME, name, COLUMN_SHARE, share,
    COLUMN_CLASS, class_text,
    COLUMN_ORIGIN, spade_class_text_origin (source->rows, index),
    COLUMN_MARK, is_good ? NULL : "dialog-warning-symbolic",
    COLUMN_STYLE, class_id < 0 ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL,
    COLUMN_TOOLTIP, tooltip, -1);
  cairo_surface_destroy (swatch);
}

void
spade_class_store_fill (GtkListStore                *store,
                        const SpadeClassStoreSource *source)
{
  int entries[256];
  int n = spade_class_rows_order (source->rows, entries);

  gtk_list_store_clear (store);
  for (int i = 0; i < n; i++)
    {
      GtkTreeIter iter;

      gtk_list_store_append (store, &iter);
      fill_row (store, source, &iter, entries[i]);
    }
}

void
spade_class_store_update (GtkListStore                *store,
                          const SpadeClassStoreSource *source,
                          int                          entry)
{
  GtkTreeModel *model = GTK_TREE_MODEL (store);
  GtkTreeIter   iter;

  for (gboolean ok = gtk_tree_model_get_iter_first (model, &iter); ok;
       ok = gtk_tree_model_iter_next (model, &iter))
    {
      int there;

      gtk_tree_model_get (model, &iter, COLUMN_ENTRY, &there, -1);
      if (there == entry)
        fill_row (store, source, &iter, entry);
    }
}

int
spade_class_store_get_entry (GtkListStore *store,
                             GtkTreePath  *path)
{
  GtkTreeIter iter;
  int         entry = -1;

  if (path != NULL &&
      gtk_tree_model_get_iter (GTK_TREE_MODEL (store), &iter, path))
    gtk_tree_model_get (GTK_TREE_MODEL (store), &iter, COLUMN_ENTRY, &entry,
                        -1);
  return entry;
}
