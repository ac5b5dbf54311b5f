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
#include "lanes.h"
#include "matmul.h"

#define SLICE 8
#define AHEAD 4 // patches whose terms are called into the cache early
#define COLUMNS (2 * SLICE) // of a slice: gamma's, then beta's
#define HALF (SLICE / SPADE_LANES)

struct SpadeProduct
{
  SpadeStep step; // its plan may go
  int   n_hidden, channels, n_taps, n_slices;
  float *bias;  // [2, channels]: gamma's and beta's
  float *fold;  // [2, channels]: 1 / std and mean / std, or NULL

  SpadeMatmul *matmul;  // [SPADE_SCHEDULE_BLOCK, n_hidden] x a slice's weights
  SpadePacked  weights; // [n_slices], packed for it
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

  if (!spade_matmul_open (self->matmul, &self->weights, engine,
                          self->step.gamma_weight, "gamma beside beta",
                          self->n_slices, failure))
    return false;
  if (self->weights.is_filled)
    return true;
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
                spade_matmul_weights (self->matmul, self->weights.data, slice),
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
  if (is_done)
    spade_packed_seal (&self->weights, engine);
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
  self->matmul = spade_matmul_new (engine, SPADE_SCHEDULE_BLOCK, self->n_hidden,
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
  spade_packed_close (&self->weights);
  g_free (self->bias);
  g_free (self->fold);
  g_free (self);
}

// Computes terms of a slice, [n_taps, COLUMNS] a row, up to that of row n_needed
// - 1 at least: every hidden row times every tap's weights. Gives how many are
// made now, or 0 where a product failed.
static guint32
make_terms (const SpadeProduct *self, SpadeEngine *engine,
            SpadeMatmulRunner *runner, int slice, const char *hidden,
            guint32 n_made, guint32 n_needed, const SpadeSchedule *schedule,
            float *terms)
{
  gsize row_size = (gsize) self->n_hidden * engine->element_size;
  gsize size = (gsize) self->n_taps * COLUMNS;
  const char *weights
      = spade_matmul_weights (self->matmul, self->weights.data, slice);

  for (; n_made < n_needed; n_made += SPADE_SCHEDULE_BLOCK)
    if (!spade_matmul_run (runner, hidden + n_made * row_size, weights,
                           terms + (n_made & schedule->mask) * size))
      return 0;
  return n_made;
}

typedef struct
{
  // 1 + gamma's and beta's; 1 / std and mean / std.
  union
  {
    float      numbers[COLUMNS];
    SpadeLanes lanes[2 * HALF];
  } bias, fold;
} Finish;

static Finish
read_finish (const SpadeProduct *self, int slice)
{
  Finish finish = { 0 };
  int first = slice * SLICE;
  int n = MIN (SLICE, self->channels - first);

  memcpy (finish.bias.numbers, self->bias + first, sizeof (float) * (gsize) n);
  memcpy (finish.bias.numbers + SLICE, self->bias + self->channels + first,
          sizeof (float) * (gsize) n);
  for (int c = 0; c < SLICE; c++)
    {
      gboolean has_fold = self->fold != NULL && c < n;

      finish.bias.numbers[c] += 1;
      finish.fold.numbers[c] = has_fold ? self->fold[first + c] : 1;
      finish.fold.numbers[SLICE + c]
          = has_fold ? self->fold[self->channels + first + c] : 0;
    }
  return finish;
}

// Adds the terms of each patch and turns the sums into scale and shift.
SPADE_VECTOR_CLONES (static void, sum_terms,
                     (const SpadeProduct *self, const Finish *finish,
                      const float *terms, int slice, const guint32 *slots,
                      guint32 n_patches, float *table),
                     (self, finish, terms, slice, slots, n_patches, table))
{
  int   n_taps = self->n_taps;
  int   channels = self->channels;
  int   first = slice * SLICE;
  gsize size = sizeof *table * (gsize) MIN (SLICE, channels - first);
  const SpadeLanes *fold = finish->fold.lanes;

  for (guint32 patch = 0; patch < n_patches; patch++, slots += n_taps)
    {
      float     *row = table + (gsize) patch * 2 * channels + first;
      SpadeLanes sums[2 * HALF];

      memcpy (sums, finish->bias.lanes, sizeof sums);
      if (patch + AHEAD < n_patches)
        for (int t = 0; t < n_taps; t++)
          {
            const float *term
                = terms
                  + ((gsize) slots[AHEAD * n_taps + t] * n_taps + t) * COLUMNS;

            __builtin_prefetch (term);
            __builtin_prefetch (term + SLICE);
          }
      for (int t = 0; t < n_taps; t++)
        {
          const float *term
              = terms + ((gsize) slots[t] * n_taps + t) * COLUMNS;

          for (int i = 0; i < 2 * HALF; i++)
            sums[i] += SPADE_LOAD_LANES (term + i * SPADE_LANES);
        }
      for (int i = 0; i < HALF; i++)
        {
          sums[HALF + i] -= fold[HALF + i] * sums[i];
          sums[i] *= fold[i];
        }
      memcpy (row, sums, size);
      memcpy (row + channels, sums + HALF, size);
    }
}

// Makes one slice of the table: terms as they are needed, and their sums.
static bool
run_slice (const SpadeProduct *self, SpadeEngine *engine,
           SpadeMatmulRunner *runner, int slice, const void *hidden,
           const SpadeSchedule *schedule, float *terms, const guint32 *slots,
           guint32 n_patches, float *table)
{
  Finish  finish = read_finish (self, slice);
  guint32 n_made = 0;

  if (spade_schedule_is_ring (schedule))
    memset (terms + (gsize) schedule->zero_slot * self->n_taps * COLUMNS, 0,
            sizeof (float) * (gsize) self->n_taps * COLUMNS);
  for (guint32 chunk = 0; chunk < schedule->n_chunks; chunk++)
    {
      guint32 first = chunk * SPADE_SCHEDULE_CHUNK;

      n_made = make_terms (self, engine, runner, slice, hidden, n_made,
                           schedule->n_needed[chunk], schedule, terms);
      if (n_made == 0)
        return false;
      sum_terms (self, &finish, terms, slice,
                 slots + (gsize) first * self->n_taps,
                 MIN (SPADE_SCHEDULE_CHUNK, n_patches - first),
                 table + (gsize) first * 2 * self->channels);
    }
  return true;
}

// The floats of one thread's terms.
static gsize
terms_count (const SpadeProduct *self, const SpadeSchedule *schedule)
{
  return schedule->n_slots * (gsize) self->n_taps * COLUMNS;
}

gsize
spade_product_terms_size (const SpadeEngine *engine, const SpadeStep *step,
                          gsize n_slots)
{
  // A thread that gets no slice does not touch its own.
  int n_slices = ((int) step->gamma_weight->shape[0] + SLICE - 1) / SLICE;

  return (gsize) MIN (engine->n_threads, n_slices) * n_slots
         * (gsize) (step->kernel * step->kernel) * COLUMNS * sizeof (float);
}

gsize
spade_product_scratch_size (const SpadeProduct *self, const SpadeEngine *engine,
                            const SpadeSchedule *schedule)
{
  return (gsize) engine->n_threads * terms_count (self, schedule)
         * sizeof (float);
}

bool
spade_product_run (const SpadeProduct *self, SpadeEngine *engine,
                   const void *hidden, const guint32 *slots, guint32 n_patches,
                   const SpadeSchedule *schedule, float *scratch, float *table,
                   SpadeFailure *failure)
{
  gsize n_terms = terms_count (self, schedule);
  bool  is_done = true;

#pragma omp parallel num_threads(engine->n_threads) reduction(&& : is_done)
  {
    SpadeMatmulRunner runner = { 0 };
    float *terms = scratch + (gsize) omp_get_thread_num () * n_terms;

    is_done = spade_matmul_runner_init (&runner, self->matmul, engine);
#pragma omp for schedule(dynamic)
    for (int slice = 0; slice < self->n_slices; slice++)
      is_done = is_done
                && run_slice (self, engine, &runner, slice, hidden, schedule,
                              terms, slots, n_patches, table);
    if (!is_done)
#pragma omp critical
      *failure = runner.failure;
    spade_matmul_runner_clear (&runner);
  }
  return is_done;
}
