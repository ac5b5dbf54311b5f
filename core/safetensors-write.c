// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Writing safetensors: beside the file, to the disk, then in its place, so
// that neither a full disk nor a crash leaves half a model under its name.
// Data is little-endian; so are the machines that this is built for.

#include "safetensors.h"
#include "include/spade-types.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <unistd.h>

// Where all files are binary, or none is handed down, it needs no saying.
#ifndef O_BINARY
#define O_BINARY 0
#endif
#ifndef O_CLOEXEC
#define O_CLOEXEC 0
#endif

G_STATIC_ASSERT (G_BYTE_ORDER == G_LITTLE_ENDIAN);

static const char *const dtype_names[] = { "F32", "BF16", "F16",
                                           "U8",  "U16",  "I64" };

static gsize
get_n_bytes (const SpadeTensor *tensor)
{
  return (gsize) spade_tensor_n_elements (tensor)
         * spade_dtype_get_size (tensor->dtype);
}

static void
build_entry (JsonBuilder *builder, const SpadeTensor *tensor, gint64 begin)
{
  json_builder_set_member_name (builder, tensor->name);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "dtype");
  json_builder_add_string_value (builder, dtype_names[tensor->dtype]);
  json_builder_set_member_name (builder, "shape");
  json_builder_begin_array (builder);
  for (int i = 0; i < tensor->n_dims; i++)
    json_builder_add_int_value (builder, tensor->shape[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "data_offsets");
  json_builder_begin_array (builder);
  json_builder_add_int_value (builder, begin);
  json_builder_add_int_value (builder, begin + (gint64) get_n_bytes (tensor));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

// Gives the length and the JSON, padded with spaces so that the data begins
// at a multiple of 8.
static GString *
build_header (const SpadeTensor *tensors,
              int                n,
              const char        *metadata_key,
              const char        *metadata_value)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *json = NULL;
  gint64           begin = 0;
  guint64          length = 0;
  GString         *header = g_string_new (NULL);

  json_builder_begin_object (builder);
  if (metadata_key != NULL)
    {
      json_builder_set_member_name (builder, "__metadata__");
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, metadata_key);
      json_builder_add_string_value (builder, metadata_value);
      json_builder_end_object (builder);
    }
  for (int i = 0; i < n; i++)
    {
      build_entry (builder, &tensors[i], begin);
      begin += (gint64) get_n_bytes (&tensors[i]);
    }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json = json_to_string (root, FALSE);

  g_string_append_len (header, (const char *) &length, 8);
  g_string_append (header, json);
  while (header->len % 8 != 0)
    g_string_append_c (header, ' ');
  length = GUINT64_TO_LE (header->len - 8);
  memcpy (header->str, &length, 8);
  return header;
}

static gboolean
write_all (int fd, const char *bytes, gsize size, GError **error)
{
  while (size > 0)
    {
      // One call writes at most 2 GiB.
      gssize done = write (fd, bytes, (guint) MIN (size, (gsize) 1 << 30));

      if (done < 0 && errno == EINTR)
        continue;
      if (done < 0)
        {
          g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                       "The model file cannot be written: %s.",
                       g_strerror (errno));
          return FALSE;
        }
      bytes += done;
      size -= (gsize) done;
    }
  return TRUE;
}

static gboolean
write_tensor (int                fd,
              const SpadeTensor *tensor,
              int                index,
              SpadeTensorFill    fill,
              gpointer           user_data,
              GError           **error)
{
  gsize            size = get_n_bytes (tensor);
  g_autofree char *data = NULL;

  if (fill == NULL)
    return write_all (fd, tensor->data, size, error);
  data = g_try_malloc (MAX (size, 1));
  if (data == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                   "There is not enough memory for the tensor \"%s\".",
                   tensor->name);
      return FALSE;
    }
  return fill (tensor, index, data, user_data, error)
         && write_all (fd, data, size, error);
}

// Brings the bytes to the disk and the file to its name. Closes fd.
static gboolean
finish (int fd, const char *temporary, const char *path, GError **error)
{
  int fault = 0;

  if (g_fsync (fd) != 0)
    fault = errno;
  if (close (fd) != 0 && fault == 0)
    fault = errno;
  if (fault == 0 && g_rename (temporary, path) != 0)
    fault = errno;
  if (fault != 0)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                 "\"%s\" cannot be written: %s.", path, g_strerror (fault));
  return fault == 0;
}

gboolean
spade_safetensors_write (const char        *path,
                         const SpadeTensor *tensors,
                         int                n,
                         const char        *metadata_key,
                         const char        *metadata_value,
                         SpadeTensorFill    fill,
                         gpointer           user_data,
                         GError           **error)
{
  g_autoptr (GString) header = NULL;
  g_autofree char *temporary = g_strconcat (path, ".XXXXXX", NULL);
  int              fd = g_mkstemp_full (temporary, O_RDWR | O_BINARY | O_CLOEXEC, 0666);
  gboolean         ok;

  if (fd < 0)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                   "\"%s\" cannot be written: %s.", path, g_strerror (errno));
      return FALSE;
    }
  header = build_header (tensors, n, metadata_key, metadata_value);
  ok = write_all (fd, header->str, header->len, error);
  for (int i = 0; i < n && ok; i++)
    ok = write_tensor (fd, &tensors[i], i, fill, user_data, error);

  if (!ok)
    close (fd);
  else
    ok = finish (fd, temporary, path, error);
  if (!ok)
    g_unlink (temporary);
  return ok;
}
