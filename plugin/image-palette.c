// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// An image takes the colours of a palette, which is deleted again, but not the
// names (GIMP 3.0): those are set one by one. The colours are numbers in the
// image's own colour space, as palette-use.c reads them.

#include "image-palette.h"

#include <glib/gi18n.h>

#define TEMPORARY_NAME "gimp-spade temporary"

// Gives the format of the image's 8-bit colours.
static const Babl *
get_format (GimpImage *image)
{
  GimpColorProfile *profile = gimp_image_get_color_profile (image);
  const Babl       *space = NULL; // sRGB

  if (profile != NULL)
    {
      space = gimp_color_profile_get_space (
        profile, GIMP_COLOR_RENDERING_INTENT_RELATIVE_COLORIMETRIC, NULL);
      g_object_unref (profile);
    }
  return babl_format_with_space ("R'G'B' u8", space);
}

static gboolean
add_entry (GimpPalette             *palette,
           const Babl              *format,
           const SpadePaletteEntry *entry)
{
  GeglColor *colour = gegl_color_new (NULL);
  int        number;
  gboolean   ok;

  gegl_color_set_pixel (colour, format, entry->rgb);
  ok = gimp_palette_add_entry (palette, entry->name ? entry->name : "", colour,
                               &number);
  g_object_unref (colour);
  return ok;
}

gboolean
spade_image_palette_set (GimpImage                *image,
                         const SpadePaletteEntry  *entries,
                         int                       n_entries,
                         GError                  **error)
{
  GimpPalette *palette = gimp_palette_new (TEMPORARY_NAME);
  const Babl  *format = get_format (image);
  gboolean     ok = palette != NULL;

  for (int i = 0; i < n_entries && ok; i++)
    ok = add_entry (palette, format, &entries[i]);
  ok = ok && gimp_image_set_palette (image, palette) != NULL;
  for (int i = 0; i < n_entries && ok; i++)
    ok = gimp_palette_set_entry_name (gimp_image_get_palette (image), i,
                                      entries[i].name ? entries[i].name : "");
  if (palette != NULL)
    gimp_resource_delete (GIMP_RESOURCE (palette));
  if (!ok)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                 _("GIMP did not take the palette; look at its error console."));
  return ok;
}
