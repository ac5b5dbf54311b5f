// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The strokes of sprites.h: splats, sticks and leafy crowns.

#include "sprites.h"

float
scene_brush_random (SceneBrush *b)
{
  return scene_hash_unit (scene_hash (b->seed, b->counter++, 77u));
}

SceneVec
scene_brush_leaf (const SceneBrush *b, SceneVec albedo, SceneVec n, float sun_open, float sky_open)
{
  SceneVec sun = b->scene->sun;
  float    facing = scene_dot (n, sun), front = scene_clamp (facing * 0.75f + 0.25f, 0.0f, 1.0f), through = scene_clamp (-facing, 0.0f, 1.0f) * 0.36f;
  SceneVec direct = scene_scale (b->light->sun, b->lit * b->scene->sun_share * sun_open * front);
  SceneVec glow = scene_scale (scene_mul (b->light->sun, scene_vec (1.05f, 1.0f, 0.5f)), b->lit * b->scene->sun_share * sun_open * through);
  SceneVec sky = scene_scale (scene_ambient (b->scene, b->light, n), sky_open);

  return scene_mul (albedo, scene_add (scene_add (direct, glow), sky));
}

void
scene_brush_splat (SceneBrush *b, SceneVec at, float along, float across, float dx, float dy, SceneVec colour)
{
  SceneFrame *f = b->frame;
  float       k = f->focal / at.z, cx = f->centre + at.x * k, cy = f->horizon_row - (at.y - b->scene->cam_y) * k;
  float       a = fmaxf (along * k, 0.55f), c = fmaxf (across * k, 0.55f), norm = 1.0f / sqrtf (dx * dx + dy * dy + 1e-9f);
  float       ex, ey;
  int         x0, x1, y0, y1;

  dx *= norm;
  dy *= -norm;
  ex = fabsf (dx) * a + fabsf (dy) * c;
  ey = fabsf (dy) * a + fabsf (dx) * c;
  x0 = (int) ceilf (cx - ex - 0.5f);
  x1 = (int) floorf (cx + ex - 0.5f);
  y0 = (int) ceilf (cy - ey - 0.5f);
  y1 = (int) floorf (cy + ey - 0.5f);
  x0 = x0 < 0 ? 0 : x0;
  y0 = y0 < 0 ? 0 : y0;
  x1 = x1 >= f->width ? f->width - 1 : x1;
  y1 = y1 >= f->height ? f->height - 1 : y1;
  a = 1.0f / (a * a);
  c = 1.0f / (c * c);
  for (int x = x0; x <= x1; x++)
    for (int y = y0; y <= y1; y++)
      {
        float  px = (float) x + 0.5f - cx, py = (float) y + 0.5f - cy, u = px * dx + py * dy, v = py * dx - px * dy;
        size_t i = (size_t) x * f->height + y;
        if (u * u * a + v * v * c > 1.0f || at.z >= f->depth[i])
          continue;
        f->depth[i] = at.z;
        f->altitude[i] = at.y;
        f->colour[i] = colour;
        f->label[i] = b->label;
      }
}

