// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Rows go through the matrix product in blocks of BLOCK, the last one padded,
// so that one primitive serves every map and every row is computed alike.

#include "tables.h"

#include <math.h>
#include <stdlib.h>

#define BLOCK 128

struct SpadeTables
{
  const SpadeStep *step;
  int      n_hidden, channels, n_taps;
  int      n_classes;      // channels of the one-hot input without the edge
  gboolean has_edge;
  float   *shared;         // [n_taps, n_channels, n_hidden]
  float   *shared_bias;    // [n_hidden]
  float   *bias;           // [2 * channels]: gamma's and beta's
  float   *fold;           // [2 * channels]: 1 / std and mean / std, or NULL

  dnnl_primitive_t product;
  dnnl_memory_t    src, dst;
  SpadePack       *weights; // [n_taps * n_hidden, 2 * channels]

  float   *table;           // [n_patches padded to BLOCK, 2 * channels]
};

static bool
make_product (SpadeTables *self, SpadeEngine *engine, SpadeFailure *failure)
{
  dnnl_dim_t  depth = (dnnl_dim_t) self->n_taps * self->n_hidden;
  dnnl_dim_t  width = 2 * (dnnl_dim_t) self->channels;
  dnnl_dims_t src_dims = { BLOCK, depth };
  dnnl_dims_t weight_dims = { depth, width };
  dnnl_dims_t dst_dims = { BLOCK, width };
  dnnl_memory_desc_t    src = NULL, weights = NULL, dst = NULL;
  dnnl_primitive_attr_t attr = NULL;
  dnnl_primitive_desc_t desc = NULL;
  bool                  is_done;

  dnnl_memory_desc_create_with_tag (&src, 2, src_dims, engine->dtype, dnnl_ab);
  dnnl_memory_desc_create_with_tag (&weights, 2, weight_dims, engine->dtype,
                                    dnnl_format_tag_any);
  dnnl_memory_desc_create_with_tag (&dst, 2, dst_dims, dnnl_f32, dnnl_ab);
  dnnl_primitive_attr_create (&attr);
  dnnl_primitive_attr_set_scratchpad_mode (attr, dnnl_scratchpad_mode_user);
  is_done
      = spade_onednn_check (dnnl_matmul_primitive_desc_create (
                                &desc, engine->engine, src, weights, NULL, dst,
                                attr),
                            self->step->name, failure)
        && spade_onednn_check (dnnl_primitive_create (&self->product, desc),
                               self->step->name, failure)
        && spade_onednn_check (dnnl_memory_create (&self->src, src,
                                                   engine->engine,
                                                   DNNL_MEMORY_NONE),
                               self->step->name, failure)
        && spade_onednn_check (dnnl_memory_create (&self->dst, dst,
                                                   engine->engine,
                                                   DNNL_MEMORY_NONE),
                               self->step->name, failure);
  if (desc != NULL)
    dnnl_primitive_desc_destroy (desc);
  dnnl_primitive_attr_destroy (attr);
  dnnl_memory_desc_destroy (src);
  dnnl_memory_desc_destroy (weights);
  dnnl_memory_desc_destroy (dst);
  return is_done;
}

