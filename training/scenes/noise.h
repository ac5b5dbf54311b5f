// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Hashes, random numbers and gradient noise. The functions are inline on purpose: the renderer
// lives from loops over them that the compiler turns into vector code.

#pragma once

#include <math.h>
#include <stdint.h>

/* A call that is not inlined ends the vectorization of the loop around it. */
#define SCENE_INLINE static inline __attribute__ ((always_inline))

typedef struct
{
  uint64_t state;
} SceneRng;

void  scene_rng_init (SceneRng *rng, uint64_t seed, uint32_t stream);
float scene_rng (SceneRng *rng);                              /* 0 ... 1 */
float scene_rng_in (SceneRng *rng, float low, float high);
int   scene_rng_pick (SceneRng *rng, int n, const float *weights);

SCENE_INLINE float
scene_clamp (float x, float low, float high)
{
  return x < low ? low : x > high ? high : x;
}

SCENE_INLINE float
scene_mix (float a, float b, float t)
{
  return a + (b - a) * t;
}

SCENE_INLINE float
scene_smooth (float edge0, float edge1, float x)
{
  float t = (x - edge0) / (edge1 - edge0);
  t = t < 0.0f ? 0.0f : t > 1.0f ? 1.0f : t;
  return t * t * (3.0f - 2.0f * t);
}

SCENE_INLINE uint32_t
scene_hash (uint32_t a, uint32_t b, uint32_t seed)
{
  uint32_t h = a * 0x9E3779B1u ^ (b * 0x85EBCA6Bu + seed * 0xC2B2AE35u);
  h ^= h >> 15;
  h *= 0x2C1B3C6Du;
  h ^= h >> 13;
  h *= 0x297A2D39u;
  return h ^ (h >> 15);
}

SCENE_INLINE float
scene_hash_unit (uint32_t h)
{
  return (float) (int32_t) (h >> 8) * (1.0f / 16777216.0f);
}

SCENE_INLINE float
scene_corner (int32_t ix, int32_t iy, float dx, float dy, uint32_t seed)
{
  uint32_t h = scene_hash ((uint32_t) ix, (uint32_t) iy, seed);
  float    gx = (float) (int32_t) (h & 0xffff) * (1.0f / 32768.0f) - 1.0f;
  float    gy = (float) (int32_t) (h >> 16) * (1.0f / 32768.0f) - 1.0f;
  return gx * dx + gy * dy;
}

/* Gradient noise, about -1 ... 1, mean 0. */
SCENE_INLINE float
scene_noise2 (float x, float y, uint32_t seed)
{
  float   fx = floorf (x), fy = floorf (y);
  int32_t ix = (int32_t) fx, iy = (int32_t) fy;
  float   u = x - fx, v = y - fy;
  float   su = u * u * u * (u * (u * 6.0f - 15.0f) + 10.0f);
  float   sv = v * v * v * (v * (v * 6.0f - 15.0f) + 10.0f);
  float   a = scene_corner (ix, iy, u, v, seed);
  float   b = scene_corner (ix + 1, iy, u - 1.0f, v, seed);
  float   c = scene_corner (ix, iy + 1, u, v - 1.0f, seed);
  float   d = scene_corner (ix + 1, iy + 1, u - 1.0f, v - 1.0f, seed);
  float   p = a + (b - a) * su, q = c + (d - c) * su;
  return 1.5f * (p + (q - p) * sv);
}

