// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Blocks of squares go through the transform, a matrix product per point and
// the transform back. Where the weights are small, each thread takes blocks of
// its own, which stay in its cache. Where they are large, all threads share a
// block and each takes some of the points, so that weights are read seldom.

#include "winograd.h"

#include <omp.h>
#include <stdlib.h>

#include "matmul.h"
#include "winograd-transform.h"

#define MIN_CHANNELS 64
#define MIN_SIDE 16
// Numbers in a weight, at most, for squares of 4. They are for f32 alone: the
// transforms there multiply by up to 8, and bf16 would lose 4 bits of its 8.
#define MOST_FOR_4 (640 * 1024)
// Bytes of weights from which on threads share blocks, and of a shared block.
#define WIDE_WEIGHTS (8 << 20)
#define WIDE_BLOCK (17 << 20)
#define MOST_ROWS 128

// Transformed and packed weights, shared by the runs of an engine.
typedef struct
{
  SpadeMatmul *matmul; // they were packed for it
  SpadePacked  packed; // [points]
} Weights;

struct SpadeWinograd
{
  SpadeWinogradShape shape;
  int      n_points;
  int      block;         // squares that are taken at a time
  gboolean is_wide;       // by all threads together
  gsize    element_size;  // of pictures and transformed sources
  float   *bias;          // [n_out]
  SpadeMatmul *matmul;    // [block, n_in] x [n_in, n_out]
  Weights *weights;       // a reference
};

int
spade_winograd_tile (const SpadeEngine *engine, const SpadePlan *plan,
                     const SpadeStep *step)
{
  const SpadeValue *to = &plan->values[step->dst];
  int n_in = plan->values[step->src].channels;
  int height = to->height, width = to->width;
  gint64 n_weights = (gint64) n_in * to->channels;

  // A window goes the way of its picture.
  if (step->level >= 0 && step->level < plan->n_levels)
    {
      height = plan->level_height[step->level];
      width = plan->level_width[step->level];
    }
  if (step->kernel != 3 || step->stride != 1
      || step->activation == SPADE_ACTIVATION_TANH
      || spade_plan_find_output (plan, step->dst) >= 0
      || n_in < MIN_CHANNELS || to->channels < MIN_CHANNELS
      || n_in % SPADE_WINOGRAD_LANES != 0
      || to->channels % SPADE_WINOGRAD_LANES != 0
      || height < MIN_SIDE || width < MIN_SIDE)
    return 1;
  return engine->dtype == dnnl_f32 && n_weights <= MOST_FOR_4 ? 4 : 2;
}

static void
weights_clear (gpointer data)
{
  Weights *weights = data;

  spade_matmul_free (weights->matmul);
  spade_packed_close (&weights->packed);
}

static void
weights_unref (gpointer weights)
{
  if (weights != NULL)
    g_rc_box_release_full (weights, weights_clear);
}

// Turns [n_out, n_in, 9] into [9, n_in, n_out].
static void
transpose (const float *kernels, int n_in, int n_out, float *out, int n_threads)
{
  enum { STEP = 16 };
  gsize n = (gsize) n_in * n_out;

#pragma omp parallel for schedule(static) num_threads(n_threads)
  for (int first = 0; first < n_in; first += STEP)
    for (int o = 0; o < n_out; o += STEP)
      for (int i = first; i < MIN (first + STEP, n_in); i++)
        for (int t = 0; t < 9; t++)
          for (int j = o; j < MIN (o + STEP, n_out); j++)
            out[t * n + (gsize) i * n_out + j]
                = kernels[((gsize) j * n_in + i) * 9 + t];
}

