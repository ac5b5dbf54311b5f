// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Carrying classes over by colour, and by the names that entries were given
// since.

#include "class-carry.h"

#include <string.h>

static int
class_of_name (const SpadeClassSet *set,
               const char          *name)
{
  int class_id = spade_class_set_lookup (set, name);

  return class_id >= 0 ? class_id : spade_class_set_lookup_synonym (set, name);
}

// Gives table's entry of a colour: i itself where it can, since a palette may
// have a colour twice; or -1.
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
spade_class_carry (const SpadeClassTable   *table,
                   const SpadePaletteEntry *entries,
                   int                      n_entries)
{
  g_autofree char            *by_colour = NULL;
  g_autoptr (SpadeClassTable) carried = NULL;

  by_colour = spade_class_table_adapt (table, entries, n_entries);
  carried = spade_class_table_new (table->set, entries, n_entries, by_colour,
                                   NULL);
  g_return_val_if_fail (carried != NULL, g_steal_pointer (&by_colour));
  for (int i = 0; i < n_entries; i++)
    {
      int from = find_colour (table, entries[i].rgb, i);
      int class_id = class_of_name (table->set, entries[i].name);

      if (from >= 0 && class_id >= 0 &&
          class_id != class_of_name (table->set, table->entries[from].name))
        carried->class_id[i] = (gint16) class_id;
    }
  return spade_class_table_to_string (carried);
}
