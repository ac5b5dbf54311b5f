// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The plan builder: appends steps, then finds when each value is born and last
// read, and gives it a place in the arena by first fit.

#include "plan-build.h"

// Places are multiples of this many elements, so that every value is aligned
// for any vector unit in any dtype.
#define PLACE_ALIGN 64

void
spade_plan_builder_init (SpadePlanBuilder *builder, const SpadeModel *model)
{
  builder->model = model;
  builder->values = g_array_new (FALSE, TRUE, sizeof (SpadeValue));
  builder->steps = g_array_new (FALSE, TRUE, sizeof (SpadeStep));
}

int
spade_plan_builder_value (SpadePlanBuilder *builder,
                          int               height,
                          int               width,
                          int               channels)
{
  SpadeValue value = { height, width, channels, -1, -1, 0 };

  g_array_append_val (builder->values, value);
  return (int) builder->values->len - 1;
}

SpadeStep *
spade_plan_builder_step (SpadePlanBuilder *builder,
                         SpadeStepKind     kind,
                         const char       *name,
                         int               src,
                         int               dst)
{
  SpadeStep step = { .kind = kind, .src = src, .dst = dst, .add = -1,
                     .level = -1, .kernel = 1, .stride = 1 };

  g_strlcpy (step.name, name, sizeof step.name);
  g_array_append_val (builder->steps, step);
  return &g_array_index (builder->steps, SpadeStep, builder->steps->len - 1);
}

const SpadeTensor *
spade_plan_builder_tensor (const SpadePlanBuilder *builder,
                           const char             *name,
                           const char             *suffix)
{
  g_autofree char *full = g_strconcat (name, suffix, NULL);

  return spade_model_get_tensor (builder->model, full);
}

static size_t
value_size (const SpadeValue *value)
{
  size_t size = (size_t) value->height * value->width * value->channels;

  return (size + PLACE_ALIGN - 1) / PLACE_ALIGN * PLACE_ALIGN;
}

static void
find_lifetimes (SpadePlan *plan)
{
  for (int i = 0; i < plan->n_steps; i++)
    {
      const SpadeStep *step = &plan->steps[i];

      plan->values[step->dst].first = i;
      plan->values[step->dst].last = i;
      if (step->src >= 0)
        plan->values[step->src].last = i;
      if (step->add >= 0)
        plan->values[step->add].last = i;
    }
  for (int i = 0; i < plan->n_outputs; i++)
    plan->values[plan->outputs[i]].last = plan->n_steps;
}

// Gives the value whose place dst may take over because the step reads it for
// the last time, element by element; or -1.
static int
find_alias (const SpadePlan *plan, int i)
{
  const SpadeStep *step = &plan->steps[i];

  if (step->add >= 0)
    {
      // The residual sum is accumulated in place, always.
      g_assert (plan->values[step->add].last == i);
      return step->add;
    }
  if ((step->kind == SPADE_STEP_SPADE && !step->upsample)
      || step->kind == SPADE_STEP_NORM)
    return plan->values[step->src].last == i ? step->src : -1;
  return -1;
}

// Gives the lowest offset at which size elements are free while step i runs.
static size_t
find_place (const SpadePlan *plan, int i, size_t size)
{
  size_t   offset = 0;
  gboolean moved;

  do
    {
      moved = FALSE;
      for (int v = 0; v < plan->n_values; v++)
        {
          const SpadeValue *other = &plan->values[v];
          size_t            end = other->offset + value_size (other);

          if (other->first < i && other->last >= i
              && offset < end && other->offset < offset + size)
            {
              offset = end;
              moved = TRUE;
            }
        }
    }
  while (moved);
  return offset;
}

void
spade_plan_lay_out (SpadePlan *plan)
{
  find_lifetimes (plan);
  plan->arena_size = 0;
  if (plan->input >= 0)
    plan->arena_size = value_size (&plan->values[plan->input]);
  for (int i = 0; i < plan->n_steps; i++)
    {
      SpadeValue *value = &plan->values[plan->steps[i].dst];
      int         alias = find_alias (plan, i);

      value->offset = alias >= 0 ? plan->values[alias].offset
                                 : find_place (plan, i, value_size (value));
      plan->arena_size = MAX (plan->arena_size,
                              value->offset + value_size (value));
    }
}

SpadePlan *
spade_plan_builder_finish (SpadePlanBuilder *builder, const SpadePlan *outline)
{
  SpadePlan *plan = g_memdup2 (outline, sizeof *outline);

  plan->has_mapped_weights = TRUE; // as models load them
  plan->n_values = (int) builder->values->len;
  plan->n_steps = (int) builder->steps->len;
  plan->values = (SpadeValue *) g_array_free (builder->values, FALSE);
  plan->steps = (SpadeStep *) g_array_free (builder->steps, FALSE);
  spade_plan_lay_out (plan);
  spade_plan_find_stages (plan);
  return plan;
}

void
spade_plan_free (SpadePlan *plan)
{
  if (plan == NULL)
    return;
  g_free (plan->values);
  g_free (plan->steps);
  g_free (plan);
}

double
spade_plan_step_cost (const SpadePlan *plan, int i)
{
  const SpadeStep  *step = &plan->steps[i];
  const SpadeValue *dst = &plan->values[step->dst];
  double            n = (double) dst->height * dst->width * dst->channels;
  double            taps = (double) step->kernel * step->kernel;

  switch (step->kind)
    {
    case SPADE_STEP_CONV:
      return n * taps * plan->values[step->src].channels;
    case SPADE_STEP_LINEAR:
      return (double) spade_tensor_n_elements (step->weight);
    case SPADE_STEP_SPADE:
      return n * (2 * taps * (double) step->gamma_weight->shape[1]
                  + (step->noise != NULL ? 1 : 0));
    default:
      return n;
    }
}
