// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// See surface.h. Every loop here is written to become vector code.

#include "surface.h"

#define HIGHEST_CLIFF 40.0f /* metres; the flutes of mountains are as they should be */

SCENE_INLINE void
octaves (SceneSurface *o, int first, int last, int from, int to, uint32_t key, float *sum, float *gx, float *gz)
{
  for (int i = first; i < last; i++)
    sum[i] = 0.0f;
  for (int k = from; k < to; k++)
    {
      float length = 0.015f * (float) (1 << k), f = 1.0f / length, shift = 13.7f * (float) k;
      float ca = cosf (1.3f * (float) k), sa = sinf (1.3f * (float) k);
      int   from_row = first;

      /* Rows run from far to near: skip those whose samples are too large for this octave. */
      while (from_row < last && o->size[from_row] > length * 1.3f)
        from_row++;
#pragma omp simd
      for (int i = from_row; i < last; i++)
        {
          float w = scene_clamp (length / (o->size[i] * 2.2f) - 0.35f, 0.0f, 1.0f), dx, dz;
          float a = (o->x[i] * ca - o->climb[i] * sa) * f + shift, b = (o->x[i] * sa + o->climb[i] * ca) * f, along;
          sum[i] += w * scene_noise2_grad (a, b, key + (uint32_t) k, &dx, &dz);
          along = dz * ca - dx * sa;
          gx[i] += w * (dx * ca + dz * sa + along * o->climb_x[i]);
          gz[i] += w * along * (1.0f + o->climb_z[i]);
        }
    }
}

SCENE_INLINE void
patch (const Scene *s, float x, float z, float *out1, float *out2)
{
  float f = 1.0f / s->cover_length, a = x * f, b = z * f * 0.8f, w = 0.4f * scene_noise2 (a * 2.3f, b * 2.3f, s->key + 200);
  float rough = 0.2f * scene_noise2 (a * 7.0f, b * 7.0f, s->key + 201) + 0.12f * scene_noise2 (a * 19.0f, b * 19.0f, s->key + 202);

  *out1 = scene_noise2 (a + w, b, s->key + 203) + 0.4f * scene_noise2 (a * 0.31f, b * 0.31f, s->key + 206) + rough;
  *out2 = scene_noise2 (a * 0.8f + 5.0f, b * 0.8f + w, s->key + 204) + 0.4f * scene_noise2 (a * 0.27f, b * 0.27f, s->key + 207) - rough;
}

void
scene_surface_patch (const Scene *s, float x, float z, float *out1, float *out2)
{
  patch (s, x, z, out1, out2);
}

void
scene_surface_column (const Scene *s, const SceneFrame *f, int column, int first, int last, SceneSurface *o)
{
  float  u = ((float) column + 0.5f - f->centre) / f->focal;
  size_t base = (size_t) column * f->height;
  int    left = column > 0 ? column - 1 : 0, right = column < f->width - 1 ? column + 1 : column;

  for (int i = first; i < last; i++)
    {
      float z = f->depth[base + i], t = f->step[base + i], a, b;
      int   k = (int) t;
      bool  climbs;
      const float *g;

      if (t < 0.0f)
        {
          z = 1e6f;
          k = 1;
        }
      k = k < 1 ? 1 : k > f->n_steps - 3 ? f->n_steps - 3 : k;
      t = scene_clamp (t - (float) k, 0.0f, 1.0f);
      o->z[i] = z;
      o->x[i] = u * z;
      o->size[i] = z / f->focal * 1.25f;
      g = f->ground + (size_t) k * f->width;
      a = (g[right] - g[left]) / (float) (right - left);
      b = (g[f->width + right] - g[f->width + left]) / (float) (right - left);
      o->slope_x[i] = scene_mix (a, b, t) * f->focal / z;
      a = g[column + f->width] - g[column - f->width];
      b = g[column + 2 * f->width] - g[column];
      o->slope_z[i] = scene_mix (a, b, t) * 0.5f / (z * f->log_step) - u * o->slope_x[i];
      climbs = f->altitude[base + i] < HIGHEST_CLIFF;
      o->climb[i] = z + (climbs ? f->altitude[base + i] : HIGHEST_CLIFF);
      o->climb_x[i] = climbs ? scene_clamp (o->slope_x[i], -2.0f, 2.0f) : 0.0f;
      o->climb_z[i] = climbs ? scene_clamp (o->slope_z[i], -1.0f, 2.0f) : 0.0f;
      o->fine_x[i] = o->fine_z[i] = o->broad_x[i] = o->broad_z[i] = 0.0f;
      o->shore[i] = 1e6f;
      o->road[i] = 1e6f;
    }
  octaves (o, first, last, 0, 5, s->key + 210, o->grain, o->fine_x, o->fine_z);
  octaves (o, first, last, 5, 9, s->key + 210, o->mid, o->fine_x, o->fine_z);
  octaves (o, first, last, 9, 13, s->key + 210, o->large, o->broad_x, o->broad_z);
  octaves (o, first, last, 13, 17, s->key + 210, o->huge, o->broad_x, o->broad_z);
#pragma omp simd
  for (int i = first; i < last; i++)
    patch (s, o->x[i], o->z[i], &o->patch1[i], &o->patch2[i]);
  if (s->shore != SCENE_SHORE_NONE)
    scene_shore_distances (s, last - first, o->x + first, o->z + first, 1, o->shore + first);
  if (s->has_road)
    for (int i = first; i < last; i++)
      o->road[i] = scene_road_offset (s, o->x[i], o->z[i]);
}

SceneCell
scene_surface_cell (float x, float z, float cell, uint32_t key)
{
  SceneCell out;
  uint32_t  id;
  float     f = 1.0f / cell, d;

  d = scene_cells (x * f, z * f, key, &out.gap, &out.dx, &out.dz, &id);
  out.dome = scene_clamp (1.0f - d * d * 2.2f, 0.0f, 1.0f);
  out.tone = (float) (id & 1023) / 511.5f - 1.0f;
  return out;
}