static bool
fill_weights (SpadeWinograd *self, SpadeEngine *engine,
              const SpadeTensor *weight, SpadeFailure *failure)
{
  const SpadeWinogradShape *shape = &self->shape;
  gsize  n = (gsize) shape->n_in * shape->n_out;
  int    side = shape->tile + 2;
  float *copy = NULL;
  float *turned = spade_onednn_alloc (n * 9 * sizeof (float));
  float *line = spade_onednn_alloc (n * side * sizeof (float));
  const float *kernels;
  bool   is_done = turned != NULL && line != NULL;

  if (!is_done)
    spade_onednn_fail_memory (n * (9 + side) * sizeof (float), failure);
  is_done = is_done
            && (kernels = spade_onednn_floats (weight, &copy, failure)) != NULL;
  if (is_done)
    transpose (kernels, shape->n_in, shape->n_out, turned, engine->n_threads);
  for (int y = 0; is_done && y < side; y++)
    {
      spade_winograd_transform_kernels (shape->tile, turned, n, y, line,
                                        engine->n_threads);
      is_done = spade_matmul_pack (
          self->matmul, engine, line, side,
          spade_matmul_weights (self->matmul, self->weights->packed.data,
                                y * side),
          failure);
    }
  if (is_done)
    spade_packed_seal (&self->weights->packed, engine);
  spade_onednn_free (copy);
  spade_onednn_free (turned);
  spade_onednn_free (line);
  return is_done;
}

// Takes the engine's weights where they are packed alike, else makes them its.
static bool
pack_weights (SpadeWinograd *self, SpadeEngine *engine,
              const SpadeTensor *weight, SpadeFailure *failure)
{
  const char *what = self->shape.tile == 4 ? "Winograd F(4x4)"
                                           : "Winograd F(2x2)";
  Weights *found;

  if (engine->winograds == NULL)
    engine->winograds
        = g_hash_table_new_full (NULL, NULL, NULL, weights_unref);
  found = g_hash_table_lookup (engine->winograds, weight);
  if (found != NULL && spade_matmul_is_alike (found->matmul, self->matmul))
    {
      self->weights = g_rc_box_acquire (found);
      return true;
    }
  self->weights = g_rc_box_new0 (Weights);
  self->weights->matmul
      = spade_matmul_new (engine, self->block, self->shape.n_in,
                          self->shape.n_out, failure);
  if (self->weights->matmul == NULL
      || !spade_matmul_open (self->matmul, &self->weights->packed, engine,
                             weight, what, self->n_points, failure)
      || !(self->weights->packed.is_filled
           || fill_weights (self, engine, weight, failure)))
    return false;
  g_hash_table_insert (engine->winograds, (gpointer) weight,
                       g_rc_box_acquire (self->weights));
  return true;
}

// The bytes of a square's transformed source and products.
static gsize
square_size (const SpadeWinograd *self)
{
  return (gsize) self->n_points
         * ((gsize) self->shape.n_in * self->element_size
            + (gsize) self->shape.n_out * sizeof (float));
}

static int
count_squares (int height, int width, int tile)
{
  return ((height + tile - 1) / tile) * ((width + tile - 1) / tile);
}

// Gives a block of about that many rows, whose products have the same bits in
// whichever row of which block a square comes to be. In oneDNN's products of 32
// rows for CPUs without AVX-512 the last two rows round in another way.
static int
uniform_block (int n_rows)
{
  return n_rows == 32 && !spade_onednn_has (dnnl_cpu_isa_avx512_core) ? 48
                                                                      : n_rows;
}

// Small pictures get small blocks, so that every core has some. Shared blocks
// are as large as the cache allows, and about equal; they follow from the whole
// picture's size, so that each window has them.
static void
choose_block (SpadeWinograd *self, const SpadePlan *plan, const SpadeStep *step)
{
  int   n = self->shape.n_squares;
  int   most, n_blocks;
  gsize weights = (gsize) self->n_points * (gsize) self->shape.n_in
                  * (gsize) self->shape.n_out * self->element_size;

  self->is_wide = weights > WIDE_WEIGHTS;
  self->block = n < 1024 ? 16
                : n < 4096 || self->shape.tile == 2 ? uniform_block (32) : 64;
  if (!self->is_wide)
    return;
  if (step->level >= 0 && step->level < plan->n_levels)
    n = count_squares (plan->level_height[step->level],
                       plan->level_width[step->level], self->shape.tile);
  most = CLAMP ((int) (WIDE_BLOCK / square_size (self)) / 16 * 16, 16,
                MOST_ROWS);
  n_blocks = (n + most - 1) / most;
  self->block = uniform_block (((n + n_blocks - 1) / n_blocks + 15) / 16 * 16);
}

