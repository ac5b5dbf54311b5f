// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A pickle machine for state dicts: protocols 0 to 5 as torch.save writes
// them. A pickle names what is to be called; here the names on a short list
// stand for a few plain values, any other name ends the reading, and nothing
// is ever called.

#pragma once

#include <glib.h>
#include <stdint.h>

#include "tensor.h"

typedef enum
{
  SPADE_STORAGE_F32,
  SPADE_STORAGE_F16,
  SPADE_STORAGE_BF16,
  SPADE_STORAGE_F64,
  SPADE_STORAGE_I64,
  SPADE_STORAGE_I32,
  SPADE_STORAGE_I16,
  SPADE_STORAGE_I8,
  SPADE_STORAGE_U8,
  SPADE_STORAGE_BOOL,
  SPADE_N_STORAGE_TYPES,
} SpadeStorageType;

// A run of numbers that the pickle refers to by key; data comes from elsewhere
// in the file and is NULL until then.
typedef struct
{
  const char      *key;
  SpadeStorageType type;
  gint64           n_elements;
  const guint8    *data; // little-endian, any alignment
} SpadeStorage;

gsize spade_storage_type_get_size (SpadeStorageType type);

typedef enum
{
  SPADE_PICKLE_NONE,
  SPADE_PICKLE_BOOL,
  SPADE_PICKLE_INT,
  SPADE_PICKLE_BIG, // whole number beyond 64 bits: text, little-endian bytes
  SPADE_PICKLE_FLOAT,
  SPADE_PICKLE_STRING,
  SPADE_PICKLE_TUPLE,
  SPADE_PICKLE_LIST,
  SPADE_PICKLE_DICT, // items: key, value, key, value...
  SPADE_PICKLE_GLOBAL,
  SPADE_PICKLE_STORAGE,
  SPADE_PICKLE_TENSOR,
  SPADE_PICKLE_INERT, // a set, bytes, a device: nothing of it was kept
} SpadePickleKind;

// Bytes of the name of a storage or tensor. A file can name one of any length
// a million times, and each time it is compared.
#define SPADE_PICKLE_MAX_NAME 1024

// As g_str_hash(), but no file can know which names have the same.
guint spade_pickle_hash (gconstpointer name);

typedef struct
{
  SpadePickleKind kind;
  int             global;  // GLOBAL: number in the list of names
  gint64          integer; // BOOL, INT; of STORAGE and TENSOR: first element
  double          real;
  const char     *text;    // STRING, BIG; ends with a NUL
  gsize           text_size;
  GPtrArray      *items;   // TUPLE, LIST, DICT; NULL where empty
  SpadeStorage   *storage; // STORAGE, TENSOR
  gint64          n_elements;             // STORAGE: of this view
  int             n_dims;                 // TENSOR
  int64_t         shape[SPADE_MAX_DIMS];
  int64_t         stride[SPADE_MAX_DIMS]; // in elements
} SpadePickleValue;

// Owns everything that was read with it.
typedef struct _SpadeUnpickler SpadeUnpickler;

SpadeUnpickler *spade_unpickler_new (void);
void            spade_unpickler_free (SpadeUnpickler *unpickler);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpadeUnpickler, spade_unpickler_free)

// Reads one pickle from the first of at most size bytes; out_used, where not
// NULL, becomes its length. Tensors lie within their storages, as far as the
// pickle states these. Values may contain themselves: never walk them without
// a bound. Errors: SPADE_ERROR_CHECKPOINT; the message is the end of a
// sentence ("it needs os.system, which is not allowed in a weights file").
const SpadePickleValue *spade_unpickler_load (SpadeUnpickler *unpickler,
                                              const guint8   *bytes,
                                              gsize           size,
                                              gsize          *out_used,
                                              GError        **error);

// Gives the storages that were named so far: key -> SpadeStorage.
GHashTable *spade_unpickler_get_storages (SpadeUnpickler *unpickler);

// Gives the value under a string key of a dict, or NULL.
const SpadePickleValue *spade_pickle_lookup (const SpadePickleValue *dict,
                                             const char             *key);
