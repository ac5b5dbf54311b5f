// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A cached thumbnail counts only when it names the time at which the file was
// changed last; otherwise it may show what the file was before.

#include "thumbnail.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *path;
  int   width, height;
} Wish;

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  g_free (wish->path);
  g_free (wish);
}

char *
spade_thumbnail_get_cache_path (const char *path,
                                const char *size)
{
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  g_autofree char *sum = NULL;
  g_autofree char *name = NULL;

  if (uri == NULL)
    return NULL;
  sum = g_compute_checksum_for_string (G_CHECKSUM_MD5, uri, -1);
  name = g_strconcat (sum, ".png", NULL);
  return g_build_filename (g_get_user_cache_dir (), "thumbnails", size, name,
                           NULL);
}

static GdkPixbuf *
load_cached (const Wish *wish,
             const char *size)
{
  g_autofree char      *path = spade_thumbnail_get_cache_path (wish->path, size);
  g_autoptr (GdkPixbuf) picture = NULL;
  const char           *mtime;
  GStatBuf              status;

  if (path == NULL || g_stat (wish->path, &status) != 0)
    return NULL;
  picture = gdk_pixbuf_new_from_file (path, NULL);
  if (picture == NULL)
    return NULL;
  mtime = gdk_pixbuf_get_option (picture, "tEXt::Thumb::MTime");
  if (mtime == NULL ||
      g_ascii_strtoll (mtime, NULL, 10) != (gint64) status.st_mtime)
    return NULL;
  return g_steal_pointer (&picture);
}

// Gives the file's picture scaled so that it covers the wish.
static GdkPixbuf *
load_scaled (const Wish  *wish,
             GError     **error)
{
  g_autoptr (GdkPixbuf) picture = NULL;
  int                   width, height;
  double                scale;

  if (gdk_pixbuf_get_file_info (wish->path, &width, &height) == NULL ||
      width < 1 || height < 1)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("%s is not an image that can be shown here."),
                   wish->path);
      return NULL;
    }
  scale = MIN (1.0, MAX ((double) wish->width / width,
                         (double) wish->height / height));
  picture = gdk_pixbuf_new_from_file_at_scale (
    wish->path, MAX (1, (int) (width * scale + 0.5)),
    MAX (1, (int) (height * scale + 0.5)), FALSE, error);
  if (picture == NULL)
    return NULL;
  return gdk_pixbuf_apply_embedded_orientation (picture);
}

static void
load (GTask        *task,
      gpointer      source,
      gpointer      data,
      GCancellable *cancellable)
{
  static const struct
  {
    const char *name;
    int         side;
  } sizes[] = { { "normal", 128 }, { "large", 256 }, { "x-large", 512 } };
  const Wish *wish = data;
  GdkPixbuf  *picture = NULL;
  GError     *error = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (sizes) && picture == NULL; i++)
    if (sizes[i].side >= MAX (wish->width, wish->height))
      picture = load_cached (wish, sizes[i].name);
  if (picture == NULL)
    picture = load_scaled (wish, &error);
  if (picture == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, picture, g_object_unref);
}

void
spade_thumbnail_load (const char          *path,
                      int                  width,
                      int                  height,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Wish             *wish = g_new (Wish, 1);

  wish->path = g_strdup (path);
  wish->width = width;
  wish->height = height;
  g_task_set_task_data (task, wish, wish_free);
  g_task_run_in_thread (task, load);
}

GdkPixbuf *
spade_thumbnail_load_finish (GAsyncResult  *result,
                             GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

GdkPixbuf *
spade_thumbnail_crop (GdkPixbuf *picture,
                      int        width,
                      int        height)
{
  double     own_width = gdk_pixbuf_get_width (picture);
  double     own_height = gdk_pixbuf_get_height (picture);
  double     scale = MAX (width / own_width, height / own_height);
  GdkPixbuf *crop;

  crop = gdk_pixbuf_new (GDK_COLORSPACE_RGB,
                         gdk_pixbuf_get_has_alpha (picture), 8, width, height);
  gdk_pixbuf_scale (picture, crop, 0, 0, width, height,
                    (width - own_width * scale) / 2,
                    (height - own_height * scale) / 2, scale, scale,
                    GDK_INTERP_BILINEAR);
  return crop;
}
