// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Files of torch.save in both forms: the fixtures that PyTorch wrote, the same
// cut off at every byte, and files put together here with one thing wrong.

#include "scratch.h"
#include "torch-pieces.h"

#include <glib/gstdio.h>
#include <stdio.h>

#ifdef HAVE_ARCHIVE
#include <archive.h>
#include <archive_entry.h>
#endif

static void
assert_values (const SpadeTorchFile *file,
               const char           *name,
               int                   n,
               const float          *values)
{
  const SpadeTorchTensor *tensor = spade_torch_file_get (file, name);
  float                   read[24];

  g_assert_nonnull (tensor);
  g_assert_true (spade_torch_tensor_is_float (tensor));
  g_assert_cmpint (spade_torch_tensor_n_elements (tensor), ==, n);
  spade_torch_tensor_read (tensor, read);
  g_assert_cmpmem (read, (gsize) n * 4, values, (gsize) n * 4);
}

// What tests/reference/make_checkpoints.py put in.
static void
check_fixture (const SpadeTorchFile *file)
{
  static const float line[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };
  static const float turned[] = { 0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11 };
  static const float numbers[] = { 1, -2, 0.5 };
  static const float three = 3;
  float              images[24];
  int                n;
  const SpadeTorchTensor *count = spade_torch_file_get (file, "count");

  for (int i = 0; i < 24; i++)
    images[i] = (float) i;
  spade_torch_file_list (file, &n);
  g_assert_cmpint (n, ==, 10);
  assert_values (file, "plain", 12, line);
  assert_values (file, "turned", 12, turned);
  assert_values (file, "middle", 4, line + 4);
  assert_values (file, "images", 24, images);
  assert_values (file, "half", 3, numbers);
  assert_values (file, "bfloat16", 3, numbers);
  assert_values (file, "double", 3, numbers);
  assert_values (file, "parameter", 1, &three);
  assert_values (file, "none", 0, NULL);
  g_assert_false (spade_torch_tensor_is_float (count));
  g_assert_cmpint (count->n_dims, ==, 0);
  g_assert_null (spade_torch_file_get (file, "module.plain"));
}

static char *
get_fixture (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "data", "checkpoints", name,
                                NULL);
}

static void
test_fixture (gconstpointer name)
{
  g_autofree char   *path = get_fixture (name);
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeTorchFile) file = spade_torch_file_open (path, NULL, &error);

  g_assert_no_error (error);
  check_fixture (file);
}

// A copy of a fixture that may be spoilt. Free with g_free().
static char *
copy_fixture (const char *name, char **out_contents, gsize *out_size)
{
  g_autofree char *path = get_fixture (name);

  g_assert_true (g_file_get_contents (path, out_contents, out_size, NULL));
  return scratch_write ("copy.pth", *out_contents, *out_size);
}

static void
test_truncation (gconstpointer name)
{
  g_autofree char *contents = NULL;
  gsize            size;
  g_autofree char *path = copy_fixture (name, &contents, &size);

  while (size-- > 0)
    {
      scratch_truncate (path, size);
      torch_refuse_file (path, "is not a checkpoint that can be used");
    }
}

static void
read_all (const SpadeTorchFile *file)
{
  float                   numbers[256];
  int                     n = 0;
  const SpadeTorchTensor *tensors = spade_torch_file_list (file, &n);

  for (int i = 0; i < n; i++)
    if (spade_torch_tensor_is_float (&tensors[i])
        && spade_torch_tensor_n_elements (&tensors[i]) <= 256)
      spade_torch_tensor_read (&tensors[i], numbers);
}

static void
put_byte (FILE *stream, gsize place, char byte)
{
  g_assert_cmpint (fseek (stream, (long) place, SEEK_SET), ==, 0);
  g_assert_cmpint (fputc (byte, stream), ==, (guchar) byte);
  g_assert_cmpint (fflush (stream), ==, 0);
}

// A wrong byte may go unseen in the numbers; it must never do harm.
static void
test_wrong_bytes (gconstpointer name)
{
  g_autofree char *contents = NULL;
  gsize            size;
  g_autofree char *path = copy_fixture (name, &contents, &size);
  FILE            *stream = g_fopen (path, "r+b");

  for (gsize i = 0; i < size; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SpadeTorchFile) file = NULL;
      char wrong = (char) (contents[i] ^ 1 << i % 8);

      put_byte (stream, i, wrong);
      file = spade_torch_file_open (path, NULL, &error);
      g_assert_true ((file == NULL) == (error != NULL));
      if (file != NULL)
        read_all (file);
      put_byte (stream, i, contents[i]);
    }
  fclose (stream);
}

static void
test_legacy (void)
{
  static const char bytes[] = HEAD OBJECT KEYS DATA;
  static const float values[] = { 1, 2 };
  g_autofree char  *path = scratch_write ("made.pth", bytes,
                                          sizeof bytes - 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeTorchFile) file = spade_torch_file_open (path, NULL, &error);

  g_assert_no_error (error);
  assert_values (file, "a", 2, values);
}

