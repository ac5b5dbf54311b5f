// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Running a request. The context is kept while model, device and precision
// stay, and so is what it knows about the map while that stays: another seed
// or style then costs a render alone. The last pictures are kept as well: what
// the preview shows is often just what is asked for in the end, and the next
// variations begin with some of these.

#include "render-job.h"

#include <glib/gi18n-lib.h>
#include <string.h>

void
spade_render_request_free (SpadeRenderRequest *request)
{
  if (request == NULL)
    return;
  g_clear_pointer (&request->model, spade_model_unref);
  g_clear_pointer (&request->map, spade_map_free);
  g_clear_object (&request->style);
  g_clear_object (&request->mix_style);
  g_free (request->device);
  g_free (request);
}

void
spade_render_keep_clear (SpadeRenderKeep *keep)
{
  g_clear_pointer (&keep->context, spade_context_free);
  g_clear_pointer (&keep->last, spade_render_request_free);
  g_clear_pointer (&keep->pictures, g_hash_table_unref);
  keep->has_map = FALSE;
}

static gboolean
is_same_device (const SpadeRenderRequest *a,
                const SpadeRenderRequest *b)
{
  return a->model == b->model && g_strcmp0 (a->device, b->device) == 0 &&
         a->precision == b->precision && a->n_threads == b->n_threads;
}

static gboolean
is_same_map (const SpadeRenderRequest *request,
             const SpadeRenderRequest *other)
{
  const SpadeMap *a = request->map, *b = other->map;
  gsize           n = (gsize) a->height * (gsize) a->width;

  if (request->is_mirrored != other->is_mirrored ||
      request->refines != other->refines ||
      a->height != b->height || a->width != b->width ||
      (a->instances != NULL) != (b->instances != NULL))
    return FALSE;
  return memcmp (a->ids, b->ids, n) == 0 &&
         (a->instances == NULL ||
          memcmp (a->instances, b->instances, n * sizeof (guint32)) == 0);
}

static gboolean
is_same_image (GdkPixbuf *a,
               GdkPixbuf *b)
{
  if (a == b || a == NULL || b == NULL)
    return a == b;
  return gdk_pixbuf_get_width (a) == gdk_pixbuf_get_width (b) &&
         gdk_pixbuf_get_height (a) == gdk_pixbuf_get_height (b) &&
         gdk_pixbuf_get_rowstride (a) == gdk_pixbuf_get_rowstride (b) &&
         gdk_pixbuf_get_byte_length (a) == gdk_pixbuf_get_byte_length (b) &&
         memcmp (gdk_pixbuf_read_pixels (a), gdk_pixbuf_read_pixels (b),
                 gdk_pixbuf_get_byte_length (a)) == 0;
}

static gboolean
is_same_style (const SpadeRenderRequest *a,
               const SpadeRenderRequest *b)
{
  return is_same_image (a->style, b->style) &&
         is_same_image (a->mix_style, b->mix_style) &&
         (a->mix_style == NULL || a->mix == b->mix) &&
         (a->style == NULL || a->strength == b->strength);
}

// Says whether two requests give the same picture for the same seed.
static gboolean
is_same_but_seeds (const SpadeRenderRequest *a,
                   const SpadeRenderRequest *b)
{
  return is_same_device (a, b) && a->wants_floats == b->wants_floats &&
         is_same_style (a, b) && is_same_map (a, b);
}

gboolean
spade_render_request_is_same (const SpadeRenderRequest *a,
                              const SpadeRenderRequest *b)
{
  return a->n_seeds == b->n_seeds &&
         memcmp (a->seeds, b->seeds,
                 (gsize) a->n_seeds * sizeof *a->seeds) == 0 &&
         is_same_but_seeds (a, b);
}

static gboolean
prepare (SpadeRenderKeep     *keep,
         SpadeRenderRequest  *request,
         GError             **error)
{
  g_autoptr (SpadeRenderRequest) old = g_steal_pointer (&keep->last);
  g_autofree char    *cache = spade_cache_get_folder ();
  SpadeContextOptions options = { .device = request->device,
                                  .precision = request->precision,
                                  .n_threads = request->n_threads,
                                  .for_edits = TRUE,
                                  .cache = cache };

  keep->last = request;
  if (keep->context == NULL || old == NULL || !is_same_device (old, request))
    {
      g_clear_pointer (&keep->context, spade_context_free);
      keep->has_map = FALSE;
      keep->context = spade_context_new (request->model, &options, error);
      if (keep->context == NULL)
        return FALSE;
    }
  if (keep->has_map && is_same_map (old, request))
    return TRUE;
  spade_context_set_mirrored (keep->context, request->is_mirrored);
  spade_context_set_refined (keep->context, request->refines);
  keep->has_map = spade_context_set_map (keep->context, request->map, error);
  return keep->has_map;
}

// Gives a style image without alpha, over white, as the encoder reads it; of none
// NULL.
static GdkPixbuf *
opaque_style (GdkPixbuf *style)
{
  GdkPixbuf *opaque;
  int        height, width;

  if (style == NULL || !gdk_pixbuf_get_has_alpha (style))
    return style != NULL ? g_object_ref (style) : NULL;
  width = gdk_pixbuf_get_width (style);
  height = gdk_pixbuf_get_height (style);
  opaque = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  if (opaque == NULL)
    return NULL;
  gdk_pixbuf_fill (opaque, 0xffffffff);
  gdk_pixbuf_composite (style, opaque, 0, 0, width, height, 0, 0, 1, 1,
                        GDK_INTERP_NEAREST, 255);
  return opaque;
}

