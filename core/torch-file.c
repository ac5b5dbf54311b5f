// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// See torch-file.h. The legacy stream is five pickles (a magic number, the
// protocol, facts about the machine, the object, the keys of the storages in
// the order of their data) and then, per key, a count and the numbers.
// Source: torch/serialization.py.

#include "torch-file.h"
#include "include/spade-types.h"
#include "torch-zip.h"
#include "unpickle-private.h"

#define PROTOCOL 1001
// Of dicts, looked through for the one that holds the tensors.
#define MAX_ITEMS 4000000

static const guint8 magic[10] = { 0x6c, 0xfc, 0x9c, 0x46, 0xf9,
                                  0x20, 0x6a, 0xa8, 0x50, 0x19 };

struct _SpadeTorchFile
{
  GMappedFile    *mapped;
  SpadeUnpickler *unpickler;
  GPtrArray      *blocks;  // data unpacked from a zip
  GArray         *tensors; // SpadeTorchTensor
  GHashTable     *by_name; // name -> number + 1
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

static const SpadePickleValue *
read_root (SpadeTorchFile *file, GError **error)
{
  const guint8 *bytes = (gpointer) g_mapped_file_get_contents (file->mapped);
  gsize         size = g_mapped_file_get_length (file->mapped);

  if (size >= 4 && memcmp (bytes, "PK\3\4", 4) == 0)
    return spade_torch_zip_read (bytes, size, file->unpickler, file->blocks,
                                 error);
  if (size >= 2 && bytes[0] == 0x80)
    return read_legacy (file, bytes, size, error);
  spade_checkpoint_fail (error, size == 0 ? "it is empty"
                                          : "torch.save did not write it");
  return NULL;
}

// Says whether a tensor is directly in a dict. Looks at no more than *left items
// and takes off those it saw: the same dict may be in another a million times.
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

// Gives the dict that holds the tensors: root, or the only one in it.
static const SpadePickleValue *
find_state_dict (const SpadePickleValue *root, GError **error)
{
  const SpadePickleValue *found = NULL;
  guint                   left = MAX_ITEMS;

  if (root->kind != SPADE_PICKLE_DICT)
    {
      spade_checkpoint_fail (error, "it does not hold a state dict");
      return NULL;
    }
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

static gboolean
add_tensor (SpadeTorchFile         *file,
            const char             *name,
            const SpadePickleValue *value,
            GError                **error)
{
  SpadeTorchTensor tensor = { 0 };

  while (g_str_has_prefix (name, "module."))
    name += strlen ("module.");
  tensor.name = name;
  tensor.type = value->storage->type;
  tensor.n_dims = value->n_dims;
  memcpy (tensor.shape, value->shape, sizeof tensor.shape);
  memcpy (tensor.stride, value->stride, sizeof tensor.stride);
  if (value->storage->data == NULL)
    return spade_checkpoint_fail (error, "the data of its tensor \"%s\" is "
                                  "missing", name);
  tensor.data = value->storage->data
                + (gsize) value->integer
                      * spade_storage_type_get_size (tensor.type);
  g_array_append_val (file->tensors, tensor);
  if (!g_hash_table_insert (file->by_name, (gpointer) name,
                            GUINT_TO_POINTER (file->tensors->len)))
    return spade_checkpoint_fail (error, "it holds the tensor \"%s\" twice",
                                  name);
  return TRUE;
}

static gboolean
read_tensors (SpadeTorchFile *file, GError **error)
{
  const SpadePickleValue *dict = read_root (file, error);

  if (dict != NULL)
    dict = find_state_dict (dict, error);
  if (dict == NULL)
    return FALSE;
  for (guint i = 0; i + 1 < dict->items->len; i += 2)
    {
      const SpadePickleValue *key = g_ptr_array_index (dict->items, i);
      const SpadePickleValue *value = g_ptr_array_index (dict->items, i + 1);

      if (key->kind == SPADE_PICKLE_STRING
          && value->kind == SPADE_PICKLE_TENSOR
          && !add_tensor (file, key->text, value, error))
        return FALSE;
    }
  return TRUE;
}

SpadeTorchFile *
spade_torch_file_open (const char *path, GError **error)
{
  g_autoptr (SpadeTorchFile) file = g_new0 (SpadeTorchFile, 1);
  g_autoptr (GError) fault = NULL;

  file->unpickler = spade_unpickler_new ();
  file->blocks = g_ptr_array_new_with_free_func (g_free);
  file->tensors = g_array_new (FALSE, FALSE, sizeof (SpadeTorchTensor));
  file->by_name = g_hash_table_new (g_str_hash, g_str_equal);
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
  if (!read_tensors (file, &fault))
    {
      g_set_error (error, fault->domain, fault->code,
                   "\"%s\" is not a checkpoint that can be used: %s.", path,
                   fault->message);
      return NULL;
    }
  return g_steal_pointer (&file);
}

void
spade_torch_file_free (SpadeTorchFile *file)
{
  if (file == NULL)
    return;
  spade_unpickler_free (file->unpickler);
  g_ptr_array_unref (file->blocks);
  g_array_unref (file->tensors);
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

const SpadeTorchTensor *
spade_torch_file_list (const SpadeTorchFile *file, int *out_n)
{
  *out_n = (int) file->tensors->len;
  return (const SpadeTorchTensor *) (gpointer) file->tensors->data;
}
