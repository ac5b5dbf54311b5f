// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The height field: undulating ground, dunes, outcrops, hills, mountains that look eroded (steep
// parts get less detail), carved by shores, rivers and roads. Evaluated row by row at constant depth,
// with octaves only down to the size of a sample there, so that every distance keeps fine relief.

#include "scene.h"

enum { CHUNK = 128 };

static void
add_roll (const Scene *s, float z, float footprint, int n, const float *x, float *h)
{
  float length = s->roll_length, amplitude = s->roll_height;

  for (int o = 0; o < 14 && length > footprint * 2.5f; o++)
    {
      float f = 1.0f / length, shift = (float) o * 17.3f;
#pragma omp simd
      for (int i = 0; i < n; i++)
        h[i] += amplitude * scene_noise2 ((x[i] * 0.8f - z * 0.6f) * f + shift, (x[i] * 0.6f + z * 0.8f) * f, s->key + 30 + (uint32_t) o);
      length *= 0.47f;
      amplitude *= o < 3 ? 0.36f : 0.44f;
    }
}

static void
add_dunes (const Scene *s, float z, int n, const float *x, float *h)
{
  float ca = cosf (s->dune_turn), sa = sinf (s->dune_turn), f = 1.0f / s->dune_length;

#pragma omp simd
  for (int i = 0; i < n; i++)
    {
      float a = (x[i] * ca + z * sa) * f + s->dune_shift, b = (z * ca - x[i] * sa) * f * 0.4f;
      float w = scene_noise2 (a * 0.4f, b * 0.7f, s->key + 50) * 0.9f, v, c, big;
      a += w;
      v = scene_noise2 (a, b + 3.0f, s->key + 51);
      v = 1.0f - sqrtf (v * v + 0.0009f) * 2.0f;
      a += 0.22f * v;
      c = scene_noise2 (a, b + 3.0f, s->key + 51);
      c = 1.0f - sqrtf (c * c + 0.0004f) * 2.0f;
      big = 0.65f + 0.7f * scene_noise2 (a * 0.3f, b * 0.4f, s->key + 52);
      h[i] += s->dune_height * big * fmaxf (c, 0.0f) * (0.4f + 0.6f * c);
      v = scene_noise2 (a * 3.1f + 2.0f, b * 3.5f, s->key + 53);
      h[i] += s->dune_height * 0.16f * (1.0f - sqrtf (v * v + 0.002f));
    }
}

static void
add_hills (const Scene *s, float z, float footprint, int n, const float *x, float *h, uint8_t *relief)
{
  float sum[CHUNK] = { 0 }, length = s->hill_length, amplitude = 1.0f;

  for (int o = 0; o < 7 && length > footprint * 3.0f; o++)
    {
      float f = 1.0f / length;
#pragma omp simd
      for (int i = 0; i < n; i++)
        sum[i] += amplitude * scene_noise2 (x[i] * f + 5.0f * (float) o, z * f, s->key + 60 + (uint32_t) o);
      length *= 0.45f;
      amplitude *= 0.33f;
    }
  for (int i = 0; i < n; i++)
    {
      float edge = z + s->hill_near * 0.35f * scene_noise2 (x[i] / s->hill_length * 1.3f, 0.4f, s->key + 67);
      float mask = scene_smooth (s->hill_near * 0.8f, s->hill_near * 2.2f, edge), t = fmaxf (0.0f, 0.28f + sum[i]), hill;
      hill = mask * t * t / (t + 0.15f);
      if (s->mesa > 0.0f)
        {
          float q = hill * 3.2f, base = floorf (q), r = q - base;
          float cliff = scene_smooth (0.42f, 0.62f, r);
          hill = scene_mix (hill, (base + 0.25f * r + 0.75f * cliff) / 3.2f, 0.85f);
          if (r > 0.36f && r < 0.7f)
            relief[i * 4 + 2] = (uint8_t) (255.0f * mask);
        }
      h[i] += s->hill_height * hill;
      relief[i * 4 + 1] = (uint8_t) (255.0f * scene_smooth (0.03f, 0.1f, hill));
    }
}

