// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Decides what covers the ground at each sample (its label) and shades it. Label and look come from
// one decision, so that they always agree: what is labelled gravel is shaded as gravel.

#include "surface.h"

typedef struct
{
  SceneVec albedo;
  float    bump;      /* strength of the fine slopes */
  float    broad;     /* and of the broad ones */
  float    leafy;     /* light that shines through, 0 ... 1 */
  float    sheen;     /* mirror-like share at grazing angles: wet or asphalt */
  float    hole;      /* own occlusion, 1 open */
  float    tilt_x, tilt_z;
} Material;

SceneVec
scene_ambient (const Scene *scene, const SceneLight *light, SceneVec n)
{
  float    up = n.y * 0.5f + 0.5f, side = 1.0f - fabsf (n.y);
  float    facing = fmaxf (0.0f, n.x * scene->sun.x + n.z * scene->sun.z);
  SceneVec a = scene_lerp (light->ground, light->zenith, up * up * (3.0f - 2.0f * up));

  a = scene_lerp (a, light->horizon, 0.45f * side);
  return scene_add (a, scene_scale (light->sunward, 0.6f * facing));
}

uint8_t
scene_cover_class (const Scene *s, float patch1, float patch2, float shore, float z)
{
  float edge = s->shore_cover_width * (1.0f + 0.6f * patch1) * (1.0f + 0.01f * z / s->eye);

  if (s->shore_cover != SCENE_NONE && shore < edge)
    return s->shore_cover;
  if (patch1 > 0.5f - s->cover_share[0] * 1.1f)
    return s->cover[1];
  if (patch2 > 0.55f - s->cover_share[1] * 1.1f)
    return s->cover[2];
  return s->cover[0];
}

static uint8_t
classify (const Scene *s, const SceneSurface *o, int i, float altitude, const uint8_t relief[4])
{
  float slope = sqrtf (o->slope_x[i] * o->slope_x[i] + o->slope_z[i] * o->slope_z[i]), noise = o->large[i] * 0.25f + o->huge[i] * 0.35f;
  bool  winter = scene_is_winter (s);
  float canopy_from = s->tree_height * s->focal * 512.0f / 9.0f * 0.8f;

  if (s->has_road && fabsf (o->road[i]) < s->road_width * 0.5f + 0.08f * o->mid[i])
    return SCENE_ROAD;
  if (relief[3] > 110 && o->z[i] > canopy_from)
    return SCENE_TREE;
  if (relief[0] > 128)
    {
      float line = s->snow_line * (1.0f + 0.3f * o->huge[i] + 0.08f * o->large[i]) + s->mountain_height * 0.12f * (slope - 0.8f);
      return altitude > line && slope < 1.9f + 0.5f * o->large[i] ? SCENE_SNOW : SCENE_MOUNTAIN;
    }
  if (relief[2] > 128 && s->dune_height == 0.0f)
    return winter && slope < 0.55f + 0.25f * o->mid[i] ? SCENE_SNOW : SCENE_ROCK;
  if (slope > 1.0f + noise && s->dune_height == 0.0f && o->z[i] > 3.0f * s->eye && o->shore[i] > 0.3f)
    return SCENE_ROCK;
  if (winter && o->patch2[i] < 0.1f + 0.9f * s->snow_share && (o->shore[i] > s->shore_cover_width * 0.35f * (1.0f + o->patch1[i]) || s->shore_cover == SCENE_NONE))
    return SCENE_SNOW;
  if (relief[1] > 128)
    return SCENE_HILL;
  return scene_cover_class (s, o->patch1[i], o->patch2[i], o->shore[i], o->z[i]);
}

static SceneVec
blend (const SceneVec pair[2], float t)
{
  return scene_lerp (pair[0], pair[1], scene_clamp (t, 0.0f, 1.0f));
}

