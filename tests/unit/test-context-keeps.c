// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A context that keeps what it made for edits, and one with little memory, give
// the bits of one that forgets, and stay within their memory.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "include/spade-context.h"
#include "scratch.h"
#include "small-model.h"

// Whole, edits, seeds and noise seeds in turn, against a context that forgets.
static void
check_context (const SpadeConfig *config, int height, int width, guint64 memory)
{
  SpadeContextOptions plain = { .n_threads = 2,
                                .precision = SPADE_PRECISION_F32 };
  SpadeContextOptions keeps = plain;
  g_autoptr (SpadeModel) model = small_model_new (config);
  g_autoptr (SpadeMap) map = small_map_new (config->n_classes, height, width);
  g_autoptr (SpadeContext) judge = spade_context_new (model, &plain, NULL);
  g_autoptr (SpadeContext) context = NULL;
  g_autoptr (GError) error = NULL;
  gsize             size = (gsize) height * (gsize) width * 3 * sizeof (float);
  g_autofree float *wanted = g_malloc (size);
  g_autofree float *got = g_malloc (size);

  keeps.for_edits = TRUE;
  keeps.memory = memory;
  context = spade_context_new (model, &keeps, &error);
  g_assert_no_error (error);
  for (int i = 0; i < 12; i++)
    {
      SpadeBox box = { 20 * i, 7 * i, 20 * i + 9, 7 * i + 30 };

      if (i % 3 > 0)
        small_map_change (map, &box, i);
      spade_context_set_seed (judge, (guint64) i / 4);
      spade_context_set_seed (context, (guint64) i / 4);
      if (i % 5 == 4)
        {
          spade_context_set_noise_seed (judge, (guint64) i);
          spade_context_set_noise_seed (context, (guint64) i);
        }
      g_assert_true (spade_context_set_map (judge, map, &error));
      g_assert_true (spade_context_set_map (context, map, &error));
      g_assert_true (spade_context_render (judge, wanted, NULL, &error));
      g_assert_true (spade_context_render (context, got, NULL, &error));
      g_assert_cmpmem (got, size, wanted, size);
    }
}

static void
test_context (void)
{
  SpadeConfig config = small_config;

  check_context (&config, 320, 288, 0);
  config.z_dim = 16;
  check_context (&config, 320, 288, 0);
  check_context (&config, 256, 256, 1); // the least memory
  config.has_noise = TRUE;
  check_context (&config, 320, 288, 0);
  check_context (&config, 256, 256, 1);
  config.norm = SPADE_NORM_INSTANCE;
  check_context (&config, 64, 96, 0);
}

#if defined HAVE_ONEDNN && !defined __SANITIZE_ADDRESS__
// Gives the most memory, in MiB, that a process of its own takes for a picture;
// OpenMP must not have run in this one. memory as SpadeContextOptions.
static long
measure (const char *path, guint64 memory, const char *out)
{
  struct rusage usage;
  int           status;
  pid_t         pid = fork ();

  if (pid == 0)
    {
      SpadeContextOptions options = { .device = "cpu", .n_threads = 2,
                                      .memory = memory,
                                      .precision = SPADE_PRECISION_F32 };
      SpadeModel   *model = spade_model_load (path, NULL);
      SpadeContext *context = spade_context_new (model, &options, NULL);
      SpadeMap     *map = small_map_new (7, 1024, 1024);
      float        *rgb = g_new (float, 1024 * 1024 * 3);

      _exit (!(spade_context_set_map (context, map, NULL)
               && spade_context_render (context, rgb, NULL, NULL)
               && g_file_set_contents (out, (char *) rgb, 1024 * 1024 * 12,
                                       NULL)));
    }
  g_assert_cmpint (wait4 (pid, &status, 0, &usage), ==, pid);
  g_assert_cmpint (status, ==, 0);
  return usage.ru_maxrss / 1024;
}

// First, before any other test starts threads.
static void
test_memory (void)
{
  SpadeConfig config = small_config;
  g_autofree char *path = scratch_path ("memory.safetensors");
  g_autofree char *tiled = scratch_path ("tiled");
  g_autofree char *whole = scratch_path ("whole");
  g_autofree char *a = NULL, *b = NULL;
  gsize            n_a, n_b;
  long             bound = 230, peak;

  config.nf = 16;
  g_assert_true (spade_model_write_untrained (&config, 1, path, NULL));
  peak = measure (path, 0, whole);
  g_test_message ("whole: %ld MiB", peak);
  g_assert_cmpint (peak, >, bound + 100);
  peak = measure (path, (guint64) bound << 20, tiled);
  g_test_message ("in tiles: %ld MiB", peak);
  g_assert_cmpint (peak, <=, bound);
  g_assert_true (g_file_get_contents (whole, &a, &n_a, NULL));
  g_assert_true (g_file_get_contents (tiled, &b, &n_b, NULL));
  g_assert_cmpmem (a, n_a, b, n_b);
}
#endif

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
#if defined HAVE_ONEDNN && !defined __SANITIZE_ADDRESS__
  g_test_add_func ("/context-keeps/stays-within-its-memory", test_memory);
#endif
  g_test_add_func ("/context-keeps/gives-the-bits-of-one-that-forgets",
                   test_context);
  status = g_test_run ();
  scratch_remove ();
  return status;
}
