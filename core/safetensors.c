// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Reading safetensors. Nothing in the header is believed: a tensor is listed
// only after its bytes are known to lie in the file, to be just as many as its
// shape asks for and to belong to no other tensor.

#include "safetensors.h"
#include "file-error.h"
#include "include/spade-types.h"
#include "json-read.h"

// A header of 100 tensors takes 10 KiB; this leaves room and stops a bomb.
#define MAX_HEADER (G_GUINT64_CONSTANT (16) << 20)

struct _SpadeSafetensors
{
  GMappedFile *mapped;
  const char  *data; // after the header
  gsize        data_size;
  GArray      *tensors; // SpadeTensor, in the order of their data
  GHashTable  *by_name; // name -> SpadeTensor, borrowed
  GHashTable  *metadata;
  GStringChunk *names;
};

static const char *const dtypes[] = {
  [SPADE_DTYPE_F32] = "F32", [SPADE_DTYPE_BF16] = "BF16",
  [SPADE_DTYPE_F16] = "F16", [SPADE_DTYPE_U8] = "U8",
  [SPADE_DTYPE_U16] = "U16", [SPADE_DTYPE_I64] = "I64",
};

static gboolean
parse_dtype (JsonObject *object, SpadeDType *out_dtype)
{
  JsonNode   *node = json_object_get_member (object, "dtype");
  const char *name;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_STRING)
    return FALSE;
  name = json_node_get_string (node);
  for (guint i = 0; i < G_N_ELEMENTS (dtypes); i++)
    if (strcmp (name, dtypes[i]) == 0)
      {
        *out_dtype = (SpadeDType) i;
        return TRUE;
      }
  return FALSE;
}

// Gives the array of that name, or NULL.
static JsonArray *
get_array (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node)
             ? json_node_get_array (node)
             : NULL;
}

// Reads shape; out_size becomes the bytes it asks for. No product can
// overflow, because each is kept within what the file holds.
static gboolean
parse_shape (JsonObject  *object,
             gsize        data_size,
             SpadeTensor *tensor,
             gsize       *out_size)
{
  JsonArray *shape = get_array (object, "shape");
  gboolean   is_empty = FALSE;
  guint64    size = spade_dtype_get_size (tensor->dtype);

  if (shape == NULL || json_array_get_length (shape) > SPADE_MAX_DIMS)
    return FALSE;
  tensor->n_dims = (int) json_array_get_length (shape);
  for (int i = 0; i < tensor->n_dims; i++)
    {
      JsonNode *node = json_array_get_element (shape, (guint) i);
      gint64    side;

      if (!spade_json_get_int (node, 0, G_MAXINT64, &side))
        return FALSE;
      tensor->shape[i] = side;
      is_empty |= side == 0;
    }
  for (int i = 0; i < tensor->n_dims; i++)
    {
      // Sides beside a 0 have no bytes to be measured by.
      if ((guint64) tensor->shape[i] > (is_empty ? 65535 : data_size / size))
        return FALSE;
      if (!is_empty)
        size *= (guint64) tensor->shape[i];
    }
  *out_size = is_empty ? 0 : (gsize) size;
  return TRUE;
}

static gboolean
parse_tensor (SpadeSafetensors *file,
              const char       *name,
              JsonNode         *node,
              GError          **error)
{
  SpadeTensor tensor = { 0 };
  JsonObject *object;
  JsonArray  *offsets;
  gint64      begin, end;
  gsize       size;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return spade_model_fail (error, "its entry \"%s\" is not a tensor", name);
  object = json_node_get_object (node);
  if (!parse_dtype (object, &tensor.dtype))
    return spade_model_fail (error, "the tensor \"%s\" has a dtype that is "
                             "not supported", name);
  if (!parse_shape (object, file->data_size, &tensor, &size))
    return spade_model_fail (error, "the tensor \"%s\" has a shape that is "
                             "impossible", name);

  offsets = get_array (object, "data_offsets");
  if (offsets == NULL || json_array_get_length (offsets) != 2
      || !spade_json_get_int (json_array_get_element (offsets, 0), 0,
                              (gint64) file->data_size, &begin)
      || !spade_json_get_int (json_array_get_element (offsets, 1), begin,
                              (gint64) file->data_size, &end))
    return spade_model_fail (error, "the data of the tensor \"%s\" lies "
                             "outside the file", name);
  if ((gsize) (end - begin) != size)
    return spade_model_fail (error, "the data of the tensor \"%s\" does not "
                             "fit its shape", name);

  tensor.name = g_string_chunk_insert (file->names, name);
  tensor.data = file->data + begin;
  g_array_append_val (file->tensors, tensor);
  return TRUE;
}

static gboolean
parse_metadata (SpadeSafetensors *file, JsonNode *node, GError **error)
{
  JsonObjectIter iter;
  const char    *key;
  JsonNode      *value;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return spade_model_fail (error, "its metadata is not an object");
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &key, &value))
    {
      if (!JSON_NODE_HOLDS_VALUE (value)
          || json_node_get_value_type (value) != G_TYPE_STRING)
        return spade_model_fail (error,
                                 "its metadata \"%s\" is not a string", key);
      g_hash_table_insert (file->metadata, g_strdup (key),
                           g_strdup (json_node_get_string (value)));
    }
  return TRUE;
}

