// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The style picker, its list and its thumbnails, in a home of its own.

#include <glib/gstdio.h>
#include <string.h>

#include "mix-button.h"
#include "stage.h"
#include "style-picker.h"
#include "style-tile.h"
#include "thumbnail.h"

static char *home;

static char *
write_picture (const char *name, int width, int height, guint32 top,
               guint32 bottom)
{
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8,
                                                  width, height);
  g_autoptr (GdkPixbuf) half = gdk_pixbuf_new_subpixbuf (picture, 0, 0, width,
                                                         height / 2);
  char                 *path = g_build_filename (home, name, NULL);
  g_autofree char      *folder = g_path_get_dirname (path);

  g_mkdir_with_parents (folder, 0700);
  gdk_pixbuf_fill (picture, bottom);
  gdk_pixbuf_fill (half, top);
  g_assert_true (gdk_pixbuf_save (picture, path, "png", NULL, NULL));
  return path;
}

static SpadeStylePlaces
places (void)
{
  static char *shipped[2];
  static char *yours, *recent;

  if (yours == NULL)
    {
      shipped[0] = g_build_filename (home, "shipped", NULL);
      yours = g_build_filename (home, "yours", NULL);
      recent = g_build_filename (home, "state", "recent-styles", NULL);
    }
  return (SpadeStylePlaces) { (const char *const *) shipped, yours, recent };
}

static void
test_list (void)
{
  SpadeStylePlaces      where = places ();
  g_autofree char      *stray = g_build_filename (home, "stray.png", NULL);
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
  SpadeStylePlaces      where = places ();
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
  SpadeStylePlaces      where = places ();
  g_autofree char      *folder = g_build_filename (home, "yours", "..", ".", "shipped",
                                                   NULL);
  g_autofree char      *path = g_build_filename (home, "shipped", "storm.png", NULL);
  const char           *shipped[] = { folder, NULL };
  g_autoptr (GPtrArray) styles = NULL;

  where.shipped = shipped;
  styles = spade_style_list_new (&where);
  g_assert_cmpstr (((SpadeStyle *) styles->pdata[0])->key, ==, path);
}

