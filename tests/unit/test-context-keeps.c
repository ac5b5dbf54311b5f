// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A context that keeps what it made for edits, and one with little memory, give
// the bits of one that forgets, and stay within their memory. Where there is none
// at all, that is an error, after which a context is as good as new.

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#ifdef __unix__
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

#ifdef HAVE_ONEDNN
#include "onednn/engine.h"
#endif
#include "context-private.h"
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
          spade_context_set_seed (judge, (guint64) i);
          spade_context_set_seed (context, (guint64) i);
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
  config.has_z_in_map = TRUE;
  check_context (&config, 320, 288, 0);
  check_context (&config, 256, 256, 1);
  config.norm = SPADE_NORM_INSTANCE;
  check_context (&config, 64, 96, 0);
  config.has_z_in_map = FALSE;
  check_context (&config, 64, 96, 0);
  config.norm = SPADE_NORM_BATCH;
  config.has_noise = FALSE;
  config.generator = SPADE_GENERATOR_IMAGINAIRE;
  check_context (&config, 64, 96, 0);
}

#if defined __GLIBC__ && !defined __SANITIZE_ADDRESS__
#define HAS_WANT
// Allocations of fewer bytes never fail here: what is as large may grow with a
// picture.
#define LARGE (32 << 10)

static gint n_large; // allocations of as many bytes so far
static gint first_want, last_want; // of them, the ones that fail

extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t n, size_t size);
extern void *__libc_realloc (void *memory, size_t size);
extern void *__libc_memalign (size_t alignment, size_t size);

static gboolean
is_wanting (size_t size)
{
  int n = size >= LARGE ? g_atomic_int_add (&n_large, 1) + 1 : 0;

  if (n < 1 || n < first_want || n > last_want)
    return FALSE;
  errno = ENOMEM;
  return TRUE;
}

// In place of the C library's, for its other libraries as well.
SPADE_API void *
malloc (size_t size)
{
  return is_wanting (size) ? NULL : __libc_malloc (size);
}

SPADE_API void *
calloc (size_t n, size_t size)
{
  return is_wanting (n * size) ? NULL : __libc_calloc (n, size);
}

SPADE_API void *
realloc (void *memory, size_t size)
{
  return is_wanting (size) ? NULL : __libc_realloc (memory, size);
}

SPADE_API void *
aligned_alloc (size_t alignment, size_t size)
{
  return is_wanting (size) ? NULL : __libc_memalign (alignment, size);
}

// What is done while memory is short, and what for.
typedef struct
{
  SpadeContext *context;
  SpadeMap     *map, *another; // a stroke apart
  SpadeStyleImage style; // 2 x STYLE_WIDTH
  gboolean      has_style;
  float        *rgb;
} Work;

#define STYLE_WIDTH 4000

static gboolean
do_work (const Work *work, GError **error)
{
  return (!work->has_style
          || spade_context_set_style (work->context, &work->style, NULL, 0, 0, 1,
                                      error))
         && spade_context_set_map (work->context, work->map, error)
         && spade_context_render (work->context, work->rgb, NULL, error)
         && spade_context_set_map (work->context, work->another, error)
         && spade_context_render (work->context, work->rgb, NULL, error);
}

