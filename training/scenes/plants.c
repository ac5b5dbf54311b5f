// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Low growth: bushes, leafy plants (ferns, broad leaves, flower stems) and the blades of grass that
// stand up from grass samples close to the camera.

#include "sprites.h"
#include "surface.h"

void
scene_bush_draw (SceneBrush *b, const SceneSprite *t)
{
  const Scene *s = b->scene;
  float    q = scene_hash_unit (scene_hash (t->seed, 9u, 2u)), dry = s->is_desert ? 0.55f : 0.12f;
  SceneVec leaf = scene_scale (scene_lerp (s->leaf[2], s->grass[1], dry + 0.3f * q), 0.75f + 0.45f * scene_brush_random (b));

  scene_brush_crown (b, &(SceneCrown) { .centre = scene_vec (t->x, t->y + t->height * 0.42f, t->z), .radius = t->radius, .height = t->height * 0.62f,
                                        .n_clumps = 13 + (int) (12.0f * q), .crowd = 0.35f * t->crowd + 0.25f, .snow = q < 0.7f ? scene_snow_on_growth (s) : 0.0f,
                                        .is_closed = true, .leaf = { leaf, scene_scale (leaf, 0.7f) } });
}

static void
draw_leaf (SceneBrush *b, const SceneSprite *t, float angle, float rise, float length, float width, SceneVec albedo, bool is_fern)
{
  float    ca = cosf (angle), sa = sinf (angle), k = b->frame->focal / t->z, tone = 0.7f + 0.6f * scene_brush_random (b);
  int      n = (int) scene_clamp (length * k / 2.0f, 2.0f, 18.0f);

  for (int i = 0; i < n; i++)
    {
      float    f = ((float) i + 0.5f) / (float) n, shape = is_fern ? (1.0f - f) * (0.4f + 0.6f * f * 4.0f / (1.0f + 3.0f * f)) : 4.0f * f * (1.0f - f) * (1.2f - 0.4f * f);
      float    y = length * (rise * f - 0.75f * f * f), slope = rise - 1.5f * f;
      SceneVec at = { t->x + ca * length * f * 0.8f, t->y + fmaxf (y, 0.0f), t->z + sa * length * f * 0.8f };
      SceneVec normal = scene_normalize (scene_vec (-slope * ca * 0.6f, 0.9f, -slope * sa * 0.6f)), colour;
      float    open = 0.22f + 0.75f * f;

      if (is_fern && (i & 1))
        tone *= 0.93f;
      colour = scene_scale (scene_brush_leaf (b, albedo, normal, open, open), tone);
      if (is_fern)
        scene_brush_splat (b, at, width * fmaxf (shape, 0.12f), length * 0.35f / (float) n + 0.004f, -slope * 0.5f - sa, ca * 0.5f + 0.2f, colour);
      else
        scene_brush_splat (b, at, length * 0.75f / (float) n, width * fmaxf (shape, 0.1f), ca * 0.8f, slope, colour);
    }
}

void
scene_plant_draw (SceneBrush *b, const SceneSprite *t)
{
  const Scene *s = b->scene;
  float    which = scene_hash_unit (scene_hash ((uint32_t) (t->x * 0.4f + 500.0f), (uint32_t) (t->z * 0.4f), s->key + 9)), hue = scene_brush_random (b);
  SceneVec leaf = scene_scale (scene_lerp (s->leaf[2], scene_vec (0.085f, 0.135f, 0.034f), 0.3f + 0.35f * hue * (1.0f - s->autumn)), 0.8f + 0.45f * scene_brush_random (b));
  bool     is_fern = which < 0.4f, has_flowers = which > 0.75f && s->flower > 0.0f;
  int      n = is_fern ? 9 : 8 + (int) (5.0f * hue);

  for (int i = 0; i < n; i++)
    {
      float angle = 6.2832f * ((float) i + scene_brush_random (b)) / (float) n, rise = 0.55f + 0.9f * scene_brush_random (b);
      float length = t->height * (0.75f + 0.5f * scene_brush_random (b));
      draw_leaf (b, t, angle, rise, length, length * (is_fern ? 0.24f : 0.13f), leaf, is_fern);
    }
  for (int i = 0; has_flowers && i < 7; i++)
    {
      SceneVec at = { t->x + t->radius * (scene_brush_random (b) - 0.5f), t->y + t->height * (0.7f + 0.4f * scene_brush_random (b)), t->z - 0.05f };
      scene_brush_splat (b, at, t->height * 0.045f, t->height * 0.04f, 1.0f, 0.3f, scene_brush_leaf (b, s->flower_colour, scene_vec (0.0f, 0.9f, -0.4f), 1.0f, 0.9f));
    }
}

