// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

#include "picture-mark.h"

#define PARASITE "gimp-spade-picture"

void
spade_picture_mark (GimpLayer *picture,
                    GimpItem  *map)
{
  g_autofree char *text = g_strdup_printf ("map %u", gimp_item_get_tattoo (map));
  GimpParasite    *parasite;

  parasite = gimp_parasite_new (PARASITE, GIMP_PARASITE_PERSISTENT,
                                (guint32) strlen (text), text);
  gimp_item_attach_parasite (GIMP_ITEM (picture), parasite);
  gimp_parasite_free (parasite);
}

// Gives the tattoo of the map that item is a picture of, or 0.
static guint
read_tattoo (GimpItem *item)
{
  GimpParasite    *parasite = gimp_item_get_parasite (item, PARASITE);
  g_autofree char *text = NULL;
  gconstpointer    data;
  guint32          size;
  guint            tattoo = 0;

  if (parasite == NULL)
    return 0;
  data = gimp_parasite_get_data (parasite, &size);
  text = g_strndup (data != NULL ? data : "", size);
  gimp_parasite_free (parasite);
  return sscanf (text, "map %u", &tattoo) == 1 ? tattoo : 0;
}

GimpDrawable *
spade_picture_get_map (GimpDrawable *drawable)
{
  GimpItem  *item = GIMP_ITEM (drawable);
  guint      tattoo = read_tattoo (item);
  GimpLayer *map = NULL;

  if (tattoo != 0)
    map = gimp_image_get_layer_by_tattoo (gimp_item_get_image (item), tattoo);
  return map != NULL ? GIMP_DRAWABLE (map) : drawable;
}

int
spade_picture_find_position (GimpImage *image,
                             GimpItem  *map)
{
  GimpItem            *parent = gimp_item_get_parent (map);
  g_autofree GimpItem **items = parent != NULL
    ? gimp_item_get_children (parent)
    : (GimpItem **) gimp_image_get_layers (image);
  guint                tattoo = gimp_item_get_tattoo (map);
  int                  position = gimp_image_get_item_position (image, map);

  while (position > 0 && read_tattoo (items[position - 1]) == tattoo)
    position--;
  return position;
}
