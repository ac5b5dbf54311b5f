// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

#include "style-home.h"

#include <glib/gstdio.h>

char *style_home;

char *
style_home_write (const char *name, int width, int height, guint32 top,
               guint32 bottom)
{
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8,
                                                  width, height);
  g_autoptr (GdkPixbuf) half = gdk_pixbuf_new_subpixbuf (picture, 0, 0, width,
                                                         height / 2);
  char                 *path = g_build_filename (style_home, name, NULL);
  g_autofree char      *folder = g_path_get_dirname (path);

  g_mkdir_with_parents (folder, 0700);
  gdk_pixbuf_fill (picture, bottom);
  gdk_pixbuf_fill (half, top);
  g_assert_true (gdk_pixbuf_save (picture, path, "png", NULL, NULL));
  return path;
}

SpadeStylePlaces
style_home_places (void)
{
  static char *shipped[2];
  static char *yours, *recent;

  if (yours == NULL)
    {
      shipped[0] = g_build_filename (style_home, "shipped", NULL);
      yours = g_build_filename (style_home, "yours", NULL);
      recent = g_build_filename (style_home, "state", "recent-styles", NULL);
    }
  return (SpadeStylePlaces) { (const char *const *) shipped, yours, recent };
}

static const char *const names[] = {
  "shipped/evening_sun.png", "shipped/storm.png", "shipped/noon.png", "yours/my.png",
  "stray.png",
};

void
style_home_set_up (void)
{
  style_home = g_dir_make_tmp ("spade-ui-XXXXXX", NULL);
  g_setenv ("XDG_CACHE_HOME", style_home, TRUE);
  g_free (style_home_write (names[0], 300, 200, 0xf09040ff, 0x302038ff));
  g_free (style_home_write (names[1], 200, 200, 0x606878ff, 0x303830ff));
  g_free (style_home_write (names[2], 200, 300, 0x70b0f0ff, 0x508030ff));
  g_free (style_home_write (names[3], 200, 200, 0xb0b8c0ff, 0x406080ff));
  g_free (style_home_write (names[4], 90, 90, 0x203050ff, 0x102010ff));
}

void
style_home_tear_down (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (style_home, names[i], NULL);

      g_unlink (path);
    }
}
