// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Work goes by slices of SLICE channels, gamma beside beta, each slice on one
// thread: its terms stay in that core's cache between the matrix product that
// makes them and the sums that use them.

#include "product.h"

#include <math.h>
#include <stdlib.h>

#include "clones.h"
#include "matmul.h"

#define SLICE 8
#define AHEAD 4 // patches whose terms are called into the cache early
#define COLUMNS (2 * SLICE) // of a slice: gamma's, then beta's

struct SpadeProduct
{
  SpadeStep step; // its plan may go
  int   n_hidden, channels, n_taps, n_slices;
  float *bias;  // [2, channels]: gamma's and beta's
  float *fold;  // [2, channels]: 1 / std and mean / std, or NULL

  SpadeMatmul *matmul;  // [SPADE_PRODUCT_BLOCK, n_hidden] x a slice's weights
  char        *weights; // [n_slices], packed for it
};

// Reads a slice's weights, [C, n_hidden, k, k] each for gamma and beta, into
// [n_hidden, n_taps, COLUMNS]; channels beyond the last are zero.
static void
read_slice (const SpadeProduct *self, int slice, float *row, float *matrix)
{
  gsize depth = (gsize) self->n_hidden * self->n_taps;

  for (int column = 0; column < COLUMNS; column++)
    {
      const SpadeTensor *tensor = column < SLICE ? self->step.gamma_weight
                                                 : self->step.beta_weight;
      int channel = slice * SLICE + column % SLICE;

      if (channel < self->channels)
        spade_tensor_read (tensor, (gint64) (channel * depth), (gint64) depth,
                           row);
      else
        memset (row, 0, depth * sizeof *row);
      for (gsize i = 0; i < depth; i++)
        matrix[i * COLUMNS + column] = row[i];
    }
}

static bool
pack_weights (SpadeProduct *self, SpadeEngine *engine, SpadeFailure *failure)
{
  gsize depth = (gsize) self->n_hidden * self->n_taps;
  bool  is_done = true;

  self->weights = spade_matmul_alloc (self->matmul, self->n_slices, failure);
  if (self->weights == NULL)
    return false;
#pragma omp parallel num_threads(engine->n_threads)
  {
    float       *row = g_new (float, depth);
    float       *matrix = g_new (float, depth * COLUMNS);
    SpadeFailure own;

#pragma omp for schedule(static)
    for (int slice = 0; slice < self->n_slices; slice++)
      {
        read_slice (self, slice, row, matrix);
        if (!spade_matmul_pack (
                self->matmul, engine, matrix, 1,
                spade_matmul_weights (self->matmul, self->weights, slice),
                &own))
#pragma omp critical
          {
            *failure = own;
            is_done = false;
          }
      }
    g_free (row);
    g_free (matrix);
  }
  return is_done;
}

static void
read_small (SpadeProduct *self)
{
  const SpadeStep *step = &self->step;
  int n = self->channels;

  self->bias = g_new (float, 2 * n);
  spade_tensor_read (step->gamma_bias, 0, n, self->bias);
  spade_tensor_read (step->beta_bias, 0, n, self->bias + n);
  if (step->mean == NULL)
    return;

  self->fold = g_new (float, 2 * n);
  spade_tensor_read (step->var, 0, n, self->fold);
  spade_tensor_read (step->mean, 0, n, self->fold + n);
  for (int c = 0; c < n; c++)
    {
      self->fold[c] = 1 / sqrtf (self->fold[c] + SPADE_EPSILON);
      self->fold[n + c] *= self->fold[c];
    }
}

SpadeProduct *
spade_product_new (SpadeEngine *engine, const SpadeStep *step,
                   SpadeFailure *failure)
{
  SpadeProduct *self = g_new0 (SpadeProduct, 1);

  self->step = *step;
  self->n_hidden = (int) step->shared_weight->shape[0];
  self->channels = (int) step->gamma_weight->shape[0];
  self->n_taps = step->kernel * step->kernel;
  self->n_slices = (self->channels + SLICE - 1) / SLICE;
  read_small (self);
  self->matmul = spade_matmul_new (engine, SPADE_PRODUCT_BLOCK, self->n_hidden,
                                   self->n_taps * COLUMNS, failure);
  if (self->matmul == NULL || !pack_weights (self, engine, failure))
    g_clear_pointer (&self, spade_product_free);
  return self;
}

