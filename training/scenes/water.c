// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Water, after everything else is in its final colour: each column is mirrored at the water level
// (a flat water surface reflects within the picture column), wave slopes bend the lookup, Fresnel
// mixes it with the water's own colour or the bed; waves too small for a sample widen the lookup.

#include "surface.h"

#include <stdlib.h>

typedef struct
{
  SceneVec colour[SCENE_MAX_ROWS];
  float    depth[SCENE_MAX_ROWS];     /* 1e9: the sky is mirrored here */
  int      n;
} Mirror;

/* What the column shows at each upward slope of a mirrored ray; entry m stands for slope (m + 0.5) / focal. */
static void
mirror_column (const Scene *s, const SceneFrame *f, int column, Mirror *mirror)
{
  size_t base = (size_t) column * f->height;
  int    last = -1;
  SceneVec last_colour = { 0 };
  float  last_depth = 0.0f;

  mirror->n = f->height < SCENE_MAX_ROWS ? f->height : SCENE_MAX_ROWS;
  for (int m = 0; m < mirror->n; m++)
    mirror->depth[m] = 1e9f;
  for (int r = f->height - 1; r >= 0; r--)
    {
      float z = f->depth[base + r], slope;
      int   m;

      if (z > 1e8f)
        break;
      if (f->label[base + r] == s->water_class || z < f->near)
        {
          last = -1;
          continue;
        }
      slope = (f->altitude[base + r] + s->cam_y) / z;
      m = (int) (slope * f->focal);
      if (last >= 0 && m >= 0 && fmaxf (z, last_depth) < fminf (z, last_depth) * 1.6f + 5.0f) /* of one thing */
        {
          int a = m < last ? m : last, b = m < last ? last : m;
          for (int k = a; k <= b && k < mirror->n; k++)
            if (k >= 0 && z < mirror->depth[k])
              {
                float t = b == a ? 0.0f : (float) (k - last) / (float) (m - last);
                mirror->depth[k] = z;
                mirror->colour[k] = scene_lerp (last_colour, f->colour[base + r], t);
              }
        }
      else if (m >= 0 && m < mirror->n && z < mirror->depth[m])
        {
          mirror->depth[m] = z;
          mirror->colour[m] = f->colour[base + r];
        }
      last = m;
      last_depth = z;
      last_colour = f->colour[base + r];
    }
}

static SceneVec
mirrored (const Scene *s, const SceneLight *light, const SceneFrame *f, const Mirror *mirror, float u, float slope, float z)
{
  int m = (int) (slope * f->focal), row, c;

  if (m >= 0 && m < mirror->n && mirror->depth[m] < 1e8f && mirror->depth[m] > z)
    return mirror->colour[m];
  row = (int) (f->horizon_row - slope * f->focal);
  c = (int) (u * f->focal + f->centre);
  c = c < 0 ? 0 : c >= f->width ? f->width - 1 : c;
  row = abs (row);                                             /* above the frame: the sky folded back, not drawn out */
  row = row >= f->height ? f->height - 1 : row;
  if (f->depth[(size_t) c * f->height + row] > 1e8f)
    {
      SceneVec seen = f->colour[(size_t) c * f->height + row];
      float    most = light->sun.x * 3.0f + 1.0f;
      return scene_vec (fminf (seen.x, most), fminf (seen.y, most), fminf (seen.z, most));
    }
  return scene_sky_radiance (s, light, u, fmaxf (slope, 0.01f));
}