static void
pebbles (const Scene *s, const SceneSurface *o, int i, float coarse, float fine, Material *m)
{
  SceneCell a = scene_surface_cell (o->x[i] + 0.02f * o->grain[i], o->z[i], coarse, s->key + 230), b = scene_surface_cell (o->x[i], o->z[i], fine, s->key + 231);
  float     wa = scene_clamp (coarse / (o->size[i] * 2.5f) - 0.4f, 0.0f, 1.0f), wb = scene_clamp (fine / (o->size[i] * 2.5f) - 0.4f, 0.0f, 1.0f);
  bool      is_big = a.tone > -0.35f && a.dome > 0.5f + 0.25f * o->grain[i] - 0.15f * a.tone;
  SceneCell *c = is_big ? &a : &b;
  float     w = is_big ? wa : wb, tone = 0.0f, edge = scene_smooth (0.02f, 0.2f, c->gap) * scene_smooth (0.3f, 0.68f, c->dome + 0.3f * o->grain[i] - 0.12f * c->tone);

  if (is_big)
    edge *= scene_smooth (0.42f, 0.62f, a.dome - 0.25f * o->grain[i] + 0.15f * a.tone);

  c->tone = scene_mix (0.6f * o->grain[i] - 0.25f, c->tone, edge);
  tone = scene_mix (0.5f * o->mid[i] + 0.8f * o->grain[i] + 0.35f * a.tone * wa, c->tone * (is_big ? 0.75f : 1.0f), w);
  m->albedo = scene_scale (blend (s->gravel, 0.45f + 0.5f * tone), 1.0f + 0.42f * tone + 0.2f * o->grain[i]);
  m->albedo = scene_lerp (m->albedo, scene_scale (s->rock[0], 1.0f + 0.3f * tone), 0.3f + 0.3f * a.tone);
  m->hole = scene_mix (0.8f, 0.2f + 0.8f * edge, w);
  m->tilt_x = c->dx * 1.1f * w * edge;
  m->tilt_z = c->dz * 1.1f * w * edge;
  m->bump = 0.35f;
}

/* Small stones and clods strewn over earth. */
static void
crumbs (const Scene *s, const SceneSurface *o, int i, Material *m)
{
  SceneCell c = scene_surface_cell (o->x[i] + 0.025f * o->grain[i], o->z[i] + 0.02f * o->mid[i], 0.085f, s->key + 232);
  float     w = scene_clamp (0.085f / (o->size[i] * 3.0f) - 0.3f, 0.0f, 1.0f), inside = scene_smooth (0.0f, 0.1f, c.dome - 0.98f + 0.35f * (c.tone - 0.3f) + 0.08f * o->grain[i]) * (c.tone > 0.3f + 0.8f * o->mid[i] ? w : 0.0f);

  m->albedo = scene_lerp (m->albedo, scene_scale (s->gravel[0], 0.55f + 0.3f * o->large[i] + 0.3f * c.tone), 0.8f * inside);
  m->tilt_x = 3.0f * c.dx * inside;
  m->tilt_z = 3.0f * c.dz * inside;
  m->hole = 0.93f + 0.1f * o->mid[i] + 0.08f * o->grain[i];
}

static void
shade_road (const Scene *s, const SceneSurface *o, int i, Material *m)
{
  float off = o->road[i], half = s->road_width * 0.5f;
  float track = expf (-powf ((fabsf (off) - half * 0.5f) / (half * 0.22f), 2.0f));

  if (s->is_paved) /* without marks, which no map tells of */
    {
      float base = 0.075f + 0.02f * o->large[i] + 0.018f * o->mid[i] + 0.022f * o->grain[i] + 0.012f * track;
      float crack = scene_smooth (0.03f, 0.0f, fabsf (o->mid[i] - 0.15f)) * 0.4f;
      m->albedo = scene_scale (scene_vec (1.0f, 0.98f, 0.95f), base * (1.0f - crack));
      m->sheen = 0.06f;
      m->bump = 0.12f;
    }
  else
    {
      m->albedo = scene_scale (blend (s->dirt, 0.6f + 0.5f * o->mid[i]), 1.1f + 0.25f * o->grain[i] + 0.2f * track);
      if (fabsf (off) < half * 0.25f + 0.1f * o->mid[i])
        m->albedo = scene_lerp (m->albedo, s->grass[0], 0.5f);
      m->bump = 0.3f;
    }
}