void
spade_product_free (SpadeProduct *self)
{
  if (self == NULL)
    return;
  spade_matmul_free (self->matmul);
  free (self->weights);
  g_free (self->bias);
  g_free (self->fold);
  g_free (self);
}

// Computes the terms of a slice, [n_rows padded to blocks, n_taps, COLUMNS]:
// every hidden row times every tap's weights.
static bool
make_terms (const SpadeProduct *self, SpadeEngine *engine,
            SpadeMatmulRunner *runner, int slice, const char *hidden,
            gsize n_padded, float *terms)
{
  gsize row_size = (gsize) self->n_hidden * engine->element_size;
  const char *weights
      = spade_matmul_weights (self->matmul, self->weights, slice);
  bool is_done = true;

  for (gsize row = 0; is_done && row < n_padded; row += SPADE_PRODUCT_BLOCK)
    is_done = spade_matmul_run (runner, hidden + row * row_size, weights,
                                terms + row * self->n_taps * COLUMNS);
  return is_done;
}

// Adds the terms of each patch and turns the sums into scale and shift.
SPADE_VECTOR_CLONES static void
sum_terms (const SpadeProduct *self, const float *terms, int slice,
           const guint32 *patch_rows, guint32 n_patches, float *table)
{
  int   n_taps = self->n_taps;
  int   channels = self->channels;
  int   first = slice * SLICE;
  int   n = MIN (SLICE, channels - first);
  float bias[COLUMNS] = { 0 }, fold[COLUMNS] = { 0 };

  memcpy (bias, self->bias + first, sizeof *bias * (gsize) n);
  memcpy (bias + SLICE, self->bias + channels + first,
          sizeof *bias * (gsize) n);
  for (int c = 0; c < SLICE; c++)
    {
      gboolean has_fold = self->fold != NULL && c < n;

      bias[c] += 1;
      fold[c] = has_fold ? self->fold[first + c] : 1;
      fold[SLICE + c] = has_fold ? self->fold[channels + first + c] : 0;
    }

  for (guint32 patch = 0; patch < n_patches; patch++, patch_rows += n_taps)
    {
      float *row = table + (gsize) patch * 2 * channels + first;
      float  sum[COLUMNS];

      memcpy (sum, bias, sizeof sum);
      if (patch + AHEAD < n_patches)
        for (int t = 0; t < n_taps; t++)
          {
            const float *term
                = terms
                  + ((gsize) patch_rows[AHEAD * n_taps + t] * n_taps + t)
                        * COLUMNS;

            __builtin_prefetch (term);
            __builtin_prefetch (term + SLICE);
          }
      for (int t = 0; t < n_taps; t++)
        {
          const float *term
              = terms + ((gsize) patch_rows[t] * n_taps + t) * COLUMNS;

          for (int c = 0; c < COLUMNS; c++)
            sum[c] += term[c];
        }
      for (int c = 0; c < SLICE; c++)
        {
          sum[SLICE + c] -= fold[SLICE + c] * sum[c];
          sum[c] *= fold[c];
        }
      memcpy (row, sum, sizeof *row * (gsize) n);
      memcpy (row + channels, sum + SLICE, sizeof *row * (gsize) n);
    }
}

bool
spade_product_run (const SpadeProduct *self, SpadeEngine *engine,
                   const void *hidden, guint32 n_rows,
                   const guint32 *patch_rows, guint32 n_patches, float *table,
                   SpadeFailure *failure)
{
  gsize n_padded = ((gsize) n_rows + SPADE_PRODUCT_BLOCK - 1)
                   / SPADE_PRODUCT_BLOCK * SPADE_PRODUCT_BLOCK;
  gsize terms_size = n_padded * self->n_taps * COLUMNS * sizeof (float);
  bool  is_done = true;

#pragma omp parallel num_threads(engine->n_threads) reduction(&& : is_done)
  {
    SpadeMatmulRunner runner = { 0 };
    float            *terms = spade_onednn_alloc (terms_size);

    is_done = terms != NULL
              && spade_matmul_runner_init (&runner, self->matmul, engine);
#pragma omp for schedule(dynamic)
    for (int slice = 0; slice < self->n_slices; slice++)
      {
        is_done = is_done
                  && make_terms (self, engine, &runner, slice, hidden,
                                 n_padded, terms);
        if (is_done)
          sum_terms (self, terms, slice, patch_rows, n_patches, table);
      }
    spade_matmul_runner_clear (&runner);
    free (terms);
  }
  return is_done || spade_onednn_fail_memory (terms_size, failure);
}
