// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A z that lies beside the segmap, the same at each pixel: a convolution sees its
// channels as one more number per tap inside the picture, which is the same for all
// pixels. So they are summed once for each z, and tables of patches stay exact.
// Source: Schoenfeld et al. 2021, section 3.2 (arXiv 2012.04781).

#include "plan-build.h"

static gsize
count_sums (const SpadeStep *step)
{
  return (gsize) (step->z_weight->shape[0] * step->kernel * step->kernel);
}

void
spade_plan_reserve_z_sums (SpadePlan *plan)
{
  size_t n;

  spade_plan_get_z_sums (plan, &n);
  if (n == 0)
    return;
  plan->z_sums = g_new0 (float, n);
  n = 0;
  for (int i = 0; i < plan->n_steps; i++)
    if (plan->steps[i].z_weight != NULL)
      {
        plan->steps[i].z_sums = plan->z_sums + n;
        n += count_sums (&plan->steps[i]);
      }
}

// Fills sums, [taps, outputs], of a weight [outputs, inputs, taps].
static void
add_up (const SpadeTensor *weight, const float *z, float *sums)
{
  int n_outputs = (int) weight->shape[0];
  int n_inputs = (int) weight->shape[1];
  int n_taps = (int) (weight->shape[2] * weight->shape[3]);
  g_autofree float *row = g_new (float, n_inputs * n_taps);

  for (int o = 0; o < n_outputs; o++)
    {
      spade_tensor_read (weight, (gint64) o * n_inputs * n_taps,
                         n_inputs * n_taps, row);
      for (int t = 0; t < n_taps; t++)
        {
          double sum = 0;

          for (int i = 0; i < n_inputs; i++)
            sum += (double) row[i * n_taps + t] * z[i];
          sums[t * n_outputs + o] = (float) sum;
        }
    }
}

void
spade_plan_set_latent (SpadePlan *plan, const float *z)
{
  gsize n = 0;

  for (int i = 0; i < plan->n_steps; i++)
    if (plan->steps[i].z_weight != NULL)
      {
        add_up (plan->steps[i].z_weight, z, plan->z_sums + n);
        n += count_sums (&plan->steps[i]);
      }
}
