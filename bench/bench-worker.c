// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Our side of the comparison: renders on command and prints milliseconds, so
// that the driver can take turns between us and a peer. Commands, one a line:
// "map" renders the map as if it were new, "seed" renders it again with
// another z, "batch N" renders it as if it were new with N of them, "edit" paints
// a stroke of 32 x 32 pixels somewhere into it and renders it with a context
// that keeps what it can (the first time it only renders), "use PATH" takes
// another map, "write PATH" writes the last picture as floats, "z PATH" its z,
// "ids PATH" the map as bytes, "cpu" prints the milliseconds of processor time
// used so far, "peak" the most memory used, in KiB.

#include <stdio.h>
#include <sys/resource.h>

#include "map-file.h"
#include "picture-file.h"

#define STROKE 32

typedef struct
{
  SpadeModel   *model;
  SpadeContextOptions options;
  SpadeContext *context;
  SpadeContext *editor; // that keeps, or NULL
  SpadeMap     *map;
  int           side;
  float        *rgb;
  gsize         n;
  guint64       seed;
} Worker;

static gboolean
render (Worker *self, gboolean is_new, int n, GError **error)
{
  gint64 start = g_get_monotonic_time ();

  if (is_new && !spade_context_set_map (self->context, self->map, error))
    return FALSE;
  for (int i = 0; i < n; i++)
    {
      spade_context_set_seed (self->context, self->seed++);
      if (!spade_context_render (self->context, self->rgb, NULL, error))
        return FALSE;
    }
  printf ("%.3f\n", (double) (g_get_monotonic_time () - start) / 1e3);
  return TRUE;
}

// Fills a square with the class of one of the map's pixels.
static void
paint (SpadeMap *map, GRand *rand)
{
  int    top = g_rand_int_range (rand, 0, map->height - STROKE);
  int    left = g_rand_int_range (rand, 0, map->width - STROKE);
  guint8 id = map->ids[g_rand_int_range (rand, 0, map->height * map->width)];

  for (int y = top; y < top + STROKE; y++)
    memset (map->ids + y * map->width + left, id, STROKE);
}

static gboolean
edit (Worker *self, GError **error)
{
  static guint32    n_strokes;
  g_autoptr (GRand) rand = g_rand_new_with_seed (n_strokes++);
  gint64            start;

  if (self->editor != NULL)
    paint (self->map, rand);
  else
    {
      self->options.for_edits = TRUE;
      self->editor = spade_context_new (self->model, &self->options, error);
      if (self->editor == NULL)
        return FALSE;
    }
  start = g_get_monotonic_time ();
  if (!spade_context_set_map (self->editor, self->map, error)
      || !spade_context_render (self->editor, self->rgb, NULL, error))
    return FALSE;
  printf ("%.3f\n", (double) (g_get_monotonic_time () - start) / 1e3);
  return TRUE;
}

static gboolean
use_map (Worker *self, const char *path, GError **error)
{
  g_autoptr (SpadeMap) map = map_file_load (
      path, spade_model_get_config (self->model), "auto", FALSE,
      error);

  if (map == NULL)
    return FALSE;
  spade_map_free (self->map);
  self->map = spade_map_resize (map, self->side, self->side, error);
  return self->map != NULL;
}

static void
print_usage (gboolean wants_time)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  if (wants_time)
    printf ("%.3f\n",
            1e3 * (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
                + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
                      / 1e3);
  else
    printf ("%ld\n", usage.ru_maxrss);
}

static gboolean
write_z (const Worker *self, const char *path, GError **error)
{
  int n = spade_model_get_config (self->model)->z_dim;
  g_autofree float *z = g_new (float, MAX (n, 1));

  spade_latent_draw (self->seed - 1, z, n); // of the last picture
  return floats_save (z, (gsize) n, path, error);
}

static gboolean
ok (gboolean is_done)
{
  if (is_done)
    puts ("ok");
  return is_done;
}

static gboolean
obey (Worker *self, const char *line, GError **error)
{
  if (strcmp (line, "map") == 0 || strcmp (line, "seed") == 0)
    return render (self, line[0] == 'm', 1, error);
  if (strcmp (line, "edit") == 0)
    return edit (self, error);
  if (g_str_has_prefix (line, "batch "))
    return render (self, TRUE, atoi (line + 6), error);
  if (g_str_has_prefix (line, "use "))
    return ok (use_map (self, line + 4, error));
  if (g_str_has_prefix (line, "write "))
    return ok (floats_save (self->rgb, self->n, line + 6, error));
  if (g_str_has_prefix (line, "z "))
    return ok (write_z (self, line + 2, error));
  if (g_str_has_prefix (line, "ids "))
    return ok (g_file_set_contents (line + 4, (char *) self->map->ids,
                                    (gssize) (self->n / 3), error));
  if (strcmp (line, "cpu") == 0 || strcmp (line, "peak") == 0)
    print_usage (line[0] == 'c');
  else
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE, "no command \"%s\"",
                 line);
  return *error == NULL;
}

static gboolean
start (Worker *self, char **argv, GError **error)
{
  self->options = (SpadeContextOptions){
    .device = argv[4],
    .precision = strcmp (argv[5], "bf16") == 0   ? SPADE_PRECISION_BF16
                 : strcmp (argv[5], "f16") == 0 ? SPADE_PRECISION_F16
                                                : SPADE_PRECISION_F32,
    .n_threads = atoi (argv[6]),
    .cache = argv[7], // or NULL, the last one
  };

  self->side = atoi (argv[3]);
  self->n = (gsize) self->side * self->side * 3;
  self->rgb = g_new (float, self->n);
  self->model = spade_model_load (argv[1], error);
  if (self->model == NULL || !use_map (self, argv[2], error))
    return FALSE;
  self->context = spade_context_new (self->model, &self->options, error);
  return self->context != NULL;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Worker   self = { 0 };
  char     line[4096];
  gint64   before = g_get_monotonic_time ();
  gboolean is_well;

  if (argc != 7 && argc != 8)
    {
      fputs ("usage: bench-worker MODEL MAP SIDE DEVICE PRECISION THREADS "
             "[CACHE]\n", stderr);
      return 2;
    }
  is_well = start (&self, argv, &error);
  if (is_well)
    printf ("ready %s\n%.3f\n", spade_context_get_device (self.context),
            (double) (g_get_monotonic_time () - before) / 1e3);
  fflush (stdout);
  while (is_well && fgets (line, sizeof line, stdin) != NULL)
    {
      is_well = obey (&self, g_strchomp (line), &error);
      fflush (stdout);
    }
  if (!is_well)
    fprintf (stderr, "bench-worker: %s\n", error->message);
  spade_context_free (self.context);
  spade_context_free (self.editor);
  spade_model_unref (self.model);
  spade_map_free (self.map);
  g_free (self.rgb);
  return is_well ? 0 : 1;
}
