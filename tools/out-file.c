// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Writing beside and renaming.

#include "out-file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

#define MAX_LINKS 40 // as Linux

static gboolean
set_error (GError     **error,
           const char  *path,
           int          reason)
{
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
               "\"%s\" cannot be written: %s.", path, g_strerror (reason));
  return FALSE;
}

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

// A file that is there must be none of the inputs.
static gboolean
check_replaced (const char         *path,
                const struct stat  *status,
                const char *const  *inputs,
                int                 n_inputs,
                GError            **error)
{
  struct stat input;

  if (!S_ISREG (status->st_mode))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                   "\"%s\" cannot be written: it is there and is no regular "
                   "file.", path);
      return FALSE;
    }
  for (int i = 0; i < n_inputs; i++)
    if (inputs[i] != NULL && stat (inputs[i], &input) == 0
        && input.st_dev == status->st_dev && input.st_ino == status->st_ino)
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
  struct stat      status;

  if (g_file_test (target, G_FILE_TEST_IS_SYMLINK))
    return set_error (error, path, ELOOP);
  if (stat (path, &status) == 0
      && !check_replaced (path, &status, inputs, n_inputs, error))
    return FALSE;
  if (stat (folder, &status) != 0)
    return set_error (error, path, errno);
  if (!S_ISDIR (status.st_mode))
    return set_error (error, path, ENOTDIR);
  if (access (folder, W_OK | X_OK) != 0)
    return set_error (error, path, errno);
  return TRUE;
}

OutFile *
out_file_open (const char  *path,
               GError     **error)
{
  g_autoptr (OutFile) out = g_new0 (OutFile, 1);
  g_autofree char    *temporary = NULL;
  mode_t              mask = umask (0);
  int                 fd;

  umask (mask);
  if (!out_file_check (path, NULL, 0, error))
    return NULL;
  out->path = g_strdup (path);
  out->target = out_file_resolve (path);
  temporary = g_strconcat (out->target, ".XXXXXX", NULL);
  fd = g_mkstemp (temporary);
  if (fd < 0)
    {
      set_error (error, path, errno);
      return NULL;
    }
  out->temporary = g_steal_pointer (&temporary);
  out->stream = fdopen (fd, "wb");
  if (out->stream == NULL || fchmod (fd, 0666 & ~mask) != 0)
    {
      set_error (error, path, errno);
      if (out->stream == NULL)
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
