// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Class sets that are not built in: the classes of somebody's own data set, as a
// palette file or a model file has them. Each is kept for as long as the program
// runs, once, so that class sets are constant data like the others; they take a
// few kilobytes.

#include <string.h>

#include "class-set.h"

#define MAX_CLASSES 255 // the id after them is unlabeled
#define MAX_LENGTH 100  // bytes of a name

static GMutex     lock;
static GPtrArray *sets; // SpadeClassSet, never freed

// Gives what is wrong with the name of a class, or NULL: it must be able to stand
// in a table such as "0=tree;1=7".
static const char *
find_fault (const char *name,
            const char *plain)
{
  if (*plain == '\0')
    return "has no name";
  if (g_str_has_suffix (plain, ".gpl"))
    return "has a name that ends in \".gpl\"";
  if (strpbrk (name, ";=") != NULL)
    return "has a \";\" or \"=\" in its name";
  if (strspn (plain, "0123456789") == strlen (plain))
    return "has a number for a name";
  return NULL;
}

static gboolean
check_names (const SpadeClass  *classes,
             int                n,
             GError           **error)
{
  g_autoptr (GHashTable) known = NULL;

  known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (int i = 0; i < n; i++)
    {
      g_autofree char *plain = spade_class_plain_name (classes[i].name);
      const char      *fault = NULL;

      if (strlen (classes[i].name) > MAX_LENGTH)
        {
          g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                       "class %d has a name of more than %d bytes", i, MAX_LENGTH);
          return FALSE;
        }
      fault = find_fault (classes[i].name, plain);
      if (fault == NULL && g_hash_table_contains (known, plain))
        fault = "has the name of another";
      if (fault != NULL)
        {
          g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                       "class %d (\"%s\") %s", i, classes[i].name, fault);
          return FALSE;
        }
      g_hash_table_add (known, g_steal_pointer (&plain));
    }
  return TRUE;
}

// Gives the class of COCO-Stuff that a name means, or NULL.
static const char *
find_meaning (const char *name)
{
  const SpadeClassSet *set = &spade_class_set_coco_stuff;
  int                  class_id = spade_class_set_lookup (set, name);

  if (class_id < 0)
    class_id = spade_class_set_lookup_synonym (set, name);
  return class_id >= 0 ? set->classes[class_id].name : NULL;
}

// Gives the first class that stands for unlabeled, or n.
static int
find_unlabeled (const SpadeClass *classes,
                int               n)
{
  int i = 0;

  while (i < n && g_strcmp0 (find_meaning (classes[i].name), "unlabeled") != 0)
    i++;
  return i;
}

static const SpadeClassSet *
make (const char       *name,
      const SpadeClass *classes,
      int               n,
      int               unlabeled)
{
  SpadeClassSet *set = g_new0 (SpadeClassSet, 1);
  SpadeClass    *copy = g_new0 (SpadeClass, (gsize) n + 1);

  for (int i = 0; i < n; i++)
    {
      copy[i] = classes[i];
      copy[i].name = g_ascii_strdown (classes[i].name, -1);
      copy[i].coco_stuff = find_meaning (classes[i].name);
    }
  copy[n] = (SpadeClass) { "unlabeled", { 0, 0, 0 }, "unlabeled" };
  set->name = g_strdup (name);
  set->n_classes = n;
  set->unlabeled = unlabeled;
  set->n_ids = MAX (n, unlabeled + 1);
  set->classes = copy;
  return set;
}

static gboolean
is_same (const SpadeClassSet *set,
         const char          *name,
         const SpadeClass    *classes,
         int                  n,
         int                  unlabeled)
{
  if (strcmp (set->name, name) != 0 || set->n_classes != n ||
      set->unlabeled != unlabeled)
    return FALSE;
  for (int i = 0; i < n; i++)
    if (g_ascii_strcasecmp (set->classes[i].name, classes[i].name) != 0
        || memcmp (set->classes[i].rgb, classes[i].rgb, 3) != 0)
      return FALSE;
  return TRUE;
}

const SpadeClassSet *
spade_class_set_get_own (const char        *name,
                         const SpadeClass  *classes,
                         int                n,
                         gboolean           has_unlabeled,
                         GError           **error)
{
  const SpadeClassSet *set = NULL;
  int                  unlabeled;

  if (*name == '\0' || spade_class_set_is_built_in (name))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                   "they cannot be called \"%s\"", name);
      return NULL;
    }
  if (n < 1 || n > MAX_CLASSES)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                   "there are %d, but only 1 to %d can have names", n, MAX_CLASSES);
      return NULL;
    }
  if (!check_names (classes, n, error))
    return NULL;
  unlabeled = has_unlabeled ? n : find_unlabeled (classes, n);
  g_mutex_lock (&lock);
  if (sets == NULL)
    sets = g_ptr_array_new ();
  for (guint i = 0; i < sets->len && set == NULL; i++)
    if (is_same (sets->pdata[i], name, classes, n, unlabeled))
      set = sets->pdata[i];
  if (set == NULL)
    {
      set = make (name, classes, n, unlabeled);
      g_ptr_array_add (sets, (gpointer) set);
    }
  g_mutex_unlock (&lock);
  return set;
}

const SpadeClassSet *
spade_class_set_find_own (const char *name)
{
  const SpadeClassSet *found = NULL;

  g_mutex_lock (&lock);
  for (guint i = sets != NULL ? sets->len : 0; i-- > 0 && found == NULL;)
    {
      const SpadeClassSet *set = sets->pdata[i];

      if (strcmp (set->name, name) == 0)
        found = set;
    }
  g_mutex_unlock (&lock);
  return found;
}
