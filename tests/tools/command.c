// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Running the command.

#include "command.h"

#include <string.h>
#ifdef G_OS_UNIX
#include <sys/wait.h>
#endif

#include "scratch.h"

void
said_clear (Said *said)
{
  g_clear_pointer (&said->out, g_free);
  g_clear_pointer (&said->err, g_free);
}

static char **
split (const char *line)
{
  g_autofree char   *whole = NULL;
  g_autofree char   *quoted = NULL;
  g_autoptr (GError) error = NULL;
  const char        *program = g_getenv ("SPADE_COMMAND");
  char             **argv;

  g_assert_nonnull (program);
  quoted = g_shell_quote (program);
  whole = g_strconcat (quoted, " ", line, NULL);
  g_shell_parse_argv (whole, NULL, &argv, &error);
  g_assert_no_error (error);
  return argv;
}

Said
command_run (const char *line)
{
  Said               said = { 0 };
  g_auto (GStrv)     argv = split (line);
  g_autofree char   *folder = scratch_path ("");
  g_autoptr (GError) error = NULL;
  int                status;

  g_spawn_sync (folder, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &said.out,
                &said.err, &status, &error);
  g_assert_no_error (error);
#ifdef G_OS_UNIX
  said.status = WIFEXITED (status) ? WEXITSTATUS (status) : -1;
#else
  said.status = status;
#endif
  return said;
}

void
command_do (const char *line)
{
  g_auto (Said) said = command_run (line);

  if (said.status != 0)
    g_error ("spade %s: status %d, %s", line, said.status, said.err);
}

// Without the lines that the loaders of newer gdk-pixbuf write where they cannot be put
// into a sandbox, as in a container.
static void
drop_noise (char *text)
{
  static const char noise[] = "WARNING: Glycin running without sandbox.";

  while (g_str_has_prefix (text, noise) && strchr (text, '\n') != NULL)
    {
      const char *rest = strchr (text, '\n') + 1;

      memmove (text, rest, strlen (rest) + 1);
    }
}

void
command_fails (const char *line,
               int         status,
               const char *message)
{
  g_auto (Said) said = command_run (line);

  drop_noise (said.err);
  if (said.status != status || strstr (said.err, message) == NULL
      || !g_str_has_prefix (said.err, "spade: "))
    g_error ("spade %s: status %d instead of %d, or no \"%s\" in: %s", line,
             said.status, status, message, said.err);
  g_assert_null (strchr (g_strchomp (said.err), '\n'));
  g_assert_cmpstr (said.out, ==, "");
}

GPid
command_start (const char *line,
               int        *out_err)
{
  g_auto (GStrv)     argv = split (line);
  g_autofree char   *folder = scratch_path ("");
  g_autoptr (GError) error = NULL;
  GPid               pid;

  g_spawn_async_with_pipes (folder, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD,
                            NULL, NULL, &pid, NULL, NULL, out_err, &error);
  g_assert_no_error (error);
  return pid;
}

char *
command_read (const char *name,
              gsize      *out_size)
{
  g_autofree char   *path = scratch_path (name);
  g_autoptr (GError) error = NULL;
  char              *bytes = NULL;

  g_file_get_contents (path, &bytes, out_size, &error);
  g_assert_no_error (error);
  return bytes;
}

gboolean
command_same (const char *one,
              const char *other)
{
  gsize            size, other_size;
  g_autofree char *bytes = command_read (one, &size);
  g_autofree char *other_bytes = command_read (other, &other_size);

  return size == other_size && memcmp (bytes, other_bytes, size) == 0;
}

gboolean
command_exists (const char *name)
{
  g_autofree char *path = scratch_path (name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}
