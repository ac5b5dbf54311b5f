// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The finished picture as a layer of an RGB image: in the map's own image,
// which becomes RGB if it was indexed, or in a new one. By now nothing can go
// wrong in the picture itself. Where an image has a colour profile, GIMP 3.0
// gives the map other numbers when it becomes RGB; we write them once more, as
// the record has them, so that it stays the same map. GIMP kills a plug-in that
// writes to what is locked, or to a group.

#include "write-layer.h"

#include <glib/gi18n.h>

#include "fit-picture.h"
#include "layer-pixels.h"
#include "picture-mark.h"

// What is a sentence of ours; GIMP's own follows.
static gboolean
set_refused (const char  *what,
             GError     **error)
{
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP, "%s %s", what,
               gimp_pdb_get_last_error (gimp_get_pdb ()));
  return FALSE;
}

static gboolean
has_profile (GimpImage *image)
{
  GimpColorProfile *profile = gimp_image_get_color_profile (image);

  if (profile == NULL)
    return FALSE;
  g_object_unref (profile);
  return TRUE;
}

// Reads the pixels of a map whose numbers will change; else there are none.
static gboolean
keep_numbers (const SpadeRequest    *request,
              const SpadeMapRecord  *record,
              SpadeLayerPixels      *out_layer,
              GError               **error)
{
  GimpItem        *map = GIMP_ITEM (request->drawable);
  gboolean         is_moved = has_profile (request->image);
  g_autofree char *name = NULL;

  if (record == NULL || gimp_drawable_is_rgb (request->drawable) ||
      (!is_moved && !spade_layer_pixels_is_wide (request->drawable)))
    return TRUE;
  if (!spade_layer_pixels_read (request->drawable, out_layer, error))
    return FALSE;
  if (!is_moved && !out_layer->has_wide_ids)
    {
      spade_layer_pixels_clear (out_layer);
      return TRUE;
    }
  if (!gimp_item_is_group (map))
    return TRUE;
  name = gimp_item_get_name (map);
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
               _("The layer group \"%s\" would not stay the same map when its "
                 "image becomes RGB; merge it first (Layer > Merge Layer "
                 "Groups)."), name);
  return FALSE;
}

gboolean
spade_layer_check (const SpadeRequest    *request,
                   const SpadeMapRecord  *record,
                   GError               **error)
{
  g_auto (SpadeLayerPixels) kept = { 0 };

  return request->output == SPADE_OUTPUT_EFFECT ||
         !gimp_item_is_group (GIMP_ITEM (request->drawable)) ||
         keep_numbers (request, record, &kept, error);
}

// Takes the locks off the pixels of map, its own and those of the groups that
// it is in. Gives what was locked.
static GPtrArray *
unlock (GimpItem *map)
{
  GPtrArray *locked = g_ptr_array_new ();

  for (GimpItem *item = map; item != NULL; item = gimp_item_get_parent (item))
    if (gimp_item_get_lock_content (item))
      {
        gimp_item_set_lock_content (item, FALSE);
        g_ptr_array_add (locked, item);
      }
  return locked;
}

// Gives map, which is in an RGB image by now, the numbers that were kept.
static void
write_numbers (const SpadeLayerPixels *kept,
               const SpadeMapRecord   *record,
               GimpDrawable           *map)
{
  g_autoptr (GPtrArray) locked = NULL;

  if (kept->pixels == NULL)
    return;
  locked = unlock (GIMP_ITEM (map));
  spade_layer_pixels_write (kept, record->rgb, map);
  for (guint i = 0; i < locked->len; i++)
    gimp_item_set_lock_content (locked->pdata[i], TRUE);
}