static void
test_recent_limit (void)
{
  SpadeStylePlaces where = places ();
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
  stage_wait_for (&loaded.is_done);
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
  g_autofree char *path = write_picture ("cached.png", 600, 400, 0xff0000ff,
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
  g_autofree char *path = write_picture ("wide.png", 800, 100, 0xff0000ff,
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
  g_autofree char *path = g_build_filename (home, "broken.png", NULL);
  Loaded           loaded;

  g_assert_true (g_file_set_contents (path, "no image", -1, NULL));
  loaded = load (path, 84, 63);
  g_assert_null (loaded.picture);
  g_assert_error (loaded.error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&loaded.error);
  g_unlink (path);
}

static void
count (gpointer object, gpointer pspec, int *n)
{
  (*n)++;
}

static void
test_states (void)
{
  GtkWidget        *widget = g_object_ref_sink (spade_style_picker_new ());
  SpadeStylePicker *picker = SPADE_STYLE_PICKER (widget);
  SpadeStylePlaces  where = places ();
  g_autofree char  *path = g_build_filename (home, "yours", "my.png", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GtkWidget        *scale = stage_find (widget, "strength_scale");
  int               n = 0;

  spade_style_picker_set_places (picker, &where);
  g_signal_connect (picker, "notify::file", G_CALLBACK (count), &n);
  g_assert_null (spade_style_picker_get_file (picker));
  g_assert_false (gtk_widget_get_sensitive (scale));
  spade_style_picker_set_file (picker, file);
  g_assert_true (g_file_equal (spade_style_picker_get_file (picker), file));
  g_assert_true (gtk_widget_get_sensitive (scale));
  g_assert_cmpint (n, ==, 1);
  spade_style_picker_set_style_reason (picker, "No style encoder.");
  g_assert_null (spade_style_picker_get_file (picker));
  g_assert_false (gtk_widget_get_sensitive (scale));
  g_assert_true (gtk_widget_get_visible (stage_find (widget, "notice")));
  g_assert_true (gtk_widget_get_sensitive (stage_find (widget, "seed_spin")));
  g_assert_cmpint (n, ==, 2);
  spade_style_picker_set_style_reason (picker, NULL);
  g_assert_true (g_file_equal (spade_style_picker_get_file (picker), file));
  spade_style_picker_set_seed_reason (picker, "Seeds change nothing.");
  g_assert_false (gtk_widget_get_sensitive (stage_find (widget, "seed_spin")));
  g_object_unref (widget);
}

static void
test_mirrored (void)
{
  GtkWidget       *widget = g_object_ref_sink (spade_style_picker_new ());
  GtkToggleButton *check
    = GTK_TOGGLE_BUTTON (stage_find (widget, "mirror_check"));
  gboolean         is_mirrored;
  int              n = 0;

  g_signal_connect (widget, "notify::mirrored", G_CALLBACK (count), &n);
  gtk_toggle_button_set_active (check, TRUE);
  g_object_get (widget, "mirrored", &is_mirrored, NULL);
  g_assert_true (is_mirrored);
  g_object_set (widget, "mirrored", FALSE, NULL);
  g_assert_false (gtk_toggle_button_get_active (check));
  g_assert_cmpint (n, ==, 2);
  g_object_unref (widget);
}

// What is open is chosen instead of a file, and a file instead of that.
static void
test_open (void)
{
  GtkWidget        *widget = g_object_ref_sink (spade_style_picker_new ());
  SpadeStylePicker *picker = SPADE_STYLE_PICKER (widget);
  SpadeStylePlaces  where = places ();
  g_autofree char  *path = g_build_filename (home, "yours", "my.png", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GPtrArray) open = g_ptr_array_new_with_free_func (
    (GDestroyNotify) spade_style_free);
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, TRUE, 8,
                                                  60, 40);
  GtkLabel *name = GTK_LABEL (stage_find (widget, "style_name"));
  int       n_file = 0, n_open = 0;

  gdk_pixbuf_fill (picture, 0x80c0ff80);
  g_ptr_array_add (open, spade_style_new (SPADE_STYLE_OPEN, "image:3",
                                          "photo.jpg", "photo.jpg", picture));
  spade_style_picker_set_places (picker, &where);
  spade_style_picker_set_open_styles (picker, open);
  spade_style_picker_set_file (picker, file);
  g_signal_connect (picker, "notify::file", G_CALLBACK (count), &n_file);
  g_signal_connect (picker, "notify::open", G_CALLBACK (count), &n_open);
  g_object_set (picker, "open", "image:3", NULL);
  g_assert_null (spade_style_picker_get_file (picker));
  g_assert_cmpstr (spade_style_picker_get_open (picker), ==, "image:3");
  g_assert_cmpstr (gtk_label_get_text (name), ==, "photo.jpg");
  g_assert_cmpint (n_file, ==, 1);
  g_assert_cmpint (n_open, ==, 1);
  spade_style_picker_set_file (picker, NULL); // says nothing new
  g_assert_cmpstr (spade_style_picker_get_open (picker), ==, "image:3");
  spade_style_picker_set_file (picker, file);
  g_assert_null (spade_style_picker_get_open (picker));
  g_assert_cmpint (n_file, ==, 2);
  g_assert_cmpint (n_open, ==, 2);
  spade_style_picker_set_file (picker, NULL);
  g_assert_cmpstr (gtk_label_get_text (name), ==, "Random");
  g_object_unref (widget);
}

// The second style is there only beside a first one, and comes back with it.
static void
test_mix (void)
{
  GtkWidget        *widget = g_object_ref_sink (spade_style_picker_new ());
  SpadeStylePicker *picker = SPADE_STYLE_PICKER (widget);
  SpadeStylePlaces  where = places ();
  g_autofree char  *first_path = g_build_filename (home, "yours", "my.png", NULL);
  g_autofree char  *path = g_build_filename (home, "stray.png", NULL);
  g_autoptr (GFile) first = g_file_new_for_path (first_path);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GtkWidget        *button = stage_find (widget, "mix_button");
  GtkWidget        *scale = stage_find (widget, "mix_scale");
  GtkLabel         *name;
  double            mix;
  int               n_file = 0, n_mix = 0;

  name = GTK_LABEL (gtk_widget_get_template_child (button, SPADE_TYPE_MIX_BUTTON,
                                                   "name"));
  spade_style_picker_set_places (picker, &where);
  g_signal_connect (picker, "notify::mix-file", G_CALLBACK (count), &n_file);
  g_signal_connect (picker, "notify::mix", G_CALLBACK (count), &n_mix);
  g_object_set (picker, "mix-file", file, "mix", 0.25, NULL);
  g_assert_null (spade_style_picker_get_mix_file (picker));
  g_assert_false (gtk_widget_get_sensitive (button));
  g_assert_cmpstr (gtk_label_get_text (name), ==, "stray");
  g_assert_cmpint (n_mix, ==, 1);
  n_file = 0;
  spade_style_picker_set_file (picker, first);
  g_assert_true (g_file_equal (spade_style_picker_get_mix_file (picker), file));
  g_assert_true (gtk_widget_get_sensitive (button));
  g_assert_true (gtk_widget_get_sensitive (scale));
  g_assert_cmpint (n_file, ==, 1);
  spade_style_picker_set_style_reason (picker, "No style encoder.");
  g_assert_null (spade_style_picker_get_mix_file (picker));
  g_assert_cmpint (n_file, ==, 2);
  spade_style_picker_set_style_reason (picker, NULL);
  g_assert_cmpint (n_file, ==, 3);
  g_object_get (picker, "mix", &mix, NULL);
  g_assert_cmpfloat (mix, ==, 0.25);
  spade_style_picker_set_file (picker, NULL); // random, and all of it
  g_assert_cmpstr (gtk_label_get_text (name), ==, "Nothing");
  spade_style_picker_set_file (picker, first);
  g_assert_null (spade_style_picker_get_mix_file (picker));
  g_object_set (picker, "mix-file", file, NULL);
  n_file = 0;
  g_object_set (picker, "mix-file", NULL, NULL);
  g_assert_cmpint (n_file, ==, 1);
  g_assert_false (gtk_widget_get_sensitive (scale));
  g_assert_cmpstr (gtk_label_get_text (name), ==, "Nothing");
  g_object_unref (widget);
}

static GtkWidget *
find_style (GtkWidget *inside, const char *name)
{
  GtkWidget *found = NULL;

  if (SPADE_IS_STYLE_TILE (inside)
      && g_strcmp0 (spade_style_tile_get_name (SPADE_STYLE_TILE (inside)), name) == 0)
    return inside;
  if (GTK_IS_CONTAINER (inside))
    {
      g_autoptr (GList) children
          = gtk_container_get_children (GTK_CONTAINER (inside));

      for (GList *child = children; child != NULL && found == NULL;
           child = child->next)
        found = find_style (child->data, name);
    }
  return found;
}

// The board of the second style, opened, and a choice on it.
static void
test_mix_board (void)
{
  GtkWidget        *widget = spade_style_picker_new ();
  SpadeStylePicker *picker = SPADE_STYLE_PICKER (widget);
  SpadeStylePlaces  where = places ();
  g_autofree char  *first_path = g_build_filename (home, "yours", "my.png", NULL);
  g_autoptr (GFile) first = g_file_new_for_path (first_path);
  g_autofree char  *name = NULL;
  GtkWidget        *button = stage_find (widget, "mix_button");
  GtkWidget        *window, *popover, *tile;

  popover = GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button)));
  spade_style_picker_set_places (picker, &where);
  spade_style_picker_set_file (picker, first);
  window = stage_show (widget, 400, 640);
  gtk_button_clicked (GTK_BUTTON (button));
  g_assert_true (gtk_widget_get_visible (popover));
  stage_shot (window, "style-picker-mix");
  tile = find_style (popover, "Storm");
  g_assert_nonnull (tile);
  gtk_widget_activate (tile);
  name = g_file_get_basename (spade_style_picker_get_mix_file (picker));
  g_assert_cmpstr (name, ==, "storm.png");
  stage_shot (window, "style-picker-mixed");
  gtk_widget_destroy (window);
}

