// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A patchwork's render: chain by chain, tile by tile, stage by stage. What a
// tile really changes, bit by bit, is handed to the next chain before anything
// can go wrong, so an error or a cancel loses nothing.

#include "patchwork-private.h"

// A render at work.
typedef struct
{
  SpadePatchwork *self;
  const float    *z;
  guint64         noise_seed;
  float          *rgb;     // where the picture goes
  SpadeChain     *chain;
  SpadeSpan       span;    // of the tile
  double          total;   // of the work
  double          at, end; // share that is done, and will be after the chain
  GError        **error;
} Work;

// Raw numbers of a part of a stage's picture, and of its side_dst, if there is one.
typedef struct
{
  char    *data, *side;
  SpadeBox box;
} Patch;

static gboolean
fail_memory (GError **error)
{
  g_set_error_literal (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                       "not enough memory for a tile; choose a smaller size");
  return FALSE;
}

static void
patch_clear (Patch *patch)
{
  g_clear_pointer (&patch->data, g_free);
  g_clear_pointer (&patch->side, g_free);
}

static gboolean
patch_init (Patch *patch, const SpadeBox *box, gsize pixel, gsize side,
            GError **error)
{
  gsize n = (gsize) spade_box_height (box) * (gsize) spade_box_width (box);

  patch->box = *box;
  patch->data = g_try_malloc (n * pixel);
  if (side > 0)
    patch->side = g_try_malloc (n * side);
  return (patch->data != NULL && (patch->side != NULL || side == 0))
         || fail_memory (error);
}

// What a stage reads of the one before: numbers of part, rows pitch bytes apart.
typedef struct
{
  const char *data;
  gsize       pitch;
} Rows;

// Gives the rows of source in what the stage before made of this tile, or else in what
// is kept of it.
static Rows
find_rows (const Work *work, int stage, gboolean is_side, const Patch *before,
           const SpadeBox *source)
{
  const SpadePatchwork *self = work->self;
  SpadeBox whole = spade_window_whole (self->options.plan, stage - 1);
  gsize    pixel = is_side ? spade_patchwork_side_size (self, stage - 1)
                           : spade_patchwork_pixel_size (self, stage - 1);
  const SpadeBox *box = before->data != NULL ? &before->box : &whole;
  Rows            rows = { .pitch = (gsize) spade_box_width (box) * pixel };

  if (before->data != NULL)
    rows.data = is_side ? before->side : before->data;
  else
    rows.data = is_side ? self->kept_sides[stage - 1] : self->kept[stage - 1];
  rows.data += (gsize) (source->top - box->top) * rows.pitch
               + (gsize) (source->left - box->left) * pixel;
  return rows;
}

// Gives a run what it reads: z, a part of a kept value, or what the stage
// before made of this tile.
static gboolean
write_source (const Work *work, SpadeRun *run, const SpadePlan *cut, int stage,
              const SpadeBox *window, const Patch *before,
              SpadeFailure *failure)
{
  const SpadePatchwork *self = work->self;
  const SpadeBackend   *backend = self->options.backend;
  SpadeBox source = spade_window_source (self->options.plan, stage, window);
  Rows     rows;

  if (stage == 0)
    return cut->input < 0 || backend->run_set_input (run, work->z, failure);
  rows = find_rows (work, stage, FALSE, before, &source);
  if (!backend->windows->write_value (run, cut->input, rows.data, rows.pitch,
                                      failure))
    return FALSE;
  if (cut->side_input < 0)
    return TRUE;
  rows = find_rows (work, stage, TRUE, before, &source);
  return backend->windows->write_value (run, cut->side_input, rows.data,
                                        rows.pitch, failure);
}

