// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Clouds over the sky samples: cumulus by marching through a slab (flat dark bases, heaped tops, lit
// by a short march to the sun), a closed or broken deck, and cirrus drawn out by the wind. Computed
// once per picture pixel (2 x 2 samples). Where they hide the sky well they are labelled clouds.

#include "scene.h"

#include <stdlib.h>

enum { MAX_ROWS = 2048, N_MARCH = 32 };

/* What the march found, by picture pixel (column-major): opacity, sunlight, skylight and distance,
 * the last three weighted with the opacity. */
typedef struct
{
  int    width, height;
  float *alpha, *light, *ambient, *distance;
} CloudMap;

SCENE_INLINE float
cover_at (float x, float z, float scale, uint32_t key)
{
  float a = x / scale, b = z / scale;
  float n = scene_noise2 (a, b, key) + 0.5f * scene_noise2 (a * 2.1f + 3.7f, b * 2.1f, key + 1) +
            0.28f * scene_noise2 (a * 4.3f, b * 4.3f + 1.3f, key + 2);
  return n;
}

/* Height of the cloud's top as a share of the slab, 0 where there is none. */
SCENE_INLINE float
top_at (float cover, float threshold)
{
  return scene_clamp ((cover - threshold) * 1.7f, 0.0f, 1.0f);
}

SCENE_INLINE float
body (float top, float h, float detail)
{
  float base = scene_clamp (h * 14.0f + 0.3f, 0.0f, 1.0f);
  return scene_clamp ((top * (1.1f - 0.1f * top) - h - detail) * 4.6f, 0.0f, 1.0f) * base * (h < 0.0f ? 0.0f : 1.0f);
}

static void
march_cumulus (const Scene *s, float u, float row_v, float dv, int n, int column, CloudMap *map)
{
  float    transmit[MAX_ROWS];
  float   *light = map->light + (size_t) column * map->height, *ambient = map->ambient + (size_t) column * map->height;
  float   *distance = map->distance + (size_t) column * map->height, *alpha = map->alpha + (size_t) column * map->height;
  float    base = s->cloud_base, depth = s->cloud_depth, scale = s->cloud_scale, threshold = 0.55f - 1.15f * s->cumulus;
  uint32_t key = s->key ^ 0x51u;
  SceneVec sun = s->sun;
  float    sun_y = fmaxf (sun.y, 0.03f), fine = 5.5f / scale;

  for (int i = 0; i < n; i++)
    {
      transmit[i] = 1.0f;
      light[i] = ambient[i] = distance[i] = 0.0f;
    }
  for (int k = 0; k < N_MARCH; k++)
    {
#pragma omp simd
      for (int i = 0; i < n; i++)
        {
          float v = fmaxf (row_v - dv * (float) i, 0.004f);
          float jitter = scene_hash_unit (scene_hash ((uint32_t) i, (uint32_t) k, (uint32_t) column));
          float z0 = base / v, z1 = fminf ((base + depth) / v, z0 + 9000.0f);
          float z = z0 + (z1 - z0) * ((float) k + 0.5f + 0.9f * (jitter - 0.5f)) / N_MARCH, x = u * z, y = v * z;
          float h = (y - base) / depth, step = (z1 - z0) / N_MARCH * sqrtf (1.0f + u * u + v * v);
          float top = top_at (cover_at (x, z, scale, key), threshold);
          float d1 = scene_noise3 (x * fine, y * fine * 1.2f, z * fine, key + 5);
          float d2 = scene_noise3 (x * fine * 2.3f, y * fine * 2.3f, z * fine * 2.3f, key + 6);
          float d3 = scene_noise3 (x * fine * 5.1f, y * fine * 5.1f, z * fine * 5.1f, key + 7);
          float d4 = scene_noise3 (x * fine * 11.3f, y * fine * 11.3f, z * fine * 11.3f, key + 8);
          float d5 = scene_noise3 (x * fine * 26.0f, y * fine * 26.0f, z * fine * 26.0f, key + 9);
          float w2 = scene_clamp (0.9f / (fine * step), 0.15f, 1.0f), w3 = scene_clamp (0.35f / (fine * step), 0.0f, 1.0f), w4 = scene_clamp (0.2f / (fine * step), 0.0f, 1.0f);
          float detail = 0.36f * fabsf (d1) + 0.3f * fabsf (d2) * w2 + 0.17f * d3 * w3 + 0.13f * d4 * w4 + 0.09f * d5 * w4 - 0.08f;
          float density = body (top, h, detail * (0.35f + 0.9f * h)) * (z < 55000.0f ? 1.0f : 0.0f);
          float tau = 0.0f, t0 = 0.09f * depth, t1 = 0.3f * depth, t2 = 0.75f * depth;
          float a, w;

          tau += t0 * 1.5f * body (top_at (cover_at (x + sun.x * t0, z + sun.z * t0, scale, key), threshold), h + sun_y * t0 / depth, detail * 0.7f);
          tau += t1 * body (top_at (cover_at (x + sun.x * t1, z + sun.z * t1, scale, key), threshold), h + sun_y * t1 / depth, 0.1f);
          tau += t2 * body (top_at (cover_at (x + sun.x * t2, z + sun.z * t2, scale, key), threshold), h + sun_y * t2 / depth, 0.1f);
          a = 1.0f - expf (-density * step * 0.02f);
          w = transmit[i] * a;
          light[i] += w * (0.62f * expf (-tau * 0.009f) + 0.38f * expf (-tau * 0.0022f));
          ambient[i] += w * (0.42f + 0.58f * scene_clamp (h * 1.6f, 0.0f, 1.0f)) * (0.75f + 0.25f * expf (-density * 2.0f));
          distance[i] += w * z;
          transmit[i] *= 1.0f - a;
        }
    }
  for (int i = 0; i < n; i++)
    alpha[i] = 1.0f - transmit[i];
}