static void
add_mountains (const Scene *s, float z, float footprint, int n, const float *x, float *h, uint8_t *relief)
{
  float sum[CHUNK] = { 0 }, ridge[CHUNK] = { 0 }, gx[CHUNK] = { 0 }, gz[CHUNK] = { 0 }, wx[CHUNK], wz[CHUNK];
  float length = s->mountain_length, amplitude = 1.0f, f = 1.0f / length;

#pragma omp simd
  for (int i = 0; i < n; i++)
    {
      wx[i] = x[i] + 0.16f * length * (scene_noise2 (x[i] * f * 2.1f, z * f * 2.1f, s->key + 80) + 0.4f * scene_noise2 (x[i] * f * 6.0f, z * f * 6.0f, s->key + 79));
      wz[i] = z + 0.16f * length * (scene_noise2 (x[i] * f * 2.1f + 9.0f, z * f * 2.1f, s->key + 81) + 0.4f * scene_noise2 (x[i] * f * 6.0f + 3.0f, z * f * 6.0f, s->key + 78));
      ridge[i] = 1.0f - fabsf (scene_noise2 (wx[i] * f, wz[i] * f, s->key + 82)) * 1.5f;
      ridge[i] = ridge[i] * ridge[i] * 0.7f + 0.3f * (1.0f - fabsf (scene_noise2 (wx[i] * f * 2.3f, wz[i] * f * 2.3f, s->key + 83)) * 1.6f) * ridge[i];
    }
  for (int o = 0; o < 10 && length > footprint * 3.0f; o++)
    {
      f = 2.2f / length;
#pragma omp simd
      for (int i = 0; i < n; i++)
        {
          float dx, dz, v = scene_noise2_grad (wx[i] * f + 1.7f * (float) o, wz[i] * f, s->key + 84 + (uint32_t) o, &dx, &dz);
          gx[i] += dx * 0.75f;
          gz[i] += dz * 0.75f;
          v = o < 4 ? 0.5f - fabsf (v) * 1.3f : v;
          sum[i] += amplitude * v / (1.0f + 0.55f * (gx[i] * gx[i] + gz[i] * gz[i]));
        }
      length *= 0.48f;
      amplitude *= 0.5f;
    }
  for (int i = 0; i < n; i++)
    {
      float m = s->mountain_near, mask = scene_smooth (m * 0.62f, m * 1.45f, z + 0.2f * m * scene_noise2 (x[i] / s->mountain_length, 0.2f, s->key + 95));
      float gap = scene_smooth (-0.5f, 0.35f, scene_noise2 (x[i] / (1.4f * s->mountain_length), 2.2f, s->key + 96) + 0.6f - s->mountain_gap * 1.3f);
      float r = fmaxf (ridge[i], 0.0f), body = mask * (0.2f + 0.8f * gap) * fmaxf (0.0f, 0.62f * r + 0.55f * sum[i] * (0.25f + r) + 0.1f);
      if (s->mesa > 0.0f)
        {
          float q = body * 5.0f, base = floorf (q);
          body = scene_mix (body, (base + scene_smooth (0.3f, 0.7f, q - base)) / 5.0f, 0.6f);
        }
      h[i] += s->mountain_height * body;
      relief[i * 4] = (uint8_t) (255.0f * scene_smooth (0.03f, 0.09f, body));
    }
}

static void
add_outcrops (const Scene *s, float z, float footprint, int n, const float *x, const float *shore, float *h, uint8_t *relief)
{
  float most = -9.0f, mask_noise[CHUNK];
  float f = 1.0f / s->outcrop_length, threshold = 0.62f - 1.1f * s->outcrop, scale = s->outcrop_height;

  if (footprint > s->outcrop_length * 0.3f)
    return;
#pragma omp simd
  for (int i = 0; i < n; i++)
    {
      float sea = s->shore == SCENE_SHORE_LINE ? 0.35f * (1.0f - scene_smooth (0.0f, s->shore_bank * 2.5f, fabsf (shore[i]))) : 0.0f;
      float w = 0.35f * scene_noise2 (x[i] * f * 3.0f, z * f * 3.0f, s->key + 100);
      mask_noise[i] = scene_noise2 (x[i] * f + w, z * f, s->key + 101) + 0.35f * w + sea;
    }
  for (int i = 0; i < n; i++)
    most = fmaxf (most, mask_noise[i]);
  if (most < threshold)
    return;
#pragma omp simd
  for (int i = 0; i < n; i++)
    {
      float w = 0.35f * scene_noise2 (x[i] * f * 3.0f, z * f * 3.0f, s->key + 100), m = mask_noise[i];
      float mask = scene_smooth (threshold, threshold + 0.16f, m), gap, dx, dz, big, cracks, v;
      uint32_t id;
      scene_cells (x[i] * f * 5.0f + w * 2.0f, z * f * 5.0f, s->key + 102, &gap, &dx, &dz, &id);
      big = (float) (id & 255) / 255.0f;
      cracks = scene_smooth (0.0f, 0.16f, gap);
      v = 0.35f + 0.35f * big + 0.3f * fmaxf (0.0f, m - threshold) * 2.0f + 0.25f * (dx * ((float) ((id >> 8) & 255) / 128.0f - 1.0f) + dz * ((float) ((id >> 16) & 255) / 128.0f - 1.0f));
      v += 0.16f * scene_noise2 (x[i] * f * 11.0f, z * f * 11.0f, s->key + 103) + 0.08f * scene_noise2 (x[i] * f * 27.0f, z * f * 27.0f, s->key + 104);
      v += 0.04f * scene_noise2 (x[i] * f * 61.0f, z * f * 61.0f, s->key + 105);
      h[i] += scale * mask * fmaxf (0.1f, v) * (0.55f + 0.45f * cracks);
      relief[i * 4 + 2] = mask > 0.35f ? 255 : relief[i * 4 + 2];
    }
}

