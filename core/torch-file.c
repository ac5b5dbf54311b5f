// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// See torch-file.h. The legacy stream is five pickles (a magic number, the
// protocol, facts about the machine, the object, the keys of the storages in
// the order of their data) and then, per key, a count and the numbers.
// Source: torch/serialization.py.

#include "torch-file.h"
#include "include/spade-types.h"
#include "torch-state-dict.h"
#include "torch-zip.h"
#include "unpickle-private.h"

#define PROTOCOL 1001

static const guint8 magic[10] = { 0x6c, 0xfc, 0x9c, 0x46, 0xf9,
                                  0x20, 0x6a, 0xa8, 0x50, 0x19 };

struct _SpadeTorchFile
{
  GMappedFile    *mapped;
  SpadeUnpickler *unpickler;
  GPtrArray      *blocks;  // data unpacked from a zip
  GArray         *tensors; // SpadeTorchTensor
  GPtrArray      *values;  // what the pickle says of each
  GHashTable     *by_name; // name -> number + 1
  gboolean        is_zip;
};

typedef struct
{
  SpadeUnpickler *unpickler;
  const guint8   *next;
  gsize           left;
} Stream;

static const SpadePickleValue *
load_next (Stream *stream, GError **error)
{
  const SpadePickleValue *value;
  gsize                   used = 0;

  value = spade_unpickler_load (stream->unpickler, stream->next, stream->left,
                                &used, error);
  stream->next += used;
  stream->left -= used;
  return value;
}

// The three pickles before the object.
static gboolean
check_preamble (Stream *stream, GError **error)
{
  const SpadePickleValue *value = load_next (stream, error);
  const SpadePickleValue *order;

  if (value == NULL)
    return FALSE;
  if (value->kind != SPADE_PICKLE_BIG || value->text_size != sizeof magic
      || memcmp (value->text, magic, sizeof magic) != 0)
    return spade_checkpoint_fail (error, "it is a pickle that torch.save did "
                                  "not write");
  value = load_next (stream, error);
  if (value == NULL)
    return FALSE;
  if (value->kind != SPADE_PICKLE_INT || value->integer != PROTOCOL)
    return spade_checkpoint_fail (error, "it is of a protocol that is not "
                                  "known");
  value = load_next (stream, error);
  if (value == NULL)
    return FALSE;
  order = spade_pickle_lookup (value, "little_endian");
  if (order == NULL || order->kind != SPADE_PICKLE_BOOL || !order->integer)
    return spade_checkpoint_fail (error, "it is big-endian; save it on a "
                                  "little-endian machine");
  return TRUE;
}

// One storage: a count, then so many numbers, left where they are.
static gboolean
find_storage (Stream *stream, const SpadePickleValue *key, GError **error)
{
  GHashTable   *storages = spade_unpickler_get_storages (stream->unpickler);
  SpadeStorage *storage = NULL;
  gint64        n_elements;
  gsize         size;

  if (key->kind == SPADE_PICKLE_STRING)
    storage = g_hash_table_lookup (storages, key->text);
  if (storage == NULL || storage->data != NULL)
    return spade_checkpoint_fail (error, "it contradicts itself about a "
                                  "storage");
  if (stream->left < 8)
    return spade_checkpoint_fail (error, "it is cut off in its weights");
  memcpy (&n_elements, stream->next, 8);
  if (n_elements != storage->n_elements)
    return spade_checkpoint_fail (error, "it contradicts itself about the "
                                  "length of a storage");
  // At most 2^40 elements: the product fits.
  size = (gsize) n_elements * spade_storage_type_get_size (storage->type);
  if (size > stream->left - 8)
    return spade_checkpoint_fail (error, "it is cut off in its weights");
  storage->data = stream->next + 8;
  stream->next += 8 + size;
  stream->left -= 8 + size;
  return TRUE;
}

