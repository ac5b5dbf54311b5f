// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Pictures and floats in and out of files, and that a result appears only
// when it is complete.

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "cli.h"
#include "out-file.h"
#include "picture-file.h"

// Each test has a folder of its own.
typedef struct
{
  char *folder, *path;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("spade-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "file.png", NULL);
}

static int
count_files (const Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  int              n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static Picture *
small_picture (void)
{
  static const guint8 rgb[] = { 255, 0, 0, 0, 255, 0, 0, 0, 255,
                                1,   2, 3, 4, 5,   6, 7, 8, 9 };
  Picture *picture = picture_new (2, 3, NULL);

  memcpy (picture->rgb, rgb, sizeof rgb);
  return picture;
}

static void
test_round_trip (Fixture      *fixture,
                 gconstpointer data)
{
  g_autoptr (Picture) picture = small_picture ();
  g_autoptr (Picture) again = NULL;
  g_autoptr (GError)  error = NULL;

  g_assert_true (picture_save (picture, fixture->path, &error));
  again = picture_load (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (again->height, ==, 2);
  g_assert_cmpint (again->width, ==, 3);
  g_assert_cmpmem (again->rgb, 18, picture->rgb, 18);
  g_assert_cmpint (count_files (fixture), ==, 1);
}

static void
test_alpha (Fixture      *fixture,
            gconstpointer data)
{
  guint8 rgba[] = { 10, 20, 30, 255, 10, 20, 30, 0, 0, 100, 200, 51 };
  g_autoptr (GdkPixbuf) pixbuf
    = gdk_pixbuf_new_from_data (rgba, GDK_COLORSPACE_RGB, TRUE, 8, 3, 1, 12,
                                NULL, NULL);
  g_autoptr (Picture) picture = NULL;
  // The last: 51 / 255 = 1/5 of the colour, 4/5 of white.
  const guint8 expected[] = { 10, 20, 30, 255, 255, 255, 204, 224, 244 };

  g_assert_true (gdk_pixbuf_save (pixbuf, fixture->path, "png", NULL, NULL));
  picture = picture_load (fixture->path, NULL);
  g_assert_cmpmem (picture->rgb, 9, expected, 9);
}

static void
test_scale (Fixture      *fixture,
            gconstpointer data)
{
  g_autoptr (Picture) picture = picture_new (2, 2, NULL);
  g_autoptr (Picture) large = NULL;

  memset (picture->rgb, 77, 12);
  large = picture_scale (picture, 5, 3, NULL);
  g_assert_cmpint (large->height, ==, 5);
  g_assert_cmpint (large->width, ==, 3);
  for (int i = 0; i < 45; i++)
    g_assert_cmpint (large->rgb[i], ==, 77);
}

static void
test_no_picture (Fixture      *fixture,
                 gconstpointer data)
{
  g_autoptr (GError) missing = NULL;
  g_autoptr (GError) text = NULL;

  g_assert_null (picture_load (fixture->path, &missing));
  g_assert_error (missing, SPADE_ERROR, SPADE_ERROR_FILE);
  g_assert_true (g_file_set_contents (fixture->path, "words", -1, NULL));
  g_assert_null (picture_load (fixture->path, &text));
  g_assert_error (text, SPADE_ERROR, SPADE_ERROR_STYLE);
}

static void
test_floats (Fixture      *fixture,
             gconstpointer data)
{
  const float        x[] = { 0.5f, -1.0f, 3.25f };
  g_autofree float  *again = NULL;
  g_autofree char   *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize              size;

  g_assert_true (floats_save (x, 3, fixture->path, &error));
  g_assert_true (g_file_get_contents (fixture->path, &bytes, &size, NULL));
  g_assert_cmpmem (bytes, size, "\0\0\0\x3f\0\0\x80\xbf\0\0\x50\x40", 12);
  again = floats_load (fixture->path, 3, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (again, 12, x, 12);
  g_assert_null (floats_load (fixture->path, 4, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_STYLE);
  g_assert_nonnull (strstr (error->message, "12 bytes"));
  g_assert_nonnull (strstr (error->message, "16 bytes"));
}

static void
test_appears_complete (Fixture      *fixture,
                       gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  OutFile           *out = out_file_open (fixture->path, &error);

  g_assert_no_error (error);
  fputs ("new", out->stream);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  g_assert_true (out_file_commit (out, &error));
  g_assert_true (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  out_file_free (out);
  g_assert_cmpint (count_files (fixture), ==, 1);
}

static void
test_keeps_the_old (Fixture      *fixture,
                    gconstpointer data)
{
  g_autofree char *text = NULL;
  OutFile         *out;

  g_assert_true (g_file_set_contents (fixture->path, "old", -1, NULL));
  out = out_file_open (fixture->path, NULL);
  fputs ("new", out->stream);
  out_file_free (out);
  g_assert_true (g_file_get_contents (fixture->path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "old");
  g_assert_cmpint (count_files (fixture), ==, 1);
}

static void
assert_no_place (const char *path)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (out_file_check (path, NULL, 0, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_FILE);
  g_clear_error (&error);
  g_assert_null (out_file_open (path, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_FILE);
}

static void
test_no_place (Fixture      *fixture,
               gconstpointer data)
{
  g_autofree char *below = g_build_filename (fixture->folder, "no", "x.png",
                                             NULL);
  g_autofree char *inside = g_build_filename (fixture->path, "x.png", NULL);

  assert_no_place (below);
  assert_no_place (fixture->folder);
  assert_no_place ("/dev/null");
  g_assert_true (g_file_set_contents (fixture->path, "old", -1, NULL));
  assert_no_place (inside);
}

// Ctrl-C while a picture is saved leaves the file that was there. The last test:
// what is cancelled stays so.
static void
test_cancelled (Fixture      *fixture,
                gconstpointer data)
{
  g_autoptr (Picture) picture = picture_new (8, 8, NULL);
  g_autoptr (GError)  error = NULL;
  g_autofree char    *left = NULL;

  memset (picture->rgb, 0, 8 * 8 * 3);
  g_assert_true (g_file_set_contents (fixture->path, "old", -1, NULL));
  cli_monitor_begin ();
  raise (SIGINT);
  g_assert_false (picture_save (picture, fixture->path, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CANCELLED);
  g_assert_true (g_file_get_contents (fixture->path, &left, NULL, NULL));
  g_assert_cmpstr (left, ==, "old");
}

#define ADD(name, function) \
  g_test_add (name, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/picture-file/png-comes-back-as-it-was", test_round_trip);
  ADD ("/picture-file/transparency-lies-on-white", test_alpha);
  ADD ("/picture-file/scales-to-any-size", test_scale);
  ADD ("/picture-file/refuses-what-is-no-picture", test_no_picture);
  ADD ("/picture-file/floats-are-little-endian", test_floats);
  ADD ("/out-file/appears-when-complete", test_appears_complete);
  ADD ("/out-file/keeps-the-old-until-then", test_keeps_the_old);
  ADD ("/out-file/refuses-places-that-cannot-be", test_no_place);
  ADD ("/out-file/keeps-the-old-when-cancelled", test_cancelled);
  return g_test_run ();
}
