// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The stage. Pictures are taken from the X server, so popovers and scaling
// are in them as a user would see them.

#include "stage.h"

#include <stdlib.h>
#include <string.h>

void
stage_init (int    *argc,
            char ***argv)
{
  g_setenv ("NO_AT_BRIDGE", "1", TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("GDK_BACKEND", "x11", TRUE);
  g_test_init (argc, argv, NULL);
  if (gtk_init_check (argc, argv))
    {
      g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE,
                    "gtk-cursor-blink", FALSE, NULL);
      return;
    }
  g_print ("1..0 # SKIP no display\n");
  exit (0);
}

static gboolean
stop (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

void
stage_wait (int ms)
{
  gboolean done = FALSE;

  g_timeout_add ((guint) ms, stop, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

void
stage_wait_for (const gboolean *flag)
{
  gint64 end = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;

  while (!*flag && g_get_monotonic_time () < end)
    stage_wait (5);
  g_assert_true (*flag);
}

GtkWidget *
stage_show (GtkWidget *widget,
            int        width,
            int        height)
{
  GtkWidget *window = gtk_window_new (GTK_WINDOW_TOPLEVEL);

  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_container_set_border_width (GTK_CONTAINER (window), 12);
  gtk_container_add (GTK_CONTAINER (window), widget);
  gtk_widget_show (widget);
  gtk_window_present (GTK_WINDOW (window));
  stage_wait (150);
  return window;
}

void
stage_press (GtkWidget  *window,
             const char *key)
{
  guint        keyval = gdk_keyval_from_name (key);
  GdkKeymapKey *keys = NULL;
  int          n_keys = 0;
  GdkEvent    *event = gdk_event_new (GDK_KEY_PRESS);

  g_assert_cmpuint (keyval, !=, GDK_KEY_VoidSymbol);
  gdk_keymap_get_entries_for_keyval (
    gdk_keymap_get_for_display (gdk_display_get_default ()), keyval, &keys,
    &n_keys);
  event->key.window = g_object_ref (gtk_widget_get_window (window));
  event->key.send_event = TRUE;
  event->key.keyval = keyval;
  event->key.hardware_keycode = n_keys > 0 ? (guint16) keys[0].keycode : 0;
  event->key.string = g_strdup ("");
  gdk_event_set_device (event, gdk_seat_get_keyboard (
    gdk_display_get_default_seat (gdk_display_get_default ())));
  gtk_main_do_event (event);
  gdk_event_free (event);
  g_free (keys);
  stage_wait (30);
}

typedef struct
{
  const char *id;
  GtkWidget  *found;
} Search;

static void
look (GtkWidget *widget,
      gpointer   data)
{
  Search *search = data;

  if (search->found != NULL)
    return;
  if (g_strcmp0 (gtk_buildable_get_name (GTK_BUILDABLE (widget)),
                 search->id) == 0)
    search->found = widget;
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), look, search);
}

GtkWidget *
stage_find (GtkWidget  *root,
            const char *id)
{
  Search search = { id, NULL };

  look (root, &search);
  g_assert_nonnull (search.found);
  return search.found;
}

static gboolean
is_flat (GdkPixbuf *picture)
{
  const guint8 *pixels = gdk_pixbuf_read_pixels (picture);
  int           n = gdk_pixbuf_get_n_channels (picture);
  int           width = gdk_pixbuf_get_width (picture);

  for (int y = 0; y < gdk_pixbuf_get_height (picture); y++)
    for (int x = 0; x < width; x++)
      if (memcmp (pixels, pixels + y * gdk_pixbuf_get_rowstride (picture)
                    + x * n, 3) != 0)
        return FALSE;
  return TRUE;
}

void
stage_shot (GtkWidget  *window,
            const char *name)
{
  const char           *look_name = g_getenv ("SPADE_LOOK");
  g_autofree char      *file = NULL;
  g_autofree char      *path = NULL;
  g_autoptr (GdkPixbuf) picture = NULL;
  g_autoptr (GError)    error = NULL;
  int                   x, y;

  file = g_strdup_printf ("%s-%s.png", name, look_name ? look_name : "plain");
  path = g_test_build_filename (G_TEST_BUILT, file, NULL);
  stage_wait (250);
  gdk_window_get_origin (gtk_widget_get_window (window), &x, &y);
  picture = gdk_pixbuf_get_from_window (
    gdk_get_default_root_window (), x, y,
    gtk_widget_get_allocated_width (window),
    gtk_widget_get_allocated_height (window));
  g_assert_nonnull (picture);
  g_assert_false (is_flat (picture));
  g_assert_true (gdk_pixbuf_save (picture, path, "png", &error, NULL));
  g_test_message ("wrote %s", path);
}
