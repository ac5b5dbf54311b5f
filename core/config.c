// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Reading the config of a model from JSON text, and what is a config at all. The
// ranges are wide for any generator and narrow enough that no size made from them
// can overflow 64 bits.

#include <math.h>

#include "class-set.h"
#include "file-error.h"
#include "json-read.h"
#include "model-private.h"

#define MAX_CROP_SIZE 16384

static const char *const upsampling_names[] = { "normal", "more", "most" };

const char *
spade_upsampling_get_name (SpadeUpsampling upsampling)
{
  return upsampling_names[upsampling];
}

gboolean
spade_upsampling_find (const char *name, SpadeUpsampling *out_upsampling)
{
  for (guint i = 0; i < G_N_ELEMENTS (upsampling_names); i++)
    if (g_strcmp0 (name, upsampling_names[i]) == 0)
      {
        *out_upsampling = (SpadeUpsampling) i;
        return TRUE;
      }
  return FALSE;
}

static const char *const generator_names[] = { "spade", "imaginaire" };

const char *
spade_generator_get_name (SpadeGeneratorKind generator)
{
  return generator_names[generator];
}

static const char *const norm_names[] = { "none", "batch", "instance" };
static const char *const encoder_norm_names[] = { "none", "instance" };

const char *
spade_norm_get_name (SpadeNorm norm)
{
  return norm_names[norm];
}

// What is being read; the first fault stays, and later reads give nothing.
typedef struct
{
  JsonObject   *object;
  const char   *prefix; // "encoder." or ""
  GStringChunk *strings;
  GError      **error;
  gboolean      ok;
} Reader;

static void G_GNUC_PRINTF (3, 4)
fail (Reader *reader, const char *key, const char *format, ...)
{
  va_list          args;
  g_autofree char *what = NULL;

  if (!reader->ok)
    return;
  reader->ok = FALSE;
  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (reader->error, SPADE_ERROR, SPADE_ERROR_MODEL,
               "\"%s%s\" in its config %s", reader->prefix, key, what);
}

static int
read_int (Reader *reader, const char *key, int minimum, int maximum)
{
  JsonNode *node = json_object_get_member (reader->object, key);
  gint64    value = minimum;

  if (!spade_json_get_int (node, minimum, maximum, &value))
    fail (reader, key, "must be a whole number from %d to %d", minimum,
          maximum);
  return (int) value;
}

static gboolean
read_boolean (Reader *reader, const char *key, gboolean is_needed)
{
  JsonNode *node = json_object_get_member (reader->object, key);

  if (node == NULL && !is_needed)
    return FALSE;
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    {
      fail (reader, key, "must be true or false");
      return FALSE;
    }
  return json_node_get_boolean (node);
}

// Gives "" where the key is missing. The text is shown to people.
static const char *
read_string (Reader *reader, const char *key)
{
  JsonNode *node = json_object_get_member (reader->object, key);
  char     *text;

  if (node == NULL)
    return "";
  if (!JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_STRING)
    {
      fail (reader, key, "must be a string");
      return "";
    }
  text = g_string_chunk_insert (reader->strings, json_node_get_string (node));
  spade_hide_controls (text);
  return text;
}

// Gives the number of the word among words first...last.
static int
read_word (Reader            *reader,
           const char        *key,
           const char *const *words,
           int                first,
           int                last)
{
  const char *word = read_string (reader, key);
  g_autoptr (GString) choice = g_string_new (NULL);

  for (int i = first; i <= last; i++)
    {
      if (strcmp (word, words[i]) == 0)
        return i;
      g_string_append_printf (choice, "%s\"%s\"", i == first ? "" : " or ",
                              words[i]);
    }
  fail (reader, key, "must be %s", choice->str);
  return first;
}

// Gives the text at a place of a list, or "".
static const char *
get_text (JsonArray *array, int i)
{
  JsonNode *node = json_array_get_element (array, (guint) i);

  return JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : "";
}

// Reads "#a8c832".
static gboolean
read_colour (const char *text, guint8 rgb[3])
{
  if (*text != '#' || strlen (text) != 7
      || strspn (text + 1, "0123456789abcdef") != 6)
    return FALSE;
  for (int c = 0; c < 3; c++)
    rgb[c] = (guint8) (16 * g_ascii_xdigit_value (text[1 + 2 * c])
                       + g_ascii_xdigit_value (text[2 + 2 * c]));
  return TRUE;
}

