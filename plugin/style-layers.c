// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The layers of an image, those in groups as well.

#include "style-layers.h"

static void
add (GPtrArray *list,
     GimpItem  *item)
{
  g_autofree GimpItem **children = NULL;

  g_ptr_array_add (list, item);
  if (gimp_item_is_group (item))
    children = gimp_item_get_children (item);
  for (int i = 0; children != NULL && children[i] != NULL; i++)
    add (list, children[i]);
}

GPtrArray *
spade_style_layers_list (GimpImage *image)
{
  g_autofree GimpLayer **layers = gimp_image_get_layers (image);
  GPtrArray             *list = g_ptr_array_new ();

  for (int i = 0; layers[i] != NULL; i++)
    add (list, GIMP_ITEM (layers[i]));
  return list;
}
