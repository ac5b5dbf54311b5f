// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Hidden rows (mlp_shared's output) of the distinct k x k patches are sums of
// rows of its weights; product.c makes gamma and beta of them.

#include "tables.h"

#include <stdlib.h>

#include "product.h"

struct SpadeTables
{
  const SpadeStep *step;
  int      n_hidden, channels, n_taps;
  int      n_classes;      // channels of the one-hot input without the edge
  gboolean has_edge;
  float   *shared;         // [n_taps, n_channels, n_hidden]
  float   *shared_bias;    // [n_hidden]
  SpadeProduct *product;
  float   *table;          // [n_patches, 2 * channels], or NULL
};

static float *
read_all (const SpadeTensor *tensor)
{
  gint64 n = spade_tensor_n_elements (tensor);
  float *floats = g_new (float, n);

  spade_tensor_read (tensor, 0, n, floats);
  return floats;
}

static void
read_shared (SpadeTables *self, int n_channels)
{
  // [n_hidden, n_channels, n_taps]
  g_autofree float *weight = read_all (self->step->shared_weight);

  self->shared = g_new (float, (gsize) self->n_taps * n_channels
                                   * self->n_hidden);
  for (int h = 0; h < self->n_hidden; h++)
    for (int s = 0; s < n_channels; s++)
      for (int t = 0; t < self->n_taps; t++)
        self->shared[((gsize) t * n_channels + s) * self->n_hidden + h]
            = weight[((gsize) h * n_channels + s) * self->n_taps + t];
  self->shared_bias = read_all (self->step->shared_bias);
}

SpadeTables *
spade_tables_new (SpadeEngine *engine, const SpadeStep *step, int n_channels,
                  int edge_channel, SpadeFailure *failure)
{
  SpadeTables *self = g_new0 (SpadeTables, 1);

  self->step = step;
  self->n_hidden = (int) step->shared_weight->shape[0];
  self->channels = (int) step->gamma_weight->shape[0];
  self->n_taps = step->kernel * step->kernel;
  self->has_edge = edge_channel >= 0;
  self->n_classes = n_channels - (self->has_edge ? 1 : 0);
  read_shared (self, n_channels);
  self->product = spade_product_new (engine, step, failure);
  if (self->product == NULL)
    g_clear_pointer (&self, spade_tables_free);
  return self;
}

void
spade_tables_free (SpadeTables *self)
{
  if (self == NULL)
    return;
  spade_tables_clear (self);
  spade_product_free (self->product);
  g_free (self->shared);
  g_free (self->shared_bias);
  g_free (self);
}

void
spade_tables_clear (SpadeTables *self)
{
  free (self->table);
  self->table = NULL;
}

// The hidden row of one distinct k x k patch: ReLU of bias and one table row per tap.
static void
sum_shared (const SpadeTables *self, const guint16 *symbols, float *sum)
{
  int n_channels = self->n_classes + (self->has_edge ? 1 : 0);
  int n = self->n_hidden;

  memcpy (sum, self->shared_bias, sizeof *sum * (gsize) n);
  for (int t = 0; t < self->n_taps; t++)
    {
      const float *tap = self->shared + (gsize) t * n_channels * n;
      const float *row;

      if (symbols[t] == SPADE_SYMBOL_OUTSIDE)
        continue;
      row = tap + (gsize) SPADE_SYMBOL_CLASS (symbols[t]) * n;
      for (int h = 0; h < n; h++)
        sum[h] += row[h];
      if (self->has_edge && SPADE_SYMBOL_IS_EDGE (symbols[t]))
        {
          row = tap + (gsize) self->n_classes * n;
          for (int h = 0; h < n; h++)
            sum[h] += row[h];
        }
    }
  for (int h = 0; h < n; h++)
    sum[h] = sum[h] > 0 ? sum[h] : 0;
}

// The hidden rows of a map, [n_shared padded to blocks, n_hidden] in the
// engine's dtype; row 0, beyond the border, and the padding are zero.
static char *
make_hidden (const SpadeTables *self, const SpadeEngine *engine,
             const SpadeNeighbourhoods *all)
{
  gsize size = (gsize) self->n_hidden * engine->element_size;
  gsize n_padded = ((gsize) all->n_shared + SPADE_PRODUCT_BLOCK - 1)
                   / SPADE_PRODUCT_BLOCK * SPADE_PRODUCT_BLOCK;
  char *hidden = spade_onednn_alloc (n_padded * size);

  if (hidden == NULL)
    return NULL;
  memset (hidden, 0, size);
  memset (hidden + all->n_shared * size, 0, (n_padded - all->n_shared) * size);
#pragma omp parallel num_threads(engine->n_threads)
  {
    float *sum = g_new (float, self->n_hidden);

#pragma omp for schedule(static)
    for (guint32 i = 1; i < all->n_shared; i++)
      {
        sum_shared (self, all->shared_symbols + (gsize) i * self->n_taps, sum);
        spade_onednn_store (sum, (gsize) self->n_hidden, hidden + i * size,
                            engine->dtype);
      }
    g_free (sum);
  }
  return hidden;
}

const float *
spade_tables_get (SpadeTables *self, SpadeEngine *engine,
                  const SpadeNeighbourhoods *all, SpadeFailure *failure)
{
  gsize size = (gsize) all->n_patches * 2 * (gsize) self->channels
               * sizeof (float);
  char *hidden;

  if (self->table != NULL)
    return self->table;
  self->table = spade_onednn_alloc (size);
  hidden = make_hidden (self, engine, all);
  if (self->table == NULL || hidden == NULL)
    {
      spade_onednn_fail_memory (size, failure);
      spade_tables_clear (self);
    }
  else if (!spade_product_run (self->product, engine, hidden, all->n_shared,
                               all->patch_rows, all->n_patches, self->table,
                               failure))
    spade_tables_clear (self);
  free (hidden);
  return self->table;
}