// Reads the names and colours of classes that are the model's own.
static void
read_own_classes (Reader *reader, SpadeConfig *config)
{
  static const char *const keys[] = { "class_names", "class_colours" };
  JsonArray               *arrays[2] = { NULL, NULL };
  SpadeClass               classes[256] = { 0 };
  g_autoptr (GError)       fault = NULL;

  for (int i = 0; i < 2; i++)
    {
      JsonNode *node = json_object_get_member (reader->object, keys[i]);

      if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
        arrays[i] = json_node_get_array (node);
      if (arrays[i] == NULL
          || json_array_get_length (arrays[i]) != (guint) config->n_classes)
        {
          fail (reader, keys[i], "must be a list with one for each class");
          return;
        }
    }
  for (int i = 0; i < config->n_classes; i++)
    {
      char *name = g_string_chunk_insert (reader->strings,
                                          get_text (arrays[0], i));

      spade_hide_controls (name);
      classes[i].name = name;
      if (!read_colour (get_text (arrays[1], i), classes[i].rgb))
        fail (reader, "class_colours", "must be of the form \"#a8c832\"");
    }
  config->class_set = spade_class_set_get_own (config->class_set_name, classes,
                                               config->n_classes,
                                               config->has_unlabeled, &fault);
  if (fault != NULL)
    fail (reader, "class_names", "cannot be used: %s", fault->message);
}

static void
read_classes (Reader *reader, SpadeConfig *config)
{
  config->has_unlabeled = read_boolean (reader, "unlabeled", TRUE);
  config->has_edge = read_boolean (reader, "edge", TRUE);
  config->n_classes = read_int (reader, "classes", 1,
                                config->has_unlabeled ? 255 : 256);
  config->class_set_name = read_string (reader, "class_set");
  config->class_set = NULL;
  if (json_object_has_member (reader->object, "class_names"))
    read_own_classes (reader, config);
  else if (spade_class_set_is_built_in (config->class_set_name))
    config->class_set = spade_class_set_find (config->class_set_name, NULL);
  if (config->class_set != NULL
      && config->class_set->n_classes != config->n_classes)
    fail (reader, "classes", "is %d, but the class set \"%s\" has %d",
          config->n_classes, config->class_set_name,
          config->class_set->n_classes);
  if (config->class_set != NULL && config->has_unlabeled
      && spade_class_set_holds_unlabeled (config->class_set))
    fail (reader, "unlabeled", "must be false: it is one of the classes of "
          "\"%s\"", config->class_set_name);
}

static void
read_known_classes (Reader *reader, SpadeConfig *config)
{
  JsonNode  *node = json_object_get_member (reader->object, "known_classes");
  int        n_ids = spade_config_get_n_ids (config);
  JsonArray *array;

  memset (config->knows, 0, sizeof config->knows);
  if (node == NULL)
    {
      for (int i = 0; i < n_ids; i++)
        config->knows[i] = TRUE;
      return;
    }
  if (!JSON_NODE_HOLDS_ARRAY (node))
    {
      fail (reader, "known_classes", "must be a list of class ids");
      return;
    }
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      gint64 id = 0;

      if (!spade_json_get_int (json_array_get_element (array, i), 0,
                               n_ids - 1, &id))
        fail (reader, "known_classes", "holds something that is no class id");
      config->knows[id] = TRUE;
    }
  // Training uses that one, whether the list names it or not.
  if (spade_config_get_unlabeled (config) >= 0)
    config->knows[spade_config_get_unlabeled (config)] = TRUE;
}

static void
read_encoder (Reader *reader, SpadeConfig *config)
{
  JsonNode *node = json_object_get_member (reader->object, "encoder");
  Reader    inner = *reader;

  config->encoder_nf = 0;
  config->encoder_layers = 0;
  config->encoder_size = 0;
  config->encoder_norm = SPADE_NORM_NONE;
  if (node == NULL)
    return;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      fail (reader, "encoder", "must be an object");
      return;
    }
  inner.object = json_node_get_object (node);
  inner.prefix = "encoder.";
  config->encoder_nf = read_int (&inner, "nf", 1, 1024);
  config->encoder_layers = read_int (&inner, "layers", 5, 6);
  config->encoder_size = read_int (&inner, "size", 32, 1024);
  if (read_word (&inner, "norm", encoder_norm_names, 0, 1) == 1)
    config->encoder_norm = SPADE_NORM_INSTANCE;
  reader->ok = inner.ok;
}

