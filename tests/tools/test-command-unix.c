// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the command does with pipes, links, signals and full disks, where the
// system has them as Unix has.

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "inputs.h"
#include "scratch.h"

static void
test_pipe (void)
{
  g_autofree char *path = scratch_path ("pipe");
  gsize            size;
  g_autofree char *bytes = command_read ("grey.png", &size);
  GPid             pid;
  int              status, pipe;

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  pid = command_start (PLAIN "--map pipe -o piped.png", NULL);
  pipe = open (path, O_WRONLY);
  g_assert_cmpint (write (pipe, bytes, size), ==, (gssize) size);
  close (pipe);
  waitpid (pid, &status, 0);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  command_do (PLAIN "--map grey.png -o file.png");
  g_assert_true (command_same ("piped.png", "file.png"));
}

// As on a full disk.
static void
test_full (void)
{
  static const char *const lines[] = { "classes", "--version", "info --devices",
                                       "encode --model vae.safetensors "
                                       "rgb.png" };
  const char *program = g_getenv ("SPADE_COMMAND");
  g_autofree char *folder = scratch_path ("");

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *line = g_strdup_printf ("cd '%s' && '%s' %s >/dev/full",
                                               folder, program, lines[i]);
      char            *argv[] = { "sh", "-c", line, NULL };
      g_autofree char *err = NULL;
      int              status;

      g_assert_true (g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL,
                                   NULL, NULL, &err, &status, NULL));
      g_assert_true (WIFEXITED (status));
      g_assert_cmpint (WEXITSTATUS (status), ==, 1);
      g_assert_nonnull (strstr (err, "is the disk full?"));
    }
}

static void
test_no_file (void)
{
  g_autofree char *fifo = scratch_path ("fifo");

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  command_fails ("info fifo", 1, "\"fifo\" is no regular file");
  command_fails ("import fifo -o o.png", 1, "\"fifo\" is not a checkpoint");
}

// A link stays one, and the file that it leads to, in another folder, gets the picture.
static void
test_link (void)
{
  g_autofree char *folder = scratch_path ("behind");
  g_autofree char *link = scratch_path ("link.png");
  g_autofree char *second = scratch_path ("behind/second.png");

  g_assert_cmpint (g_mkdir (folder, 0777), ==, 0);
  command_do (SYNTH "--map grey.png --seed 7 -o behind/linked.png");
  g_assert_cmpint (symlink ("behind/linked.png", link), ==, 0);
  command_do (SYNTH "--map grey.png --seed 8 -o link.png");
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  command_do (SYNTH "--map grey.png --seed 8 -o not-linked.png");
  g_assert_true (command_same ("behind/linked.png", "not-linked.png"));
  g_assert_cmpint (g_unlink (link), ==, 0);
  // To what is not there yet, too.
  g_assert_cmpint (symlink ("behind/next.png", link), ==, 0);
  command_do (SYNTH "--map grey.png --seed 8 -o link.png");
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  g_assert_true (command_same ("behind/next.png", "not-linked.png"));
  g_assert_cmpint (g_unlink (link), ==, 0);
  // By two of them.
  g_assert_cmpint (symlink ("behind/second.png", link), ==, 0);
  g_assert_cmpint (symlink ("third.png", second), ==, 0);
  command_do (SYNTH "--map grey.png --seed 8 -o link.png");
  g_assert_true (g_file_test (second, G_FILE_TEST_IS_SYMLINK));
  g_assert_true (command_same ("behind/third.png", "not-linked.png"));
  g_assert_cmpint (g_unlink (link), ==, 0);
  // A ring of them leads nowhere.
  g_assert_cmpint (g_unlink (second), ==, 0);
  g_assert_cmpint (symlink ("behind/second.png", link), ==, 0);
  g_assert_cmpint (symlink ("../link.png", second), ==, 0);
  command_fails (SYNTH "--map grey.png -o link.png", 1, "symbolic links");
  g_assert_cmpint (g_unlink (link), ==, 0);
  g_assert_cmpint (symlink ("nowhere/next.png", link), ==, 0);
  command_fails (SYNTH "--map grey.png -o link.png", 1, "\"link.png\" cannot be written");
  g_assert_cmpint (g_unlink (link), ==, 0);
  scratch_remove_tree (folder);
}

// A link to what is read is no other name for the output.
static void
test_link_to_input (void)
{
  g_autofree char *link = scratch_path ("to-input.png");

  g_assert_cmpint (symlink ("rgb.png", link), ==, 0);
  command_fails (SYNTH "--map grey.png --style rgb.png -o to-input.png", 1,
                 "would be written over");
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
}

// Ctrl-C once it has begun: the note about the model is the sign.
static void
test_cancel (void)
{
  char note[256] = "";
  int  err, status;
  GPid pid = command_start ("synth --model plain.safetensors --map grey.png "
                            "--size 256x256 --device ref -o cancelled.png",
                            &err);

  g_assert_cmpint (read (err, note, sizeof note - 1), >, 0);
  g_assert_nonnull (strstr (note, "untrained"));
  g_assert_cmpint (kill (pid, SIGINT), ==, 0);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 130);
  g_assert_false (command_exists ("cancelled.png"));
  close (err);
}

// A large model takes seconds; what is half of it goes.
static void
test_cancel_untrained (void)
{
  g_autofree char *folder = scratch_path ("half");
  GDir            *dir;
  int              err, status;
  GPid             pid;

  g_assert_cmpint (g_mkdir (folder, 0777), ==, 0);
  pid = command_start ("untrained --like coco-stuff --ngf 256 "
                       "-o half/big.safetensors", &err);
  for (gboolean has_begun = FALSE; !has_begun; g_usleep (1000))
    {
      dir = g_dir_open (folder, 0, NULL);
      has_begun = g_dir_read_name (dir) != NULL;
      g_dir_close (dir);
    }
  g_assert_cmpint (kill (pid, SIGINT), ==, 0);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 130);
  g_assert_cmpint (g_rmdir (folder), ==, 0); // nothing is in it
  close (err);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  command_write_inputs ();
  g_test_add_func ("/command-unix/a-map-may-come-from-a-pipe", test_pipe);
  g_test_add_func ("/command-unix/a-pipe-is-no-model", test_no_file);
  g_test_add_func ("/command-unix/what-cannot-be-printed-is-a-failure", test_full);
  g_test_add_func ("/command-unix/a-link-is-written-through", test_link);
  g_test_add_func ("/command-unix/a-link-hides-no-input", test_link_to_input);
  g_test_add_func ("/command-unix/ctrl-c-ends-in-order", test_cancel);
  g_test_add_func ("/command-unix/ctrl-c-leaves-no-half-model",
                   test_cancel_untrained);
  status = g_test_run ();
  scratch_remove ();
  return status;
}