/* Slopes of the waves that a sample can resolve, and the spread of those it cannot. */
static void
waves (const Scene *s, float x, float z, float size, float depth_size, float *out_x, float *out_z, float *out_spread)
{
  float gx = 0.0f, gz = 0.0f, spread = 0.0f, wave = s->wave, strength = 0.0025f + 0.095f * wave;
  bool  flows = s->shore == SCENE_SHORE_ALONG || s->shore == SCENE_SHORE_ACROSS;

  for (int o = 0; o < 9; o++)
    {
      float length = (s->water_class == SCENE_SEA ? 14.0f : flows ? 2.2f : 4.0f) * powf (0.52f, (float) o), f = 1.0f / length, dx, dz;
      float a = (o < 3 ? strength : strength * 0.8f) * (o == 0 ? 0.6f : 1.0f), turn = 0.5f * sinf (2.4f * (float) o);
      float w = scene_clamp (length / (2.0f * sqrtf (size * depth_size)) - 0.4f, 0.0f, 1.0f);

      if (w > 0.0f)
        {
          scene_noise2_grad ((x + turn * z) * f * 0.55f + (float) o * 7.1f, (z - turn * x) * f, s->key + 300 + (uint32_t) o, &dx, &dz);
          gx += w * a * (dx * 0.55f - turn * dz);
          gz += w * a * (dz + turn * dx * 0.55f);
        }
      spread += (1.0f - w) * a * a;
    }
  *out_x = gx;
  *out_z = gz;
  *out_spread = sqrtf (spread);
}

static float
foam_at (const Scene *s, const SceneSurface *o, int i)
{
  float d = -o->shore[i], reach, lace, foam = 0.0f;

  if (s->foam > 0.0f)
    {
      float phase = d / (s->eye * 1.3f + 1.2f) + 0.5f * scene_noise2 (o->x[i] / (s->eye * 6.0f), o->z[i] / (s->eye * 6.0f), s->key + 320);
      float line = phase - floorf (phase), fade = scene_smooth (4.2f, 1.0f, phase);
      reach = s->eye * 0.35f * fmaxf (0.12f, 0.6f + scene_noise2 (o->x[i] / (s->eye * 1.7f), 0.5f + o->z[i] / (s->eye * 1.7f), s->key + 321));
      lace = 0.55f + 0.5f * o->mid[i] + 0.35f * o->grain[i];
      foam = scene_smooth (reach, 0.0f, d) * (0.6f + lace);
      foam = fmaxf (foam, scene_smooth (0.55f, 1.0f, line) * fade * s->foam * scene_smooth (0.35f, 0.8f, lace + 0.35f * o->large[i]) * 1.2f);
      foam = fmaxf (foam, s->wave * s->foam * 0.8f * scene_smooth (0.75f, 1.15f, o->mid[i] * 0.5f + o->large[i] * 0.7f + 0.5f * o->grain[i]));
    }
  else if (s->water_class == SCENE_RIVER)
    foam = s->wave * scene_smooth (0.5f, 0.95f, o->mid[i] * 0.7f + 0.45f * o->large[i] + 0.3f * o->grain[i]) * 0.8f;
  return scene_clamp (foam, 0.0f, 1.0f);
}

