// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Remembered in a parasite of GIMP itself, which ends with it.

#include "open-style.h"

#include <stdlib.h>
#include <string.h>

#include "parasite-text.h"
#include "style-file.h"

#define PARASITE "gimp-spade-open-style"

char *
spade_open_style_get (GimpProcedureConfig *config)
{
  g_autoptr (GimpImage) image = NULL;
  g_autoptr (GimpLayer) layer = NULL;

  g_object_get (config, "style-image", &image, "style-layer", &layer, NULL);
  if (layer != NULL)
    return g_strdup_printf (SPADE_OPEN_LAYER "%d",
                            gimp_item_get_id (GIMP_ITEM (layer)));
  if (image != NULL)
    return g_strdup_printf (SPADE_OPEN_IMAGE "%d", gimp_image_get_id (image));
  return NULL;
}

void
spade_open_style_set (GimpProcedureConfig *config,
                      const char          *key)
{
  GimpImage *image = NULL;
  GimpLayer *layer = NULL;

  if (key != NULL && g_str_has_prefix (key, SPADE_OPEN_IMAGE))
    image = gimp_image_get_by_id (atoi (key + strlen (SPADE_OPEN_IMAGE)));
  else if (key != NULL)
    layer = gimp_layer_get_by_id (atoi (key + strlen (SPADE_OPEN_LAYER)));
  g_object_set (config, "style-image", image, "style-layer", layer, NULL);
}

void
spade_open_style_remember (GimpProcedureConfig *config)
{
  g_autofree char *key = spade_open_style_get (config);
  GimpParasite    *parasite;

  spade_open_style_set (config, NULL);
  if (key == NULL)
    {
      gimp_detach_parasite (PARASITE);
      return;
    }
  parasite = gimp_parasite_new (PARASITE, 0, (guint32) strlen (key), key);
  gimp_attach_parasite (parasite);
  gimp_parasite_free (parasite);
}

gboolean
spade_open_style_recall (GimpProcedureConfig  *config,
                         GError              **error)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char  *given = spade_open_style_get (config);
  g_autofree char  *key = NULL;
  g_autofree char  *found = NULL;

  g_object_get (config, "style", &file, NULL);
  if (file != NULL || given != NULL)
    return TRUE;
  key = spade_parasite_take_text (gimp_get_parasite (PARASITE));
  spade_open_style_set (config, key);
  found = spade_open_style_get (config);
  if (found == NULL)
    g_object_set (config, "mix-style", NULL, NULL); // which needs a first one
  if (key == NULL || found != NULL)
    return TRUE;
  spade_style_set_gone (g_str_has_prefix (key, SPADE_OPEN_LAYER), error);
  return FALSE;
}