static const SpadePickleValue *
read_legacy (SpadeTorchFile *file,
             const guint8   *bytes,
             gsize           size,
             GError        **error)
{
  Stream                  stream = { file->unpickler, bytes, size };
  const SpadePickleValue *root, *keys;

  if (!check_preamble (&stream, error))
    return NULL;
  root = load_next (&stream, error);
  if (root == NULL)
    return NULL;
  keys = load_next (&stream, error);
  if (keys == NULL)
    return NULL;
  if (keys->kind != SPADE_PICKLE_LIST)
    {
      spade_checkpoint_fail (error, "its list of storages is missing");
      return NULL;
    }
  for (guint i = 0; keys->items != NULL && i < keys->items->len; i++)
    if (!find_storage (&stream, g_ptr_array_index (keys->items, i), error))
      return NULL;
  return root;
}

// Whether it begins as a .safetensors file: the length of its JSON, and that.
static gboolean
is_safetensors (const guint8 *bytes, gsize size)
{
  guint64 length;

  if (size < 10)
    return FALSE;
  memcpy (&length, bytes, 8);
  length = GUINT64_FROM_LE (length);
  return bytes[8] == '{' && bytes[9] == '"' && length <= size - 8;
}

static const SpadePickleValue *
read_root (SpadeTorchFile *file, GError **error)
{
  const guint8 *bytes = (gpointer) g_mapped_file_get_contents (file->mapped);
  gsize         size = g_mapped_file_get_length (file->mapped);

  file->is_zip = size >= 4 && memcmp (bytes, "PK\3\4", 4) == 0;
  if (file->is_zip)
    return spade_torch_zip_read (bytes, size, file->unpickler, error);
  if (is_safetensors (bytes, size))
    {
      spade_checkpoint_fail (error, "it is a .safetensors file already; a "
                             "model needs no import");
      return NULL;
    }
  if (size >= 2 && bytes[0] == 0x80)
    return read_legacy (file, bytes, size, error);
  spade_checkpoint_fail (error, size == 0 ? "it is empty"
                                          : "torch.save did not write it");
  return NULL;
}

// Gives a tensor's name in its network, or NULL where it is of another.
static const char *
skip_prefix (const char *name, const char *prefix)
{
  if (prefix != NULL)
    return g_str_has_prefix (name, prefix) ? name + strlen (prefix) : NULL;
  while (g_str_has_prefix (name, "module."))
    name += strlen ("module.");
  return name;
}

// Data is filled in later.
static gboolean
add_tensor (SpadeTorchFile         *file,
            const char             *name,
            const SpadePickleValue *value,
            GError                **error)
{
  SpadeTorchTensor tensor = { .name = name, .type = value->storage->type,
                              .n_dims = value->n_dims };

  memcpy (tensor.shape, value->shape, sizeof tensor.shape);
  memcpy (tensor.stride, value->stride, sizeof tensor.stride);
  g_array_append_val (file->tensors, tensor);
  g_ptr_array_add (file->values, (gpointer) value);
  if (!g_hash_table_insert (file->by_name, (gpointer) name,
                            GUINT_TO_POINTER (file->tensors->len)))
    return spade_checkpoint_fail (error, "it holds the tensor \"%s\" twice",
                                  name);
  return TRUE;
}

static gboolean
find_tensors (SpadeTorchFile    *file,
              const char *const *keys,
              GError           **error)
{
  g_autofree char        *prefix = NULL;
  const SpadePickleValue *dict = read_root (file, error);

  if (dict != NULL)
    dict = spade_torch_find_state_dict (dict, keys, &prefix, error);
  if (dict == NULL)
    return FALSE;
  for (guint i = 0; i + 1 < dict->items->len; i += 2)
    {
      const SpadePickleValue *name = g_ptr_array_index (dict->items, i);
      const SpadePickleValue *value = g_ptr_array_index (dict->items, i + 1);
      const char             *own;

      if (name->kind != SPADE_PICKLE_STRING
          || value->kind != SPADE_PICKLE_TENSOR)
        continue;
      if (name->text_size > SPADE_PICKLE_MAX_NAME)
        return spade_checkpoint_fail (error, "its tensors have names that no "
                                      "network has");
      own = skip_prefix (name->text, prefix);
      if (own != NULL && !add_tensor (file, own, value, error))
        return FALSE;
    }
  return TRUE;
}