// The squares of the pixels that count.
static void
choose_squares (SpadeWinogradShape *self, SpadeBox part)
{
  int tile = self->tile;

  if (spade_box_is_empty (&part))
    part = (SpadeBox){ 0, 0, self->height, self->width };
  self->first_y = part.top / tile;
  self->first_x = part.left / tile;
  part = (SpadeBox){ self->first_y * tile, self->first_x * tile, part.bottom,
                     part.right };
  self->n_squares_x = (spade_box_width (&part) + tile - 1) / tile;
  self->n_squares = count_squares (spade_box_height (&part),
                                   spade_box_width (&part), tile);
}

// All that takes no memory.
static void
init (SpadeWinograd *self, const SpadeEngine *engine, const SpadePlan *plan,
      const SpadeStep *step)
{
  const SpadeValue   *to = &plan->values[step->dst];
  SpadeWinogradShape *shape = &self->shape;

  shape->tile = spade_winograd_tile (engine, plan, step);
  shape->is_bf16 = engine->dtype == dnnl_bf16;
  shape->height = to->height;
  shape->width = to->width;
  shape->n_in = plan->values[step->src].channels;
  shape->n_out = to->channels;
  choose_squares (shape, step->part);
  shape->has_add = step->add >= 0;
  shape->slope = step->activation == SPADE_ACTIVATION_LEAKY_RELU
                     ? SPADE_LEAKY_SLOPE
                     : 1;
  self->n_points = spade_winograd_points (shape->tile);
  self->element_size = engine->element_size;
  choose_block (self, plan, step);
}

SpadeWinograd *
spade_winograd_new (SpadeEngine *engine, const SpadePlan *plan,
                    const SpadeStep *step, SpadeFailure *failure)
{
  SpadeWinograd      *self = g_new0 (SpadeWinograd, 1);
  SpadeWinogradShape *shape = &self->shape;

  init (self, engine, plan, step);
  shape->bias = self->bias = g_new0 (float, shape->n_out);
  if (step->bias != NULL)
    spade_tensor_read (step->bias, 0, shape->n_out, self->bias);
  self->matmul = spade_matmul_new (engine, self->block, shape->n_in,
                                   shape->n_out, failure);
  if (self->matmul == NULL
      || !pack_weights (self, engine, step->weight, failure))
    g_clear_pointer (&self, spade_winograd_free);
  return self;
}

gsize
spade_winograd_scratch_size (const SpadeEngine *engine, const SpadePlan *plan,
                             const SpadeStep *step)
{
  SpadeWinograd self = { 0 };
  int           n_blocks;

  init (&self, engine, plan, step);
  // A thread that gets no block does not touch its own.
  n_blocks = (self.shape.n_squares + self.block - 1) / self.block;
  return (gsize) self.block * square_size (&self)
         * (gsize) (self.is_wide ? 1 : MIN (engine->n_threads, n_blocks));
}

void
spade_winograd_free (SpadeWinograd *self)
{
  if (self == NULL)
    return;
  spade_matmul_free (self->matmul);
  weights_unref (self->weights);
  g_free (self->bias);
  g_free (self);
}

// A block at work: sources [points, block, n_in], products [points, block,
// n_out], of which each point's begin pitch numbers after the one's before.
typedef struct
{
  const SpadeWinograd *self;
  char  *sources;
  float *products;
  gsize  source_pitch, product_pitch;
} Block;

// memory holds block * square_size() bytes.
static void
block_init (Block *block, const SpadeWinograd *self, char *memory)
{
  block->self = self;
  block->source_pitch = (gsize) self->block * (gsize) self->shape.n_in;
  block->product_pitch = (gsize) self->block * (gsize) self->shape.n_out;
  block->sources = memory;
  block->products = (float *) (memory + (gsize) self->n_points
                                            * block->source_pitch
                                            * self->element_size);
}

