// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Classes of a map that the model was never trained on: saying which, and
// putting near ones in their place. Nothing is replaced unless asked for. And
// what stands for no class at all.

#include "include/spade-model.h"

static void
count_ids (const SpadeMap *map,
           gsize           counts[256])
{
  for (int i = 0; i < 256; i++)
    counts[i] = 0;
  for (gsize i = 0; i < (gsize) map->height * (gsize) map->width; i++)
    counts[map->ids[i]]++;
}

static void
append_name (GString           *text,
             const SpadeConfig *config,
             int                class_id)
{
  if (config->class_set != NULL)
    g_string_append (text, config->class_set->classes[class_id].name);
  else
    g_string_append_printf (text, "%d", class_id);
}

int
spade_config_get_n_ids (const SpadeConfig *config)
{
  return config->n_classes + (config->has_unlabeled ? 1 : 0);
}

int
spade_config_get_unlabeled (const SpadeConfig *config)
{
  const SpadeClassSet *set = config->class_set;

  if (config->has_unlabeled)
    return config->n_classes;
  return set != NULL && spade_class_set_holds_unlabeled (set) ? set->unlabeled : -1;
}

int
spade_config_find_nearest (const SpadeConfig *config,
                           int                class_id)
{
  int nearest;

  g_return_val_if_fail (class_id >= 0 && class_id < 256, -1);
  if (config->knows[class_id])
    return class_id;
  nearest = spade_class_set_get_nearest (config->class_set, class_id);
  return nearest >= 0 && config->knows[nearest] ? nearest : -1;
}

char *
spade_map_describe_unknown (const SpadeMap    *map,
                            const SpadeConfig *config)
{
  g_autoptr (GString) names = g_string_new (NULL);
  gsize               counts[256];
  gsize               n = 0;

  count_ids (map, counts);
  for (int i = 0; i < config->n_classes; i++)
    {
      if (counts[i] == 0 || config->knows[i])
        continue;
      n += counts[i];
      g_string_append (names, names->len > 0 ? ", " : "");
      append_name (names, config, i);
    }
  if (n == 0)
    return NULL;
  return g_strdup_printf ("%s (%.1f %% of the map)", names->str,
                          100.0 * (double) n /
                            ((double) map->height * (double) map->width));
}

char *
spade_map_use_nearest (SpadeMap          *map,
                       const SpadeConfig *config)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize               counts[256];
  guint8              new_ids[256];

  count_ids (map, counts);
  for (int i = 0; i < 256; i++)
    {
      int nearest = -1;

      if (i < config->n_classes && counts[i] > 0)
        nearest = spade_config_find_nearest (config, i);
      new_ids[i] = (guint8) (nearest >= 0 ? nearest : i);
      if (new_ids[i] == i)
        continue;
      g_string_append (text, text->len > 0 ? ", " : "");
      append_name (text, config, i);
      g_string_append (text, " -> ");
      append_name (text, config, new_ids[i]);
    }
  if (text->len == 0)
    return NULL;
  for (gsize i = 0; i < (gsize) map->height * (gsize) map->width; i++)
    map->ids[i] = new_ids[map->ids[i]];
  return g_strdup (text->str);
}