/* Blocks with faces of their own tilt and dark joints between them. */
static void
fractures (const Scene *s, const SceneSurface *o, int i, float cell, float strength, Material *m)
{
  float     w = scene_clamp (cell / (o->size[i] * 4.0f) - 0.3f, 0.0f, 1.0f) * strength, tone;
  SceneCell c;

  if (w <= 0.0f)
    return;
  c = scene_surface_cell (o->x[i] * 0.7f + 0.22f * cell * o->mid[i], o->climb[i] * 1.2f + 0.25f * cell * o->mid[i] + 0.1f * cell * o->grain[i], cell, s->key + 243);
  tone = c.tone * 7.13f;
  m->tilt_x += w * 0.9f * c.tone;
  m->tilt_z += w * 0.9f * (tone - floorf (tone) - 0.5f) * 2.0f;
  m->hole *= 1.0f - 1.3f * w * scene_smooth (0.1f, 0.01f, c.gap + 0.02f * o->grain[i]);
  m->albedo = scene_scale (m->albedo, 1.0f + 0.2f * w * c.tone);
}

static void
shade_mountain (const Scene *s, const SceneSurface *o, int i, float altitude, Material *m)
{
  float strata = scene_noise2 (altitude * 0.02f + o->huge[i], o->large[i] * 0.4f, s->key + 240);
  float slope = sqrtf (o->slope_x[i] * o->slope_x[i] + o->slope_z[i] * o->slope_z[i]);
  float low = scene_smooth (0.25f, 0.0f, altitude / s->mountain_height) * scene_smooth (1.0f, 0.5f, slope);

  m->albedo = scene_scale (blend (s->mountain, 0.5f + 0.45f * o->large[i] + 0.4f * o->huge[i]), 1.0f + 0.25f * strata + 0.25f * o->large[i]);
  m->albedo = scene_lerp (m->albedo, s->hill[1], 0.75f * scene_clamp (low + 0.4f * o->huge[i] * low, 0.0f, 1.0f));
  m->broad = 0.35f;
}

