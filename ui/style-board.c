// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The style board. Its flow boxes act as one list with one mark. They select
// nothing themselves: they would select whatever the keyboard focus passes
// over.

#include "style-board.h"

#include <glib/gi18n-lib.h>

#include "resource.h"
#include "style-tile.h"

struct _SpadeStyleBoard
{
  GtkScrolledWindow parent_instance;

  char       *marked; // key
  SpadeStyle  none;   // of the tile without a key; its strings are static
  GtkFlowBox *boxes[SPADE_STYLE_N_KINDS];
  GtkWidget  *labels[SPADE_STYLE_N_KINDS]; // NULL for shipped ones
};

G_DEFINE_TYPE (SpadeStyleBoard, spade_style_board, GTK_TYPE_SCROLLED_WINDOW)

static guint chosen_signal;

// Gives the tile at a place in a box, or NULL.
static SpadeStyleTile *
get_tile (GtkFlowBox *box,
          int         i)
{
  GtkFlowBoxChild *child = gtk_flow_box_get_child_at_index (box, i);

  return child != NULL ? SPADE_STYLE_TILE (child) : NULL;
}

// Gives the tile of a key, or NULL.
static GtkWidget *
find_tile (SpadeStyleBoard *board,
           const char      *key)
{
  for (int kind = 0; kind < SPADE_STYLE_N_KINDS; kind++)
    {
      SpadeStyleTile *tile;

      for (int i = 0; (tile = get_tile (board->boxes[kind], i)) != NULL; i++)
        if (g_strcmp0 (spade_style_tile_get_key (tile), key) == 0)
          return GTK_WIDGET (tile);
    }
  return NULL;
}

static void
unmark (GtkWidget *tile,
        gpointer   data)
{
  gtk_widget_unset_state_flags (tile, GTK_STATE_FLAG_SELECTED);
}

static void
show_mark (SpadeStyleBoard *board)
{
  GtkWidget *tile = find_tile (board, board->marked);

  for (int kind = 0; kind < SPADE_STYLE_N_KINDS; kind++)
    gtk_container_foreach (GTK_CONTAINER (board->boxes[kind]), unmark, NULL);
  if (tile != NULL)
    gtk_widget_set_state_flags (tile, GTK_STATE_FLAG_SELECTED, FALSE);
}

static void
insert (SpadeStyleBoard  *board,
        const SpadeStyle *style,
        int               position)
{
  gtk_flow_box_insert (board->boxes[style->kind], spade_style_tile_new (style),
                       position);
}

static void
show_kind (SpadeStyleBoard *board,
           SpadeStyleKind   kind)
{
  gboolean has_any =
    gtk_flow_box_get_child_at_index (board->boxes[kind], 0) != NULL;

  gtk_widget_set_visible (GTK_WIDGET (board->boxes[kind]), has_any);
  if (board->labels[kind] != NULL)
    gtk_widget_set_visible (board->labels[kind], has_any);
}

// Gives the styles of a kind, borrowed.
static GPtrArray *
list_kind (SpadeStyleBoard *board,
           SpadeStyleKind   kind,
           GPtrArray       *styles)
{
  GPtrArray *list = g_ptr_array_new ();

  if (kind == board->none.kind)
    g_ptr_array_add (list, &board->none);
  for (guint i = 0; i < styles->len; i++)
    if (((SpadeStyle *) styles->pdata[i])->kind == kind)
      g_ptr_array_add (list, styles->pdata[i]);
  return list;
}

static gboolean
has_key (const GPtrArray *list,
         guint            from,
         const char      *key)
{
  for (guint i = from; i < list->len; i++)
    if (g_strcmp0 (((SpadeStyle *) list->pdata[i])->key, key) == 0)
      return TRUE;
  return FALSE;
}

// Tiles stay where they can: one that is new has no place until it is drawn, so that a
// click which brings the window back would miss it, and the keyboard would lose it.
void
spade_style_board_set_styles (SpadeStyleBoard *board,
                              SpadeStyleKind   kind,
                              GPtrArray       *styles)
{
  g_autoptr (GPtrArray) list = list_kind (board, kind, styles);
  GtkFlowBox           *box = board->boxes[kind];
  SpadeStyleTile       *tile;

  for (guint i = 0; i < list->len || get_tile (box, (int) i) != NULL; i++)
    {
      const SpadeStyle *style = i < list->len ? list->pdata[i] : NULL;

      while ((tile = get_tile (box, (int) i)) != NULL &&
             !has_key (list, i, spade_style_tile_get_key (tile)))
        gtk_widget_destroy (GTK_WIDGET (tile));
      if (style == NULL)
        continue;
      if (tile != NULL &&
          g_strcmp0 (spade_style_tile_get_key (tile), style->key) == 0)
        spade_style_tile_update (tile, style);
      else
        insert (board, style, (int) i);
    }
  show_kind (board, kind);
  show_mark (board);
}

const char *
spade_style_board_get_name (SpadeStyleBoard *board,
                            const char      *key)
{
  GtkWidget *tile = find_tile (board, key);

  return tile != NULL ? spade_style_tile_get_name (SPADE_STYLE_TILE (tile))
                      : NULL;
}

void
spade_style_board_mark (SpadeStyleBoard *board,
                        const char      *key)
{
  char *copy = g_strdup (key);

  if (key != NULL && g_path_is_absolute (key) &&
      find_tile (board, key) == NULL)
    {
      g_autofree char *name = spade_style_list_name (key);
      SpadeStyle style = { SPADE_STYLE_RECENT, copy, name, copy, NULL, NULL };

      insert (board, &style, 0);
      show_kind (board, SPADE_STYLE_RECENT);
    }
  g_free (board->marked);
  board->marked = copy;
  show_mark (board);
}

