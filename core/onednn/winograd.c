// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Blocks of tiles go through transform, 36 matrix products and the transform
// back on one thread, so that they stay in its cache. A tile is 6x6 pixels of
// the source and gives 4x4 of the result; the transforms work on LANES channels
// at a time, written for the vectoriser.

#include "winograd.h"

#include <stdlib.h>

#include "clones.h"
#include "matmul.h"

#define LANES 16
#define POINTS 36 // of a transformed tile
#define MAX_WEIGHT (512 * 512)
#define MIN_CHANNELS 64
#define MIN_SIDE 16

// Transformed and packed weights, shared by the runs of an engine.
typedef struct
{
  SpadeMatmul *matmul; // they were packed for it
  char        *data;   // [POINTS]
} Weights;

struct SpadeWinograd
{
  int height, width, n_in, n_out;
  int n_tiles_x, n_tiles;
  int block;              // tiles that one thread takes at a time
  gboolean has_add;
  float    slope;         // of negative results
  float   *bias;          // [n_out]
  SpadeMatmul *matmul;    // [block, n_in] x [n_in, n_out]
  Weights *weights;       // a reference
};

bool
spade_winograd_suits (const SpadeEngine *engine, const SpadePlan *plan,
                      const SpadeStep *step)
{
  const SpadeValue *to = &plan->values[step->dst];
  int n_in = plan->values[step->src].channels;
  int height = to->height, width = to->width;

  // A window goes the way of its picture.
  if (step->level >= 0 && step->level < plan->n_levels)
    {
      height = plan->level_height[step->level];
      width = plan->level_width[step->level];
    }
  return engine->dtype == dnnl_f32 && step->kernel == 3 && step->stride == 1
         && step->activation != SPADE_ACTIVATION_TANH
         && n_in >= MIN_CHANNELS && to->channels >= MIN_CHANNELS
         && n_in % LANES == 0 && to->channels % LANES == 0
         && (gint64) n_in * to->channels <= MAX_WEIGHT
         && height >= MIN_SIDE && width >= MIN_SIDE;
}

// Weights become G g G^T. Source: Lavin and Gray 2015, F(4x4, 3x3).
static const double G[6][3]
    = { { 1 / 4., 0, 0 },
        { -1 / 6., -1 / 6., -1 / 6. },
        { -1 / 6., 1 / 6., -1 / 6. },
        { 1 / 24., 1 / 12., 1 / 6. },
        { 1 / 24., -1 / 12., 1 / 6. },
        { 0, 0, 1 } };

// Row y of G g of every kernel: [n_out, n_in, 9] into [3, n_in, n_out].
static void
transform_columns (const SpadeWinograd *self, const float *kernels, int y,
                   double *out, int n_threads)
{
  gsize n = (gsize) self->n_in * self->n_out;

#pragma omp parallel for schedule(static) num_threads(n_threads)
  for (int i = 0; i < self->n_in; i++)
    for (int o = 0; o < self->n_out; o++)
      {
        const float *g = kernels + ((gsize) o * self->n_in + i) * 9;
        double      *to = out + (gsize) i * self->n_out + o;

        for (int x = 0; x < 3; x++)
          to[x * n] = G[y][0] * g[x] + G[y][1] * g[3 + x]
                      + G[y][2] * g[6 + x];
      }
}

// That times column x of G^T: [3, n] into [n].
static void
transform_row (const double *columns, gsize n, int x, float *out, int n_threads)
{
#pragma omp parallel for schedule(static) num_threads(n_threads)
  for (gsize i = 0; i < n; i++)
    out[i] = (float) (G[x][0] * columns[i] + G[x][1] * columns[n + i]
                      + G[x][2] * columns[2 * n + i]);
}

static void
weights_clear (gpointer data)
{
  Weights *weights = data;

  spade_matmul_free (weights->matmul);
  free (weights->data);
}

static void
weights_unref (gpointer weights)
{
  if (weights != NULL)
    g_rc_box_release_full (weights, weights_clear);
}

static bool
fill_weights (SpadeWinograd *self, SpadeEngine *engine,
              const SpadeTensor *weight, SpadeFailure *failure)
{
  gsize n = (gsize) self->n_in * self->n_out;
  g_autofree double *columns = g_new (double, n * 3);
  g_autofree float *matrix = g_new (float, n);
  float            *copy;
  const float      *kernels = spade_onednn_floats (weight, &copy, failure);
  bool              is_done = kernels != NULL;

  self->weights->data = spade_matmul_alloc (self->matmul, POINTS, failure);
  is_done = is_done && self->weights->data != NULL;
  for (int point = 0; is_done && point < POINTS; point++)
    {
      if (point % 6 == 0)
        transform_columns (self, kernels, point / 6, columns,
                           engine->n_threads);
      transform_row (columns, n, point % 6, matrix, engine->n_threads);
      is_done = spade_matmul_pack (
          self->matmul, engine, matrix,
          spade_matmul_weights (self->matmul, self->weights->data, point),
          failure);
    }
  free (copy);
  return is_done;
}

