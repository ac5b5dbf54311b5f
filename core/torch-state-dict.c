// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// See torch-state-dict.h. A dict may be in another a million times, and in
// itself: each is looked through once.

#include "torch-state-dict.h"
#include "file-error.h"

#include <string.h>

// Of dicts, looked through for the one that holds tensors.
#define MAX_ITEMS 4000000
// Networks that are named where there are several.
#define MAX_FOUND 3

typedef struct
{
  const SpadePickleValue *dict;
  char                   *prefix; // before the key
} Place;

static void
clear_place (gpointer data)
{
  g_free (((Place *) data)->prefix);
}

// Gives how long the prefix before key is in name, or -1.
static gssize
match (const SpadePickleValue *name, const char *key)
{
  gsize length;

  if (name->kind != SPADE_PICKLE_STRING
      || name->text_size > SPADE_PICKLE_MAX_NAME
      || !g_str_has_suffix (name->text, key))
    return -1;
  length = strlen (name->text) - strlen (key);
  return length == 0 || name->text[length - 1] == '.' ? (gssize) length : -1;
}

static void
add_place (GArray *places, const SpadePickleValue *dict, const char *prefix)
{
  Place place = { dict, NULL };

  for (guint i = 0; i < places->len; i++)
    {
      const Place *other = &g_array_index (places, Place, i);

      if (other->dict == dict && strcmp (other->prefix, prefix) == 0)
        return;
    }
  place.prefix = g_strdup (prefix);
  g_array_append_val (places, place);
}

// Notes where key is in one dict, and the dicts in it that are new.
static void
look_through (const SpadePickleValue *dict,
              const char             *key,
              GPtrArray              *queue,
              GHashTable             *names,
              GArray                 *places)
{
  for (guint i = 0; dict->items != NULL && i + 1 < dict->items->len; i += 2)
    {
      const SpadePickleValue *name = g_ptr_array_index (dict->items, i);
      const SpadePickleValue *value = g_ptr_array_index (dict->items, i + 1);

      if (value->kind == SPADE_PICKLE_DICT
          && !g_hash_table_contains (names, value))
        {
          g_hash_table_insert (names, (gpointer) value, (gpointer) name);
          g_ptr_array_add (queue, (gpointer) value);
        }
      if (value->kind == SPADE_PICKLE_TENSOR && match (name, key) >= 0
          && places->len < MAX_FOUND)
        {
          g_autofree char *prefix = g_strndup (name->text,
                                               (gsize) match (name, key));

          add_place (places, dict, prefix);
        }
    }
}

// What a place is called: the name of its dict, and the prefix in that.
static char *
describe (const Place *place, GHashTable *names)
{
  const SpadePickleValue *name = g_hash_table_lookup (names, place->dict);
  const char             *dict = name == NULL                       ? ""
                                 : name->kind == SPADE_PICKLE_STRING ? name->text
                                                                     : "?";
  gsize                   length = strlen (place->prefix);

  if (length == 0)
    return g_strdup (name != NULL ? dict : "the whole");
  return g_strdup_printf ("%s%s%.*s", dict, name != NULL ? "." : "",
                          (int) length - 1, place->prefix);
}

static gboolean
refuse_several (GArray *places, GHashTable *names, GError **error)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < places->len; i++)
    {
      g_autofree char *name = describe (&g_array_index (places, Place, i),
                                        names);

      g_string_append_printf (list, "%s%.60s", i > 0 ? ", " : "", name);
    }
  return spade_checkpoint_fail (error, "it holds several networks of that kind "
                                "(%s); save the state dict of one alone",
                                list->str);
}

// FALSE with an error where there are several; out_dict becomes NULL where key
// is nowhere.
static gboolean
find_key (const SpadePickleValue  *root,
          const char              *key,
          const SpadePickleValue **out_dict,
          char                   **out_prefix,
          GError                 **error)
{
  g_autoptr (GPtrArray) queue = g_ptr_array_new ();
  g_autoptr (GHashTable) names = g_hash_table_new (NULL, NULL); // dict -> key
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (Place));

  *out_dict = NULL;
  g_array_set_clear_func (places, clear_place);
  g_hash_table_insert (names, (gpointer) root, NULL);
  g_ptr_array_add (queue, (gpointer) root);
  for (guint i = 0; i < queue->len && places->len < MAX_FOUND; i++)
    look_through (g_ptr_array_index (queue, i), key, queue, names, places);
  if (places->len > 1)
    return refuse_several (places, names, error);
  if (places->len == 1)
    {
      Place *place = &g_array_index (places, Place, 0);

      *out_dict = place->dict;
      *out_prefix = g_steal_pointer (&place->prefix);
    }
  return TRUE;
}

// Says whether a tensor is directly in a dict. Looks at no more than *left items
// and takes off those it saw.
static gboolean
has_tensors (const SpadePickleValue *dict, guint *left)
{
  for (guint i = 0; dict->items != NULL && i + 1 < dict->items->len; i += 2)
    {
      const SpadePickleValue *key = g_ptr_array_index (dict->items, i);
      const SpadePickleValue *value = g_ptr_array_index (dict->items, i + 1);

      if (*left == 0)
        return FALSE;
      (*left)--;
      if (key->kind == SPADE_PICKLE_STRING
          && value->kind == SPADE_PICKLE_TENSOR)
        return TRUE;
    }
  return FALSE;
}

// Gives the dict that holds tensors of any name: root, or the only one in it.
static const SpadePickleValue *
find_any (const SpadePickleValue *root, GError **error)
{
  const SpadePickleValue *found = NULL;
  guint                   left = MAX_ITEMS;

  if (has_tensors (root, &left))
    return root;
  for (guint i = 0; root->items != NULL && i + 1 < root->items->len; i += 2)
    {
      const SpadePickleValue *value = g_ptr_array_index (root->items, i + 1);

      if (value == found || value->kind != SPADE_PICKLE_DICT
          || !has_tensors (value, &left))
        continue;
      if (found != NULL)
        {
          spade_checkpoint_fail (error, "it holds several state dicts; save "
                                 "the generator's alone");
          return NULL;
        }
      found = value;
    }
  if (found == NULL)
    spade_checkpoint_fail (error, "it does not hold a state dict");
  return found;
}

const SpadePickleValue *
spade_torch_find_state_dict (const SpadePickleValue *root,
                             const char *const      *keys,
                             char                  **out_prefix,
                             GError                **error)
{
  const SpadePickleValue *dict = NULL;

  *out_prefix = NULL;
  if (root->kind != SPADE_PICKLE_DICT)
    {
      spade_checkpoint_fail (error, "it does not hold a state dict");
      return NULL;
    }
  for (; keys != NULL && *keys != NULL; keys++)
    {
      if (!find_key (root, *keys, &dict, out_prefix, error))
        return NULL;
      if (dict != NULL)
        return dict;
    }
  return find_any (root, error);
}
