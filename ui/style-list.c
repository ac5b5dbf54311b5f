// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Folders are read by names alone: a folder of photographs opens at once, and
// what a file really holds shows when its thumbnail is made.

#include "style-list.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

// The styles that ship, in the order of light and season.
static const struct
{
  const char *file; // without its ending
  const char *name;
} shipped_names[] = {
  { "clear-noon", N_("Clear noon") },
  { "golden-hour", N_("Golden hour") },
  { "sunset", N_("Sunset") },
  { "dusk", N_("Dusk") },
  { "overcast", N_("Overcast") },
  { "mist", N_("Mist") },
  { "winter", N_("Winter") },
  { "autumn", N_("Autumn") },
  { "storm", N_("Storm") },
};

SpadeStyle *
spade_style_new (SpadeStyleKind kind,
                 const char    *key,
                 const char    *name,
                 const char    *tip,
                 GdkPixbuf     *thumbnail)
{
  SpadeStyle *style = g_new0 (SpadeStyle, 1);

  style->kind = kind;
  style->key = g_strdup (key);
  style->name = g_strdup (name);
  style->tip = g_strdup (tip);
  style->thumbnail = thumbnail != NULL ? g_object_ref (thumbnail) : NULL;
  return style;
}

void
spade_style_free (SpadeStyle *style)
{
  g_free (style->key);
  g_free (style->name);
  g_free (style->tip);
  g_clear_object (&style->thumbnail);
  g_free (style);
}

// Gives the file's name without its ending.
static char *
stem_of (const char *path)
{
  char *base = g_path_get_basename (path);
  char *dot = strrchr (base, '.');

  if (dot != NULL && dot != base)
    *dot = '\0';
  return base;
}

char *
spade_style_list_name (const char *path)
{
  g_autofree char *base = stem_of (path);

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
  g_autofree char *name = spade_style_list_name (path);
  g_autofree char *tip = g_filename_display_name (path);

  g_ptr_array_add (styles, spade_style_new (kind, path, name, tip, NULL));
}

// Gives the place of a shipped style in the order, the last for others.
static gsize
rank_of (const char *path)
{
  g_autofree char *stem = stem_of (path);
  gsize            rank = 0;

  while (rank < G_N_ELEMENTS (shipped_names) &&
         strcmp (shipped_names[rank].file, stem) != 0)
    rank++;
  return rank;
}

// Adds a style that ships, unless there is one of its name.
static void
add_shipped (GPtrArray  *styles,
             const char *path)
{
  gsize            rank = rank_of (path);
  g_autofree char *name = NULL;

  name = rank < G_N_ELEMENTS (shipped_names)
           ? g_strdup (_(shipped_names[rank].name))
           : spade_style_list_name (path);
  for (guint i = 0; i < styles->len; i++)
    if (strcmp (((SpadeStyle *) styles->pdata[i])->name, name) == 0)
      return;
  g_ptr_array_add (styles, spade_style_new (SPADE_STYLE_SHIPPED, path, name,
                                            name, NULL));
}

static int
compare_shipped (gconstpointer a,
                 gconstpointer b)
{
  const SpadeStyle *x = *(const SpadeStyle *const *) a;
  const SpadeStyle *y = *(const SpadeStyle *const *) b;
  gsize             i = rank_of (x->key), j = rank_of (y->key);

  return i != j ? (i < j ? -1 : 1) : strcmp (x->key, y->key);
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
  g_autofree char      *path = g_canonicalize_filename (folder, NULL);
  g_autoptr (GDir)      dir = *folder != '\0' ? g_dir_open (path, 0, NULL)
                                                  : NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char           *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (*name != '.' && spade_style_list_is_image (name))
      g_ptr_array_add (names, g_build_filename (path, name, NULL));
  g_ptr_array_sort (names, compare_strings);
  for (guint i = 0; i < names->len; i++)
    if (kind == SPADE_STYLE_SHIPPED)
      add_shipped (styles, names->pdata[i]);
    else
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
  GPtrArray     *styles;
  g_auto (GStrv) recent = read_recent (places->recent_file);

  styles = g_ptr_array_new_with_free_func ((GDestroyNotify) spade_style_free);
  for (int i = 0; places->shipped != NULL && places->shipped[i] != NULL; i++)
    add_folder (styles, SPADE_STYLE_SHIPPED, places->shipped[i]);
  g_ptr_array_sort (styles, compare_shipped);
  for (int i = 0; recent[i] != NULL && i < SPADE_STYLE_MAX_RECENT; i++)
    if (g_path_is_absolute (recent[i]) &&
        g_file_test (recent[i], G_FILE_TEST_IS_REGULAR))
      add (styles, SPADE_STYLE_RECENT, recent[i]);
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
                   _("The folder %s cannot be made: %s."), folder,
                   g_strerror (errno));
      return FALSE;
    }
  return g_file_set_contents (recent_file, text->str, (gssize) text->len,
                              error);
}
