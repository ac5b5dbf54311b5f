// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Doublings are folded into the SPADE steps that follow them, which read their
// source at half size; only a shortcut that is the block's input itself needs the
// doubled picture in memory.

#include "plan-blocks.h"

void
spade_generator_set_levels (SpadeGeneratorPlan *gen, int height, int width)
{
  SpadePlan *plan = &gen->outline;
  int        n = spade_config_get_n_doublings (gen->config);

  plan->n_levels = n + 1;
  for (int level = 0; level <= n; level++)
    {
      plan->level_height[level] = height >> (n - level);
      plan->level_width[level] = width >> (n - level);
    }
  plan->n_channels = spade_config_get_n_channels (gen->config);
  plan->edge_channel = gen->config->has_edge ? plan->n_channels - 1 : -1;
  plan->kernel = gen->config->kernel;
  plan->input = -1;
}

static void
add_spade (SpadeGeneratorPlan *gen, const char *name, int src, int dst, int level,
           gboolean upsample, SpadeActivation activation, int noise_plane)
{
  SpadePlanBuilder *b = &gen->builder;
  SpadeStep *step = spade_plan_builder_step (b, SPADE_STEP_SPADE, name, src, dst);

  step->level = level;
  step->kernel = gen->config->kernel;
  step->upsample = upsample;
  step->activation = activation;
  step->shared_weight = spade_plan_builder_tensor (b, name, ".mlp_shared.0.weight");
  step->shared_bias = spade_plan_builder_tensor (b, name, ".mlp_shared.0.bias");
  step->gamma_weight = spade_plan_builder_tensor (b, name, ".mlp_gamma.weight");
  step->gamma_bias = spade_plan_builder_tensor (b, name, ".mlp_gamma.bias");
  step->beta_weight = spade_plan_builder_tensor (b, name, ".mlp_beta.weight");
  step->beta_bias = spade_plan_builder_tensor (b, name, ".mlp_beta.bias");
  if (gen->config->has_z_in_map)
    step->z_weight = spade_plan_builder_tensor (b, name, ".mlp_shared.0.z_weight");
  if (gen->config->has_noise)
    {
      step->noise = spade_plan_builder_tensor (b, name, ".noise");
      step->noise_plane = noise_plane;
    }
  if (gen->config->norm == SPADE_NORM_BATCH)
    {
      step->mean = spade_plan_builder_tensor (b, name,
                                              ".param_free_norm.running_mean");
      step->var = spade_plan_builder_tensor (b, name,
                                             ".param_free_norm.running_var");
    }
}

SpadeStep *
spade_generator_add_conv (SpadeGeneratorPlan *gen, const char *name, int src,
                          int dst, int level, int kernel)
{
  SpadePlanBuilder *b = &gen->builder;
  SpadeStep *step = spade_plan_builder_step (b, SPADE_STEP_CONV, name, src, dst);

  step->level = level;
  step->kernel = kernel;
  step->weight = spade_plan_builder_tensor (b, name, ".weight");
  step->bias = spade_plan_builder_tensor (b, name, ".bias");
  return step;
}

int
spade_generator_add_value (SpadeGeneratorPlan *gen, int level, int channels)
{
  return spade_plan_builder_value (&gen->builder,
                                   gen->outline.level_height[level],
                                   gen->outline.level_width[level], channels);
}

// SPADEResnetBlock (fin, fout). Where the shortcut is learned, conv_1's bias is
// added there, so that nothing but conv_1's products is left to add to it.
int
spade_generator_add_block (SpadeGeneratorPlan *gen, const char *name, int src,
                           int level, gboolean upsample, int fin, int fout,
                           SpadeActivation activation)
{
  g_autofree char *norm_0 = g_strconcat (name, ".norm_0", NULL);
  g_autofree char *norm_1 = g_strconcat (name, ".norm_1", NULL);
  g_autofree char *norm_s = g_strconcat (name, ".norm_s", NULL);
  g_autofree char *conv_0 = g_strconcat (name, ".conv_0", NULL);
  g_autofree char *conv_1 = g_strconcat (name, ".conv_1", NULL);
  g_autofree char *conv_s = g_strconcat (name, ".conv_s", NULL);
  int        fmid = MIN (fin, fout);
  int        plane = 2 * gen->n_blocks++; // and the next one, of noise
  int        shortcut = src;
  int        value, next;
  SpadeStep *step;

  if (fin != fout)
    {
      value = spade_generator_add_value (gen, level, fin);
      add_spade (gen, norm_s, src, value, level, upsample,
                 SPADE_ACTIVATION_NONE, plane);
      shortcut = spade_generator_add_value (gen, level, fout);
      step = spade_generator_add_conv (gen, conv_s, value, shortcut, level, 1);
      step->bias = spade_plan_builder_tensor (&gen->builder, conv_1, ".bias");
    }
  else if (upsample)
    {
      shortcut = spade_generator_add_value (gen, level, fin);
      spade_plan_builder_step (&gen->builder, SPADE_STEP_UPSAMPLE, name, src,
                               shortcut)->level = level;
    }

  value = spade_generator_add_value (gen, level, fin);
  add_spade (gen, norm_0, src, value, level, upsample,
             SPADE_ACTIVATION_LEAKY_RELU, plane);
  next = spade_generator_add_value (gen, level, fmid);
  spade_generator_add_conv (gen, conv_0, value, next, level, 3);
  value = spade_generator_add_value (gen, level, fmid);
  add_spade (gen, norm_1, next, value, level, FALSE,
             SPADE_ACTIVATION_LEAKY_RELU, plane + 1);
  next = spade_generator_add_value (gen, level, fout);
  step = spade_generator_add_conv (gen, conv_1, value, next, level, 3);
  step->add = shortcut;
  step->activation = activation;
  if (fin != fout)
    step->bias = NULL;
  return next;
}

SpadeStep *
spade_generator_add_seg_conv (SpadeGeneratorPlan *gen, const char *name,
                              int channels)
{
  SpadePlanBuilder *b = &gen->builder;
  int               value = spade_generator_add_value (gen, 0, channels);
  SpadeStep        *step
      = spade_plan_builder_step (b, SPADE_STEP_SEG_CONV, name, -1, value);

  step->level = 0;
  step->kernel = 3;
  step->weight = spade_plan_builder_tensor (b, name, ".weight");
  step->bias = spade_plan_builder_tensor (b, name, ".bias");
  if (gen->config->has_z_in_map)
    step->z_weight = spade_plan_builder_tensor (b, name, ".z_weight");
  return step;
}
