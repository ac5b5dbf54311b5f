// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The list of styles, and their thumbnails.

#include <glib/gstdio.h>

#include "style-home.h"
#include "thumbnail.h"

static void
test_list (void)
{
  SpadeStylePlaces      where = style_home_places ();
  g_autofree char      *stray = g_build_filename (style_home, "stray.png", NULL);
  g_autoptr (GPtrArray) styles = NULL;
  const SpadeStyle     *style;

  g_assert_true (spade_style_list_remember (where.recent_file, "/gone.png",
                                            NULL));
  g_assert_true (spade_style_list_remember (where.recent_file, stray, NULL));
  styles = spade_style_list_new (&where);
  g_assert_cmpint (styles->len, ==, 5);
  style = styles->pdata[0];
  g_assert_cmpint (style->kind, ==, SPADE_STYLE_SHIPPED);
  g_assert_cmpstr (style->name, ==, "Storm"); // known by name, and so first
  g_assert_cmpstr (style->tip, ==, "Storm");
  style = styles->pdata[1];
  g_assert_cmpstr (style->name, ==, "evening sun");
  style = styles->pdata[3];
  g_assert_cmpint (style->kind, ==, SPADE_STYLE_RECENT);
  g_assert_cmpstr (style->key, ==, stray);
  style = styles->pdata[4];
  g_assert_cmpint (style->kind, ==, SPADE_STYLE_YOURS);
  g_unlink (where.recent_file);
}

// The same style in two folders, as with an installed and a built program.
static void
test_twice (void)
{
  SpadeStylePlaces      where = style_home_places ();
  const char           *twice[] = { where.shipped[0], where.shipped[0], NULL };
  g_autoptr (GPtrArray) styles = NULL;

  where.shipped = twice;
  styles = spade_style_list_new (&where);
  g_assert_cmpint (styles->len, ==, 4);
}

// A file has one name, however its folder is written, so that its tile is found.
static void
test_detour (void)
{
  SpadeStylePlaces      where = style_home_places ();
  g_autofree char      *folder = g_build_filename (style_home, "yours", "..", ".", "shipped",
                                                   NULL);
  g_autofree char      *path = g_build_filename (style_home, "shipped", "storm.png", NULL);
  const char           *shipped[] = { folder, NULL };
  g_autoptr (GPtrArray) styles = NULL;

  where.shipped = shipped;
  styles = spade_style_list_new (&where);
  g_assert_cmpstr (((SpadeStyle *) styles->pdata[0])->key, ==, path);
}

static void
test_recent_limit (void)
{
  SpadeStylePlaces where = style_home_places ();
  g_autofree char *text = NULL;
  g_auto (GStrv)   lines = NULL;

  for (int i = 0; i < 12; i++)
    {
      g_autofree char *path = g_strdup_printf ("/styles/%d.png", i % 10);

      g_assert_true (spade_style_list_remember (where.recent_file, path, NULL));
    }
  g_assert_true (g_file_get_contents (where.recent_file, &text, NULL, NULL));
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  g_assert_cmpint (g_strv_length (lines), ==, SPADE_STYLE_MAX_RECENT);
  g_assert_cmpstr (lines[0], ==, "/styles/1.png");
  g_assert_cmpstr (lines[1], ==, "/styles/0.png");
  g_unlink (where.recent_file);
}

typedef struct
{
  gboolean   is_done;
  GdkPixbuf *picture;
  GError    *error;
} Loaded;

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  Loaded *loaded = data;

  loaded->picture = spade_thumbnail_load_finish (result, &loaded->error);
  loaded->is_done = TRUE;
}

static Loaded
load (const char *path, int width, int height)
{
  Loaded loaded = { FALSE, NULL, NULL };

  spade_thumbnail_load (path, width, height, NULL, on_loaded, &loaded);
  while (!loaded.is_done)
    g_main_context_iteration (NULL, TRUE);
  return loaded;
}

static int
red_of (GdkPixbuf *picture)
{
  return gdk_pixbuf_read_pixels (picture)[0];
}

// The cache holds a blue picture of a red file: it is believed only while it
// names the file's time.
static void
test_cache (void)
{
  g_autofree char *path = style_home_write ("cached.png", 600, 400, 0xff0000ff,
                                         0xff0000ff);
  g_autofree char *cached = spade_thumbnail_get_cache_path (path, "normal");
  g_autofree char *folder = g_path_get_dirname (cached);
  g_autoptr (GdkPixbuf) blue = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8,
                                               128, 85);
  const char *mtimes[2];
  char        now[32];
  GStatBuf    status;

  g_stat (path, &status);
  g_snprintf (now, sizeof now, "%" G_GINT64_FORMAT, (gint64) status.st_mtime);
  mtimes[0] = now;
  mtimes[1] = "12345";
  gdk_pixbuf_fill (blue, 0x0000ffff);
  g_mkdir_with_parents (folder, 0700);
  for (int i = 0; i < 2; i++)
    {
      Loaded loaded;

      g_assert_true (gdk_pixbuf_save (blue, cached, "png", NULL,
                                      "tEXt::Thumb::MTime", mtimes[i], NULL));
      loaded = load (path, 84, 63);
      g_assert_no_error (loaded.error);
      g_assert_cmpint (red_of (loaded.picture), ==, i == 0 ? 0 : 255);
      g_object_unref (loaded.picture);
    }
  g_unlink (cached);
  g_unlink (path);
}

static void
test_scaled (void)
{
  g_autofree char *path = style_home_write ("wide.png", 800, 100, 0xff0000ff,
                                         0x00ff00ff);
  Loaded           loaded = load (path, 84, 63);
  g_autoptr (GdkPixbuf) crop = NULL;

  g_assert_cmpint (gdk_pixbuf_get_height (loaded.picture), ==, 63);
  g_assert_cmpint (gdk_pixbuf_get_width (loaded.picture), ==, 504);
  crop = spade_thumbnail_crop (loaded.picture, 84, 63);
  g_assert_cmpint (gdk_pixbuf_get_width (crop), ==, 84);
  g_object_unref (loaded.picture);
  g_unlink (path);
}

static void
test_broken_image (void)
{
  g_autofree char *path = g_build_filename (style_home, "broken.png", NULL);
  Loaded           loaded;

  g_assert_true (g_file_set_contents (path, "no image", -1, NULL));
  loaded = load (path, 84, 63);
  g_assert_null (loaded.picture);
  g_assert_error (loaded.error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&loaded.error);
  g_unlink (path);
}

int
main (int    argc,
      char **argv)
{
  int status;

  style_home_set_up ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/style-list/orders-shipped-recent-yours", test_list);
  g_test_add_func ("/style-list/shows-a-shipped-style-once", test_twice);
  g_test_add_func ("/style-list/names-a-file-without-detours", test_detour);
  g_test_add_func ("/style-list/forgets-the-oldest", test_recent_limit);
  g_test_add_func ("/thumbnail/believes-the-cache-while-it-is-fresh",
                   test_cache);
  g_test_add_func ("/thumbnail/covers-the-wish", test_scaled);
  g_test_add_func ("/thumbnail/refuses-what-is-no-image", test_broken_image);
  status = g_test_run ();
  style_home_tear_down ();
  return status;
}