/* A 3 x 3 binomial blur: it removes the grain of the jittered march, and real cloud edges are soft. */
static void
blur (float *plane, float *spare, int width, int height)
{
  for (int x = 0; x < width; x++)
    {
      const float *a = plane + (size_t) (x > 0 ? x - 1 : 0) * height, *b = plane + (size_t) x * height, *c = plane + (size_t) (x < width - 1 ? x + 1 : x) * height;
      for (int y = 0; y < height; y++)
        spare[(size_t) x * height + y] = 0.25f * a[y] + 0.5f * b[y] + 0.25f * c[y];
    }
  for (int x = 0; x < width; x++)
    {
      const float *a = spare + (size_t) x * height;
      for (int y = 0; y < height; y++)
        plane[(size_t) x * height + y] = 0.25f * a[y > 0 ? y - 1 : 0] + 0.5f * a[y] + 0.25f * a[y < height - 1 ? y + 1 : y];
    }
}

/* An octave of frequencies fa and fb where a pixel spans pa and pb. It fades as a pixel spans half of a wave, as on
 * the ground (surface.c): undersampled, the low sky is level strokes. */
SCENE_INLINE float
octave (float a, float b, float pa, float pb, float fa, float fb, uint32_t key)
{
  float span = fmaxf (pa * fa, pb * fb);

  return scene_clamp (1.0f / (2.2f * span) - 0.35f, 0.0f, 1.0f) * scene_noise2 (a * fa, b * fb, key);
}

static void
cirrus_column (const Scene *s, float u, float row_v, float dv, int n, float *out_alpha)
{
  uint32_t key = s->key ^ 0x77u;
  float    turn = (float) (key & 255) * 0.0246f, ca = cosf (turn), sa = sinf (turn);

#pragma omp simd
  for (int i = 0; i < n; i++)
    {
      float v = fmaxf (row_v - dv * (float) i, 0.004f), z = 9000.0f / (v + 0.03f), x = u * z;
      float a = (x * ca + z * sa) / 15000.0f, b = (z * ca - x * sa) / 4200.0f;
      float p = 9000.0f * dv / ((v + 0.03f) * (v + 0.03f)), pa = p * fabsf (sa) / 15000.0f, pb = p * fabsf (ca) / 4200.0f;
      float w = scene_noise2 (a * 0.9f, b * 0.5f, key) * 0.6f, w2 = octave (a + 1.85f, b, pa, pb, 2.7f, 1.3f, key + 1) * 0.22f;
      float mask = scene_noise2 (a * 0.55f, b * 0.32f, key + 2) * 0.9f + s->cirrus * 1.5f - 0.75f;
      float f = 0.0f;
      b += w + w2;
      f += 0.55f * octave (a, b, pa, pb, 1.0f, 1.5f, key + 3);
      f += 0.35f * octave (a, b, pa, pb, 2.2f, 4.1f, key + 4);
      f += 0.22f * octave (a, b, pa, pb, 5.0f, 9.3f, key + 5);
      f += 0.14f * octave (a, b, pa, pb, 12.0f, 19.0f, key + 6);
      out_alpha[i] = scene_smooth (-0.1f, 0.85f, mask + f * 0.8f) * 0.9f;
    }
}

