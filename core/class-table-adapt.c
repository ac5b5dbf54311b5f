// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Carrying classes from one palette to another by colour, and by the names that
// entries were given since; and from one class set to another.

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

static int
class_of_name (const SpadeClassSet *set, const char *name)
{
  int class_id = spade_class_set_lookup (set, name);

  return class_id >= 0 ? class_id : spade_class_set_lookup_synonym (set, name);
}

char *
spade_class_table_adapt (const SpadeClassTable   *table,
                         const SpadePaletteEntry *entries,
                         int                      n_entries,
                         gboolean                 heeds_names)
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
      int named = heeds_names ? class_of_name (table->set, entries[i].name) : -1;

      if (from < 0)
        continue;
      if (named >= 0 &&
          named != class_of_name (table->set, table->entries[from].name))
        adapted->class_id[i] = (gint16) named;
      // No class is a choice only where there would be one.
      else if (table->class_id[from] >= 0 || plain->class_id[from] >= 0)
        adapted->class_id[i] = table->class_id[from];
    }
  return spade_class_table_to_string (adapted);
}

char *
spade_class_table_translate (const SpadeClassTable *table,
                             const SpadeClassSet   *to)
{
  g_autoptr (SpadeClassTable) plain = NULL;
  g_autoptr (SpadeClassTable) translated = NULL;

  plain = spade_class_table_new (table->set, table->entries, table->n_entries,
                                 "auto", NULL);
  translated = spade_class_table_new (to, table->entries, table->n_entries,
                                      "auto", NULL);
  for (int i = 0; i < table->n_entries; i++)
    {
      int      class_id = table->class_id[i];
      gboolean is_plain = class_id == plain->class_id[i];

      // What an entry says itself, it says to the other set too.
      if (is_plain && (class_id < 0 || translated->class_id[i] >= 0))
        continue;
      translated->class_id[i] = (gint16)
        spade_class_set_translate (table->set, class_id, to);
    }
  return spade_class_table_to_string (translated);
}
