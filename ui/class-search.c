// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Type-ahead search. The order is a score per class: the quality of the match
// weighs most, then being a favourite, then the alphabet.

#include "class-search.h"

#include "class-labels.h"

#include <stdlib.h>
#include <string.h>

typedef struct
{
  int         class_id;
  int         score; // lower is better
  char       *label;
} Hit;

gboolean
spade_class_search_is_favourite (const SpadeClassSet *set,
                                 int                  class_id)
{
  for (int i = 0; set != NULL && i < set->n_favourites; i++)
    if (set->favourites[i] == class_id)
      return TRUE;
  return FALSE;
}

// Gives 0 for an equal name, 1 for a beginning, 2 for the beginning of a
// word, 3 for any place, -1 for none.
static int
match (const char *name,
       const char *word)
{
  gsize       length = strlen (word);
  const char *found;

  if (strcmp (name, word) == 0)
    return 0;
  if (strncmp (name, word, length) == 0)
    return 1;
  found = strstr (name, word);
  if (found == NULL)
    return -1;
  for (const char *at = found; at != NULL; at = strstr (at + 1, word))
    if (at[-1] == '-')
      return 2;
  return 3;
}

static int
compare_hits (gconstpointer a,
              gconstpointer b,
              gpointer      user_data)
{
  const Hit *x = a;
  const Hit *y = b;

  if (x->score != y->score)
    return x->score - y->score;
  if (user_data == NULL) // numbered classes
    return x->class_id - y->class_id;
  return g_utf8_collate (x->label, y->label);
}

// Gives the word in lower case with '-' for spaces and '_'.
static char *
plain_word (const char *word)
{
  g_autofree char *plain = g_strstrip (g_strdup (word ? word : ""));

  g_strdelimit (plain, " _", '-');
  return g_utf8_strdown (plain, -1);
}

// Gives how well a class is meant by its label, or else by its name; -1: not at all.
static int
match_class (const SpadeClassSet *set,
             const Hit           *hit,
             const char          *word)
{
  g_autofree char *label = plain_word (hit->label);
  g_autofree char *name = plain_word (set != NULL ? set->classes[hit->class_id].name
                                                  : hit->label);
  int              by_label = match (label, word);
  int              by_name = match (name, word);

  return by_label < 0 || (by_name >= 0 && by_name < by_label) ? by_name : by_label;
}

int
spade_class_search (const SpadeClassSet *set,
                    int                  n_classes,
                    const char          *word,
                    int                  out_ids[257])
{
  g_autofree char *plain = plain_word (word);
  int              meant = spade_class_set_lookup (set, plain);
  int              n = set != NULL ? set->n_ids : CLAMP (n_classes, 0, 256);
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (Hit));

  if (meant < 0)
    meant = spade_class_set_lookup_synonym (set, plain);

  for (int i = 0; i < n; i++)
    {
      Hit hit = { .class_id = i, .label = spade_class_label_new (set, i) };
      int quality = *plain == '\0' ? 3 : match_class (set, &hit, plain);

      if (i == meant)
        quality = 0;
      if (quality < 0)
        {
          g_free (hit.label);
          continue;
        }
      hit.score = 2 * quality + !spade_class_search_is_favourite (set, i);
      g_array_append_val (hits, hit);
    }
  g_array_sort_with_data (hits, compare_hits, (gpointer) set);
  for (guint i = 0; i < hits->len; i++)
    {
      Hit *hit = &g_array_index (hits, Hit, i);

      out_ids[i] = hit->class_id;
      g_free (hit->label);
    }
  return (int) hits->len;
}
