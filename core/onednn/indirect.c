// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Work goes by blocks of pixels and of channels, whose sums stay in the nearest
// cache while tap after tap is added. Which block a pixel is in, or which
// thread's that is, does not change its bits.

#include "indirect.h"

#include <math.h>

#include "gemm.h"
#include "packed.h"

#define PIXELS 64 // of a block
#define CHANNELS 64
#define DEPTH 256 // channels of the source that are taken at a time

typedef struct
{
  SpadePacked packed; // [panels, taps, n_in, SPADE_GEMM_COLUMNS]
} Weights;

struct SpadeIndirect
{
  SpadeStep step; // its plan may go
  SpadeBox  part; // the pixels that count
  int       height, width; // of the source
  int       out_width;
  int       n_in, n_out, n_taps;
  float    *bias;    // [n_out]
  float    *nothing; // [n_in]: a pixel beyond the border
  Weights  *weights; // a reference
};

static void
weights_clear (gpointer weights)
{
  spade_packed_close (&((Weights *) weights)->packed);
}

static void
weights_unref (gpointer weights)
{
  if (weights != NULL)
    g_rc_box_release_full (weights, weights_clear);
}

// Turns [n_out, n_in, taps] into panels of [taps, n_in].
static bool
fill_weights (SpadeIndirect *self, const SpadeEngine *engine,
              SpadeFailure *failure)
{
  float       *copy;
  const float *kernels
      = spade_onednn_floats (self->step.weight, &copy, failure);
  float *packed = self->weights->packed.data;
  gsize  depth = (gsize) self->n_taps * (gsize) self->n_in;

  if (kernels == NULL)
    return false;
#pragma omp parallel for schedule(static) num_threads(engine->n_threads)
  for (int first = 0; first < self->n_out; first += SPADE_GEMM_COLUMNS)
    for (int j = 0; j < SPADE_GEMM_COLUMNS; j++)
      for (int i = 0; i < self->n_in; i++)
        for (int t = 0; t < self->n_taps; t++)
          packed[(gsize) first * depth
                 + ((gsize) t * self->n_in + i) * SPADE_GEMM_COLUMNS + j]
              = first + j < self->n_out
                    ? kernels[(gsize) (first + j) * depth
                              + (gsize) i * self->n_taps + t]
                    : 0;
  spade_onednn_free (copy);
  spade_packed_seal (&self->weights->packed, engine);
  return true;
}

// Takes the engine's weights, or makes them.
static bool
find_weights (SpadeIndirect *self, SpadeEngine *engine, SpadeFailure *failure)
{
  const SpadeTensor *tensor = self->step.weight;
  gsize    size = spade_gemm_packed_size (self->n_taps * self->n_in,
                                          self->n_out);
  Weights *found;

  if (engine->indirects == NULL)
    engine->indirects
        = g_hash_table_new_full (NULL, NULL, NULL, weights_unref);
  found = g_hash_table_lookup (engine->indirects, tensor);
  if (found != NULL)
    {
      self->weights = g_rc_box_acquire (found);
      return true;
    }
  self->weights = g_rc_box_new0 (Weights);
  if (!spade_packed_open (&self->weights->packed, engine, tensor,
                          "our panels of 8 channels", size * sizeof (float),
                          failure)
      || !(self->weights->packed.is_filled
           || fill_weights (self, engine, failure)))
    return false;
  g_hash_table_insert (engine->indirects, (gpointer) tensor,
                       g_rc_box_acquire (self->weights));
  return true;
}

SpadeIndirect *
spade_indirect_new (SpadeEngine *engine, const SpadePlan *plan,
                    const SpadeStep *step, SpadeFailure *failure)
{
  SpadeIndirect    *self = g_new0 (SpadeIndirect, 1);
  const SpadeValue *from = &plan->values[step->src];
  const SpadeValue *to = &plan->values[step->dst];

  self->step = *step;
  self->part = step->part;
  if (spade_box_is_empty (&self->part))
    self->part = (SpadeBox){ 0, 0, to->height, to->width };
  self->height = from->height;
  self->width = from->width;
  self->out_width = to->width;
  self->n_in = from->channels;
  self->n_out = to->channels;
  self->n_taps = step->kernel * step->kernel;
  self->nothing = g_new0 (float, self->n_in);
  self->bias = g_new0 (float, self->n_out);
  if (step->bias != NULL)
    spade_tensor_read (step->bias, 0, self->n_out, self->bias);
  if (!find_weights (self, engine, failure))
    g_clear_pointer (&self, spade_indirect_free);
  return self;
}

