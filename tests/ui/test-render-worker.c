// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The render worker without any widget: what arrives, where, and what does
// not. "ref" is the slow backend: its renders last long enough to be given up.

#include <glib/gstdio.h>
#include <string.h>

#include "render-job.h"
#include "render-worker.h"

typedef struct
{
  SpadeRenderWorker *worker;
  GMainLoop         *loop;
  GThread           *thread; // where signals must arrive
  int                n_pictures, n_finished, n_progress;
  double             fraction;
  GdkPixbuf         *picture; // the last one
  GError            *error;
} Seen;

static SpadeModel *model;

static void
make_model (void)
{
  g_autofree char *dir = g_dir_make_tmp ("spade-ui-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "m.safetensors", NULL);
  SpadeConfig      config = {
    .class_set_name = "coco-stuff", .n_classes = 182, .has_unlabeled = TRUE,
    .nf = 4, .nhidden = 8, .norm = SPADE_NORM_BATCH, .kernel = 3, .z_dim = 8,
    .base_height = 2, .base_width = 2, .crop_size = 64, .encoder_nf = 2,
    .encoder_layers = 5, .encoder_size = 128,
    .encoder_norm = SPADE_NORM_INSTANCE,
  };
  g_autoptr (GError) error = NULL;

  spade_model_write_untrained (&config, 1, path, NULL, &error);
  g_assert_no_error (error);
  model = spade_model_load (path, &error);
  g_assert_no_error (error);
  g_remove (path); // stays mapped
  g_rmdir (dir);
}

static SpadeRenderRequest *
new_request (int side, guint64 seed)
{
  SpadeRenderRequest *request = g_new0 (SpadeRenderRequest, 1);

  request->model = spade_model_ref (model);
  request->map = spade_map_new (side, side, FALSE, NULL);
  for (int i = 0; i < side * side; i++)
    request->map->ids[i] = i < side * side / 2 ? 156 : (guint8) (i * 7 % 160);
  request->device = g_strdup ("ref");
  request->strength = 1;
  request->n_threads = 1;
  request->n_seeds = 1;
  request->seeds[0] = seed;
  return request;
}

static void
on_progress (SpadeRenderWorker *worker, double fraction, const char *phase,
             Seen *seen)
{
  g_assert_true (g_thread_self () == seen->thread);
  g_assert_cmpfloat (fraction, >=, seen->fraction);
  g_assert_cmpfloat (fraction, <=, 1.0);
  g_assert_nonnull (phase);
  seen->fraction = fraction;
  seen->n_progress++;
}

static void
on_picture (SpadeRenderWorker *worker, int i, GdkPixbuf *picture, Seen *seen)
{
  g_assert_true (g_thread_self () == seen->thread);
  g_assert_cmpint (i, ==, seen->n_pictures);
  g_set_object (&seen->picture, picture);
  seen->n_pictures++;
}

static void
on_finished (SpadeRenderWorker *worker, const GError *error, Seen *seen)
{
  g_assert_true (g_thread_self () == seen->thread);
  g_assert_false (spade_render_worker_is_busy (worker));
  seen->error = error != NULL ? g_error_copy (error) : NULL;
  seen->n_finished++;
  g_main_loop_quit (seen->loop);
}

static void
set_up (Seen *seen, gconstpointer delay_ms)
{
  seen->worker = spade_render_worker_new (GPOINTER_TO_INT (delay_ms));
  seen->loop = g_main_loop_new (NULL, FALSE);
  seen->thread = g_thread_self ();
  g_signal_connect (seen->worker, "progress", G_CALLBACK (on_progress), seen);
  g_signal_connect (seen->worker, "picture", G_CALLBACK (on_picture), seen);
  g_signal_connect (seen->worker, "finished", G_CALLBACK (on_finished), seen);
}

static void
tear_down (Seen *seen, gconstpointer delay_ms)
{
  g_clear_object (&seen->worker);
  g_main_loop_unref (seen->loop);
  g_clear_object (&seen->picture);
  g_clear_error (&seen->error);
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static void
run_for (Seen *seen, guint ms)
{
  guint id = g_timeout_add (ms, quit, seen->loop);

  g_main_loop_run (seen->loop);
  if (g_main_context_find_source_by_id (NULL, id) != NULL)
    g_source_remove (id);
}

// Asks for pictures and waits for the end; counts anew.
static void
render (Seen *seen, SpadeRenderRequest *request)
{
  seen->fraction = 0;
  seen->n_progress = seen->n_pictures = 0;
  spade_render_worker_submit (seen->worker, request);
  run_for (seen, 20000);
}

// Gives the picture of a request, made without any worker.
static GdkPixbuf *
render_directly (SpadeRenderRequest *request)
{
  g_autoptr (SpadeContext) context = NULL;
  SpadeContextOptions      options = { .device = request->device,
                                       .precision = request->precision,
                                       .n_threads = 1 };
  gsize             n = (gsize) request->map->height * (gsize) request->map->width * 3;
  g_autofree float *x = g_new (float, n);
  guint8           *bytes = g_malloc (n);
  g_autoptr (GBytes) packed = g_bytes_new_take (bytes, n);

  context = spade_context_new (request->model, &options, NULL);
  g_assert_true (spade_context_set_map (context, request->map, NULL));
  spade_context_set_seed (context, request->seeds[0]);
  g_assert_true (spade_context_render (context, x, NULL, NULL));
  spade_pack_rgb (x, n, bytes);
  return gdk_pixbuf_new_from_bytes (packed, GDK_COLORSPACE_RGB, FALSE, 8,
                                    request->map->width, request->map->height,
                                    request->map->width * 3);
}

static void
assert_same_picture (GdkPixbuf *a, GdkPixbuf *b)
{
  g_assert_cmpmem (gdk_pixbuf_read_pixels (a), gdk_pixbuf_get_byte_length (a),
                   gdk_pixbuf_read_pixels (b), gdk_pixbuf_get_byte_length (b));
}

static void
test_picture (Seen *seen, gconstpointer delay_ms)
{
  g_autoptr (SpadeRenderRequest) same = new_request (64, 7);
  g_autoptr (GdkPixbuf)          expected = render_directly (same);

  spade_render_worker_submit (seen->worker, new_request (64, 7));
  g_assert_true (spade_render_worker_is_busy (seen->worker));
  run_for (seen, 20000);
  g_assert_no_error (seen->error);
  g_assert_cmpint (seen->n_pictures, ==, 1);
  g_assert_cmpint (seen->n_progress, >, 0);
  assert_same_picture (seen->picture, expected);
}

// Floats come with the bytes where they are wanted, and only there.
static void
test_floats (Seen *seen, gconstpointer delay_ms)
{
  for (int i = 0; i < 3; i++)
    {
      SpadeRenderRequest *request = new_request (64, 7);
      const float        *floats;
      const guint8       *bytes;

      request->wants_floats = i == 1;
      render (seen, request);
      g_assert_no_error (seen->error);
      floats = spade_render_get_floats (seen->picture);
      g_assert_true ((floats != NULL) == (i == 1));
      bytes = gdk_pixbuf_read_pixels (seen->picture);
      for (int k = 0; i == 1 && k < 64 * 64 * 3; k++)
        g_assert_cmpfloat_with_epsilon (floats[k] * 255, bytes[k], 0.501);
    }
}

// After other requests, a kept context gives what a fresh one gives.
static void
test_kept_context (Seen *seen, gconstpointer delay_ms)
{
  g_autoptr (SpadeRenderRequest) same = new_request (64, 8);
  g_autoptr (GdkPixbuf)          expected = render_directly (same);

  for (int i = 0; i < 3; i++)
    {
      const int     sides[] = { 64, 32, 64 };
      const guint64 seeds[] = { 1, 2, 8 };

      render (seen, new_request (sides[i], seeds[i]));
    }
  g_assert_cmpint (seen->n_finished, ==, 3);
  assert_same_picture (seen->picture, expected);
}

static void
test_several_seeds (Seen *seen, gconstpointer delay_ms)
{
  SpadeRenderRequest *request = new_request (32, 1);

  request->n_seeds = 4;
  for (int i = 0; i < 4; i++)
    request->seeds[i] = (guint64) i;
  render (seen, request);
  g_assert_no_error (seen->error);
  g_assert_cmpint (seen->n_pictures, ==, 4);
}

static void
test_debounce (Seen *seen, gconstpointer delay_ms)
{
  for (guint64 i = 0; i < 8; i++)
    {
      spade_render_worker_submit (seen->worker, new_request (32, i));
      run_for (seen, 5);
    }
  g_assert_cmpint (seen->n_pictures, ==, 0);
  run_for (seen, 20000);
  run_for (seen, 200);
  g_assert_cmpint (seen->n_pictures, ==, 1);
  g_assert_cmpint (seen->n_finished, ==, 1);
}

// Asks for a picture and waits until its render is at work.
static void
begin (Seen *seen, SpadeRenderRequest *request)
{
  g_assert_true (spade_render_worker_submit (seen->worker, request));
  for (int i = 0; i < 2000 && seen->fraction == 0; i++)
    run_for (seen, 5);
  g_assert_cmpfloat (seen->fraction, >, 0);
  g_assert_cmpint (seen->n_progress, >, 0);
}

// A render of 512 x 512 is at work when one of 32 x 32 is wanted instead.
static void
test_newest_wins (Seen *seen, gconstpointer delay_ms)
{
  begin (seen, new_request (512, 1));
  seen->fraction = 0;
  spade_render_worker_submit (seen->worker, new_request (32, 1));
  run_for (seen, 20000);
  g_assert_no_error (seen->error);
  g_assert_cmpint (seen->n_pictures, ==, 1);
  g_assert_cmpint (gdk_pixbuf_get_width (seen->picture), ==, 32);
}

static void
test_cancel (Seen *seen, gconstpointer delay_ms)
{
  spade_render_worker_submit (seen->worker, new_request (512, 1));
  run_for (seen, 30);
  spade_render_worker_cancel (seen->worker);
  g_assert_false (spade_render_worker_is_busy (seen->worker));
  run_for (seen, 300);
  g_assert_cmpint (seen->n_pictures, ==, 0);
  g_assert_cmpint (seen->n_finished, ==, 0);
}

// The same picture asked for again is not rendered again; another seed is.
static void
test_same_again (Seen *seen, gconstpointer delay_ms)
{
  g_autoptr (GdkPixbuf) first = NULL;

  render (seen, new_request (64, 7));
  g_assert_no_error (seen->error);
  first = g_object_ref (seen->picture);
  render (seen, new_request (64, 7));
  g_assert_no_error (seen->error);
  g_assert_cmpint (seen->n_progress, ==, 0);
  g_assert_true (seen->picture == first);
  render (seen, new_request (64, 8));
  g_assert_no_error (seen->error);
  g_assert_cmpint (seen->n_progress, >, 0);
  g_assert_true (seen->picture != first);
}

// A request like the one at work changes nothing: on_progress() would see a
// new beginning.
static void
test_same_at_work (Seen *seen, gconstpointer delay_ms)
{
  begin (seen, new_request (256, 1));
  g_assert_false (spade_render_worker_submit (seen->worker, new_request (256, 1)));
  run_for (seen, 20000);
  run_for (seen, 50);
  g_assert_no_error (seen->error);
  g_assert_cmpint (seen->n_pictures, ==, 1);
  g_assert_cmpint (seen->n_finished, ==, 1);
}

// The next variations have some seeds of those before.
static void
test_some_again (Seen *seen, gconstpointer delay_ms)
{
  g_autoptr (SpadeRenderRequest) direct = new_request (32, 4);
  g_autoptr (GdkPixbuf)          expected = render_directly (direct);
  g_autoptr (GdkPixbuf)          third = NULL;

  for (int first = 1; first <= 2; first++)
    {
      SpadeRenderRequest *request = new_request (32, (guint64) first);

      request->n_seeds = 3;
      for (int i = 1; i < 3; i++)
        request->seeds[i] = (guint64) (first + i);
      render (seen, request);
      g_assert_no_error (seen->error);
      g_assert_cmpint (seen->n_pictures, ==, 3);
    }
  assert_same_picture (seen->picture, expected);
  render (seen, new_request (32, 3));
  third = g_object_ref (seen->picture);
  g_assert_cmpint (seen->n_progress, ==, 0);
  g_clear_pointer (&expected, g_object_unref);
  direct->seeds[0] = 3;
  expected = render_directly (direct);
  assert_same_picture (third, expected);
}

// An hour of delay would fail the test; an urgent request also ends that of the
// same that waits already.
static void
test_urgent (Seen *seen, gconstpointer delay_ms)
{
  for (int i = 1; i <= 2; i++)
    {
      SpadeRenderRequest *request = new_request (32, (guint64) i);

      request->is_urgent = TRUE;
      if (i == 2)
        g_assert_true (spade_render_worker_submit (seen->worker, new_request (32, 2)));
      render (seen, request);
      g_assert_cmpint (seen->n_finished, ==, i);
    }
}

static gboolean
tick (gpointer data)
{
  (*(int *) data)++;
  return G_SOURCE_CONTINUE;
}

// The loop turns while the render goes on.
static void
test_main_loop (Seen *seen, gconstpointer delay_ms)
{
  int   n_ticks = 0;
  guint id = g_timeout_add (5, tick, &n_ticks);

  begin (seen, new_request (512, 1));
  n_ticks = 0;
  while (n_ticks < 10)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (spade_render_worker_is_busy (seen->worker));
  g_assert_cmpint (seen->n_finished, ==, 0);
  g_source_remove (id);
}

static void
test_error (Seen *seen, gconstpointer delay_ms)
{
  SpadeRenderRequest *request = new_request (32, 1);

  g_free (request->device);
  request->device = g_strdup ("abacus");
  render (seen, request);
  g_assert_error (seen->error, SPADE_ERROR, SPADE_ERROR_BACKEND);
  g_clear_error (&seen->error);
  g_assert_cmpint (seen->n_pictures, ==, 0);
  render (seen, new_request (32, 1)); // and goes on
  g_assert_no_error (seen->error);
  g_assert_cmpint (seen->n_pictures, ==, 1);
}

static void
test_style (Seen *seen, gconstpointer delay_ms)
{
  SpadeRenderRequest   *plain = new_request (32, 3);
  SpadeRenderRequest   *styled = new_request (32, 3);
  g_autoptr (GdkPixbuf) first = NULL;

  styled->style = gdk_pixbuf_new (GDK_COLORSPACE_RGB, TRUE, 8, 50, 40);
  gdk_pixbuf_fill (styled->style, 0x2040ff80);
  styled->strength = 0;
  render (seen, plain);
  g_assert_no_error (seen->error);
  first = g_object_ref (seen->picture);
  render (seen, styled);
  g_assert_no_error (seen->error);
  g_assert_cmpint (memcmp (gdk_pixbuf_read_pixels (first),
                           gdk_pixbuf_read_pixels (seen->picture),
                           gdk_pixbuf_get_byte_length (first)), !=, 0);
}

static SpadeRenderRequest *
new_mixed (double mix)
{
  SpadeRenderRequest *request = new_request (32, 3);

  request->style = gdk_pixbuf_new (GDK_COLORSPACE_RGB, TRUE, 8, 50, 40);
  request->mix_style = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 20, 30);
  gdk_pixbuf_fill (request->style, 0x2040ff80);
  gdk_pixbuf_fill (request->mix_style, 0xf0c080ff);
  request->mix = mix;
  return request;
}

// Another share, or another second style, is another request, where there is one.
static void
test_mixed (Seen *seen, gconstpointer delay_ms)
{
  g_autoptr (SpadeRenderRequest) half = new_mixed (0.5);
  g_autoptr (SpadeRenderRequest) again = new_mixed (0.5);
  g_autoptr (SpadeRenderRequest) other = new_mixed (0.4);
  g_autoptr (SpadeRenderRequest) alone = new_mixed (0.5);
  g_autoptr (SpadeRenderRequest) unmixed = new_mixed (0.4);

  g_clear_object (&alone->mix_style);
  g_clear_object (&unmixed->mix_style);
  g_assert_true (spade_render_request_is_same (half, again));
  g_assert_false (spade_render_request_is_same (half, other));
  g_assert_false (spade_render_request_is_same (half, alone));
  g_assert_true (spade_render_request_is_same (alone, unmixed));
  gdk_pixbuf_fill (again->mix_style, 0xf0c081ff);
  g_assert_false (spade_render_request_is_same (half, again));
  render (seen, new_mixed (0.5));
  g_assert_no_error (seen->error);
  g_assert_cmpint (seen->n_pictures, ==, 1);
}

// A map that is its own mirror image has another picture all the same.
static void
test_mirrored (Seen *seen, gconstpointer delay_ms)
{
  SpadeRenderRequest   *plain = new_request (32, 3);
  SpadeRenderRequest   *mirrored = new_request (32, 3);
  g_autoptr (GdkPixbuf) round = NULL;

  memset (plain->map->ids, 156, 32 * 32);
  memset (mirrored->map->ids, 156, 32 * 32);
  mirrored->is_mirrored = TRUE;
  render (seen, plain);
  round = gdk_pixbuf_flip (seen->picture, TRUE);
  g_assert_cmpint (memcmp (gdk_pixbuf_read_pixels (seen->picture),
                           gdk_pixbuf_read_pixels (round),
                           gdk_pixbuf_get_byte_length (round)), !=, 0);
  render (seen, mirrored);
  g_assert_no_error (seen->error);
  assert_same_picture (seen->picture, round);
}

static void
test_stop (Seen *seen, gconstpointer delay_ms)
{
  spade_render_worker_submit (seen->worker, new_request (512, 1));
  run_for (seen, 30);
  g_clear_object (&seen->worker);
  run_for (seen, 50);
  g_assert_cmpint (seen->n_finished, ==, 0);
}

static void
add (const char *name, int delay_ms, void (*test) (Seen *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/render-worker/", name, NULL);

  g_test_add (path, Seen, GINT_TO_POINTER (delay_ms), set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  make_model ();
  add ("gives-what-the-context-gives", 0, test_picture);
  add ("gives-floats-too", 0, test_floats);
  add ("keeps-its-context", 0, test_kept_context);
  add ("renders-several-seeds", 0, test_several_seeds);
  add ("waits-until-requests-settle", 500, test_debounce);
  add ("drops-the-old-for-the-newest", 0, test_newest_wins);
  add ("says-nothing-after-a-cancel", 0, test_cancel);
  add ("never-blocks-the-main-loop", 0, test_main_loop);
  add ("tells-an-error-and-goes-on", 0, test_error);
  add ("follows-a-style-image", 0, test_style);
  add ("mixes-two-styles", 0, test_mixed);
  add ("mirrors-when-asked-to", 0, test_mirrored);
  add ("goes-away-while-at-work", 0, test_stop);
  add ("remembers-its-last-picture", 0, test_same_again);
  add ("goes-on-with-the-same", 0, test_same_at_work);
  add ("remembers-some-of-its-last-pictures", 0, test_some_again);
  add ("hurries-when-asked-to", 3600 * 1000, test_urgent);
  status = g_test_run ();
  spade_model_unref (model);
  return status;
}
