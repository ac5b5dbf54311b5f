// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The names that a state dict may use, and what a call of each stands for:
// dicts, and tensors as strided views into storages.

#include "unpickle-private.h"

#include <string.h>

// Larger than any storage that fits on a disk of today, small enough that its
// bytes can be counted.
#define MAX_ELEMENTS (G_GINT64_CONSTANT (1) << 40)

#define MAX_COPIED 1000000

typedef enum
{
  KIND_STORAGE, // number: its SpadeStorageType
  KIND_DICT,
  KIND_SIZE,
  KIND_TENSOR,
  KIND_PARAMETER,
  KIND_FROM_TYPE,
  KIND_NAME,  // a name that stands for itself: torch.float32
  KIND_INERT, // a call of it is a value that nobody needs: a set
} GlobalKind;

static const struct
{
  const char *module, *name;
  GlobalKind  kind;
  int         number;
} globals[] = {
  { "collections", "OrderedDict", KIND_DICT, 0 },
  { "torch._utils", "_rebuild_tensor", KIND_TENSOR, 0 },
  { "torch._utils", "_rebuild_tensor_v2", KIND_TENSOR, 0 },
  { "torch._utils", "_rebuild_parameter", KIND_PARAMETER, 0 },
  { "torch._utils", "_rebuild_parameter_with_state", KIND_PARAMETER, 0 },
  { "torch._tensor", "_rebuild_from_type_v2", KIND_FROM_TYPE, 0 },
  { "torch", "Size", KIND_SIZE, 0 },
  { "torch", "FloatStorage", KIND_STORAGE, SPADE_STORAGE_F32 },
  { "torch", "HalfStorage", KIND_STORAGE, SPADE_STORAGE_F16 },
  { "torch", "BFloat16Storage", KIND_STORAGE, SPADE_STORAGE_BF16 },
  { "torch", "DoubleStorage", KIND_STORAGE, SPADE_STORAGE_F64 },
  { "torch", "LongStorage", KIND_STORAGE, SPADE_STORAGE_I64 },
  { "torch", "IntStorage", KIND_STORAGE, SPADE_STORAGE_I32 },
  { "torch", "ShortStorage", KIND_STORAGE, SPADE_STORAGE_I16 },
  { "torch", "CharStorage", KIND_STORAGE, SPADE_STORAGE_I8 },
  { "torch", "ByteStorage", KIND_STORAGE, SPADE_STORAGE_U8 },
  { "torch", "BoolStorage", KIND_STORAGE, SPADE_STORAGE_BOOL },
  { "torch", "float32", KIND_NAME, 0 },
  { "torch", "float16", KIND_NAME, 0 },
  { "torch", "bfloat16", KIND_NAME, 0 },
  { "torch", "float64", KIND_NAME, 0 },
  { "torch", "int64", KIND_NAME, 0 },
  { "torch", "int32", KIND_NAME, 0 },
  { "torch", "int16", KIND_NAME, 0 },
  { "torch", "int8", KIND_NAME, 0 },
  { "torch", "uint8", KIND_NAME, 0 },
  { "torch", "bool", KIND_NAME, 0 },
  { "torch", "Tensor", KIND_NAME, 0 },
  { "torch.nn.parameter", "Parameter", KIND_NAME, 0 },
  // What a training saves beside its networks; Python 2 called builtins
  // __builtin__, and so does protocol 2.
  { "torch", "device", KIND_INERT, 0 },
  { "collections", "Counter", KIND_INERT, 0 },
  { "_codecs", "encode", KIND_INERT, 0 }, // bytes, in protocol 2
  { "__builtin__", "bytes", KIND_INERT, 0 },
  { "__builtin__", "bytearray", KIND_INERT, 0 },
  { "__builtin__", "set", KIND_INERT, 0 },
  { "__builtin__", "frozenset", KIND_INERT, 0 },
  { "__builtin__", "complex", KIND_INERT, 0 },
  { "builtins", "bytearray", KIND_INERT, 0 },
  { "builtins", "set", KIND_INERT, 0 },
  { "builtins", "frozenset", KIND_INERT, 0 },
  { "builtins", "complex", KIND_INERT, 0 },
};