// Puts gamma's and beta's weights, [C, n_hidden, k, k] each, side by side as
// the columns of one matrix whose rows run through taps, then hidden channels.
static bool
pack_weights (SpadeTables *self, SpadeEngine *engine, SpadeFailure *failure)
{
  gsize  depth = (gsize) self->n_taps * self->n_hidden;
  gsize  width = 2 * (gsize) self->channels;
  float *matrix = spade_onednn_alloc (depth * width * sizeof (float));
  float *row = spade_onednn_alloc (depth * sizeof (float));
  const_dnnl_primitive_desc_t desc;

  if (matrix == NULL || row == NULL)
    {
      free (matrix);
      free (row);
      return spade_onednn_fail_memory (depth * width * sizeof (float), failure);
    }
  for (gsize c = 0; c < width; c++)
    {
      gboolean is_beta = c >= (gsize) self->channels;

      spade_tensor_read (is_beta ? self->step->beta_weight
                                 : self->step->gamma_weight,
                         (gint64) ((c - (is_beta ? self->channels : 0)) * depth),
                         (gint64) depth, row);
      for (int h = 0; h < self->n_hidden; h++)
        for (int t = 0; t < self->n_taps; t++)
          matrix[((gsize) t * self->n_hidden + h) * width + c]
              = row[(gsize) h * self->n_taps + t];
    }
  dnnl_primitive_get_primitive_desc (self->product, &desc);
  self->weights = spade_onednn_pack (
      engine, self->step->gamma_weight, matrix, 2,
      (dnnl_dims_t){ (dnnl_dim_t) depth, (dnnl_dim_t) width },
      dnnl_primitive_desc_query_md (desc, dnnl_query_weights_md, 0), failure);
  free (matrix);
  free (row);
  return self->weights != NULL;
}

static float *
read_all (const SpadeTensor *tensor)
{
  gint64 n = spade_tensor_n_elements (tensor);
  float *floats = g_new (float, n);

  spade_tensor_read (tensor, 0, n, floats);
  return floats;
}

static void
read_small (SpadeTables *self, int n_channels)
{
  const SpadeStep *step = self->step;
  int    channels = self->channels;
  float *weight = read_all (step->shared_weight); // [n_hidden, n_channels, taps]

  self->shared = g_new (float, (gsize) self->n_taps * n_channels
                                   * self->n_hidden);
  for (int h = 0; h < self->n_hidden; h++)
    for (int s = 0; s < n_channels; s++)
      for (int t = 0; t < self->n_taps; t++)
        self->shared[((gsize) t * n_channels + s) * self->n_hidden + h]
            = weight[((gsize) h * n_channels + s) * self->n_taps + t];
  g_free (weight);
  self->shared_bias = read_all (step->shared_bias);

  self->bias = g_new (float, 2 * channels);
  spade_tensor_read (step->gamma_bias, 0, channels, self->bias);
  spade_tensor_read (step->beta_bias, 0, channels, self->bias + channels);
  if (step->mean == NULL)
    return;

  self->fold = g_new (float, 2 * channels);
  spade_tensor_read (step->var, 0, channels, self->fold);
  spade_tensor_read (step->mean, 0, channels, self->fold + channels);
  for (int c = 0; c < channels; c++)
    {
      self->fold[c] = 1 / sqrtf (self->fold[c] + SPADE_EPSILON);
      self->fold[channels + c] *= self->fold[c];
    }
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
  read_small (self, n_channels);
  if (!make_product (self, engine, failure)
      || !pack_weights (self, engine, failure))
    g_clear_pointer (&self, spade_tables_free);
  return self;
}

void
spade_tables_free (SpadeTables *self)
{
  if (self == NULL)
    return;
  spade_tables_clear (self);
  if (self->product != NULL)
    dnnl_primitive_destroy (self->product);
  if (self->src != NULL)
    dnnl_memory_destroy (self->src);
  if (self->dst != NULL)
    dnnl_memory_destroy (self->dst);
  spade_pack_unref (self->weights);
  g_free (self->shared);
  g_free (self->shared_bias);
  g_free (self->bias);
  g_free (self->fold);
  g_free (self);
}

void
spade_tables_clear (SpadeTables *self)
{
  free (self->table);
  self->table = NULL;
}

// actv of one distinct k x k patch: ReLU of bias and one table row per tap.
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