static void
carve_shore (const Scene *s, float z, int n, const float *x, const float *shore, float *h)
{
  float bank = s->shore_bank + 0.05f * z;

#pragma omp simd
  for (int i = 0; i < n; i++)
    {
      float d = shore[i], land = fmaxf (h[i], 0.0f) + 0.08f * s->eye + 0.2f, low, high;
      float rough = 0.5f * bank * scene_noise2 (x[i] / bank * 0.9f, z / bank * 0.9f, s->key + 120);
      low = d * 0.05f + 0.015f;
      high = scene_mix (low, land, scene_smooth (0.0f, bank, d));
      if (s->cliff > 0.0f)
        high += s->cliff * scene_smooth (bank * 0.3f, bank * 0.7f, d + rough);
      h[i] = d > 0.0f ? high : fmaxf (d * 0.14f, -5.0f);
    }
}

static void
flatten_road (const Scene *s, float z, int n, const float *x, float *h)
{
  float middle[1] = { scene_road_centre (s, z) }, level[1] = { 0 }, width = s->road_width;
  float   drape = s->hill_height > 0.0f ? scene_smooth (0.5f * s->hill_near, 1.1f * s->hill_near, z) : 0.0f;
  float   slope = scene_road_centre (s, z + 1.0f) - middle[0], narrow = 1.0f / sqrtf (1.0f + slope * slope);
  uint8_t none[4] = { 0 };

  add_roll (s, z, s->roll_length * 0.2f, 1, middle, level);
  if (s->hill_height > 0.0f)
    add_hills (s, z, s->hill_length * 0.3f, 1, middle, level, none);
  for (int i = 0; i < n; i++)
    {
      float d = fabsf (x[i] - middle[0]) * narrow;
      h[i] = scene_mix (level[0] + (s->is_paved ? 0.12f : 0.0f), h[i], scene_clamp (scene_smooth (width * 0.5f + 0.2f, width * 1.6f + 1.0f, d) + drape, 0.0f, 1.0f));
    }
}

static void
find_forest (const Scene *s, float z, int n, const float *x, const float *shore, const float *h, uint8_t *relief)
{
  float f = 1.0f / s->forest_length, threshold = 0.45f - s->forest;

  if (s->forest <= 0.01f)
    return;
#pragma omp simd
  for (int i = 0; i < n; i++)
    {
      float v = scene_noise2 (x[i] * f, z * f, s->key + 130) + 0.4f * scene_noise2 (x[i] * f * 2.7f, z * f * 2.7f, s->key + 131) + 0.2f * scene_noise2 (x[i] * f * 8.0f, z * f * 8.0f, s->key + 132);
      float wide = scene_noise2 (x[i] / 900.0f, z / 900.0f, s->key + 133), cover;
      v += z > 600.0f ? wide * 0.8f : 0.0f;
      cover = scene_smooth (threshold - 0.03f, threshold + 0.03f, v);
      cover *= scene_smooth (s->forest_near * 0.9f, s->forest_near * 1.1f, z + s->forest_near * 0.5f * v);
      cover *= 1.0f - scene_smooth (0.7f, 1.0f, (h[i] + 60.0f * wide) / s->tree_line);
      relief[i * 4 + 3] = (uint8_t) (255.0f * cover);
    }
  for (int i = 0; i < n; i++)
    if (relief[i * 4 + 3])
      {
        bool wet = s->shore != SCENE_SHORE_NONE && shore[i] < 1.0f + 0.4f * s->shore_bank;
        bool road = s->has_road && fabsf (scene_road_offset (s, x[i], z)) < s->road_width * 1.1f + 1.0f;
        if (wet || road || relief[i * 4 + 2] > 128)
          relief[i * 4 + 3] = 0;
      }
}