// Reads what a run gave of result, both values.
static gboolean
read_patch (const Work *work, SpadeRun *run, const SpadePlan *cut, int stage,
            const SpadeBox *window, const Patch *before, Patch *out,
            SpadeFailure *failure)
{
  const SpadePatchwork *self = work->self;
  const SpadeWindowing *windows = self->options.backend->windows;
  const SpadeBox       *result = &out->box;
  SpadeBox part = { result->top - window->top, result->left - window->left,
                    result->bottom - window->top, result->right - window->left };
  gsize    width = (gsize) spade_box_width (result);
  gsize    side = spade_patchwork_side_size (self, stage);
  Rows     rows;

  if (!windows->read_value (run, cut->steps[cut->n_steps - 1].dst, &part, out->data,
                            width * spade_patchwork_pixel_size (self, stage),
                            failure))
    return FALSE;
  if (side == 0)
    return TRUE;
  if (cut->side_output >= 0)
    return windows->read_value (run, cut->side_output, &part, out->side,
                                width * side, failure);
  // It passes by: a stage of the same size.
  rows = find_rows (work, stage, TRUE, before, result);
  for (int y = 0; y < spade_box_height (result); y++)
    memcpy (out->side + (gsize) y * width * side, rows.data + (gsize) y * rows.pitch,
            width * side);
  return TRUE;
}

// Runs one stage in a window and gives the pixels of result in out.
static gboolean
run_stage (const Work *work, int stage, const SpadeBox *window,
           const SpadeBox *result, const Patch *before, const SpadeSpan *span,
           Patch *out)
{
  SpadePatchwork      *self = work->self;
  const SpadeBackend  *backend = self->options.backend;
  const SpadePlan     *plan = self->options.plan;
  int                  height = spade_box_height (window);
  int                  width = spade_box_width (window);
  int                  level = plan->stages[stage].level;
  gboolean             is_numbered = backend->wants_neighbourhoods
                         && plan->stages[stage].has_spade;
  SpadeLevel           levels[SPADE_MAX_LEVELS] = { 0 };
  SpadeNeighbourhoods  numbers;
  SpadeFailure         failure;
  gboolean             is_done;
  SpadeRun            *run;
  g_autoptr (SpadePlan) cut = spade_plan_cut (plan, stage, height, width);
  g_autofree guint32   *index = g_try_new (guint32, (gsize) height * width);
  g_autofree guint16   *symbols
      = spade_pyramid_cut (self->pyramid, level, window);

  spade_window_limit (&self->windows, stage, window, result, cut);
  levels[level] = (SpadeLevel){ height, width, symbols,
                                is_numbered ? &numbers : NULL };
  if (index == NULL || symbols == NULL
      || (is_numbered
          && !spade_level_numbers_add (&self->numbers, plan, self->pyramid, level,
                                       self->room[level], window, index,
                                       &numbers)))
    return fail_memory (work->error);
  run = backend->run_new (self->options.engine, cut, &failure);
  if (run == NULL)
    return spade_failure_raise (&failure, work->error);
  if (spade_plan_has_noise (cut))
    backend->run_set_noise (run, work->noise_seed, window->top, window->left);
  if (!backend->run_set_levels (run, levels, &failure)
      || !write_source (work, run, cut, stage, window, before, &failure))
    is_done = spade_failure_raise (&failure, work->error);
  else
    is_done = spade_run_steps (backend, run, cut, span, NULL, NULL,
                               work->error)
              && patch_init (out, result, spade_patchwork_pixel_size (self, stage),
                             spade_patchwork_side_size (self, stage), work->error)
              && (read_patch (work, run, cut, stage, window, before, out, &failure)
                  || spade_failure_raise (&failure, work->error));
  backend->run_free (run);
  return is_done;
}

// Copies numbers of box to their place in the whole; gives the pixels in which the two
// differed before, all of them where the whole was not there before.
static SpadeBox
put_rows (const SpadeBox *box, const char *rows, char *whole, gsize pitch,
          gsize pixel, gboolean is_filled)
{
  gsize    row = (gsize) spade_box_width (box) * pixel;
  SpadeBox changed = { box->bottom, box->right, box->top, box->left };

  for (int y = box->top; y < box->bottom; y++)
    {
      const char *from = rows + (gsize) (y - box->top) * row;
      char       *to = whole + (gsize) y * pitch + (gsize) box->left * pixel;
      int         left = 0, right = spade_box_width (box);

      if (!is_filled)
        {
          memcpy (to, from, row);
          continue;
        }
      if (memcmp (from, to, row) == 0)
        continue;
      while (memcmp (from + left * pixel, to + left * pixel, pixel) == 0)
        left++;
      while (memcmp (from + (right - 1) * pixel, to + (right - 1) * pixel,
                     pixel) == 0)
        right--;
      memcpy (to, from, row);
      changed.top = MIN (changed.top, y);
      changed.bottom = y + 1;
      changed.left = MIN (changed.left, box->left + left);
      changed.right = MAX (changed.right, box->left + right);
    }
  return is_filled ? changed : *box;
}

