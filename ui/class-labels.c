// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Labels are for the eyes: tables, palettes and records have the names.

#include "class-labels.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "class-rows.h"

// The names that class sets have for a label. Translators: what is painted in a
// landscape
static const struct
{
  const char *name, *label;
} labels[] = {
  { "bush", NC_ ("class", "bush") },
  { "clouds", NC_ ("class", "cloud") },
  { "dirt", NC_ ("class", "dirt") },
  { "grass", NC_ ("class", "grass") },
  { "gravel", NC_ ("class", "gravel") },
  { "hill", NC_ ("class", "hill") },
  { "mountain", NC_ ("class", "mountain") },
  { "plant-other", NC_ ("class", "plant") },
  { "plant", NC_ ("class", "plant") },
  { "river", NC_ ("class", "river") },
  { "road", NC_ ("class", "road") },
  { "rock", NC_ ("class", "rock") },
  { "sand", NC_ ("class", "sand") },
  { "sea", NC_ ("class", "sea") },
  { "sky-other", NC_ ("class", "sky") },
  { "sky", NC_ ("class", "sky") },
  { "snow", NC_ ("class", "snow") },
  { "stone", NC_ ("class", "stone") },
  { "tree", NC_ ("class", "tree") },
  { "water-other", NC_ ("class", "water") },
  { "water", NC_ ("class", "water") },
  { "unlabeled", NC_ ("class", "unlabeled") },
};

char *
spade_class_label_new (const SpadeClassSet *set,
                       int                  class_id)
{
  char *name = spade_class_rows_name_class (set, class_id);

  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (labels); i++)
    if (strcmp (labels[i].name, name) == 0)
      {
        g_free (name);
        return g_strdup (g_dpgettext2 (GETTEXT_PACKAGE, "class", labels[i].label));
      }
  return name;
}
