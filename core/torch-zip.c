// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// See torch-zip.h. The file is gone through twice: for the pickle, which says
// how long each storage must be, then for the storages that are of use; so
// nothing is unpacked that is longer than it was said to be.

#include "torch-zip.h"
#include "include/spade-types.h"
#include "unpickle-private.h"

#ifdef HAVE_ARCHIVE

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <string.h>

#define MAX_PICKLE (G_GUINT64_CONSTANT (16) << 20)
#define MAX_DATA (G_GUINT64_CONSTANT (4) << 30)

typedef struct archive Archive;

static void
free_archive (Archive *archive)
{
  archive_read_free (archive);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Archive, free_archive)

static gboolean
fail_archive (Archive *archive, GError **error)
{
  const char *message = archive_error_string (archive);

  return spade_checkpoint_fail (error, "its zip archive is damaged (%s)",
                                message != NULL ? message : "no reason given");
}

// Only the reader that begins at the central directory: the other one would
// take a file without its end for a whole one.
static Archive *
open_archive (const guint8 *bytes, gsize size, GError **error)
{
  g_autoptr (Archive) archive = archive_read_new ();

  if (archive == NULL
      || archive_read_support_format_zip_seekable (archive) != ARCHIVE_OK
      || archive_read_open_memory (archive, bytes, size) != ARCHIVE_OK)
    {
      if (archive != NULL)
        fail_archive (archive, error);
      else
        spade_checkpoint_fail (error, "libarchive does not work");
      return NULL;
    }
  return g_steal_pointer (&archive);
}

// Within a locale in which libarchive can read every name; gives the one before.
#ifdef G_OS_UNIX
static locale_t
enter_utf8 (void)
{
  static gsize locale;

  if (g_once_init_enter (&locale))
    g_once_init_leave (&locale, 1 + (gsize) newlocale (LC_CTYPE_MASK, "C.UTF-8",
                                                       (locale_t) 0));
  return uselocale ((locale_t) (locale - 1));
}

static void
leave_utf8 (locale_t before)
{
  uselocale (before);
}
#else // which has the names in UTF-16
typedef int locale_t;

static locale_t
enter_utf8 (void)
{
  return 0;
}

static void
leave_utf8 (locale_t before)
{
}
#endif

// Gives the next file's name, "" at the end, NULL with the error.
static const char *
next_name (Archive *archive, GError **error)
{
  struct archive_entry *entry;
  locale_t              before = enter_utf8 ();
  const char           *name = NULL;
  int                   status = archive_read_next_header (archive, &entry);

  if (status == ARCHIVE_OK || status == ARCHIVE_WARN)
    {
      name = archive_entry_pathname_utf8 (entry);
      if (name == NULL)
        name = archive_entry_pathname (entry);
    }
  leave_utf8 (before);
  if (status == ARCHIVE_EOF)
    return "";
  if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
    {
      fail_archive (archive, error);
      return NULL;
    }
  return name != NULL && name[0] != '\0' ? name : "/";
}

// Reads exactly size bytes, no fewer and no more.
static gboolean
read_exactly (Archive *archive, guint8 *out, gsize size, GError **error)
{
  gsize  done = 0;
  guint8 more;
  gssize got;

  while (done < size)
    {
      got = archive_read_data (archive, out + done, size - done);
      if (got < 0)
        return fail_archive (archive, error);
      if (got == 0)
        return spade_checkpoint_fail (error, "a storage in it is too short");
      done += (gsize) got;
    }
  got = archive_read_data (archive, &more, 1); // checks the checksum as well
  if (got < 0)
    return fail_archive (archive, error);
  if (got > 0)
    return spade_checkpoint_fail (error, "a storage in it is too long");
  return TRUE;
}

// Reads a file of unstated size, at most limit bytes.
static GByteArray *
read_up_to (Archive *archive, guint64 limit, GError **error)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  guint8 piece[16384];
  gssize got;

  while ((got = archive_read_data (archive, piece, sizeof piece)) > 0)
    {
      g_byte_array_append (data, piece, (guint) got);
      if (data->len > limit)
        {
          spade_checkpoint_fail (error, "it holds far more than a state dict");
          return NULL;
        }
    }
  if (got < 0)
    {
      fail_archive (archive, error);
      return NULL;
    }
  return g_steal_pointer (&data);
}

// Gives what follows the one folder that all files lie in, or NULL.
static const char *
skip_folder (const char *name)
{
  const char *slash = strchr (name, '/');

  return slash != NULL ? slash + 1 : NULL;
}

