// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The patchwork's memory: each chain knows what changed in its source, and each
// stage what changed in its symbols, since the chain's result was brought up to
// date.

#include "patchwork-private.h"

#define DENSITY_GROWTH 1.25
// No tile of any model fits into less.
#define LEAST_MEMORY ((gsize) 1 << 12)

SpadePatchwork *
spade_patchwork_new (const SpadePatchworkOptions *options)
{
  SpadePatchwork *self = g_new0 (SpadePatchwork, 1);

  self->options = *options;
  for (int i = 0; i < SPADE_MAX_LEVELS; i++)
    self->density[i] = 1;
  spade_windows_init (&self->windows, options->plan, options->backend,
                      options->engine);
  spade_patchwork_divide (self);
  return self;
}

static void
drop_kept (SpadePatchwork *self, int stage)
{
  g_clear_pointer (&self->kept[stage], g_free);
  g_clear_pointer (&self->kept_sides[stage], g_free);
}

void
spade_patchwork_free (SpadePatchwork *self)
{
  if (self == NULL)
    return;
  spade_level_numbers_drop (&self->numbers);
  spade_pyramid_free (self->pyramid);
  for (int s = 0; s < SPADE_MAX_STAGES; s++)
    drop_kept (self, s);
  g_free (self->picture);
  g_free (self);
}

SpadePyramid *
spade_patchwork_take_pyramid (SpadePatchwork *self)
{
  self->numbers.is_whole = FALSE;
  return g_steal_pointer (&self->pyramid);
}

// After a new division: nothing is there any more.
static void
begin_anew (SpadePatchwork *self)
{
  spade_level_numbers_drop (&self->numbers);
  for (int s = 0; s < SPADE_MAX_STAGES; s++)
    drop_kept (self, s);
  spade_patchwork_forget (self);
}

gboolean
spade_patchwork_shrink (SpadePatchwork *self)
{
  gsize  *memory = self->options.device_memory > 0
                       ? &self->options.device_memory
                       : &self->options.memory;
  double  before = spade_patchwork_largest_run (self);

  while (*memory > LEAST_MEMORY)
    {
      *memory /= 2;
      spade_patchwork_divide (self);
      if (spade_patchwork_largest_run (self) >= before)
        continue;
      begin_anew (self);
      return TRUE;
    }
  return FALSE;
}

void
spade_patchwork_forget (SpadePatchwork *self)
{
  self->map[0] = spade_window_whole (self->options.plan, 0);
  for (int i = 0; i < self->n_chains; i++)
    {
      const SpadeChain *before = i > 0 ? &self->chains[i - 1] : NULL;

      self->chains[i].is_filled = FALSE;
      if (before != NULL)
        self->chains[i].source
            = spade_window_whole (self->options.plan, before->last);
    }
}

// The smallest box with all the symbols that differ between two levels.
static SpadeBox
compare_levels (const SpadeLevel *a, const SpadeLevel *b)
{
  SpadeBox box = { a->height, a->width, 0, 0 };

  for (int y = 0; y < a->height; y++)
    {
      const uint16_t *row = a->symbols + (gsize) y * a->width;
      const uint16_t *other = b->symbols + (gsize) y * a->width;
      int             left = 0, right = a->width;

      if (memcmp (row, other, (gsize) a->width * sizeof *row) == 0)
        continue;
      while (row[left] == other[left])
        left++;
      while (row[right - 1] == other[right - 1])
        right--;
      box.top = MIN (box.top, y);
      box.bottom = y + 1;
      box.left = MIN (box.left, left);
      box.right = MAX (box.right, right);
    }
  return box;
}

// Says whether a map has many more patches than were reckoned with, and reckons with
// more than that: strokes bring others, and a new division begins with nothing.
static gboolean
grow_density (SpadePatchwork *self)
{
  gboolean has_more = FALSE;

  for (int i = 0; i < self->pyramid->n_levels; i++)
    {
      double density = spade_patchwork_find_density (self, i);

      if (density <= self->density[i] * DENSITY_GROWTH)
        continue;
      self->density[i] = density * DENSITY_GROWTH;
      has_more = TRUE;
    }
  return has_more;
}