static void
test_bad_legacy (void)
{
  REFUSE ("", "empty");
  REFUSE ("not a checkpoint", "torch.save did not write it");
  REFUSE ("\x80\2K\1.", "torch.save did not write");
  REFUSE (MAGIC "\x80\2M\xe8\3." SYSTEM OBJECT KEYS DATA, "protocol");
  REFUSE (MAGIC PROTOCOL "\x80\2}X\x0d\0\0\0little_endian\x89s." OBJECT KEYS
          DATA, "big-endian");
  REFUSE (HEAD OBJECT "\x80\2}." DATA, "list of storages");
  REFUSE (HEAD OBJECT "\x80\2].", "data of its tensor \"a\" is missing");
  REFUSE (HEAD OBJECT "\x80\2]X\1\0\0\0" "1a." DATA, "contradicts");
  REFUSE (HEAD OBJECT "\x80\2](K\0e." DATA, "contradicts");
  REFUSE (HEAD OBJECT "\x80\2](U\1" "0U\1" "0e." DATA DATA, "contradicts");
  REFUSE (HEAD OBJECT KEYS "\3\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
          "length of a storage");
  REFUSE (HEAD OBJECT KEYS "\2\0\0\0\0\0\0\x80\0\0\0\0\0\0\0\0",
          "length of a storage");
  REFUSE (HEAD "cos\nsystem\n." KEYS DATA, "needs os.system");
}

// A .safetensors file begins with the length of its JSON, which may look like a
// pickle's first byte.
static void
test_safetensors (void)
{
  char bytes[8 + 0x80];

  memset (bytes, ' ', sizeof bytes);
  memcpy (bytes, "\x80\0\0\0\0\0\0\0" "{\"a\":{}}", 17);
  torch_refuse_bytes (bytes, sizeof bytes, "it is a .safetensors file already");
  bytes[0] = 0x10;
  torch_refuse_bytes (bytes, sizeof bytes, "it is a .safetensors file already");
}

static void
test_huge_storage (void)
{
  // A storage of 2^40 numbers in a file of some hundred bytes.
  REFUSE (HEAD "\x80\2}U\1a" TENSOR_OF (
      "(U\7storagectorch\nDoubleStorage\nU\1" "0U\3cpu"
      "\x8a\x06\0\0\0\0\0\1t") "s." KEYS
      "\0\0\0\0\0\1\0\0" "\0\0\0\0\0\0\0\0", "cut off in its weights");
  REFUSE (HEAD "\x80\2}U\1a" TENSOR_OF (
      "(U\7storagectorch\nDoubleStorage\nU\1" "0U\3cpu"
      "\x8a\x08\0\0\0\0\0\0\0\x20t") "s." KEYS DATA, "storage");
}