static void
test_drop (void)
{
  GtkWidget        *widget = g_object_ref_sink (spade_style_picker_new ());
  SpadeStylePicker *picker = SPADE_STYLE_PICKER (widget);
  SpadeStylePlaces  where = places ();
  g_autofree char  *path = g_build_filename (home, "stray.png", NULL);
  g_autofree char  *uri = g_filename_to_uri (path, NULL, NULL);
  const char       *good[] = { uri, NULL };
  const char       *bad[] = { "https://example.org/a.png", NULL };
  g_autofree char  *chosen = NULL;
  g_autofree char  *recent = NULL;

  spade_style_picker_set_places (picker, &where);
  g_assert_true (spade_style_picker_drop (picker, good));
  chosen = g_file_get_path (spade_style_picker_get_file (picker));
  g_assert_cmpstr (chosen, ==, path);
  g_assert_true (g_file_get_contents (where.recent_file, &recent, NULL, NULL));
  g_assert_true (g_str_has_prefix (recent, path));
  g_assert_false (spade_style_picker_drop (picker, bad));
  g_assert_true (gtk_widget_get_visible (stage_find (widget, "notice")));
  g_assert_nonnull (spade_style_picker_get_file (picker));
  g_unlink (where.recent_file);
  g_object_unref (widget);
}

