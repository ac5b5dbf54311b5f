// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Writing beside and renaming.

#include "out-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef G_OS_WIN32
#include <windows.h>
#endif

#include "cli.h"

#define MAX_LINKS 40 // as Linux

#ifndef O_BINARY
#define O_BINARY 0 // as all files are
#endif

static gboolean
set_error (GError     **error,
           const char  *path,
           int          reason)
{
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
               "\"%s\" cannot be written: %s.", path, g_strerror (reason));
  return FALSE;
}

#ifdef G_OS_WIN32

// Links are rare there, and renaming takes their place.
char *
out_file_resolve (const char *path)
{
  return g_strdup (path);
}

// Fills what tells a file from all others.
static gboolean
get_identity (const char *path, BY_HANDLE_FILE_INFORMATION *out_info)
{
  g_autofree gunichar2 *wide = g_utf8_to_utf16 (path, -1, NULL, NULL, NULL);
  HANDLE   file;
  gboolean is_known;

  if (wide == NULL)
    return FALSE;
  file = CreateFileW ((const wchar_t *) wide, 0,
                      FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                      NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
  if (file == INVALID_HANDLE_VALUE)
    return FALSE;
  is_known = GetFileInformationByHandle (file, out_info);
  CloseHandle (file);
  return is_known;
}

gboolean
out_file_is_same (const char *path,
                  const char *other)
{
  BY_HANDLE_FILE_INFORMATION a, b;

  return get_identity (path, &a) && get_identity (other, &b)
         && a.dwVolumeSerialNumber == b.dwVolumeSerialNumber
         && a.nFileIndexHigh == b.nFileIndexHigh
         && a.nFileIndexLow == b.nFileIndexLow;
}

#else

char *
out_file_resolve (const char *path)
{
  char *real = realpath (path, NULL);
  char *target = g_strdup (real != NULL ? real : path);

  // To nothing yet, perhaps by several links.
  for (int i = 0; real == NULL && i < MAX_LINKS; i++)
    {
      g_autofree char *link = g_file_read_link (target, NULL);
      g_autofree char *folder = g_path_get_dirname (target);

      if (link == NULL)
        break;
      g_free (target);
      target = g_path_is_absolute (link) ? g_strdup (link)
                                         : g_build_filename (folder, link, NULL);
    }
  free (real);
  return target;
}

gboolean
out_file_is_same (const char *path,
                  const char *other)
{
  GStatBuf a, b;

  return g_stat (path, &a) == 0 && g_stat (other, &b) == 0
         && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

#endif

// A file that is there must be none of the inputs.
static gboolean
check_replaced (const char         *path,
                const GStatBuf     *status,
                const char *const  *inputs,
                int                 n_inputs,
                GError            **error)
{
  if (!S_ISREG (status->st_mode))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                   "\"%s\" cannot be written: it is there and is no regular "
                   "file.", path);
      return FALSE;
    }
  for (int i = 0; i < n_inputs; i++)
    if (inputs[i] != NULL && out_file_is_same (path, inputs[i]))
      {
        g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                     "\"%s\" is read and would be written over; choose another "
                     "name for the output.", path);
        return FALSE;
      }
  return TRUE;
}

gboolean
out_file_check (const char         *path,
                const char *const  *inputs,
                int                 n_inputs,
                GError            **error)
{
  g_autofree char *target = out_file_resolve (path);
  g_autofree char *folder = g_path_get_dirname (target);
  GStatBuf         status;

  if (g_file_test (target, G_FILE_TEST_IS_SYMLINK))
    return set_error (error, path, ELOOP);
  if (g_stat (path, &status) == 0
      && !check_replaced (path, &status, inputs, n_inputs, error))
    return FALSE;
  if (g_stat (folder, &status) != 0)
    return set_error (error, path, errno);
  if (!S_ISDIR (status.st_mode))
    return set_error (error, path, ENOTDIR);
  if (g_access (folder, W_OK | X_OK) != 0)
    return set_error (error, path, errno);
  return TRUE;
}

OutFile *
out_file_open (const char  *path,
               GError     **error)
{
  g_autoptr (OutFile) out = g_new0 (OutFile, 1);
  g_autofree char    *temporary = NULL;
  int                 fd;

  if (!out_file_check (path, NULL, 0, error))
    return NULL;
  out->path = g_strdup (path);
  out->target = out_file_resolve (path);
  temporary = g_strconcat (out->target, ".XXXXXX", NULL);
  fd = g_mkstemp_full (temporary, O_RDWR | O_BINARY, 0666);
  if (fd < 0)
    {
      set_error (error, path, errno);
      return NULL;
    }
  out->temporary = g_steal_pointer (&temporary);
  out->stream = fdopen (fd, "wb");
  if (out->stream == NULL)
    {
      set_error (error, path, errno);
      close (fd);
      return NULL;
    }
  return g_steal_pointer (&out);
}

gboolean
out_file_commit (OutFile  *out,
                 GError  **error)
{
  gboolean was_bad = ferror (out->stream) != 0;
  gboolean is_closed = fclose (out->stream) == 0;

  out->stream = NULL;
  if (!cli_check_cancelled (error))
    return FALSE;
  if (was_bad || !is_closed)
    return set_error (error, out->path, errno ? errno : EIO);
  if (g_rename (out->temporary, out->target) != 0)
    return set_error (error, out->path, errno);
  g_clear_pointer (&out->temporary, g_free);
  return TRUE;
}

void
out_file_free (OutFile *out)
{
  if (out == NULL)
    return;
  if (out->stream != NULL)
    fclose (out->stream);
  if (out->temporary != NULL)
    g_unlink (out->temporary);
  g_free (out->temporary);
  g_free (out->target);
  g_free (out->path);
  g_free (out);
}