static void
test_no_file (void)
{
  g_autofree char   *path = scratch_path ("none.pth");
  g_autoptr (GError) error = NULL;

  g_assert_null (spade_torch_file_open (path, NULL, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_FILE);
}

#ifdef HAVE_ARCHIVE

#define ZIP_OBJECT "\x80\2}U\1a" TENSOR_OF (STORAGE "t") "s."
#define NUMBERS "\0\0\x80?\0\0\0@"

typedef struct
{
  const char *name, *bytes;
  gsize       size;
} Entry;

#define ENTRY(name, bytes) { name, bytes, sizeof bytes - 1 }
#define END { .name = NULL }

static char *
write_zip (const Entry *entries, const char *options)
{
  char           *path = scratch_path ("made.zip.pth");
  struct archive *zip = archive_write_new ();

  archive_write_set_format_zip (zip);
  archive_write_set_options (zip, options);
  g_assert_cmpint (archive_write_open_filename (zip, path), ==, ARCHIVE_OK);
  for (; entries->name != NULL; entries++)
    {
      struct archive_entry *entry = archive_entry_new ();

      archive_entry_set_pathname (entry, entries->name);
      archive_entry_set_size (entry, (la_int64_t) entries->size);
      archive_entry_set_filetype (entry, AE_IFREG);
      archive_entry_set_perm (entry, 0644);
      g_assert_cmpint (archive_write_header (zip, entry), ==, ARCHIVE_OK);
      archive_write_data (zip, entries->bytes, entries->size);
      archive_entry_free (entry);
    }
  g_assert_cmpint (archive_write_free (zip), ==, ARCHIVE_OK);
  return path;
}

static void
test_zip_forms (void)
{
  static const Entry entries[] = { ENTRY ("x/data.pkl", ZIP_OBJECT),
                                   ENTRY ("x/byteorder", "little"),
                                   ENTRY ("x/data/0", NUMBERS),
                                   ENTRY ("x/version", "3\n"),
                                   END };
  static const float values[] = { 1, 2 };
  static const char *const options[] = { "compression=store",
                                         "compression=deflate", "zip64" };

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_autofree char   *path = write_zip (entries, options[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (SpadeTorchFile) file = spade_torch_file_open (path, NULL, &error);

      g_assert_no_error (error);
      assert_values (file, "a", 2, values);
    }
}

static void
refuse_zip (const Entry *entries, const char *word)
{
  g_autofree char *path = write_zip (entries, "compression=deflate");

  torch_refuse_file (path, word);
}

// Tests run in the C locale, which has no letter of this folder's name.
static void
test_zip_of_umlauts (void)
{
  g_autofree char   *path = g_test_build_filename (G_TEST_DIST, "data",
                                                   "checkpoints", "zip.pth", NULL);
  g_autofree char   *bytes = NULL;
  g_autofree char   *other = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeTorchFile) file = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  for (gsize i = 0; i + 4 <= size; i++)
    if (memcmp (bytes + i, "zip/", 4) == 0)
      memcpy (bytes + i, "z\xc3\xbc/", 4);
  other = scratch_write ("umlauts.pth", bytes, size);
  file = spade_torch_file_open (other, NULL, &error);
  g_assert_no_error (error);
  check_fixture (file);
}

static void
test_bad_zips (void)
{
  const Entry big_endian[] = { ENTRY ("x/data.pkl", ZIP_OBJECT),
                               ENTRY ("x/byteorder", "big"),
                               ENTRY ("x/data/0", NUMBERS), END };
  const Entry no_pickle[] = { ENTRY ("x/data/0", NUMBERS), END };
  const Entry two_pickles[] = { ENTRY ("x/data.pkl", ZIP_OBJECT),
                                ENTRY ("y/data.pkl", ZIP_OBJECT), END };
  const Entry no_data[] = { ENTRY ("x/data.pkl", ZIP_OBJECT), END };
  const Entry too_short[] = { ENTRY ("x/data.pkl", ZIP_OBJECT),
                              ENTRY ("x/data/0", "\0\0\0"), END };
  const Entry too_long[] = { ENTRY ("x/data.pkl", ZIP_OBJECT),
                             ENTRY ("x/data/0", NUMBERS "\0"), END };
  const Entry twice[] = { ENTRY ("x/data.pkl", ZIP_OBJECT),
                          ENTRY ("x/data/0", NUMBERS),
                          ENTRY ("x/data/0", NUMBERS), END };
  const Entry forbidden[] = { ENTRY ("x/data.pkl", "cos\nsystem\n."),
                              END };
  const Entry script[] = { ENTRY ("x/data.pkl",
                                  "c__torch__.net\nNet\n)\x81."), END };

  refuse_zip (big_endian, "big-endian");
  refuse_zip (no_pickle, "without data.pkl; if the checkpoint is in it, unpack "
              "it first");
  refuse_zip (two_pickles, "two pickles");
  refuse_zip (no_data, "data of its tensor \"a\" is missing");
  refuse_zip (too_short, "too short");
  refuse_zip (too_long, "too long");
  refuse_zip (twice, "twice");
  refuse_zip (forbidden, "needs os.system");
  refuse_zip (script, "needs __torch__.net.Net");
}

// 64 MiB of zeros pack into 64 KiB; as a pickle they are too much.
static void
test_zip_bomb (void)
{
  gsize            size = 64 << 20;
  g_autofree char *zeros = g_malloc0 (size);
  const Entry      pickle[] = { { "x/data.pkl", zeros, size }, END };
  const Entry      data[] = { ENTRY ("x/data.pkl", ZIP_OBJECT),
                              { "x/data/0", zeros, size }, END };

  refuse_zip (pickle, "far more");
  refuse_zip (data, "too long");
}

#endif

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/torch-file/reads-a-legacy-stream-of-pytorch",
                        "legacy.pth", test_fixture);
  g_test_add_data_func ("/torch-file/refuses-a-legacy-stream-cut-anywhere",
                        "legacy.pth", test_truncation);
  g_test_add_data_func ("/torch-file/survives-wrong-bytes-in-a-legacy-stream",
                        "legacy.pth", test_wrong_bytes);
  g_test_add_func ("/torch-file/reads-a-legacy-stream", test_legacy);
  g_test_add_func ("/torch-file/refuses-streams-that-contradict-themselves",
                   test_bad_legacy);
  g_test_add_func ("/torch-file/tells-a-safetensors-file", test_safetensors);
  g_test_add_func ("/torch-file/refuses-storages-that-are-not-there",
                   test_huge_storage);
  g_test_add_func ("/torch-file/says-that-there-is-no-file", test_no_file);
#ifdef HAVE_ARCHIVE
  g_test_add_data_func ("/torch-file/reads-a-zip-of-pytorch", "zip.pth",
                        test_fixture);
  g_test_add_data_func ("/torch-file/refuses-a-zip-cut-anywhere", "zip.pth",
                        test_truncation);
  g_test_add_data_func ("/torch-file/survives-wrong-bytes-in-a-zip",
                        "zip.pth", test_wrong_bytes);
  g_test_add_func ("/torch-file/reads-zips-packed-and-not", test_zip_forms);
  g_test_add_func ("/torch-file/reads-a-zip-whose-folder-has-any-name",
                   test_zip_of_umlauts);
  g_test_add_func ("/torch-file/refuses-zips-with-something-wrong",
                   test_bad_zips);
  g_test_add_func ("/torch-file/refuses-zips-that-grow", test_zip_bomb);
#endif
  status = g_test_run ();
  scratch_remove ();
  return status;
}