static gboolean
check_byte_order (Archive *archive, GError **error)
{
  g_autoptr (GByteArray) order = read_up_to (archive, 64, error);

  if (order == NULL)
    return FALSE;
  if (order->len != 6 || memcmp (order->data, "little", 6) != 0)
    return spade_checkpoint_fail (error, "it is big-endian; save it on a "
                                  "little-endian machine");
  return TRUE;
}

// Gives the bytes of data.pkl.
static GByteArray *
find_pickle (Archive *archive, GError **error)
{
  g_autoptr (GByteArray) pickle = NULL;
  const char *name;

  while ((name = next_name (archive, error)) != NULL && name[0] != '\0')
    {
      const char *file = skip_folder (name);

      if (g_strcmp0 (file, "byteorder") == 0
          && !check_byte_order (archive, error))
        return NULL;
      if (g_strcmp0 (file, "data.pkl") != 0)
        continue;
      if (pickle != NULL)
        {
          spade_checkpoint_fail (error, "it holds two pickles");
          return NULL;
        }
      pickle = read_up_to (archive, MAX_PICKLE, error);
      if (pickle == NULL)
        return NULL;
    }
  if (name != NULL && pickle == NULL)
    spade_checkpoint_fail (error, "it is a zip archive without data.pkl; if "
                           "the checkpoint is in it, unpack it first");
  return name != NULL ? g_steal_pointer (&pickle) : NULL;
}

static gboolean
read_storage (Archive      *archive,
              SpadeStorage *storage,
              guint64      *total,
              GPtrArray    *blocks,
              GError      **error)
{
  guint64 size = (guint64) storage->n_elements
                 * spade_storage_type_get_size (storage->type);
  guint8 *data;

  *total += size;
  if (storage->data != NULL)
    return spade_checkpoint_fail (error, "it holds a storage twice");
  if (*total > MAX_DATA)
    return spade_checkpoint_fail (error, "it holds far more than a generator");
  data = g_try_malloc (MAX (size, 1));
  if (data == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                   "there is not enough memory for its weights");
      return FALSE;
    }
  g_ptr_array_add (blocks, data);
  storage->data = data;
  return read_exactly (archive, data, size, error);
}

static gboolean
read_storages (Archive    *archive,
               GHashTable *storages,
               GPtrArray  *blocks,
               GError    **error)
{
  const char *name;
  guint64     total = 0;

  while ((name = next_name (archive, error)) != NULL && name[0] != '\0')
    {
      const char   *file = skip_folder (name);
      SpadeStorage *storage = NULL;

      if (file != NULL && g_str_has_prefix (file, "data/"))
        storage = g_hash_table_lookup (storages, file + strlen ("data/"));
      if (storage != NULL
          && !read_storage (archive, storage, &total, blocks, error))
        return FALSE;
    }
  return name != NULL;
}

const SpadePickleValue *
spade_torch_zip_read (const guint8   *bytes,
                      gsize           size,
                      SpadeUnpickler *unpickler,
                      GError        **error)
{
  g_autoptr (Archive) archive = open_archive (bytes, size, error);
  g_autoptr (GByteArray) pickle = NULL;

  if (archive != NULL)
    pickle = find_pickle (archive, error);
  if (pickle == NULL)
    return NULL;
  return spade_unpickler_load (unpickler, pickle->data, pickle->len, NULL,
                               error);
}

gboolean
spade_torch_zip_fill (const guint8 *bytes,
                      gsize         size,
                      GHashTable   *storages,
                      GPtrArray    *blocks,
                      GError      **error)
{
  g_autoptr (Archive) archive = open_archive (bytes, size, error);

  return archive != NULL && read_storages (archive, storages, blocks, error);
}

#else

const SpadePickleValue *
spade_torch_zip_read (const guint8   *bytes,
                      gsize           size,
                      SpadeUnpickler *unpickler,
                      GError        **error)
{
  spade_checkpoint_fail (error, "it is in torch's zip form, which this build "
                         "cannot read; save it again with "
                         "_use_new_zipfile_serialization=False");
  return NULL;
}

gboolean
spade_torch_zip_fill (const guint8 *bytes,
                      gsize         size,
                      GHashTable   *storages,
                      GPtrArray    *blocks,
                      GError      **error)
{
  return TRUE; // nothing comes this far
}

#endif
