// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Folders are read by names alone: a folder of photographs opens at once, and
// what a file really holds shows when its thumbnail is made.

#include "style-list.h"

#include <errno.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gstdio.h>
#include <string.h>

static void
style_free (gpointer data)
{
  SpadeStyle *style = data;

  g_free (style->path);
  g_free (style->name);
  g_free (style);
}

char *
spade_style_list_name (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  char            *dot = strrchr (base, '.');

  if (dot != NULL && dot != base)
    *dot = '\0';
  g_strdelimit (base, "_-", ' ');
  return g_filename_display_name (base);
}

gboolean
spade_style_list_is_image (const char *path)
{
  const char      *dot = strrchr (path, '.');
  g_autofree char *ending = NULL;
  GSList          *formats;
  gboolean         is_image = FALSE;

  if (dot == NULL)
    return FALSE;
  ending = g_ascii_strdown (dot + 1, -1);
  formats = gdk_pixbuf_get_formats ();
  for (GSList *f = formats; f != NULL && !is_image; f = f->next)
    {
      g_auto (GStrv) endings = gdk_pixbuf_format_get_extensions (f->data);

      is_image = g_strv_contains ((const char *const *) endings, ending);
    }
  g_slist_free (formats);
  return is_image;
}

static void
add (GPtrArray      *styles,
     SpadeStyleKind  kind,
     const char     *path)
{
  SpadeStyle *style = g_new (SpadeStyle, 1);

  style->kind = kind;
  style->path = g_strdup (path);
  style->name = spade_style_list_name (path);
  g_ptr_array_add (styles, style);
}

static int
compare_strings (gconstpointer a,
                 gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
add_folder (GPtrArray      *styles,
            SpadeStyleKind  kind,
            const char     *folder)
{
  g_autoptr (GDir)      dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char           *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (*name != '.' && spade_style_list_is_image (name))
      g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (names, compare_strings);
  for (guint i = 0; i < names->len; i++)
    add (styles, kind, names->pdata[i]);
}

static char **
read_recent (const char *file)
{
  g_autofree char *text = NULL;

  if (file == NULL || !g_file_get_contents (file, &text, NULL, NULL))
    return g_new0 (char *, 1);
  return g_strsplit (text, "\n", -1);
}

GPtrArray *
spade_style_list_new (const SpadeStylePlaces *places)
{
  GPtrArray     *styles = g_ptr_array_new_with_free_func (style_free);
  g_auto (GStrv) recent = read_recent (places->recent_file);

  for (int i = 0; recent[i] != NULL && i < SPADE_STYLE_MAX_RECENT; i++)
    if (g_path_is_absolute (recent[i]) &&
        g_file_test (recent[i], G_FILE_TEST_IS_REGULAR))
      add (styles, SPADE_STYLE_RECENT, recent[i]);
  for (int i = 0; places->shipped != NULL && places->shipped[i] != NULL; i++)
    add_folder (styles, SPADE_STYLE_SHIPPED, places->shipped[i]);
  if (places->yours != NULL)
    add_folder (styles, SPADE_STYLE_YOURS, places->yours);
  return styles;
}

gboolean
spade_style_list_remember (const char  *recent_file,
                           const char  *path,
                           GError     **error)
{
  g_auto (GStrv)      old = read_recent (recent_file);
  g_autoptr (GString) text = g_string_new (path);
  g_autofree char    *folder = g_path_get_dirname (recent_file);
  int                 n = 1;

  if (strchr (path, '\n') != NULL)
    return TRUE; // cannot be a line; nobody misses it
  g_string_append_c (text, '\n');
  for (int i = 0; old[i] != NULL && n < SPADE_STYLE_MAX_RECENT; i++)
    if (*old[i] != '\0' && strcmp (old[i], path) != 0)
      {
        g_string_append_printf (text, "%s\n", old[i]);
        n++;
      }
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
                   "The folder %s cannot be made: %s.", folder,
                   g_strerror (errno));
      return FALSE;
    }
  return g_file_set_contents (recent_file, text->str, (gssize) text->len,
                              error);
}
