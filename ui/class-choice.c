// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

#include "class-choice.h"

#include <glib/gi18n-lib.h>
#include <string.h>

void
spade_class_choice_init (SpadeClassChoice *choice)
{
  *choice = (SpadeClassChoice) { .spec = g_strdup ("auto") };
}

void
spade_class_choice_clear (SpadeClassChoice *choice)
{
  spade_class_rows_free (choice->rows);
  g_free (choice->spec);
  g_free (choice->remembered);
  g_free (choice->complaint);
  spade_class_rows_free (choice->other_rows);
  g_free (choice->other_spec);
  g_free (choice->translated);
}

static void
set_text (char      **text,
          const char *value)
{
  char *copy = g_strdup (value); // it may be a part of the old one

  g_free (*text);
  *text = copy;
}

void
spade_class_choice_set_spec (SpadeClassChoice *choice,
                             const char       *spec)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&choice->complaint, g_free);
  set_text (&choice->spec, spec);
  if (choice->rows == NULL)
    return;
  if (strcmp (choice->spec, "auto") == 0 && choice->remembered != NULL &&
      spade_class_rows_set_spec (choice->rows, choice->remembered, NULL))
    return;
  if (spade_class_rows_set_spec (choice->rows, choice->spec, &error))
    return;
  spade_class_rows_set_spec (choice->rows, "auto", NULL);
  set_text (&choice->spec, "auto");
  choice->complaint = g_strdup_printf (
    _("The table does not fit this palette and was set aside: %s"),
    error->message);
}

static void
use_text (SpadeClassChoice *choice)
{
  g_free (choice->spec);
  choice->spec = spade_class_rows_to_string (choice->rows, choice->remembered);
}

void
spade_class_choice_take_rows (SpadeClassChoice *choice)
{
  g_clear_pointer (&choice->complaint, g_free);
  use_text (choice);
}

gboolean
spade_class_choice_set_remembered (SpadeClassChoice *choice,
                                   const char       *table)
{
  if (g_strcmp0 (choice->remembered, table) == 0)
    return FALSE;
  set_text (&choice->remembered, table);
  return TRUE;
}

// Gives what a spec of some rows becomes with another palette.
static char *
carry (const SpadeClassRows    *rows,
       const char              *spec,
       const SpadeClassSet     *set,
       const SpadePaletteEntry *entries,
       int                      n_entries)
{
  if (rows != NULL && spade_class_spec_is_table (spec))
    return spade_class_rows_carry (rows, set, entries, n_entries);
  return g_strdup (*spec != '\0' ? spec : "auto");
}

// Whether the class set is that of before, and nothing was chosen since.
static gboolean
comes_back (const SpadeClassChoice *choice,
            const SpadeClassSet    *set)
{
  return choice->rows != NULL && set != choice->rows->table->set &&
         choice->other_rows != NULL && set == choice->other_rows->table->set &&
         g_strcmp0 (choice->spec, choice->translated) == 0;
}

void
spade_class_choice_set_palette (SpadeClassChoice        *choice,
                                const SpadeClassSet     *set,
                                const SpadePaletteEntry *entries,
                                int                      n_entries,
                                const guint64           *pixels)
{
  g_autoptr (SpadeClassRows) old = g_steal_pointer (&choice->rows);
  g_autofree char           *before = g_strdup (choice->spec);
  g_autofree char           *spec = NULL;
  gboolean                   is_table = old != NULL &&
                                        spade_class_spec_is_table (before);

  choice->rows = old;
  spec = comes_back (choice, set)
    ? carry (choice->other_rows, choice->other_spec, set, entries, n_entries)
    : carry (old, before, set, entries, n_entries);
  choice->rows = spade_class_rows_new (set, entries, n_entries, pixels, "auto", NULL);
  g_return_if_fail (choice->rows != NULL); // "auto" fits every palette
  spade_class_choice_set_spec (choice, spec);
  // A table that is empty now still is no "auto", which would be what the image
  // remembers.
  if (is_table && strcmp (spec, "auto") != 0 && strcmp (choice->spec, spec) == 0)
    use_text (choice);
  if (old == NULL || set == old->table->set)
    return;
  g_clear_pointer (&choice->other_rows, spade_class_rows_free);
  choice->other_rows = g_steal_pointer (&old);
  set_text (&choice->other_spec, before);
  set_text (&choice->translated, choice->spec);
}