static void
transform (const Block *block, const void *src, int first, int i)
{
  spade_winograd_transform_source (
      &block->self->shape, src, first + i,
      block->sources + (gsize) i * (gsize) block->self->shape.n_in
                           * block->self->element_size,
      block->source_pitch);
}

static bool
multiply (const Block *block, SpadeMatmulRunner *runner, int point)
{
  const SpadeWinograd *self = block->self;

  return spade_matmul_run (
      runner,
      block->sources + (gsize) point * block->source_pitch * self->element_size,
      spade_matmul_weights (self->matmul, self->weights->packed.data, point),
      block->products + (gsize) point * block->product_pitch);
}

static void
restore (const Block *block, void *dst, int first, int i)
{
  spade_winograd_restore (&block->self->shape,
                          block->products
                              + (gsize) i * (gsize) block->self->shape.n_out,
                          block->product_pitch, first + i, dst);
}

// Runs the squares block by block, each with all threads.
static bool
run_wide (const SpadeWinograd *self, SpadeEngine *engine, const void *src,
          void *dst, char *memory, SpadeFailure *failure)
{
  Block block;
  bool  is_done = true;

  block_init (&block, self, memory);
#pragma omp parallel num_threads(engine->n_threads) reduction(&& : is_done)
  {
    SpadeMatmulRunner runner = { 0 };

    is_done = spade_matmul_runner_init (&runner, self->matmul, engine);
    for (int first = 0; first < self->shape.n_squares; first += self->block)
      {
        int n = MIN (self->block, self->shape.n_squares - first);

#pragma omp for schedule(static)
        for (int i = 0; i < n; i++)
          transform (&block, src, first, i);
#pragma omp for schedule(dynamic)
        for (int point = 0; point < self->n_points; point++)
          is_done = is_done && multiply (&block, &runner, point);
#pragma omp for schedule(static)
        for (int i = 0; i < n; i++)
          restore (&block, dst, first, i);
      }
    if (!is_done)
#pragma omp critical
      *failure = runner.failure;
    spade_matmul_runner_clear (&runner);
  }
  return is_done;
}

// Runs the squares block by block, each on one thread.
static bool
run_narrow (const SpadeWinograd *self, SpadeEngine *engine, const void *src,
            void *dst, char *memory, SpadeFailure *failure)
{
  gsize size = (gsize) self->block * square_size (self);
  bool  is_done = true;

#pragma omp parallel num_threads(engine->n_threads) reduction(&& : is_done)
  {
    SpadeMatmulRunner runner = { 0 };
    Block             block;

    block_init (&block, self, memory + (gsize) omp_get_thread_num () * size);
    is_done = spade_matmul_runner_init (&runner, self->matmul, engine);
#pragma omp for schedule(dynamic)
    for (int first = 0; first < self->shape.n_squares; first += self->block)
      {
        int n = MIN (self->block, self->shape.n_squares - first);

        for (int i = 0; i < n; i++)
          transform (&block, src, first, i);
        for (int point = 0; point < self->n_points; point++)
          is_done = is_done && multiply (&block, &runner, point);
        for (int i = 0; i < n; i++)
          restore (&block, dst, first, i);
      }
    if (!is_done)
#pragma omp critical
      *failure = runner.failure;
    spade_matmul_runner_clear (&runner);
  }
  return is_done;
}

bool
spade_winograd_run (const SpadeWinograd *self, SpadeEngine *engine,
                    const void *src, void *dst, SpadeFailure *failure)
{
  gsize size = (gsize) self->block * square_size (self)
               * (gsize) (self->is_wide ? 1 : engine->n_threads);
  char *memory = spade_onednn_scratch (engine, size, failure);

  return memory != NULL
         && (self->is_wide ? run_wide : run_narrow) (self, engine, src, dst,
                                                     memory, failure);
}
