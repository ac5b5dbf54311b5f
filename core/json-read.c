// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// See json-read.h. json-glib keeps the last of two members of one name and
// recurses once per level of nesting; both are counted here.

#include "json-read.h"
#include "include/spade-types.h"

#define MAX_DEPTH 16

// Members seen by the parser less members kept: above 0 for a repeated name.
static void
count_member (JsonParser *parser,
              JsonObject *object,
              const char *name,
              gpointer    user_data)
{
  gint64 *surplus = user_data;

  (*surplus)++;
}

static void
count_object (JsonParser *parser, JsonObject *object, gpointer user_data)
{
  gint64 *surplus = user_data;

  *surplus -= json_object_get_size (object);
}

static gboolean
is_shallow (const char *text, gsize length)
{
  gboolean in_string = FALSE;
  int      depth = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (in_string && text[i] == '\\')
        i++;
      else if (text[i] == '"')
        in_string = !in_string;
      else if (!in_string && (text[i] == '{' || text[i] == '['))
        {
          if (++depth > MAX_DEPTH)
            return FALSE;
        }
      else if (!in_string && (text[i] == '}' || text[i] == ']'))
        depth--;
      else if (!in_string && (text[i] == '/' || text[i] == '\''))
        return FALSE; // comments and other quotes would hide brackets
    }
  return TRUE;
}

JsonObject *
spade_json_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  gint64      surplus = 0;
  JsonNode   *root;
  const char *fault = NULL;

  g_signal_connect (parser, "object-member", G_CALLBACK (count_member),
                    &surplus);
  g_signal_connect (parser, "object-end", G_CALLBACK (count_object), &surplus);

  // g_utf8_validate_len() refuses NUL bytes as well.
  if (length == 0 || length > G_MAXSSIZE
      || !g_utf8_validate_len (text, length, NULL))
    fault = "it is not UTF-8 text";
  else if (!is_shallow (text, length))
    fault = "it is not plain JSON or nested too deeply";
  else if (!json_parser_load_from_data (parser, text, (gssize) length, NULL))
    fault = "it is not valid JSON";
  else if (surplus != 0)
    fault = "it gives a name twice";
  else
    {
      root = json_parser_get_root (parser);
      if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
        return json_object_ref (json_node_get_object (root));
      fault = "it is not a JSON object";
    }
  g_set_error_literal (error, SPADE_ERROR, SPADE_ERROR_MODEL, fault);
  return NULL;
}

gboolean
spade_json_get_int (JsonNode *node,
                    gint64    minimum,
                    gint64    maximum,
                    gint64   *out_value)
{
  gint64 value;

  // A number beyond 64 bits reaches us as a negative one or as a double.
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  value = json_node_get_int (node);
  if (value < minimum || value > maximum)
    return FALSE;
  *out_value = value;
  return TRUE;
}
