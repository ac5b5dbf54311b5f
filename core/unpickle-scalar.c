// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The opcodes that read something from the pickle: numbers, strings, names.
// Names are looked up at once, so that a forbidden one ends the reading before
// anything is made of it.
// Source: the comments of Python's pickletools module.

#include "unpickle-private.h"

#include <string.h>

// Gives size bytes, or NULL with the error.
const guint8 *
spade_machine_take (SpadeMachine *machine, guint64 size)
{
  const guint8 *bytes = machine->next;

  if (size > (guint64) (machine->end - machine->next))
    {
      spade_checkpoint_fail (machine->error, "it is cut off or damaged");
      return NULL;
    }
  machine->next += size;
  return bytes;
}

// Reads an unsigned little-endian number of size bytes.
gboolean
spade_machine_take_number (SpadeMachine *machine,
                           gsize         size,
                           guint64      *out_number)
{
  const guint8 *bytes = spade_machine_take (machine, size);

  *out_number = 0;
  for (gsize i = 0; i < size && bytes != NULL; i++)
    *out_number |= (guint64) bytes[i] << (8 * i);
  return bytes != NULL;
}

// Gives a line without its end, or NULL with the error.
const char *
spade_machine_take_line (SpadeMachine *machine)
{
  gsize         left = (gsize) (machine->end - machine->next);
  const guint8 *start = machine->next;
  const guint8 *newline = memchr (start, '\n', left);

  if (newline == NULL)
    {
      spade_machine_take (machine, G_MAXUINT64);
      return NULL;
    }
  machine->next = newline + 1;
  return g_string_chunk_insert_len (machine->unpickler->strings,
                                    (const char *) start, newline - start);
}

gboolean
spade_machine_push_int (SpadeMachine   *machine,
                        SpadePickleKind kind,
                        gint64          integer)
{
  SpadePickleValue *value = spade_unpickler_add (machine->unpickler, kind,
                                                 machine->error);

  if (value != NULL)
    value->integer = integer;
  return spade_machine_push (machine, value);
}

static gboolean
push_text (SpadeMachine        *machine,
           SpadePickleKind kind,
           const char     *text,
           gsize           size)
{
  SpadePickleValue *value = spade_unpickler_add (machine->unpickler, kind,
                                                 machine->error);

  if (value != NULL)
    {
      value->text = g_string_chunk_insert_len (machine->unpickler->strings,
                                               text, (gssize) size);
      value->text_size = size;
    }
  return spade_machine_push (machine, value);
}

// A string whose length comes first, in size_size bytes.
static gboolean
push_counted (SpadeMachine *machine, SpadePickleKind kind, gsize size_size)
{
  guint64       size;
  const guint8 *bytes;

  if (!spade_machine_take_number (machine, size_size, &size))
    return FALSE;
  bytes = spade_machine_take (machine, size);
  return bytes != NULL
         && push_text (machine, kind, (const char *) bytes, (gsize) size);
}

// A whole number of any length, two's complement.
static gboolean
push_long (SpadeMachine *machine, gsize size_size)
{
  guint64       size, bits;
  const guint8 *bytes;

  if (!spade_machine_take_number (machine, size_size, &size))
    return FALSE;
  bytes = spade_machine_take (machine, size);
  if (bytes == NULL)
    return FALSE;
  if (size > 8)
    return push_text (machine, SPADE_PICKLE_BIG, (const char *) bytes,
                      (gsize) size);
  bits = size > 0 && bytes[size - 1] & 0x80 ? G_MAXUINT64 : 0;
  for (guint64 i = size; i-- > 0;)
    bits = bits << 8 | bytes[i];
  return spade_machine_push_int (machine, SPADE_PICKLE_INT, (gint64) bits);
}

// The number of an I or L line; I01 and I00 are true and false.
static gboolean
push_int_line (SpadeMachine *machine)
{
  const char *line = spade_machine_take_line (machine);
  char       *end;
  gint64      integer;

  if (line == NULL)
    return FALSE;
  if (strcmp (line, "00") == 0 || strcmp (line, "01") == 0)
    return spade_machine_push_int (machine, SPADE_PICKLE_BOOL, line[1] == '1');
  integer = g_ascii_strtoll (line, &end, 10);
  if (end == line || (*end != '\0' && strcmp (end, "L") != 0))
    return spade_checkpoint_fail (machine->error, "it is cut off or damaged");
  return spade_machine_push_int (machine, SPADE_PICKLE_INT, integer);
}

static gboolean
push_real (SpadeMachine *machine, double real)
{
  SpadePickleValue *value = spade_unpickler_add (
      machine->unpickler, SPADE_PICKLE_FLOAT, machine->error);

  if (value != NULL)
    value->real = real;
  return spade_machine_push (machine, value);
}

