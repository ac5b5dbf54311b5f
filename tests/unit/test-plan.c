// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Where a plan's values lie: never two at once in one place, but for a result that
// takes over its source's, and no larger an arena than what lives at once.

#include "plan-build.h"
#include "scratch.h"
#include "small-model.h"

static gboolean
is_alive (const SpadePlan *plan, int value, int step)
{
  return plan->values[value].first <= step && plan->values[value].last >= step;
}

// Says whether b takes over a's place in that step, or the other way round.
static gboolean
is_handed_on (const SpadePlan *plan, int step, int a, int b)
{
  const SpadeStep *at = &plan->steps[step];
  int              other = at->dst == a ? b : a;

  return (at->dst == a || at->dst == b) && (other == at->src || other == at->add)
         && plan->values[a].offset == plan->values[b].offset;
}

// Gives the numbers that live during a step; two values in one place once.
static size_t
judge_step (const SpadePlan *plan, int step)
{
  size_t sum = 0;

  for (int a = 0; a < plan->n_values; a++)
    {
      size_t   size = spade_plan_value_size (plan, a);
      gboolean is_counted = FALSE;

      if (!is_alive (plan, a, step))
        continue;
      g_assert_cmpuint (plan->values[a].offset + size, <=, plan->arena_size);
      for (int b = 0; b < a; b++)
        {
          if (!is_alive (plan, b, step))
            continue;
          if (is_handed_on (plan, step, a, b))
            is_counted = TRUE;
          else
            g_assert_true (plan->values[b].offset + spade_plan_value_size (plan, b)
                               <= plan->values[a].offset
                           || plan->values[a].offset + size
                                  <= plan->values[b].offset);
        }
      sum += is_counted ? 0 : (size + 63) / 64 * 64;
    }
  return sum;
}

static size_t
judge (const SpadePlan *plan)
{
  size_t most = 0;

  for (int i = 0; i < plan->n_steps; i++)
    most = MAX (most, judge_step (plan, i));
  return most;
}

static void
test_places (void)
{
  static const SpadeUpsampling upsamplings[]
      = { SPADE_UPSAMPLING_NORMAL, SPADE_UPSAMPLING_MORE, SPADE_UPSAMPLING_MOST };

  for (int i = 0; i < 6; i++)
    {
      SpadeConfig config = small_config;
      g_autoptr (SpadeModel) model = NULL;
      g_autoptr (SpadePlan)  plan = NULL;

      config.upsampling = upsamplings[i / 2];
      config.nf = 16;
      config.z_dim = i % 2 == 0 ? 0 : 8;
      model = small_model_new (&config);
      plan = spade_plan_new_generator (model, 128, 256);
      g_assert_cmpuint (judge (plan), ==, plan->arena_size);
      for (int s = 1; s < plan->n_stages; s++)
        {
          g_autoptr (SpadePlan) cut = spade_plan_cut (plan, s, 32, 48);

          judge (cut);
        }
    }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plan/values-lie-close-and-apart", test_places);
  status = g_test_run ();
  scratch_remove ();
  return status;
}