static const gsize storage_sizes[SPADE_N_STORAGE_TYPES] = {
  [SPADE_STORAGE_F32] = 4, [SPADE_STORAGE_F16] = 2, [SPADE_STORAGE_BF16] = 2,
  [SPADE_STORAGE_F64] = 8, [SPADE_STORAGE_I64] = 8, [SPADE_STORAGE_I32] = 4,
  [SPADE_STORAGE_I16] = 2, [SPADE_STORAGE_I8] = 1,  [SPADE_STORAGE_U8] = 1,
  [SPADE_STORAGE_BOOL] = 1,
};

gsize
spade_storage_type_get_size (SpadeStorageType type)
{
  return storage_sizes[type];
}

int
spade_pickle_find_global (const char *module, const char *name, GError **error)
{
  g_autofree char *full = NULL;
  g_autofree char *printable = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (globals); i++)
    if (strcmp (module, globals[i].module) == 0
        && strcmp (name, globals[i].name) == 0)
      return (int) i;
  // Long or odd names come from a damaged file and would fill the screen.
  full = g_strdup_printf ("%.60s.%.60s", module, name);
  printable = g_strescape (full, NULL);
  spade_checkpoint_fail (
      error, "it needs %s, which is not allowed in a weights file; save its "
      "state dict instead", printable);
  return -1;
}

static const SpadePickleValue *
get_item (const SpadePickleValue *value, guint i)
{
  return value->items != NULL && i < value->items->len
             ? g_ptr_array_index (value->items, i)
             : NULL;
}

static guint
get_n_items (const SpadePickleValue *value)
{
  return value->items != NULL ? value->items->len : 0;
}

// Gives item i when it is of that kind, else NULL.
static const SpadePickleValue *
get_typed (const SpadePickleValue *value, guint i, SpadePickleKind kind)
{
  const SpadePickleValue *item = get_item (value, i);

  return item != NULL && item->kind == kind ? item : NULL;
}

// OrderedDict () or, from Python 2, OrderedDict ([[key, value], ...]).
static SpadePickleValue *
make_dict (SpadeUnpickler         *unpickler,
           const SpadePickleValue *arguments,
           GError                **error)
{
  SpadePickleValue *dict = spade_unpickler_add (unpickler, SPADE_PICKLE_DICT,
                                                error);
  const SpadePickleValue *pairs = get_item (arguments, 0);

  if (dict == NULL || pairs == NULL)
    return dict;
  // A list may be given again and again, each time to be copied.
  unpickler->n_copied += get_n_items (pairs);
  if (pairs->kind != SPADE_PICKLE_LIST || unpickler->n_copied > MAX_COPIED)
    {
      spade_checkpoint_fail (error, "it holds a dict that cannot be read");
      return NULL;
    }
  if (get_n_items (pairs) > 0)
    dict->items = g_ptr_array_new ();
  for (guint i = 0; i < get_n_items (pairs); i++)
    {
      const SpadePickleValue *pair = get_item (pairs, i);

      if (get_n_items (pair) != 2)
        {
          spade_checkpoint_fail (error, "it holds a dict that cannot be read");
          return NULL;
        }
      g_ptr_array_add (dict->items, g_ptr_array_index (pair->items, 0));
      g_ptr_array_add (dict->items, g_ptr_array_index (pair->items, 1));
    }
  return dict;
}

// Whether all elements of the tensor lie in its view of the storage. A tensor
// that shows an element twice could be vast and take no space in the file, so
// it may not have more elements than the view.
static gboolean
is_inside (const SpadePickleValue *tensor, gint64 first, gint64 n_elements)
{
  gint64   last = first, n = 1;
  gboolean is_empty = FALSE;

  for (int i = 0; i < tensor->n_dims; i++)
    {
      gint64 step, side = tensor->shape[i];

      if (side < 0 || tensor->stride[i] < 0)
        return FALSE;
      is_empty |= side == 0;
      if (__builtin_mul_overflow (n, MAX (side, 1), &n)
          || __builtin_mul_overflow (MAX (side, 1) - 1, tensor->stride[i],
                                     &step)
          || __builtin_add_overflow (last, step, &last))
        return FALSE;
    }
  if (is_empty)
    return n <= 65536 && first <= n_elements;
  return n <= n_elements && last < n_elements;
}

