// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The picture is scaled while drawing, in device pixels: sharp at any scale
// factor, and a map is never interpolated. A surface is no larger than a screen
// can show: cairo has none of more than 32767 pixels a side.

#include "picture-area.h"

#define MAX_SIDE 8192

struct _SpadePictureArea
{
  GtkDrawingArea parent_instance;

  GdkPixbuf       *picture;
  cairo_surface_t *surface; // of the picture; NULL without memory for it
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
  double            aspect, shown_width, shown_height;

  if (area->surface == NULL)
    return GDK_EVENT_PROPAGATE;
  aspect = area->aspect > 0 ? area->aspect :
    (double) gdk_pixbuf_get_width (area->picture) /
    gdk_pixbuf_get_height (area->picture);
  shown_width = MAX (1, MIN (width, height * aspect));
  shown_height = MAX (1, MIN (height, width / aspect));
  cairo_translate (cr, (width - shown_width) / 2, (height - shown_height) / 2);
  cairo_rectangle (cr, 0, 0, shown_width, shown_height);
  cairo_clip (cr);
  cairo_scale (cr,
               shown_width / cairo_image_surface_get_width (area->surface),
               shown_height / cairo_image_surface_get_height (area->surface));
  cairo_set_source_surface (cr, area->surface, 0, 0);
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_pattern_set_filter (cairo_get_source (cr),
                            area->is_map ? CAIRO_FILTER_NEAREST
                                         : CAIRO_FILTER_GOOD);
  cairo_paint (cr);
  return GDK_EVENT_PROPAGATE;
}

static cairo_surface_t *
new_surface (GdkPixbuf *picture,
             gboolean   is_map)
{
  int                   width = gdk_pixbuf_get_width (picture);
  int                   height = gdk_pixbuf_get_height (picture);
  g_autoptr (GdkPixbuf) smaller = NULL;

  if (width > MAX_SIDE || height > MAX_SIDE)
    {
      smaller = gdk_pixbuf_scale_simple (
        picture, MIN (width, MAX_SIDE), MIN (height, MAX_SIDE),
        is_map ? GDK_INTERP_NEAREST : GDK_INTERP_BILINEAR);
      if (smaller == NULL)
        return NULL;
      picture = smaller;
    }
  return gdk_cairo_surface_create_from_pixbuf (picture, 1, NULL);
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
    area->surface = new_surface (picture, is_map);
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
