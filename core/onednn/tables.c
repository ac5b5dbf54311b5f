// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Hidden rows (mlp_shared's output) of the distinct k x k patches are sums of
// rows of its weights; product.c makes gamma and beta of them.

#include "tables.h"

#include <stdlib.h>

#include "clones.h"
#include "packed.h"
#include "product.h"

// A table's memory may be this many times what a new dictionary needs.
#define MOST_SPARE 4
// Of more hidden rows than this the schedule may keep far fewer.
#define MANY_ROWS 16384

struct SpadeTables
{
  int      n_hidden, channels, n_taps;
  int      n_classes;      // channels of the one-hot input without the edge
  gboolean has_edge;
  SpadePacked shared;      // floats, [n_taps, n_channels, n_hidden]
  float   *shared_bias;    // [n_hidden]
  const float *z_sums;     // of the plan of the latest run, or NULL
  SpadeProduct *product;
  float   *table;          // [capacity, 2 * channels], or NULL
  guint32  n_made, capacity; // rows
  guint64  serial;         // of the dictionary
};

static float *
read_all (const SpadeTensor *tensor)
{
  gint64 n = spade_tensor_n_elements (tensor);
  float *floats = g_new (float, n);

  spade_tensor_read (tensor, 0, n, floats);
  return floats;
}

static gboolean
read_shared (SpadeTables *self, const SpadeEngine *engine,
             const SpadeStep *step, int n_channels, SpadeFailure *failure)
{
  gsize  n = (gsize) self->n_taps * n_channels * self->n_hidden;
  float *shared, *weight; // weight: [n_hidden, n_channels, n_taps]

  self->shared_bias = read_all (step->shared_bias);
  if (!spade_packed_open (&self->shared, engine, step->shared_weight,
                          "taps outside", n * sizeof (float), failure))
    return FALSE;
  if (self->shared.is_filled)
    return TRUE;
  shared = self->shared.data;
  weight = read_all (step->shared_weight);
  for (int h = 0; h < self->n_hidden; h++)
    for (int s = 0; s < n_channels; s++)
      for (int t = 0; t < self->n_taps; t++)
        shared[((gsize) t * n_channels + s) * self->n_hidden + h]
            = weight[((gsize) h * n_channels + s) * self->n_taps + t];
  g_free (weight);
  spade_packed_seal (&self->shared, engine);
  return TRUE;
}

static void
tables_free (gpointer data)
{
  SpadeTables *self = data;

  spade_product_free (self->product);
  spade_packed_close (&self->shared);
  g_free (self->shared_bias);
  spade_onednn_free (self->table);
  g_free (self);
}

SpadeTables *
spade_tables_find (SpadeEngine *engine, const SpadeStep *step, int n_channels,
                   int edge_channel, SpadeFailure *failure)
{
  SpadeTables *self;

  if (engine->tables == NULL)
    engine->tables = g_hash_table_new_full (NULL, NULL, NULL, tables_free);
  self = g_hash_table_lookup (engine->tables, step->gamma_weight);
  if (self != NULL)
    {
      self->z_sums = step->z_sums;
      return self;
    }
  self = g_new0 (SpadeTables, 1);
  self->z_sums = step->z_sums;
  self->n_hidden = (int) step->shared_weight->shape[0];
  self->channels = (int) step->gamma_weight->shape[0];
  self->n_taps = step->kernel * step->kernel;
  self->has_edge = edge_channel >= 0;
  self->n_classes = n_channels - (self->has_edge ? 1 : 0);
  if (read_shared (self, engine, step, n_channels, failure))
    self->product = spade_product_new (engine, step, failure);
  if (self->product == NULL)
    {
      tables_free (self);
      return NULL;
    }
  g_hash_table_insert (engine->tables, (gpointer) step->gamma_weight, self);
  return self;
}

static void
drop_table (SpadeTables *self)
{
  g_clear_pointer (&self->table, spade_onednn_free);
  self->n_made = self->capacity = 0;
}

