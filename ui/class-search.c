// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Type-ahead search. The order is a score per class: the quality of the match
// weighs most, then being a favourite, then the alphabet.

#include "class-search.h"

#include <stdlib.h>
#include <string.h>

typedef struct
{
  int         class_id;
  int         score; // lower is better
  char        number[8];
  const char *name;
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
  return strcmp (x->name, y->name);
}

// Gives the word in lower case with '-' for spaces and '_'.
static char *
plain_word (const char *word)
{
  g_autofree char *plain = g_strstrip (g_strdup (word ? word : ""));

  g_strdelimit (plain, " _", '-');
  return g_ascii_strdown (plain, -1);
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
  int              n_hits = 0;
  Hit              hits[257];

  if (meant < 0)
    meant = spade_class_set_lookup_synonym (set, plain);

  for (int i = 0; i < n; i++)
    {
      Hit             *hit = &hits[n_hits];
      g_autofree char *name = NULL;
      int              quality;

      g_snprintf (hit->number, sizeof hit->number, "%d", i);
      hit->class_id = i;
      hit->name = set != NULL ? set->classes[i].name : hit->number;
      name = plain_word (hit->name);
      quality = *plain == '\0' ? 3 : match (name, plain);
      if (i == meant)
        quality = 0;
      if (quality < 0)
        continue;
      hit->score = 2 * quality + !spade_class_search_is_favourite (set, i);
      n_hits++;
    }
  qsort_r (hits, (size_t) n_hits, sizeof (Hit), compare_hits,
           (gpointer) set);
  for (int i = 0; i < n_hits; i++)
    out_ids[i] = hits[i].class_id;
  return n_hits;
}