// GIMP opens what gdk-pixbuf cannot; a folder and a text are no images.
static void
test_drop_types (void)
{
  static const struct
  {
    const char *name, *text;
    gboolean    is_image;
  } files[] = {
    { "map.xcf", "gimp xcf v011", TRUE },
    { "photo.psd", "8BPS", TRUE },
    { "notes.txt", "no image", FALSE },
    { "unknown", "\1\2\3\4", FALSE },
    { "shipped", NULL, FALSE },
    { "gone.xcf", NULL, FALSE },
  };
  GtkWidget *widget = g_object_ref_sink (spade_style_picker_new ());

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (home, files[i].name, NULL);
      g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
      const char      *uris[] = { uri, NULL };

      if (files[i].text != NULL)
        g_assert_true (g_file_set_contents (path, files[i].text, -1, NULL));
      g_assert_cmpint (spade_style_picker_drop (SPADE_STYLE_PICKER (widget),
                                                uris), ==, files[i].is_image);
      if (files[i].text != NULL)
        g_unlink (path);
    }
  g_object_unref (widget);
}

static void
test_new_seed (void)
{
  GtkWidget *widget = g_object_ref_sink (spade_style_picker_new ());
  int        n = 0;

  g_signal_connect (widget, "notify::seed", G_CALLBACK (count), &n);
  g_object_set (widget, "seed", 12, NULL);
  g_assert_cmpint (n, ==, 1);
  gtk_button_clicked (GTK_BUTTON (stage_find (widget, "seed_button")));
  g_assert_cmpint (n, ==, 2);
  g_assert_cmpint (spade_style_picker_get_seed (SPADE_STYLE_PICKER (widget)),
                   !=, 12);
  g_object_unref (widget);
}

