// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Packed weights between processes: a picture is the same with a cache, from an
// empty, a full, a broken or a shared one, and where there can be none.

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>
#ifdef G_OS_UNIX
#include <signal.h>
#include <sys/resource.h>
#endif

#include "pack-folder.h"
#include "scratch.h"
#include "spade.h"

#define SIDE 64
#define N (SIDE * SIDE * 3)

// Large enough that most of its weights are worth a file.
static SpadeModel *
make_model (guint64 seed)
{
  g_autoptr (GError) error = NULL;
  g_autofree char   *path = scratch_new_path ("model.safetensors");
  SpadeConfig config = {
    .class_set_name = "coco-stuff", .n_classes = 182, .nf = 8, .nhidden = 16,
    .norm = SPADE_NORM_BATCH, .kernel = 3, .z_dim = 8, .base_height = 2,
    .base_width = 2, .crop_size = 64, .encoder_nf = 8, .encoder_layers = 5,
    .encoder_size = 128, .encoder_norm = SPADE_NORM_INSTANCE,
  };
  SpadeModel *model;

  spade_model_write_untrained (&config, seed, path, NULL, &error);
  g_assert_no_error (error);
  model = spade_model_load (path, &error);
  g_assert_no_error (error);
  return model;
}

// The picture of a map in a style, so that the encoder's weights take part.
static float *
render (SpadeModel *model, const char *cache, SpadePrecision precision)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeMap) map = spade_map_new (SIDE, SIDE, FALSE, NULL);
  SpadeContextOptions options = { .device = "cpu", .precision = precision,
                                  .n_threads = 2, .cache = cache };
  g_autoptr (SpadeContext) context = NULL;
  g_autofree guint8 *pixels = g_malloc0 (N);
  const SpadeStyleImage style = { pixels, SIDE, SIDE, SIDE * 3 };
  float *rgb = g_new (float, N);

  for (int i = 0; i < SIDE * SIDE; i++)
    map->ids[i] = (guint8) (i / 700 * 30);
  for (int i = 0; i < N; i++)
    pixels[i] = (guint8) (i / 50);
  context = spade_context_new (model, &options, &error);
  g_assert_no_error (error);
  spade_context_set_style (context, &style, NULL, 0, 0, 1, &error);
  g_assert_no_error (error);
  spade_context_set_map (context, map, &error);
  g_assert_no_error (error);
  spade_context_render (context, rgb, NULL, &error);
  g_assert_no_error (error);
  return rgb;
}

static void
check (SpadeModel *model, const char *cache, SpadePrecision precision,
       const float *wanted)
{
  g_autofree float *got = render (model, cache, precision);

  g_assert_cmpmem (got, N * sizeof *got, wanted, N * sizeof *wanted);
}

// Calls each with the path of every file of the cache's folders; gives how many
// there are.
static guint
for_all (const char *cache, void (*each) (const char *path))
{
  g_autoptr (GDir) dir = g_dir_open (cache, 0, NULL);
  const char *name;
  guint       n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (cache, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        {
          n += for_all (path, each);
          continue;
        }
      g_assert_null (strstr (name, SPADE_PACK_PART));
      n++;
      if (each != NULL)
        each (path);
    }
  return n;
}

static void
make_old (const char *path)
{
  struct utimbuf times = { 1000, 1000 };

  g_assert_cmpint (g_utime (path, &times), ==, 0);
}

static void
check_old (const char *path)
{
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mtime, ==, 1000);
}

static void
check_new (const char *path)
{
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mtime, >, 1000);
}

static void
test_again (void)
{
  g_autofree char *cache = scratch_path ("cache");
  g_autoptr (SpadeModel) model = make_model (1);

  for (SpadePrecision p = SPADE_PRECISION_AUTO; p <= SPADE_PRECISION_F32; p++)
    {
      g_autofree float *wanted = render (model, NULL, p);
      guint n;

      check (model, cache, p, wanted);
      n = for_all (cache, make_old);
      g_assert_cmpuint (n, >, 20);
      check (model, cache, p, wanted);
      g_assert_cmpuint (for_all (cache, check_old), ==, n); // nothing was packed
    }
  scratch_remove_tree (cache);
}

static void
cut (const char *path)
{
  GStatBuf info;

  g_stat (path, &info);
  scratch_truncate (path, info.st_size - 1);
  make_old (path);
}