static void
deck_column (const Scene *s, float u, float row_v, float dv, int n, float *out_alpha, float *out_level)
{
  uint32_t key = s->key ^ 0x99u;
  float    threshold = 1.35f - 2.8f * s->deck, rough = 0.3f + 1.3f * s->cloud_darkness;

#pragma omp simd
  for (int i = 0; i < n; i++)
    {
      float v = fmaxf (row_v - dv * (float) i, 0.004f), z = s->cloud_base / (v + 0.022f), x = u * z;
      float a = x / 2600.0f, b = z / 2600.0f;
      float w = scene_noise2 (a * 0.7f, b * 0.7f, key) * 0.8f;
      float f = 0.0f, g, p = s->cloud_base * dv / ((v + 0.022f) * (v + 0.022f)) / 2600.0f;
      a += w;
      b += w * 0.6f;
      f += 0.6f * octave (a, b, p, p, 0.8f, 0.8f, key + 1);
      f += 0.36f * octave (a, b, p, p, 1.9f, 1.9f, key + 2);
      f += 0.22f * octave (a, b, p, p, 4.2f, 4.2f, key + 3);
      g = 0.13f * octave (a, b, p, p, 9.1f, 9.1f, key + 4) + 0.08f * octave (a, b, p, p, 21.0f, 21.0f, key + 5);
      out_alpha[i] = scene_smooth (threshold - 0.5f, threshold + 0.25f, f + g);
      out_level[i] = 1.02f - rough * (0.75f * (f + g) - 0.2f * v);
    }
}

/* No map tells of what is too thin to be labelled: a sky of streaks and flecks teaches strokes. */
static float
visible (float cover, float from, float to)
{
  return cover * scene_smooth (from, to, cover);
}

static SceneVec
over (SceneVec below, SceneVec above, float alpha)
{
  return scene_lerp (below, above, alpha);
}

static void
paint (const Scene *s, const SceneLight *light, SceneFrame *frame, const CloudMap *map, int column, int n, float u, float row_v, float dv)
{
  static _Thread_local float       cirrus[MAX_ROWS], deck[MAX_ROWS], level[MAX_ROWS];
  SceneVec grey = light->zenith;

  if (s->cirrus > 0.02f)
    cirrus_column (s, u, row_v, dv, n, cirrus);
  if (s->deck > 0.02f)
    deck_column (s, u, row_v, dv, n, deck, level);
  for (int i = 0; i < n; i++)
    {
      float    v = row_v - dv * (float) i, cover = 0.0f, cosine, forward;
      SceneVec sky, d;

      if (v < -0.02f)
        continue;
      sky = scene_sky_radiance (s, light, u, v);
      d = scene_normalize (scene_vec (u, fmaxf (v, 0.0f), 1.0f));
      cosine = scene_dot (d, s->sun);
      forward = 0.85f + 0.25f * cosine * cosine + 1.3f * powf (fmaxf (cosine, 0.0f), 14.0f);
      if (s->cirrus > 0.02f)
        {
          float    a = visible (cirrus[i], 0.15f, 0.55f) * scene_smooth (0.0f, 0.12f, v);
          SceneVec c = scene_add (scene_scale (light->sun, 0.5f * forward), scene_scale (light->zenith, 0.75f));
          sky = over (sky, c, a);
          cover = a;
        }
      if (s->cumulus > 0.02f)
        {
          size_t   at = (size_t) column * map->height + i;
          float    opaque = map->alpha[at], a = visible (opaque, 0.05f, 0.4f), inv = 1.0f / fmaxf (opaque, 1e-3f), fade = expf (-map->distance[at] * inv * (s->haze * 0.45f + 6e-6f));
          SceneVec c = scene_scale (light->sun, map->light[at] * inv * 0.92f * forward);
          c = scene_add (c, scene_scale (scene_add (scene_scale (light->zenith, 0.75f), scene_scale (light->ground, 0.35f)), map->ambient[at] * inv));
          c = scene_lerp (scene_sky_radiance (s, light, u, fmaxf (v, 0.012f)), c, fade);
          sky = over (sky, c, a);
          cover = cover + (a * scene_clamp (fade * 1.5f, 0.0f, 1.0f) - cover * a);
        }
      if (s->deck > 0.02f)
        {
          float    near = scene_smooth (0.0f, 0.1f, v), glow = 1.0f + 0.5f * s->sun_share + 0.35f * powf (fmaxf (cosine, 0.0f), 6.0f);
          SceneVec c = scene_scale (grey, fmaxf (0.25f, scene_mix (1.0f, level[i], near)) * glow * (0.8f + 0.3f * fminf (v, 1.0f)));
          float    a = visible (deck[i], 0.05f, 0.4f);
          c = scene_add (c, scene_scale (light->sun, 0.12f * s->sun_share * (1.0f - a * 0.5f)));
          sky = over (sky, c, a);
          cover = cover + (1.0f - cover) * a;
        }
      for (int k = 0; k < 4; k++)
        {
          int at = (column * 2 + (k & 1)) * frame->height + i * 2 + (k >> 1);
          if (frame->depth[at] < 1e8f)
            continue;
          frame->colour[at] = sky;
          frame->label[at] = cover > 0.42f ? SCENE_CLOUDS : SCENE_SKY;
        }
    }
}