// actv of every distinct k x k patch, [n_shared, n_hidden] in the engine's
// dtype; row 0, beyond the border, is zero.
static char *
make_shared (const SpadeTables *self, const SpadeEngine *engine,
             const SpadeNeighbourhoods *all)
{
  gsize size = (gsize) self->n_hidden * engine->element_size;
  char *actv = spade_onednn_alloc (all->n_shared * size);

  if (actv == NULL)
    return NULL;
  memset (actv, 0, size);
#pragma omp parallel num_threads(engine->n_threads)
  {
    float *sum = g_new (float, self->n_hidden);

#pragma omp for schedule(static)
    for (guint32 i = 1; i < all->n_shared; i++)
      {
        sum_shared (self, all->shared_symbols + (gsize) i * self->n_taps, sum);
        spade_onednn_store (sum, (gsize) self->n_hidden, actv + i * size,
                            engine->dtype);
      }
    g_free (sum);
  }
  return actv;
}

// Turns a row of sums into scale and shift.
static void
fold_row (const SpadeTables *self, float *row)
{
  int n = self->channels;

  for (int c = 0; c < n; c++)
    {
      float scale = 1 + (row[c] + self->bias[c]);
      float shift = row[n + c] + self->bias[n + c];

      if (self->fold != NULL)
        {
          shift -= self->fold[n + c] * scale;
          scale *= self->fold[c];
        }
      row[c] = scale;
      row[n + c] = shift;
    }
}

// Computes rows first ... first + BLOCK of the table.
static bool
make_block (const SpadeTables *self, SpadeEngine *engine,
            const SpadeNeighbourhoods *all, const char *actv, guint32 first,
            char *gathered, SpadeFailure *failure)
{
  gsize   size = (gsize) self->n_hidden * engine->element_size;
  guint32 n = MIN (BLOCK, all->n_patches - first);
  float  *rows = self->table + (gsize) first * 2 * self->channels;
  dnnl_exec_arg_t args[] = { { DNNL_ARG_SRC, self->src },
                             { DNNL_ARG_WEIGHTS, self->weights->memory },
                             { DNNL_ARG_DST, self->dst } };

#pragma omp parallel for schedule(static) num_threads(engine->n_threads)
  for (guint32 i = 0; i < n; i++)
    {
      const guint32 *taps = all->patch_rows + (gsize) (first + i) * self->n_taps;
      char          *to = gathered + (gsize) i * self->n_taps * size;

      for (int t = 0; t < self->n_taps; t++, to += size)
        memcpy (to, actv + taps[t] * size, size);
    }
  dnnl_memory_set_data_handle (self->src, gathered);
  dnnl_memory_set_data_handle (self->dst, rows);
  if (!spade_onednn_execute (engine, self->product, args, 3, failure))
    return false;
#pragma omp parallel for schedule(static) num_threads(engine->n_threads)
  for (guint32 i = 0; i < n; i++)
    fold_row (self, rows + (gsize) i * 2 * self->channels);
  return true;
}

const float *
spade_tables_get (SpadeTables *self, SpadeEngine *engine,
                  const SpadeNeighbourhoods *all, SpadeFailure *failure)
{
  gsize n_rows = ((gsize) all->n_patches + BLOCK - 1) / BLOCK * BLOCK;
  gsize size = n_rows * 2 * (gsize) self->channels * sizeof (float);
  gsize gather_size = (gsize) BLOCK * self->n_taps * self->n_hidden
                      * engine->element_size;
  char *actv, *gathered;
  bool  is_done = true;

  if (self->table != NULL)
    return self->table;
  self->table = spade_onednn_alloc (size);
  actv = make_shared (self, engine, all);
  gathered = spade_onednn_alloc (gather_size);
  if (self->table == NULL || actv == NULL || gathered == NULL)
    is_done = spade_onednn_fail_memory (size + gather_size, failure);
  else
    memset (gathered, 0, gather_size);
  for (guint32 first = 0; is_done && first < all->n_patches; first += BLOCK)
    is_done = make_block (self, engine, all, actv, first, gathered, failure);
  free (actv);
  free (gathered);
  if (!is_done)
    spade_tables_clear (self);
  return self->table;
}