// What ranges alone cannot say. Gives the fault and its key, or NULL.
static const char *
find_fault (const SpadeConfig *config, const char **out_key)
{
  *out_key = "kernel";
  if (config->kernel % 2 == 0)
    return "must be 1, 3 or 5";
  *out_key = "nf";
  if (config->upsampling == SPADE_UPSAMPLING_MOST && config->nf < 2)
    return "must be at least 2 with \"most\" upsampling";
  *out_key = "single_middle";
  if (config->has_single_middle
      && config->upsampling != SPADE_UPSAMPLING_NORMAL)
    return "must be false with \"more\" and \"most\" upsampling";
  *out_key = "z_in_map";
  if (config->has_z_in_map && config->z_dim == 0)
    return "makes no sense without z_dim";
  *out_key = "generator";
  if (config->generator == SPADE_GENERATOR_IMAGINAIRE
      && (config->z_dim == 0 || config->has_z_in_map || config->has_noise
          || config->has_single_middle || config->n_extra > 0
          || config->norm != SPADE_NORM_BATCH))
    return "is \"imaginaire\", which has z, batch norm and nothing of z_in_map, "
           "noise, single_middle and extra_channels";
  *out_key = "encoder";
  if (config->encoder_nf > 0 && config->z_dim == 0)
    return "makes no sense without z_dim";
  *out_key = "encoder.size";
  if (config->encoder_nf > 0
      && config->encoder_size % (1 << config->encoder_layers) != 0)
    return "must be divisible by 2 once per layer";
  return NULL;
}

int
spade_config_get_trained_side (const SpadeConfig *config)
{
  double shape = (double) config->base_height / config->base_width;

  return (int) CLAMP (round (config->crop_size * sqrt (shape)), 1, MAX_CROP_SIZE);
}

static void
read_config (Reader *reader, SpadeConfig *config)
{
  const char *fault, *key;
  const char *colour;

  if (json_object_has_member (reader->object, "format")
      && read_int (reader, "format", 1, G_MAXINT) != 1)
    fail (reader, "format", "is newer than this program; update it");
  read_int (reader, "format", 1, 1);
  config->name = read_string (reader, "name");
  config->description = read_string (reader, "description");
  config->licence = read_string (reader, "licence");
  read_classes (reader, config);
  if (json_object_has_member (reader->object, "generator"))
    config->generator = (SpadeGeneratorKind) read_word (
        reader, "generator", generator_names, 0, SPADE_GENERATOR_IMAGINAIRE);
  config->upsampling = (SpadeUpsampling) read_word (
      reader, "upsampling", upsampling_names, 0, SPADE_UPSAMPLING_MOST);
  config->has_single_middle = read_boolean (reader, "single_middle", FALSE);
  config->nf = read_int (reader, "nf", 1, 1024);
  if (json_object_has_member (reader->object, "extra_channels"))
    config->n_extra = read_int (reader, "extra_channels", 0, 1024);
  config->nhidden = read_int (reader, "nhidden", 1, 1024);
  config->norm = (SpadeNorm) read_word (reader, "norm", norm_names,
                                        SPADE_NORM_BATCH, SPADE_NORM_INSTANCE);
  config->kernel = read_int (reader, "kernel", 1, 5);
  config->has_noise = read_boolean (reader, "noise", FALSE);
  config->z_dim = read_int (reader, "z_dim", 0, 4096);
  config->has_z_in_map = read_boolean (reader, "z_in_map", FALSE);
  config->base_height = read_int (reader, "base_height", 1, 64);
  config->base_width = read_int (reader, "base_width", 1, 64);
  config->crop_size = read_int (reader, "crop_size", 1, MAX_CROP_SIZE);
  config->native_size = spade_config_get_trained_side (config);
  if (json_object_has_member (reader->object, "native_size"))
    config->native_size = read_int (reader, "native_size", 1, MAX_CROP_SIZE);
  read_encoder (reader, config);
  config->is_untrained = read_boolean (reader, "untrained", FALSE);
  colour = read_string (reader, "colour");
  if (colour[0] != '\0' && strcmp (colour, "sRGB") != 0)
    fail (reader, "colour", "must be \"sRGB\"");
  read_known_classes (reader, config);
  fault = find_fault (config, &key);
  if (fault != NULL)
    fail (reader, key, "%s", fault);
}

gboolean
spade_config_parse (const char   *json,
                    SpadeConfig  *out_config,
                    GStringChunk *strings,
                    GError      **error)
{
  g_autoptr (JsonObject) object = NULL;
  Reader reader = { NULL, "", strings, error, TRUE };

  memset (out_config, 0, sizeof *out_config);
  object = spade_json_parse (json, strlen (json), error);
  if (object == NULL)
    {
      g_prefix_error (error, "its config cannot be read: ");
      return FALSE;
    }
  reader.object = object;
  read_config (&reader, out_config);
  return reader.ok;
}