static void
draw_blade (const Scene *s, SceneFrame *f, int column, int row, SceneVec foot, float height, uint32_t h, SceneVec tip, float z)
{
  float    x = (float) column, lean = ((float) (h & 255) / 127.5f - 1.0f) * 0.55f, tone = 0.75f + 0.5f * (float) ((h >> 8) & 255) / 255.0f;
  int      n = (int) height;

  for (int i = 0; i < n; i++)
    {
      float  t = ((float) i + 0.5f) / height;
      int    y = row - i, c = (int) (x + lean * height * t * t + 0.5f);
      size_t at = (size_t) c * f->height + y;
      if (y < 0 || c < 0 || c >= f->width)
        break;
      if (y >= f->height)
        continue;
      if (f->depth[at] < z * 0.995f)
        break;
      f->colour[at] = scene_lerp (scene_scale (foot, 0.62f + 0.2f * t), scene_scale (tip, tone), t * 0.85f);
      f->depth[at] = z;
      f->altitude[at] = s->cam_y + (f->horizon_row - (float) y - 0.5f) / f->focal * z;
      f->label[at] = SCENE_GRASS;
    }
}

/* Pixels: higher blades grow thinner, so that about as many cover a pixel. */
enum { BLADE_CROWD = 12 };

/* Blades start at grass samples and rise over what lies behind; far ones are less than three samples
 * high and are left to the texture of the ground. */
void
scene_blades_draw (const Scene *s, const SceneLight *light, SceneFrame *f)
{
  float tall = 0.16f + 0.16f * (float) (s->key % 7u) / 6.0f, reach = tall * f->focal / 2.6f;

  SceneVec edge[SCENE_MAX_ROWS];                               /* the lowest row as it was before any blade */

  if (s->blades < 0.05f)
    return;
  for (int c = 0; c < f->width; c++)
    edge[c] = f->colour[(size_t) c * f->height + f->height - 1];
  /* Row by row towards the camera: column by column, a tuft would keep its neighbours from growing in front
   * of it, and grass would stand in rows. */
  for (int r = 4; r < f->height + 64; r += 2)
    for (int c = 0; c < f->width; c++)
      {
        uint32_t h = scene_hash ((uint32_t) c, (uint32_t) r, s->key + 400);
        int      row = r + (int) (h & 3), seen = row < f->height ? row : f->height - 1;
        size_t   at = (size_t) c * f->height + seen;
        float    z = f->depth[at], height, x;
        SceneVec tip;

        if (f->label[at] != SCENE_GRASS || (h >> 28) > 11u || z > reach)
          continue;
        if (fabsf (z - f->near * expf (f->step[at] * f->log_step)) > 0.002f * z && row < f->height)
          continue;                                            /* a blade stands here already */
        /* Blades rooted below the picture reach into it too. */
        if (row > seen)
          z *= ((float) seen + 0.5f - f->horizon_row) / ((float) row + 0.5f - f->horizon_row);
        x = ((float) c - f->centre) / f->focal * z;
        height = tall * (0.55f + 0.6f * scene_noise2 (x * 1.1f, z * 1.1f, s->key + 401) + 0.5f * scene_hash_unit (h * 747796405u)) * f->focal / z;
        if (height < 2.0f || z < 0.05f || (float) (h >> 16 & 255u) * height > 256.0f * BLADE_CROWD)
          continue;
        tip = scene_scale (row > seen ? edge[c] : f->colour[at], 1.3f);
        if (s->flower > 0.0f && ((h >> 12) & 255u) < (uint32_t) (20.0f * s->flower) && scene_noise2 (x * 0.25f, z * 0.25f, s->key + 402) > 0.0f)
          {
            SceneVec lit = scene_add (scene_scale (light->sun, f->shade[at] * s->sun_share * (0.3f + 0.6f * s->sun.y)), light->zenith);
            tip = scene_mul (s->flower_colour, lit);
          }
        draw_blade (s, f, c, row, row > seen ? edge[c] : f->colour[at], fminf (height, 64.0f), h * 2654435761u, tip, z);
      }
}