// Inserts the picture above map, which is a layer of image, and above those of it
// that are there.
static GimpLayer *
insert (GimpImage          *image,
        GimpItem           *map,
        GeglBuffer         *picture,
        const SpadeRequest *request)
{
  g_autofree char *map_name = gimp_item_get_name (GIMP_ITEM (map));
  // Translators: the name of the new layer; %s is that of the map's layer
  g_autofree char *name = g_strdup_printf (_("%s synthesized"), map_name);
  GimpItem        *parent = gimp_item_get_parent (map);
  GeglBuffer      *buffer;
  GimpLayer       *layer;
  gboolean         has_selection;
  int              x, y;

  has_selection = !gimp_selection_is_empty (request->image);
  layer = gimp_layer_new (image, name, gegl_buffer_get_width (picture),
                          gegl_buffer_get_height (picture),
                          has_selection ? GIMP_RGBA_IMAGE : GIMP_RGB_IMAGE,
                          100.0, gimp_image_get_default_new_layer_mode (image));
  if (layer == NULL)
    return NULL;
  gimp_drawable_get_offsets (GIMP_DRAWABLE (map), &x, &y);
  gimp_layer_set_offsets (layer, x, y);
  buffer = gimp_drawable_get_buffer (GIMP_DRAWABLE (layer));
  gegl_buffer_copy (picture, NULL, GEGL_ABYSS_NONE, buffer, NULL);
  g_object_unref (buffer);
  spade_picture_mark (layer, map);
  if (!gimp_image_insert_layer (image, layer,
                                parent ? GIMP_LAYER (parent) : NULL,
                                spade_picture_find_position (image, map)))
    return NULL;
  gimp_drawable_update (GIMP_DRAWABLE (layer), 0, 0,
                        gimp_drawable_get_width (GIMP_DRAWABLE (layer)),
                        gimp_drawable_get_height (GIMP_DRAWABLE (layer)));
  return layer;
}

static gboolean
is_locked (GimpItem *item)
{
  for (; item != NULL; item = gimp_item_get_parent (item))
    if (gimp_item_get_lock_content (item))
      return TRUE;
  return FALSE;
}

static gboolean
is_same_place (GimpDrawable *a,
               GimpDrawable *b)
{
  int a_x, a_y, b_x, b_y;

  gimp_drawable_get_offsets (a, &a_x, &a_y);
  gimp_drawable_get_offsets (b, &b_x, &b_y);
  return a_x == b_x && a_y == b_y &&
         gimp_drawable_get_width (a) == gimp_drawable_get_width (b) &&
         gimp_drawable_get_height (a) == gimp_drawable_get_height (b);
}

// Says whether all that the picture has may be painted, and be shown.
static gboolean
is_free (GimpImage *image,
         GimpLayer *layer)
{
  GimpItem *item = GIMP_ITEM (layer);

  return !is_locked (item) && !gimp_layer_get_lock_alpha (layer) &&
         (gimp_item_get_visible (item) || !gimp_item_get_lock_visibility (item)) &&
         gimp_image_get_component_active (image, GIMP_CHANNEL_RED) &&
         gimp_image_get_component_active (image, GIMP_CHANNEL_GREEN) &&
         gimp_image_get_component_active (image, GIMP_CHANNEL_BLUE) &&
         gimp_image_get_component_active (image, GIMP_CHANNEL_ALPHA);
}

// Gives the picture of the map that can be updated, or NULL.
static GimpLayer *
find_picture (const SpadeRequest *request)
{
  GimpLayer *layer;

  if (request->output != SPADE_OUTPUT_UPDATE)
    return NULL;
  layer = spade_picture_find_last (request->image, GIMP_ITEM (request->drawable));
  if (layer == NULL || !gimp_drawable_is_rgb (GIMP_DRAWABLE (layer)) ||
      gimp_item_is_group (GIMP_ITEM (layer)) || !is_free (request->image, layer) ||
      !is_same_place (GIMP_DRAWABLE (layer), request->drawable))
    return NULL;
  return layer;
}

// Paints the picture over an older one, which may have been hidden while its map was
// painted on. The picture's alpha is the selection, which GIMP minds by itself.
static gboolean
paint_over (GimpLayer  *layer,
            GeglBuffer *picture)
{
  GimpDrawable          *drawable = GIMP_DRAWABLE (layer);
  g_autoptr (GeglBuffer) opaque = NULL;
  GeglBuffer            *shadow = gimp_drawable_get_shadow_buffer (drawable);
  gboolean               has_floats;

  has_floats = babl_format_get_type (gegl_buffer_get_format (picture), 0) !=
               babl_type ("u8");
  opaque = gegl_buffer_new (gegl_buffer_get_extent (picture),
                            babl_format (has_floats ? "R'G'B' float" : "R'G'B' u8"));
  gegl_buffer_copy (picture, NULL, GEGL_ABYSS_NONE, opaque, NULL);
  gegl_buffer_copy (opaque, NULL, GEGL_ABYSS_NONE, shadow, NULL);
  g_object_unref (shadow);
  if (!gimp_drawable_merge_shadow (drawable, TRUE))
    return FALSE;
  gimp_item_set_visible (GIMP_ITEM (layer), TRUE);
  gimp_drawable_update (drawable, 0, 0, gimp_drawable_get_width (drawable),
                        gimp_drawable_get_height (drawable));
  return TRUE;
}

