// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

#include "picture-mark.h"

#include "parasite-text.h"

#define OF_MAP "gimp-spade-map-number"
#define OF_PICTURE "gimp-spade-picture-of"

static void
attach (GimpItem   *item,
        const char *name,
        const char *number,
        gboolean    is_undoable)
{
  GimpParasite *parasite = spade_parasite_new_text (name, number, is_undoable);

  gimp_item_attach_parasite (item, parasite);
  gimp_parasite_free (parasite);
}

// Gives the number in an item's parasite, or NULL.
static char *
read_number (GimpItem   *item,
             const char *name)
{
  return spade_parasite_take_text (gimp_item_get_parasite (item, name));
}

static gboolean
has_number (GimpItem   *item,
            const char *name,
            const char *number)
{
  g_autofree char *own = read_number (item, name);

  return number != NULL && g_strcmp0 (own, number) == 0;
}

void
spade_picture_mark (GimpLayer *picture,
                    GimpItem  *map)
{
  g_autofree char *number = read_number (map, OF_MAP);

  if (number == NULL)
    {
      number = g_uuid_string_random ();
      attach (map, OF_MAP, number, TRUE);
    }
  attach (GIMP_ITEM (picture), OF_PICTURE, number, FALSE);
}

// Gives the layers beside an item, from above, NULL at the end.
static GimpItem **
list_beside (GimpImage *image,
             GimpItem  *item)
{
  GimpItem *parent = gimp_item_get_parent (item);

  return parent != NULL ? gimp_item_get_children (parent)
                        : (GimpItem **) gimp_image_get_layers (image);
}

// Gives the first map of that number among items, and in the groups among them.
static GimpItem *
find_map (GimpItem  **items,
          const char *number)
{
  GimpItem *found = NULL;

  for (int i = 0; items[i] != NULL && found == NULL; i++)
    {
      if (has_number (items[i], OF_MAP, number))
        found = items[i];
      else if (gimp_item_is_group (items[i]))
        {
          g_autofree GimpItem **children = gimp_item_get_children (items[i]);

          found = find_map (children, number);
        }
    }
  return found;
}

GimpDrawable *
spade_picture_get_map (GimpDrawable *drawable)
{
  GimpItem        *item = GIMP_ITEM (drawable);
  GimpImage       *image = gimp_item_get_image (item);
  g_autofree char *number = read_number (item, OF_PICTURE);
  g_autofree GimpItem **beside = NULL;
  g_autofree GimpItem **all = NULL;
  GimpItem        *map;

  if (number == NULL || !gimp_item_is_layer (item))
    return drawable;
  beside = list_beside (image, item);
  map = find_map (beside + gimp_image_get_item_position (image, item), number);
  if (map == NULL)
    {
      all = (GimpItem **) gimp_image_get_layers (image);
      map = find_map (all, number);
    }
  return map != NULL ? GIMP_DRAWABLE (map) : drawable;
}

int
spade_picture_find_position (GimpImage *image,
                             GimpItem  *map)
{
  g_autofree GimpItem **beside = list_beside (image, map);
  g_autofree char      *number = read_number (map, OF_MAP);
  int                   position = gimp_image_get_item_position (image, map);

  while (position > 0 &&
         has_number (beside[position - 1], OF_PICTURE, number))
    position--;
  return position;
}

GimpLayer *
spade_picture_find_last (GimpImage *image,
                         GimpItem  *map)
{
  g_autofree GimpItem **beside = list_beside (image, map);
  int                   position = spade_picture_find_position (image, map);

  return beside[position] != map ? GIMP_LAYER (beside[position]) : NULL;
}
