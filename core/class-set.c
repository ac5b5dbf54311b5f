// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Finding class sets and classes by name. People write class names in many
// ways ("Sky other", "sky_other", "sky", "clouds", "cloud"); the exact name
// always wins over a looser reading of it.

#include "class-set.h"

#include <string.h>

static const SpadeClassSet *const class_sets[] = {
  &spade_class_set_coco_stuff,
  &spade_class_set_ade20k,
  &spade_class_set_cityscapes,
};

static const SpadeClassSet *
find_built_in (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (class_sets); i++)
    if (g_strcmp0 (name, class_sets[i]->name) == 0)
      return class_sets[i];
  return NULL;
}

gboolean
spade_class_set_is_built_in (const char *name)
{
  return find_built_in (name) != NULL;
}

const SpadeClassSet *
spade_class_set_find (const char  *name,
                      GError     **error)
{
  const SpadeClassSet *found = find_built_in (name);
  g_autoptr (GString)  known = g_string_new (NULL);

  if (found == NULL && name != NULL)
    found = spade_class_set_find_own (name);
  if (found != NULL)
    return found;
  for (gsize i = 0; i < G_N_ELEMENTS (class_sets); i++)
    g_string_append_printf (known, "%s\"%s\"", i > 0 ? ", " : "",
                            class_sets[i]->name);
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
               "There is no class set \"%s\"; use %s.", name ? name : "",
               known->str);
  return NULL;
}

gboolean
spade_class_set_holds_unlabeled (const SpadeClassSet *set)
{
  return set->unlabeled < set->n_classes;
}

char *
spade_class_plain_name (const char *name)
{
  GString *plain = g_string_new (NULL);
  gboolean gap = FALSE;

  for (; *name != '\0'; name++)
    {
      if (g_ascii_isspace (*name) || *name == '-' || *name == '_')
        {
          gap = TRUE;
          continue;
        }
      if (gap && plain->len > 0)
        g_string_append_c (plain, '-');
      gap = FALSE;
      g_string_append_c (plain, g_ascii_tolower (*name));
    }
  return g_string_free (plain, FALSE);
}

// Gives what spade_class_plain_name() makes of a name, byte by byte; '\0' at the end.
static char
next_plain (const char **at,
            gboolean     is_first)
{
  const char *start = *at;

  while (g_ascii_isspace (**at) || **at == '-' || **at == '_')
    (*at)++;
  if (**at == '\0')
    return '\0';
  if (*at != start && !is_first)
    return '-';
  return g_ascii_tolower (*(*at)++);
}

typedef enum
{
  MATCH_NONE,
  MATCH_STEM, // the name has an "-other" or "-stuff" more
  MATCH_NAME,
} Match;

// Compares the name of a class with plain. No memory is taken: this is done for every
// class, and every entry of a palette.
static Match
match (const char *name,
       const char *plain)
{
  char     rest[8] = { 0 };
  gboolean is_first = TRUE;
  char     c;

  for (; *plain != '\0'; plain++, is_first = FALSE)
    if (next_plain (&name, is_first) != *plain)
      return MATCH_NONE;
  for (gsize i = 0; (c = next_plain (&name, is_first)) != '\0'; i++)
    {
      if (i == sizeof rest - 1)
        return MATCH_NONE;
      rest[i] = c;
    }
  if (rest[0] == '\0')
    return MATCH_NAME;
  return strcmp (rest, "-other") == 0 || strcmp (rest, "-stuff") == 0 ? MATCH_STEM
                                                                      : MATCH_NONE;
}

// Looks for a class called plain, then for the only one called so but for its
// ending.
static int
find_plain (const SpadeClassSet *set,
            const char          *plain)
{
  int found = -1;
  int n_found = 0;

  for (int i = 0; i < set->n_ids; i++)
    switch (match (set->classes[i].name, plain))
      {
      case MATCH_NAME:
        return i;
      case MATCH_STEM:
        found = i;
        n_found++;
        break;
      case MATCH_NONE:
        break;
      }
  return n_found == 1 ? found : -1;
}

// Looks for the plural of a singular, or the singular of a plural in -s or
// -es: "cloud", "trees", "bushes".
static int
find_other_number (const SpadeClassSet *set,
                   const char          *plain)
{
  gsize length = strlen (plain);
  int   found;

  if (length < 3)
    return -1;
  if (plain[length - 1] != 's')
    {
      g_autofree char *plural = g_strconcat (plain, "s", NULL);

      return find_plain (set, plural);
    }
  for (gsize cut = 1; cut <= 2; cut++)
    {
      g_autofree char *singular = g_strndup (plain, length - cut);

      found = find_plain (set, singular);
      if (found >= 0)
        return found;
      if (plain[length - 2] != 'e')
        break;
    }
  return -1;
}

int
spade_class_set_lookup (const SpadeClassSet *set,
                        const char          *name)
{
  g_autofree char *plain = NULL;
  int              found;

  if (set == NULL || name == NULL)
    return -1;
  plain = spade_class_plain_name (name);
  if (*plain == '\0')
    return -1;
  found = find_plain (set, plain);
  return found >= 0 ? found : find_other_number (set, plain);
}

// Several classes may stand for one ("palm" is tree too); that of the same name
// comes first, then the first.
int
spade_class_set_from_coco_stuff (const SpadeClassSet *set,
                                 const char          *name)
{
  int found = -1;

  if (set == &spade_class_set_coco_stuff)
    return spade_class_set_lookup (set, name);
  for (int i = 0; i < set->n_ids; i++)
    {
      if (g_strcmp0 (set->classes[i].coco_stuff, name) != 0)
        continue;
      if (strcmp (set->classes[i].name, name) == 0)
        return i;
      if (found < 0)
        found = i;
    }
  return found;
}

static int
find_name (const SpadeClassSet *set,
           const char          *name)
{
  for (int i = 0; i < set->n_ids; i++)
    if (strcmp (set->classes[i].name, name) == 0)
      return i;
  return -1;
}

int
spade_class_set_translate (const SpadeClassSet *from,
                           int                  class_id,
                           const SpadeClassSet *to)
{
  const SpadeClass *class;
  const char       *meaning;
  int               found = -1;

  if (from == NULL || to == NULL || class_id < 0 || class_id >= from->n_ids)
    return -1;
  if (from == to)
    return class_id;
  class = &from->classes[class_id];
  meaning = from == &spade_class_set_coco_stuff ? class->name : class->coco_stuff;
  if (meaning != NULL)
    found = spade_class_set_from_coco_stuff (to, meaning);
  return found >= 0 ? found : find_name (to, class->name);
}
