// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The frame and the ray casting. Terrain heights are sampled on a polar grid (picture column by
// logarithmic depth) and each column is swept once from near to far, which finds all visible ground
// without marching single rays. Sun shadows march over the same grid.

#include "scene.h"

#include <stdlib.h>
#include <string.h>

static void *
reserve (size_t size)
{
  void *p = aligned_alloc (64, (size + 63) / 64 * 64);

  if (p == NULL)
    abort ();
  return p;
}

SceneFrame *
scene_frame_new (int width, int height)
{
  SceneFrame *f = calloc (1, sizeof *f);
  size_t      n = (size_t) width * height;

  if (f == NULL)
    abort ();
  f->width = width;
  f->height = height;
  f->max_sprites = 60000;
  f->step = reserve (n * sizeof (float));
  f->depth = reserve (n * sizeof (float));
  f->altitude = reserve (n * sizeof (float));
  f->shade = reserve (n * sizeof (float));
  f->open = reserve (n * sizeof (float));
  f->colour = reserve (n * sizeof (SceneVec));
  f->label = reserve (n);
  f->sprites = reserve ((size_t) f->max_sprites * sizeof (SceneSprite));
  return f;
}

void
scene_frame_free (SceneFrame *f)
{
  free (f->ground);
  free (f->relief);
  free (f->step);
  free (f->depth);
  free (f->altitude);
  free (f->shade);
  free (f->open);
  free (f->colour);
  free (f->label);
  free (f->sprites);
  free (f);
}

static void
sweep (const Scene *scene, SceneFrame *f)
{
  int    w = f->width, h = f->height;
  float *previous = reserve ((size_t) w * sizeof (float)), *lowest = reserve ((size_t) w * sizeof (float));
  float  floor_y = scene->shore == SCENE_SHORE_NONE ? -1e9f : 0.0f;

  for (int c = 0; c < w; c++)
    {
      previous[c] = (float) h + 400.0f;
      lowest[c] = (float) h;
    }
  for (int k = 0; k < f->n_steps; k++)
    {
      float        z = f->near * expf ((float) k * f->log_step), scale = f->focal / z;
      const float *g = f->ground + (size_t) k * w;

      for (int c = 0; c < w; c++)
        {
          float y = f->horizon_row - scale * (fmaxf (g[c], floor_y) - scene->cam_y), before = previous[c];

          previous[c] = y;
          if (y >= lowest[c])
            continue;
          for (int r = (int) ceilf (lowest[c] - 0.5f) - 1; r >= 0 && (float) r + 0.5f >= y; r--)
            {
              float  t = scene_clamp ((before - (float) r - 0.5f) / (before - y), 0.0f, 1.0f);
              size_t at = (size_t) c * h + r;
              f->step[at] = fmaxf ((float) k - 1.0f + t, 0.0f);
              f->depth[at] = z * expf ((t - 1.0f) * f->log_step);
              f->altitude[at] = scene->cam_y + (f->horizon_row - (float) r - 0.5f) / f->focal * f->depth[at];
            }
          lowest[c] = y;
        }
    }
  free (previous);
  free (lowest);
}

void
scene_frame_trace (const Scene *scene, SceneFrame *f)
{
  float  below = fmaxf (1.0f - scene->horizon, 0.06f) / scene->focal, far = scene->mountain_height > 0.0f || scene->eye > 8.0f ? 42000.0f : 14000.0f, x[4096];
  size_t n = (size_t) f->width * f->height;

  f->focal = scene->focal * (float) f->height;
  f->centre = (float) f->width * 0.5f;
  f->horizon_row = scene->horizon * (float) f->height;
  f->near = fmaxf (0.28f * scene->eye / below, 0.2f);
  f->log_step = 0.0075f * sqrtf (512.0f / (float) f->height);
  f->n_steps = (int) (logf (far / f->near) / f->log_step) + 1;
  f->ground = reserve ((size_t) f->n_steps * f->width * sizeof (float));
  f->relief = reserve ((size_t) f->n_steps * f->width * 4);
  for (int k = 0; k < f->n_steps; k++)
    {
      float z = f->near * expf ((float) k * f->log_step);
      for (int c = 0; c < f->width; c++)
        x[c] = ((float) c + 0.5f - f->centre) / f->focal * z;
      scene_terrain_row (scene, z, z / f->focal, f->width, x, f->ground + (size_t) k * f->width, f->relief + (size_t) k * f->width * 4);
    }
  for (size_t i = 0; i < n; i++)
    {
      f->step[i] = -1.0f;
      f->depth[i] = 1e9f;
      f->altitude[i] = 0.0f;
      f->shade[i] = f->open[i] = 1.0f;
      f->label[i] = SCENE_NONE;
    }
  memset (f->colour, 0, n * sizeof (SceneVec));
  f->n_sprites = 0;
  sweep (scene, f);
}