// Unpacks what the tensors need of a zip: a training saves more than a network.
static gboolean
unpack (SpadeTorchFile *file, GError **error)
{
  g_autoptr (GHashTable) needed = g_hash_table_new (spade_pickle_hash,
                                                     g_str_equal);

  if (!file->is_zip)
    return TRUE;
  for (guint i = 0; i < file->values->len; i++)
    {
      const SpadePickleValue *value = g_ptr_array_index (file->values, i);

      g_hash_table_insert (needed, (gpointer) value->storage->key,
                           value->storage);
    }
  return spade_torch_zip_fill (
      (gpointer) g_mapped_file_get_contents (file->mapped),
      g_mapped_file_get_length (file->mapped), needed, file->blocks, error);
}

static gboolean
fill_tensors (SpadeTorchFile *file, GError **error)
{
  if (!unpack (file, error))
    return FALSE;
  for (guint i = 0; i < file->tensors->len; i++)
    {
      SpadeTorchTensor *tensor = &g_array_index (file->tensors,
                                                 SpadeTorchTensor, i);
      const SpadePickleValue *value = g_ptr_array_index (file->values, i);

      if (value->storage->data == NULL)
        return spade_checkpoint_fail (error, "the data of its tensor \"%s\" "
                                      "is missing", tensor->name);
      tensor->data = value->storage->data
                     + (gsize) value->integer
                           * spade_storage_type_get_size (tensor->type);
    }
  return TRUE;
}

static SpadeTorchFile *
open_file (const char        *path,
           const char *const *keys,
           gboolean           has_data,
           GError           **error)
{
  g_autoptr (SpadeTorchFile) file = g_new0 (SpadeTorchFile, 1);
  g_autoptr (GError) fault = NULL;

  file->unpickler = spade_unpickler_new ();
  file->blocks = g_ptr_array_new_with_free_func (g_free);
  file->tensors = g_array_new (FALSE, FALSE, sizeof (SpadeTorchTensor));
  file->values = g_ptr_array_new ();
  file->by_name = g_hash_table_new (spade_pickle_hash, g_str_equal);
  if (g_file_test (path, G_FILE_TEST_EXISTS)
      && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                   "\"%s\" is not a checkpoint but a folder, or something else "
                   "that is no file.", path);
      return NULL;
    }
  file->mapped = g_mapped_file_new (path, FALSE, &fault);
  if (file->mapped == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                   "The checkpoint cannot be opened: %s.", fault->message);
      return NULL;
    }
  if (!find_tensors (file, keys, &fault)
      || (has_data && !fill_tensors (file, &fault)))
    {
      g_set_error (error, fault->domain, fault->code,
                   "\"%s\" is not a checkpoint that can be used: %s.", path,
                   fault->message);
      return NULL;
    }
  return g_steal_pointer (&file);
}

SpadeTorchFile *
spade_torch_file_open (const char        *path,
                       const char *const *keys,
                       GError           **error)
{
  return open_file (path, keys, TRUE, error);
}

SpadeTorchFile *
spade_torch_file_look (const char        *path,
                       const char *const *keys,
                       GError           **error)
{
  return open_file (path, keys, FALSE, error);
}

void
spade_torch_file_free (SpadeTorchFile *file)
{
  if (file == NULL)
    return;
  spade_unpickler_free (file->unpickler);
  g_ptr_array_unref (file->blocks);
  g_array_unref (file->tensors);
  g_ptr_array_unref (file->values);
  g_hash_table_unref (file->by_name);
  g_clear_pointer (&file->mapped, g_mapped_file_unref);
  g_free (file);
}

const SpadeTorchTensor *
spade_torch_file_get (const SpadeTorchFile *file, const char *name)
{
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (file->by_name, name));

  return number > 0 ? &g_array_index (file->tensors, SpadeTorchTensor,
                                      number - 1)
                    : NULL;
}

gboolean
spade_torch_file_has_prefix (const SpadeTorchFile *file, const char *prefix)
{
  for (guint i = 0; i < file->tensors->len; i++)
    if (g_str_has_prefix (
            g_array_index (file->tensors, SpadeTorchTensor, i).name, prefix))
      return TRUE;
  return FALSE;
}

const SpadeTorchTensor *
spade_torch_file_list (const SpadeTorchFile *file, int *out_n)
{
  *out_n = (int) file->tensors->len;
  return (const SpadeTorchTensor *) (gpointer) file->tensors->data;
}
