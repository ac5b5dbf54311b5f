// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The sequential random numbers that choose what a scene is made of (PCG32). Everything placed in
// space uses the stateless hashes of noise.h instead, so that it does not depend on picture size.

#include "noise.h"

static uint32_t
next (SceneRng *rng)
{
  uint64_t old = rng->state;
  uint32_t x = (uint32_t) (((old >> 18) ^ old) >> 27), r = (uint32_t) (old >> 59);

  rng->state = old * 6364136223846793005ull + 1442695040888963407ull;
  return (x >> r) | (x << ((32 - r) & 31));
}

void
scene_rng_init (SceneRng *rng, uint64_t seed, uint32_t stream)
{
  rng->state = (seed + 1) * 0x9E3779B97F4A7C15ull ^ ((uint64_t) stream << 32) * 0xD1B54A32D192ED03ull;
  rng->state ^= rng->state >> 31;
  for (int i = 0; i < 4; i++)
    next (rng);
}

float
scene_rng (SceneRng *rng)
{
  return (float) (next (rng) >> 8) * (1.0f / 16777216.0f);
}

float
scene_rng_in (SceneRng *rng, float low, float high)
{
  return low + (high - low) * scene_rng (rng);
}

int
scene_rng_pick (SceneRng *rng, int n, const float *weights)
{
  float sum = 0.0f, x;

  for (int i = 0; i < n; i++)
    sum += weights[i];
  x = scene_rng (rng) * sum;
  for (int i = 0; i < n; i++)
    if ((x -= weights[i]) < 0.0f)
      return i;
  return n - 1;
}