void
spade_patchwork_set_pyramid (SpadePatchwork *self, SpadePyramid *pyramid)
{
  const SpadePlan *plan = self->options.plan;
  SpadePyramid    *old = self->pyramid;
  SpadeBox         changed[SPADE_MAX_LEVELS];
  const SpadeBox  *finest = &changed[plan->n_levels - 1];
  SpadeBox         whole = spade_window_whole (plan, plan->n_stages - 1);

  self->pyramid = pyramid;
  if (grow_density (self))
    {
      spade_patchwork_divide (self);
      begin_anew (self);
      spade_pyramid_free (old);
      return;
    }
  if (old == NULL)
    {
      spade_patchwork_forget (self);
      return;
    }
  for (int i = 0; i < plan->n_levels; i++)
    {
      changed[i] = compare_levels (&old->levels[i], &pyramid->levels[i]);
      if (!spade_box_is_empty (&changed[i]))
        self->numbers.is_whole = FALSE;
    }
  for (int s = 0; s < plan->n_stages; s++)
    if (plan->stages[s].sees_map)
      self->map[s] = spade_box_unite (&self->map[s],
                                      &changed[plan->stages[s].level]);
  if (2 * spade_box_area (finest) > spade_box_area (&whole))
    spade_level_numbers_drop (&self->numbers);
  spade_pyramid_free (old);
}

// Everything from a stage on is to be rendered again.
static void
change_from (SpadePatchwork *self, int first)
{
  const SpadePlan *plan = self->options.plan;

  for (int s = first; s < plan->n_stages; s++)
    self->map[s] = spade_window_whole (plan, s);
}

void
spade_patchwork_set_latent_changed (SpadePatchwork *self)
{
  const SpadePlan *plan = self->options.plan;

  if (plan->z_sums != NULL)
    change_from (self, 0);
  else if (plan->input >= 0)
    self->map[0] = spade_window_whole (plan, 0);
  if (spade_plan_has_z_tables (plan))
    spade_level_numbers_rename (&self->numbers);
}

void
spade_patchwork_set_noise_changed (SpadePatchwork *self)
{
  // In models with noise every stage but the first has SPADE steps.
  if (spade_plan_has_noise (self->options.plan))
    change_from (self, 1);
}

SpadeBox
spade_patchwork_find_wanted (const SpadePatchwork *self,
                             const SpadeChain     *chain,
                             const SpadeBox       *source)
{
  SpadeBox box = *source;

  for (int s = chain->first; s <= chain->last; s++)
    box = spade_window_spread (&self->windows, s, &box, &self->map[s]);
  return box;
}

const SpadeLevel *
spade_patchwork_number_whole (SpadePatchwork *self)
{
  return spade_level_numbers_whole (&self->numbers, self->options.plan,
                                    self->pyramid, self->room);
}

gsize
spade_patchwork_row_size (const SpadePlan *plan, int number)
{
  const SpadeStage *stage = &plan->stages[number];
  gsize             size = 0;

  for (int i = stage->first_step; i < stage->first_step + stage->n_steps; i++)
    if (plan->steps[i].kind == SPADE_STEP_SPADE)
      size += 2 * sizeof (float)
              * (gsize) plan->values[plan->steps[i].dst].channels;
  return size;
}

double
spade_patchwork_pixel_cost (const SpadePlan *plan, int number)
{
  const SpadeStage *stage = &plan->stages[number];
  SpadeBox whole = spade_window_whole (plan, number);
  double   cost = 0;

  for (int i = 0; i < stage->n_steps; i++)
    cost += spade_plan_step_cost (plan, stage->first_step + i);
  return cost / spade_box_area (&whole);
}

typedef struct
{
  const SpadePatchwork *self;
  const SpadeChain     *chain;
  double                cost;
} Count;

static gboolean
count_tile (const SpadeBox *tile, gpointer data)
{
  Count            *count = data;
  SpadeChainWindows all;

  spade_patchwork_find_windows (count->self, count->chain, tile, &all);
  for (int s = count->chain->first; s <= count->chain->last; s++)
    count->cost += spade_patchwork_pixel_cost (count->self->options.plan, s)
                   * spade_box_area (&all.windows[s]);
  return TRUE;
}

double
spade_patchwork_count (const SpadePatchwork *self, double *out_costs)
{
  SpadeBox source = { 0 };
  double   total = 0;

  for (int i = 0; i < self->n_chains; i++)
    {
      const SpadeChain *chain = &self->chains[i];
      Count             count = { self, chain, 0 };

      source = spade_box_unite (&source, &chain->source);
      source = spade_patchwork_find_wanted (self, chain, &source);
      spade_patchwork_each_tile (chain, &source, count_tile, &count);
      out_costs[i] = count.cost;
      total += count.cost;
    }
  return total;
}

