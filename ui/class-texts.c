// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The words of the class table view. Tooltips are Pango markup, escaped.

#include "class-texts.h"

#include <glib/gi18n-lib.h>

#include "class-labels.h"

const char *
spade_class_text_origin (const SpadeClassRows *rows,
                         int                   index)
{
  const SpadeForeignPalette *foreign = rows->table->foreign;

  switch (rows->origin[index])
    {
    case SPADE_ORIGIN_NONE:
      // Translators: the entry's color looks like that of the class
      return rows->suggestion[index] >= 0 ? _("similar color") : "";
    case SPADE_ORIGIN_NAME:
      return _("name");
    case SPADE_ORIGIN_COLOUR:
      return _("color");
    case SPADE_ORIGIN_INDEX:
      return _("index");
    case SPADE_ORIGIN_FOREIGN:
      return foreign != NULL ? foreign->title : _("color");
    case SPADE_ORIGIN_SYNONYM:
      // Translators: the palette entry's name means the same as the class's
      return _("synonym");
    case SPADE_ORIGIN_FILE:
      return _("file");
    case SPADE_ORIGIN_YOU:
      return _("you");
    }
  return "";
}

char *
spade_class_text_class (const SpadeClassRows *rows,
                        int                   index)
{
  const SpadeClassTable *table = rows->table;
  g_autofree char       *suggestion = NULL;

  if (table->class_id[index] >= 0)
    return spade_class_label_new (table->set, table->class_id[index]);
  if (rows->suggestion[index] < 0)
    return g_strdup (_("Choose a class"));
  suggestion = spade_class_label_new (table->set,
                                            rows->suggestion[index]);
  // Translators: a class that is only suggested
  return g_strdup_printf (_("%s?"), suggestion);
}

char *
spade_class_text_share (double share)
{
  if (share > 0.0 && share < 0.001)
    return g_strdup (_("< 0.1 %"));
  // Translators: a share of the pixels, such as 12.5 %
  return g_strdup_printf (_("%.1f %%"), 100.0 * share);
}

char *
spade_class_text_entry (const SpadePaletteEntry *entry,
                        int                      index)
{
  if (entry->name != NULL && *entry->name != '\0')
    return g_strdup (entry->name);
  return g_strdup_printf ("#%d", index);
}

// Gives what to do about the class of an entry.
static char *
advise (const SpadeClassRows *rows,
        const gboolean       *known,
        int                   index)
{
  const SpadeClassSet *set = rows->table->set;
  int                  class_id = rows->table->class_id[index];
  int                  nearest = spade_class_set_get_nearest (set, class_id);
  g_autofree char     *name = NULL;

  if (class_id < 0 && rows->suggestion[index] < 0)
    return g_strdup (_("Has no class yet: click and type to choose one"));
  if (class_id < 0)
    {
      name = spade_class_label_new (set, rows->suggestion[index]);
      return g_strdup_printf (_("Has no class yet. Its color is most like that "
                                "of %s: click to confirm it or to choose "
                                "another"), name);
    }
  if (known[class_id])
    return g_strdup (_("Click or type to choose another class"));
  if (nearest < 0 || !known[nearest])
    return g_strdup (_("The model has not learnt this class; choose one that "
                       "is near"));
  name = spade_class_label_new (set, nearest);
  return g_strdup_printf (_("The model has not learnt this class; the nearest "
                            "that it knows is %s"), name);
}

char *
spade_class_text_tooltip (const SpadeClassRows *rows,
                          const gboolean       *known,
                          int                   index)
{
  const SpadeClassTable   *table = rows->table;
  const SpadePaletteEntry *entry = &table->entries[index];
  g_autofree char         *advice = advise (rows, known, index);

  return g_markup_printf_escaped (
    // Translators: number, color and size of a palette entry, then a sentence
    ngettext ("Entry %d, color #%02x%02x%02x, %lu pixel\n%s",
              "Entry %d, color #%02x%02x%02x, %lu pixels\n%s",
              (gulong) rows->pixels[index]),
    index, entry->rgb[0], entry->rgb[1], entry->rgb[2],
    (gulong) rows->pixels[index], advice);
}

char *
spade_class_text_status (const SpadeClassRows *rows,
                         int                   n_rows)
{
  int n = spade_class_rows_count_unmapped (rows);

  if (n_rows == 0)
    return g_strdup (_("There is no list of palette entries: the layer is "
                       "transparent, or has more than 256 colors."));
  if (n > 0 && spade_class_rows_count_suggested (rows) > 0)
    return g_strdup_printf (
      ngettext ("%d of %d colors has no class yet; confirm what is suggested, "
                "or choose.",
                "%d of %d colors have no class yet; confirm what is suggested, "
                "or choose.", (gulong) n),
      n, n_rows);
  if (n > 0)
    return g_strdup_printf (
      ngettext ("%d of %d colors has no class yet.",
                "%d of %d colors have no class yet.", (gulong) n),
      n, n_rows);
  return g_strdup_printf (
    ngettext ("The only color has a class.",
              "All %d colors have a class.", (gulong) n_rows),
    n_rows);
}