// Whether a tensor has a step of 0, as expand() leaves it.
static gboolean
shows_twice (const SpadePickleValue *tensor, gint64 n_elements)
{
  for (int i = 0; i < tensor->n_dims; i++)
    if (tensor->stride[i] == 0 && tensor->shape[i] > 1 && n_elements > 0)
      return TRUE;
  return FALSE;
}

// _rebuild_tensor_v2 (storage, first, shape, stride, requires_grad, hooks).
static SpadePickleValue *
make_tensor (SpadeUnpickler         *unpickler,
             const SpadePickleValue *arguments,
             GError                **error)
{
  const SpadePickleValue *storage, *first, *shape, *stride;
  SpadePickleValue       *tensor;

  storage = get_typed (arguments, 0, SPADE_PICKLE_STORAGE);
  first = get_typed (arguments, 1, SPADE_PICKLE_INT);
  shape = get_typed (arguments, 2, SPADE_PICKLE_TUPLE);
  stride = get_typed (arguments, 3, SPADE_PICKLE_TUPLE);
  if (storage == NULL || first == NULL || shape == NULL || stride == NULL
      || get_n_items (shape) != get_n_items (stride)
      || get_n_items (shape) > SPADE_MAX_DIMS)
    {
      spade_checkpoint_fail (error, "it holds a tensor that cannot be read");
      return NULL;
    }
  tensor = spade_unpickler_add (unpickler, SPADE_PICKLE_TENSOR, error);
  if (tensor == NULL)
    return NULL;
  tensor->n_dims = (int) get_n_items (shape);
  for (int i = 0; i < tensor->n_dims; i++)
    {
      const SpadePickleValue *side, *step;

      side = get_typed (shape, (guint) i, SPADE_PICKLE_INT);
      step = get_typed (stride, (guint) i, SPADE_PICKLE_INT);
      tensor->shape[i] = side != NULL ? side->integer : -1;
      tensor->stride[i] = step != NULL ? step->integer : -1;
    }
  if (first->integer < 0
      || !is_inside (tensor, first->integer, storage->n_elements))
    {
      spade_checkpoint_fail (
          error, shows_twice (tensor, storage->n_elements)
                     ? "it holds a tensor that shows an element twice; save a "
                       "clone of it"
                     : "it holds a tensor outside its storage");
      return NULL;
    }
  tensor->storage = storage->storage;
  tensor->integer = storage->integer + first->integer;
  return tensor;
}

// _rebuild_from_type_v2 (rebuild, type, arguments of rebuild, state): a tensor
// with attributes, which are not looked at.
static const SpadePickleValue *
make_from_type (SpadeUnpickler         *unpickler,
                const SpadePickleValue *arguments,
                GError                **error)
{
  const SpadePickleValue *rebuild, *inner;

  rebuild = get_typed (arguments, 0, SPADE_PICKLE_GLOBAL);
  inner = get_typed (arguments, 2, SPADE_PICKLE_TUPLE);
  if (rebuild == NULL || inner == NULL)
    return NULL;
  switch (globals[rebuild->global].kind)
    {
    case KIND_TENSOR:
      return make_tensor (unpickler, inner, error);
    case KIND_PARAMETER:
      return get_typed (inner, 0, SPADE_PICKLE_TENSOR);
    default:
      return NULL;
    }
}

