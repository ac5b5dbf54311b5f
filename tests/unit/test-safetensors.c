// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The safetensors container: what is written is read again, and whatever is
// wrong with a file is found before a tensor is handed out.

#include "safetensors.h"
#include "scratch.h"
#include "spade-types.h"

#ifdef __unix__
#include <sys/mman.h>
#endif
#include <unistd.h>

#define F32(name, shape, begin, end)                                          \
  "\"" name "\":{\"dtype\":\"F32\",\"shape\":" shape                          \
  ",\"data_offsets\":[" #begin "," #end "]}"

// Writes length, header and n_data bytes of zeros. Free with g_free().
static char *
write_file (const char *header, gsize n_data)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint64 length = GUINT64_TO_LE (strlen (header));
  guint   size = (guint) (8 + strlen (header) + n_data);

  g_byte_array_append (bytes, (const guint8 *) &length, 8);
  g_byte_array_append (bytes, (const guint8 *) header,
                       (guint) strlen (header));
  g_byte_array_set_size (bytes, size);
  memset (bytes->data + size - n_data, 0, n_data);
  return scratch_write ("made.safetensors", bytes->data, size);
}

static void
assert_refused (const char *path, const char *word)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeSafetensors) file = spade_safetensors_open (path, &error);

  g_assert_null (file);
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_MODEL);
  if (strstr (error->message, word) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, word);
}

static void
refuse (const char *header, gsize n_data, const char *word)
{
  g_autofree char *path = write_file (header, n_data);

  assert_refused (path, word);
}

// Two tensors and a config. Free with g_free().
static char *
write_sample (void)
{
  static const float    matrix[6] = { 0, 1, -2, 3, 4, 5 };
  static const uint16_t halves[2] = { 0x3c00, 0xc000 };
  const SpadeTensor     tensors[2] = {
    { "matrix", matrix, SPADE_DTYPE_F32, 2, { 2, 3 } },
    { "halves", halves, SPADE_DTYPE_F16, 1, { 2 } },
  };
  char *path = scratch_path ("sample.safetensors");

  g_assert_true (spade_safetensors_write (path, tensors, 2, "spade.config",
                                          "{\"a\": \"\\u00e9\"}", NULL, NULL,
                                          NULL));
  return path;
}

static void
test_round_trip (void)
{
  g_autofree char *path = write_sample ();
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeSafetensors) file = spade_safetensors_open (path, &error);
  const SpadeTensor *tensor;
  float              values[6];
  guint64            length;
  int                n;

  g_assert_no_error (error);
  tensor = spade_safetensors_get (file, "matrix");
  g_assert_cmpint (tensor->n_dims, ==, 2);
  g_assert_cmpint (tensor->shape[0], ==, 2);
  g_assert_cmpint (tensor->shape[1], ==, 3);
  spade_tensor_read (tensor, 0, 6, values);
  g_assert_cmpfloat (values[2], ==, -2);
  g_assert_cmpfloat (values[5], ==, 5);
  spade_tensor_read (spade_safetensors_get (file, "halves"), 1, 1, values);
  g_assert_cmpfloat (values[0], ==, -2);
  g_assert_cmpstr (spade_safetensors_get_metadata (file, "spade.config"), ==,
                   "{\"a\": \"\\u00e9\"}");
  g_assert_null (spade_safetensors_get_metadata (file, "format"));
  g_assert_null (spade_safetensors_get (file, "Matrix"));
  tensor = spade_safetensors_list (file, &n);
  g_assert_cmpint (n, ==, 2);
  g_assert_cmpstr (tensor[1].name, ==, "halves");

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  memcpy (&length, contents, 8);
  g_assert_cmpuint (GUINT64_FROM_LE (length) % 8, ==, 0);
}

static void
test_truncation (void)
{
  g_autofree char *path = write_sample ();
  g_autofree char *contents = NULL;
  gsize            size;

  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  while (size-- > 0)
    {
      scratch_truncate (path, size);
      assert_refused (path, "is not an intact .safetensors file");
    }
}

static void
test_longer (void)
{
  refuse ("{" F32 ("a", "[1]", 0, 4) "}", 5, "belong to no tensor");
}