/* The same noise with its derivatives by x and y. */
SCENE_INLINE float
scene_noise2_grad (float x, float y, uint32_t seed, float *out_dx, float *out_dy)
{
  float    fx = floorf (x), fy = floorf (y);
  int32_t  ix = (int32_t) fx, iy = (int32_t) fy;
  float    u = x - fx, v = y - fy;
  float    su = u * u * u * (u * (u * 6.0f - 15.0f) + 10.0f);
  float    sv = v * v * v * (v * (v * 6.0f - 15.0f) + 10.0f);
  float    tu = 30.0f * u * u * (u * (u - 2.0f) + 1.0f);
  float    tv = 30.0f * v * v * (v * (v - 2.0f) + 1.0f);
  uint32_t h0 = scene_hash ((uint32_t) ix, (uint32_t) iy, seed);
  uint32_t h1 = scene_hash ((uint32_t) ix + 1u, (uint32_t) iy, seed);
  uint32_t h2 = scene_hash ((uint32_t) ix, (uint32_t) iy + 1u, seed);
  uint32_t h3 = scene_hash ((uint32_t) ix + 1u, (uint32_t) iy + 1u, seed);
  float    k = 1.0f / 32768.0f;
  float    ax = (float) (int32_t) (h0 & 0xffff) * k - 1.0f, ay = (float) (int32_t) (h0 >> 16) * k - 1.0f;
  float    bx = (float) (int32_t) (h1 & 0xffff) * k - 1.0f, by = (float) (int32_t) (h1 >> 16) * k - 1.0f;
  float    cx = (float) (int32_t) (h2 & 0xffff) * k - 1.0f, cy = (float) (int32_t) (h2 >> 16) * k - 1.0f;
  float    ex = (float) (int32_t) (h3 & 0xffff) * k - 1.0f, ey = (float) (int32_t) (h3 >> 16) * k - 1.0f;
  float    a = ax * u + ay * v, b = bx * (u - 1.0f) + by * v;
  float    c = cx * u + cy * (v - 1.0f), d = ex * (u - 1.0f) + ey * (v - 1.0f);
  float    k1 = b - a, k2 = c - a, k3 = a - b - c + d;

  *out_dx = 1.5f * (ax + (bx - ax) * su + (cx - ax) * sv + (ax - bx - cx + ex) * su * sv + tu * (k1 + k3 * sv));
  *out_dy = 1.5f * (ay + (by - ay) * su + (cy - ay) * sv + (ay - by - cy + ey) * su * sv + tv * (k2 + k3 * su));
  return 1.5f * (a + k1 * su + k2 * sv + k3 * su * sv);
}

SCENE_INLINE float
scene_value3_corner (int32_t x, int32_t y, int32_t z, uint32_t seed)
{
  return scene_hash_unit (scene_hash ((uint32_t) x + (uint32_t) z * 0x632BE5ABu, (uint32_t) y, seed)) * 2.0f - 1.0f;
}

/* Value noise in three dimensions, -1 ... 1. */
SCENE_INLINE float
scene_noise3 (float x, float y, float z, uint32_t seed)
{
  float   fx = floorf (x), fy = floorf (y), fz = floorf (z);
  int32_t i = (int32_t) fx, j = (int32_t) fy, k = (int32_t) fz;
  float   u = x - fx, v = y - fy, w = z - fz;
  u = u * u * (3.0f - 2.0f * u);
  v = v * v * (3.0f - 2.0f * v);
  w = w * w * (3.0f - 2.0f * w);
  float a = scene_mix (scene_value3_corner (i, j, k, seed), scene_value3_corner (i + 1, j, k, seed), u);
  float b = scene_mix (scene_value3_corner (i, j + 1, k, seed), scene_value3_corner (i + 1, j + 1, k, seed), u);
  float c = scene_mix (scene_value3_corner (i, j, k + 1, seed), scene_value3_corner (i + 1, j, k + 1, seed), u);
  float d = scene_mix (scene_value3_corner (i, j + 1, k + 1, seed), scene_value3_corner (i + 1, j + 1, k + 1, seed), u);
  return scene_mix (scene_mix (a, b, v), scene_mix (c, d, v), w);
}

/* Cellular noise: distance to the nearest jittered point (about 0 ... 0.7), the gap to the second
 * nearest, the offset to the nearest and its hash. The cell is one unit wide. */
SCENE_INLINE float
scene_cells (float x, float y, uint32_t seed, float *out_gap, float *out_dx, float *out_dy, uint32_t *out_id)
{
  float    fx = floorf (x), fy = floorf (y);
  int32_t  ix = (int32_t) fx, iy = (int32_t) fy;
  float    best = 9.0f, second = 9.0f, bx = 0.0f, by = 0.0f;
  uint32_t id = 0;

  for (int j = -1; j <= 1; j++)
    for (int i = -1; i <= 1; i++)
      {
        uint32_t h = scene_hash ((uint32_t) (ix + i), (uint32_t) (iy + j), seed);
        float    px = (float) i + 0.1f + 0.8f * (float) (int32_t) (h & 0xffff) * (1.0f / 65536.0f) - (x - fx);
        float    py = (float) j + 0.1f + 0.8f * (float) (int32_t) (h >> 16) * (1.0f / 65536.0f) - (y - fy);
        float    d = px * px + py * py;
        int      nearer = d < best;
        second = nearer ? best : (d < second ? d : second);
        bx = nearer ? px : bx;
        by = nearer ? py : by;
        id = nearer ? h : id;
        best = nearer ? d : best;
      }
  best = sqrtf (best);
  *out_gap = sqrtf (second) - best;
  *out_dx = bx;
  *out_dy = by;
  *out_id = id;
  return best;
}
