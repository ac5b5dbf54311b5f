// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The generator of imaginaire as a plan. Beside the blocks of SPADE it has
// convolutions whose norms z modulates, the same at each pixel, and a picture of 3
// channels at each size from a quarter of the width in training on, of which the
// coarser ones are added to the finer.
// Source: imaginaire/generators/spade.py of github.com/NVlabs/imaginaire.

#include "plan-blocks.h"

static void
set_style (SpadeGeneratorPlan *gen)
{
  static const char *const names[] = { "fc_0", "fc_1" };

  for (int i = 0; i < 2; i++)
    {
      gen->outline.style_weight[i]
          = spade_plan_builder_tensor (&gen->builder, names[i], ".weight");
      gen->outline.style_bias[i]
          = spade_plan_builder_tensor (&gen->builder, names[i], ".bias");
    }
}

static SpadeStep *
add_scale (SpadeGeneratorPlan *gen, const char *name, int src, int dst, int level)
{
  SpadeStep *step = spade_plan_builder_step (&gen->builder, SPADE_STEP_SCALE,
                                             name, src, dst);

  step->level = level;
  step->activation = SPADE_ACTIVATION_LEAKY_RELU;
  return step;
}

// The convolution after a norm that z modulates: cbn_head_0 and the like.
static int
add_styled (SpadeGeneratorPlan *gen, const char *name, int src, int level, int fin,
            int fout)
{
  SpadePlanBuilder *b = &gen->builder;
  g_autofree char  *conv = g_strconcat (name, ".conv", NULL);
  int        value = spade_generator_add_value (gen, level, fin);
  int        next;
  SpadeStep *step = add_scale (gen, name, src, value, level);

  step->z_weight = spade_plan_builder_tensor (b, name, ".fc.weight");
  step->bias = spade_plan_builder_tensor (b, name, ".fc.bias");
  step->mean = spade_plan_builder_tensor (b, name, ".param_free_norm.running_mean");
  step->var = spade_plan_builder_tensor (b, name, ".param_free_norm.running_var");
  next = spade_generator_add_value (gen, level, fout);
  spade_generator_add_conv (gen, conv, value, next, level, 3);
  return next;
}

// The picture of a level, of src at the level below: coarser is that of the level
// below, or -1. Gives its value. The doubling and the convolution of 5 x 5 after it are
// one of 3 x 3 with the four pixels that each becomes (checkpoint-imaginaire.c).
static int
add_picture (SpadeGeneratorPlan *gen, const char *name, int src, int coarser,
             int level, int channels, gboolean is_last)
{
  SpadePlanBuilder *b = &gen->builder;
  int        active = spade_generator_add_value (gen, level - 1, channels);
  int        pixels = spade_generator_add_value (gen, level - 1, 4 * 3);
  int        picture = spade_generator_add_value (gen, level, 3);
  SpadeStep *step;

  add_scale (gen, name, src, active, level - 1);
  spade_generator_add_conv (gen, name, active, pixels, level - 1, 3);
  step = spade_plan_builder_step (b, SPADE_STEP_SHUFFLE, name, pixels, picture);
  step->level = level;
  step->add = coarser;
  if (is_last)
    step->activation = SPADE_ACTIVATION_TANH;
  return picture;
}

// The blocks and pictures beyond the first picture, which is of x.
static int
add_finer (SpadeGeneratorPlan *gen, int x, int picture, int level)
{
  static const char *const names[][3] = { { "up_3a", "up_3b", "conv_img512" },
                                          { "up_4a", "up_4b", "conv_img1024" } };
  int n = (int) gen->config->upsampling;
  int channels = 2 * gen->config->nf;

  for (int i = 0; i < n; i++, channels /= 2)
    {
      x = spade_generator_add_block (gen, names[i][0], x, level, TRUE, channels,
                                     channels / 2, SPADE_ACTIVATION_NONE);
      x = spade_generator_add_block (gen, names[i][1], x, level, FALSE,
                                     channels / 2, channels / 2,
                                     SPADE_ACTIVATION_NONE);
      picture = add_picture (gen, names[i][2], x, picture, ++level, channels / 2,
                             i + 1 == n);
    }
  return picture;
}

SpadePlan *
spade_plan_new_imaginaire (const SpadeModel *model, int height, int width)
{
  // Channels are those of nf.
  static const struct
  {
    const char *first, *styled, *last;
    int         fin, fmid, fout;
  } ups[] = { { "up_0a", "cbn_up_0a", "up_0b", 16, 8, 8 },
              { "up_1a", "cbn_up_1a", "up_1b", 8, 4, 4 },
              { "up_2a", "cbn_up_2a", "up_2b", 4, 4, 2 } };
  SpadeGeneratorPlan gen = { .config = spade_model_get_config (model) };
  int        nf = gen.config->nf;
  int        level = 0;
  SpadeStep *step;
  int        x;

  spade_plan_builder_init (&gen.builder, model);
  spade_generator_set_levels (&gen, height, width);
  set_style (&gen);

  step = spade_generator_add_seg_conv (&gen, "head_0", 8 * nf);
  step->activation = SPADE_ACTIVATION_LEAKY_RELU;
  x = add_styled (&gen, "cbn_head_0", step->dst, level, 8 * nf, 16 * nf);
  x = spade_generator_add_block (&gen, "head_1", x, level, FALSE, 16 * nf, 16 * nf,
                                 SPADE_ACTIVATION_NONE);
  x = spade_generator_add_block (&gen, "head_2", x, level, FALSE, 16 * nf, 16 * nf,
                                 SPADE_ACTIVATION_NONE);
  for (guint i = 0; i < G_N_ELEMENTS (ups); i++)
    {
      x = spade_generator_add_block (&gen, ups[i].first, x, ++level, TRUE,
                                     ups[i].fin * nf, ups[i].fmid * nf,
                                     SPADE_ACTIVATION_NONE);
      x = add_styled (&gen, ups[i].styled, x, level, ups[i].fmid * nf,
                      ups[i].fmid * nf);
      x = spade_generator_add_block (&gen, ups[i].last, x, level, FALSE,
                                     ups[i].fmid * nf, ups[i].fout * nf,
                                     SPADE_ACTIVATION_NONE);
    }
  gen.outline.n_outputs = 1;
  gen.outline.outputs[0] = add_finer (
      &gen, x,
      add_picture (&gen, "conv_img256", x, -1, level + 1, 2 * nf,
                   gen.config->upsampling == SPADE_UPSAMPLING_NORMAL),
      level + 1);
  return spade_plan_builder_finish (&gen.builder, &gen.outline);
}
