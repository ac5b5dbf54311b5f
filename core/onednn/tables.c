// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Rows go through the matrix product in blocks, the last one padded; each block
// is one thread's work from gather to fold, so that a row is computed alike
// whatever the number of threads.

#include "tables.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>

// Rows of a block: few where there are few patches, so that every core has one.
#define SMALL_BLOCK 32
#define LARGE_BLOCK 128
#define FEW_PATCHES 512

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

  dnnl_primitive_t products[2]; // of SMALL_BLOCK and LARGE_BLOCK rows
  SpadePack       *weights;     // [n_taps * n_hidden, 2 * channels]

  float   *table;          // [n_patches padded to blocks, 2 * channels]
};

// Makes the product of a block's rows with weights of the layout given, or of
// any where that is NULL.
static dnnl_primitive_t
product_new (const SpadeTables *self, SpadeEngine *engine, int n_rows,
             const_dnnl_memory_desc_t layout, SpadeFailure *failure)
{
  dnnl_dim_t  depth = (dnnl_dim_t) self->n_taps * self->n_hidden;
  dnnl_dim_t  width = 2 * (dnnl_dim_t) self->channels;
  dnnl_dims_t src_dims = { n_rows, depth };
  dnnl_dims_t weight_dims = { depth, width };
  dnnl_dims_t dst_dims = { n_rows, width };
  dnnl_memory_desc_t    src = NULL, weights = NULL, dst = NULL;
  dnnl_primitive_attr_t attr = NULL;
  dnnl_primitive_desc_t desc = NULL;
  dnnl_primitive_t      product = NULL;
  int                   n_threads = omp_get_max_threads ();

  dnnl_memory_desc_create_with_tag (&src, 2, src_dims, engine->dtype, dnnl_ab);
  dnnl_memory_desc_create_with_tag (&weights, 2, weight_dims, engine->dtype,
                                    dnnl_format_tag_any);
  dnnl_memory_desc_create_with_tag (&dst, 2, dst_dims, dnnl_f32, dnnl_ab);
  dnnl_primitive_attr_create (&attr);
  dnnl_primitive_attr_set_scratchpad_mode (attr, dnnl_scratchpad_mode_user);
  // A product runs within one thread, and is made for that.
  omp_set_num_threads (1);
  if (spade_onednn_check (dnnl_matmul_primitive_desc_create (
                              &desc, engine->engine, src,
                              layout != NULL ? layout : weights, NULL, dst,
                              attr),
                          self->step->name, failure))
    spade_onednn_check (dnnl_primitive_create (&product, desc),
                        self->step->name, failure);
  omp_set_num_threads (n_threads);
  if (desc != NULL)
    dnnl_primitive_desc_destroy (desc);
  dnnl_primitive_attr_destroy (attr);
  dnnl_memory_desc_destroy (src);
  dnnl_memory_desc_destroy (weights);
  dnnl_memory_desc_destroy (dst);
  return product;
}

static const_dnnl_memory_desc_t
product_desc (const_dnnl_primitive_t product, dnnl_query_t what)
{
  const_dnnl_primitive_desc_t desc;

  dnnl_primitive_get_primitive_desc (product, &desc);
  return dnnl_primitive_desc_query_md (desc, what, 0);
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
  self->weights = spade_onednn_pack (
      engine, self->step->gamma_weight, matrix, 2,
      (dnnl_dims_t){ (dnnl_dim_t) depth, (dnnl_dim_t) width },
      product_desc (self->products[1], dnnl_query_weights_md), failure);
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
  // The large block chooses the layout of the weights.
  self->products[1] = product_new (self, engine, LARGE_BLOCK, NULL, failure);
  if (self->products[1] != NULL && pack_weights (self, engine, failure))
    self->products[0] = product_new (
        self, engine, SMALL_BLOCK,
        product_desc (self->products[1], dnnl_query_weights_md), failure);
  if (self->products[0] == NULL)
    g_clear_pointer (&self, spade_tables_free);
  return self;
}

