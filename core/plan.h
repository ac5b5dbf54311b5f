// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A plan is a network at one render size as data: a flat list of steps over
// numbered values, with the memory of the values laid out. Every backend runs
// plans; a new generator variant is a new plan builder (plan-generator.c),
// not new code in the backends. Free of GLib, see tensor.h.
//
// A value is H x W x C floats (NHWC with N = 1); a vector is 1 x 1 x C.

#pragma once

#include <stdbool.h>
#include "box.h"
#include "tensor.h"

#define SPADE_MAX_LEVELS 8
#define SPADE_MAX_STAGES 16
#define SPADE_MAX_CONVS 3 // of a stage, one after another
#define SPADE_EPSILON 1e-5f    // of every norm
#define SPADE_LEAKY_SLOPE 0.2f // of every leaky ReLU

typedef enum
{
  SPADE_STEP_LINEAR,   // dst = weight . src + bias; rows and columns of weight
                       // run through dst and src as C x H x W
  SPADE_STEP_SEG_CONV, // dst = activation (conv (one-hot symbols of level) + bias)
  SPADE_STEP_CONV,     // dst = activation (conv (src) + bias + add)
  SPADE_STEP_SPADE,    // dst = activation (norm (src) * (1 + gamma) + beta), or
                       // with noise as SpadeStep says
  SPADE_STEP_NORM,     // dst = activation (instance norm (src))
  SPADE_STEP_UPSAMPLE, // dst = src, nearest x2
  SPADE_STEP_RESIZE,   // dst = src, bilinear (half-pixel centres), vectors never
  SPADE_STEP_SCALE,    // dst = activation (src * scale + shift), of each channel;
                       // both in z_sums, or 1 and 0 where there is no z_weight
  SPADE_STEP_SHUFFLE,  // dst = activation (src + add); both have half dst's size: a
                       // pixel of src is 2 x 2 of dst's, whose channels follow
                       // each other, and add, which may be missing, is nearest
} SpadeStepKind;

typedef enum
{
  SPADE_ACTIVATION_NONE,
  SPADE_ACTIVATION_LEAKY_RELU,
  SPADE_ACTIVATION_TANH,
} SpadeActivation;

typedef struct
{
  SpadeStepKind   kind;
  char            name[40];   // "up_3.norm_s", for messages and profiles
  int             src, dst;   // values
  int             add;        // CONV, SHUFFLE: value added before the activation,
                              // or -1
  int             level;      // pyramid level of dst; -1 in the encoder and
                              // where dst has a size of its own
  int             kernel;     // CONV, SEG_CONV, SPADE: odd; padding kernel / 2
  int             stride;     // CONV: 1 or 2
  SpadeActivation activation;
  bool            upsample;   // SPADE: src has half dst's size, read nearest
  SpadeBox        part;       // CONV in a window: the pixels of dst that count,
                              // others may be anything; empty: all count

  const SpadeTensor *weight, *bias;             // bias may be NULL
  const SpadeTensor *mean, *var;                // SPADE: NULL = instance norm;
                                                // SCALE: in z_sums already
  const SpadeTensor *shared_weight, *shared_bias; // mlp_shared
  const SpadeTensor *gamma_weight, *gamma_bias;
  const SpadeTensor *beta_weight, *beta_bias;

  // SPADE: NULL, or a strength per channel, with which the step is activation
  // ((src + noise * n - mean) / std * (1 + gamma) + beta). n is plane number
  // noise_plane of noise.h at dst's pixels, the same for all channels; mean and
  // std are those of src alone.
  const SpadeTensor *noise;
  int                noise_plane;

  // SPADE (of mlp_shared), SEG_CONV: NULL, or what each tap inside the picture
  // adds to the sum besides, [kernel * kernel, outputs] floats: the products of
  // z_weight, [outputs, z_dim, kernel, kernel], and a z that is the same at each
  // pixel. SCALE: NULL, or [2, C] floats, scale and shift of each channel, which the
  // rows of z_weight, [2 C, styles], make of z. Whoever made the plan writes them
  // between renders (spade_plan_set_latent()); z_version tells of it, and levels
  // of other serials, where SPADE steps have some.
  const SpadeTensor *z_weight;
  const float       *z_sums;
} SpadeStep;

typedef struct
{
  int    height, width, channels;
  int    first, last;  // steps that write it first and read it last; inputs
                       // have first = -1, outputs last = n_steps
  size_t offset;       // elements from the start of the arena
} SpadeValue;

