// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Boulders and loose stones: random convex polyhedra, their faces softened and roughened, cast as seen
// from the front. The ground in front of them hides their feet by the depth test.

#include "sprites.h"

enum { N_PLANES = 18 };

typedef struct
{
  SceneVec normal[N_PLANES];
  float    offset[N_PLANES];
} Hull;

static void
make_hull (SceneBrush *b, Hull *hull)
{
  for (int i = 0; i < N_PLANES; i++)
    {
      float y = 2.0f * ((float) i + scene_brush_random (b)) / N_PLANES - 1.0f, a = 2.4f * (float) i + 1.4f * scene_brush_random (b), r = sqrtf (fmaxf (0.0f, 1.0f - y * y));
      hull->normal[i] = scene_vec (r * cosf (a), y, r * sinf (a));
      hull->offset[i] = 0.68f + 0.3f * scene_brush_random (b);
    }
}

/* Depth toward the eye at (x, y) of the unit picture plane, or false outside. */
static bool
cast (const Hull *hull, float x, float y, float *out_front, SceneVec *out_normal)
{
  float front = 1.2f, back = -1.2f;
  int   face = 0;

  for (int i = 0; i < N_PLANES; i++)
    {
      SceneVec n = hull->normal[i];
      float    rest = hull->offset[i] - n.x * x - n.y * y;
      if (n.z < -0.001f)
        {
          float t = rest / -n.z;
          face = t < front ? i : face;
          front = fminf (front, t);
        }
      else if (n.z > 0.001f)
        back = fmaxf (back, -rest / n.z);
    }
  *out_front = front;
  *out_normal = hull->normal[face];
  return front > back;
}

void
scene_stone_draw (SceneBrush *b, const SceneSprite *t)
{
  SceneFrame  *f = b->frame;
  const Scene *s = b->scene;
  Hull         hull;
  float        k = f->focal / t->z, rx = t->radius * k, ry = t->height * 0.62f * k, cx = f->centre + t->x * k;
  float        cy = f->horizon_row - (t->y + t->height * 0.3f - s->cam_y) * k, tone = 0.75f + 0.5f * scene_brush_random (b), hue = scene_brush_random (b);
  int          x0 = (int) fmaxf (0.0f, cx - rx * 1.2f), x1 = (int) fminf ((float) f->width - 1.0f, cx + rx * 1.2f + 1.0f);
  int          y0 = (int) fmaxf (0.0f, cy - ry * 1.2f), y1 = (int) fminf ((float) f->height - 1.0f, cy + ry * 1.2f + 1.0f);
  SceneVec     albedo = scene_scale (scene_lerp (s->rock[0], s->gravel[0], hue), tone);
  float        soft = 0.15f + 0.4f * (s->shore != SCENE_SHORE_NONE ? 1.0f : 0.4f) * scene_brush_random (b), snow = scene_is_winter (s) ? 1.0f : 0.0f;

  make_hull (b, &hull);
  for (int x = x0; x <= x1; x++)
    for (int y = y0; y <= y1; y++)
      {
        float    px = ((float) x + 0.5f - cx) / rx, py = (cy - (float) y - 0.5f) / ry, front, z, grain, fine, sky, crack;
        size_t   at = (size_t) x * f->height + y;
        SceneVec n, colour;

        if (!cast (&hull, px, py, &front, &n))
          continue;
        z = t->z - front * t->radius * 0.8f;
        if (z >= f->depth[at] || z < f->near)
          continue;
        grain = scene_noise2 (px * 3.1f + hue * 90.0f, py * 3.1f, t->seed) + 0.5f * scene_noise2 (px * 7.0f, py * 7.0f, t->seed + 1);
        fine = scene_noise2 (px * 16.0f, py * 16.0f, t->seed + 2) + (rx > 14.0f ? scene_noise2 (px * 37.0f, py * 37.0f, t->seed + 3) : 0.0f);
        crack = scene_smooth (0.07f, 0.0f, fabsf (grain + 0.12f * fine + 0.1f)) * (rx > 10.0f ? 0.45f : 0.0f);
        n = scene_lerp (n, scene_vec (px, py, -front), soft);
        n = scene_normalize (scene_vec (n.x + 0.2f * grain + 0.1f * fine, n.y + 0.15f * grain, n.z + 0.1f * fine));
        sky = scene_clamp (0.42f + 0.5f * (py + 0.6f), 0.25f, 1.0f);
        colour = scene_scale (albedo, (1.0f + 0.2f * grain + 0.17f * fine) * (1.0f - crack));
        colour = scene_mul (colour, scene_add (scene_scale (b->light->sun, b->lit * s->sun_share * fmaxf (0.0f, scene_dot (n, s->sun)) * scene_clamp (0.5f + py + 0.6f, 0.3f, 1.0f)),
                                               scene_scale (scene_ambient (s, b->light, n), sky)));
        if (snow > 0.0f && n.y + 0.3f * grain > 0.62f)
          colour = scene_mul (scene_vec (0.84f, 0.86f, 0.9f), scene_add (scene_scale (b->light->sun, b->lit * s->sun_share * fmaxf (0.0f, scene_dot (n, s->sun))), scene_ambient (s, b->light, n)));
        f->depth[at] = z;
        f->altitude[at] = t->y + py * t->height * 0.5f;
        f->colour[at] = colour;
        f->label[at] = b->label;
      }
}
