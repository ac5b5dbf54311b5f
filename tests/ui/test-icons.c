// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Every icon is in the theme with its symbolic variant and can be drawn.

#include "resource.h"
#include "stage.h"

static void
test_all (void)
{
  static const char *const names[] = {
    "gimp-spade", "spade-map", "spade-class-table", "spade-style", "spade-seed",
  };
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *window;

  spade_ui_init ();
  gtk_grid_set_row_spacing (GTK_GRID (grid), 12);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  for (int i = 0; i < (int) G_N_ELEMENTS (names); i++)
    {
      g_autofree char *symbolic = g_strconcat (names[i], "-symbolic", NULL);
      const char      *both[] = { names[i], symbolic };

      for (int k = 0; k < 2; k++)
        {
          GtkIconTheme           *theme = gtk_icon_theme_get_default ();
          g_autoptr (GtkIconInfo) info = NULL;
          g_autoptr (GdkPixbuf)   drawn = NULL;
          GtkWidget              *image;

          info = gtk_icon_theme_lookup_icon (theme, both[k], k == 0 ? 64 : 16,
                                             GTK_ICON_LOOKUP_FORCE_SIZE);
          g_assert_nonnull (info);
          drawn = gtk_icon_info_load_icon (info, NULL);
          g_assert_nonnull (drawn);
          image = gtk_image_new_from_icon_name (both[k], GTK_ICON_SIZE_BUTTON);
          gtk_image_set_pixel_size (GTK_IMAGE (image), k == 0 ? 64 : 16);
          gtk_grid_attach (GTK_GRID (grid), image, i, k, 1, 1);
          if (k == 0)
            continue;
          image = gtk_image_new_from_icon_name (both[k], GTK_ICON_SIZE_BUTTON);
          gtk_image_set_pixel_size (GTK_IMAGE (image), 64);
          gtk_grid_attach (GTK_GRID (grid), image, i, 2, 1, 1);
        }
    }
  gtk_widget_show_all (grid);
  window = stage_show (grid, -1, -1);
  stage_shot (window, "icons");
  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  stage_init (&argc, &argv);
  g_test_add_func ("/icons/are-all-in-the-theme-and-drawn", test_all);
  return g_test_run ();
}
