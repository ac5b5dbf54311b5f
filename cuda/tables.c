// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// mlp_shared's rows are summed, gathered side by side for a block of patches,
// and multiplied by gamma's and beta's weights at once.

#include "tables.h"

#include <stdlib.h>

#include "index.h"
#include "product.h"

// Patches per product: enough to fill a GPU, few enough that the gathered rows
// take little memory.
#define BLOCK_ROWS 16384
// The number of rows is rounded up to this, so that there are few shapes, and
// new rows begin at a multiple of it.
#define ROUND_ROWS 256
// What the product's sizes are multiples of.
#define ALIGN 8

struct SpadeTables
{
  SpadeTables *next;
  SpadeStep    step;              // its tensors
  int    n_hidden, n_taps, channels, n_channels;
  bool   has_edge;
  int    pitch, depth;            // 2 * channels and n_taps * n_hidden, up
  const float *shared, *shared_bias;
  const void  *weight, *bias;     // [pitch, depth], [pitch]
  void  *table;                   // [capacity, pitch]
  int64_t  capacity, n_made;       // rows
  uint64_t serial;                // of the dictionary
  uint64_t use;                   // engine->use when they were asked for last
};

static int
round_up (int n)
{
  return (n + ALIGN - 1) / ALIGN * ALIGN;
}

static bool
pack (SpadeTables *self, SpadeEngine *engine, SpadeFailure *failure)
{
  const SpadeStep *step = &self->step;
  int64_t hidden = self->n_hidden, taps = self->n_taps;
  int64_t n = self->n_channels, channels = self->channels;
  SpadePart shared = { .tensor = step->shared_weight,
                       .dims = { 1, taps, n, hidden },
                       .strides = { 0, 1, taps, n * taps } };
  SpadePart weight = { .tensor = step->gamma_weight,
                       .dims = { channels, 1, taps, hidden },
                       .strides = { hidden * taps, 0, 1, taps },
                       .pitch = self->depth };
  SpadePart weights[2] = { weight, weight };
  SpadePart bias = { .tensor = step->gamma_bias,
                     .dims = { 1, 1, 1, channels },
                     .strides = { 0, 0, 0, 1 } };
  SpadePart biases[2] = { bias, bias };

  weights[1].tensor = step->beta_weight;
  weights[1].first = channels * self->depth;
  biases[1].tensor = step->beta_bias;
  biases[1].first = channels;
  self->shared = spade_engine_pack (engine, SPADE_FORM_SUM, SPADE_DTYPE_F32,
                                    taps * n * hidden, &shared, 1, failure);
  if (self->shared == NULL)
    return false;
  self->shared_bias = spade_engine_pack_plain (
      engine, SPADE_FORM_BIAS_F32, SPADE_DTYPE_F32, step->shared_bias, failure);
  if (self->shared_bias == NULL)
    return false;
  self->weight = spade_engine_pack (engine, SPADE_FORM_PRODUCT, engine->dtype,
                                    (int64_t) self->pitch * self->depth,
                                    weights, 2, failure);
  if (self->weight == NULL)
    return false;
  self->bias = spade_engine_pack (engine, SPADE_FORM_PRODUCT_BIAS,
                                  engine->dtype, self->pitch, biases, 2,
                                  failure);
  return self->bias != NULL;
}

SpadeTables *
spade_tables_find (SpadeEngine *engine, const SpadePlan *plan,
                   const SpadeStep *step, SpadeFailure *failure)
{
  SpadeTables *self;

  for (self = engine->tables; self != NULL; self = self->next)
    if (self->step.gamma_weight == step->gamma_weight)
      return self;
  self = calloc (1, sizeof *self);
  if (self == NULL)
    {
      spade_gpu_fail_host_memory (failure);
      return NULL;
    }
  self->step = *step;
  self->n_hidden = (int) step->shared_weight->shape[0];
  self->channels = (int) step->gamma_weight->shape[0];
  self->n_taps = step->kernel * step->kernel;
  self->n_channels = plan->n_channels;
  self->has_edge = plan->edge_channel >= 0;
  self->pitch = round_up (2 * self->channels);
  self->depth = round_up (self->n_taps * self->n_hidden);
  if (!pack (self, engine, failure))
    {
      free (self);
      return NULL;
    }
  self->next = engine->tables;
  engine->tables = self;
  return self;
}

