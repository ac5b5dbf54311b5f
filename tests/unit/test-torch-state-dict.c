// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Which of the tensors that a training saved are the network's: files put
// together here, where the network is what has a tensor "w", and one of PyTorch.

#include "scratch.h"
#include "torch-pieces.h"
#include "unpickle.h"

static void
test_state_dicts (void)
{
  static const char wrapped[] =
      HEAD "\x80\2}(U\5epochK\7U\5model}U\1a" TENSOR "su." KEYS DATA;
  g_autofree char *path = scratch_write ("wrapped.pth", wrapped,
                                         sizeof wrapped - 1);
  g_autoptr (SpadeTorchFile) file = spade_torch_file_open (path, NULL, NULL);

  g_assert_nonnull (file);
  g_assert_nonnull (spade_torch_file_get (file, "a"));

  REFUSE (HEAD "\x80\2}(U\4netG}U\1a" TENSOR "sU\4netE}U\1a" TENSOR "su." KEYS
          DATA, "several state dicts");
  REFUSE (HEAD "\x80\2}." "\x80\2].", "state dict");
  REFUSE (HEAD "\x80\2N." "\x80\2].", "state dict");
  REFUSE (HEAD "\x80\2}q\1U\1ah\1s." "\x80\2].", "state dict"); // itself
  REFUSE (HEAD "\x80\2}(U\1a" TENSOR "U\1a" TENSOR "u." KEYS DATA, "twice");
  REFUSE (HEAD "\x80\2}(U\1a" TENSOR "U\x08module.a" TENSOR "u." KEYS DATA,
          "twice");
}

// One dict, as often in another as fits: each is looked through once, or it would
// take hours.
static void
test_many_dicts (void)
{
  g_autoptr (GString) file = g_string_new (NULL);

#define APPEND(text) g_string_append_len (file, text, sizeof text - 1)
  APPEND (HEAD "\x80\2}(U\1d}q\1(K\1q\2h\2");
  for (int i = 0; i < 1000000; i++)
    APPEND ("h\2h\2");
  APPEND ("u");
  for (int i = 0; i < 1000000; i++)
    APPEND ("h\2h\1");
  APPEND ("u." "\x80\2].");
#undef APPEND
  torch_refuse_bytes (file->str, file->len, "state dict");
}

#define LONG (8 << 20)
#define TIMES 300000

// One name of LONG bytes, memoised as number 0, and used TIMES times by a few
// bytes each: compared each time it would take minutes to hours.
static void
test_long_names (void)
{
  const guint8 size[] = { LONG & 255, LONG >> 8 & 255, LONG >> 16 & 255,
                          LONG >> 24 };
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GString) keys = g_string_new (NULL);
  g_autofree char    *name = g_strnfill (LONG, 'a');

#define APPEND(to, text) g_string_append_len (to, text, sizeof text - 1)
  // {name: tensor, name: tensor, ...}
  APPEND (names, HEAD "\x80\2}(X");
  g_string_append_len (names, (const char *) size, sizeof size);
  g_string_append_len (names, name, LONG);
  APPEND (names, "q\0" TENSOR "q\1");
  for (int i = 0; i < TIMES; i++)
    APPEND (names, "h\0h\1");
  APPEND (names, "u." KEYS DATA);
  torch_refuse_bytes (names->str, names->len, "names that no network has");

  // One id of a storage with that key, resolved over and over.
  APPEND (keys, HEAD "\x80\2](X\7\0\0\0storagectorch\nFloatStorage\nX");
  g_string_append_len (keys, (const char *) size, sizeof size);
  g_string_append_len (keys, name, LONG);
  APPEND (keys, "X\3\0\0\0cpuK\2Ntq\0Q");
  for (int i = 0; i < TIMES; i++)
    APPEND (keys, "h\0Q");
  APPEND (keys, "." KEYS DATA);
#undef APPEND
  torch_refuse_bytes (keys->str, keys->len, "a storage that cannot be read");
}

