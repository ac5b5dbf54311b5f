// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The reference backend's norms: the SPADE layer, and instance norm.

#include "../noise.h"
#include "ops.h"
#include "run.h"

#include <math.h>
#include <stdlib.h>

// gamma or beta: conv (actv) + bias. False where there is no memory.
static bool
run_modulation (const float *actv, const SpadeValue *size, int n_hidden,
                const SpadeTensor *weight, const SpadeTensor *bias, int kernel,
                float *out)
{
  float *w = spade_ref_tensor_floats (weight);
  float *b = spade_ref_tensor_floats (bias);
  bool   has_all = w != NULL && b != NULL;

  if (has_all)
    spade_ref_conv (actv, size->height, size->width, n_hidden, w, b,
                    size->channels, kernel, 1, out);
  free (w);
  free (b);
  return has_all;
}

static void
get_statistics (const SpadeStep *step, const float *src, size_t n, int channels,
                float *mean, float *inv_std)
{
  if (step->mean == NULL)
    {
      spade_ref_statistics (src, n, channels, mean, inv_std);
      return;
    }
  spade_tensor_read (step->mean, 0, channels, mean);
  spade_tensor_read (step->var, 0, channels, inv_std);
  for (int c = 0; c < channels; c++)
    inv_std[c] = 1 / sqrtf (inv_std[c] + SPADE_EPSILON);
}

// The noise at a pixel of what a step gives.
static float
get_noise (const SpadeRun *run, const SpadeStep *step, int y, int x)
{
  uint32_t key = spade_noise_key (run->noise_seed, step->noise_plane);

  return spade_noise_at (spade_noise_row (key, run->noise_top + y),
                         run->noise_left + x);
}

// strength NULL: without noise.
static void
modulate (SpadeRun *run, const SpadeStep *step, const float *strength,
          const float *gamma, const float *beta, const float *mean,
          const float *inv_std)
{
  const SpadeValue *size = &run->plan->values[step->dst];
  const SpadeValue *from = &run->plan->values[step->src];
  const float *src = spade_ref_value_data (run, step->src);
  float       *dst = spade_ref_value_data (run, step->dst);
  int          channels = size->channels;

  for (int y = 0; y < size->height; y++)
    for (int x = 0; x < size->width; x++)
      {
        size_t pixel = (size_t) y * size->width + x;
        size_t origin = step->upsample
                            ? (size_t) (y / 2) * from->width + x / 2
                            : pixel;
        float  noise = strength != NULL ? get_noise (run, step, y, x) : 0;

        for (int c = 0; c < channels; c++)
          {
            float v = src[origin * channels + c];
            float normal
                = ((strength != NULL ? v + strength[c] * noise : v) - mean[c])
                  * inv_std[c];

            dst[pixel * channels + c]
                = normal * (1 + gamma[pixel * channels + c])
                  + beta[pixel * channels + c];
          }
      }
}

bool
spade_ref_run_spade (SpadeRun *run, const SpadeStep *step, SpadeFailure *failure)
{
  const SpadeValue *size = &run->plan->values[step->dst];
  const SpadeValue *from = &run->plan->values[step->src];
  int     n_hidden = (int) step->shared_weight->shape[0];
  int     channels = size->channels;
  size_t  n_pixels = (size_t) size->height * size->width;
  float  *weight = spade_ref_tensor_floats (step->shared_weight);
  float  *bias = spade_ref_tensor_floats (step->shared_bias);
  float  *strength = spade_ref_tensor_floats (step->noise);
  float  *actv = malloc (n_pixels * n_hidden * sizeof (float));
  float  *gamma = malloc (n_pixels * channels * sizeof (float));
  float  *beta = malloc (n_pixels * channels * sizeof (float));
  float  *mean = malloc ((size_t) channels * sizeof (float));
  float  *inv_std = malloc ((size_t) channels * sizeof (float));
  bool    has_all = weight != NULL && bias != NULL && actv != NULL
                 && gamma != NULL && beta != NULL && mean != NULL
                 && inv_std != NULL && (strength != NULL || step->noise == NULL);

  if (has_all)
    {
      spade_ref_seg_conv (run->symbols[step->level], size->height, size->width,
                          run->plan->n_channels, weight, bias, step->z_sums,
                          n_hidden, n_hidden, step->kernel, actv);
      for (size_t i = 0; i < n_pixels * n_hidden; i++)
        actv[i] = actv[i] > 0 ? actv[i] : 0;
      has_all = run_modulation (actv, size, n_hidden, step->gamma_weight,
                                step->gamma_bias, step->kernel, gamma)
                && run_modulation (actv, size, n_hidden, step->beta_weight,
                                   step->beta_bias, step->kernel, beta);
    }
  if (has_all)
    {
      get_statistics (step, spade_ref_value_data (run, step->src),
                      (size_t) from->height * from->width, channels, mean,
                      inv_std);
      modulate (run, step, strength, gamma, beta, mean, inv_std);
      spade_ref_activate (spade_ref_value_data (run, step->dst),
                          n_pixels * channels, step->activation);
    }
  free (weight);
  free (bias);
  free (strength);
  free (actv);
  free (gamma);
  free (beta);
  free (mean);
  free (inv_std);
  return has_all
         || spade_ref_fail_memory (
             failure, n_pixels * (n_hidden + 2 * channels) * sizeof (float));
}

bool
spade_ref_run_norm (SpadeRun *run, const SpadeStep *step, SpadeFailure *failure)
{
  const SpadeValue *size = &run->plan->values[step->dst];
  const float *src = spade_ref_value_data (run, step->src);
  float *dst = spade_ref_value_data (run, step->dst);
  size_t n = (size_t) size->height * size->width;
  float *mean = malloc ((size_t) size->channels * sizeof (float));
  float *inv_std = malloc ((size_t) size->channels * sizeof (float));
  bool   has_all = mean != NULL && inv_std != NULL;

  if (has_all)
    spade_ref_statistics (src, n, size->channels, mean, inv_std);
  for (size_t i = 0; has_all && i < n; i++)
    for (int c = 0; c < size->channels; c++)
      dst[i * size->channels + c]
          = (src[i * size->channels + c] - mean[c]) * inv_std[c];
  if (has_all)
    spade_ref_activate (dst, n * size->channels, step->activation);
  free (mean);
  free (inv_std);
  return has_all
         || spade_ref_fail_memory (
             failure, 2 * (size_t) size->channels * sizeof (float));
}