static gboolean
push_big_endian_real (SpadeMachine *machine)
{
  const guint8 *bytes = spade_machine_take (machine, 8);
  guint64       bits;
  double        real;

  if (bytes == NULL)
    return FALSE;
  memcpy (&bits, bytes, 8);
  bits = GUINT64_FROM_BE (bits);
  memcpy (&real, &bits, 8);
  return push_real (machine, real);
}

// The string of an S (quoted) or V line. State dicts need no escapes.
static gboolean
push_text_line (SpadeMachine *machine, gboolean is_quoted)
{
  const char *line = spade_machine_take_line (machine);
  gsize       size;

  if (line == NULL)
    return FALSE;
  size = strlen (line);
  if (strchr (line, '\\') != NULL
      || (is_quoted
          && (size < 2 || line[0] != line[size - 1]
              || strchr ("'\"", line[0]) == NULL)))
    return spade_checkpoint_fail (machine->error,
                                  "it holds a string that cannot be read");
  return is_quoted ? push_text (machine, SPADE_PICKLE_STRING, line + 1,
                                size - 2)
                   : push_text (machine, SPADE_PICKLE_STRING, line, size);
}

static gboolean
push_global (SpadeMachine *machine, const char *module, const char *name)
{
  int global;

  if (module == NULL || name == NULL)
    return FALSE;
  global = spade_pickle_find_global (module, name, machine->error);
  if (global < 0)
    return FALSE;
  if (!spade_machine_push_int (machine, SPADE_PICKLE_GLOBAL, 0))
    return FALSE;
  spade_machine_peek (machine)->global = global;
  return TRUE;
}

static gboolean
push_global_lines (SpadeMachine *machine)
{
  const char *module = spade_machine_take_line (machine);
  const char *name = module != NULL ? spade_machine_take_line (machine) : NULL;

  return push_global (machine, module, name);
}

static gboolean
push_stack_global (SpadeMachine *machine)
{
  SpadePickleValue *name = spade_machine_pop (machine);
  SpadePickleValue *module = name != NULL ? spade_machine_pop (machine) : NULL;

  if (module == NULL)
    return FALSE;
  if (module->kind != SPADE_PICKLE_STRING
      || name->kind != SPADE_PICKLE_STRING)
    return spade_checkpoint_fail (machine->error, "it is cut off or damaged");
  return push_global (machine, module->text, name->text);
}

static gboolean
refuse_opcode (SpadeMachine *machine, guint8 opcode)
{
  const char *module, *name;

  // INST names what it makes as GLOBAL does; that name is the better answer.
  if (opcode == 'i')
    {
      module = spade_machine_take_line (machine);
      name = module != NULL ? spade_machine_take_line (machine) : NULL;
      if (name == NULL
          || spade_pickle_find_global (module, name, machine->error) < 0)
        return FALSE;
    }
  return spade_checkpoint_fail (
      machine->error,
      "it uses the pickle opcode 0x%02x, which is not allowed in a weights "
      "file",
      opcode);
}

// Numbers, strings and names.
gboolean
spade_machine_run_scalar (SpadeMachine *machine, guint8 opcode)
{
  guint64     number;
  gsize       size;
  const char *line;

  switch (opcode)
    {
    case 'N':
      return spade_machine_push_int (machine, SPADE_PICKLE_NONE, 0);
    case 0x88:
    case 0x89:
      return spade_machine_push_int (machine, SPADE_PICKLE_BOOL,
                                     opcode == 0x88);
    case 'K':
    case 'M':
    case 'J':
      size = opcode == 'K' ? 1 : opcode == 'M' ? 2 : 4;
      if (!spade_machine_take_number (machine, size, &number))
        return FALSE;
      if (opcode == 'J') // the only signed one
        number = (guint64) (gint64) (gint32) number;
      return spade_machine_push_int (machine, SPADE_PICKLE_INT,
                                     (gint64) number);
    case 'I':
    case 'L':
      return push_int_line (machine);
    case 0x8a:
      return push_long (machine, 1);
    case 0x8b:
      return push_long (machine, 4);
    case 'G':
      return push_big_endian_real (machine);
    case 'F':
      line = spade_machine_take_line (machine);
      return line != NULL && push_real (machine, g_ascii_strtod (line, NULL));
    case 'S':
    case 'V':
      return push_text_line (machine, opcode == 'S');
    case 0x8c: // SHORT_BINUNICODE
    case 'U':
    case 'C':
      return push_counted (machine, SPADE_PICKLE_STRING, 1);
    case 'X':
    case 'T':
    case 'B':
      return push_counted (machine, SPADE_PICKLE_STRING, 4);
    case 0x8d: // BINUNICODE8
    case 0x8e: // BINBYTES8
      return push_counted (machine, SPADE_PICKLE_STRING, 8);
    case 'c':
      return push_global_lines (machine);
    case 0x93:
      return push_stack_global (machine);
    default:
      return refuse_opcode (machine, opcode);
    }
}