static void
test_offsets (void)
{
  refuse ("{" F32 ("a", "[2]", 0, 8) "," F32 ("b", "[2]", 4, 12) "}", 12,
          "overlaps");
  refuse ("{" F32 ("a", "[2]", 0, 8) "," F32 ("b", "[2]", 0, 8) "}", 8,
          "overlaps");
  refuse ("{" F32 ("a", "[1]", 0, 4) "," F32 ("b", "[1]", 8, 12) "}", 12,
          "gap");
  refuse ("{" F32 ("a", "[1]", 4, 8) "}", 8, "gap");
  refuse ("{" F32 ("a", "[1]", 4, 0) "}", 4, "outside");
  refuse ("{" F32 ("a", "[1]", -4, 0) "}", 4, "outside");
  refuse ("{" F32 ("a", "[1]", 0, 8) "}", 4, "outside");
  refuse ("{" F32 ("a", "[1]", 0, 3) "}", 3, "impossible");
  refuse ("{" F32 ("a", "[1]", 0.0, 4.0) "}", 4, "outside");
  refuse ("{" F32 ("a", "[1]", 18446744073709551612, 0) "}", 4, "outside");
  refuse ("{" F32 ("a", "[1]", 0, 18446744073709551620) "}", 4, "outside");
  refuse ("{" F32 ("a", "[2]", 0, 4) "}", 8, "does not fit");
}

#ifdef __unix__ // elsewhere nothing is released
static void
test_released_bytes (void)
{
  gsize        page = 4096, n = 64 * page;
  guint8      *memory = mmap (NULL, 2 * n, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  SpadeTensor  tensor = { "bytes", memory, SPADE_DTYPE_U8, 1, { (int64_t) n } };

  g_assert_true (memory != MAP_FAILED);
  memory[n] = memory[2 * n - 1] = 7;
  spade_tensor_release (&tensor);
  g_assert_cmpint (memory[n], ==, 7);
  g_assert_cmpint (memory[2 * n - 1], ==, 7);
  munmap (memory, 2 * n);
}
#endif

// A terminal shows the message.
static void
test_odd_names (void)
{
  g_autofree char *name = g_strnfill (100000, 'a');
  g_autofree char *header
    = g_strconcat ("{\"", name, "\":{\"dtype\":\"F32\",\"shape\":[1],"
                   "\"data_offsets\":[0,8]}}", NULL);

  refuse ("{" F32 ("\\u001b]0;x\\u0007\\n", "[2]", 0, 4) "}", 8,
          "\"?]0;x??\" does not fit");
  refuse (header, 8, "aaa...");
}

static void
test_shapes (void)
{
  refuse ("{" F32 ("a", "[-1]", 0, 4) "}", 4, "impossible");
  refuse ("{" F32 ("a", "[1.5]", 0, 4) "}", 4, "impossible");
  refuse ("{" F32 ("a", "[\"1\"]", 0, 4) "}", 4, "impossible");
  refuse ("{" F32 ("a", "[null]", 0, 4) "}", 4, "impossible");
  refuse ("{" F32 ("a", "1", 0, 4) "}", 4, "impossible");
  refuse ("{" F32 ("a", "[1,1,1,1,1]", 0, 4) "}", 4, "impossible");
  // 2^62 x 4 bytes and 2^32 x 2^32 are 0 in 64 bits.
  refuse ("{" F32 ("a", "[4611686018427387904]", 0, 0) "}", 0, "impossible");
  refuse ("{" F32 ("a", "[4294967296,4294967296]", 0, 0) "}", 0, "impossible");
  refuse ("{" F32 ("a", "[99999999999999999999]", 0, 4) "}", 4, "impossible");
  refuse ("{" F32 ("a", "[0,4611686018427387904,4611686018427387904]", 0, 0)
          "}", 0, "impossible");
}

static void
test_headers (void)
{
  g_autoptr (GString) deep = g_string_new ("{\"a\":");

  for (int i = 0; i < 100000; i++)
    g_string_append_c (deep, '[');
  refuse (deep->str, 0, "nested");
  refuse ("", 0, "UTF-8");
  refuse ("[]", 0, "not a JSON object");
  refuse ("{", 0, "not valid JSON");
  refuse ("{\"a\":\xff}", 0, "UTF-8");
  refuse ("{\"a\":1}", 0, "not a tensor");
  refuse ("{\"a\":{}}", 0, "dtype");
  refuse ("{\"a\":{\"dtype\":\"F8\",\"shape\":[0],\"data_offsets\":[0,0]}}", 0,
          "dtype");
  refuse ("{\"a\":{\"dtype\":\"F32\",\"shape\":[0]}}", 0, "outside");
  refuse ("{" F32 ("a", "[1]", 0, 4) "," F32 ("a", "[1]", 0, 4) "}", 4,
          "twice");
  refuse ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"shape\":[2],"
          "\"data_offsets\":[0,4]}}", 4, "twice");
  refuse ("{\"__metadata__\":{\"a\":1}}", 0, "not a string");
  refuse ("{\"__metadata__\":[]}", 0, "not an object");
}

