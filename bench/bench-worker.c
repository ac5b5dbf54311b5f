// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Our side of the comparison: renders on command and prints milliseconds, so
// that bench.py can take turns between us and a peer. Commands, one a line:
// "map" renders the map as if it were new, "seed" renders it again with
// another z, "write PATH" writes the last picture as floats, "ids PATH" the map
// as bytes, "peak" prints the most memory used, in KiB.

#include <stdio.h>
#include <sys/resource.h>

#include "map-file.h"
#include "picture-file.h"

typedef struct
{
  SpadeContext *context;
  SpadeMap     *map;
  float        *rgb;
  gsize         n;
  guint64       seed;
} Worker;

static void
die (GError *error)
{
  fprintf (stderr, "bench-worker: %s\n", error->message);
  exit (1);
}

static void
render (Worker *self, gboolean is_new)
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  if (is_new && !spade_context_set_map (self->context, self->map, &error))
    die (error);
  spade_context_set_seed (self->context, self->seed++);
  if (!spade_context_render (self->context, self->rgb, NULL, &error))
    die (error);
  printf ("%.3f\n", (double) (g_get_monotonic_time () - start) / 1e3);
}

static gboolean
obey (Worker *self, char *line)
{
  g_autoptr (GError) error = NULL;

  g_strchomp (line);
  if (strcmp (line, "map") == 0 || strcmp (line, "seed") == 0)
    render (self, line[0] == 'm');
  else if (g_str_has_prefix (line, "write "))
    {
      if (!floats_save (self->rgb, self->n, line + 6, &error))
        die (error);
      puts ("ok");
    }
  else if (g_str_has_prefix (line, "ids "))
    {
      if (!g_file_set_contents (line + 4, (char *) self->map->ids,
                                (gssize) (self->n / 3), &error))
        die (error);
      puts ("ok");
    }
  else if (strcmp (line, "peak") == 0)
    {
      struct rusage usage;

      getrusage (RUSAGE_SELF, &usage);
      printf ("%ld\n", usage.ru_maxrss);
    }
  else
    return FALSE;
  fflush (stdout);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SpadeModel) model = NULL;
  g_autoptr (SpadeMap) map = NULL;
  char   line[4096];
  gint64 start = g_get_monotonic_time ();
  int    height, width;

  if (argc != 7)
    {
      fputs ("usage: bench-worker MODEL MAP SIDE DEVICE PRECISION THREADS\n",
             stderr);
      return 2;
    }
  height = width = atoi (argv[3]);

  SpadeContextOptions options = {
    .device = argv[4],
    .precision = strcmp (argv[5], "bf16") == 0   ? SPADE_PRECISION_BF16
                 : strcmp (argv[5], "f16") == 0 ? SPADE_PRECISION_F16
                                                : SPADE_PRECISION_F32,
    .n_threads = atoi (argv[6]),
  };
  Worker self = { .n = (gsize) height * width * 3 };

  if ((model = spade_model_load (argv[1], &error)) == NULL
      || (map = map_file_load (argv[2], spade_model_get_config (model), "auto",
                               &error)) == NULL
      || (self.map = spade_map_resize (map, height, width, &error)) == NULL
      || (self.context = spade_context_new (model, &options, &error)) == NULL)
    die (error);
  self.rgb = g_new (float, self.n);
  printf ("ready %s\n", spade_context_get_device (self.context));
  printf ("%.3f\n", (double) (g_get_monotonic_time () - start) / 1e3);
  fflush (stdout);
  while (fgets (line, sizeof line, stdin) != NULL && obey (&self, line))
    ;
  spade_context_free (self.context);
  spade_map_free (self.map);
  g_free (self.rgb);
  return 0;
}