SpadePickleValue *
spade_pickle_reduce (SpadeUnpickler         *unpickler,
                     const SpadePickleValue *callable,
                     const SpadePickleValue *arguments,
                     GError                **error)
{
  const SpadePickleValue *first;
  g_autoptr (GError) fault = NULL;

  if (callable->kind != SPADE_PICKLE_GLOBAL
      || arguments->kind != SPADE_PICKLE_TUPLE)
    {
      spade_checkpoint_fail (error, "it is cut off or damaged");
      return NULL;
    }
  switch (globals[callable->global].kind)
    {
    case KIND_DICT:
      return make_dict (unpickler, arguments, error);
    case KIND_TENSOR:
      return make_tensor (unpickler, arguments, error);
    case KIND_SIZE: // torch.Size (tuple)
      first = get_typed (arguments, 0, SPADE_PICKLE_TUPLE);
      break;
    case KIND_PARAMETER: // _rebuild_parameter (tensor, requires_grad, hooks)
      first = get_typed (arguments, 0, SPADE_PICKLE_TENSOR);
      break;
    case KIND_FROM_TYPE:
      first = make_from_type (unpickler, arguments, &fault);
      break;
    case KIND_INERT: // whatever its arguments are
      return spade_unpickler_add (unpickler, SPADE_PICKLE_INERT, error);
    default:
      first = NULL;
    }
  if (fault != NULL)
    g_propagate_error (error, g_steal_pointer (&fault));
  else if (first == NULL)
    spade_checkpoint_fail (error, "it calls %s.%s in a way that no state dict "
                           "does", globals[callable->global].module,
                           globals[callable->global].name);
  return (SpadePickleValue *) first;
}

// Gives the storage of that key, made at its first mention.
static SpadeStorage *
get_storage (SpadeUnpickler  *unpickler,
             const char      *key,
             SpadeStorageType type,
             gint64           n_elements)
{
  SpadeStorage *storage = g_hash_table_lookup (unpickler->storages, key);

  if (storage != NULL)
    return storage->type == type && storage->n_elements == n_elements
               ? storage
               : NULL;
  storage = g_new0 (SpadeStorage, 1);
  storage->key = key;
  storage->type = type;
  storage->n_elements = n_elements;
  g_hash_table_insert (unpickler->storages, (gpointer) key, storage);
  return storage;
}

// A sixth item of a persistent id: (key of the view, first, n elements).
static gboolean
narrow (SpadePickleValue *storage, const SpadePickleValue *view)
{
  const SpadePickleValue *first = get_typed (view, 1, SPADE_PICKLE_INT);
  const SpadePickleValue *n = get_typed (view, 2, SPADE_PICKLE_INT);

  if (first == NULL || n == NULL || first->integer < 0 || n->integer < 0
      || first->integer > storage->n_elements
      || n->integer > storage->n_elements - first->integer)
    return FALSE;
  storage->integer = first->integer;
  storage->n_elements = n->integer;
  return TRUE;
}

// ("storage", type, key, device, n elements[, view or None]).
SpadePickleValue *
spade_pickle_resolve (SpadeUnpickler         *unpickler,
                      const SpadePickleValue *id,
                      GError                **error)
{
  const SpadePickleValue *word = get_typed (id, 0, SPADE_PICKLE_STRING);
  const SpadePickleValue *type = get_typed (id, 1, SPADE_PICKLE_GLOBAL);
  const SpadePickleValue *key = get_typed (id, 2, SPADE_PICKLE_STRING);
  const SpadePickleValue *n = get_typed (id, 4, SPADE_PICKLE_INT);
  const SpadePickleValue *view = get_item (id, 5);
  SpadePickleValue       *value;
  gboolean                ok;

  if (word != NULL && strcmp (word->text, "module") == 0)
    {
      spade_checkpoint_fail (error, "it holds a whole network with its code; "
                             "save its state dict instead");
      return NULL;
    }
  if (id->kind != SPADE_PICKLE_TUPLE || word == NULL
      || strcmp (word->text, "storage") != 0 || type == NULL || key == NULL
      || key->text_size > SPADE_PICKLE_MAX_NAME || n == NULL
      || globals[type->global].kind != KIND_STORAGE
      || n->integer < 0 || n->integer > MAX_ELEMENTS)
    {
      spade_checkpoint_fail (error, "it holds a storage that cannot be read");
      return NULL;
    }
  value = spade_unpickler_add (unpickler, SPADE_PICKLE_STORAGE, error);
  if (value == NULL)
    return NULL;
  value->n_elements = n->integer;
  value->storage = get_storage (
      unpickler, key->text, (SpadeStorageType) globals[type->global].number,
      n->integer);
  ok = value->storage != NULL
       && (view == NULL || view->kind == SPADE_PICKLE_NONE
           || narrow (value, view));
  if (!ok)
    spade_checkpoint_fail (error, "it contradicts itself about a storage");
  return ok ? value : NULL;
}