// A part of the generator that can be run by itself: a residual block with what
// follows it up to the next, or what comes before the first.
typedef struct
{
  int  first_step, n_steps;
  int  src, dst;  // the values it reads (-1: none, or plan->input) and gives
  int  level;     // of dst
  bool upsample;  // src has half dst's size
  int  n_convs;   // one after another, or side by side, of more than 1 x 1
  bool sees_map;  // there is something of the map in it,
  bool has_spade; // gamma and beta
  int  reach;     // pixels by which these look around, on each side
  int  side_src;  // another value that is there before, of src's size, or -1: a
                  // picture that a SHUFFLE step adds, here or later
  int  side_dst;  // the same after it, of dst's size
} SpadeStage;

typedef struct
{
  int         n_steps;
  SpadeStep  *steps;
  int         n_values;
  SpadeValue *values;
  int         input;       // value: z or the style image; -1 where none is read
  int         side_input;  // of a cut: its stage's side_src, if a step reads it
  int         side_output; // of a cut: its stage's side_dst, if a step writes it
  int         n_outputs;
  int         outputs[2];  // the picture; or mu and logvar
  size_t      arena_size;  // elements; values that live at once do not overlap

  int        n_stages;     // 0 for the encoder
  SpadeStage stages[SPADE_MAX_STAGES];

  // The levels of the whole picture, also where the values are windows of it.
  int n_levels;            // 0 for the encoder; the last has the render size
  int level_height[SPADE_MAX_LEVELS], level_width[SPADE_MAX_LEVELS];
  int n_channels;          // one-hot channels, edge included
  int edge_channel;        // n_channels - 1, or -1
  int kernel;              // of the SPADE convolutions

  float   *z_sums;         // of all steps, one after another; NULL in a cut
  uint64_t z_version;      // counts the z that they were made of
  const SpadeTensor *style_weight[2]; // of what SCALE steps see of z: two layers
  const SpadeTensor *style_bias[2];   // with ReLU; or NULL

  bool has_mapped_weights; // the tensors lie in a mapped file: a backend that
                           // packs them may spade_tensor_release() them
} SpadePlan;

// Gives the numbers in a value.
static inline size_t
spade_plan_value_size (const SpadePlan *plan, int value)
{
  const SpadeValue *v = &plan->values[value];

  return (size_t) v->height * (size_t) v->width * (size_t) v->channels;
}

// Says whether what the plan gives depends on a noise seed.
static inline bool
spade_plan_has_noise (const SpadePlan *plan)
{
  for (int i = 0; i < plan->n_steps; i++)
    if (plan->steps[i].noise != NULL)
      return true;
  return false;
}

// Gives the number of z_sums of a step, 0 where it has none.
static inline size_t
spade_step_count_z_sums (const SpadeStep *step)
{
  return step->z_weight != NULL ? (size_t) step->z_weight->shape[0]
                                      * (size_t) step->kernel * (size_t) step->kernel
                                : 0;
}

// Gives the first of all its steps' z_sums, which lie one after another, and how many
// floats they are; NULL and 0 where there are none.
static inline const float *
spade_plan_get_z_sums (const SpadePlan *plan, size_t *out_n)
{
  const float *first = NULL;

  *out_n = 0;
  for (int i = 0; i < plan->n_steps; i++)
    if (plan->steps[i].z_weight != NULL)
      {
        first = first != NULL ? first : plan->steps[i].z_sums;
        *out_n += spade_step_count_z_sums (&plan->steps[i]);
      }
  return first;
}

// Says whether the tables of its SPADE steps are those of a z.
static inline bool
spade_plan_has_z_tables (const SpadePlan *plan)
{
  for (int i = 0; i < plan->n_steps; i++)
    if (plan->steps[i].kind == SPADE_STEP_SPADE
        && plan->steps[i].z_weight != NULL)
      return true;
  return false;
}

// Says whether there are SPADE steps at a level.
static inline bool
spade_plan_has_tables (const SpadePlan *plan, int level)
{
  for (int i = 0; i < plan->n_steps; i++)
    if (plan->steps[i].kind == SPADE_STEP_SPADE && plan->steps[i].level == level)
      return true;
  return false;
}

// Gives the number of the output that a value is, or -1.
static inline int
spade_plan_find_output (const SpadePlan *plan, int value)
{
  for (int i = 0; i < plan->n_outputs; i++)
    if (plan->outputs[i] == value)
      return i;
  return -1;
}