static void
shade_class (const Scene *s, const SceneSurface *o, int i, uint8_t class, float altitude, Material *m)
{
  float grain = o->grain[i], mid = o->mid[i], large = o->large[i], huge = o->huge[i];

  *m = (Material) { .bump = 0.3f, .broad = 0.0f, .hole = 1.0f };
  switch (class)
    {
    case SCENE_GRASS:
      m->albedo = scene_scale (blend (s->grass, 0.5f + 0.5f * mid + 0.45f * large + 0.3f * huge), 1.0f + 0.3f * grain + 0.16f * mid);
      m->bump = 0.55f;
      m->leafy = 0.6f;
      m->hole = 0.8f + 0.2f * grain;
      break;
    case SCENE_PLANT:
    case SCENE_BUSH:
      m->albedo = scene_scale (scene_lerp (s->leaf[2], s->dirt[0], 0.25f + 0.4f * mid), 0.7f + 0.4f * grain);
      m->bump = 0.7f;
      m->leafy = 0.5f;
      m->hole = 0.6f + 0.25f * grain;
      break;
    case SCENE_DIRT:
      m->albedo = scene_scale (blend (s->dirt, 0.45f + 0.5f * mid + 0.4f * large), 1.0f + 0.3f * grain + 0.15f * mid);
      m->bump = 0.6f;
      crumbs (s, o, i, m);
      break;
    case SCENE_SAND:
      {
        float phase = (o->x[i] * 0.7f + o->z[i]) + 0.35f * mid + 0.9f * large, ripple = 0.11f, w, w2;
        w = scene_clamp (ripple / (o->size[i] * 3.0f) - 0.3f, 0.0f, 1.0f) * scene_smooth (-0.3f, 0.3f, large + 0.2f);
        w2 = scene_clamp (0.6f / (o->size[i] * 3.0f) - 0.3f, 0.0f, 1.0f) * (s->dune_height > 0.0f ? 0.7f : 0.25f);
        m->tilt_z = 0.16f * w * sinf (phase * 6.2832f / ripple) + 0.1f * w2 * sinf (phase * 6.2832f / 0.7f + 2.0f * mid);
        m->tilt_x = 0.7f * m->tilt_z;
        m->albedo = scene_scale (blend (s->sand, 0.4f + 0.35f * large + 0.25f * mid), 1.0f + 0.13f * grain + 0.07f * mid);
        m->bump = 0.15f;
        break;
      }
    case SCENE_GRAVEL: pebbles (s, o, i, 0.075f, 0.03f, m); break;
    case SCENE_STONE: pebbles (s, o, i, 0.42f, 0.15f, m); break;
    case SCENE_ROCK:
      {
        float strata = scene_noise2 (altitude * 2.2f + 0.5f * mid + large, large, s->key + 241), crack = scene_smooth (0.1f, 0.0f, fabsf (mid + 0.3f * grain));
        m->albedo = scene_scale (blend (s->rock, 0.45f + 0.3f * mid + 0.3f * large + 0.3f * strata), 1.0f + 0.15f * grain + 0.2f * strata);
        m->albedo = scene_lerp (m->albedo, s->grass[1], s->is_desert ? 0.0f : 0.25f * scene_smooth (0.3f, 0.8f, large + 0.3f * mid));
        m->albedo = scene_scale (m->albedo, 1.0f - 0.25f * scene_smooth (0.5f, 2.5f, fabsf (o->slope_x[i]) + fabsf (o->slope_z[i]))); /* dust lies on what is level */
        m->hole = 1.0f - 0.45f * crack;
        m->bump = 0.35f;
        m->broad = 0.2f;
        fractures (s, o, i, 1.5f, 0.5f, m);
        fractures (s, o, i, 0.37f, 0.35f, m);
        break;
      }
    case SCENE_SNOW:
      m->albedo = scene_scale (scene_vec (0.86f, 0.88f, 0.9f), 0.93f + 0.05f * large + 0.05f * grain + 0.04f * mid);
      m->bump = 0.1f;
      m->broad = altitude > 100.0f ? 0.14f : 0.07f;
      m->tilt_z = 0.12f * scene_noise2 (o->x[i] * 1.1f + 0.6f * mid, o->z[i] * 3.1f, s->key + 242) * scene_clamp (0.3f / o->size[i] - 0.5f, 0.0f, 1.0f);
      m->hole = 0.93f + 0.07f * mid + 0.06f * large;
      break;
    case SCENE_HILL:
      m->albedo = scene_scale (blend (s->hill, 0.5f + 0.5f * large + 0.35f * huge), 1.0f + 0.2f * large + 0.18f * mid);
      m->albedo = scene_lerp (m->albedo, s->dirt[0], 0.5f * scene_smooth (0.35f, 0.8f, large + 0.5f * mid));
      m->leafy = 0.2f;
      m->broad = 0.2f;
      m->hole = 0.9f + 0.1f * mid;
      break;
    case SCENE_TREE:
      m->albedo = scene_scale (blend (s->canopy, 0.5f + 0.55f * large + 0.3f * mid), 0.9f + 0.35f * mid + 0.25f * large);
      m->leafy = 0.5f;
      m->hole = scene_clamp (0.75f + 0.35f * mid + 0.2f * large, 0.3f, 1.0f);
      m->broad = 0.25f;
      break;
    case SCENE_ROAD: shade_road (s, o, i, m); break;
    default: shade_mountain (s, o, i, altitude, m); break;
    }
}

