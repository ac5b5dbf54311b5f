// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A picture larger than its model was trained for, from renders of several sizes:
// each gives what is finer than the one before, as in a Laplacian pyramid. Source:
// Burt and Adelson 1983, "A multiresolution spline with application to image mosaics".

#include <math.h>
#include <string.h>

#include "context-private.h"

// A map that is larger than the model's size by less is rendered at once.
#define LEAST_GAIN 1.25
// What the smaller size gets of a limit of memory: it has a quarter of the pixels, as
// many weights, and a smaller size itself.
#define SMALLER_MEMORY 0.4
// What detail of the finer render counts: both have some of the same size.
#define FINE_SHARE 0.8f

typedef struct
{
  int height, width;
} Size;

static Size
get_size (const SpadeContext *self)
{
  int last = self->plan->n_levels - 1;

  return (Size){ self->plan->level_height[last], self->plan->level_width[last] };
}

// Gives the size to be refined: half of the map's, or the model's where that is larger.
// FALSE where the map is not larger than it.
static gboolean
choose_smaller (const SpadeModel *model, const SpadeMap *map, Size *out_size)
{
  Size native, half;

  spade_model_fit_size (model, SPADE_SIZE_NATIVE, map->height, map->width,
                        &native.height, &native.width);
  spade_model_fit_size (model, SPADE_SIZE_MAP, map->height / 2, map->width / 2,
                        &half.height, &half.width);
  *out_size = half.height > native.height && half.width > native.width ? half : native;
  return out_size->height * LEAST_GAIN <= map->height
         && out_size->width * LEAST_GAIN <= map->width;
}

static SpadeContext *
make_coarse (const SpadeContext *self, GError **error)
{
  SpadeContextOptions options = self->options;

  options.device = self->asked_device;
  options.cache = self->cache;
  options.memory = (guint64) (SMALLER_MEMORY * (double) options.memory);
  return spade_context_new (self->model, &options, error);
}

gboolean
spade_refine_set_map (SpadeContext *self, const SpadeMap *map, GError **error)
{
  g_autoptr (SpadeMap) smaller = NULL;
  Size                 size;

  if (!self->will_refine || !choose_smaller (self->model, map, &size))
    {
      g_clear_pointer (&self->coarse, spade_context_free);
      return TRUE;
    }
  smaller = spade_map_resize (map, size.height, size.width, error);
  if (smaller == NULL)
    return FALSE;
  if (self->coarse == NULL)
    {
      self->coarse = make_coarse (self, error);
      if (self->options.memory > 0)
        spade_context_drop_run (self); // it was to have all of that
    }
  if (self->coarse == NULL)
    return FALSE;
  spade_context_set_refined (self->coarse, TRUE);
  spade_context_set_mirrored (self->coarse, self->will_mirror);
  return spade_context_set_map (self->coarse, smaller, error);
}

// Adds to sums the mean of the n numbers, step apart, that lie between begin and end
// of 0...n; channels beside each other.
static void
add_mean (const float *from, gsize step, int channels, int n, double begin, double end,
          float *sums)
{
  for (int i = (int) begin; i < n && i < end; i++)
    {
      float share = (float) ((MIN (end, i + 1) - MAX (begin, i)) / (end - begin));

      for (int c = 0; c < channels; c++)
        sums[c] += share * from[(gsize) i * step + (gsize) c];
    }
}

// Makes of rgb, [size], its means over to's pixels: first of each row, then of what
// these are below each other. rows is [size.height, to.width, 3].
static void
reduce (const float *rgb, Size size, Size to, float *rows, float *out)
{
  gsize  pitch = (gsize) to.width * 3;
  double across = (double) size.width / to.width;
  double down = (double) size.height / to.height;

  memset (rows, 0, sizeof *rows * (gsize) size.height * pitch);
  memset (out, 0, sizeof *out * (gsize) to.height * pitch);
  for (int y = 0; y < size.height; y++)
    for (int x = 0; x < to.width; x++)
      add_mean (rgb + (gsize) y * (gsize) size.width * 3, 3, 3, size.width, x * across,
                (x + 1) * across, rows + (gsize) y * pitch + (gsize) x * 3);
  for (int y = 0; y < to.height; y++)
    add_mean (rows, pitch, (int) pitch, size.height, y * down, (y + 1) * down,
              out + (gsize) y * pitch);
}

// Smooths a row or column of n numbers, step apart, by 1 4 6 4 1; the last ones go on
// beyond the ends. line is [n + 4].
static void
smooth_line (float *numbers, gsize step, int n, float *line)
{
  for (int i = -2; i < n + 2; i++)
    line[i + 2] = numbers[(gsize) CLAMP (i, 0, n - 1) * step];
  for (int i = 0; i < n; i++)
    numbers[(gsize) i * step] = (line[i] + line[i + 4] + 4 * (line[i + 1] + line[i + 3])
                                 + 6 * line[i + 2]) / 16;
}

static void
smooth (float *rgb, Size size, float *line)
{
  gsize pitch = (gsize) size.width * 3;

  for (int y = 0; y < size.height; y++)
    for (int c = 0; c < 3; c++)
      smooth_line (rgb + (gsize) y * pitch + c, 3, size.width, line);
  for (gsize i = 0; i < pitch; i++)
    smooth_line (rgb + i, pitch, size.height, line);
}

// Four neighbours of a position between pixels, and what each counts.
typedef struct
{
  int   places[4];
  float weights[4];
} Taps;

