// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The style encoder as a plan: stride-2 convolutions with instance norm and
// leaky ReLU, then two linear layers that give mu and logvar.
// Source: Park et al. 2019, appendix A, "image encoder".

#include "plan-build.h"

static int
add_layer (SpadePlanBuilder *b, int layer, int src, int channels, gboolean has_norm)
{
  const SpadeValue *from = &g_array_index (b->values, SpadeValue, src);
  g_autofree char  *name = g_strdup_printf ("encoder.layer%d", layer);
  int        height = (from->height + 1) / 2;
  int        width = (from->width + 1) / 2;
  int        dst = spade_plan_builder_value (b, height, width, channels);
  SpadeStep *step = spade_plan_builder_step (b, SPADE_STEP_CONV, name, src, dst);

  step->kernel = 3;
  step->stride = 2;
  step->weight = spade_plan_builder_tensor (b, name, ".weight");
  step->bias = spade_plan_builder_tensor (b, name, ".bias");
  step->activation = SPADE_ACTIVATION_LEAKY_RELU;
  if (has_norm)
    {
      step->activation = SPADE_ACTIVATION_NONE;
      src = dst;
      dst = spade_plan_builder_value (b, height, width, channels);
      step = spade_plan_builder_step (b, SPADE_STEP_NORM, name, src, dst);
      step->activation = SPADE_ACTIVATION_LEAKY_RELU;
    }
  return dst;
}

static int
add_linear (SpadePlanBuilder *b, const char *name, int src, int n)
{
  int        dst = spade_plan_builder_value (b, 1, 1, n);
  SpadeStep *step = spade_plan_builder_step (b, SPADE_STEP_LINEAR, name, src, dst);

  step->weight = spade_plan_builder_tensor (b, name, ".weight");
  step->bias = spade_plan_builder_tensor (b, name, ".bias");
  return dst;
}

SpadePlan *
spade_plan_new_encoder (const SpadeModel *model)
{
  const SpadeConfig *config = spade_model_get_config (model);
  SpadePlan          outline = { .edge_channel = -1, .n_outputs = 2 };
  SpadePlanBuilder   b;
  int                x;

  spade_plan_builder_init (&b, model);
  x = spade_plan_builder_value (&b, config->encoder_size, config->encoder_size, 3);
  outline.input = x;
  for (int layer = 1; layer <= config->encoder_layers; layer++)
    x = add_layer (&b, layer, x, config->encoder_nf << MIN (layer - 1, 3),
                   config->encoder_norm == SPADE_NORM_INSTANCE);
  outline.outputs[0] = add_linear (&b, "encoder.fc_mu", x, config->z_dim);
  outline.outputs[1] = add_linear (&b, "encoder.fc_var", x, config->z_dim);
  return spade_plan_builder_finish (&b, &outline);
}