// Takes the engine's weights where they are packed alike, else makes them its.
static bool
pack_weights (SpadeWinograd *self, SpadeEngine *engine,
              const SpadeTensor *weight, SpadeFailure *failure)
{
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
  self->weights->matmul = spade_matmul_new (engine, self->block, self->n_in,
                                            self->n_out, failure);
  if (self->weights->matmul == NULL
      || !fill_weights (self, engine, weight, failure))
    return false;
  g_hash_table_insert (engine->winograds, (gpointer) weight,
                       g_rc_box_acquire (self->weights));
  return true;
}

SpadeWinograd *
spade_winograd_new (SpadeEngine *engine, const SpadePlan *plan,
                    const SpadeStep *step, SpadeFailure *failure)
{
  const SpadeValue *to = &plan->values[step->dst];
  SpadeWinograd    *self = g_new0 (SpadeWinograd, 1);

  self->height = to->height;
  self->width = to->width;
  self->n_in = plan->values[step->src].channels;
  self->n_out = to->channels;
  self->n_tiles_x = (self->width + 3) / 4;
  self->n_tiles = self->n_tiles_x * ((self->height + 3) / 4);
  // Small pictures get small blocks, so that every core has some.
  self->block = self->n_tiles < 1024 ? 16 : self->n_tiles < 4096 ? 32 : 64;
  self->has_add = step->add >= 0;
  self->slope = step->activation == SPADE_ACTIVATION_LEAKY_RELU
                    ? SPADE_LEAKY_SLOPE
                    : 1;
  self->bias = g_new0 (float, self->n_out);
  if (step->bias != NULL)
    spade_tensor_read (step->bias, 0, self->n_out, self->bias);
  self->matmul = spade_matmul_new (engine, self->block, self->n_in,
                                   self->n_out, failure);
  if (self->matmul == NULL
      || !pack_weights (self, engine, step->weight, failure))
    g_clear_pointer (&self, spade_winograd_free);
  return self;
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

// B^T of one line of six vectors, from and to strides of LANES * step.
static inline void
transform_line (float (*line)[LANES], int step)
{
  float (*l)[LANES] = line;

  for (int c = 0; c < LANES; c++)
    {
      float a = l[0][c], b = l[step][c], d = l[2 * step][c];
      float e = l[3 * step][c], f = l[4 * step][c], g = l[5 * step][c];

      l[0][c] = 4 * a - 5 * d + f;
      l[step][c] = (e + f) - 4 * (b + d);
      l[2 * step][c] = 4 * (b - d) - e + f;
      l[3 * step][c] = 2 * (e - b) - d + f;
      l[4 * step][c] = 2 * (b - e) - d + f;
      l[5 * step][c] = 4 * b - 5 * e + g;
    }
}

// Transforms a tile of the source: out gets POINTS rows, point_pitch floats
// apart.
SPADE_VECTOR_CLONES static void
transform_source (const SpadeWinograd *self, const float *src, int tile,
                  float *out, gsize point_pitch)
{
  int top = tile / self->n_tiles_x * 4 - 1;
  int left = tile % self->n_tiles_x * 4 - 1;
  int n_in = self->n_in;

  for (int c = 0; c < n_in; c += LANES)
    {
      float d[POINTS][LANES];

      for (int p = 0; p < POINTS; p++)
        {
          int y = top + p / 6, x = left + p % 6;

          if (y < 0 || y >= self->height || x < 0 || x >= self->width)
            memset (d[p], 0, sizeof d[p]);
          else
            memcpy (d[p], src + ((gsize) y * self->width + x) * n_in + c,
                    sizeof d[p]);
        }
      for (int x = 0; x < 6; x++)
        transform_line (d + x, 6);
      for (int y = 0; y < 6; y++)
        transform_line (d + y * 6, 1);
      for (int p = 0; p < POINTS; p++)
        memcpy (out + p * point_pitch + c, d[p], sizeof d[p]);
    }
}

// A^T of one line: six vectors become four.
static inline void
restore_line (float (*l)[LANES], int step)
{
  for (int c = 0; c < LANES; c++)
    {
      float a = l[0][c], b = l[step][c], d = l[2 * step][c];
      float e = l[3 * step][c], f = l[4 * step][c], g = l[5 * step][c];

      l[0][c] = a + (b + d) + (e + f);
      l[step][c] = (b - d) + 2 * (e - f);
      l[2 * step][c] = (b + d) + 4 * (e + f);
      l[3 * step][c] = (b - d) + 8 * (e - f) + g;
    }
}

// Transforms products back and writes a tile of the result: bias, sum and
// activation.
SPADE_VECTOR_CLONES static void
restore_result (const SpadeWinograd *self, const float *products,
                gsize point_pitch, int tile, float *dst)
{
  int   top = tile / self->n_tiles_x * 4;
  int   left = tile % self->n_tiles_x * 4;
  int   bottom = MIN (top + 4, self->height);
  int   right = MIN (left + 4, self->width);
  int   n_out = self->n_out;
  float slope = self->slope;

  for (int c = 0; c < n_out; c += LANES)
    {
      float        m[POINTS][LANES];
      const float *bias = self->bias + c;

      for (int p = 0; p < POINTS; p++)
        memcpy (m[p], products + p * point_pitch + c, sizeof m[p]);
      for (int x = 0; x < 6; x++)
        restore_line (m + x, 6);
      for (int y = 0; y < 4; y++)
        restore_line (m + y * 6, 1);
      for (int y = top; y < bottom; y++)
        for (int x = left; x < right; x++)
          {
            float *to = dst + ((gsize) y * self->width + x) * n_out + c;
            float *from = m[(y - top) * 6 + x - left];

            for (int i = 0; i < LANES; i++)
              from[i] += bias[i];
            if (self->has_add)
              for (int i = 0; i < LANES; i++)
                from[i] += to[i];
            for (int i = 0; i < LANES; i++)
              to[i] = from[i] > 0 ? from[i] : from[i] * slope;
          }
    }
}

// What one thread needs.
typedef struct
{
  SpadeMatmulRunner runner;
  float            *sources;  // [POINTS, block, n_in]
  float            *products; // [POINTS, block, n_out]
} Worker;

static bool
worker_init (Worker *worker, const SpadeWinograd *self, SpadeEngine *engine)
{
  gsize n_rows = (gsize) POINTS * self->block;
  gsize size = n_rows * self->n_in * sizeof (float);

  worker->sources = spade_onednn_alloc (size);
  worker->products
      = spade_onednn_alloc (n_rows * self->n_out * sizeof (float));
  if (worker->sources == NULL || worker->products == NULL)
    return false;
  memset (worker->sources, 0, size); // the last block may not be full
  return spade_matmul_runner_init (&worker->runner, self->matmul, engine);
}

static void
worker_clear (Worker *worker)
{
  spade_matmul_runner_clear (&worker->runner);
  free (worker->sources);
  free (worker->products);
}

static bool
run_block (const SpadeWinograd *self, Worker *worker, const float *src,
           float *dst, int first)
{
  int   n = MIN (self->block, self->n_tiles - first);
  gsize source_pitch = (gsize) self->block * self->n_in;
  gsize product_pitch = (gsize) self->block * self->n_out;

  for (int i = 0; i < n; i++)
    transform_source (self, src, first + i,
                      worker->sources + (gsize) i * self->n_in, source_pitch);
  for (int point = 0; point < POINTS; point++)
    if (!spade_matmul_run (
            &worker->runner, worker->sources + point * source_pitch,
            spade_matmul_weights (self->matmul, self->weights->data, point),
            worker->products + point * product_pitch))
      return false;
  for (int i = 0; i < n; i++)
    restore_result (self, worker->products + (gsize) i * self->n_out,
                    product_pitch, first + i, dst);
  return true;
}

bool
spade_winograd_run (const SpadeWinograd *self, SpadeEngine *engine,
                    const float *src, float *dst, SpadeFailure *failure)
{
  bool is_done = true;

#pragma omp parallel num_threads(engine->n_threads) reduction(&& : is_done)
  {
    Worker worker = { 0 };

    is_done = worker_init (&worker, self, engine);
#pragma omp for schedule(dynamic)
    for (int first = 0; first < self->n_tiles; first += self->block)
      is_done = is_done && run_block (self, &worker, src, dst, first);
    worker_clear (&worker);
  }
  return is_done
         || spade_onednn_fail_memory ((gsize) POINTS * self->block
                                          * (self->n_in + self->n_out)
                                          * sizeof (float),
                                      failure);
}
