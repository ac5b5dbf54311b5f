// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The plan builder: appends steps, then finds when each value is born and last
// read, and gives it a place in the arena that others have at other times.

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
  if (plan->side_output >= 0)
    plan->values[plan->side_output].last = plan->n_steps;
}

// Gives the value whose place dst may take over because the step reads it for
// the last time, element by element; or -1.
static int
find_alias (const SpadePlan *plan, int i)
{
  const SpadeStep *step = &plan->steps[i];

  if (step->kind == SPADE_STEP_SHUFFLE)
    return -1;
  if (step->add >= 0)
    {
      // The residual sum is accumulated in place, always.
      g_assert (plan->values[step->add].last == i);
      return step->add;
    }
  if ((step->kind == SPADE_STEP_SPADE && !step->upsample)
      || step->kind == SPADE_STEP_SCALE
      || step->kind == SPADE_STEP_NORM)
    return plan->values[step->src].last == i ? step->src : -1;
  return -1;
}

// A value and those that take over its place, one after another.
typedef struct
{
  int      first, last; // steps
  size_t   size, offset;
  gboolean is_placed;
} Block;

// Adds the block of a value that is there before the steps, if there is one.
static void
add_input (const SpadePlan *plan, int input, int *block_of, GArray *blocks)
{
  Block block = { .first = -1 };

  if (input < 0)
    return;
  block.last = plan->values[input].last;
  block.size = value_size (&plan->values[input]);
  block_of[input] = (int) blocks->len;
  g_array_append_val (blocks, block);
}

// Gives the blocks; block_of has each value's number among them.
static GArray *
find_blocks (const SpadePlan *plan, int *block_of)
{
  GArray *blocks = g_array_new (FALSE, FALSE, sizeof (Block));

  add_input (plan, plan->input, block_of, blocks);
  add_input (plan, plan->side_input, block_of, blocks);
  for (int i = 0; i < plan->n_steps; i++)
    {
      int               dst = plan->steps[i].dst;
      int               alias = find_alias (plan, i);
      const SpadeValue *value = &plan->values[dst];
      Block             block = { i, value->last, value_size (value), 0, FALSE };

      block_of[dst] = alias >= 0 ? block_of[alias] : (int) blocks->len;
      if (alias >= 0)
        g_array_index (blocks, Block, block_of[dst]).last = value->last;
      else
        g_array_append_val (blocks, block);
    }
  return blocks;
}

static Block *
find_largest (GArray *blocks)
{
  Block *largest = NULL;

  for (guint i = 0; i < blocks->len; i++)
    {
      Block *block = &g_array_index (blocks, Block, i);

      if (!block->is_placed && (largest == NULL || block->size > largest->size))
        largest = block;
    }
  return largest;
}

// Gives a block the lowest place that nothing else has while it lives.
static void
place (Block *block, const GArray *blocks)
{
  gboolean moved;

  do
    {
      moved = FALSE;
      for (guint i = 0; i < blocks->len; i++)
        {
          const Block *other = &g_array_index (blocks, Block, i);
          size_t       end = other->offset + other->size;

          if (other->is_placed && other->first <= block->last
              && block->first <= other->last && block->offset < end
              && other->offset < block->offset + block->size)
            {
              block->offset = end;
              moved = TRUE;
            }
        }
    }
  while (moved);
  block->is_placed = TRUE;
}

// Large ones first: they would find no gap between small ones.
void
spade_plan_lay_out (SpadePlan *plan)
{
  g_autofree int     *block_of = g_new0 (int, plan->n_values);
  g_autoptr (GArray) blocks = NULL;
  Block             *block;

  find_lifetimes (plan);
  blocks = find_blocks (plan, block_of);
  plan->arena_size = 0;
  while ((block = find_largest (blocks)) != NULL)
    {
      place (block, blocks);
      plan->arena_size = MAX (plan->arena_size, block->offset + block->size);
    }
  for (int v = 0; v < plan->n_values; v++)
    plan->values[v].offset = g_array_index (blocks, Block, block_of[v]).offset;
}

SpadePlan *
spade_plan_builder_finish (SpadePlanBuilder *builder, const SpadePlan *outline)
{
  SpadePlan *plan = g_memdup2 (outline, sizeof *outline);

  plan->has_mapped_weights = TRUE; // as models load them
  plan->side_input = plan->side_output = -1;
  plan->n_values = (int) builder->values->len;
  plan->n_steps = (int) builder->steps->len;
  plan->values = (SpadeValue *) g_array_free (builder->values, FALSE);
  plan->steps = (SpadeStep *) g_array_free (builder->steps, FALSE);
  spade_plan_lay_out (plan);
  spade_plan_find_stages (plan);
  spade_plan_reserve_z_sums (plan);
  return plan;
}

void
spade_plan_free (SpadePlan *plan)
{
  if (plan == NULL)
    return;
  g_free (plan->values);
  g_free (plan->steps);
  g_free (plan->z_sums);
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