void
spade_tables_free (SpadeTables *self)
{
  if (self == NULL)
    return;
  spade_tables_clear (self);
  for (int i = 0; i < 2; i++)
    if (self->products[i] != NULL)
      dnnl_primitive_destroy (self->products[i]);
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

// What one thread needs to run products.
typedef struct
{
  dnnl_primitive_t product;
  int              n_rows;
  dnnl_stream_t    stream;
  dnnl_memory_t    src, dst, scratch;
  char            *gathered;
  void            *scratch_data;
  bool             is_complete;
} Worker;

static void
worker_init (Worker *worker, const SpadeTables *self, SpadeEngine *engine,
             int n_rows)
{
  gsize gather_size = (gsize) n_rows * self->n_taps * self->n_hidden
                      * engine->element_size;

  worker->n_rows = n_rows;
  worker->product = self->products[n_rows == LARGE_BLOCK];
#define MD(what) product_desc (worker->product, what)
  worker->gathered = spade_onednn_alloc (gather_size);
  worker->scratch_data = spade_onednn_alloc (
      dnnl_memory_desc_get_size (MD (dnnl_query_scratchpad_md)));
  worker->is_complete
      = worker->gathered != NULL && worker->scratch_data != NULL
        && dnnl_stream_create (&worker->stream, engine->engine,
                               dnnl_stream_default_flags) == dnnl_success
        && dnnl_memory_create (&worker->src, MD (dnnl_query_src_md),
                               engine->engine, worker->gathered)
               == dnnl_success
        && dnnl_memory_create (&worker->dst, MD (dnnl_query_dst_md),
                               engine->engine, DNNL_MEMORY_NONE)
               == dnnl_success
        && dnnl_memory_create (&worker->scratch, MD (dnnl_query_scratchpad_md),
                               engine->engine, worker->scratch_data)
               == dnnl_success;
#undef MD
  if (worker->is_complete)
    memset (worker->gathered, 0, gather_size);
}

static void
worker_clear (Worker *worker)
{
  if (worker->stream != NULL)
    dnnl_stream_destroy (worker->stream);
  if (worker->src != NULL)
    dnnl_memory_destroy (worker->src);
  if (worker->dst != NULL)
    dnnl_memory_destroy (worker->dst);
  if (worker->scratch != NULL)
    dnnl_memory_destroy (worker->scratch);
  free (worker->gathered);
  free (worker->scratch_data);
}

// Computes the block of the table that begins at row first.
static bool
make_block (const SpadeTables *self, Worker *worker,
            const SpadeNeighbourhoods *all, const char *actv, gsize size,
            guint32 first)
{
  guint32 n = MIN ((guint32) worker->n_rows, all->n_patches - first);
  float  *rows = self->table + (gsize) first * 2 * self->channels;
  const guint32  *taps = all->patch_rows + (gsize) first * self->n_taps;
  char           *to = worker->gathered;
  dnnl_exec_arg_t args[] = { { DNNL_ARG_SRC, worker->src },
                             { DNNL_ARG_WEIGHTS, self->weights->memory },
                             { DNNL_ARG_DST, worker->dst },
                             { DNNL_ARG_SCRATCHPAD, worker->scratch } };

  for (gsize i = 0; i < (gsize) n * self->n_taps; i++, to += size)
    memcpy (to, actv + taps[i] * size, size);
  if (dnnl_memory_set_data_handle (worker->dst, rows) != dnnl_success
      || dnnl_primitive_execute (worker->product, worker->stream, 4, args)
             != dnnl_success
      || dnnl_stream_wait (worker->stream) != dnnl_success)
    return false;
  for (guint32 i = 0; i < n; i++)
    fold_row (self, rows + (gsize) i * 2 * self->channels);
  return true;
}

// Computes all the blocks, one at a time on each thread.
static bool
make_blocks (const SpadeTables *self, SpadeEngine *engine,
             const SpadeNeighbourhoods *all, const char *actv, int n_rows)
{
  gsize size = (gsize) self->n_hidden * engine->element_size;
  bool  is_done = true;

#pragma omp parallel num_threads(engine->n_threads) reduction(&& : is_done)
  {
    Worker worker = { 0 };

    worker_init (&worker, self, engine, n_rows);
    is_done = worker.is_complete;
#pragma omp for schedule(dynamic)
    for (guint32 first = 0; first < all->n_patches; first += (guint32) n_rows)
      is_done = is_done && make_block (self, &worker, all, actv, size, first);
    worker_clear (&worker);
  }
  return is_done;
}

const float *
spade_tables_get (SpadeTables *self, SpadeEngine *engine,
                  const SpadeNeighbourhoods *all, SpadeFailure *failure)
{
  int   block = all->n_patches <= FEW_PATCHES ? SMALL_BLOCK : LARGE_BLOCK;
  gsize n_rows = ((gsize) all->n_patches + block - 1) / block * block;
  gsize size = n_rows * 2 * (gsize) self->channels * sizeof (float);
  char *actv;

  if (self->table != NULL)
    return self->table;
  self->table = spade_onednn_alloc (size);
  actv = make_shared (self, engine, all);
  if (self->table == NULL || actv == NULL
      || !make_blocks (self, engine, all, actv, block))
    {
      spade_onednn_fail_memory (size, failure);
      spade_tables_clear (self);
    }
  free (actv);
  return self->table;
}