/* Beyond the reach of single trees the forest is part of the height field. */
static void
add_canopy (const Scene *s, float z, float footprint, int n, const float *x, float *h, const uint8_t *relief)
{
  float begin = s->tree_height * s->focal * 512.0f / 9.0f, size = s->tree_height * 0.55f;
  float blend = scene_smooth (begin * 0.75f, begin, z);

  int   any = 0;

  for (int i = 0; i < n; i++)
    any |= relief[i * 4 + 3];
  if (blend <= 0.0f || any == 0)
    return;
#pragma omp simd
  for (int i = 0; i < n; i++)
    {
      float    gap, dx, dz, cover = (float) relief[i * 4 + 3] * (1.0f / 255.0f), dome;
      uint32_t id;
      dome = scene_cells (x[i] / size, z / size, s->key + 140, &gap, &dx, &dz, &id);
      dome = 1.0f - dome * dome * 1.8f + 0.5f * (float) (id & 255) * (1.0f / 255.0f);
      dome = scene_mix (dome, 0.9f, scene_smooth (size * 0.3f, size * 1.4f, footprint));
      dome += 0.35f * scene_noise2 (x[i] / (footprint * 5.0f + size), z / (footprint * 5.0f + size), s->key + 141);
      h[i] += blend * cover * s->tree_height * (0.35f + 0.5f * dome);
    }
}

static void
terrain_chunk (const Scene *s, float z, float footprint, int n, const float *x, float *h, uint8_t *relief)
{
  float shore[CHUNK];

  for (int i = 0; i < n; i++)
    h[i] = s->roll_height;
  for (int i = 0; i < n * 4; i++)
    relief[i] = 0;
  scene_shore_distances (s, n, x, &z, 0, shore);
  add_roll (s, z, footprint, n, x, h);
  if (s->dune_height > 0.0f)
    add_dunes (s, z, n, x, h);
  if (s->hill_height > 0.0f && z > s->hill_near * 0.4f)
    add_hills (s, z, footprint, n, x, h, relief);
  if (s->mountain_height > 0.0f && z > s->mountain_near * 0.4f)
    add_mountains (s, z, footprint, n, x, h, relief);
  if (s->outcrop > 0.0f)
    add_outcrops (s, z, footprint, n, x, shore, h, relief);
  if (s->has_road)
    flatten_road (s, z, n, x, h);
  if (s->shore != SCENE_SHORE_NONE)
    carve_shore (s, z, n, x, shore, h);
  find_forest (s, z, n, x, shore, h, relief);
  add_canopy (s, z, footprint, n, x, h, relief);
}

void
scene_terrain_row (const Scene *scene, float z, float footprint, int n, const float *x, float *out_height, uint8_t *out_relief)
{
  for (int i = 0; i < n; i += CHUNK)
    terrain_chunk (scene, z, footprint, n - i < CHUNK ? n - i : CHUNK, x + i, out_height + i, out_relief + i * 4);
}

/* Moves the dunes so that the camera stands in a hollow and sees their crests. */
static void
shift_dunes (Scene *s)
{
  float best = 1e9f, shift = 0.0f;

  for (int k = 0; k < 24; k++)
    {
      float x[4] = { 0.0f, 0.0f, -2.0f, 2.0f }, h[4] = { 0 };
      s->dune_shift = 0.61f * (float) k;
      add_dunes (s, 1.0f, 1, x, h);
      add_dunes (s, 0.25f * s->dune_length, 3, x + 1, h + 1);
      h[0] += 0.5f * (h[1] + h[2] + h[3]);
      if (h[0] < best)
        {
          best = h[0];
          shift = s->dune_shift;
        }
    }
  s->dune_shift = shift;
}

/* Puts the camera eye metres above the ground around it, above any bump close by. */
void
scene_camera_stand (Scene *s)
{
  float   near = s->eye * s->focal / fmaxf (1.0f - s->horizon, 0.05f), mean = 0.0f, highest = -1e9f;
  uint8_t relief[5 * 4];

  if (s->dune_height > 0.0f)
    shift_dunes (s);
  for (int k = 0; k < 6; k++)
    {
      float z = near * (0.35f + 0.5f * (float) k), x[5], h[5];
      for (int i = 0; i < 5; i++)
        x[i] = z * 0.35f * (float) (i - 2);
      scene_terrain_row (s, z, 0.05f * s->eye, 5, x, h, relief);
      for (int i = 0; i < 5; i++)
        {
          float top = s->shore == SCENE_SHORE_NONE ? h[i] : fmaxf (h[i], 0.0f);
          mean += top / 30.0f;
          highest = fmaxf (highest, top - 0.1f * s->eye * (float) k);
        }
    }
  s->cam_y = fmaxf (mean + s->eye, highest + 0.45f * s->eye);
}
