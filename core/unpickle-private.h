// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Between the pickle machine (unpickle.c) and what the names of a state dict
// stand for (unpickle-torch.c).

#pragma once

#include "file-error.h"
#include "unpickle.h"

struct _SpadeUnpickler
{
  GPtrArray    *values;   // SpadePickleValue, all that were made
  GHashTable   *storages; // key -> SpadeStorage
  GStringChunk *strings;
  guint64       n_copied; // items copied from one value into another
};

// Gives a new value, or NULL with an error when there are too many.
SpadePickleValue *spade_unpickler_add (SpadeUnpickler *unpickler,
                                       SpadePickleKind kind,
                                       GError        **error);

// Gives the number of the name module.name, or -1 with the error.
int spade_pickle_find_global (const char *module,
                              const char *name,
                              GError    **error);
// What a call of that name with these arguments stands for.
SpadePickleValue *spade_pickle_reduce (SpadeUnpickler         *unpickler,
                                       const SpadePickleValue *callable,
                                       const SpadePickleValue *arguments,
                                       GError                **error);
// What a persistent id stands for: a storage, or a view of one.
SpadePickleValue *spade_pickle_resolve (SpadeUnpickler         *unpickler,
                                        const SpadePickleValue *id,
                                        GError                **error);

// A pickle being read.
typedef struct
{
  SpadeUnpickler *unpickler;
  const guint8   *next, *end;
  GPtrArray      *stack;
  GArray         *marks; // guint: heights of the stack
  GHashTable     *memo;  // guint -> value
  gboolean        is_done;
  GError        **error;
} SpadeMachine;

// Each gives NULL or FALSE with the error where the pickle ends too early:
// size bytes; a little-endian number of size bytes; a line without its end.
const guint8 *spade_machine_take (SpadeMachine *machine, guint64 size);
gboolean      spade_machine_take_number (SpadeMachine *machine,
                                         gsize         size,
                                         guint64      *out_number);
const char   *spade_machine_take_line (SpadeMachine *machine);

// The stack. pop and peek give NULL with the error at a mark and at its end;
// push gives FALSE where value is NULL.
gboolean          spade_machine_push (SpadeMachine     *machine,
                                      SpadePickleValue *value);
SpadePickleValue *spade_machine_pop (SpadeMachine *machine);
SpadePickleValue *spade_machine_peek (SpadeMachine *machine);
gboolean          spade_machine_push_int (SpadeMachine   *machine,
                                          SpadePickleKind kind,
                                          gint64          integer);

// Runs the opcodes of numbers, strings and names; refuses any other.
gboolean spade_machine_run_scalar (SpadeMachine *machine, guint8 opcode);
