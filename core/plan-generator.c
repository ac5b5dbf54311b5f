// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The SPADE generator as a plan. Doublings are folded into the SPADE steps that
// follow them, which read their source at half size; only a shortcut that is
// the block's input itself needs the doubled picture in memory.
// Source: Park et al. 2019, figures 3 and 4; the public reference's names.

#include "plan-build.h"

typedef struct
{
  SpadePlanBuilder   builder;
  const SpadeConfig *config;
  SpadePlan          outline;
  int                n_blocks; // so far
} Generator;

static void
add_spade (Generator  *gen,
           const char *name,
           int         src,
           int         dst,
           int         level,
           gboolean    upsample,
           SpadeActivation activation,
           int         noise_plane)
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

static SpadeStep *
add_conv (Generator *gen, const char *name, int src, int dst, int level,
          int kernel)
{
  SpadePlanBuilder *b = &gen->builder;
  SpadeStep *step = spade_plan_builder_step (b, SPADE_STEP_CONV, name, src, dst);

  step->level = level;
  step->kernel = kernel;
  step->weight = spade_plan_builder_tensor (b, name, ".weight");
  step->bias = spade_plan_builder_tensor (b, name, ".bias");
  return step;
}

static int
add_value (Generator *gen, int level, int channels)
{
  return spade_plan_builder_value (&gen->builder,
                                   gen->outline.level_height[level],
                                   gen->outline.level_width[level], channels);
}

// SPADEResnetBlock (fin, fout). src is at level, or with upsample at the level
// below. Gives the block's output. Where the shortcut is learned, conv_1's bias is
// added there, so that nothing but conv_1's products is left to add to it.
static int
add_block (Generator      *gen,
           const char     *name,
           int             src,
           int             level,
           gboolean        upsample,
           int             fin,
           int             fout,
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
      value = add_value (gen, level, fin);
      add_spade (gen, norm_s, src, value, level, upsample,
                 SPADE_ACTIVATION_NONE, plane);
      shortcut = add_value (gen, level, fout);
      step = add_conv (gen, conv_s, value, shortcut, level, 1);
      step->bias = spade_plan_builder_tensor (&gen->builder, conv_1, ".bias");
    }
  else if (upsample)
    {
      shortcut = add_value (gen, level, fin);
      spade_plan_builder_step (&gen->builder, SPADE_STEP_UPSAMPLE, name, src,
                               shortcut)->level = level;
    }

  value = add_value (gen, level, fin);
  add_spade (gen, norm_0, src, value, level, upsample,
             SPADE_ACTIVATION_LEAKY_RELU, plane);
  next = add_value (gen, level, fmid);
  add_conv (gen, conv_0, value, next, level, 3);
  value = add_value (gen, level, fmid);
  add_spade (gen, norm_1, next, value, level, FALSE,
             SPADE_ACTIVATION_LEAKY_RELU, plane + 1);
  next = add_value (gen, level, fout);
  step = add_conv (gen, conv_1, value, next, level, 3);
  step->add = shortcut;
  step->activation = activation;
  if (fin != fout)
    step->bias = NULL;
  return next;
}

// The coarsest picture: from the segmap, or from z where fc has it alone.
static int
add_fc (Generator *gen)
{
  const SpadeConfig *config = gen->config;
  SpadePlanBuilder  *b = &gen->builder;
  int        channels = 16 * config->nf;
  int        value;
  SpadeStep *step;

  if (!spade_config_has_vae (config))
    {
      value = add_value (gen, 0, channels);
      step = spade_plan_builder_step (b, SPADE_STEP_SEG_CONV, "fc", -1, value);
      step->level = 0;
      step->kernel = 3;
      if (config->has_z_in_map)
        step->z_weight = spade_plan_builder_tensor (b, "fc", ".z_weight");
    }
  else
    {
      gen->outline.input = spade_plan_builder_value (b, 1, 1, config->z_dim);
      value = spade_plan_builder_value (b, config->base_height,
                                        config->base_width, channels);
      step = spade_plan_builder_step (b, SPADE_STEP_LINEAR, "fc",
                                      gen->outline.input, value);
    }
  step->weight = spade_plan_builder_tensor (b, "fc", ".weight");
  step->bias = spade_plan_builder_tensor (b, "fc", ".bias");

  if (spade_config_has_vae (config)
      && (config->base_height != gen->outline.level_height[0]
          || config->base_width != gen->outline.level_width[0]))
    {
      int resized = add_value (gen, 0, channels);

      spade_plan_builder_step (b, SPADE_STEP_RESIZE, "fc", value, resized);
      value = resized;
    }
  return value;
}

static void
set_levels (Generator *gen, int height, int width)
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

SpadePlan *
spade_plan_new_generator (const SpadeModel *model, int height, int width)
{
  static const char *const up_names[] = { "up_0", "up_1", "up_2", "up_3",
                                          "up_4" };
  Generator gen = { .config = spade_model_get_config (model) };
  SpadeUpsampling upsampling = gen.config->upsampling;
  int       nf = gen.config->nf;
  int       n_ups = upsampling == SPADE_UPSAMPLING_MOST ? 5 : 4;
  int       level = 0;
  int       channels = 16 * nf;
  gboolean  is_doubled = upsampling != SPADE_UPSAMPLING_NORMAL;
  int       x, image;

  spade_plan_builder_init (&gen.builder, model);
  set_levels (&gen, height, width);

  x = add_fc (&gen);
  x = add_block (&gen, "head_0", x, level, FALSE, channels, channels,
                 SPADE_ACTIVATION_NONE);
  x = add_block (&gen, "G_middle_0", x, ++level, TRUE, channels, channels,
                 SPADE_ACTIVATION_NONE);
  level += is_doubled;
  if (!gen.config->has_single_middle)
    x = add_block (&gen, "G_middle_1", x, level, is_doubled, channels, channels,
                   SPADE_ACTIVATION_NONE);
  for (int i = 0; i < n_ups; i++, channels /= 2)
    x = add_block (&gen, up_names[i], x, ++level, TRUE, channels, channels / 2,
                   i + 1 < n_ups ? SPADE_ACTIVATION_NONE
                                 : SPADE_ACTIVATION_LEAKY_RELU);

  image = add_value (&gen, level, 3);
  add_conv (&gen, "conv_img", x, image, level, 3)->activation
      = SPADE_ACTIVATION_TANH;
  gen.outline.n_outputs = 1;
  gen.outline.outputs[0] = image;
  return spade_plan_builder_finish (&gen.builder, &gen.outline);
}
