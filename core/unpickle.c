// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The pickle machine: a stack, marks on it, and a memo. No value is walked
// recursively and each opcode makes at most one value, so a pickle takes time
// and memory in proportion to its length, whatever it says.
// Source: the comments of Python's pickletools module.

#include "unpickle-private.h"
#include "include/spade-types.h"

#include <string.h>

#define MAX_PICKLE (16 << 20)
#define MAX_VALUES 1000000

SpadePickleValue *
spade_unpickler_add (SpadeUnpickler *unpickler,
                     SpadePickleKind kind,
                     GError        **error)
{
  SpadePickleValue *value;

  if (unpickler->values->len >= MAX_VALUES)
    {
      spade_checkpoint_fail (error, "it holds far more than a state dict");
      return NULL;
    }
  value = g_new0 (SpadePickleValue, 1);
  value->kind = kind;
  g_ptr_array_add (unpickler->values, value);
  return value;
}

gboolean
spade_machine_push (SpadeMachine *machine, SpadePickleValue *value)
{
  if (value == NULL)
    return FALSE;
  g_ptr_array_add (machine->stack, value);
  return TRUE;
}

// The height below which the opcodes of now may not reach.
static guint
get_floor (SpadeMachine *machine)
{
  guint n = machine->marks->len;

  return n > 0 ? g_array_index (machine->marks, guint, n - 1) : 0;
}

SpadePickleValue *
spade_machine_peek (SpadeMachine *machine)
{
  guint n = machine->stack->len;

  if (n <= get_floor (machine))
    {
      spade_checkpoint_fail (machine->error, "it is cut off or damaged");
      return NULL;
    }
  return g_ptr_array_index (machine->stack, n - 1);
}

SpadePickleValue *
spade_machine_pop (SpadeMachine *machine)
{
  SpadePickleValue *value = spade_machine_peek (machine);

  if (value != NULL)
    g_ptr_array_set_size (machine->stack, (int) machine->stack->len - 1);
  return value;
}

static gboolean
pop_mark (SpadeMachine *machine, guint *out_height)
{
  if (machine->marks->len == 0)
    return spade_checkpoint_fail (machine->error, "it is cut off or damaged");
  *out_height = get_floor (machine);
  g_array_set_size (machine->marks, machine->marks->len - 1);
  return TRUE;
}

// Moves the values from height on into target's items.
static void
move_items (SpadeMachine *machine, guint height, SpadePickleValue *target)
{
  if (target->items == NULL && machine->stack->len > height)
    target->items = g_ptr_array_new ();
  for (guint i = height; i < machine->stack->len; i++)
    g_ptr_array_add (target->items, g_ptr_array_index (machine->stack, i));
  g_ptr_array_set_size (machine->stack, (int) height);
}

// Makes a container of the values from height on.
static gboolean
push_container (SpadeMachine *machine, SpadePickleKind kind, guint height)
{
  SpadePickleValue *value = spade_unpickler_add (machine->unpickler, kind,
                                                 machine->error);

  if (value == NULL)
    return FALSE;
  if (kind == SPADE_PICKLE_DICT && (machine->stack->len - height) % 2 != 0)
    return spade_checkpoint_fail (machine->error, "it is cut off or damaged");
  move_items (machine, height, value);
  return spade_machine_push (machine, value);
}

static gboolean
push_marked (SpadeMachine *machine, SpadePickleKind kind)
{
  guint height = 0;

  return pop_mark (machine, &height)
         && push_container (machine, kind, height);
}

static gboolean
push_small_tuple (SpadeMachine *machine, guint n)
{
  if (machine->stack->len < get_floor (machine) + n)
    return spade_checkpoint_fail (machine->error, "it is cut off or damaged");
  return push_container (machine, SPADE_PICKLE_TUPLE,
                         machine->stack->len - n);
}

// Puts the values from height on into the list or dict below them.
static gboolean
extend (SpadeMachine *machine, SpadePickleKind kind, guint height)
{
  guint             n = machine->stack->len - height;
  SpadePickleValue *target;

  if (height <= get_floor (machine))
    return spade_checkpoint_fail (machine->error, "it is cut off or damaged");
  target = g_ptr_array_index (machine->stack, height - 1);
  if (target->kind != kind || (kind == SPADE_PICKLE_DICT && n % 2 != 0))
    return spade_checkpoint_fail (machine->error, "it is cut off or damaged");
  move_items (machine, height, target);
  return TRUE;
}