// Lets allocations fail: the first, the second and so on, later ones in steps of
// one part in growth; one alone, or with all that come after it.
static void
check_want (const SpadeConfig *config, const SpadeContextOptions *options,
            int side, int growth)
{
  g_autoptr (SpadeModel) model = small_model_new (config);
  g_autoptr (SpadeMap) map = small_map_new (config->n_classes, side, side);
  g_autoptr (SpadeMap) another = small_map_new (config->n_classes, side, side);
  SpadeBox          stroke = { side / 2, side / 2, side / 2 + 9, side / 2 + 9 };
  gsize             size = (gsize) side * (gsize) side * 3 * sizeof (float);
  g_autofree float *wanted = g_malloc (size);
  g_autofree float *got = g_malloc (size);
  g_autofree guint8 *pixels = g_malloc0 (2 * STYLE_WIDTH * 3);
  Work work = { NULL, map, another,
                { pixels, 2, STYLE_WIDTH, STYLE_WIDTH * 3 },
                config->encoder_nf > 0, wanted };
  int  n_errors = 0, n_all;

  small_map_change (another, &stroke, 1);
  work.context = spade_context_new (model, options, NULL);
  n_large = 0;
  g_assert_true (do_work (&work, NULL));
  n_all = n_large;
  spade_context_free (work.context);
  work.rgb = got;
  for (int n = 1; n <= n_all; n += 1 + n / growth)
    for (int is_alone = 0; is_alone < 2; is_alone++)
      {
        g_autoptr (SpadeContext) context
            = spade_context_new (model, options, NULL);
        g_autoptr (GError) error = NULL;

        work.context = context;
        n_large = 0;
        last_want = is_alone ? n : G_MAXINT;
        first_want = n;
        if (!do_work (&work, &error))
          {
            last_want = 0;
            g_assert_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY);
            g_assert_nonnull (strstr (error->message, "not enough memory"));
            g_assert_nonnull (strstr (error->message, "; choose a smaller "));
            g_assert_true (do_work (&work, NULL));
            n_errors++;
          }
        last_want = 0;
        g_assert_cmpmem (got, size, wanted, size);
      }
  g_test_message ("%d allocations, %d errors", n_all, n_errors);
  g_assert_cmpint (n_errors, >, 10);
}

static void
test_want (void)
{
  SpadeContextOptions options = { .n_threads = 1, .for_edits = TRUE,
                                  .precision = SPADE_PRECISION_F32 };
  SpadeConfig config = small_config;

  config.nf = 8;
  config.has_edge = TRUE;
  check_want (&config, &options, 256, 5);
  config.norm = SPADE_NORM_INSTANCE;
  config.z_dim = 16;
  config.encoder_nf = 2;
  config.encoder_layers = 5;
  config.encoder_size = 128;
  config.encoder_norm = SPADE_NORM_INSTANCE;
  check_want (&config, &options, 256, 5);
}

// In tiles, of which there are many.
static void
test_want_tiles (void)
{
  SpadeContextOptions options = { .n_threads = 1, .memory = 1,
                                  .precision = SPADE_PRECISION_F32 };
  SpadeConfig config = small_config;

  config.nf = 16;
  check_want (&config, &options, 512, 2);
}

// Plain loops, on as little as a map has.
static void
test_want_ref (void)
{
  SpadeContextOptions options = { .device = "ref", .for_edits = TRUE };
  SpadeConfig config = small_config;

  config.nf = 1;
  config.nhidden = 2;
  check_want (&config, &options, 128, 8);
}

// A map that is long enough for the weights of its pixels to be large.
static void
test_want_resize (void)
{
  g_autoptr (SpadeMap) map = spade_map_new (1, 20000, TRUE, NULL);

  for (int n = 1; n <= 6; n++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SpadeMap) resized = NULL;

      n_large = 0;
      last_want = n;
      first_want = n;
      resized = spade_map_resize (map, 1, 40000, &error);
      last_want = 0;
      if (resized == NULL)
        g_assert_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY);
      g_assert_cmpint (resized == NULL, ==, n <= n_large);
    }
}
#endif

#if defined HAVE_ONEDNN && defined __unix__ && !defined __SANITIZE_ADDRESS__
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
  g_assert_true (spade_model_write_untrained (&config, 1, path, NULL, NULL));
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

// What the plain loops take besides their values makes tiles, too: 128 hidden
// channels, and gamma and beta of the 4 that the last block reads.
static void
test_memory_ref (void)
{
  SpadeConfig config = small_config;
  g_autoptr (SpadeModel) model = NULL;
  g_autoptr (SpadeMap) map = small_map_new (7, 512, 512);
  const gsize wanted = 512 * 512 * (128 + 2 * 4) * sizeof (float);

  config.nhidden = 128;
  model = small_model_new (&config);
  for (int is_small = 0; is_small < 2; is_small++)
    {
      SpadeContextOptions options = { .device = "ref" };
      g_autoptr (SpadeContext) context = NULL;

      options.memory = (guint64) (is_small ? 200 : 400) << 20;
      context = spade_context_new (model, &options, NULL);
      g_assert_true (spade_context_set_map (context, map, NULL));
      // A picture in tiles has no levels of the whole.
      g_assert_true ((context->pyramid == NULL) == is_small);
      if (!is_small)
        g_assert_cmpuint (spade_backend_ref.windows->scratch_size (
                              context->engine, context->plan,
                              context->pyramid->levels), ==, wanted);
      g_assert_cmpint (context->is_tiled, ==, is_small);
    }
}