void
scene_brush_stick (SceneBrush *b, SceneVec from, SceneVec to, float radius_from, float radius_to, SceneVec albedo, float open)
{
  SceneFrame *f = b->frame;
  float       k0 = f->focal / from.z, k1 = f->focal / to.z;
  float       x0 = f->centre + from.x * k0, y0 = f->horizon_row - (from.y - b->scene->cam_y) * k0;
  float       x1 = f->centre + to.x * k1, y1 = f->horizon_row - (to.y - b->scene->cam_y) * k1;
  float       dx = x1 - x0, dy = y1 - y0, length = sqrtf (dx * dx + dy * dy) + 1e-3f, r0 = radius_from * k0, r1 = radius_to * k1, wide = fmaxf (r0, r1) + 1.0f;
  int         left = (int) fmaxf (0.0f, fminf (x0, x1) - wide), right = (int) fminf ((float) f->width - 1.0f, fmaxf (x0, x1) + wide);
  int         top = (int) fmaxf (0.0f, fminf (y0, y1) - wide), bottom = (int) fminf ((float) f->height - 1.0f, fmaxf (y0, y1) + wide);

  dx /= length;
  dy /= length;
  for (int x = left; x <= right; x++)
    for (int y = top; y <= bottom; y++)
      {
        float  px = (float) x + 0.5f - x0, py = (float) y + 0.5f - y0, t = (px * dx + py * dy) / length, side = px * dy - py * dx;
        float  r = fmaxf (scene_mix (r0, r1, t), 0.5f), z = scene_mix (from.z, to.z, t), q, bark;
        size_t i = (size_t) x * f->height + y;
        SceneVec n;

        if (t < -0.02f || t > 1.02f || fabsf (side) > r || z >= f->depth[i])
          continue;
        q = side / r;
        bark = scene_noise2 (q * 3.0f + (float) (b->seed & 255), t * length / fmaxf (r, 1.0f) * 0.8f, 91u) * 0.35f;
        n = scene_vec (-q * dy, q * dx, -sqrtf (fmaxf (0.05f, 1.0f - q * q)));
        f->depth[i] = z;
        f->altitude[i] = scene_mix (from.y, to.y, t);
        f->colour[i] = scene_scale (scene_brush_leaf (b, albedo, scene_normalize (n), open, 0.35f + 0.5f * open), 1.0f + bark);
        f->label[i] = b->label;
      }
}

static SceneVec
random_direction (SceneBrush *b)
{
  uint32_t h = scene_hash (b->seed, b->counter++, 78u), g = h * 747796405u;
  return scene_normalize (scene_vec ((float) (int32_t) (h & 0xffff) - 32767.5f, (float) (int32_t) (h >> 16) - 32767.5f, (float) (int32_t) (g >> 16) - 32767.5f));
}

static const SceneVec snow = { 0.75f, 0.78f, 0.82f };

/* The inside of a crown, behind the leaves of its clumps. */
static void
fill_crown (SceneBrush *b, const SceneCrown *c, int n, const SceneVec *clump, const float *size)
{
  SceneVec core = { c->centre.x, c->centre.y, c->centre.z + 0.5f * c->radius };

  for (int i = 0; i <= n; i++)
    {
      bool     is_clump = i < n;
      float    high = is_clump ? clump[i].y : 0.0f, part = is_clump ? 0.9f * size[i] : 0.65f;
      SceneVec at = is_clump ? scene_vec (c->centre.x + clump[i].x * c->radius, c->centre.y + clump[i].y * c->height, c->centre.z + (clump[i].z + 0.6f * size[i]) * c->radius) : core;
      SceneVec albedo = scene_lerp (c->leaf[0], snow, 0.45f * c->snow * scene_smooth (0.0f, 0.6f, high));
      SceneVec colour = scene_brush_leaf (b, albedo, scene_vec (0.0f, 0.4f, -0.9f), 0.12f + 0.1f * high, 0.36f + 0.16f * high);
      scene_brush_splat (b, at, part * c->radius, part * c->height, 1.0f, 0.0f, colour);
    }
}

/* Leaves in shade behind those of an open crown: its holes show them and not, under a tree's label, the sky or a
 * mountain. */
static void
draw_inside (SceneBrush *b, const SceneCrown *c, int n, const SceneVec *clump, const float *size, float leaf, int count)
{
  SceneVec colour = scene_brush_leaf (b, c->leaf[1], scene_vec (0.0f, 0.4f, -0.9f), 0.2f, 0.43f);

  for (int j = 0; j < count; j++)
    {
      int      i = j % n;
      SceneVec d = random_direction (b);
      float    out = 0.95f * size[i] * sqrtf (scene_brush_random (b));
      SceneVec at = { c->centre.x + (clump[i].x + out * d.x) * c->radius, c->centre.y + (clump[i].y + out * d.y) * c->height, c->centre.z + (clump[i].z + 0.6f * size[i]) * c->radius };

      scene_brush_splat (b, at, leaf, 0.75f * leaf, d.x, d.y, scene_scale (colour, 0.8f + 0.4f * scene_brush_random (b)));
    }
}