/* One more than the lowest row (of pixels) where a column has sky. */
static int
lowest_sky (const SceneFrame *f, int column)
{
  const float *a = f->depth + (size_t) column * 2 * f->height, *b = a + f->height;

  for (int i = f->height / 2 - 1; i >= 0; i--)
    if (a[i * 2] > 1e8f || a[i * 2 + 1] > 1e8f || b[i * 2] > 1e8f || b[i * 2 + 1] > 1e8f)
      return i + 1;
  return 0;
}

/* How far down to march: blur() takes from the neighbours, and rows left empty there would draw a line along the
 * skyline. */
static int
lowest_march (const int *lowest, int column, int width, int height)
{
  enum { BESIDE = 4, BELOW = 4 };
  int low = 0;

  for (int c = column > BESIDE ? column - BESIDE : 0; c < width && c <= column + BESIDE; c++)
    low = lowest[c] > low ? lowest[c] : low;
  return low == 0 ? 0 : low + BELOW < height ? low + BELOW : height;
}

void
scene_clouds_draw (const Scene *scene, const SceneLight *light, SceneFrame *frame)
{
  float    dv = 2.0f / frame->focal, row_v = (frame->horizon_row - 1.0f) / frame->focal;
  int      width = frame->width / 2, height = frame->height / 2, lowest[MAX_ROWS];
  size_t   n = (size_t) width * height;
  float   *planes = calloc (n * 5, sizeof (float));
  CloudMap map = { width, height, planes, planes + n, planes + 2 * n, planes + 3 * n };

  if (planes == NULL)
    abort ();
  for (int c = 0; c < width; c++)
    lowest[c] = lowest_sky (frame, c);
  for (int c = 0; c < width && scene->cumulus > 0.02f; c++)
    march_cumulus (scene, ((float) c * 2.0f + 1.0f - frame->centre) / frame->focal, row_v, dv, lowest_march (lowest, c, width, height), c, &map);
  for (int k = 0; k < 4 && scene->cumulus > 0.02f; k++)
    blur (planes + k * n, planes + 4 * n, width, height);
  for (int c = 0; c < width; c++)
    paint (scene, light, frame, &map, c, lowest[c], ((float) c * 2.0f + 1.0f - frame->centre) / frame->focal, row_v, dv);
  free (planes);
}

float
scene_cloud_shadow (const Scene *s, float x, float z)
{
  float t = s->cloud_base / fmaxf (s->sun.y, 0.12f), top;

  if (s->cumulus < 0.02f)
    return 1.0f;
  top = top_at (cover_at (x + s->sun.x * t, z + s->sun.z * t, s->cloud_scale, s->key ^ 0x51u), 0.55f - 1.15f * s->cumulus);
  /* The near ground is mostly in the sun: photographers wait for it. */
  return 1.0f - (0.25f + 0.55f * scene_smooth (30.0f, 500.0f, z)) * scene_smooth (0.02f, 0.3f, top);
}
