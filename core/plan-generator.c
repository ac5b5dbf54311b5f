// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The SPADE generator as a plan.
// Source: Park et al. 2019, figures 3 and 4; the public reference's names.

#include "plan-blocks.h"

// The coarsest picture: from the segmap, or from z where fc has it alone.
static int
add_fc (SpadeGeneratorPlan *gen)
{
  const SpadeConfig *config = gen->config;
  SpadePlanBuilder  *b = &gen->builder;
  int        channels = 16 * config->nf + config->n_extra;
  int        value;
  SpadeStep *step;

  if (!spade_config_has_vae (config))
    return spade_generator_add_seg_conv (gen, "fc", channels)->dst;
  gen->outline.input = spade_plan_builder_value (b, 1, 1, config->z_dim);
  value = spade_plan_builder_value (b, config->base_height, config->base_width,
                                    channels);
  step = spade_plan_builder_step (b, SPADE_STEP_LINEAR, "fc",
                                  gen->outline.input, value);
  step->weight = spade_plan_builder_tensor (b, "fc", ".weight");
  step->bias = spade_plan_builder_tensor (b, "fc", ".bias");
  if (config->base_height != gen->outline.level_height[0]
      || config->base_width != gen->outline.level_width[0])
    {
      int resized = spade_generator_add_value (gen, 0, channels);

      spade_plan_builder_step (b, SPADE_STEP_RESIZE, "fc", value, resized);
      value = resized;
    }
  return value;
}

SpadePlan *
spade_plan_new_spade (const SpadeModel *model, int height, int width)
{
  static const char *const up_names[] = { "up_0", "up_1", "up_2", "up_3",
                                          "up_4" };
  SpadeGeneratorPlan gen = { .config = spade_model_get_config (model) };
  SpadeUpsampling upsampling = gen.config->upsampling;
  int       extra = gen.config->n_extra;
  int       channels = 16 * gen.config->nf;
  int       n_ups = upsampling == SPADE_UPSAMPLING_MOST ? 5 : 4;
  int       level = 0;
  gboolean  is_doubled = upsampling != SPADE_UPSAMPLING_NORMAL;
  int       x, image;

  spade_plan_builder_init (&gen.builder, model);
  spade_generator_set_levels (&gen, height, width);

  x = add_fc (&gen);
  x = spade_generator_add_block (&gen, "head_0", x, level, FALSE,
                                 channels + extra, channels + extra,
                                 SPADE_ACTIVATION_NONE);
  x = spade_generator_add_block (&gen, "G_middle_0", x, ++level, TRUE,
                                 channels + extra, channels + extra,
                                 SPADE_ACTIVATION_NONE);
  level += is_doubled;
  if (!gen.config->has_single_middle)
    x = spade_generator_add_block (&gen, "G_middle_1", x, level, is_doubled,
                                   channels + extra, channels + extra,
                                   SPADE_ACTIVATION_NONE);
  for (int i = 0; i < n_ups; i++, channels /= 2)
    x = spade_generator_add_block (&gen, up_names[i], x, ++level, TRUE,
                                   channels + extra, channels / 2 + extra,
                                   i + 1 < n_ups ? SPADE_ACTIVATION_NONE
                                                 : SPADE_ACTIVATION_LEAKY_RELU);

  image = spade_generator_add_value (&gen, level, 3);
  spade_generator_add_conv (&gen, "conv_img", x, image, level, 3)->activation
      = SPADE_ACTIVATION_TANH;
  gen.outline.n_outputs = 1;
  gen.outline.outputs[0] = image;
  return spade_plan_builder_finish (&gen.builder, &gen.outline);
}

SpadePlan *
spade_plan_new_generator (const SpadeModel *model, int height, int width)
{
  return spade_model_get_config (model)->generator == SPADE_GENERATOR_IMAGINAIRE
             ? spade_plan_new_imaginaire (model, height, width)
             : spade_plan_new_spade (model, height, width);
}