// Takes the rows away; false where there were none.
static bool
drop_rows (SpadeTables *self, SpadeEngine *engine)
{
  self->n_made = self->capacity = 0;
  if (self->table == NULL)
    return false;
  spade_gpu_release (engine->gpu, self->table);
  self->table = NULL;
  engine->changes++;
  return true;
}

void
spade_tables_drop (SpadeEngine *engine)
{
  for (SpadeTables *at = engine->tables; at != NULL; at = at->next)
    drop_rows (at, engine);
}

void
spade_tables_forget (SpadeEngine *engine)
{
  for (SpadeTables *at = engine->tables; at != NULL; at = at->next)
    at->n_made = 0;
}

bool
spade_tables_drop_idle (SpadeEngine *engine)
{
  bool was_any = false;

  for (SpadeTables *at = engine->tables; at != NULL; at = at->next)
    if (at->use != engine->use)
      was_any = drop_rows (at, engine) || was_any;
  return was_any;
}

void
spade_tables_clear (SpadeEngine *engine)
{
  while (engine->tables != NULL)
    {
      SpadeTables *self = engine->tables;

      engine->tables = self->next;
      drop_rows (self, engine);
      free (self);
    }
}

static int64_t
round_rows (int64_t n)
{
  return spade_index_blocks (n, ROUND_ROWS) * ROUND_ROWS;
}

static bool
allocate (SpadeTables *self, SpadeEngine *engine, int64_t n,
          SpadeFailure *failure)
{
  self->table = spade_engine_alloc (engine,
                                    (size_t) n * (size_t) self->pitch
                                        * engine->element_size,
                                    self->step.name, failure);
  self->capacity = self->table != NULL ? n : 0;
  return self->table != NULL;
}

bool
spade_tables_reserve (SpadeTables *self, SpadeEngine *engine,
                      const SpadeNeighbourhoods *all, int64_t most,
                      SpadeFailure *failure)
{
  int64_t n = round_rows (all->n_patches), more;
  bool    grows = self->serial == all->serial && self->n_made > 0;

  self->use = engine->use;
  if (self->serial != all->serial)
    self->n_made = 0;
  self->serial = all->serial;
  if (n <= self->capacity)
    return true;
  // A little more, so that the next brush stroke fits; half as much again where
  // window after window brings more, since all rows are made anew.
  more = round_rows (n + n / (grows ? 2 : 8));
  if (more > round_rows (most))
    more = n > round_rows (most) ? n : round_rows (most);
  drop_rows (self, engine);
  return allocate (self, engine, more, failure)
         || (failure->kind == SPADE_FAILURE_MEMORY && more > n
             && allocate (self, engine, n, failure));
}

// The number of rows of the product that begins at row first.
static int64_t
block_rows (const SpadeNeighbourhoods *all, int64_t first)
{
  int64_t n = round_rows (all->n_patches) - first;

  return n < BLOCK_ROWS ? n : BLOCK_ROWS;
}

static SpadeGpuProductShape
block_shape (const SpadeTables *self, const SpadeEngine *engine,
             const SpadeNeighbourhoods *all, int64_t first)
{
  return (SpadeGpuProductShape){ engine->dtype, engine->tf32,
                                 (int) block_rows (all, first), self->pitch,
                                 self->depth };
}

// The first row of the first product.
static int64_t
first_row (const SpadeTables *self)
{
  return self->n_made / ROUND_ROWS * ROUND_ROWS;
}

// Where the memory for making rows has the activations and the gathered rows, after the
// products' workspace, and how much it is.
typedef struct
{
  size_t actv, gathered, size;
} Layout;

static size_t
round_size (size_t size)
{
  return (size + 255) / 256 * 256;
}