// Names that g_str_hash() takes for one another, as a hostile file may have: a
// table of them would be a list.
static void
test_alike_names (void)
{
  g_autoptr (GHashTable) hashes = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < 1 << 12; i++)
    {
      char name[25] = "";

      for (int bit = 0; bit < 12; bit++)
        memcpy (name + 2 * bit, i >> bit & 1 ? "Ab" : "BA", 2);
      g_assert_cmpuint (g_str_hash (name), ==,
                        g_str_hash ("BABABABABABABABABABABABA"));
      g_hash_table_add (hashes, GUINT_TO_POINTER (spade_pickle_hash (name)));
    }
  g_assert_cmpuint (g_hash_table_size (hashes), >, 4080);
}

typedef struct
{
  const char *bytes;
  gsize       size;
} Made;

#define MADE(root) { HEAD "\x80\2" root "." KEYS DATA,                        \
                     sizeof (HEAD "\x80\2" root "." KEYS DATA) - 1 }

// Opens what was put together, looking for "w", else for "e".
static SpadeTorchFile *
open_made (const Made *made, GError **error)
{
  g_autofree char *path = scratch_new_path ("made.pth");

  g_assert_true (g_file_set_contents (path, made->bytes, (gssize) made->size, NULL));
  return spade_torch_file_open (path, (const char *[]) { "w", "e", NULL }, error);
}

// All of them hold "w" and "v" of one network, somewhere.
static void
test_places (void)
{
  static const Made cases[] = {
    MADE ("}(U\1w" TENSOR "U\1v" TENSOR "u"),
    // {"net_G": {...}, "rng_state": tensor}
    MADE ("}(U\5net_G}(U\1w" TENSOR "U\1v" TENSOR "uU\3rng" TENSOR "u"),
    MADE ("}(U\3rng" TENSOR "U\5net_G}(U\1w" TENSOR "U\1v" TENSOR "uu"),
    MADE ("}U\1c}U\5net_G}(U\1w" TENSOR "U\1v" TENSOR "uss"),
    MADE ("}(U\4netG}(U\1w" TENSOR "U\1v" TENSOR "uU\4netD}(U\1x" TENSOR
          "U\1v" TENSOR "uu"),
    MADE ("}(U\x08module.w" TENSOR "U\x08module.v" TENSOR "u"),
    MADE ("}(U\x0b_orig_mod.w" TENSOR "U\x0b_orig_mod.v" TENSOR "u"),
    MADE ("}(U\x12module._orig_mod.w" TENSOR "U\x12module._orig_mod.v" TENSOR
          "u"),
    // torch.optim.swa_utils.AveragedModel
    MADE ("}(U\nn_averaged" TENSOR "U\x08module.w" TENSOR "U\x08module.v"
          TENSOR "u"),
    // Lightning
    MADE ("}U\x0astate_dict}(U\6netG.w" TENSOR "U\6netD.v" TENSOR "U\6netG.v"
          TENSOR "us"),
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SpadeTorchFile) file = open_made (&cases[i], &error);
      int n;

      g_test_message ("case %u", i);
      g_assert_no_error (error);
      g_assert_nonnull (spade_torch_file_get (file, "w"));
      g_assert_nonnull (spade_torch_file_get (file, "v"));
      spade_torch_file_list (file, &n);
      g_assert_cmpint (n, ==, 2);
    }
}

static void
test_several (void)
{
  static const struct
  {
    Made        made;
    const char *word;
  } cases[] = {
    { MADE ("}(U\4netG}U\1w" TENSOR "sU\3ema}U\1w" TENSOR "su"),
      "several networks of that kind (netG, ema); save" },
    { MADE ("}(U\6netG.w" TENSOR "U\5ema.w" TENSOR "u"), "(netG, ema)" },
    { MADE ("}(U\1w" TENSOR "U\5ema.w" TENSOR "u"), "(the whole, ema)" },
    { MADE ("}(K\0}U\1w" TENSOR "sU\3ema}U\1w" TENSOR "su"), "(?, ema)" },
    { MADE ("}U\1s}(U\3a.w" TENSOR "U\3b.w" TENSOR "us"), "(s.a, s.b)" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SpadeTorchFile) file = open_made (&cases[i].made, &error);

      g_assert_null (file);
      g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CHECKPOINT);
      if (strstr (error->message, cases[i].word) == NULL)
        g_error ("\"%s\" does not say \"%s\"", error->message, cases[i].word);
    }
}

