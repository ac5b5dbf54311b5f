// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Small pictures of image files: those that the desktop's thumbnail cache
// holds already, else scaled by ourselves. Nothing is written to the cache.

#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>

// Loads a thumbnail whose sides are at least width x height (or the file's own
// size where that is less) in a thread. The callback runs on the caller's
// thread-default main context.
void spade_thumbnail_load (const char          *path,
                           int                  width,
                           int                  height,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data);
GdkPixbuf *spade_thumbnail_load_finish (GAsyncResult  *result,
                                        GError       **error);

// Gives where the cache would keep the thumbnail of that file; size is
// "normal" (128 pixels), "large" (256), "x-large" (512) or "xx-large" (1024).
// Free with g_free(). Source: freedesktop.org Thumbnail Managing Standard.
char *spade_thumbnail_get_cache_path (const char *path,
                                      const char *size);

// Gives the middle of a picture at exactly width x height.
GdkPixbuf *spade_thumbnail_crop (GdkPixbuf *picture,
                                 int        width,
                                 int        height);
