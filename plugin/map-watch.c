// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What was seen is kept as a checksum of the stored pixels, of any format.

#include "map-watch.h"

#include "layer-pixels.h"

#define INTERVAL_MS 100
#define LONGEST_MS 5000
#define COST 20 // looks take at most one COSTth of the time, but for waiting
#define ROWS 64 // read at a time

struct _SpadeMapWatch
{
  GimpImage         *image;
  GimpDrawable      *drawable;
  SpadeRenderWorker *worker;
  SpadeMapChanged    changed;
  gpointer           user_data;
  guint              look_id;
  gint64             cost_us; // of the last look
  char              *seen; // checksum
};

static void
add_palette (GChecksum *sum,
             GimpImage *image)
{
  GimpPalette       *palette = gimp_image_get_palette (image);
  g_autofree guint8 *colours = NULL;
  int                n = 0;
  gsize              n_bytes = 0;

  if (palette != NULL)
    colours = gimp_palette_get_colormap (palette, babl_format ("R'G'B' u8"), &n,
                                         &n_bytes);
  if (n_bytes > 0)
    g_checksum_update (sum, colours, (gssize) n_bytes);
}

// Adds what is stored of a layer that nobody else changes. FALSE: there is no memory.
static gboolean
add_pixels (GChecksum    *sum,
            GimpDrawable *drawable)
{
  g_autoptr (GeglBuffer) buffer = gimp_drawable_get_buffer (drawable);
  const Babl            *format = gimp_drawable_get_format (drawable);
  int                    size[2]; // height, width
  gsize                  stride;
  g_autofree guint8     *rows = NULL;

  size[0] = gegl_buffer_get_height (buffer);
  size[1] = gegl_buffer_get_width (buffer);
  g_checksum_update (sum, (const guint8 *) size, sizeof size);
  stride = (gsize) size[1] * (gsize) babl_format_get_bytes_per_pixel (format);
  rows = g_try_malloc_n (stride, ROWS);
  if (rows == NULL)
    return FALSE;
  for (int y = 0; y < size[0]; y += ROWS)
    {
      int n = MIN (ROWS, size[0] - y);

      gegl_buffer_get (buffer, GEGL_RECTANGLE (0, y, size[1], n), 1.0, format, rows,
                       GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
      g_checksum_update (sum, rows, (gssize) (stride * (gsize) n));
    }
  return TRUE;
}

// Gives a checksum of all that is watched; of what is not there, that of nothing. NULL:
// there is no memory.
static char *
sum_up (const SpadeMapWatch *watch)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_MD5);
  GimpDrawable         *copy = spade_layer_borrow (watch->image, watch->drawable,
                                                    NULL);
  gboolean              ok = TRUE;

  if (copy != NULL)
    {
      if (gimp_drawable_is_indexed (copy))
        add_palette (sum, watch->image);
      ok = add_pixels (sum, copy);
      spade_layer_return (watch->image, copy, watch->drawable);
    }
  return ok ? g_strdup (g_checksum_get_string (sum)) : NULL;
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
    {
      watch->look_id = g_timeout_add (INTERVAL_MS, look, watch);
      return G_SOURCE_REMOVE;
    }
  seen = sum_up (watch);
  is_new = seen != NULL && g_strcmp0 (seen, watch->seen) != 0;
  if (is_new)
    {
      g_free (watch->seen);
      watch->seen = g_steal_pointer (&seen);
    }
  look_later (watch, g_get_monotonic_time () - since);
  if (is_new)
    watch->changed (watch->user_data);
  return G_SOURCE_REMOVE;
}

// Part of a look may be waiting for GIMP, which is busy with a stroke or a filter: the
// cheaper one of two says what a look costs.
static void
look_later (SpadeMapWatch *watch,
            gint64         cost_us)
{
  gint64 usual_us = MIN (cost_us, watch->cost_us);

  watch->cost_us = cost_us;
  watch->look_id = g_timeout_add (
    (guint) CLAMP (usual_us * (COST - 1) / 1000, INTERVAL_MS, LONGEST_MS), look, watch);
}

SpadeMapWatch *
spade_map_watch_new (GimpImage         *image,
                     GimpDrawable      *drawable,
                     SpadeRenderWorker *worker,
                     SpadeMapChanged    changed,
                     gpointer           user_data)
{
  SpadeMapWatch *watch = g_new0 (SpadeMapWatch, 1);
  gint64         since = g_get_monotonic_time ();

  watch->image = image;
  watch->drawable = drawable;
  watch->worker = worker;
  watch->changed = changed;
  watch->user_data = user_data;
  watch->seen = sum_up (watch);
  watch->cost_us = g_get_monotonic_time () - since;
  look_later (watch, watch->cost_us);
  return watch;
}

void
spade_map_watch_free (SpadeMapWatch *watch)
{
  g_clear_handle_id (&watch->look_id, g_source_remove);
  g_free (watch->seen);
  g_free (watch);
}