// The other network is found so that it can be told what it is; "xw" is no "w".
static void
test_others (void)
{
  static const Made other = MADE ("}(U\3rng" TENSOR "U\1n}U\3a.e" TENSOR "su");
  static const Made none = MADE ("}U\2xw" TENSOR "s");
  g_autoptr (SpadeTorchFile) one = open_made (&other, NULL);
  g_autoptr (SpadeTorchFile) two = open_made (&none, NULL);

  g_assert_nonnull (one);
  g_assert_nonnull (spade_torch_file_get (one, "e"));
  g_assert_nonnull (two);
  g_assert_nonnull (spade_torch_file_get (two, "xw"));
}

// All that PyTorch writes beside a network and would read again with
// weights_only; what tests/reference/make_checkpoints.py put in.
static void
test_training (void)
{
  g_autofree char *path = g_test_build_filename (
      G_TEST_DIST, "data", "checkpoints", "training.pth", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeTorchFile) file = NULL;
  float numbers[3];
  int   n;

  file = spade_torch_file_open (path, (const char *[]) { "conv_img.weight", NULL },
                                &error);
  g_assert_no_error (error);
  spade_torch_file_list (file, &n);
  g_assert_cmpint (n, ==, 3);
  for (int i = 0; i < n; i++)
    {
      static const char *const names[] = { "conv_img.weight", "parameter",
                                           "attribute" };
      const SpadeTorchTensor  *tensor = spade_torch_file_get (file, names[i]);

      g_assert_nonnull (tensor);
      g_assert_cmpint (spade_torch_tensor_n_elements (tensor), ==, 3);
      spade_torch_tensor_read (tensor, numbers);
      g_assert_cmpfloat (numbers[0], ==, 1);
      g_assert_cmpfloat (numbers[1], ==, -2);
      g_assert_cmpfloat (numbers[2], ==, i);
    }
}

// Names and shapes are there without the numbers.
static void
test_look (void)
{
  g_autofree char *path = g_test_build_filename (
      G_TEST_DIST, "data", "checkpoints", "training.pth", NULL);
  g_autoptr (SpadeTorchFile) file = NULL;
  const SpadeTorchTensor    *tensor;

  file = spade_torch_file_look (path, (const char *[]) { "conv_img.weight", NULL },
                                NULL);
  g_assert_nonnull (file);
  tensor = spade_torch_file_get (file, "conv_img.weight");
  g_assert_nonnull (tensor);
  g_assert_cmpint (tensor->shape[0], ==, 3);
  g_assert_null (tensor->data);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/torch-state-dict/is-the-only-one-or-says-why-not",
                   test_state_dicts);
  g_test_add_func ("/torch-state-dict/looks-through-many-dicts-once",
                   test_many_dicts);
  g_test_add_func ("/torch-state-dict/has-no-names-of-megabytes",
                   test_long_names);
  g_test_add_func ("/torch-state-dict/tells-names-apart-that-hash-alike",
                   test_alike_names);
  g_test_add_func ("/torch-state-dict/is-found-in-any-dict-after-any-prefix",
                   test_places);
  g_test_add_func ("/torch-state-dict/says-where-several-are", test_several);
  g_test_add_func ("/torch-state-dict/is-that-of-another-network",
                   test_others);
#ifdef HAVE_ARCHIVE
  g_test_add_func ("/torch-state-dict/is-found-in-what-a-training-saves",
                   test_training);
  g_test_add_func ("/torch-state-dict/can-be-looked-at-without-numbers",
                   test_look);
#endif
  status = g_test_run ();
  scratch_remove ();
  return status;
}