static void
shade_sample (const Scene *s, const SceneLight *light, SceneFrame *f, const SceneSurface *o, int i, size_t at, float u)
{
  Material m;
  SceneVec n, view, out;
  float    wet, facing, through, lit = f->shade[at] * s->sun_share, k;

  shade_class (s, o, i, f->label[at], f->altitude[at], &m);
  if (f->label[at] == SCENE_SNOW && s->snow_share < 0.5f && f->depth[at] > 800.0f)
    m.broad = 0.22f;
  wet = s->shore == SCENE_SHORE_NONE || f->label[at] == SCENE_SNOW ? 0.0f : scene_smooth (0.12f * s->eye * (1.0f + 0.5f * o->mid[i]) + 0.01f * o->z[i], 0.0f, o->shore[i]);
  m.albedo = scene_scale (m.albedo, 1.0f - 0.5f * wet);
  k = m.bump;
  n = scene_normalize (scene_vec (-(o->slope_x[i] + k * o->fine_x[i] * 0.55f + m.broad * o->broad_x[i] + m.tilt_x), 1.0f,
                                  -(o->slope_z[i] + k * o->fine_z[i] * 0.55f + m.broad * o->broad_z[i] + m.tilt_z)));
  view = scene_normalize (scene_vec (u, (f->altitude[at] - s->cam_y) / f->depth[at], 1.0f));
  /* A bump may not turn its face away from the eye. */
  facing = scene_dot (n, view);
  if (facing > -0.02f)
    n = scene_normalize (scene_add (n, scene_scale (view, -facing - 0.02f)));
  facing = fmaxf (0.0f, scene_dot (n, s->sun));
  through = m.leafy * (0.25f + 0.5f * fmaxf (0.0f, scene_dot (view, s->sun))) * (1.0f - facing) * fmaxf (s->sun.y + 0.15f, 0.0f);
  if (f->label[at] == SCENE_SNOW)
    facing = scene_clamp (facing * 0.93f + 0.05f, 0.0f, 1.0f);
  out = scene_scale (light->sun, lit * (facing * (0.15f + 0.85f * m.hole) + through));
  out = scene_add (out, scene_scale (scene_ambient (s, light, n), m.hole * f->open[at]));
  out = scene_mul (out, m.albedo);
  if (wet > 0.0f || m.sheen > 0.0f)
    {
      float fresnel = powf (1.0f - fminf (1.0f, fabsf (view.y) + 0.1f), 4.0f) * (0.7f * wet + m.sheen * 2.0f);
      out = scene_lerp (out, light->horizon, scene_clamp (fresnel, 0.0f, 0.5f));
    }
  f->colour[at] = out;
}

void
scene_ground_draw (const Scene *s, const SceneLight *light, SceneFrame *f)
{
  static _Thread_local SceneSurface o;

  for (int c = 0; c < f->width; c++)
    {
      size_t base = (size_t) c * f->height;
      float  u = ((float) c + 0.5f - f->centre) / f->focal;
      int    first = 0;

      while (first < f->height && f->step[base + first] < 0.0f)
        first++;
      if (first == f->height)
        continue;
      scene_surface_column (s, f, c, first, f->height, &o);
      for (int i = first; i < f->height; i++)
        {
          size_t at = base + i;
          int    k = (int) f->step[at];
          float  t = f->step[at] - (float) k, bed;
          const uint8_t *relief;

          if (k > f->n_steps - 2)
            k = f->n_steps - 2;
          bed = scene_mix (f->ground[(size_t) k * f->width + c], f->ground[(size_t) (k + 1) * f->width + c], t);
          relief = f->relief + ((size_t) (t > 0.5f ? k + 1 : k) * f->width + c) * 4;
          if (s->shore != SCENE_SHORE_NONE && bed < 0.0f && f->altitude[at] < 0.3f + 0.002f * f->depth[at])
            {
              f->label[at] = s->water_class;
              continue;
            }
          f->label[at] = classify (s, &o, i, f->altitude[at], relief);
          shade_sample (s, light, f, &o, i, at, u);
        }
    }
}
