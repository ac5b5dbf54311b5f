// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The pickle machine, on pickles written by hand: it reads what state dicts
// hold, refuses every other name by that name, and survives nonsense.

#include "spade-types.h"
#include "unpickle.h"

// Bytes of a string literal, zeros included, without the closing one.
#define BYTES(text) (const guint8 *) text, sizeof text - 1

// What torch.save writes for a view of storage "0" of four floats; shape and
// stride are tuples, first an opcode.
#define TENSOR(first, shape, stride)                                          \
  "\x80\x02" "ctorch._utils\n_rebuild_tensor_v2\n"                            \
  "((X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0" "0X\3\0\0\0cpuK\4tQ"    \
  first shape stride "\x89" "ccollections\nOrderedDict\n)RtR."

static void
refuse (const guint8 *bytes, gsize size, const char *word)
{
  g_autoptr (SpadeUnpickler) unpickler = spade_unpickler_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (spade_unpickler_load (unpickler, bytes, size, NULL, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CHECKPOINT);
  if (strstr (error->message, word) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, word);
}

static const SpadePickleValue *
load (SpadeUnpickler *unpickler, const guint8 *bytes, gsize size)
{
  g_autoptr (GError) error = NULL;
  const SpadePickleValue *value;
  gsize                   used;

  value = spade_unpickler_load (unpickler, bytes, size, &used, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (used, ==, size);
  return value;
}

static void
assert_int (const guint8 *bytes, gsize size, gint64 integer)
{
  g_autoptr (SpadeUnpickler) unpickler = spade_unpickler_new ();
  const SpadePickleValue    *value = load (unpickler, bytes, size);

  g_assert_true (value->kind == SPADE_PICKLE_INT
                 || value->kind == SPADE_PICKLE_BOOL);
  g_assert_cmpint (value->integer, ==, integer);
}

static void
test_numbers (void)
{
  g_autoptr (SpadeUnpickler) unpickler = spade_unpickler_new ();
  const SpadePickleValue    *value;

  assert_int (BYTES ("\x80\x02K\xff."), 255);
  assert_int (BYTES ("M\x01\x02."), 513);
  assert_int (BYTES ("J\xfe\xff\xff\xff."), -2);
  assert_int (BYTES ("\x8a\x00."), 0);
  assert_int (BYTES ("\x8a\x01\xff."), -1);
  assert_int (BYTES ("\x8a\x02\xe9\x03."), 1001);
  assert_int (BYTES ("\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80."), G_MININT64);
  assert_int (BYTES ("I-7\n."), -7);
  assert_int (BYTES ("I01\n."), 1);
  assert_int (BYTES ("L12L\n."), 12);
  assert_int (BYTES ("\x88."), 1);
  assert_int (BYTES ("\x80\x04\x95\x03\0\0\0\0\0\0\0K\5\x94."), 5);
  value = load (unpickler, BYTES ("\x8a\x09\1\2\3\4\5\6\7\x08\x09."));
  g_assert_cmpint (value->kind, ==, SPADE_PICKLE_BIG);
  g_assert_cmpuint (value->text_size, ==, 9);
  value = load (unpickler, BYTES ("G\xc0\x04\0\0\0\0\0\0."));
  g_assert_cmpfloat (value->real, ==, -2.5);
  value = load (unpickler, BYTES ("F-2.5\n."));
  g_assert_cmpfloat (value->real, ==, -2.5);
}

typedef struct
{
  const guint8 *bytes;
  gsize         size;
} Pickle;

static void
test_dicts (void)
{
  static const Pickle cases[] = {
    { BYTES ("ccollections\nOrderedDict\n)R(X\1\0\0\0aK\5u.") },
    // Python 2 gives OrderedDict its pairs.
    { BYTES ("ccollections\nOrderedDict\n(](](U\1aK\5eetR.") },
    { BYTES ("}S'a'\nI5\ns.") },
    { BYTES ("(Va\nI5\nd.") },
    // The state that a module leaves on its dict.
    { BYTES ("}(U\1aK\5u}U\011_metadata}sb.") },
    { BYTES ("\x80\4\x95\1\0\0\0\0\0\0\0\x8c\x0b" "collections\x8c\x0bOrdered"
             "Dict\x93\x94)R\x94\x8c\1aK\5s.") },
    // Memo: the value that was put is got, by each pair of opcodes.
    { BYTES ("}U\1aK\5q\0000h\0s.") },
    { BYTES ("}U\1aK\5r\0\1\0\0000j\0\1\0\0s.") },
    { BYTES ("}U\1aK\5p7\n0g7\ns.") },
    { BYTES ("(K\1K\0021}U\1aK\0052" "0s.") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SpadeUnpickler) unpickler = spade_unpickler_new ();
      const SpadePickleValue    *value;

      value = load (unpickler, cases[i].bytes, cases[i].size);
      g_assert_cmpint (value->kind, ==, SPADE_PICKLE_DICT);
      value = spade_pickle_lookup (value, "a");
      g_assert_nonnull (value);
      g_assert_cmpint (value->integer, ==, 5);
    }
}

static void
test_forbidden (void)
{
  refuse (BYTES ("cos\nsystem\n(S'echo'\ntR."),
          "needs os.system, which is not allowed in a weights file; save its "
          "state dict instead");
  refuse (BYTES ("\x80\4\x8c\2os\x8c\6system\x93."), "needs os.system");
  refuse (BYTES ("(S'echo'\nios\nsystem\n."), "needs os.system");
  refuse (BYTES ("c__builtin__\neval\n."), "__builtin__.eval");
  refuse (BYTES ("cbuiltins\ngetattr\n."), "builtins.getattr");
  refuse (BYTES ("ctorch\nload\n."), "torch.load");
  refuse (BYTES ("ctorch._utils\n_rebuild_tensor_v2.__globals__\n."),
          "_rebuild_tensor_v2.__globals__");
  refuse (BYTES ("ccollections\n\n."), "collections.");
  refuse (BYTES ("c\x1b[2J\nx\n."), "\\033[2J.x"); // nothing for a terminal
  refuse (BYTES ("(ccollections\nOrderedDict\no."), "0x6f");
  refuse (BYTES ("ccollections\nOrderedDict\n)}\x92."), "0x92");
  refuse (BYTES ("\x82\1."), "0x82");
  refuse (BYTES ("\x83\1\0."), "0x83");
  refuse (BYTES ("P0\n."), "0x50");
  refuse (BYTES ("\x8f."), "0x8f");
  refuse (BYTES ("\x97."), "0x97");
  refuse (BYTES ("\xff."), "0xff");
}

static void
test_misuse (void)
{
  refuse (BYTES ("ctorch\nFloatStorage\n)R."), "calls torch.FloatStorage");
  refuse (BYTES ("ctorch\nfloat32\n)R."), "calls torch.float32");
  refuse (BYTES ("ctorch\nSize\n)R."), "calls torch.Size");
  refuse (BYTES ("ctorch._utils\n_rebuild_parameter\n(NNNtR."),
          "_rebuild_parameter");
  refuse (BYTES ("ctorch._utils\n_rebuild_tensor_v2\n)R."), "tensor");
  refuse (BYTES ("ccollections\nOrderedDict\n(K\1tR."), "dict");
  refuse (BYTES ("ccollections\nOrderedDict\n(](K\1etR."), "dict");
  refuse (BYTES ("]}b."), "objects");
  refuse (BYTES ("(U\6module)tQ."), "whole network");
  refuse (BYTES ("NQ."), "storage");
  refuse (BYTES ("(U\7storageNU\0010U\3cpuK\4tQ."), "storage");
  refuse (BYTES ("(U\7storagectorch\nFloatStorage\nU\0010U\3cpuJ\xff\xff\xff"
                 "\xfftQ."), "storage");
  // The same storage in two lengths, and a view that is longer than it.
  refuse (BYTES ("((U\7storagectorch\nFloatStorage\nU\0010U\3cpuK\4tQ"
                 "(U\7storagectorch\nFloatStorage\nU\0010U\3cpuK\5tQt."),
          "contradicts");
  refuse (BYTES ("(U\7storagectorch\nFloatStorage\nU\0010U\3cpuK\4(U\1vK\2K\3"
                 "ttQ."), "contradicts");
}

static void
test_damage (void)
{
  static const Pickle cases[] = {
    { BYTES ("") },
    { BYTES ("N") },
    { BYTES (".") },
    { BYTES ("NN.") },
    { BYTES ("(N.") },
    { BYTES ("0.") },
    { BYTES ("2.") },
    { BYTES ("t.") },
    { BYTES ("N(0.") },
    { BYTES ("N(\x85.") },
    { BYTES ("(Nd.") },
    { BYTES ("}(Nu.") },
    { BYTES ("](Nu.") },
    { BYTES ("}Na.") },
    { BYTES ("(e.") },
    { BYTES ("h\0.") },
    { BYTES ("g-1\n.") },
    { BYTES ("q\0.") },
    { BYTES ("NNR.") },
    { BYTES ("NN\x93.") },
    { BYTES ("Ix\n.") },
    { BYTES ("I5") },
    { BYTES ("cos") },
    { BYTES ("cos\nsys") },
    { BYTES ("X\xff\xff\xff\xff" "a.") },
    { BYTES ("\x8d\xff\xff\xff\xff\xff\xff\xff\xff" "a.") },
    { BYTES ("\x8b\xff\xff\xff\xff" "a.") },
    { BYTES ("G\0.") },
    { BYTES ("\x80") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    refuse (cases[i].bytes, cases[i].size, "cut off or damaged");
  refuse (BYTES ("S'a\\x41'\n."), "string");
  refuse (BYTES ("S'a\n."), "string");
}

// What a training saves beside weights, as Python writes it: it is read and
// stands for nothing. Protocol 2 has no bytes of its own.
static void
test_inert (void)
{
  static const Pickle cases[] = {
    { BYTES ("c_codecs\nencode\n(X\2\0\0\0abX\6\0\0\0latin1tR.") },
    { BYTES ("c__builtin__\nbytes\n)R.") },
    { BYTES ("c__builtin__\nset\n(](K\1K\2etR.") },
    { BYTES ("cbuiltins\nset\n(](K\1K\2etR.") },
    { BYTES ("c__builtin__\nbytearray\n(c_codecs\nencode\n(X\1\0\0\0aX\6\0\0\0"
             "latin1tRtR.") },
    { BYTES ("ccollections\nCounter\n(}K\3K\1stR.") },
    { BYTES ("ctorch\ndevice\n(X\4\0\0\0cudaK\0tR.") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SpadeUnpickler) unpickler = spade_unpickler_new ();
      const SpadePickleValue    *value;

      value = load (unpickler, cases[i].bytes, cases[i].size);
      g_assert_cmpint (value->kind, ==, SPADE_PICKLE_INERT);
      g_assert_null (value->items);
      g_assert_null (value->text);
    }
  // It is no key to anything else: no state, no items, no call.
  refuse (BYTES ("c__builtin__\nset\n)R}b."), "objects");
  refuse (BYTES ("c__builtin__\nset\n)RK\1a."), "cut off or damaged");
  refuse (BYTES ("c__builtin__\nset\n)R)R."), "cut off or damaged");
  refuse (BYTES ("c__builtin__\ngetattr\n."), "needs __builtin__.getattr");
  refuse (BYTES ("c_codecs\ndecode\n."), "needs _codecs.decode");
}

// Each is short and would be long if it were done as it says.
static void
test_bombs (void)
{
  g_autoptr (GByteArray) pickle = g_byte_array_new ();

  for (int i = 0; i < 2000000; i++)
    g_byte_array_append (pickle, BYTES ("N"));
  refuse (pickle->data, pickle->len, "far more");

  // A list that is copied into a dict again and again.
  g_byte_array_set_size (pickle, 0);
  g_byte_array_append (pickle, BYTES ("(NN\x86q\1]("));
  for (int i = 0; i < 20000; i++)
    g_byte_array_append (pickle, BYTES ("h\1"));
  g_byte_array_append (pickle, BYTES ("e\x85q\2"));
  for (int i = 0; i < 100; i++)
    g_byte_array_append (pickle,
                         BYTES ("ccollections\nOrderedDict\nh\2R"));
  g_byte_array_append (pickle, BYTES ("t."));
  refuse (pickle->data, pickle->len, "dict");
}

static void
test_loops (void)
{
  g_autoptr (SpadeUnpickler) unpickler = spade_unpickler_new ();
  const SpadePickleValue    *value;

  // d = {}; d["a"] = d
  value = load (unpickler, BYTES ("}q\0U\1ah\0s."));
  g_assert_true (spade_pickle_lookup (value, "a") == value);
}

static void
test_tensors (void)
{
  g_autoptr (SpadeUnpickler) unpickler = spade_unpickler_new ();
  const SpadePickleValue    *value;
  SpadeStorage              *storage;

  value = load (unpickler, BYTES (TENSOR ("K\1", "K\1K\2\x86", "K\7K\1\x86")));
  g_assert_cmpint (value->kind, ==, SPADE_PICKLE_TENSOR);
  g_assert_cmpint (value->integer, ==, 1);
  g_assert_cmpint (value->n_dims, ==, 2);
  g_assert_cmpint (value->shape[1], ==, 2);
  g_assert_cmpint (value->stride[0], ==, 7);
  storage = g_hash_table_lookup (spade_unpickler_get_storages (unpickler),
                                 "0");
  g_assert_true (value->storage == storage);
  g_assert_cmpint (storage->n_elements, ==, 4);
  g_assert_cmpint (storage->type, ==, SPADE_STORAGE_F32);
}

// A view of storage "0" of four floats, the tensor alone.
#define VIEW                                                                  \
  "((X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0" "0X\3\0\0\0cpuK\4tQ"    \
  "K\1K\2\x85K\1\x85\x89" "ccollections\nOrderedDict\n)Rt"

// Python's attributes on a tensor make torch write it in these ways.
static void
test_tensors_with_attributes (void)
{
  static const Pickle cases[] = {
    { BYTES ("ctorch._utils\n_rebuild_parameter_with_state\n(ctorch._utils\n"
             "_rebuild_tensor_v2\n" VIEW "R\x88" "ccollections\nOrderedDict\n"
             ")R}X\3\0\0\0tagK\1stR.") },
    { BYTES ("ctorch._tensor\n_rebuild_from_type_v2\n(ctorch._utils\n"
             "_rebuild_tensor_v2\nctorch\nTensor\n" VIEW "}X\3\0\0\0tagK\1stR.") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SpadeUnpickler) unpickler = spade_unpickler_new ();
      const SpadePickleValue    *value;

      value = load (unpickler, cases[i].bytes, cases[i].size);
      g_assert_cmpint (value->kind, ==, SPADE_PICKLE_TENSOR);
      g_assert_cmpint (value->integer, ==, 1);
      g_assert_cmpint (value->shape[0], ==, 2);
    }
  refuse (BYTES ("ctorch._tensor\n_rebuild_from_type_v2\n(ctorch._tensor\n"
                 "_rebuild_from_type_v2\nctorch\nTensor\n)}tR."),
          "calls torch._tensor._rebuild_from_type_v2");
  refuse (BYTES ("ctorch._tensor\n_rebuild_from_type_v2\n(c__builtin__\nset\n"
                 "ctorch\nTensor\n)}tR."), "_rebuild_from_type_v2");
  refuse (BYTES ("ctorch._tensor\n_rebuild_from_type_v2\n(ctorch._utils\n"
                 "_rebuild_tensor_v2\nctorch\nTensor\n)}tR."),
          "a tensor that cannot be read");
}

static void
test_bad_tensors (void)
{
  refuse (BYTES (TENSOR ("K\1", "K\4\x85", "K\1\x85")), "outside");
  refuse (BYTES (TENSOR ("K\4", "K\1\x85", "K\1\x85")), "outside");
  refuse (BYTES (TENSOR ("K\0", "K\2\x85", "K\4\x85")), "outside");
  refuse (BYTES (TENSOR ("J\xff\xff\xff\xff", "K\1\x85", "K\1\x85")),
          "outside");
  refuse (BYTES (TENSOR ("K\3", "K\2\x85", "J\xff\xff\xff\xff\x85")),
          "outside");
  refuse (BYTES (TENSOR ("K\0", "J\xff\xff\xff\xff\x85", "K\1\x85")),
          "outside");
  // 2^62 x 2^2 is 0 in 64 bits; so is a step of 2^62 taken four times.
  refuse (BYTES (TENSOR ("K\0", "\x8a\x08\0\0\0\0\0\0\0\x40K\4\x86",
                         "K\0K\0\x86")), "twice");
  refuse (BYTES (TENSOR ("K\0", "K\5\x85", "\x8a\x08\0\0\0\0\0\0\0\x40\x85")),
          "outside");
  refuse (BYTES (TENSOR ("K\0", "K\0\x8a\x08\0\0\0\0\0\0\0\x40\x86",
                         "K\0K\0\x86")), "twice");
  // An expanded tensor takes no space in the file and any when read.
  refuse (BYTES (TENSOR ("K\0", "K\5\x85", "K\0\x85")),
          "shows an element twice; save a clone");
  refuse (BYTES (TENSOR ("K\0", "(K\1K\1K\1K\1K\1t", "(K\1K\1K\1K\1K\1t")),
          "tensor");
  refuse (BYTES (TENSOR ("K\0", "K\1K\1\x86", "K\1\x85")), "tensor");
  refuse (BYTES (TENSOR ("K\0", "N\x85", "K\1\x85")), "outside");
  refuse (BYTES (TENSOR ("K\0", "K\1", "K\1")), "tensor");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/unpickle/reads-numbers-of-every-form", test_numbers);
  g_test_add_func ("/unpickle/reads-dicts-of-every-protocol", test_dicts);
  g_test_add_func ("/unpickle/reads-tensors-as-views", test_tensors);
  g_test_add_func ("/unpickle/reads-tensors-that-have-attributes",
                   test_tensors_with_attributes);
  g_test_add_func ("/unpickle/keeps-nothing-of-what-is-no-weight", test_inert);
  g_test_add_func ("/unpickle/refuses-other-names-by-name", test_forbidden);
  g_test_add_func ("/unpickle/refuses-allowed-names-in-odd-places",
                   test_misuse);
  g_test_add_func ("/unpickle/refuses-damaged-pickles", test_damage);
  g_test_add_func ("/unpickle/refuses-to-grow-without-end", test_bombs);
  g_test_add_func ("/unpickle/survives-a-dict-in-itself", test_loops);
  g_test_add_func ("/unpickle/refuses-tensors-outside-their-storage",
                   test_bad_tensors);
  return g_test_run ();
}
