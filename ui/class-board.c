// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The class board. As in the style board, the box selects nothing itself: it would
// select whatever the keyboard focus passes over.

#include "class-board.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "class-labels.h"
#include "class-search.h"
#include "notice.h"
#include "resource.h"
#include "swatch.h"

#define SWATCH_SIZE 24
#define MANY 30 // classes that want a search
#define NAME_CHARS 14

struct _SpadeClassBoard
{
  GtkBox parent_instance;

  const SpadeClassSet *set;
  int                  n_classes;
  gboolean             known[256], has_colour[256];
  guint8               rgb[256][3];
  int                  marked; // class id, or -1

  GtkEntry    *search;
  GtkStack    *stack;
  GtkFlowBox  *tiles;
  SpadeNotice *notice;

  GtkScrolledWindow *scroller;
};

G_DEFINE_TYPE (SpadeClassBoard, spade_class_board, GTK_TYPE_BOX)

static guint  chosen_signal;
static GQuark id_quark, image_quark; // of a tile: its class id, its swatch

static int
get_id (gpointer tile)
{
  return GPOINTER_TO_INT (g_object_get_qdata (tile, id_quark));
}

// Shows the color of a tile's class.
static void
update_tile (SpadeClassBoard *board,
             gpointer         tile)
{
  int              class_id = get_id (tile);
  GtkImage        *image = g_object_get_qdata (tile, image_quark);
  cairo_surface_t *swatch;

  swatch = spade_swatch_new (GTK_WIDGET (board), board->rgb[class_id], SWATCH_SIZE);
  gtk_image_set_from_surface (image, swatch);
  cairo_surface_destroy (swatch);
  gtk_widget_set_sensitive (tile, board->has_colour[class_id]);
}

static GtkWidget *
new_tile (SpadeClassBoard *board,
          int              class_id)
{
  GtkWidget       *tile = gtk_flow_box_child_new ();
  GtkWidget       *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget       *image = gtk_image_new ();
  g_autofree char *name = spade_class_label_new (board->set, class_id);
  GtkWidget       *label = gtk_label_new (name);

  gtk_container_add (GTK_CONTAINER (box), image);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), NAME_CHARS);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_container_add (GTK_CONTAINER (box), label);
  gtk_container_add (GTK_CONTAINER (tile), box);
  gtk_widget_set_tooltip_text (tile, name);
  atk_object_set_name (gtk_widget_get_accessible (tile), name);
  g_object_set_qdata (G_OBJECT (tile), id_quark, GINT_TO_POINTER (class_id));
  g_object_set_qdata (G_OBJECT (tile), image_quark, image);
  update_tile (board, tile);
  gtk_widget_show_all (tile);
  return tile;
}

static void
show_mark (GtkWidget *tile,
           gpointer   board)
{
  gboolean is_marked = get_id (tile) == SPADE_CLASS_BOARD (board)->marked;

  if (is_marked)
    gtk_widget_set_state_flags (tile, GTK_STATE_FLAG_SELECTED, FALSE);
  else
    gtk_widget_unset_state_flags (tile, GTK_STATE_FLAG_SELECTED);
  atk_object_set_description (gtk_widget_get_accessible (tile),
                              is_marked ? _("You paint with this class") : "");
}

// Gives the classes to show, best first; returns how many.
static int
list (SpadeClassBoard *board,
      int              out_ids[257])
{
  int n = spade_class_search (board->set, board->n_classes,
                              gtk_entry_get_text (board->search), out_ids);
  int n_known = 0;

  for (int i = 0; i < n; i++)
    if (out_ids[i] < 256 && board->known[out_ids[i]])
      out_ids[n_known++] = out_ids[i];
  return n_known;
}

static GtkFlowBoxChild *
get_tile (SpadeClassBoard *board,
          int              i)
{
  return gtk_flow_box_get_child_at_index (board->tiles, i);
}

// Whether the tiles are of these classes.
static gboolean
has_tiles (SpadeClassBoard *board,
           const int       *ids,
           int              n)
{
  for (int i = 0; i < n; i++)
    if (get_tile (board, i) == NULL || get_id (get_tile (board, i)) != ids[i])
      return FALSE;
  return get_tile (board, n) == NULL;
}

static void
destroy (GtkWidget *tile,
         gpointer   data)
{
  gtk_widget_destroy (tile);
}

// Shows what the search could mean. Tiles stay where they can, so that none is taken
// from under the keyboard's focus.
static void
fill (SpadeClassBoard *board)
{
  GtkContainer *tiles = GTK_CONTAINER (board->tiles);
  gboolean      has_word = *gtk_entry_get_text (board->search) != '\0';
  int           ids[257];
  int           n = list (board, ids);

  if (has_tiles (board, ids, n))
    for (int i = 0; i < n; i++)
      update_tile (board, get_tile (board, i));
  else
    {
      gtk_container_foreach (tiles, destroy, NULL);
      for (int i = 0; i < n; i++)
        gtk_flow_box_insert (board->tiles, new_tile (board, ids[i]), -1);
    }
  gtk_container_foreach (tiles, show_mark, board);
  gtk_stack_set_visible_child_name (board->stack,
                                    n > 0 || !has_word ? "tiles" : "empty");
}

static gboolean
has_any_colour (const SpadeClassBoard *board)
{
  for (int i = 0; i < 256; i++)
    if (board->known[i] && board->has_colour[i])
      return TRUE;
  return FALSE;
}