static gboolean
extend_one (SpadeMachine *machine, SpadePickleKind kind, guint n)
{
  if (machine->stack->len < get_floor (machine) + n)
    return spade_checkpoint_fail (machine->error, "it is cut off or damaged");
  return extend (machine, kind, machine->stack->len - n);
}

static gboolean
extend_marked (SpadeMachine *machine, SpadePickleKind kind)
{
  guint height = 0;

  return pop_mark (machine, &height) && extend (machine, kind, height);
}

static gboolean
put (SpadeMachine *machine, guint64 number)
{
  SpadePickleValue *value = spade_machine_peek (machine);

  if (value == NULL)
    return FALSE;
  g_hash_table_insert (machine->memo, GUINT_TO_POINTER ((guint) number),
                       value);
  return TRUE;
}

static gboolean
get (SpadeMachine *machine, guint64 number)
{
  SpadePickleValue *value = g_hash_table_lookup (
      machine->memo, GUINT_TO_POINTER ((guint) number));

  if (value == NULL)
    return spade_checkpoint_fail (machine->error, "it is cut off or damaged");
  return spade_machine_push (machine, value);
}

static gboolean
run_memo (SpadeMachine *machine, guint8 opcode)
{
  guint64     number = 0;
  gsize       size;
  const char *line;

  switch (opcode)
    {
    case 0x94: // MEMOIZE
      return put (machine, g_hash_table_size (machine->memo));
    case 'p':
    case 'g':
      line = spade_machine_take_line (machine);
      if (line == NULL)
        return FALSE;
      number = g_ascii_strtoull (line, NULL, 10);
      break;
    default:
      size = opcode == 'q' || opcode == 'h' ? 1 : 4;
      if (!spade_machine_take_number (machine, size, &number))
        return FALSE;
    }
  return strchr ("pqr", opcode) != NULL ? put (machine, number)
                                        : get (machine, number);
}

// R and its relatives: the name and its arguments become what they stand for.
static gboolean
reduce (SpadeMachine *machine)
{
  SpadePickleValue *arguments = spade_machine_pop (machine);
  SpadePickleValue *callable = NULL;

  if (arguments != NULL)
    callable = spade_machine_pop (machine);
  if (callable == NULL)
    return FALSE;
  return spade_machine_push (machine,
                             spade_pickle_reduce (machine->unpickler, callable,
                                                  arguments, machine->error));
}

// State of a dict is what modules remember of their versions: not needed.
static gboolean
build (SpadeMachine *machine)
{
  SpadePickleValue *state = spade_machine_pop (machine);
  SpadePickleValue *object = NULL;

  if (state != NULL)
    object = spade_machine_peek (machine);
  if (object == NULL)
    return FALSE;
  if (object->kind != SPADE_PICKLE_DICT)
    return spade_checkpoint_fail (machine->error,
                                  "it holds objects, not only weights");
  return TRUE;
}

static gboolean
resolve (SpadeMachine *machine)
{
  SpadePickleValue *id = spade_machine_pop (machine);

  return id != NULL
         && spade_machine_push (machine,
                                spade_pickle_resolve (machine->unpickler, id,
                                                      machine->error));
}

static gboolean
mark (SpadeMachine *machine)
{
  guint height = machine->stack->len;

  g_array_append_val (machine->marks, height);
  return TRUE;
}

static gboolean
duplicate (SpadeMachine *machine)
{
  SpadePickleValue *top = spade_machine_peek (machine);

  return top != NULL && spade_machine_push (machine, top);
}

static gboolean
drop_marked (SpadeMachine *machine)
{
  guint height = 0;

  if (!pop_mark (machine, &height))
    return FALSE;
  g_ptr_array_set_size (machine->stack, (int) height);
  return TRUE;
}

