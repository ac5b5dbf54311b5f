// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Finding the palette of a map in palette colours, and how much of it is in
// use, in one walk.

#include "colour-key.h"
#include "include/spade-class-table.h"

#include <string.h>

#define MAX_ENTRIES 256

int
spade_palette_collect (const guint8      *rgb,
                       int                rgb_step,
                       gsize              n_pixels,
                       SpadePaletteEntry  entries[256],
                       int                n_entries,
                       guint64            out_pixels[256])
{
  g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL); // entry + 1
  guint                  last = SPADE_NO_COLOUR;
  int                    entry = -1;
  gboolean               is_too_much = FALSE;

  for (int i = n_entries - 1; i >= 0; i--) // the first of a colour stays
    g_hash_table_insert (known,
                         GUINT_TO_POINTER (spade_colour_key (entries[i].rgb)),
                         GINT_TO_POINTER (i + 1));
  for (gsize i = 0; i < n_pixels; i++, rgb += rgb_step)
    {
      guint colour = spade_colour_key (rgb);

      if (colour != last)
        entry = GPOINTER_TO_INT (g_hash_table_lookup (
                  known, GUINT_TO_POINTER (colour))) - 1;
      last = colour;
      if (entry < 0 && n_entries < MAX_ENTRIES)
        {
          entry = n_entries++;
          entries[entry].name = NULL;
          memcpy (entries[entry].rgb, rgb, 3);
          g_hash_table_insert (known, GUINT_TO_POINTER (colour),
                               GINT_TO_POINTER (entry + 1));
        }
      is_too_much |= entry < 0;
      if (entry >= 0 && out_pixels != NULL)
        out_pixels[entry]++;
      else if (is_too_much && out_pixels == NULL)
        break;
    }
  return is_too_much ? -1 : n_entries;
}
