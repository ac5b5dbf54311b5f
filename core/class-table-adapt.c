// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Carrying classes from one palette to another by colour.

#include "include/spade-class-table.h"

#include <string.h>

// Gives the entry of the colour that entry i of another palette has: i itself
// where it can, since a palette may have a colour twice; or -1.
static int
find_colour (const SpadeClassTable *table,
             const guint8           rgb[3],
             int                    i)
{
  if (i < table->n_entries && memcmp (table->entries[i].rgb, rgb, 3) == 0)
    return i;
  for (int j = 0; j < table->n_entries; j++)
    if (memcmp (table->entries[j].rgb, rgb, 3) == 0)
      return j;
  return -1;
}

char *
spade_class_table_adapt (const SpadeClassTable   *table,
                         const SpadePaletteEntry *entries,
                         int                      n_entries)
{
  g_autoptr (SpadeClassTable) plain = NULL;
  g_autoptr (SpadeClassTable) adapted = NULL;

  plain = spade_class_table_new (table->set, table->entries, table->n_entries,
                                 "auto", NULL);
  adapted = spade_class_table_new (table->set, entries, n_entries, "auto",
                                   NULL);
  for (int i = 0; i < n_entries; i++)
    {
      int from = find_colour (table, entries[i].rgb, i);

      // No class is a choice only where there would be one.
      if (from >= 0 &&
          (table->class_id[from] >= 0 || plain->class_id[from] >= 0))
        adapted->class_id[i] = table->class_id[from];
    }
  return spade_class_table_to_string (adapted);
}