static gboolean
run (SpadeMachine *machine, guint8 opcode)
{
  switch (opcode)
    {
    case 0x80: // PROTO
      return spade_machine_take (machine, 1) != NULL;
    case 0x95: // FRAME: its length says nothing that we need
      return spade_machine_take (machine, 8) != NULL;
    case '.':
      machine->is_done = TRUE;
      return TRUE;
    case '(':
      return mark (machine);
    case '0':
      return spade_machine_pop (machine) != NULL;
    case '1':
      return drop_marked (machine);
    case '2':
      return duplicate (machine);
    case ')':
      return push_small_tuple (machine, 0);
    case 0x85:
    case 0x86:
    case 0x87:
      return push_small_tuple (machine, opcode - 0x84u);
    case 't':
      return push_marked (machine, SPADE_PICKLE_TUPLE);
    case ']':
      return push_container (machine, SPADE_PICKLE_LIST, machine->stack->len);
    case 'l':
      return push_marked (machine, SPADE_PICKLE_LIST);
    case '}':
      return push_container (machine, SPADE_PICKLE_DICT, machine->stack->len);
    case 'd':
      return push_marked (machine, SPADE_PICKLE_DICT);
    case 'a':
      return extend_one (machine, SPADE_PICKLE_LIST, 1);
    case 'e':
      return extend_marked (machine, SPADE_PICKLE_LIST);
    case 's':
      return extend_one (machine, SPADE_PICKLE_DICT, 2);
    case 'u':
      return extend_marked (machine, SPADE_PICKLE_DICT);
    case 'p':
    case 'q':
    case 'r':
    case 'g':
    case 'h':
    case 'j':
    case 0x94:
      return run_memo (machine, opcode);
    case 'R':
    case 0x81: // NEWOBJ
      return reduce (machine);
    case 'b':
      return build (machine);
    case 'Q':
      return resolve (machine);
    default:
      return spade_machine_run_scalar (machine, opcode);
    }
}

const SpadePickleValue *
spade_unpickler_load (SpadeUnpickler *unpickler,
                      const guint8   *bytes,
                      gsize           size,
                      gsize          *out_used,
                      GError        **error)
{
  g_autoptr (GPtrArray) stack = g_ptr_array_new ();
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GHashTable) memo = g_hash_table_new (NULL, NULL);
  SpadeMachine machine = { .unpickler = unpickler, .next = bytes,
                           .stack = stack, .marks = marks, .memo = memo,
                           .error = error };

  machine.end = bytes + MIN (size, MAX_PICKLE);
  while (!machine.is_done)
    {
      const guint8 *opcode = spade_machine_take (&machine, 1);

      if (opcode == NULL || !run (&machine, *opcode))
        return NULL;
    }
  if (stack->len != 1 || marks->len != 0)
    {
      spade_checkpoint_fail (error, "it is cut off or damaged");
      return NULL;
    }
  if (out_used != NULL)
    *out_used = (gsize) (machine.next - bytes);
  return g_ptr_array_index (stack, 0);
}

static void
free_value (gpointer data)
{
  SpadePickleValue *value = data;

  g_clear_pointer (&value->items, g_ptr_array_unref);
  g_free (value);
}

guint
spade_pickle_hash (gconstpointer name)
{
  static gsize seed;
  guint        hash;

  if (g_once_init_enter (&seed))
    g_once_init_leave (&seed, (gsize) g_random_int () | 1);
  hash = (guint) seed;
  for (const char *c = name; *c != '\0'; c++)
    {
      hash = (hash ^ (guint8) *c) * 0x9e3779b1;
      hash ^= hash >> 15;
    }
  return hash;
}

SpadeUnpickler *
spade_unpickler_new (void)
{
  SpadeUnpickler *unpickler = g_new0 (SpadeUnpickler, 1);

  unpickler->values = g_ptr_array_new_with_free_func (free_value);
  unpickler->storages = g_hash_table_new_full (spade_pickle_hash, g_str_equal,
                                               NULL, g_free);
  unpickler->strings = g_string_chunk_new (4096);
  return unpickler;
}

void
spade_unpickler_free (SpadeUnpickler *unpickler)
{
  if (unpickler == NULL)
    return;
  g_ptr_array_unref (unpickler->values);
  g_hash_table_unref (unpickler->storages);
  g_string_chunk_free (unpickler->strings);
  g_free (unpickler);
}

GHashTable *
spade_unpickler_get_storages (SpadeUnpickler *unpickler)
{
  return unpickler->storages;
}

const SpadePickleValue *
spade_pickle_lookup (const SpadePickleValue *dict, const char *key)
{
  if (dict->kind != SPADE_PICKLE_DICT || dict->items == NULL)
    return NULL;
  for (guint i = 0; i + 1 < dict->items->len; i += 2)
    {
      const SpadePickleValue *name = g_ptr_array_index (dict->items, i);

      if (name->kind == SPADE_PICKLE_STRING && strcmp (name->text, key) == 0)
        return g_ptr_array_index (dict->items, i + 1);
    }
  return NULL;
}