void
spade_class_board_set_classes (SpadeClassBoard     *board,
                               const SpadeClassSet *set,
                               int                  n_classes,
                               const gboolean      *known,
                               const guint8       (*rgb)[3],
                               const gboolean      *has_colour)
{
  gboolean had_colours = has_any_colour (board);
  int      n = 0;

  if (set == board->set && n_classes == board->n_classes &&
      memcmp (known, board->known, sizeof board->known) == 0 &&
      memcmp (rgb, board->rgb, sizeof board->rgb) == 0 &&
      memcmp (has_colour, board->has_colour, sizeof board->has_colour) == 0)
    return;
  if (set != board->set)
    spade_class_board_mark (board, -1, NULL);
  board->set = set;
  board->n_classes = n_classes;
  memcpy (board->known, known, sizeof board->known);
  memcpy (board->rgb, rgb, sizeof board->rgb);
  memcpy (board->has_colour, has_colour, sizeof board->has_colour);
  for (int i = 0; i < n_classes && i < 256; i++)
    n += known[i] != FALSE;
  gtk_widget_set_visible (GTK_WIDGET (board->search), n > MANY);
  if (n <= MANY)
    gtk_entry_set_text (board->search, "");
  fill (board);
  if (has_any_colour (board) && !had_colours)
    spade_class_board_mark (board, -1, NULL);
  else if (!has_any_colour (board))
    spade_class_board_mark (board, -1,
                            _("The model's classes have no names, and this map has no "
                              "palette with colors for them."));
}

int
spade_class_board_get_marked (SpadeClassBoard *board)
{
  return board->marked;
}

void
spade_class_board_mark (SpadeClassBoard *board,
                        int              class_id,
                        const char      *note)
{
  board->marked = class_id;
  gtk_container_foreach (GTK_CONTAINER (board->tiles), show_mark, board);
  g_object_set (board->notice, "icon-name",
                class_id >= 0 ? "dialog-information-symbolic"
                              : "dialog-warning-symbolic", NULL);
  spade_notice_set_text (board->notice, note);
}

static void
on_search_changed (SpadeClassBoard *board)
{
  fill (board);
}

// Enter takes the best match; the search may not have been heard of yet.
static void
on_search_activate (SpadeClassBoard *board)
{
  GtkFlowBoxChild *first;

  if (*gtk_entry_get_text (board->search) == '\0')
    return;
  fill (board);
  first = get_tile (board, 0);
  if (first != NULL && gtk_widget_get_sensitive (GTK_WIDGET (first)))
    g_signal_emit (board, chosen_signal, 0, get_id (first));
}

// Escape takes the word back, and then is the dialog's.
static gboolean
on_search_key_press (GtkWidget       *search,
                     GdkEventKey     *event,
                     SpadeClassBoard *board)
{
  GtkWidget *window = gtk_widget_get_toplevel (search);

  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  if (*gtk_entry_get_text (board->search) != '\0')
    gtk_entry_set_text (board->search, "");
  else
    gtk_bindings_activate_event (G_OBJECT (window), event);
  return GDK_EVENT_STOP;
}

static void
on_activated (GtkFlowBox      *tiles,
              GtkFlowBoxChild *tile,
              SpadeClassBoard *board)
{
  g_signal_emit (board, chosen_signal, 0, get_id (tile));
}

// Tab leaves the tiles, which arrows go through.
static gboolean
on_focus (GtkWidget        *tiles,
          GtkDirectionType  direction,
          SpadeClassBoard  *board)
{
  if ((direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD) ||
      gtk_container_get_focus_child (GTK_CONTAINER (tiles)) == NULL)
    return FALSE;
  g_signal_stop_emission_by_name (tiles, "focus");
  return FALSE;
}

// Return would be the dialog's OK.
static gboolean
on_key_press (GtkWidget       *tiles,
              GdkEventKey     *event,
              SpadeClassBoard *board)
{
  GtkWidget *window = gtk_widget_get_toplevel (tiles);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (window));

  if ((event->keyval != GDK_KEY_Return && event->keyval != GDK_KEY_KP_Enter &&
       event->keyval != GDK_KEY_ISO_Enter) ||
      focus == NULL || !GTK_IS_FLOW_BOX_CHILD (focus))
    return GDK_EVENT_PROPAGATE;
  gtk_widget_activate (focus);
  return GDK_EVENT_STOP;
}

GtkWidget *
spade_class_board_new (void)
{
  return g_object_new (SPADE_TYPE_CLASS_BOARD, NULL);
}

static void
spade_class_board_class_init (SpadeClassBoardClass *klass)
{
  static const struct
  {
    const char *name;
    gssize      offset;
  } children[] = {
#define CHILD(name) { #name, G_STRUCT_OFFSET (SpadeClassBoard, name) }
    CHILD (search), CHILD (stack), CHILD (tiles), CHILD (notice),
    CHILD (scroller),
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  spade_ui_init ();
  g_type_ensure (SPADE_TYPE_NOTICE);
  id_quark = g_quark_from_static_string ("spade-class-id");
  image_quark = g_quark_from_static_string ("spade-class-swatch");
  chosen_signal = g_signal_new ("chosen", SPADE_TYPE_CLASS_BOARD,
                                G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_INT);
  gtk_widget_class_set_template_from_resource (
    widget_class, SPADE_UI_TEMPLATES "class-board.ui");
  for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
    gtk_widget_class_bind_template_child_full (
      widget_class, children[i].name, FALSE, children[i].offset);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_search_key_press);
  gtk_widget_class_bind_template_callback (widget_class, on_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_key_press);
  gtk_widget_class_bind_template_callback (widget_class, on_focus);
}

static void
spade_class_board_init (SpadeClassBoard *board)
{
  board->marked = -1;
  gtk_widget_init_template (GTK_WIDGET (board));
  // What has the focus is scrolled to.
  gtk_container_set_focus_vadjustment (
    GTK_CONTAINER (board->tiles), gtk_scrolled_window_get_vadjustment (board->scroller));
  fill (board);
}
