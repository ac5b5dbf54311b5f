// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The words of the class table view. Tooltips are Pango markup, escaped.

#include "class-texts.h"

#include <glib/gi18n-lib.h>

const char *
spade_class_text_origin (SpadeOrigin                origin,
                         const SpadeForeignPalette *foreign)
{
  switch (origin)
    {
    case SPADE_ORIGIN_NONE:
      return "";
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

char *
spade_class_text_tooltip (const SpadeClassRows *rows,
                          const gboolean       *known,
                          int                   index)
{
  const SpadeClassTable   *table = rows->table;
  const SpadePaletteEntry *entry = &table->entries[index];
  int                      class_id = table->class_id[index];
  const char              *advice;

  if (class_id < 0)
    advice = _("Has no class yet: click and type to choose one");
  else if (!known[class_id])
    advice = _("The model has not learnt this class; choose one that is near");
  else
    advice = _("Click or type to choose another class");
  return g_markup_printf_escaped (
    _("Entry %d, color #%02x%02x%02x, %" G_GUINT64_FORMAT " pixels\n%s"),
    index, entry->rgb[0], entry->rgb[1], entry->rgb[2],
    rows->pixels[index], advice);
}

char *
spade_class_text_status (const SpadeClassRows *rows,
                         int                   n_rows)
{
  int n = spade_class_rows_count_unmapped (rows);

  if (n > 0)
    return g_strdup_printf (
      ngettext ("%d of %d palette entries has no class yet.",
                "%d of %d palette entries have no class yet.", (gulong) n),
      n, n_rows);
  return g_strdup_printf (
    ngettext ("The palette entry in use has a class.",
              "All %d palette entries in use have a class.", (gulong) n_rows),
    n_rows);
}