static SceneVec
shade_water (const Scene *s, const SceneLight *light, SceneFrame *f, const SceneSurface *o, const Mirror *mirror, int column, int i, float bed, float u)
{
  size_t   at = (size_t) column * f->height + i;
  float    z = f->depth[at], lit = f->shade[at] * s->sun_share, nx, nz, spread, fresnel, cosine, sparkle, foam, k, v = -s->cam_y / z, length, deep;
  float    depth_size = z * z / (f->focal * s->cam_y);
  SceneVec view, mirror_colour, body, shallow, reflected, out;

  waves (s, o->x[i], z, o->size[i], depth_size, &nx, &nz, &spread);
  /* Facets below the sample: one random tilt, drawn out sideways as crests are. */
  {
    float a = 0.0f, b = 0.0f, dx = o->x[i] / (o->size[i] * 5.0f), dz = logf (z) * f->focal * s->cam_y / z * 0.6f;
    a = scene_noise2 (dx, dz, s->key + 330);
    b = scene_noise2 (dx * 1.7f + 3.0f, dz * 1.3f, s->key + 331);
    nx += a * spread * 0.6f;
    nz += b * spread * 0.9f;
  }
  length = sqrtf (u * u + v * v + 1.0f);
  view = scene_vec (u / length, v / length, 1.0f / length);
  k = 2.0f * (u * nx + v + nz) / (1.0f + nx * nx + nz * nz);
  reflected = scene_vec (u - k * nx, v - k, 1.0f - k * nz);
  if (reflected.z < 0.05f)
    reflected.z = 0.05f;
  {
    float slope = fabsf (reflected.y) / reflected.z, ur = reflected.x / reflected.z;
    mirror_colour = mirrored (s, light, f, mirror, ur, slope, z);
    if (spread > 0.003f)
      {
        mirror_colour = scene_add (mirror_colour, mirrored (s, light, f, mirror, ur, slope + 0.7f * spread, z));
        mirror_colour = scene_add (mirror_colour, mirrored (s, light, f, mirror, ur, slope + 1.8f * spread, z));
        mirror_colour = scene_scale (mirror_colour, 1.0f / 3.0f);
      }
  }
  cosine = scene_clamp (-(view.x * nx + view.y + view.z * nz), 0.0f, 1.0f) + 0.35f * spread;
  fresnel = 0.02f + 0.98f * powf (1.0f - fminf (cosine, 1.0f), 5.0f);
  deep = fmaxf (-bed, 0.0f) / fmaxf (0.15f, -view.y * 0.75f + 0.25f);
  body = scene_add (scene_scale (light->zenith, 1.1f), scene_scale (light->sun, lit * fmaxf (s->sun.y, 0.0f) * 0.8f));
  shallow = scene_lerp (s->sand[1], s->gravel[0], s->water_class == SCENE_SEA ? 0.2f : 0.7f);
  shallow = scene_scale (scene_mul (shallow, body), (0.7f + 0.3f * o->mid[i]) * 0.6f);
  shallow = scene_mul (shallow, scene_vec (expf (-deep * 1.2f), expf (-deep * 0.55f), expf (-deep * 0.6f)));
  body = scene_add (scene_scale (scene_mul (s->water_tint, body), 1.0f - expf (-deep * 0.9f)), shallow);
  {
    SceneVec r = scene_normalize (reflected);
    float    a = fmaxf (0.0f, scene_dot (r, s->sun)), tight = 1.0f / (0.0012f + spread * spread * 0.12f + 0.0008f * s->wave);
    sparkle = expf (-(1.0f - a) * tight) * fminf (tight, 500.0f) * 0.02f * lit;
  }
  out = scene_lerp (body, mirror_colour, fresnel);
  out = scene_add (out, scene_scale (light->sun, sparkle));
  foam = foam_at (s, o, i);
  if (foam > 0.0f)
    out = scene_lerp (out, scene_scale (scene_add (scene_scale (light->sun, lit * (0.25f + 0.6f * fmaxf (s->sun.y, 0.0f))), light->zenith), 0.75f), foam);
  return out;
}

void
scene_water_draw (const Scene *s, const SceneLight *light, SceneFrame *f)
{
  static _Thread_local SceneSurface o;
  static _Thread_local Mirror       mirror;

  if (s->shore == SCENE_SHORE_NONE)
    return;
  for (int c = 0; c < f->width; c++)
    {
      size_t base = (size_t) c * f->height;
      float  u = ((float) c + 0.5f - f->centre) / f->focal;
      int    first = f->height;

      for (int r = 0; r < f->height && first == f->height; r++)
        if (f->label[base + r] == s->water_class)
          first = r;
      if (first == f->height)
        continue;
      scene_surface_column (s, f, c, first, f->height, &o);
      mirror_column (s, f, c, &mirror);
      for (int i = first; i < f->height; i++)
        {
          size_t at = base + i;
          int    k = (int) f->step[at];
          float  t = f->step[at] - (float) k, bed;

          if (f->label[at] != s->water_class)
            continue;
          k = k > f->n_steps - 2 ? f->n_steps - 2 : k;
          bed = scene_mix (f->ground[(size_t) k * f->width + c], f->ground[(size_t) (k + 1) * f->width + c], t);
          f->colour[at] = scene_haze_apply (s, light, shade_water (s, light, f, &o, &mirror, c, i, bed, u), u, f->depth[at], 0.0f);
        }
    }
}