static bool
lay_out (const SpadeTables *self, const SpadeEngine *engine,
         const SpadeNeighbourhoods *all, Layout *out, SpadeFailure *failure)
{
  size_t row = (size_t) self->n_hidden * engine->element_size;

  out->actv = 0;
  for (int64_t first = first_row (self); first < all->n_patches;
       first += BLOCK_ROWS)
    {
      SpadeGpuProductShape shape = block_shape (self, engine, all, first);
      size_t               size;

      if (!spade_gpu_product_get_workspace (engine->gpu, &shape, &size, failure))
        return false;
      size = round_size (size);
      out->actv = size > out->actv ? size : out->actv;
    }
  out->gathered = out->actv + round_size ((size_t) all->n_shared * row);
  out->size = out->gathered
              + (size_t) block_rows (all, 0) * (size_t) self->depth
                    * engine->element_size;
  return true;
}

bool
spade_tables_get_scratch (const SpadeTables *self, const SpadeEngine *engine,
                          const SpadeNeighbourhoods *all, size_t *out,
                          SpadeFailure *failure)
{
  Layout layout;

  if (!lay_out (self, engine, all, &layout, failure))
    return false;
  *out = layout.size;
  return true;
}

bool
spade_tables_reserve_scratch (SpadeEngine *engine, size_t size,
                              SpadeFailure *failure)
{
  if (size <= engine->scratch.size)
    return true;
  // As for the tables.
  return spade_engine_reserve_scratch (engine, size + size / 8, failure)
         || (failure->kind == SPADE_FAILURE_MEMORY
             && spade_engine_reserve_scratch (engine, size, failure));
}

// The rows of the table from first on.
static bool
make_block (SpadeTables *self, SpadeEngine *engine,
            const SpadeNeighbourhoods *all, char *scratch, const Layout *layout,
            int64_t first, SpadeFailure *failure)
{
  SpadeGpuProductShape shape = block_shape (self, engine, all, first);
  SpadeGather gather = { .element_size = engine->element_size,
                         .actv = scratch + layout->actv,
                         .patch_rows = all->patch_rows, .first = first,
                         .n = shape.n_rows, .n_patches = all->n_patches,
                         .n_taps = self->n_taps, .n_hidden = self->n_hidden,
                         .depth = self->depth,
                         .dst = scratch + layout->gathered };

  spade_kernel_gather (spade_gpu_stream (engine->gpu), &gather);
  return spade_gpu_check_launch (engine->gpu, self->step.name, failure)
         && spade_gpu_product (engine->gpu, &shape, gather.dst, self->weight,
                               self->bias,
                               (char *) self->table
                                   + (size_t) first * (size_t) self->pitch
                                         * engine->element_size,
                               scratch, failure);
}

bool
spade_tables_are_made (const SpadeTables *self, const SpadeNeighbourhoods *all)
{
  return self->serial == all->serial && self->n_made >= all->n_patches;
}

bool
spade_tables_make (SpadeTables *self, SpadeEngine *engine,
                   const SpadeNeighbourhoods *all, const float *z_sums,
                   void *scratch, SpadeFailure *failure)
{
  SpadeSumRows sum = { .dtype = engine->dtype, .symbols = all->shared_symbols,
                       .n = all->n_shared, .kernel = self->step.kernel,
                       .n_channels = self->n_channels,
                       .has_edge = self->has_edge, .weight = self->shared,
                       .bias = self->shared_bias, .z_sums = z_sums,
                       .n_out = self->n_hidden, .is_shared = true };
  Layout layout;

  if (!lay_out (self, engine, all, &layout, failure))
    return false;
  sum.dst = (char *) scratch + layout.actv;
  spade_kernel_sum_rows (spade_gpu_stream (engine->gpu), &sum);
  if (!spade_gpu_check_launch (engine->gpu, self->step.name, failure))
    return false;
  for (int64_t first = first_row (self); first < all->n_patches;
       first += BLOCK_ROWS)
    if (!make_block (self, engine, all, scratch, &layout, first, failure))
      return false;
  self->n_made = all->n_patches;
  return true;
}

const void *
spade_tables_get (const SpadeTables *self, int *out_pitch)
{
  *out_pitch = self->pitch;
  return self->table;
}