static inline float
grid_height (const SceneFrame *f, float x, float z)
{
  float  column = scene_clamp (x / z * f->focal + f->centre - 0.5f, 0.0f, (float) f->width - 1.001f);
  float  step = scene_clamp (logf (z / f->near) / f->log_step, 0.0f, (float) f->n_steps - 1.001f);
  int    c = (int) column, k = (int) step;
  size_t at = (size_t) k * f->width + c;

  column -= (float) c;
  step -= (float) k;
  return scene_mix (scene_mix (f->ground[at], f->ground[at + 1], column),
                    scene_mix (f->ground[at + f->width], f->ground[at + f->width + 1], column), step);
}

/* False when the point lies well outside what the camera sees. */
bool
scene_frame_ground (const SceneFrame *f, float x, float z, float *out_height, uint8_t out_relief[4])
{
  float column = x / z * f->focal + f->centre, margin = 0.2f * (float) f->width;
  int   c, k;

  if (z < f->near || column < -margin || column > (float) f->width + margin)
    return false;
  *out_height = grid_height (f, x, z);
  c = (int) scene_clamp (column, 0.0f, (float) f->width - 1.0f);
  k = (int) scene_clamp (logf (z / f->near) / f->log_step, 0.0f, (float) f->n_steps - 1.0f);
  memcpy (out_relief, f->relief + ((size_t) k * f->width + c) * 4, 4);
  return true;
}

static float
march_to_sun (const Scene *scene, const SceneFrame *f, float x, float y, float z)
{
  float lit = 1.0f, t = z * 0.004f + 0.02f;
  SceneVec sun = scene->sun;

  if (sun.y < 0.0f)
    return 1.0f;
  for (int i = 0; i < 26; i++)
    {
      float px = x + sun.x * t, py = y + sun.y * t, pz = z + sun.z * t, clear;
      if (pz < f->near)
        break;
      clear = (py - grid_height (f, px, pz)) / t;
      lit = fminf (lit, 0.5f + clear * 26.0f);
      if (lit <= 0.0f)
        return 0.0f;
      t *= 1.42f;
    }
  return scene_clamp (lit, 0.0f, 1.0f);
}

/* Share of the sun that reaches each sample past terrain and clouds; coarse grid, then interpolated. */
void
scene_frame_shadow (const Scene *scene, SceneFrame *f)
{
  enum { DC = 4, DK = 5 };
  int    nc = (f->width + DC - 1) / DC + 1, nk = (f->n_steps + DK - 1) / DK + 1;
  float *coarse;

  if (scene->sun_share < 0.02f)
    return;
  coarse = reserve ((size_t) nc * nk * sizeof (float));
  for (int j = 0; j < nk; j++)
    for (int i = 0; i < nc; i++)
      {
        int   k = j * DK < f->n_steps ? j * DK : f->n_steps - 1, c = i * DC < f->width ? i * DC : f->width - 1;
        float z = f->near * expf ((float) k * f->log_step), x = ((float) c + 0.5f - f->centre) / f->focal * z;
        float y = f->ground[(size_t) k * f->width + c];
        coarse[j * nc + i] = march_to_sun (scene, f, x, y + z * 0.0006f, z) * scene_cloud_shadow (scene, x, z);
      }
  for (int c = 0; c < f->width; c++)
    for (int r = 0; r < f->height; r++)
      {
        size_t at = (size_t) c * f->height + r;
        float  a = (float) c / DC, b = f->step[at] / DK;
        int    i = (int) a, j = (int) b;
        const float *q = coarse + j * nc + i;
        if (f->step[at] < 0.0f)
          continue;
        a -= (float) i;
        b -= (float) j;
        f->shade[at] = scene_mix (scene_mix (q[0], q[1], a), scene_mix (q[nc], q[nc + 1], a), b);
      }
  free (coarse);
}
