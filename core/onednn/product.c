// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Work goes by slices of SLICE channels, gamma beside beta, each slice on one
// thread: its terms stay in that core's cache between the matrix product that
// makes them and the sums that use them.

#include "product.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>

#include "clones.h"

#define SLICE 8
#define AHEAD 4 // patches whose terms are called into the cache early
#define COLUMNS (2 * SLICE) // of a slice: gamma's, then beta's

struct SpadeProduct
{
  const SpadeStep *step;
  int   n_hidden, channels, n_taps, n_slices;
  float *bias;  // [2, channels]: gamma's and beta's
  float *fold;  // [2, channels]: 1 / std and mean / std, or NULL

  dnnl_primitive_t matmul;      // [BLOCK, n_hidden] x a slice's weights
  char            *weights;     // [n_slices] of weights_size bytes, as matmul
  gsize            weights_size; // wants them
};

static const_dnnl_memory_desc_t
query (const_dnnl_primitive_t primitive, dnnl_query_t what)
{
  const_dnnl_primitive_desc_t desc;

  dnnl_primitive_get_primitive_desc (primitive, &desc);
  return dnnl_primitive_desc_query_md (desc, what, 0);
}

static bool
make_matmul (SpadeProduct *self, SpadeEngine *engine, SpadeFailure *failure)
{
  dnnl_dim_t  width = (dnnl_dim_t) self->n_taps * COLUMNS;
  dnnl_dims_t src_dims = { SPADE_PRODUCT_BLOCK, self->n_hidden };
  dnnl_dims_t weight_dims = { self->n_hidden, width };
  dnnl_dims_t dst_dims = { SPADE_PRODUCT_BLOCK, width };
  dnnl_memory_desc_t    src = NULL, weights = NULL, dst = NULL;
  dnnl_primitive_attr_t attr = NULL;
  dnnl_primitive_desc_t desc = NULL;
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
                              &desc, engine->engine, src, weights, NULL, dst,
                              attr),
                          self->step->name, failure))
    spade_onednn_check (dnnl_primitive_create (&self->matmul, desc),
                        self->step->name, failure);
  omp_set_num_threads (n_threads);
  if (desc != NULL)
    dnnl_primitive_desc_destroy (desc);
  dnnl_primitive_attr_destroy (attr);
  dnnl_memory_desc_destroy (src);
  dnnl_memory_desc_destroy (weights);
  dnnl_memory_desc_destroy (dst);
  return self->matmul != NULL;
}

