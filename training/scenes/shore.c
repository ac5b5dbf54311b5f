// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The lines drawn into the landscape: edges of sea, lakes and rivers as a signed distance, and the
// course of the road. Everything that asks how near water or road are asks here.

#include "scene.h"

SCENE_INLINE float
shore_fine (const Scene *s, float x, float z)
{
  float b = 1.0f / (s->shore_bend * 5.0f + 0.1f);
  return 0.55f * scene_noise2 (x * b * 4.7f, z * b * 4.7f, s->key + 11) + 0.25f * scene_noise2 (x * b * 13.0f, z * b * 13.0f, s->key + 12);
}

SCENE_INLINE float
shore_line (const Scene *s, float cosine, float sine, float x, float z)
{
  float b = 1.0f / (s->shore_bend * 5.0f + 0.1f), w = s->shore_bend * (scene_noise2 (x * b, z * b, s->key + 10) + 0.45f * shore_fine (s, x, z));
  return (s->shore_z - z) * cosine - x * sine + w;
}

SCENE_INLINE float
shore_lake (const Scene *s, float cosine, float sine, float x, float z)
{
  float near = shore_line (s, cosine, sine, x, z), w = near - (s->shore_z - z) * cosine + x * sine;
  float far = z - s->shore_far + 0.12f * s->shore_far * scene_noise2 (x / (0.5f * s->shore_far) + 7.0f, 0.3f, s->key + 13) + 2.0f * w;
  return near > far ? near : far;
}

SCENE_INLINE float
shore_along (const Scene *s, float x, float z)
{
  float centre = s->shore_x + s->shore_turn * z + s->shore_bend * scene_noise2 (z / s->shore_z, 0.5f, s->key + 14) * (0.3f + z / s->shore_z);
  return fabsf (x - centre) + 0.25f * fmaxf (0.0f, z - s->shore_end) - s->shore_width * (0.8f + 0.2f * scene_noise2 (z / s->shore_width * 0.3f, 0.1f, s->key + 15)) + 0.22f * s->shore_width * shore_fine (s, x, z);
}

SCENE_INLINE float
shore_across (const Scene *s, float x, float z)
{
  float centre = fabsf (s->shore_z) + s->shore_width + s->shore_turn * x + s->shore_width * scene_noise2 (x / (s->shore_width * 5.0f), 0.7f, s->key + 14);
  return fabsf (z - centre) - s->shore_width + 0.22f * s->shore_width * shore_fine (s, x, z);
}

/* Metres from the water's edge, positive on land. dz is 0 for points of one depth, 1 for a list of points. */
void
scene_shore_distances (const Scene *s, int n, const float *x, const float *z, int dz, float *out)
{
  float cosine = cosf (s->shore_turn), sine = sinf (s->shore_turn);

  switch (s->shore)
    {
    case SCENE_SHORE_LINE:
#pragma omp simd
      for (int i = 0; i < n; i++)
        out[i] = shore_line (s, cosine, sine, x[i], z[i * dz]);
      break;
    case SCENE_SHORE_LAKE:
#pragma omp simd
      for (int i = 0; i < n; i++)
        out[i] = shore_lake (s, cosine, sine, x[i], z[i * dz]);
      break;
    case SCENE_SHORE_ALONG:
#pragma omp simd
      for (int i = 0; i < n; i++)
        out[i] = shore_along (s, x[i], z[i * dz]);
      break;
    case SCENE_SHORE_ACROSS:
#pragma omp simd
      for (int i = 0; i < n; i++)
        out[i] = shore_across (s, x[i], z[i * dz]);
      break;
    default:
      for (int i = 0; i < n; i++)
        out[i] = 1e6f;
      break;
    }
}

float
scene_shore_distance (const Scene *s, float x, float z)
{
  float out;

  scene_shore_distances (s, 1, &x, &z, 1, &out);
  return out;
}

/* Where the road's middle lies at a depth. */
float
scene_road_centre (const Scene *s, float z)
{
  return s->road_x + s->road_turn * z + s->road_bend * (scene_noise2 (z / s->road_length, 0.3f, s->key + 20) + 0.8f * z / s->road_length * scene_noise2 (z / s->road_length * 0.45f + 4.0f, 0.9f, s->key + 21));
}

/* Metres to the right of the road's middle. */
float
scene_road_offset (const Scene *s, float x, float z)
{
  float a = scene_road_centre (s, z), slope = (scene_road_centre (s, z + 1.0f) - a);
  return (x - a) / sqrtf (1.0f + slope * slope);
}