static void
test_looks (void)
{
  GtkWidget        *widget = spade_style_picker_new ();
  SpadeStylePicker *picker = SPADE_STYLE_PICKER (widget);
  SpadeStylePlaces  where = places ();
  g_autofree char  *path = g_build_filename (home, "shipped",
                                             "evening_sun.png", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GPtrArray) open = g_ptr_array_new_with_free_func (
    (GDestroyNotify) spade_style_free);
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8,
                                                  60, 40);
  GtkWidget        *window;

  gdk_pixbuf_fill (picture, 0x80c0ffff);
  g_ptr_array_add (open, spade_style_new (SPADE_STYLE_OPEN, "image:3",
                                          "photo.jpg", "photo.jpg", picture));
  spade_style_picker_set_places (picker, &where);
  spade_style_picker_set_open_styles (picker, open);
  spade_style_picker_set_file (picker, file);
  window = stage_show (widget, 400, 640);
  for (int i = 0; i < 6; i++) // the focus goes by and changes nothing
    gtk_widget_child_focus (window, GTK_DIR_TAB_FORWARD);
  g_assert_true (g_file_equal (spade_style_picker_get_file (picker), file));
  spade_style_picker_set_problem (picker, "The style image evening_sun.png "
                                  "is not an image that GIMP can open.");
  stage_shot (window, "style-picker");
  spade_style_picker_set_problem (picker, NULL);
  spade_style_picker_set_style_reason (
    picker, "The model landscape has no style encoder: choose a seed instead, "
    "or a model that has one.");
  stage_shot (window, "style-picker-disabled");
  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  int status;

  home = g_dir_make_tmp ("spade-ui-XXXXXX", NULL);
  g_setenv ("XDG_CACHE_HOME", home, TRUE);
  stage_init (&argc, &argv);
  g_free (write_picture ("shipped/evening_sun.png", 300, 200, 0xf09040ff,
                         0x302038ff));
  g_free (write_picture ("shipped/storm.png", 200, 200, 0x606878ff,
                         0x303830ff));
  g_free (write_picture ("shipped/noon.png", 200, 300, 0x70b0f0ff, 0x508030ff));
  g_free (write_picture ("yours/my.png", 200, 200, 0xb0b8c0ff, 0x406080ff));
  g_free (write_picture ("stray.png", 90, 90, 0x203050ff, 0x102010ff));
  g_test_add_func ("/style-list/orders-shipped-recent-yours", test_list);
  g_test_add_func ("/style-list/shows-a-shipped-style-once", test_twice);
  g_test_add_func ("/style-list/names-a-file-without-detours", test_detour);
  g_test_add_func ("/style-list/forgets-the-oldest", test_recent_limit);
  g_test_add_func ("/thumbnail/believes-the-cache-while-it-is-fresh",
                   test_cache);
  g_test_add_func ("/thumbnail/covers-the-wish", test_scaled);
  g_test_add_func ("/thumbnail/refuses-what-is-no-image", test_broken_image);
  g_test_add_func ("/style-picker/disables-what-a-model-lacks", test_states);
  g_test_add_func ("/style-picker/chooses-a-file-or-what-is-open", test_open);
  g_test_add_func ("/style-picker/mixes-with-a-second-style", test_mix);
  g_test_add_func ("/style-picker/shows-styles-to-mix-with", test_mix_board);
  g_test_add_func ("/style-picker/says-whether-it-is-mirrored", test_mirrored);
  g_test_add_func ("/style-picker/takes-dropped-files", test_drop);
  g_test_add_func ("/style-picker/takes-every-image-of-gimp", test_drop_types);
  g_test_add_func ("/style-picker/draws-a-new-seed", test_new_seed);
  g_test_add_func ("/style-picker/shows-itself", test_looks);
  status = g_test_run ();
  for (int i = 0; i < 5; i++)
    {
      const char *names[] = { "shipped/evening_sun.png", "shipped/noon.png",
                              "shipped/storm.png", "yours/my.png",
                              "stray.png" };
      g_autofree char *path = g_build_filename (home, names[i], NULL);

      g_unlink (path);
    }
  return status;
}