/* Leaves on the hulls of clumps inside an ellipsoid. Leaves deep in the crown, away from the sun, or
 * below others get less light; that is what models it. */
void
scene_brush_crown (SceneBrush *b, const SceneCrown *c)
{
  enum { MAX_CLUMPS = 40 };
  SceneVec clump[MAX_CLUMPS], sun = b->scene->sun;
  float    size[MAX_CLUMPS], tone[MAX_CLUMPS], leaf, count;
  int      n = c->n_clumps > MAX_CLUMPS ? MAX_CLUMPS : c->n_clumps;

  for (int i = 0; i < n; i++)
    {
      SceneVec d = random_direction (b);
      float    reach = 0.4f + 0.45f * scene_brush_random (b);
      size[i] = (c->is_closed ? 0.24f : 0.17f) + 0.25f * scene_brush_random (b);
      tone[i] = scene_brush_random (b);
      clump[i] = scene_scale (d, reach);
      if (clump[i].y < -0.45f)
        clump[i].y *= -0.6f;
    }
  if (c->is_closed)
    fill_crown (b, c, n, clump, size);
  leaf = fmaxf (1.15f * c->centre.z / b->frame->focal, c->radius * 0.011f + (c->is_closed ? 0.006f : 0.012f));
  count = scene_clamp ((c->is_closed ? 5.0f : 3.1f) * c->radius * c->height / (leaf * leaf * 1.2f), 10.0f, 20000.0f);
  for (int j = 0; j < (int) count; j++)
    {
      int      i = (int) (scene_brush_random (b) * (float) n);
      SceneVec d = random_direction (b), q, at, normal, albedo;
      float    out, sun_open, sky_open, shade, load;

      i = i >= n ? n - 1 : i;
      q = scene_add (clump[i], scene_scale (d, size[i] * (0.7f + 0.38f * scene_brush_random (b))));
      out = sqrtf (scene_dot (q, q));
      at = scene_vec (c->centre.x + q.x * c->radius, c->centre.y + q.y * c->height, c->centre.z + q.z * c->radius);
      normal = scene_normalize (scene_vec (0.75f * d.x + 0.55f * q.x, 0.75f * d.y + 0.55f * q.y + 0.2f, 0.75f * d.z + 0.55f * q.z));
      sun_open = scene_smooth (-0.55f, 0.7f, scene_dot (q, sun) + 0.5f * scene_dot (d, sun)) * scene_smooth (0.15f, 0.75f, out);
      sky_open = scene_clamp (0.3f + 0.45f * out * out + 0.25f * q.y + 0.2f * d.y, 0.16f, 1.0f);
      sky_open *= 1.0f - 0.5f * c->crowd * (0.5f - 0.5f * q.y);
      sun_open *= 1.0f - 0.6f * c->crowd * scene_clamp (0.4f - q.y, 0.0f, 1.0f);
      shade = 0.82f + 0.36f * scene_brush_random (b);
      albedo = scene_lerp (c->leaf[0], c->leaf[1], tone[i]);
      /* A dusting of snow, most on top of the clumps, through which leaves show. */
      load = c->snow * scene_smooth (-0.3f, 0.7f, 0.3f * d.y + 0.75f * q.y);
      albedo = scene_lerp (albedo, snow, 0.4f * load);
      shade = scene_mix (shade, 1.0f, 0.5f * load);
      scene_brush_splat (b, at, leaf * (0.8f + 0.7f * scene_brush_random (b)) * (1.0f + 0.5f * load), leaf * 0.75f * (1.0f + 0.5f * load), d.x, d.y - 0.4f,
                         scene_scale (scene_brush_leaf (b, albedo, normal, sun_open, sky_open), shade));
    }
  if (!c->is_closed)
    draw_inside (b, c, n, clump, size, 2.3f * leaf, (int) (0.2f * count));
}