// Reads a slice's weights, [C, n_hidden, k, k] each for gamma and beta, into
// [n_hidden, n_taps, COLUMNS]; channels beyond the last are zero.
static void
read_slice (const SpadeProduct *self, int slice, float *row, float *matrix)
{
  gsize depth = (gsize) self->n_hidden * self->n_taps;

  for (int column = 0; column < COLUMNS; column++)
    {
      const SpadeTensor *tensor = column < SLICE ? self->step->gamma_weight
                                                 : self->step->beta_weight;
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
  const_dnnl_memory_desc_t layout = query (self->matmul,
                                           dnnl_query_weights_md);
  gsize depth = (gsize) self->n_hidden * self->n_taps;
  float *row = spade_onednn_alloc (depth * sizeof (float));
  float *matrix = spade_onednn_alloc (depth * COLUMNS * sizeof (float));
  dnnl_dim_t shape[] = { self->n_hidden, (dnnl_dim_t) self->n_taps * COLUMNS };
  bool   is_done = true;

  self->weights_size
      = (dnnl_memory_desc_get_size (layout) + 63) / 64 * 64;
  self->weights = spade_onednn_alloc (self->weights_size * self->n_slices);
  if (row == NULL || matrix == NULL || self->weights == NULL)
    is_done = spade_onednn_fail_memory (self->weights_size * self->n_slices,
                                        failure);
  for (int slice = 0; is_done && slice < self->n_slices; slice++)
    {
      read_slice (self, slice, row, matrix);
      is_done = spade_onednn_reorder (engine, matrix, 2, shape, layout,
                                      self->weights
                                          + slice * self->weights_size,
                                      failure);
    }
  free (row);
  free (matrix);
  return is_done;
}

static void
read_small (SpadeProduct *self)
{
  const SpadeStep *step = self->step;
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

  self->step = step;
  self->n_hidden = (int) step->shared_weight->shape[0];
  self->channels = (int) step->gamma_weight->shape[0];
  self->n_taps = step->kernel * step->kernel;
  self->n_slices = (self->channels + SLICE - 1) / SLICE;
  read_small (self);
  if (!make_matmul (self, engine, failure)
      || !pack_weights (self, engine, failure))
    g_clear_pointer (&self, spade_product_free);
  return self;
}

void
spade_product_free (SpadeProduct *self)
{
  if (self == NULL)
    return;
  if (self->matmul != NULL)
    dnnl_primitive_destroy (self->matmul);
  free (self->weights);
  g_free (self->bias);
  g_free (self->fold);
  g_free (self);
}

// What one thread needs to work on slices.
typedef struct
{
  dnnl_stream_t stream;
  dnnl_memory_t src, weights, dst, scratch;
  float        *terms; // [n_rows padded to blocks, n_taps, COLUMNS]
  void         *scratch_data;
} Worker;

static bool
worker_init (Worker *worker, const SpadeProduct *self, SpadeEngine *engine,
             gsize n_padded)
{
  const_dnnl_memory_desc_t scratch = query (self->matmul,
                                            dnnl_query_scratchpad_md);

  worker->terms = spade_onednn_alloc (n_padded * self->n_taps * COLUMNS
                                      * sizeof (float));
  worker->scratch_data
      = spade_onednn_alloc (dnnl_memory_desc_get_size (scratch));
#define CREATE(memory, what, data)                                            \
  (dnnl_memory_create (&worker->memory, query (self->matmul, what),           \
                       engine->engine, data)                                  \
   == dnnl_success)
  return worker->terms != NULL && worker->scratch_data != NULL
         && dnnl_stream_create (&worker->stream, engine->engine,
                                dnnl_stream_default_flags) == dnnl_success
         && CREATE (src, dnnl_query_src_md, DNNL_MEMORY_NONE)
         && CREATE (weights, dnnl_query_weights_md, DNNL_MEMORY_NONE)
         && CREATE (dst, dnnl_query_dst_md, DNNL_MEMORY_NONE)
         && CREATE (scratch, dnnl_query_scratchpad_md, worker->scratch_data);
#undef CREATE
}

static void
worker_clear (Worker *worker)
{
  dnnl_memory_t memories[] = { worker->src, worker->weights, worker->dst,
                               worker->scratch };

  for (gsize i = 0; i < G_N_ELEMENTS (memories); i++)
    if (memories[i] != NULL)
      dnnl_memory_destroy (memories[i]);
  if (worker->stream != NULL)
    dnnl_stream_destroy (worker->stream);
  free (worker->terms);
  free (worker->scratch_data);
}

// Computes the terms of a slice: every hidden row times every tap's weights.
static bool
make_terms (const SpadeProduct *self, SpadeEngine *engine, Worker *worker,
            int slice, const char *hidden, gsize n_padded)
{
  gsize  row_size = (gsize) self->n_hidden * engine->element_size;
  dnnl_exec_arg_t args[] = { { DNNL_ARG_SRC, worker->src },
                             { DNNL_ARG_WEIGHTS, worker->weights },
                             { DNNL_ARG_DST, worker->dst },
                             { DNNL_ARG_SCRATCHPAD, worker->scratch } };

  dnnl_memory_set_data_handle (worker->weights,
                               self->weights + slice * self->weights_size);
  for (gsize row = 0; row < n_padded; row += SPADE_PRODUCT_BLOCK)
    {
      dnnl_memory_set_data_handle (worker->src,
                                   (char *) hidden + row * row_size);
      dnnl_memory_set_data_handle (
          worker->dst, worker->terms + row * self->n_taps * COLUMNS);
      if (dnnl_primitive_execute (self->matmul, worker->stream, 4, args)
              != dnnl_success
          || dnnl_stream_wait (worker->stream) != dnnl_success)
        return false;
    }
  return true;
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
  bool  is_done = true;

#pragma omp parallel num_threads(engine->n_threads) reduction(&& : is_done)
  {
    Worker worker = { 0 };

    is_done = worker_init (&worker, self, engine, n_padded);
#pragma omp for schedule(dynamic)
    for (int slice = 0; slice < self->n_slices; slice++)
      {
        is_done = is_done
                  && make_terms (self, engine, &worker, slice, hidden,
                                 n_padded);
        if (is_done)
          sum_terms (self, worker.terms, slice, patch_rows, n_patches, table);
      }
    worker_clear (&worker);
  }
  if (!is_done)
    spade_onednn_fail_memory (n_padded * self->n_taps * COLUMNS
                                  * sizeof (float),
                              failure);
  return is_done;
}
