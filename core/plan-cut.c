// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Stages: where a generator's plan can be cut because a single value goes on, but for
// the picture that another one of twice the size is added to. A stage begins with the
// norm, the doubling or the activation before a picture that first reads that value, so
// conv_img ends the last one, and all before the first residual block is the first.

#include "plan-build.h"

// Gives the picture that lives before step i until a SHUFFLE step adds it, or -1.
static int
find_side (const SpadePlan *plan, int i)
{
  for (int k = i; k < plan->n_steps; k++)
    if (plan->steps[k].kind == SPADE_STEP_SHUFFLE && plan->steps[k].add >= 0
        && plan->values[plan->steps[k].add].first < i)
      return plan->steps[k].add;
  return -1;
}

// Says whether what step i reads is what the step before gave and, but for such a
// picture, all that lives.
static gboolean
begins_stage (const SpadePlan *plan, int i)
{
  const SpadeStep *step = &plan->steps[i];
  int side = find_side (plan, i);
  int n_living = 0;

  if (step->kind != SPADE_STEP_SPADE && step->kind != SPADE_STEP_UPSAMPLE
      && !(step->kind == SPADE_STEP_SCALE && step->z_weight == NULL))
    return FALSE;
  for (int v = 0; v < plan->n_values; v++)
    n_living += v != side && plan->values[v].first < i
                && plan->values[v].last >= i;
  return n_living == 1
         && step->src == (i > 0 ? plan->steps[i - 1].dst : plan->input);
}

static void
describe_stage (const SpadePlan *plan, SpadeStage *stage)
{
  int end = stage->first_step + stage->n_steps;

  stage->dst = plan->steps[end - 1].dst;
  stage->side_src = find_side (plan, stage->first_step);
  stage->side_dst = find_side (plan, end);
  for (int i = stage->first_step; i < end; i++)
    {
      const SpadeStep *step = &plan->steps[i];

      stage->n_convs += step->kind == SPADE_STEP_CONV && step->kernel > 1;
      if (step->kind == SPADE_STEP_SEG_CONV)
        stage->reach = step->kernel / 2;
      if (step->kind == SPADE_STEP_SPADE)
        {
          stage->has_spade = TRUE;
          stage->reach = 2 * (step->kernel / 2);
        }
      stage->sees_map = stage->sees_map || step->kind == SPADE_STEP_SEG_CONV
                        || step->kind == SPADE_STEP_SPADE;
      if (step->kind == SPADE_STEP_SPADE || step->kind == SPADE_STEP_SHUFFLE)
        {
          stage->level = step->level;
          stage->upsample = stage->upsample || step->upsample
                            || step->kind == SPADE_STEP_SHUFFLE;
        }
    }
}

void
spade_plan_find_stages (SpadePlan *plan)
{
  SpadeStage *stage = &plan->stages[0];

  plan->n_stages = 0;
  if (plan->n_levels == 0)
    return;
  *stage = (SpadeStage){ .src = plan->input };
  for (int i = 0; i < plan->n_steps; i++)
    {
      if (begins_stage (plan, i))
        {
          describe_stage (plan, stage++);
          g_assert (stage < plan->stages + SPADE_MAX_STAGES);
          *stage = (SpadeStage){ .first_step = i, .src = plan->steps[i].src };
        }
      stage->n_steps++;
    }
  describe_stage (plan, stage);
  plan->n_stages = (int) (stage - plan->stages) + 1;
}

gboolean
spade_plan_is_local (const SpadePlan *plan)
{
  for (int i = 0; i < plan->n_steps; i++)
    if (plan->steps[i].kind == SPADE_STEP_NORM
        || (plan->steps[i].kind == SPADE_STEP_SPADE
            && plan->steps[i].mean == NULL))
      return FALSE;
  return plan->n_stages > 0;
}

// Takes a value of the whole plan over into the cut, at its first use; gives
// its number there.
static int
take_value (const SpadePlan *plan, const SpadeStage *stage, int value,
            SpadePlan *cut, int *numbers, int height, int width)
{
  SpadeValue *taken;

  if (value < 0)
    return -1;
  if (numbers[value] >= 0)
    return numbers[value];
  numbers[value] = cut->n_values++;
  taken = &cut->values[numbers[value]];
  *taken = plan->values[value];
  taken->first = taken->last = -1;
  taken->offset = 0;
  if (stage != plan->stages)
    {
      gboolean is_half = taken->height < plan->values[stage->dst].height;

      taken->height = is_half ? height / 2 : height;
      taken->width = is_half ? width / 2 : width;
    }
  return numbers[value];
}

SpadePlan *
spade_plan_cut (const SpadePlan *plan, int number, int height, int width)
{
  const SpadeStage *stage = &plan->stages[number];
  SpadePlan        *cut = g_memdup2 (plan, sizeof *plan);
  g_autofree int   *numbers = g_new (int, plan->n_values);

  g_assert (!stage->upsample || (height % 2 == 0 && width % 2 == 0));
  for (int v = 0; v < plan->n_values; v++)
    numbers[v] = -1;
  cut->n_stages = 0;
  cut->n_values = 0;
  cut->z_sums = NULL;
  cut->values = g_new (SpadeValue, plan->n_values);
  cut->n_steps = stage->n_steps;
  cut->steps = g_memdup2 (plan->steps + stage->first_step,
                          sizeof *plan->steps * (gsize) stage->n_steps);
#define TAKE(value)                                                           \
  take_value (plan, stage, value, cut, numbers, height, width)
  cut->input = TAKE (stage->src);
  for (int i = 0; i < cut->n_steps; i++)
    {
      SpadeStep *step = &cut->steps[i];

      step->src = TAKE (step->src);
      step->add = TAKE (step->add);
      step->dst = TAKE (step->dst);
    }
#undef TAKE
  cut->n_outputs = numbers[plan->outputs[0]] >= 0;
  cut->outputs[0] = cut->n_outputs > 0 ? numbers[plan->outputs[0]] : -1;
  cut->side_input = stage->side_src >= 0 ? numbers[stage->side_src] : -1;
  cut->side_output = stage->side_dst >= 0 && stage->side_dst != stage->side_src
                         ? numbers[stage->side_dst]
                         : -1;
  spade_plan_lay_out (cut);
  return cut;
}
