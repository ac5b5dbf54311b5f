// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A z that lies beside the segmap, the same at each pixel: a convolution sees its
// channels as one more number per tap inside the picture, which is the same for all
// pixels. So they are summed once for each z, and tables of patches stay exact.
// Source: Schoenfeld et al. 2021, section 3.2 (arXiv 2012.04781). And a z that
// modulates norms, the same at each pixel: a scale and a shift for each channel.

#include <math.h>

#include "plan-build.h"

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
        n += spade_step_count_z_sums (&plan->steps[i]);
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

// Gives weight . x + bias, or where is_relu what of it is not negative. Free with
// g_free().
static float *
apply_layer (const SpadeTensor *weight, const SpadeTensor *bias, const float *x,
             gboolean is_relu)
{
  int    n_outputs = (int) weight->shape[0];
  int    n_inputs = (int) weight->shape[1];
  float *out = g_new (float, n_outputs);
  g_autofree float *row = g_new (float, n_inputs);

  spade_tensor_read (bias, 0, n_outputs, out);
  for (int o = 0; o < n_outputs; o++)
    {
      double sum = out[o];

      spade_tensor_read (weight, (gint64) o * n_inputs, n_inputs, row);
      for (int i = 0; i < n_inputs; i++)
        sum += (double) row[i] * x[i];
      out[o] = (float) (is_relu ? MAX (sum, 0) : sum);
    }
  return out;
}

// norm (x) * (1 + gamma) + beta as x * scale + shift.
static void
set_scale (const SpadeStep *step, const float *style, float *sums)
{
  int n = (int) step->z_weight->shape[0] / 2;
  g_autofree float *gamma = apply_layer (step->z_weight, step->bias, style, FALSE);
  const float      *beta = gamma + n;
  g_autofree float *mean = g_new (float, n);
  g_autofree float *var = g_new (float, n);

  spade_tensor_read (step->mean, 0, n, mean);
  spade_tensor_read (step->var, 0, n, var);
  for (int c = 0; c < n; c++)
    {
      float scale = (1 + gamma[c]) / sqrtf (var[c] + SPADE_EPSILON);

      sums[c] = scale;
      sums[n + c] = beta[c] - mean[c] * scale;
    }
}

void
spade_plan_set_latent (SpadePlan *plan, const float *z)
{
  g_autofree float *hidden = NULL, *style = NULL;
  gsize             n = 0;

  if (plan->style_weight[0] != NULL)
    {
      hidden = apply_layer (plan->style_weight[0], plan->style_bias[0], z, TRUE);
      style = apply_layer (plan->style_weight[1], plan->style_bias[1], hidden,
                           TRUE);
    }
  for (int i = 0; i < plan->n_steps; i++)
    if (plan->steps[i].z_weight != NULL)
      {
        if (plan->steps[i].kind == SPADE_STEP_SCALE)
          set_scale (&plan->steps[i], style, plan->z_sums + n);
        else
          add_up (plan->steps[i].z_weight, z, plan->z_sums + n);
        n += spade_step_count_z_sums (&plan->steps[i]);
      }
  plan->z_version++;
}
