// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Windows as the CUDA backend would be asked for them, each stage's numbered by one
// dictionary.

#include "case-windows.h"

#include "neighbourhood-build.h"
#include "plan-build.h"
#include "window.h"

static int
one (const SpadeEngine *engine, const SpadePlan *plan, const SpadeStep *step)
{
  return 1;
}

// A backend as the arithmetic of windows wants to know it: the CUDA one.
static const SpadeWindowing windowing = { .grid = one };
static const SpadeBackend   backend = { .wants_neighbourhoods = true,
                                        .windows = &windowing };

// Adds the window around wanted of a stage, numbered by dictionary.
static void
add_window (Case *self, const SpadePyramid *pyramid, SpadeDictionary *dictionary,
            int stage, const SpadeBox *wanted)
{
  CaseWindow  *at = &self->windows[self->n_windows++];
  SpadeWindows windows;
  int          level = self->plan.stages[stage].level;
  int          height, width;
  g_autoptr (SpadePlan) cut = NULL;
  SpadeNeighbourhoods  *numbers = g_new0 (SpadeNeighbourhoods, 1);
  guint32              *index;

  spade_windows_init (&windows, &self->plan, &backend, NULL);
  at->stage = stage;
  at->result = *wanted;
  at->window = spade_window_around (&windows, stage, wanted);
  at->source = spade_window_source (&self->plan, stage, &at->window);
  height = spade_box_height (&at->window);
  width = spade_box_width (&at->window);
  cut = spade_plan_cut (&self->plan, stage, height, width);
  at->plan = *cut;
  at->plan.values = g_memdup2 (cut->values, sizeof *cut->values
                                                * (gsize) cut->n_values);
  at->plan.steps = g_memdup2 (cut->steps,
                              sizeof *cut->steps * (gsize) cut->n_steps);
  at->level = (SpadeLevel){ .height = height, .width = width,
                            .symbols = spade_pyramid_cut (pyramid, level,
                                                          &at->window),
                            .neighbourhoods = numbers };
  index = g_new (guint32, (gsize) height * width);
  spade_dictionary_number (dictionary, pyramid->levels[level].symbols,
                           pyramid->levels[level].height,
                           pyramid->levels[level].width, &at->window, index,
                           numbers);
  // The dictionary grows with the next window.
  numbers->shared_symbols
      = g_memdup2 (numbers->shared_symbols,
                   sizeof *numbers->shared_symbols * numbers->n_shared
                       * (gsize) (numbers->kernel * numbers->kernel));
  numbers->patch_rows
      = g_memdup2 (numbers->patch_rows,
                   sizeof *numbers->patch_rows * numbers->n_patches
                       * (gsize) (numbers->kernel * numbers->kernel));
}

void
case_windows_add (Case *self, const SpadePyramid *pyramid, int window_side)
{
  const SpadePlan *plan = &self->plan;

  self->windows = g_new0 (CaseWindow, 3 * plan->n_stages);
  for (int s = 1; s < plan->n_stages; s++)
    {
      g_autoptr (SpadeDictionary) dictionary
          = spade_dictionary_new (plan->kernel);
      SpadeBox whole = spade_window_whole (plan, s);
      int      h = whole.bottom, w = whole.right;
      int      side = MIN (window_side, MIN (h, w));
      SpadeBox boxes[] = {
        { 0, 0, side, side },
        { (h - side) / 2, (w - side) / 2, (h + side) / 2, (w + side) / 2 },
        { h - side, (w - side) / 2, h, (w + side) / 2 },
      };

      for (gsize i = 0; i < G_N_ELEMENTS (boxes); i++)
        add_window (self, pyramid, dictionary, s, &boxes[i]);
    }
}

void
case_windows_free (Case *self)
{
  for (int i = 0; i < self->n_windows; i++)
    {
      SpadeLevel *level = &self->windows[i].level;

      g_free ((gpointer) level->symbols);
      g_free ((gpointer) level->neighbourhoods->shared_symbols);
      g_free ((gpointer) level->neighbourhoods->patch_rows);
      g_free ((gpointer) level->neighbourhoods->index);
      g_free ((gpointer) level->neighbourhoods);
      g_free (self->windows[i].plan.values);
      g_free (self->windows[i].plan.steps);
    }
  g_free (self->windows);
}
