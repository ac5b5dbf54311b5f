// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A swatch's border is half-transparent grey: visible on light and on dark
// themes, around white and around black.

#include "swatch.h"

#define RADIUS 3.0

static void
rounded_square (cairo_t *cr,
                double   size)
{
  double near = 0.5 + RADIUS;
  double far = size - 0.5 - RADIUS;

  cairo_new_sub_path (cr);
  cairo_arc (cr, far, near, RADIUS, -G_PI_2, 0);
  cairo_arc (cr, far, far, RADIUS, 0, G_PI_2);
  cairo_arc (cr, near, far, RADIUS, G_PI_2, G_PI);
  cairo_arc (cr, near, near, RADIUS, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
}

cairo_surface_t *
spade_swatch_new (GtkWidget    *widget,
                  const guint8  rgb[3],
                  int           size)
{
  int              scale = gtk_widget_get_scale_factor (widget);
  cairo_surface_t *surface;
  cairo_t         *cr;

  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, size * scale,
                                        size * scale);
  cairo_surface_set_device_scale (surface, scale, scale);
  cr = cairo_create (surface);
  rounded_square (cr, size);
  cairo_set_source_rgb (cr, rgb[0] / 255.0, rgb[1] / 255.0, rgb[2] / 255.0);
  cairo_fill_preserve (cr);
  cairo_set_source_rgba (cr, 0.5, 0.5, 0.5, 0.6);
  cairo_set_line_width (cr, 1.0);
  cairo_stroke (cr);
  cairo_destroy (cr);
  return surface;
}
