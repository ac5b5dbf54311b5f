// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Arithmetic of windows; see window.h. A convolution works in squares of grid pixels,
// each of which reads radius pixels more on each side, and every bit of a square may
// depend on all it reads (docs/numerics.md).

#include "window.h"

// Borders of windows are multiples of this many pixels, or the picture's own.
#define STEP 8
// Convolutions of fewer pixels than this on a side may take another way.
#define LEAST 32

static int
floor_to (int n, int step)
{
  return n >= 0 ? n / step * step : -((-n + step - 1) / step * step);
}

static int
ceil_to (int n, int step)
{
  return -floor_to (-n, step);
}

SpadeBox
spade_box_unite (const SpadeBox *a, const SpadeBox *b)
{
  if (spade_box_is_empty (a))
    return *b;
  if (spade_box_is_empty (b))
    return *a;
  return (SpadeBox){ MIN (a->top, b->top), MIN (a->left, b->left),
                      MAX (a->bottom, b->bottom), MAX (a->right, b->right) };
}

gboolean
spade_box_is_equal (const SpadeBox *a, const SpadeBox *b)
{
  return a->top == b->top && a->left == b->left && a->bottom == b->bottom
         && a->right == b->right;
}

double
spade_box_area (const SpadeBox *box)
{
  return spade_box_is_empty (box) ? 0
                                    : (double) spade_box_height (box)
                                          * spade_box_width (box);
}

SpadeBox
spade_window_whole (const SpadePlan *plan, int stage)
{
  const SpadeValue *value = &plan->values[plan->stages[stage].dst];

  return (SpadeBox){ 0, 0, value->height, value->width };
}

static void
add_conv (SpadeWindows *self, int stage, int n, const SpadeStep *step, int grid)
{
  const SpadePlan *plan = self->plan;
  gboolean is_half = plan->values[step->dst].height
                     < plan->values[plan->stages[stage].dst].height;
  int      scale = is_half ? 2 : 1;

  self->convs[stage][n].is_half = is_half;
  self->convs[stage][n].grid = scale * grid;
  self->convs[stage][n].radius = scale * (step->kernel / 2);
  g_assert (STEP % self->convs[stage][n].grid == 0);
}

void
spade_windows_init (SpadeWindows *self, const SpadePlan *plan,
                    const SpadeBackend *backend, const SpadeEngine *engine)
{
  *self = (SpadeWindows){ .plan = plan,
                          .is_blind = !backend->wants_neighbourhoods };
  for (int s = 0; s < plan->n_stages; s++)
    {
      const SpadeStage *stage = &plan->stages[s];
      int               n = 0;

      for (int i = 0; i < stage->n_steps; i++)
        {
          const SpadeStep *step = &plan->steps[stage->first_step + i];

          if (step->kind != SPADE_STEP_CONV || step->kernel == 1)
            continue;
          g_assert (n < SPADE_MAX_CONVS);
          add_conv (self, s, n++, step,
                    backend->windows->grid (engine, plan, step));
        }
    }
}

static SpadeBox
clip (SpadeBox box, const SpadeBox *whole)
{
  return (SpadeBox){ MAX (box.top, whole->top), MAX (box.left, whole->left),
                      MIN (box.bottom, whole->bottom),
                      MIN (box.right, whole->right) };
}

// What a convolution's results may differ in when its source differs in box.
static SpadeBox
conv_spread (SpadeBox box, int grid, int radius)
{
  return (SpadeBox){ floor_to (box.top - radius, grid),
                     floor_to (box.left - radius, grid),
                     ceil_to (box.bottom + radius, grid),
                     ceil_to (box.right + radius, grid) };
}

// What a convolution must read for its results in box to be right.
static SpadeBox
conv_source (SpadeBox box, int grid, int radius)
{
  return (SpadeBox){ floor_to (box.top, grid) - radius,
                     floor_to (box.left, grid) - radius,
                     ceil_to (box.bottom, grid) + radius,
                     ceil_to (box.right, grid) + radius };
}

SpadeBox
spade_window_spread (const SpadeWindows *self, int number,
                     const SpadeBox *source, const SpadeBox *map)
{
  const SpadePlan  *plan = self->plan;
  const SpadeStage *stage = &plan->stages[number];
  SpadeBox whole = spade_window_whole (plan, number);
  SpadeBox box = *source, seen = *map;
  int scale = stage->upsample ? 2 : 1;

  if (spade_box_is_empty (source) && spade_box_is_empty (map))
    return (SpadeBox){ 0 };
  box = (SpadeBox){ box.top * scale, box.left * scale, box.bottom * scale,
                    box.right * scale };
  if (!spade_box_is_empty (map))
    seen = (SpadeBox){ map->top - stage->reach, map->left - stage->reach,
                       map->bottom + stage->reach,
                       map->right + stage->reach };
  box = spade_box_unite (&box, &seen);
  for (int i = 0; i < stage->n_convs; i++)
    box = conv_spread (box, self->convs[number][i].grid,
                       self->convs[number][i].radius);
  return clip (box, &whole);
}

// Moves and widens a side, first...end of n, to multiples of STEP and to at
// least LEAST pixels.
static void
round_side (int *first, int *end, int n)
{
  *first = MAX (floor_to (*first, STEP), 0);
  *end = MIN (ceil_to (*end, STEP), n);
  if (*end - *first < LEAST)
    *end = MIN (*first + LEAST, n);
  if (*end - *first < LEAST)
    *first = MAX (floor_to (*end - LEAST, STEP), 0);
}

SpadeBox
spade_window_around (const SpadeWindows *self, int number,
                     const SpadeBox *wanted)
{
  const SpadeStage *stage = &self->plan->stages[number];
  SpadeBox          whole = spade_window_whole (self->plan, number);
  SpadeBox          box = *wanted;
  int               margin = self->is_blind ? stage->reach : 0;

  if (number == 0)
    return whole;
  for (int i = stage->n_convs - 1; i >= 0; i--)
    box = conv_source (box, self->convs[number][i].grid,
                       self->convs[number][i].radius);
  box = (SpadeBox){ box.top - margin, box.left - margin,
                    box.bottom + margin, box.right + margin };
  round_side (&box.top, &box.bottom, whole.bottom);
  round_side (&box.left, &box.right, whole.right);
  return box;
}

void
spade_window_limit (const SpadeWindows *self, int number,
                    const SpadeBox *window, const SpadeBox *wanted,
                    SpadePlan *cut)
{
  SpadeBox box = *wanted;
  int      n = self->plan->stages[number].n_convs;

  for (int i = cut->n_steps - 1; i >= 0; i--)
    {
      SpadeStep *step = &cut->steps[i];

      if (step->kind != SPADE_STEP_CONV || step->kernel == 1)
        continue;
      box = clip (box, window);
      step->part = (SpadeBox){ box.top - window->top, box.left - window->left,
                               box.bottom - window->top,
                               box.right - window->left };
      n--;
      if (self->convs[number][n].is_half)
        step->part = (SpadeBox){ step->part.top / 2, step->part.left / 2,
                                 (step->part.bottom + 1) / 2,
                                 (step->part.right + 1) / 2 };
      box = conv_source (box, self->convs[number][n].grid,
                         self->convs[number][n].radius);
    }
}

SpadeBox
spade_window_source (const SpadePlan *plan, int number, const SpadeBox *window)
{
  if (!plan->stages[number].upsample)
    return *window;
  return (SpadeBox){ window->top / 2, window->left / 2, window->bottom / 2,
                      window->right / 2 };
}