double
spade_patchwork_estimate (const SpadePatchwork *self)
{
  const SpadePlan *plan = self->options.plan;
  double           costs[SPADE_MAX_STAGES];
  double           whole = 0;

  for (int i = 0; i < plan->n_steps; i++)
    whole += spade_plan_step_cost (plan, i);
  return spade_patchwork_count (self, costs) / whole;
}

// Makes a place of so many bytes, if it is none yet.
static gboolean
reserve (void **place, gsize size, GError **error)
{
  if (*place == NULL && size > 0)
    *place = g_try_malloc (size);
  if (*place == NULL && size > 0)
    g_set_error_literal (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                         "not enough memory for the values between tiles; "
                         "choose a smaller size");
  return *place != NULL || size == 0;
}

gboolean
spade_patchwork_make_room (SpadePatchwork *self, const SpadeChain *chain,
                           GError **error)
{
  SpadeBox  whole = spade_window_whole (self->options.plan, chain->last);
  gboolean  is_last = chain->last == self->options.plan->n_stages - 1;
  gsize     n = (gsize) whole.bottom * (gsize) whole.right;

  if (is_last && !self->options.keeps)
    return TRUE;
  return reserve (is_last ? &self->picture : &self->kept[chain->last],
                  n * spade_patchwork_pixel_size (self, chain->last), error)
         && reserve (&self->kept_sides[chain->last],
                     n * spade_patchwork_side_size (self, chain->last), error);
}

void
spade_patchwork_finish_chain (SpadePatchwork *self, SpadeChain *chain)
{
  chain->is_filled = TRUE;
  chain->source = (SpadeBox){ 0 };
  for (int s = chain->first; s <= chain->last; s++)
    self->map[s] = (SpadeBox){ 0 };
  if (!self->options.keeps && chain->first > 0)
    drop_kept (self, chain->first - 1);
}

void
spade_patchwork_begin_whole (SpadePatchwork *self)
{
  spade_patchwork_forget (self);
}

void
spade_patchwork_take_step (SpadeRun *run, int step, gpointer data)
{
  SpadePatchwork  *self = data;
  const SpadePlan *plan = self->options.plan;
  bool (*read_value) (SpadeRun *, int, const SpadeBox *, void *, size_t,
                      SpadeFailure *)
      = self->options.backend->windows->read_value;

  for (int i = 0; i + 1 < self->n_chains; i++)
    {
      SpadeChain       *chain = &self->chains[i];
      const SpadeStage *stage = &plan->stages[chain->last];
      SpadeBox          whole = spade_window_whole (plan, chain->last);
      SpadeFailure      ignored;

      if (stage->first_step + stage->n_steps - 1 != step
          || !spade_patchwork_make_room (self, chain, NULL))
        continue;
      // What cannot be read is not kept.
      chain->is_filled
          = read_value (run, stage->dst, &whole, self->kept[chain->last],
                        (gsize) whole.right
                            * spade_patchwork_pixel_size (self, chain->last),
                        &ignored)
            && (stage->side_dst < 0
                || read_value (run, stage->side_dst, &whole,
                               self->kept_sides[chain->last],
                               (gsize) whole.right
                                   * spade_patchwork_side_size (self, chain->last),
                               &ignored));
    }
}

void
spade_patchwork_end_whole (SpadePatchwork *self, const float *rgb)
{
  const SpadePlan *plan = self->options.plan;
  SpadeBox         whole = spade_window_whole (plan, plan->n_stages - 1);
  SpadeChain      *last = &self->chains[self->n_chains - 1];
  gboolean         is_complete = spade_patchwork_make_room (self, last, NULL);

  for (int i = 0; i + 1 < self->n_chains; i++)
    is_complete = is_complete && self->chains[i].is_filled;
  if (!is_complete)
    return; // no memory: the next render is whole again
  memcpy (self->picture, rgb,
          (gsize) whole.bottom * (gsize) whole.right * 3 * sizeof (float));
  for (int i = 0; i < self->n_chains; i++)
    spade_patchwork_finish_chain (self, &self->chains[i]);
}
