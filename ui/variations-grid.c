// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The grid. Seeds follow each other from where the tiles start, so that a
// person can note down one number and find all of them again.

#include "variations-grid.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "picture-area.h"
#include "resource.h"

struct _SpadeVariationsGrid
{
  GtkBox parent_instance;

  int      start; // seed of the first tile
  int      seed;  // that is chosen
  int      n_tiles;
  gboolean is_filling; // buttons are being set, nobody clicked them

  GtkWidget       *tile[SPADE_VARIATIONS_MAX];
  GtkWidget       *area[SPADE_VARIATIONS_MAX];
  GtkGrid         *tiles;
  GtkWidget       *buttons;
  GtkLabel        *reason;
  GtkToggleButton *four, *nine;
};

G_DEFINE_TYPE (SpadeVariationsGrid, spade_variations_grid, GTK_TYPE_BOX)

enum
{
  PROP_SEED = 1,
  PROP_N_TILES,
};

static guint changed_signal;

static int
seed_of_tile (SpadeVariationsGrid *grid,
              int                  i)
{
  return (int) (((gint64) grid->start + i) % ((gint64) G_MAXINT + 1));
}

int
spade_variations_grid_get_seeds (SpadeVariationsGrid *grid,
                                 int                  out_seeds[SPADE_VARIATIONS_MAX])
{
  for (int i = 0; i < grid->n_tiles; i++)
    out_seeds[i] = seed_of_tile (grid, i);
  return grid->n_tiles;
}

static int
tile_of_seed (SpadeVariationsGrid *grid,
              int                  seed)
{
  for (int i = 0; i < grid->n_tiles; i++)
    if (seed_of_tile (grid, i) == seed)
      return i;
  return -1;
}

static void
mark_chosen (SpadeVariationsGrid *grid)
{
  grid->is_filling = TRUE;
  for (int i = 0; i < SPADE_VARIATIONS_MAX; i++)
    {
      GtkStyleContext *style = gtk_widget_get_style_context (grid->tile[i]);
      gboolean         is_chosen = seed_of_tile (grid, i) == grid->seed;

      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (grid->tile[i]),
                                    is_chosen);
      if (is_chosen) // a pressed button alone is easily overlooked
        gtk_style_context_add_class (style, GTK_STYLE_CLASS_SUGGESTED_ACTION);
      else
        gtk_style_context_remove_class (style,
                                        GTK_STYLE_CLASS_SUGGESTED_ACTION);
    }
  grid->is_filling = FALSE;
}

// Places the tiles, two or three in a row, and empties them.
static void
restart (SpadeVariationsGrid *grid,
         int                  start)
{
  int n_columns = grid->n_tiles == 4 ? 2 : 3;

  grid->start = start;
  for (int i = 0; i < SPADE_VARIATIONS_MAX; i++)
    {
      g_autofree char *tip = NULL;

      tip = g_strdup_printf (_("Seed %d"), seed_of_tile (grid, i));
      gtk_widget_set_tooltip_text (grid->tile[i], tip);
      atk_object_set_name (gtk_widget_get_accessible (grid->tile[i]), tip);
      gtk_widget_set_visible (grid->tile[i], i < grid->n_tiles);
      spade_picture_area_set_picture (SPADE_PICTURE_AREA (grid->area[i]), NULL,
                                      FALSE);
      gtk_container_child_set (GTK_CONTAINER (grid->tiles), grid->tile[i],
                               "left-attach", i % n_columns,
                               "top-attach", i / n_columns, NULL);
    }
  mark_chosen (grid);
  g_signal_emit (grid, changed_signal, 0);
}

void
spade_variations_grid_set_picture (SpadeVariationsGrid *grid,
                                   int                  i,
                                   GdkPixbuf           *picture)
{
  g_return_if_fail (i >= 0 && i < SPADE_VARIATIONS_MAX);
  spade_picture_area_set_picture (SPADE_PICTURE_AREA (grid->area[i]), picture,
                                  FALSE);
}

void
spade_variations_grid_set_aspect (SpadeVariationsGrid *grid,
                                  double               aspect)
{
  for (int i = 0; i < SPADE_VARIATIONS_MAX; i++)
    spade_picture_area_set_aspect (SPADE_PICTURE_AREA (grid->area[i]), aspect);
}

int
spade_variations_grid_get_seed (SpadeVariationsGrid *grid)
{
  return grid->seed;
}

void
spade_variations_grid_set_seed (SpadeVariationsGrid *grid,
                                int                  seed)
{
  if (seed == grid->seed)
    return;
  grid->seed = seed;
  if (tile_of_seed (grid, seed) < 0)
    restart (grid, seed);
  else
    mark_chosen (grid);
  g_object_notify (G_OBJECT (grid), "seed");
}