#ifdef HAVE_ONEDNN
// Gives a context with a map of its own.
static SpadeContext *
open_context (SpadeModel *model, int n_threads, guint64 memory)
{
  SpadeContextOptions options = { .device = "cpu", .n_threads = n_threads,
                                  .memory = memory,
                                  .precision = SPADE_PRECISION_F32 };
  SpadeContext *context = spade_context_new (model, &options, NULL);
  g_autoptr (SpadeMap) map = small_map_new (7, 512, 512);

  g_assert_true (spade_context_set_map (context, map, NULL));
  return context;
}

// What the steps take is what was reckoned with.
static void
test_scratch (void)
{
  SpadeConfig config = small_config;
  g_autoptr (SpadeModel) model = NULL;
  g_autofree float *rgb = g_new (float, 512 * 512 * 3);

  config.nf = 16;
  model = small_model_new (&config);
  for (int n_threads = 1; n_threads <= 2; n_threads++)
    {
      g_autoptr (SpadeContext) context = open_context (model, n_threads, 0);
      gsize reckoned = spade_backend_onednn.windows->scratch_size (
          context->engine, context->plan, context->pyramid->levels);

      g_assert_true (spade_context_render (context, rgb, NULL, NULL));
      g_test_message ("%d threads: %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT
                      " KiB", n_threads, context->engine->scratch_size >> 10,
                      reckoned >> 10);
      g_assert_cmpuint (context->engine->scratch_size, <=, reckoned);
      g_assert_cmpuint (context->engine->scratch_size, >, reckoned / 3 * 2);
    }
}

// With the memory that is just enough for one thread, many make tiles.
static void
test_threads (void)
{
  SpadeConfig config = small_config;
  g_autoptr (SpadeModel) model = NULL;
  g_autoptr (SpadeContext) many = NULL;
  guint64  memory = 128 << 20;
  gboolean is_tiled = TRUE;

  config.nf = 32;
  model = small_model_new (&config);
  while (is_tiled)
    {
      g_autoptr (SpadeContext) one = NULL;

      memory += 16 << 20;
      one = open_context (model, 1, memory);
      is_tiled = one->is_tiled;
    }
  g_test_message ("one thread: %d MiB", (int) (memory >> 20));
  many = open_context (model, 64, memory);
  g_assert_true (many->is_tiled);
}
#endif

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
#if defined HAVE_ONEDNN && defined __unix__ && !defined __SANITIZE_ADDRESS__
  g_test_add_func ("/context-keeps/stays-within-its-memory", test_memory);
#endif
  g_test_add_func ("/context-keeps/gives-the-bits-of-one-that-forgets",
                   test_context);
  g_test_add_func ("/context-keeps/reckons-with-what-plain-loops-take",
                   test_memory_ref);
#ifdef HAVE_ONEDNN
  g_test_add_func ("/context-keeps/reckons-with-what-steps-take",
                   test_scratch);
  g_test_add_func ("/context-keeps/reckons-with-its-threads", test_threads);
#endif
#ifdef HAS_WANT
  g_test_add_func ("/context-keeps/wants-memory-and-says-so", test_want);
  g_test_add_func ("/context-keeps/wants-memory-for-tiles", test_want_tiles);
  g_test_add_func ("/context-keeps/wants-memory-for-plain-loops",
                   test_want_ref);
  g_test_add_func ("/context-keeps/wants-memory-for-another-size",
                   test_want_resize);
#endif
  status = g_test_run ();
  scratch_remove ();
  return status;
}