void
spade_indirect_free (SpadeIndirect *self)
{
  if (self == NULL)
    return;
  weights_unref (self->weights);
  g_free (self->bias);
  g_free (self->nothing);
  g_free (self);
}

// Pixels of the part, counted line by line from first on, and channels.
typedef struct
{
  int first, n_pixels;
  int first_channel, n_channels;
} Block;

// Where a pixel of the part lies in the result.
static void
locate (const SpadeIndirect *self, int pixel, int *y, int *x)
{
  int width = spade_box_width (&self->part);

  *y = self->part.top + pixel / width;
  *x = self->part.left + pixel % width;
}

// Gives what lies under a tap for each pixel of a block. Beyond the last there are
// copies of it, so that all tiles are whole.
static void
name_rows (const SpadeIndirect *self, const Block *block, int tap,
           const float *src, const float **rows)
{
  int kernel = self->step.kernel, stride = self->step.stride;
  int down = tap / kernel - kernel / 2, right = tap % kernel - kernel / 2;

  for (int i = 0; i < PIXELS; i++)
    {
      int y, x;

      locate (self, block->first + MIN (i, block->n_pixels - 1), &y, &x);
      y = y * stride + down;
      x = x * stride + right;
      rows[i] = y < 0 || y >= self->height || x < 0 || x >= self->width
                    ? self->nothing
                    : src + ((gsize) y * self->width + x) * self->n_in;
    }
}

// Adds the taps of a block, to [PIXELS, CHANNELS].
static void
sum_taps (const SpadeIndirect *self, const Block *block, const float *src,
          float *sums)
{
  int n_panels = (block->n_channels + SPADE_GEMM_COLUMNS - 1)
                 / SPADE_GEMM_COLUMNS;
  const float *rows[PIXELS];

  for (int tap = 0; tap < self->n_taps; tap++)
    {
      name_rows (self, block, tap, src, rows);
      for (int first = 0; first < self->n_in; first += DEPTH)
        {
          int depth = MIN (DEPTH, self->n_in - first);

          for (int p = 0; p < n_panels; p++)
            for (int i = 0; i < block->n_pixels; i += SPADE_GEMM_ROWS)
              spade_gemm_tile (
                  rows + i, depth,
                  spade_gemm_panel (self->weights->packed.data,
                                    self->n_taps * self->n_in,
                                    block->first_channel / SPADE_GEMM_COLUMNS
                                        + p,
                                    tap * self->n_in + first),
                  tap > 0 || first > 0,
                  sums + (gsize) i * CHANNELS + p * SPADE_GEMM_COLUMNS,
                  CHANNELS);
          for (int i = 0; i < block->n_pixels; i++)
            rows[i] += rows[i] != self->nothing ? depth : 0;
        }
    }
}

// dst = activation (sums + bias + what is there).
static void
finish (const SpadeIndirect *self, const Block *block, const float *sums,
        float *dst)
{
  const float *bias = self->bias + block->first_channel;
  bool  adds = self->step.add >= 0;
  float slope = self->step.activation == SPADE_ACTIVATION_LEAKY_RELU
                    ? SPADE_LEAKY_SLOPE
                    : 1;

  for (int i = 0; i < block->n_pixels; i++, sums += CHANNELS)
    {
      float *to;
      int    y, x;

      locate (self, block->first + i, &y, &x);
      to = dst + ((gsize) y * self->out_width + x) * self->n_out
           + block->first_channel;
      for (int c = 0; c < block->n_channels; c++)
        {
          float sum = sums[c] + bias[c] + (adds ? to[c] : 0);

          to[c] = sum > 0 ? sum : slope * sum;
        }
      if (self->step.activation == SPADE_ACTIVATION_TANH)
        for (int c = 0; c < block->n_channels; c++)
          to[c] = tanhf (to[c]);
    }
}

void
spade_indirect_run (const SpadeIndirect *self, const SpadeEngine *engine,
                    const float *src, float *dst)
{
  int n_pixels = spade_box_height (&self->part) * spade_box_width (&self->part);

#pragma omp parallel for collapse(2) schedule(dynamic)                        \
    num_threads(engine->n_threads)
  for (int pixel = 0; pixel < n_pixels; pixel += PIXELS)
    for (int channel = 0; channel < self->n_out; channel += CHANNELS)
      {
        Block block = { pixel, MIN (PIXELS, n_pixels - pixel), channel,
                        MIN (CHANNELS, self->n_out - channel) };
        float sums[PIXELS * CHANNELS];

        sum_taps (self, &block, src, sums);
        finish (self, &block, sums, dst);
      }
}