void
spade_tables_begin (SpadeTables *self, guint64 serial)
{
  if (serial != 0 && serial == self->serial)
    return;
  self->n_made = 0; // the memory stays: touching new one costs as much as sums
  self->serial = serial;
}

void
spade_tables_drop_all (SpadeEngine *engine)
{
  GHashTableIter iter;
  gpointer       tables;

  if (engine->tables == NULL)
    return;
  g_hash_table_iter_init (&iter, engine->tables);
  while (g_hash_table_iter_next (&iter, NULL, &tables))
    drop_table (tables);
}

// The hidden row of one distinct k x k patch: ReLU of bias and one table row per tap.
SPADE_VECTOR_CLONES (static void, sum_shared,
                     (const SpadeTables *self, const guint16 *symbols, float *sum),
                     (self, symbols, sum))
{
  int n_channels = self->n_classes + (self->has_edge ? 1 : 0);
  int n = self->n_hidden;
  const float *shared = self->shared.data;
  const float *z_sums = self->z_sums;

  memcpy (sum, self->shared_bias, sizeof *sum * (gsize) n);
  for (int t = 0; t < self->n_taps; t++)
    {
      const float *tap = shared + (gsize) t * n_channels * n;
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
      if (z_sums != NULL)
        for (int h = 0; h < n; h++)
          sum[h] += z_sums[t * n + h];
    }
  for (int h = 0; h < n; h++)
    sum[h] = sum[h] > 0 ? sum[h] : 0;
}

// Numbers the hidden rows that patches from first on use by their first
// appearance, after row 0 beyond the border. Gives those rows' symbols' numbers
// in out_used, [n_shared], and their own in out_rows, [patches, n_taps]. numbers
// are [n_shared] zeros.
static guint32
find_used (const SpadeTables *self, const SpadeNeighbourhoods *all,
           guint32 first, guint32 *numbers, guint32 *out_used,
           guint32 *out_rows)
{
  gsize   n = (gsize) (all->n_patches - first) * self->n_taps;
  const guint32 *rows = all->patch_rows + (gsize) first * self->n_taps;
  guint32 n_used = 1;

  out_used[0] = 0;
  for (gsize i = 0; i < n; i++)
    {
      if (rows[i] != 0 && numbers[rows[i]] == 0)
        {
          out_used[n_used] = rows[i];
          numbers[rows[i]] = n_used++;
        }
      out_rows[i] = numbers[rows[i]];
    }
  return n_used;
}

// The bytes of n hidden rows, padded to blocks, in the engine's dtype.
static gsize
hidden_size (const SpadeTables *self, const SpadeEngine *engine, guint32 n)
{
  return spade_schedule_pad (n) * (gsize) self->n_hidden * engine->element_size;
}

// Makes the hidden rows that are used; row 0, beyond the border, and the
// padding are zero.
static void
make_hidden (const SpadeTables *self, SpadeEngine *engine,
             const SpadeNeighbourhoods *all, const guint32 *used,
             guint32 n_used, char *hidden)
{
  gsize row = (gsize) self->n_hidden * engine->element_size;
  gsize size = n_used * row;

  memset (hidden, 0, row);
  memset (hidden + size, 0, hidden_size (self, engine, n_used) - size);
#pragma omp parallel num_threads(engine->n_threads)
  {
    float *sum = g_new (float, self->n_hidden);

#pragma omp for schedule(static)
    for (guint32 i = 1; i < n_used; i++)
      {
        sum_shared (self, all->shared_symbols + (gsize) used[i] * self->n_taps,
                    sum);
        spade_onednn_store (sum, (gsize) self->n_hidden, hidden + i * row,
                            engine->dtype);
      }
    g_free (sum);
  }
}

static gsize
row_size (const SpadeTables *self)
{
  return 2 * (gsize) self->channels * sizeof (float);
}

gsize
spade_tables_size (const SpadeTables *self)
{
  return self->capacity * row_size (self);
}

guint32
spade_tables_count (const SpadeTables *self)
{
  return self->n_made;
}