// Those of position i of n among n_src. Source: Mitchell and Netravali 1988,
// "Reconstruction filters in computer graphics", B = C = 1/3.
static Taps
find_taps (int i, int n, int n_src)
{
  double at = (i + 0.5) * n_src / n - 0.5;
  int    first = (int) floor (at);
  Taps   taps;

  for (int t = 0; t < 4; t++)
    {
      double d = fabs (at - (first - 1 + t));

      taps.places[t] = CLAMP (first - 1 + t, 0, n_src - 1);
      taps.weights[t]
          = (float) (d < 1 ? (7 * d * d * d - 12 * d * d + 16.0 / 3) / 6
                           : (-7.0 / 3 * d * d * d + 12 * d * d - 20 * d + 32.0 / 3) / 6);
    }
  return taps;
}

// Adds to rgb, [size], low, [from], at its size. line is [from.width, 3], across
// [size.width].
static void
add_enlarged (float *rgb, Size size, const float *low, Size from, float *line,
              Taps *across)
{
  gsize pitch = (gsize) from.width * 3;

  for (int x = 0; x < size.width; x++)
    across[x] = find_taps (x, size.width, from.width);
  for (int y = 0; y < size.height; y++)
    {
      Taps   down = find_taps (y, size.height, from.height);
      float *row = rgb + (gsize) y * (gsize) size.width * 3;

      for (gsize i = 0; i < pitch; i++)
        {
          line[i] = 0;
          for (int t = 0; t < 4; t++)
            line[i] += down.weights[t] * low[(gsize) down.places[t] * pitch + i];
        }
      for (int x = 0; x < size.width; x++)
        for (int t = 0; t < 4; t++)
          for (int c = 0; c < 3; c++)
            row[x * 3 + c] += across[x].weights[t] * line[across[x].places[t] * 3 + c];
    }
}

static gboolean
fail_memory (Size size, GError **error)
{
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
               "There is not enough memory to refine a picture of %d x %d pixels; "
               "choose a smaller size.", size.width, size.height);
  return FALSE;
}

// Makes of rgb, [size], coarse, [from], at its size, and what rgb itself has that is
// finer.
static gboolean
merge (float *rgb, Size size, const float *coarse, Size from, GError **error)
{
  gsize n = (gsize) from.height * (gsize) from.width * 3;
  gsize n_line = (gsize) MAX (from.width, from.height) * 3 + 4;
  g_autofree float *rows
      = g_try_new (float, (gsize) size.height * (gsize) from.width * 3);
  g_autofree float *low = g_try_new (float, n);
  g_autofree float *line = g_try_new (float, n_line);
  g_autofree Taps  *across = g_try_new (Taps, (gsize) size.width);

  if (rows == NULL || low == NULL || line == NULL || across == NULL)
    return fail_memory (size, error);
  reduce (rgb, size, from, rows, low);
  smooth (low, from, line);
  for (gsize i = 0; i < n; i++)
    low[i] = coarse[i] - FINE_SHARE * low[i];
  for (gsize i = 0; i < (gsize) size.height * (gsize) size.width * 3; i++)
    rgb[i] *= FINE_SHARE;
  add_enlarged (rgb, size, low, from, line, across);
  return TRUE;
}

typedef struct
{
  const SpadeMonitor *monitor; // the caller's
  double              begin, share;
} Part;

static void
report (double fraction, const char *phase, gpointer data)
{
  const Part *part = data;

  part->monitor->progress (part->begin + part->share * fraction, phase,
                           part->monitor->user_data);
}

// Renders one of the two sizes, which is a part of the work.
static gboolean
render_part (gboolean (*render) (SpadeContext *, float *, const SpadeMonitor *,
                                 GError **),
             SpadeContext *context, float *rgb, Part part, GError **error)
{
  SpadeMonitor monitor = { 0 };

  if (part.monitor == NULL || part.monitor->progress == NULL)
    return render (context, rgb, part.monitor, error);
  monitor = *part.monitor;
  monitor.progress = report;
  monitor.user_data = &part;
  return render (context, rgb, &monitor, error);
}

gboolean
spade_refine_render (SpadeContext *self, float *out_rgb,
                     const SpadeMonitor *monitor, GError **error)
{
  Size   size, from;
  gsize  n;
  double share;
  g_autofree float *coarse = NULL;

  // After an error there may be no map in one of them, which that one says.
  if (self->plan == NULL || self->coarse->plan == NULL)
    return spade_context_render_own (self->plan == NULL ? self : self->coarse, out_rgb,
                                     monitor, error);
  size = get_size (self);
  from = get_size (self->coarse);
  n = (gsize) from.height * (gsize) from.width * 3;
  share = (double) n / (3.0 * size.height * size.width + (double) n);
  coarse = g_try_new (float, n);
  if (coarse == NULL)
    return fail_memory (size, error);
  if (self->z != NULL)
    spade_context_set_latent (self->coarse, self->z,
                              spade_model_get_config (self->model)->z_dim, NULL);
  spade_context_set_noise_seed (self->coarse, self->noise_seed);
  return render_part (spade_context_render, self->coarse, coarse,
                      (Part){ monitor, 0, share }, error)
         && render_part (spade_context_render_own, self, out_rgb,
                         (Part){ monitor, share, 1 - share }, error)
         && merge (out_rgb, size, coarse, from, error);
}