static SpadeStyleImage
style_image (GdkPixbuf *pixbuf)
{
  return (SpadeStyleImage) {
    gdk_pixbuf_read_pixels (pixbuf), gdk_pixbuf_get_height (pixbuf),
    gdk_pixbuf_get_width (pixbuf), (gsize) gdk_pixbuf_get_rowstride (pixbuf)
  };
}

// Styles without alpha; mix_style, or both, may be NULL.
static gboolean
set_latent (SpadeContext              *context,
            const SpadeRenderRequest  *request,
            GdkPixbuf                 *style,
            GdkPixbuf                 *mix_style,
            guint64                    seed,
            GError                   **error)
{
  SpadeStyleImage first, second;

  if (style == NULL)
    {
      spade_context_set_seed (context, seed);
      return TRUE;
    }
  first = style_image (style);
  if (mix_style != NULL)
    second = style_image (mix_style);
  return spade_context_set_style (context, &first, mix_style ? &second : NULL,
                                  request->mix, request->strength, seed, error);
}

static G_DEFINE_QUARK (spade-render-floats, floats)

const float *
spade_render_get_floats (GdkPixbuf *picture)
{
  return g_object_get_qdata (G_OBJECT (picture), floats_quark ());
}

// Renders n numbers, the floats too where they are wanted.
static gboolean
render_numbers (SpadeContext        *context,
                gsize                n,
                guint8              *bytes,
                float               *floats,
                const SpadeMonitor  *monitor,
                GError             **error)
{
  if (floats == NULL)
    return spade_context_render_bytes (context, bytes, monitor, error);
  if (!spade_context_render (context, floats, monitor, error))
    return FALSE;
  spade_pack_rgb (floats, n, bytes);
  spade_unit_rgb (floats, n);
  return TRUE;
}

static GdkPixbuf *
render (SpadeContext              *context,
        const SpadeRenderRequest  *request,
        const SpadeMonitor        *monitor,
        GError                   **error)
{
  int                height = request->map->height;
  int                width = request->map->width;
  gsize              n = (gsize) height * (gsize) width * 3;
  g_autofree float  *floats = NULL;
  g_autofree guint8 *bytes = g_try_malloc (n);
  g_autoptr (GBytes) packed = NULL;
  GdkPixbuf         *picture;

  if (request->wants_floats)
    floats = g_try_new (float, n);
  if (bytes == NULL || (request->wants_floats && floats == NULL))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                   _("There is not enough memory for the preview; choose a "
                     "smaller size."));
      return NULL;
    }
  if (!render_numbers (context, n, bytes, floats, monitor, error))
    return NULL;
  packed = g_bytes_new_take (g_steal_pointer (&bytes), n);
  picture = gdk_pixbuf_new_from_bytes (packed, GDK_COLORSPACE_RGB, FALSE, 8,
                                       width, height, width * 3);
  if (floats != NULL)
    g_object_set_qdata_full (G_OBJECT (picture), floats_quark (),
                             g_steal_pointer (&floats), g_free);
  return picture;
}

typedef struct
{
  const SpadeMonitor *monitor;
  int                 i, n;
} Part;

// The progress of one picture of several.
static void
show_part (double      fraction,
           const char *phase,
           gpointer    user_data)
{
  const Part *part = user_data;

  if (part->monitor->progress != NULL)
    part->monitor->progress ((part->i + fraction) / part->n, phase,
                             part->monitor->user_data);
}

gboolean
spade_render_job_run (SpadeRenderKeep     *keep,
                      SpadeRenderRequest  *request,
                      const SpadeMonitor  *monitor,
                      SpadeRenderPicture   picture,
                      gpointer             user_data,
                      GError             **error)
{
  g_autoptr (GHashTable) old = g_steal_pointer (&keep->pictures);
  g_autoptr (GdkPixbuf)  style = NULL;
  g_autoptr (GdkPixbuf)  mix_style = NULL;
  Part                   part = { monitor, 0, request->n_seeds };
  SpadeMonitor           shown = { show_part, &part, monitor->cancelled };

  if (keep->last == NULL || !is_same_but_seeds (keep->last, request))
    g_clear_pointer (&old, g_hash_table_unref);
  keep->pictures = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                          g_object_unref);
  if (!prepare (keep, request, error))
    return FALSE;
  style = opaque_style (request->style);
  mix_style = opaque_style (request->mix_style);
  for (part.i = 0; part.i < part.n; part.i++)
    {
      const guint64 *seed = &request->seeds[part.i];
      GdkPixbuf     *made = old ? g_hash_table_lookup (old, seed) : NULL;

      if (made != NULL)
        g_object_ref (made);
      else if (set_latent (keep->context, request, style, mix_style, *seed,
                           error))
        made = render (keep->context, request, &shown, error);
      if (made == NULL)
        return FALSE;
      picture (part.i, made, user_data);
      g_hash_table_replace (keep->pictures, g_memdup2 (seed, sizeof *seed),
                            made);
    }
  return TRUE;
}