// Puts a chain's tile where it belongs, and tells the next chain.
static void
finish_tile (const Work *work, const Patch *patch)
{
  SpadePatchwork *self = work->self;
  SpadeChain     *chain = work->chain, *next = chain + 1;
  int             stage = chain->last;
  gsize           pixel = spade_patchwork_pixel_size (self, stage);
  gsize           side = spade_patchwork_side_size (self, stage);
  SpadeBox        whole = spade_window_whole (self->options.plan, stage);
  gsize           width = (gsize) whole.right;
  gboolean        is_last = stage == self->options.plan->n_stages - 1;
  gboolean        is_filled = chain->is_filled && !is_last;
  SpadeBox        changed, other = { 0 };

  changed = put_rows (&patch->box, patch->data,
                      is_last ? (char *) work->rgb : (char *) self->kept[stage],
                      width * pixel, pixel, is_filled);
  if (side > 0)
    other = put_rows (&patch->box, patch->side, self->kept_sides[stage],
                      width * side, side, is_filled);
  changed = spade_box_unite (&changed, &other);
  if (!is_last)
    next->source = spade_box_unite (&next->source, &changed);
}

static gboolean
render_tile (const SpadeBox *tile, gpointer data)
{
  Work             *work = data;
  const SpadeChain *chain = work->chain;
  const SpadePlan  *plan = work->self->options.plan;
  Patch             before = { 0 }, patch = { 0 };
  SpadeChainWindows all;
  gboolean          is_done = TRUE;

  spade_patchwork_find_windows (work->self, chain, tile, &all);
  for (int s = chain->first; is_done && s <= chain->last; s++)
    {
      work->span.first = work->at;
      work->at += spade_patchwork_pixel_cost (plan, s)
                  * spade_box_area (&all.windows[s]) / work->total;
      work->span.last = work->at = MIN (work->at, work->end);
      is_done = run_stage (work, s, &all.windows[s], &all.results[s], &before,
                           &work->span, &patch);
      patch_clear (&before);
      before = patch;
      patch = (Patch){ 0 };
    }
  if (is_done)
    finish_tile (work, &before);
  patch_clear (&before);
  return is_done;
}

static gboolean
render_chain (Work *work, SpadeChain *chain)
{
  SpadePatchwork *self = work->self;
  SpadeBox        wanted
      = spade_patchwork_find_wanted (self, chain, &chain->source);

  work->chain = chain;
  if (!self->options.keeps && self->options.backend->windows->relax != NULL)
    self->options.backend->windows->relax (self->options.engine);
  if (!spade_patchwork_make_room (self, chain, work->error))
    return FALSE;
  if (self->picture != NULL)
    work->rgb = self->picture;
  if (!spade_patchwork_each_tile (chain, &wanted, render_tile, work))
    return FALSE;
  spade_patchwork_finish_chain (self, chain);
  return TRUE;
}

gboolean
spade_patchwork_render (SpadePatchwork *self, const float *z,
                        guint64 noise_seed, float *out_rgb,
                        const SpadeMonitor *monitor, GError **error)
{
  const SpadePlan *plan = self->options.plan;
  double   costs[SPADE_MAX_STAGES];
  Work     work = { .self = self, .z = z, .noise_seed = noise_seed,
                    .rgb = out_rgb,
                    .span = { .monitor = monitor, .phase = "generator" },
                    .error = error };
  SpadeBox whole = spade_window_whole (plan, plan->n_stages - 1);

  if (!self->options.keeps)
    spade_patchwork_forget (self);
  work.total = MAX (spade_patchwork_count (self, costs), 1);
  if (!spade_span_report (&(SpadeSpan){ monitor, "generator", 0, 0 }, 0, error))
    return FALSE;
  for (int i = 0; i < self->n_chains; i++)
    {
      work.at = work.end;
      work.end = MIN (work.end + costs[i] / work.total, 1);
      if (!render_chain (&work, &self->chains[i]))
        return FALSE;
    }
  if (self->picture != NULL)
    memcpy (out_rgb, self->picture,
            (gsize) whole.bottom * (gsize) whole.right * 3 * sizeof (float));
  return TRUE;
}
