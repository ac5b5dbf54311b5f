// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A folder's time is that of its last use.

#include "pack-folder.h"

#include <glib/gstdio.h>
#include <string.h>
#ifdef G_OS_WIN32
#include <windows.h>
#else
#include <utime.h>
#endif

#include "include/spade-context.h"
#include "model-private.h"

#define MOST_BYTES (G_GUINT64_CONSTANT (4) << 30) // of all models together
#define OLD_PART (24 * 60 * 60) // seconds: no process fills a file for so long

typedef struct
{
  char   *path;
  guint64 size;
  gint64  used; // seconds
} Folder;

static void
folder_free (gpointer data)
{
  Folder *folder = data;

  g_free (folder->path);
  g_free (folder);
}

// Says whether a path is a folder of ours, not a link, by its name's form: a
// caller may have named a folder that holds other things, too.
static gboolean
is_own (const char *path, const char *name)
{
  return strlen (name) == 32 && strspn (name, "0123456789abcdef") == 32
         && g_file_test (path, G_FILE_TEST_IS_DIR)
         && !g_file_test (path, G_FILE_TEST_IS_SYMLINK);
}

// Adds up a folder's files; one that a process left half filled goes.
static guint64
measure (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint64     size = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      GStatBuf         info;

      if (g_lstat (file, &info) != 0)
        continue;
      if (strstr (name, SPADE_PACK_PART) != NULL
          && info.st_mtime < g_get_real_time () / G_USEC_PER_SEC - OLD_PART)
        g_unlink (file);
      else
        size += (guint64) info.st_size;
    }
  return size;
}

static void
throw_away (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_unlink (file);
    }
  g_rmdir (path);
}

static int
by_use (gconstpointer a, gconstpointer b)
{
  const Folder *first = *(Folder *const *) a, *second = *(Folder *const *) b;

  return (first->used > second->used) - (first->used < second->used);
}

// Throws away the models used longest ago, but not the one at kept.
static void
make_room (const char *cache, const char *kept)
{
  g_autoptr (GDir) dir = g_dir_open (cache, 0, NULL);
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (folder_free);
  const char *name;
  guint64     all = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (cache, name, NULL);
      Folder          *folder;
      GStatBuf         info;

      if (!is_own (path, name))
        continue;
      folder = g_new0 (Folder, 1);
      folder->path = g_steal_pointer (&path);
      g_ptr_array_add (folders, folder);
      if (g_lstat (folder->path, &info) == 0)
        folder->used = info.st_mtime;
      folder->size = measure (folder->path);
      all += folder->size;
    }
  g_ptr_array_sort (folders, by_use);
  for (guint i = 0; i < folders->len && all > MOST_BYTES; i++)
    {
      Folder *folder = folders->pdata[i];

      if (strcmp (folder->path, kept) == 0)
        continue;
      throw_away (folder->path);
      all -= folder->size;
    }
}

#ifdef G_OS_WIN32

#define SECONDS_FROM_1601 G_GINT64_CONSTANT (11644473600) // to 1970

// GLib's way opens no folders there.
gboolean
spade_pack_folder_set_used (const char *path, gint64 seconds)
{
  g_autofree gunichar2 *wide = g_utf8_to_utf16 (path, -1, NULL, NULL, NULL);
  guint64  steps = (guint64) (seconds + SECONDS_FROM_1601) * 10000000; // of 100 ns
  FILETIME time = { (DWORD) steps, (DWORD) (steps >> 32) };
  HANDLE   folder;
  gboolean is_set;

  if (wide == NULL)
    return FALSE;
  folder = CreateFileW ((const wchar_t *) wide, FILE_WRITE_ATTRIBUTES,
                        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                        OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
  if (folder == INVALID_HANDLE_VALUE)
    return FALSE;
  is_set = SetFileTime (folder, NULL, NULL, &time);
  CloseHandle (folder);
  return is_set;
}

#else

gboolean
spade_pack_folder_set_used (const char *path, gint64 seconds)
{
  struct utimbuf times = { (time_t) seconds, (time_t) seconds };

  return g_utime (path, &times) == 0;
}

#endif

char *
spade_pack_folder_open (const char *cache, const SpadeModel *model)
{
  SpadeContentHash hash = spade_model_hash (model);
  g_autofree char *name
      = g_strdup_printf ("%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x",
                         hash.words[0], hash.words[1]);
  g_autofree char *path = g_build_filename (cache, name, NULL);

  if (g_mkdir_with_parents (path, 0700) != 0 || g_access (path, W_OK) != 0)
    return NULL;
  spade_pack_folder_set_used (path, g_get_real_time () / G_USEC_PER_SEC);
  make_room (cache, path);
  return g_steal_pointer (&path);
}

char *
spade_cache_get_folder (void)
{
  return g_build_filename (g_get_user_cache_dir (), "gimp-spade", "packed",
                           NULL);
}
