// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The tile cancels its thumbnail when it goes away.

#include "style-tile.h"

#include "thumbnail.h"

#define WIDTH 84
#define HEIGHT 63

struct _SpadeStyleTile
{
  GtkFlowBoxChild parent_instance;

  char         *key, *name;
  gboolean      is_broken;
  GtkImage     *image;
  GtkLabel     *label;
  GCancellable *cancellable;
};

G_DEFINE_TYPE (SpadeStyleTile, spade_style_tile, GTK_TYPE_FLOW_BOX_CHILD)

static void
show_picture (SpadeStyleTile *tile,
              GdkPixbuf      *picture)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (tile));
  g_autoptr (GdkPixbuf) crop = NULL;
  cairo_surface_t      *surface;

  crop = spade_thumbnail_crop (picture, WIDTH * scale, HEIGHT * scale);
  surface = gdk_cairo_surface_create_from_pixbuf (crop, scale, NULL);
  gtk_image_set_from_surface (tile->image, surface);
  cairo_surface_destroy (surface);
}

static void
show_icon (SpadeStyleTile *tile,
           const char     *name)
{
  gtk_image_set_from_icon_name (tile->image, name, GTK_ICON_SIZE_DIALOG);
}

static void
on_loaded (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GError)    error = NULL;
  g_autoptr (GdkPixbuf) picture = spade_thumbnail_load_finish (result, &error);
  SpadeStyleTile       *tile = data; // gone when the load was cancelled

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (picture != NULL)
    {
      show_picture (tile, picture);
      return;
    }
  tile->is_broken = TRUE;
  show_icon (tile, "image-missing-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (tile), error->message);
}

const char *
spade_style_tile_get_key (SpadeStyleTile *tile)
{
  return tile->key;
}

const char *
spade_style_tile_get_name (SpadeStyleTile *tile)
{
  return tile->name;
}

gboolean
spade_style_tile_is_broken (SpadeStyleTile *tile)
{
  return tile->is_broken;
}

// Shows the picture of the style's file when it is loaded.
static void
begin_picture (SpadeStyleTile   *tile,
               const SpadeStyle *style)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (tile));

  if (style->key != NULL && style->thumbnail == NULL)
    spade_thumbnail_load (style->key, WIDTH * scale, HEIGHT * scale,
                          tile->cancellable, on_loaded, tile);
}

static void
show_words (SpadeStyleTile   *tile,
            const SpadeStyle *style)
{
  char *name = g_strdup (style->name);

  g_free (tile->name);
  tile->name = name;
  gtk_label_set_text (tile->label, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (tile), style->tip);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (tile)), name);
}

void
spade_style_tile_update (SpadeStyleTile   *tile,
                         const SpadeStyle *style)
{
  show_words (tile, style);
  if (style->thumbnail != NULL)
    show_picture (tile, style->thumbnail);
  else if (style->icon_name != NULL)
    show_icon (tile, style->icon_name);
}

GtkWidget *
spade_style_tile_new (const SpadeStyle *style)
{
  SpadeStyleTile *tile = g_object_new (SPADE_TYPE_STYLE_TILE, NULL);
  GtkWidget      *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget      *label = gtk_label_new (NULL);

  tile->key = g_strdup (style->key);
  tile->label = GTK_LABEL (label);
  tile->image = GTK_IMAGE (gtk_image_new_from_icon_name (
    "image-loading-symbolic", GTK_ICON_SIZE_DIALOG));
  gtk_widget_set_size_request (GTK_WIDGET (tile->image), WIDTH, HEIGHT);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_width_chars (GTK_LABEL (label), 10);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 10);
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (tile->image));
  gtk_container_add (GTK_CONTAINER (box), label);
  g_object_set (box, "margin", 3, NULL);
  gtk_container_add (GTK_CONTAINER (tile), box);
  spade_style_tile_update (tile, style);
  gtk_widget_show_all (GTK_WIDGET (tile));
  tile->cancellable = g_cancellable_new ();
  begin_picture (tile, style);
  return GTK_WIDGET (tile);
}

static void
dispose (GObject *object)
{
  SpadeStyleTile *tile = SPADE_STYLE_TILE (object);

  g_cancellable_cancel (tile->cancellable);
  G_OBJECT_CLASS (spade_style_tile_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  SpadeStyleTile *tile = SPADE_STYLE_TILE (object);

  g_clear_object (&tile->cancellable);
  g_free (tile->key);
  g_free (tile->name);
  G_OBJECT_CLASS (spade_style_tile_parent_class)->finalize (object);
}

static void
spade_style_tile_class_init (SpadeStyleTileClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dispose;
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
spade_style_tile_init (SpadeStyleTile *tile)
{
}