void
spade_variations_grid_set_n_tiles (SpadeVariationsGrid *grid,
                                   int                  n_tiles)
{
  n_tiles = n_tiles <= 4 ? 4 : 9;
  if (n_tiles == grid->n_tiles)
    return;
  grid->n_tiles = n_tiles;
  gtk_toggle_button_set_active (n_tiles == 9 ? grid->nine : grid->four, TRUE);
  restart (grid, tile_of_seed (grid, grid->seed) < 0 ? grid->seed
                                                     : grid->start);
  g_object_notify (G_OBJECT (grid), "n-tiles");
}

void
spade_variations_grid_set_reason (SpadeVariationsGrid *grid,
                                  const char          *reason)
{
  gtk_label_set_text (grid->reason, reason != NULL ? reason : "");
  gtk_widget_set_visible (GTK_WIDGET (grid->reason), reason != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (grid->tiles), reason == NULL);
  gtk_widget_set_sensitive (grid->buttons, reason == NULL);
}

static void
on_tile_toggled (GtkToggleButton     *tile,
                 SpadeVariationsGrid *grid)
{
  int i = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (tile), "spade-tile"));

  if (grid->is_filling)
    return;
  spade_variations_grid_set_seed (grid, seed_of_tile (grid, i));
  mark_chosen (grid); // a click on the chosen tile must not release it
}

static void
on_nine_toggled (SpadeVariationsGrid *grid)
{
  spade_variations_grid_set_n_tiles (
    grid, gtk_toggle_button_get_active (grid->nine) ? 9 : 4);
}

static void
on_more_clicked (SpadeVariationsGrid *grid)
{
  restart (grid, seed_of_tile (grid, grid->n_tiles));
}

static void
add_tile (SpadeVariationsGrid *grid,
          int                  i)
{
  grid->tile[i] = gtk_toggle_button_new ();
  grid->area[i] = spade_picture_area_new ();
  g_object_set_data (G_OBJECT (grid->tile[i]), "spade-tile",
                     GINT_TO_POINTER (i));
  gtk_widget_set_size_request (grid->area[i], 88, 66);
  g_object_set (grid->tile[i], "hexpand", TRUE, "vexpand", TRUE, NULL);
  gtk_container_add (GTK_CONTAINER (grid->tile[i]), grid->area[i]);
  gtk_widget_show (grid->area[i]);
  gtk_grid_attach (grid->tiles, grid->tile[i], i % 3, i / 3, 1, 1);
  g_signal_connect (grid->tile[i], "toggled", G_CALLBACK (on_tile_toggled),
                    grid);
}

GtkWidget *
spade_variations_grid_new (void)
{
  return g_object_new (SPADE_TYPE_VARIATIONS_GRID, NULL);
}

static void
get_property (GObject    *object,
              guint       id,
              GValue     *value,
              GParamSpec *pspec)
{
  SpadeVariationsGrid *grid = SPADE_VARIATIONS_GRID (object);

  g_value_set_int (value, id == PROP_SEED ? grid->seed : grid->n_tiles);
}

static void
set_property (GObject      *object,
              guint         id,
              const GValue *value,
              GParamSpec   *pspec)
{
  SpadeVariationsGrid *grid = SPADE_VARIATIONS_GRID (object);

  if (id == PROP_SEED)
    spade_variations_grid_set_seed (grid, g_value_get_int (value));
  else
    spade_variations_grid_set_n_tiles (grid, g_value_get_int (value));
}

static void
spade_variations_grid_class_init (SpadeVariationsGridClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                            G_PARAM_STATIC_STRINGS;
  GObjectClass     *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass   *widget_class = GTK_WIDGET_CLASS (klass);

  spade_ui_init ();
  object_class->get_property = get_property;
  object_class->set_property = set_property;
  g_object_class_install_property (
    object_class, PROP_SEED,
    g_param_spec_int ("seed", NULL, NULL, 0, G_MAXINT, 0, flags));
  g_object_class_install_property (
    object_class, PROP_N_TILES,
    g_param_spec_int ("n-tiles", NULL, NULL, 4, 9, 4, flags));
  changed_signal = g_signal_new ("changed", SPADE_TYPE_VARIATIONS_GRID,
                                 G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (
    widget_class, SPADE_UI_TEMPLATES "variations-grid.ui");
#define BIND(name)                                                           \
  gtk_widget_class_bind_template_child (widget_class, SpadeVariationsGrid, name)
  BIND (tiles);
  BIND (buttons);
  BIND (reason);
  BIND (four);
  BIND (nine);
  gtk_widget_class_bind_template_callback (widget_class, on_nine_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_more_clicked);
}

static void
spade_variations_grid_init (SpadeVariationsGrid *grid)
{
  grid->n_tiles = 4;
  gtk_widget_init_template (GTK_WIDGET (grid));
  for (int i = 0; i < SPADE_VARIATIONS_MAX; i++)
    add_tile (grid, i);
  restart (grid, 0);
}
