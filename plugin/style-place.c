// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Where style images are.

#include "style-place.h"

#include <glib/gi18n.h>

#include "open-style.h"
#include "spade-model-store.h"
#include "style-layers.h"

#define MAX_OPEN 48 // more would be no list to pick from
#define THUMBNAIL_SIDE 192

void
spade_style_place_fill (SpadeStylePicker *picker)
{
  g_auto (GStrv)   shipped = spade_style_folders ();
  g_autofree char *home = g_build_filename (g_get_user_data_dir (),
                                            "gimp-spade", NULL);
  g_autofree char *yours = g_build_filename (home, "styles", NULL);
  g_autofree char *recent = g_build_filename (home, "recent-styles", NULL);
  SpadeStylePlaces places = { (const char *const *) shipped, yours, recent };

  spade_style_picker_set_places (picker, &places);
}

static void
add_layer (GPtrArray  *styles,
           GimpLayer  *layer,
           const char *image_name)
{
  int              id = gimp_item_get_id (GIMP_ITEM (layer));
  g_autofree char *key = g_strdup_printf (SPADE_OPEN_LAYER "%d", id);
  g_autofree char *name = gimp_item_get_name (GIMP_ITEM (layer));
  // Translators: a layer, and the image that it is in
  g_autofree char *tip = g_strdup_printf (_("Layer %s of %s"), name, image_name);
  g_autoptr (GdkPixbuf) picture = NULL;

  picture = gimp_drawable_get_thumbnail (GIMP_DRAWABLE (layer), THUMBNAIL_SIDE,
                                         THUMBNAIL_SIDE,
                                         GIMP_PIXBUF_SMALL_CHECKS);
  if (picture != NULL)
    g_ptr_array_add (styles, spade_style_new (SPADE_STYLE_OPEN, key, name, tip,
                                              picture));
}

static void
add_image (GPtrArray  *styles,
           GimpImage  *image,
           const char *name)
{
  g_autofree char *key = g_strdup_printf (SPADE_OPEN_IMAGE "%d",
                                          gimp_image_get_id (image));
  g_autofree char *tip = g_strdup_printf (_("Image %s"), name);
  g_autoptr (GdkPixbuf) picture = NULL;

  picture = gimp_image_get_thumbnail (image, THUMBNAIL_SIDE, THUMBNAIL_SIDE,
                                      GIMP_PIXBUF_SMALL_CHECKS);
  if (picture != NULL)
    g_ptr_array_add (styles, spade_style_new (SPADE_STYLE_OPEN, key, name, tip,
                                              picture));
}

void
spade_style_place_fill_open (SpadeStylePicker *picker,
                             GimpDrawable     *map)
{
  g_autoptr (GPtrArray)  styles = NULL;
  g_autofree GimpImage **images = gimp_get_images ();

  styles = g_ptr_array_new_with_free_func ((GDestroyNotify) spade_style_free);
  for (int i = 0; images[i] != NULL && styles->len < MAX_OPEN; i++)
    {
      g_autoptr (GPtrArray) layers = spade_style_layers_list (images[i]);
      g_autofree char      *name = gimp_image_get_name (images[i]);
      gboolean              is_single = layers->len < 2;

      if (layers->len == 1 && layers->pdata[0] == (gpointer) map)
        continue;
      add_image (styles, images[i], name);
      for (guint k = 0; !is_single && k < layers->len &&
           styles->len < MAX_OPEN; k++)
        if (layers->pdata[k] != (gpointer) map)
          add_layer (styles, layers->pdata[k], name);
    }
  spade_style_picker_set_open_styles (picker, styles);
}

static void config_to_key (GimpProcedureConfig *config,
                           GParamSpec          *pspec,
                           SpadeStylePicker    *picker);

// Without a key none was chosen, or the model takes no style: the picker then
// keeps one for a model that does.
static void
key_to_config (SpadeStylePicker    *picker,
               GParamSpec          *pspec,
               GimpProcedureConfig *config)
{
  const char *key = spade_style_picker_get_open (picker);
  gboolean    has_key = key != NULL;

  if (!has_key)
    g_signal_handlers_block_by_func (config, config_to_key, picker);
  spade_open_style_set (config, key);
  if (!has_key)
    g_signal_handlers_unblock_by_func (config, config_to_key, picker);
}

static void
config_to_key (GimpProcedureConfig *config,
               GParamSpec          *pspec,
               SpadeStylePicker    *picker)
{
  g_autofree char *key = spade_open_style_get (config);

  g_signal_handlers_block_by_func (picker, key_to_config, config);
  spade_style_picker_set_open (picker, key);
  g_signal_handlers_unblock_by_func (picker, key_to_config, config);
}

void
spade_style_place_bind_open (SpadeStylePicker    *picker,
                             GimpProcedureConfig *config)
{
  config_to_key (config, NULL, picker);
  g_signal_connect_object (picker, "notify::open", G_CALLBACK (key_to_config),
                           config, 0);
  g_signal_connect_object (config, "notify::style-image",
                           G_CALLBACK (config_to_key), picker, 0);
  g_signal_connect_object (config, "notify::style-layer",
                           G_CALLBACK (config_to_key), picker, 0);
}