// Changes the byte at a place, which is as fseek()'s.
static void
spoil (const char *path, long place, int whence)
{
  FILE *file = g_fopen (path, "r+b");
  int   byte;

  g_assert_cmpint (fseek (file, place, whence), ==, 0);
  byte = fgetc (file);
  g_assert_cmpint (fseek (file, place, whence), ==, 0);
  fputc (byte ^ 1, file);
  fclose (file);
  make_old (path);
}

static void
spoil_header (const char *path)
{
  spoil (path, 3, SEEK_SET);
}

static void
spoil_first (const char *path)
{
  spoil (path, 4096, SEEK_SET);
}

static void
spoil_last (const char *path)
{
  spoil (path, -1, SEEK_END);
}

static void
empty (const char *path)
{
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  make_old (path);
}

static void
test_broken (void)
{
  static void (*const ways[]) (const char *) = { cut, spoil_header, spoil_first,
                                                 spoil_last, empty };
  g_autofree char  *cache = scratch_path ("cache");
  g_autoptr (SpadeModel) model = make_model (1);
  g_autofree float *wanted = render (model, NULL, SPADE_PRECISION_F32);

  check (model, cache, SPADE_PRECISION_F32, wanted);
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      guint n = for_all (cache, ways[i]);

      check (model, cache, SPADE_PRECISION_F32, wanted);
      g_assert_cmpuint (for_all (cache, check_new), ==, n); // made anew
    }
  scratch_remove_tree (cache);
}

static void
test_other_model (void)
{
  g_autofree char *cache = scratch_path ("cache");
  g_autoptr (SpadeModel) a = make_model (1);
  g_autoptr (SpadeModel) b = make_model (2);
  g_autofree float *of_a = render (a, NULL, SPADE_PRECISION_F32);
  g_autofree float *of_b = render (b, NULL, SPADE_PRECISION_F32);

  g_assert_cmpint (memcmp (of_a, of_b, N * sizeof *of_a), !=, 0);
  check (a, cache, SPADE_PRECISION_F32, of_a);
  check (b, cache, SPADE_PRECISION_F32, of_b);
  check (a, cache, SPADE_PRECISION_F32, of_a);
  scratch_remove_tree (cache);
}

typedef struct
{
  SpadeModel *model;
  const char *cache;
} Job;

static gpointer
render_in_thread (gpointer data)
{
  const Job *job = data;

  return render (job->model, job->cache, SPADE_PRECISION_F32);
}

static void
test_shared (void)
{
  g_autofree char  *cache = scratch_path ("cache");
  g_autoptr (SpadeModel) model = make_model (1);
  g_autofree float *wanted = render (model, NULL, SPADE_PRECISION_F32);
  Job      job = { model, cache };
  GThread *threads[4];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("render", render_in_thread, &job);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autofree float *got = g_thread_join (threads[i]);

      g_assert_cmpmem (got, N * sizeof *got, wanted, N * sizeof *wanted);
    }
  check (model, cache, SPADE_PRECISION_F32, wanted);
  scratch_remove_tree (cache);
}

static void
test_nowhere (void)
{
  g_autofree char  *file = scratch_write ("file", "x", 1);
  g_autofree char  *cache = g_build_filename (file, "cache", NULL);
  g_autoptr (SpadeModel) model = make_model (1);
  g_autofree float *wanted = render (model, NULL, SPADE_PRECISION_F32);

  check (model, cache, SPADE_PRECISION_F32, wanted); // below what is no folder
  g_unlink (file);
}

#ifdef G_OS_UNIX
static void
remove_file (const char *path)
{
  g_assert_cmpint (g_unlink (path), ==, 0);
}

// What another process may do meanwhile: throw the files away, and put others in
// their place. A context goes on with the ones that it began with.
static void
test_in_use (void)
{
  g_autofree char  *cache = scratch_path ("cache");
  g_autoptr (SpadeModel) model = make_model (1);
  g_autofree float *wanted = render (model, cache, SPADE_PRECISION_F32);
  g_autofree float *got = g_new (float, N);
  g_autofree float *first = g_new (float, N);
  g_autoptr (SpadeMap) map = spade_map_new (SIDE, SIDE, FALSE, NULL);
  SpadeContextOptions options = { .device = "cpu", .n_threads = 2,
                                  .precision = SPADE_PRECISION_F32,
                                  .cache = cache };
  g_autoptr (SpadeContext) context = spade_context_new (model, &options, NULL);
  guint n = for_all (cache, make_old);

  g_assert_true (spade_context_set_map (context, map, NULL));
  g_assert_true (spade_context_render (context, first, NULL, NULL));
  g_assert_cmpuint (for_all (cache, check_old), ==, n); // it has the files
  for_all (cache, remove_file);
  g_assert_true (spade_context_render (context, got, NULL, NULL));
  g_assert_cmpmem (got, N * sizeof *got, first, N * sizeof *first);
  check (model, cache, SPADE_PRECISION_F32, wanted); // the other process
  g_assert_cmpuint (for_all (cache, check_new), ==, n);
  g_assert_true (spade_context_render (context, got, NULL, NULL));
  g_assert_cmpmem (got, N * sizeof *got, first, N * sizeof *first);
  scratch_remove_tree (cache);
}

