// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The picture is scaled while drawing, in device pixels: sharp at any scale
// factor, and a map is never interpolated.

#include "picture-area.h"

struct _SpadePictureArea
{
  GtkDrawingArea parent_instance;

  GdkPixbuf       *picture;
  cairo_surface_t *surface; // of the picture, one pixel to one
  gboolean         is_map;
  double           aspect; // or 0
};

G_DEFINE_TYPE (SpadePictureArea, spade_picture_area, GTK_TYPE_DRAWING_AREA)

static gboolean
draw (GtkWidget *widget,
      cairo_t   *cr)
{
  SpadePictureArea *area = SPADE_PICTURE_AREA (widget);
  double            width = gtk_widget_get_allocated_width (widget);
  double            height = gtk_widget_get_allocated_height (widget);
  double            picture_width, picture_height, aspect, shown_width,
                    shown_height;

  if (area->picture == NULL)
    return GDK_EVENT_PROPAGATE;
  picture_width = gdk_pixbuf_get_width (area->picture);
  picture_height = gdk_pixbuf_get_height (area->picture);
  aspect = area->aspect > 0 ? area->aspect : picture_width / picture_height;
  shown_width = MIN (width, height * aspect);
  shown_height = shown_width / aspect;
  cairo_translate (cr, (width - shown_width) / 2, (height - shown_height) / 2);
  cairo_rectangle (cr, 0, 0, shown_width, shown_height);
  cairo_clip (cr);
  cairo_scale (cr, shown_width / picture_width, shown_height / picture_height);
  cairo_set_source_surface (cr, area->surface, 0, 0);
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_pattern_set_filter (cairo_get_source (cr),
                            area->is_map ? CAIRO_FILTER_NEAREST
                                         : CAIRO_FILTER_GOOD);
  cairo_paint (cr);
  return GDK_EVENT_PROPAGATE;
}

void
spade_picture_area_set_picture (SpadePictureArea *area,
                                GdkPixbuf        *picture,
                                gboolean          is_map)
{
  if (picture == area->picture && is_map == area->is_map)
    return;
  g_set_object (&area->picture, picture);
  g_clear_pointer (&area->surface, cairo_surface_destroy);
  if (picture != NULL)
    area->surface = gdk_cairo_surface_create_from_pixbuf (picture, 1, NULL);
  area->is_map = is_map;
  gtk_widget_queue_draw (GTK_WIDGET (area));
}

void
spade_picture_area_set_aspect (SpadePictureArea *area,
                               double            aspect)
{
  area->aspect = aspect;
  gtk_widget_queue_draw (GTK_WIDGET (area));
}

GdkPixbuf *
spade_picture_area_get_picture (SpadePictureArea *area)
{
  return area->picture;
}

GtkWidget *
spade_picture_area_new (void)
{
  return g_object_new (SPADE_TYPE_PICTURE_AREA, NULL);
}

static void
finalize (GObject *object)
{
  SpadePictureArea *area = SPADE_PICTURE_AREA (object);

  g_clear_object (&area->picture);
  g_clear_pointer (&area->surface, cairo_surface_destroy);
  G_OBJECT_CLASS (spade_picture_area_parent_class)->finalize (object);
}

static void
spade_picture_area_class_init (SpadePictureAreaClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
  GTK_WIDGET_CLASS (klass)->draw = draw;
}

static void
spade_picture_area_init (SpadePictureArea *area)
{
}
