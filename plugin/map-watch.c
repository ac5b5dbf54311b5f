// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What was seen is kept as a checksum of the stored pixels, of any format.

#include "map-watch.h"

#include "layer-pixels.h"

#define INTERVAL_MS 100
#define COST 20 // looks take at most one COSTth of the time
#define ROWS 64 // read at a time

struct _SpadeMapWatch
{
  GimpImage         *image;
  GimpDrawable      *drawable;
  SpadeRenderWorker *worker;
  SpadeMapChanged    changed;
  gpointer           user_data;
  guint              look_id;
  char              *seen; // checksum
};

static void
add_palette (GChecksum *sum,
             GimpImage *image)
{
  g_autofree guint8 *colours = NULL;
  int                n = 0;
  gsize              n_bytes = 0;

  colours = gimp_palette_get_colormap (gimp_image_get_palette (image),
                                       babl_format ("R'G'B' u8"), &n, &n_bytes);
  if (n_bytes > 0)
    g_checksum_update (sum, colours, (gssize) n_bytes);
}

static void
add_pixels (GChecksum    *sum,
            GimpDrawable *drawable)
{
  g_autoptr (GeglBuffer) buffer = gimp_drawable_get_buffer (drawable);
  const Babl            *format = gimp_drawable_get_format (drawable);
  int                    height = gimp_drawable_get_height (drawable);
  int                    width = gimp_drawable_get_width (drawable);
  gsize                  stride;
  g_autofree guint8     *rows = NULL;

  stride = (gsize) width * (gsize) babl_format_get_bytes_per_pixel (format);
  rows = g_malloc (stride * ROWS);
  for (int y = 0; y < height; y += ROWS)
    {
      int n = MIN (ROWS, height - y);

      gegl_buffer_get (buffer, GEGL_RECTANGLE (0, y, width, n), 1.0, format, rows,
                       GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
      g_checksum_update (sum, rows, (gssize) (stride * (gsize) n));
    }
}

// Gives a checksum of all that is watched; of what is not there, that of nothing.
static char *
sum_up (const SpadeMapWatch *watch)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_MD5);

  if (spade_layer_is_there (watch->image, watch->drawable, NULL))
    {
      int size[2] = { gimp_drawable_get_height (watch->drawable),
                      gimp_drawable_get_width (watch->drawable) };

      g_checksum_update (sum, (const guint8 *) size, sizeof size);
      if (gimp_drawable_is_indexed (watch->drawable))
        add_palette (sum, watch->image);
      add_pixels (sum, watch->drawable);
    }
  return g_strdup (g_checksum_get_string (sum));
}

static void look_later (SpadeMapWatch *watch, gint64 cost_us);

static gboolean
look (gpointer data)
{
  SpadeMapWatch   *watch = data;
  g_autofree char *seen = NULL;
  gint64           since = g_get_monotonic_time ();
  gboolean         is_new;

  if (spade_render_worker_is_busy (watch->worker))
    return G_SOURCE_CONTINUE;
  seen = sum_up (watch);
  is_new = g_strcmp0 (seen, watch->seen) != 0;
  g_free (watch->seen);
  watch->seen = g_steal_pointer (&seen);
  look_later (watch, g_get_monotonic_time () - since);
  if (is_new)
    watch->changed (watch->user_data);
  return G_SOURCE_REMOVE;
}

static void
look_later (SpadeMapWatch *watch,
            gint64         cost_us)
{
  gint64 pause_ms = MAX (INTERVAL_MS, cost_us * (COST - 1) / 1000);

  watch->look_id = g_timeout_add ((guint) pause_ms, look, watch);
}

SpadeMapWatch *
spade_map_watch_new (GimpImage         *image,
                     GimpDrawable      *drawable,
                     SpadeRenderWorker *worker,
                     SpadeMapChanged    changed,
                     gpointer           user_data)
{
  SpadeMapWatch *watch = g_new0 (SpadeMapWatch, 1);

  watch->image = image;
  watch->drawable = drawable;
  watch->worker = worker;
  watch->changed = changed;
  watch->user_data = user_data;
  watch->seen = sum_up (watch);
  look_later (watch, 0);
  return watch;
}

void
spade_map_watch_free (SpadeMapWatch *watch)
{
  g_clear_handle_id (&watch->look_id, g_source_remove);
  g_free (watch->seen);
  g_free (watch);
}