gsize
spade_tables_scratch_size (const SpadeEngine *engine, const SpadeStep *step,
                           const SpadeNeighbourhoods *all, guint32 first)
{
  int   n_taps = step->kernel * step->kernel;
  gsize n_hidden = (gsize) step->shared_weight->shape[0];
  gsize n, n_used, n_slots;

  if (first >= all->n_patches)
    return 0;
  n = (gsize) (all->n_patches - first) * n_taps;
  n_used = MIN (n + 1, all->n_shared);
  n_slots = spade_schedule_pad ((guint32) n_used);
  if (n_slots > MANY_ROWS && all->patch_rows != NULL)
    n_slots = spade_schedule_count_slots (
        all->patch_rows + (gsize) first * n_taps, all->n_patches - first,
        n_taps, (guint32) n_used);
  return (2 * (gsize) all->n_shared + n) * sizeof (guint32)
         + n_used * n_hidden * engine->element_size
         + spade_product_terms_size (engine, step, n_slots);
}

// Makes room for n rows in all; the ones that are made stay. A table that grows
// gets some more, so that the next brush stroke fits; one that is far too large
// for a new dictionary is made anew.
static gboolean
reserve (SpadeTables *self, guint32 n, SpadeFailure *failure)
{
  guint32 capacity = self->n_made > 0 ? n + n / 8 : n;
  gsize   row = row_size (self);
  float  *table;

  if (n <= self->capacity
      && (self->n_made > 0 || self->capacity / MOST_SPARE <= n))
    return TRUE;
  if (self->n_made == 0)
    drop_table (self);
  table = spade_onednn_alloc (capacity * row);
  if (table == NULL)
    return spade_onednn_fail_memory (capacity * row, failure);
  if (self->n_made > 0)
    memcpy (table, self->table, self->n_made * row);
  spade_onednn_free (self->table);
  self->table = table;
  self->capacity = capacity;
  return TRUE;
}

// Makes the table's rows of the patches from first on.
static gboolean
make_rows (SpadeTables *self, SpadeEngine *engine,
           const SpadeNeighbourhoods *all, guint32 first,
           SpadeFailure *failure)
{
  guint32 n = all->n_patches - first;
  gsize   n_rows = (gsize) n * self->n_taps;
  g_autofree guint32 *used = g_try_new (guint32, all->n_shared);
  g_autofree guint32 *numbers = g_try_new0 (guint32, all->n_shared);
  g_autofree guint32 *rows = g_try_new (guint32, n_rows);
  g_autoptr (SpadeSchedule) schedule = NULL;
  guint32 n_used;
  gsize   size;
  char   *scratch;

  if (used != NULL && numbers != NULL && rows != NULL)
    {
      n_used = find_used (self, all, first, numbers, used, rows);
      schedule = spade_schedule_new (rows, n, self->n_taps, n_used);
    }
  if (schedule == NULL)
    return spade_onednn_fail_memory (
        (2 * (gsize) all->n_shared + n_rows) * sizeof *rows, failure);
  g_clear_pointer (&numbers, g_free);
  size = hidden_size (self, engine, n_used);
  scratch = spade_onednn_scratch (
      engine, size + spade_product_scratch_size (self->product, engine, schedule),
      failure);
  if (scratch == NULL)
    return FALSE;
  make_hidden (self, engine, all, used, n_used, scratch);
  return spade_product_run (self->product, engine, scratch, rows, n, schedule,
                            (float *) (scratch + size),
                            self->table + (gsize) first * 2 * self->channels,
                            failure);
}

const float *
spade_tables_get (SpadeTables *self, SpadeEngine *engine,
                  const SpadeNeighbourhoods *all, SpadeFailure *failure)
{
  guint32 first;

  spade_tables_begin (self, all->serial);
  first = self->n_made;
  if (first >= all->n_patches)
    return self->table;
  if (!reserve (self, all->n_patches, failure)
      || !make_rows (self, engine, all, first, failure))
    return NULL;
  self->n_made = all->n_patches;
  return self->table;
}