void
spade_style_board_set_none (SpadeStyleBoard *board,
                            const char      *name,
                            const char      *tip,
                            const char      *icon_name)
{
  GtkWidget *tile = find_tile (board, NULL);

  board->none = (SpadeStyle) { SPADE_STYLE_SHIPPED, NULL, (char *) name,
                               (char *) tip, NULL, icon_name };
  if (tile != NULL)
    spade_style_tile_update (SPADE_STYLE_TILE (tile), &board->none);
}

static void
on_activated (GtkFlowBox      *box,
              GtkFlowBoxChild *tile,
              SpadeStyleBoard *board)
{
  g_autofree char *key = NULL;

  key = g_strdup (spade_style_tile_get_key (SPADE_STYLE_TILE (tile)));
  g_signal_emit (board, chosen_signal, 0, key);
}

// Gives the first tile, or the last one.
static SpadeStyleTile *
find_end (SpadeStyleBoard *board,
          gboolean         is_last)
{
  SpadeStyleTile *end = NULL, *tile;

  for (int kind = 0; kind < SPADE_STYLE_N_KINDS; kind++)
    for (int i = 0; (tile = get_tile (board->boxes[kind], i)) != NULL; i++)
      if (end == NULL || is_last)
        end = tile;
  return end;
}

// Return would be the dialog's OK, with another style than the tile's that has the
// focus; Home and End would scroll away from it. FALSE: the key is none of these.
static gboolean
use_key (SpadeStyleBoard *board,
         GtkWidget       *tile,
         guint            key)
{
  if (key == GDK_KEY_Return || key == GDK_KEY_KP_Enter || key == GDK_KEY_ISO_Enter)
    gtk_widget_activate (tile);
  else if (key == GDK_KEY_Home || key == GDK_KEY_KP_Home)
    gtk_widget_grab_focus (GTK_WIDGET (find_end (board, FALSE)));
  else if (key == GDK_KEY_End || key == GDK_KEY_KP_End)
    gtk_widget_grab_focus (GTK_WIDGET (find_end (board, TRUE)));
  else
    return FALSE;
  return TRUE;
}

static gboolean
key_press_event (GtkWidget   *widget,
                 GdkEventKey *event)
{
  GtkWidget *window = gtk_widget_get_toplevel (widget);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (window));
  gboolean   is_plain = (event->state & gtk_accelerator_get_default_mod_mask ()) == 0;

  return (is_plain && focus != NULL && SPADE_IS_STYLE_TILE (focus) &&
          use_key (SPADE_STYLE_BOARD (widget), focus, event->keyval)) ||
         GTK_WIDGET_CLASS (spade_style_board_parent_class)
           ->key_press_event (widget, event);
}

// What has the focus is scrolled to; the adjustment is made after init().
static void
constructed (GObject *object)
{
  SpadeStyleBoard *board = SPADE_STYLE_BOARD (object);
  GtkWidget       *list = gtk_widget_get_parent (GTK_WIDGET (board->boxes[0]));

  G_OBJECT_CLASS (spade_style_board_parent_class)->constructed (object);
  gtk_container_set_focus_vadjustment (
    GTK_CONTAINER (list),
    gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (board)));
}

static void
finalize (GObject *object)
{
  g_free (SPADE_STYLE_BOARD (object)->marked);
  G_OBJECT_CLASS (spade_style_board_parent_class)->finalize (object);
}

static void
spade_style_board_class_init (SpadeStyleBoardClass *klass)
{
  static const struct
  {
    const char *box, *label;
  } names[SPADE_STYLE_N_KINDS] = {
    [SPADE_STYLE_SHIPPED] = { "shipped_box", NULL },
    [SPADE_STYLE_OPEN] = { "open_box", "open_label" },
    [SPADE_STYLE_RECENT] = { "recent_box", "recent_label" },
    [SPADE_STYLE_YOURS] = { "yours_box", "yours_label" },
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  spade_ui_init ();
  G_OBJECT_CLASS (klass)->constructed = constructed;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  widget_class->key_press_event = key_press_event;
  chosen_signal = g_signal_new ("chosen", SPADE_TYPE_STYLE_BOARD,
                                G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (
    widget_class, SPADE_UI_TEMPLATES "style-board.ui");
  for (gssize kind = 0; kind < SPADE_STYLE_N_KINDS; kind++)
    {
      gssize box = G_STRUCT_OFFSET (SpadeStyleBoard, boxes);
      gssize label = G_STRUCT_OFFSET (SpadeStyleBoard, labels);
      gssize step = kind * (gssize) sizeof (gpointer);

      gtk_widget_class_bind_template_child_full (
        widget_class, names[kind].box, FALSE, box + step);
      if (names[kind].label != NULL)
        gtk_widget_class_bind_template_child_full (
          widget_class, names[kind].label, FALSE, label + step);
    }
  gtk_widget_class_bind_template_callback (widget_class, on_activated);
}

static void
spade_style_board_init (SpadeStyleBoard *board)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  gtk_widget_init_template (GTK_WIDGET (board));
  spade_style_board_set_none (board, _("Random"),
                              _("No style image: the seed alone decides"),
                              "spade-seed-symbolic");
  for (int kind = 0; kind < SPADE_STYLE_N_KINDS; kind++)
    spade_style_board_set_styles (board, (SpadeStyleKind) kind, none);
}