// Puts the picture into the map's image, which is RGB by now. NULL: GIMP refuses.
static GimpLayer *
place (const SpadeRequest *request,
       GeglBuffer         *picture)
{
  GimpLayer *layer = find_picture (request);

  if (layer == NULL)
    return insert (request->image, GIMP_ITEM (request->drawable), picture, request);
  return paint_over (layer, picture) ? layer : NULL;
}

// Changes the image of the map, as one step of its undo history.
static gboolean
write_here (const SpadeRequest    *request,
            GeglBuffer            *picture,
            const SpadeMapRecord  *record,
            GimpLayer            **out_layer,
            GError               **error)
{
  GimpImage                *image = request->image;
  g_auto (SpadeLayerPixels) kept = { 0 };
  gboolean                  ok = TRUE;

  if (!keep_numbers (request, record, &kept, error))
    return FALSE;
  gimp_image_undo_group_start (image);
  // The image's type: a layer group of an indexed image is RGB itself.
  if (gimp_image_get_base_type (image) != GIMP_RGB &&
      !gimp_image_convert_rgb (image))
    ok = set_refused (_("GIMP could not turn the image into RGB."), error);
  if (ok)
    write_numbers (&kept, record, request->drawable);
  if (ok)
    {
      *out_layer = place (request, picture);
      if (*out_layer == NULL)
        ok = set_refused (_("GIMP could not add the layer."), error);
    }
  // Undo takes the picture away and the palette's names, but not what the
  // colours mean: it is wanted for the next try.
  if (ok && record != NULL)
    spade_map_record_attach (record, image, FALSE);
  gimp_image_undo_group_end (image);
  return ok;
}

// Gives an empty RGB image like the map's. The profile of a grey image is none
// for it.
static GimpImage *
new_image_like (GimpImage *other)
{
  GimpImage        *image;
  GimpColorProfile *profile = gimp_image_get_color_profile (other);
  double            x, y;

  image = gimp_image_new_with_precision (gimp_image_get_width (other),
                                         gimp_image_get_height (other),
                                         GIMP_RGB,
                                         gimp_image_get_precision (other));
  if (image == NULL)
    return NULL;
  gimp_image_undo_disable (image);
  if (profile != NULL)
    {
      if (gimp_color_profile_is_rgb (profile))
        gimp_image_set_color_profile (image, profile);
      g_object_unref (profile);
    }
  if (gimp_image_get_resolution (other, &x, &y))
    gimp_image_set_resolution (image, x, y);
  return image;
}

static gboolean
write_new_image (const SpadeRequest    *request,
                 GeglBuffer            *picture,
                 const SpadeMapRecord  *record,
                 GimpImage            **out_image,
                 GimpLayer            **out_layer,
                 GError               **error)
{
  g_auto (SpadeLayerPixels) kept = { 0 };
  GimpImage                *image;
  GimpLayer                *map = NULL;

  if (!keep_numbers (request, record, &kept, error))
    return FALSE;
  image = new_image_like (request->image);
  if (image != NULL)
    map = gimp_layer_new_from_drawable (request->drawable, image);
  if (map == NULL || !gimp_image_insert_layer (image, map, NULL, 0))
    {
      set_refused (_("GIMP could not make a new image."), error);
      if (image != NULL)
        gimp_image_delete (image);
      return FALSE;
    }
  write_numbers (&kept, record, GIMP_DRAWABLE (map));
  *out_layer = insert (image, GIMP_ITEM (map), picture, request);
  if (*out_layer == NULL)
    {
      set_refused (_("GIMP could not add the layer."), error);
      gimp_image_delete (image);
      return FALSE;
    }
  if (record != NULL)
    spade_map_record_attach (record, image, FALSE);
  gimp_image_undo_enable (image);
  *out_image = image;
  return TRUE;
}

gboolean
spade_layer_write (const SpadeRequest    *request,
                   const SpadePicture    *picture,
                   const SpadeMapRecord  *record,
                   GimpImage            **out_image,
                   GimpLayer            **out_layer,
                   GError               **error)
{
  g_autoptr (GeglBuffer) fitted = spade_picture_fit (picture, request, error);

  if (fitted == NULL)
    return FALSE;
  *out_image = request->image;
  if (request->output == SPADE_OUTPUT_NEW_IMAGE)
    return write_new_image (request, fitted, record, out_image, out_layer,
                            error);
  return write_here (request, fitted, record, out_layer, error);
}