static int
compare_data (gconstpointer a, gconstpointer b)
{
  const SpadeTensor *first = a, *second = b;

  if (first->data != second->data)
    return (const char *) first->data < (const char *) second->data ? -1 : 1;
  // Tensors without elements stand before the one that begins there.
  return (spade_tensor_n_elements (first) != 0)
         - (spade_tensor_n_elements (second) != 0);
}

// Puts the tensors in the order of their data and makes sure that they cover
// it without gap or overlap.
static gboolean
check_layout (SpadeSafetensors *file, GError **error)
{
  const char *end = file->data;

  g_array_sort (file->tensors, compare_data);
  for (guint i = 0; i < file->tensors->len; i++)
    {
      SpadeTensor *tensor = &g_array_index (file->tensors, SpadeTensor, i);
      const char  *data = tensor->data;

      if (data < end)
        return spade_model_fail (error, "the tensor \"%s\" overlaps "
                                 "another", tensor->name);
      if (data > end)
        return spade_model_fail (error, "it has a gap before the tensor \"%s\"",
                     tensor->name);
      end += (gsize) spade_tensor_n_elements (tensor)
             * spade_dtype_get_size (tensor->dtype);
      g_hash_table_insert (file->by_name, (gpointer) tensor->name, tensor);
    }
  if (end != file->data + file->data_size)
    return spade_model_fail (error, "it has bytes that belong to no tensor");
  return TRUE;
}

static gboolean
parse_header (SpadeSafetensors *file, GError **error)
{
  const char *contents = g_mapped_file_get_contents (file->mapped);
  gsize       length = g_mapped_file_get_length (file->mapped);
  guint64     header_size;
  g_autoptr (JsonObject) header = NULL;
  JsonObjectIter iter;
  const char    *name;
  JsonNode      *node;

  if (length < 8)
    return spade_model_fail (error, "it is too short");
  memcpy (&header_size, contents, 8);
  header_size = GUINT64_FROM_LE (header_size);
  if (header_size > MAX_HEADER)
    return spade_model_fail (error, "it has no safetensors header");
  if (header_size > length - 8)
    return spade_model_fail (error, "it is cut off in its header");
  file->data = contents + 8 + header_size;
  file->data_size = length - 8 - header_size;

  header = spade_json_parse (contents + 8, header_size, error);
  if (header == NULL)
    {
      g_prefix_error (error, "its header cannot be read: ");
      return FALSE;
    }
  json_object_iter_init (&iter, header);
  while (json_object_iter_next (&iter, &name, &node))
    {
      gboolean ok = strcmp (name, "__metadata__") == 0
                        ? parse_metadata (file, node, error)
                        : parse_tensor (file, name, node, error);

      if (!ok)
        return FALSE;
    }
  return check_layout (file, error);
}

SpadeSafetensors *
spade_safetensors_open (const char *path, GError **error)
{
  g_autoptr (SpadeSafetensors) file = g_new0 (SpadeSafetensors, 1);
  g_autoptr (GError) fault = NULL;

  file->tensors = g_array_new (FALSE, FALSE, sizeof (SpadeTensor));
  file->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  file->metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          g_free);
  file->names = g_string_chunk_new (4096);
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                   "\"%s\" is a folder, not a model file.", path);
      return NULL;
    }
  if (g_file_test (path, G_FILE_TEST_EXISTS)
      && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                   "\"%s\" is no regular file; name a model file.", path);
      return NULL;
    }
  file->mapped = g_mapped_file_new (path, FALSE, &fault);
  if (file->mapped == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                   "The model file cannot be opened: %s.", fault->message);
      return NULL;
    }
  if (!parse_header (file, &fault))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MODEL,
                   "\"%s\" is not an intact .safetensors file: %s.", path,
                   fault->message);
      return NULL;
    }
  return g_steal_pointer (&file);
}

void
spade_safetensors_free (SpadeSafetensors *file)
{
  if (file == NULL)
    return;
  g_array_unref (file->tensors);
  g_hash_table_unref (file->by_name);
  g_hash_table_unref (file->metadata);
  g_string_chunk_free (file->names);
  g_clear_pointer (&file->mapped, g_mapped_file_unref);
  g_free (file);
}

const SpadeTensor *
spade_safetensors_get (const SpadeSafetensors *file, const char *name)
{
  return g_hash_table_lookup (file->by_name, name);
}

const SpadeTensor *
spade_safetensors_list (const SpadeSafetensors *file, int *out_n)
{
  *out_n = (int) file->tensors->len;
  return (const SpadeTensor *) (gpointer) file->tensors->data;
}

const char *
spade_safetensors_get_metadata (const SpadeSafetensors *file, const char *key)
{
  return g_hash_table_lookup (file->metadata, key);
}