static void
test_header_sizes (void)
{
  static const guint8 huge[16] = { 255, 255, 255, 255, 255, 255, 255, 255 };
  static const guint8 wrapped[16] = { 0xf8, 255, 255, 255, 255, 255, 255, 255 };
  static const guint8 beyond[16] = { 9, 0, 0, 0, 0, 0, 0, 0, '{', '}' };
  g_autofree char    *path = NULL;

  path = scratch_write ("made.safetensors", huge, sizeof huge);
  assert_refused (path, "no safetensors header");
  g_free (scratch_write ("made.safetensors", wrapped, sizeof wrapped));
  assert_refused (path, "no safetensors header");
  g_free (scratch_write ("made.safetensors", beyond, sizeof beyond));
  assert_refused (path, "cut off");
}

static void
test_empty_tensors (void)
{
  g_autofree char *path = write_file (
      "{" F32 ("b", "[1]", 0, 4) "," F32 ("a", "[0,3]", 0, 0) ","
      F32 ("c", "[0]", 4, 4) "}   ", 4);
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeSafetensors) file = spade_safetensors_open (path, &error);

  g_assert_no_error (error);
  g_assert_cmpint (
      spade_tensor_n_elements (spade_safetensors_get (file, "a")), ==, 0);
}

static void
test_no_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *path = scratch_path ("none.safetensors");

  g_assert_null (spade_safetensors_open (path, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_FILE);
}

static gboolean
fill_badly (const SpadeTensor *tensor,
            int                index,
            void              *out,
            gpointer           user_data,
            GError           **error)
{
  if (index == 0)
    {
      memset (out, 0, (gsize) spade_tensor_n_elements (tensor) * 4);
      return TRUE;
    }
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_CANCELLED, "Cancelled.");
  return FALSE;
}

static void
test_failed_write (void)
{
  static const SpadeTensor tensors[2] = {
    { "a", NULL, SPADE_DTYPE_F32, 1, { 2 } },
    { "b", NULL, SPADE_DTYPE_F32, 1, { 2 } },
  };
  g_autofree char *path = scratch_write ("old.safetensors", "old", 3);
  g_autofree char *nowhere = scratch_path ("no-folder/x.safetensors");
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  guint n_files = scratch_count ();

  g_assert_false (spade_safetensors_write (path, tensors, 2, NULL, NULL,
                                           fill_badly, NULL, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_CANCELLED);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "old");
  g_assert_cmpuint (scratch_count (), ==, n_files);

  g_clear_error (&error);
  g_assert_false (spade_safetensors_write (nowhere, tensors, 2, NULL, NULL,
                                           fill_badly, NULL, &error));
  g_assert_error (error, SPADE_ERROR, SPADE_ERROR_FILE);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
#ifdef __unix__
  g_test_add_func ("/safetensors/releases-a-tensor-and-no-more",
                   test_released_bytes);
#endif
  g_test_add_func ("/safetensors/odd-names-come-out-plain", test_odd_names);
  g_test_add_func ("/safetensors/reads-what-it-wrote", test_round_trip);
  g_test_add_func ("/safetensors/refuses-a-file-cut-off-anywhere",
                   test_truncation);
  g_test_add_func ("/safetensors/refuses-bytes-of-no-tensor", test_longer);
  g_test_add_func ("/safetensors/refuses-impossible-offsets", test_offsets);
  g_test_add_func ("/safetensors/refuses-impossible-shapes", test_shapes);
  g_test_add_func ("/safetensors/refuses-headers-that-are-none", test_headers);
  g_test_add_func ("/safetensors/refuses-impossible-header-sizes",
                   test_header_sizes);
  g_test_add_func ("/safetensors/reads-tensors-without-elements",
                   test_empty_tensors);
  g_test_add_func ("/safetensors/says-that-there-is-no-file", test_no_file);
  g_test_add_func ("/safetensors/leaves-the-old-file-when-writing-fails",
                   test_failed_write);
  status = g_test_run ();
  scratch_remove ();
  return status;
}