// A disk that has room for the smaller weights alone, as far as a limit of a
// file's size is one.
static void
test_full (void)
{
  g_autofree char  *cache = scratch_path ("cache");
  g_autoptr (SpadeModel) model = make_model (1);
  g_autofree float *wanted = render (model, cache, SPADE_PRECISION_F32);
  guint             all = for_all (cache, NULL), fitting;
  struct rlimit     before, small;

  scratch_remove_tree (cache);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = (struct rlimit){ 256 << 10, before.rlim_max };
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  check (model, cache, SPADE_PRECISION_F32, wanted);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  fitting = for_all (cache, NULL); // and no part of any other
  g_assert_cmpuint (fitting, >, 0);
  g_assert_cmpuint (fitting, <, all);
  check (model, cache, SPADE_PRECISION_F32, wanted); // which has room again
  g_assert_cmpuint (for_all (cache, NULL), ==, all);
  scratch_remove_tree (cache);
}
#endif

// A folder of that age with a file of that size, which takes no room.
static char *
make_folder (const char *cache, const char *name, time_t used, off_t size)
{
  char            *path = g_build_filename (cache, name, NULL);
  g_autofree char *file = g_build_filename (path, "0", NULL);

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  scratch_truncate (file, size);
  g_assert_true (spade_pack_folder_set_used (path, used));
  return path;
}

static void
test_room (void)
{
  off_t            gib = 1 << 30;
  g_autofree char *cache = scratch_path ("cache");
  g_autofree char *old
      = make_folder (cache, "a0000000000000000000000000000000", 3000, gib);
  g_autofree char *older
      = make_folder (cache, "b0000000000000000000000000000000", 2000, gib);
  g_autofree char *large
      = make_folder (cache, "c0000000000000000000000000000000", 4000, 3 * gib);
  g_autofree char *foreign = make_folder (cache, "mine", 1000, 3 * gib);
  g_autoptr (SpadeModel) model = make_model (1);
  g_autofree char *folder = spade_pack_folder_open (cache, model);

  g_assert_true (g_file_test (folder, G_FILE_TEST_IS_DIR));
  g_assert_false (g_file_test (older, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (old, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (large, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (foreign, G_FILE_TEST_EXISTS));
  scratch_remove_tree (cache);
}

static void
test_left_over (void)
{
  g_autofree char *cache = scratch_path ("cache");
  g_autoptr (SpadeModel) model = make_model (1);
  g_autofree char *folder = spade_pack_folder_open (cache, model);
  g_autofree char *old = g_build_filename (folder, "0" SPADE_PACK_PART "a", NULL);
  g_autofree char *new = g_build_filename (folder, "0" SPADE_PACK_PART "b", NULL);

  g_file_set_contents (old, "x", 1, NULL);
  g_file_set_contents (new, "x", 1, NULL);
  make_old (old);
  g_free (spade_pack_folder_open (cache, model));
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (new, G_FILE_TEST_EXISTS));
  scratch_remove_tree (cache);
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/packed/is-not-packed-again", test_again);
  g_test_add_func ("/packed/is-made-anew-where-it-broke", test_broken);
  g_test_add_func ("/packed/of-another-model-is-another", test_other_model);
  g_test_add_func ("/packed/may-be-shared", test_shared);
#ifdef G_OS_UNIX // elsewhere such a file stays
  g_test_add_func ("/packed/may-be-replaced-while-in-use", test_in_use);
#endif
  g_test_add_func ("/packed/does-without-a-folder", test_nowhere);
#ifdef G_OS_UNIX // which can limit a file's size
  g_test_add_func ("/packed/does-without-room", test_full);
#endif
  g_test_add_func ("/packed/makes-room-for-new-models", test_room);
  g_test_add_func ("/packed/takes-away-what-is-half-done", test_left_over);
  status = g_test_run ();
  scratch_remove ();
  return status;
}
