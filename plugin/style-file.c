// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Reading a style image through GIMP. What is flattened is an image of our own:
// of the file, a copy of the open image, or one that holds a copy of the layer.
// It is deleted before we return; the user never sees it.

#include "style-file.h"

#include <glib/gi18n.h>

static SpadePicture *
read_image (GimpImage *image)
{
  SpadePicture          *picture = g_new0 (SpadePicture, 1);
  GeglColor             *white = gegl_color_new ("white");
  GimpLayer             *layer;
  g_autoptr (GeglBuffer) buffer = NULL;

  gimp_context_push ();
  gimp_context_set_background (white);
  layer = gimp_image_flatten (image);
  gimp_context_pop ();
  g_object_unref (white);
  if (layer == NULL)
    return picture;
  picture->width = gimp_drawable_get_width (GIMP_DRAWABLE (layer));
  picture->height = gimp_drawable_get_height (GIMP_DRAWABLE (layer));
  picture->rgb = g_try_malloc_n ((gsize) picture->width * 3,
                                 (gsize) picture->height);
  if (picture->rgb == NULL)
    return picture;
  buffer = gimp_drawable_get_buffer (GIMP_DRAWABLE (layer));
  gegl_buffer_get (buffer,
                   GEGL_RECTANGLE (0, 0, picture->width, picture->height), 1.0,
                   babl_format ("R'G'B' u8"), picture->rgb,
                   GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  return picture;
}

static GimpImage *
load_file (GFile   *file,
           GError **error)
{
  g_autofree char *name = g_file_get_parse_name (file);
  GimpImage       *image;

  if (!g_file_query_exists (file, NULL))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                   _("The style image %s does not exist."), name);
      return NULL;
    }
  image = gimp_file_load (GIMP_RUN_NONINTERACTIVE, file);
  if (image == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                   _("The style image %s is not an image that GIMP can open."),
                   name);
      return NULL;
    }
  return image;
}

void
spade_style_set_gone (gboolean   is_layer,
                      GError   **error)
{
  g_set_error_literal (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                       is_layer
                         ? _("The layer whose style was chosen is gone; choose "
                             "another style.")
                         : _("The image whose style was chosen has been closed; choose "
                             "another style."));
}

static GimpImage *
copy_image (GimpImage *image,
            GError   **error)
{
  if (gimp_image_is_valid (image))
    return gimp_image_duplicate (image);
  spade_style_set_gone (FALSE, error);
  return NULL;
}

// Gives an image of the layer alone, as if it were opaque and in normal mode.
static GimpImage *
copy_layer (GimpLayer *layer,
            GError   **error)
{
  GimpImage *image;
  GimpLayer *copy;

  if (!gimp_item_is_valid (GIMP_ITEM (layer)))
    {
      spade_style_set_gone (TRUE, error);
      return NULL;
    }
  image = gimp_image_new (gimp_drawable_get_width (GIMP_DRAWABLE (layer)),
                          gimp_drawable_get_height (GIMP_DRAWABLE (layer)),
                          GIMP_RGB);
  copy = gimp_layer_new_from_drawable (GIMP_DRAWABLE (layer), image);
  gimp_image_insert_layer (image, copy, NULL, 0);
  gimp_image_resize_to_layers (image); // a locked layer cannot be moved
  gimp_layer_set_opacity (copy, 100.0);
  gimp_layer_set_mode (copy, GIMP_LAYER_MODE_NORMAL);
  gimp_item_set_lock_visibility (GIMP_ITEM (copy), FALSE);
  gimp_item_set_visible (GIMP_ITEM (copy), TRUE);
  return image;
}

// A file with the time of its last change.
static char *
describe_file (GFile *file)
{
  g_autofree char      *uri = g_file_get_uri (file);
  g_autoptr (GFileInfo) info = NULL;

  info = g_file_query_info (file, G_FILE_ATTRIBUTE_TIME_MODIFIED ","
                                  G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC ","
                                  G_FILE_ATTRIBUTE_STANDARD_SIZE,
                            G_FILE_QUERY_INFO_NONE, NULL, NULL);
  if (info == NULL)
    return g_strdup_printf ("%s gone", uri);
  return g_strdup_printf (
    "%s %" G_GUINT64_FORMAT ".%06u %" G_GOFFSET_FORMAT, uri,
    g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED),
    g_file_info_get_attribute_uint32 (info,
                                      G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC),
    g_file_info_get_size (info));
}

char *
spade_style_describe (const SpadeStyleSource *style)
{
  if (style->file != NULL)
    return describe_file (style->file);
  if (style->layer != NULL)
    return g_strdup_printf (SPADE_STYLE_LAYER "%d",
                            gimp_item_get_id (GIMP_ITEM (style->layer)));
  if (style->image != NULL)
    return g_strdup_printf (SPADE_STYLE_IMAGE "%d",
                            gimp_image_get_id (style->image));
  return NULL;
}

static SpadePicture *
read_style (const SpadeStyleSource  *style,
            GError                 **error)
{
  g_autoptr (SpadePicture) picture = NULL;
  GimpImage               *image;

  if ((style->file != NULL) + (style->image != NULL) +
      (style->layer != NULL) > 1)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                   _("There can be one style: a file, an image or a layer."));
      return NULL;
    }
  if (style->file != NULL)
    image = load_file (style->file, error);
  else if (style->layer != NULL)
    image = copy_layer (style->layer, error);
  else
    image = copy_image (style->image, error);
  if (image == NULL)
    return NULL;
  picture = read_image (image);
  gimp_image_delete (image);
  if (picture->rgb != NULL)
    return g_steal_pointer (&picture);
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_STYLE,
               _("The style image has no visible layer, or is too large."));
  return NULL;
}

SpadePicture *
spade_style_read (const SpadeStyleSource  *style,
                  GError                 **error)
{
  GimpPlugIn   *plug_in = gimp_get_plug_in ();
  SpadePicture *picture;

  // We say what is wrong where the style was chosen; GIMP need not as well.
  gimp_plug_in_set_pdb_error_handler (plug_in, GIMP_PDB_ERROR_HANDLER_PLUGIN);
  picture = read_style (style, error);
  gimp_plug_in_set_pdb_error_handler (plug_in, GIMP_PDB_ERROR_HANDLER_INTERNAL);
  return picture;
}
