// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Trees by kind: broadleaf, birch and acacia (sticks and a crown), conifers (whorls of drooping
// branches), palms (fronds), bare winter trees (forking sticks). Detail follows the size in samples.

#include "sprites.h"

static SceneVec
leaf_colour (const SceneBrush *b, const SceneSprite *t, int which)
{
  SceneVec c = b->scene->leaf[which];
  float    r = scene_hash_unit (scene_hash (t->seed, 5u, 1u)), q = scene_hash_unit (scene_hash (t->seed, 6u, 1u));
  return scene_scale (scene_vec (c.x * (0.8f + 0.4f * q), c.y, c.z * (1.15f - 0.3f * q)), 0.8f + 0.4f * r);
}

static int
kind_index (const SceneBrush *b, const SceneSprite *t)
{
  return t->kind == b->scene->tree_kinds[0] ? 0 : 1;
}

static void
draw_broad (SceneBrush *b, const SceneSprite *t, float crown_share, float flat, SceneVec bark)
{
  SceneVec foot = { t->x, t->y - 0.1f, t->z }, leaf = leaf_colour (b, t, kind_index (b, t)), other = scene_scale (leaf, 0.72f);
  float    h = t->height, lean = (scene_brush_random (b) - 0.5f) * 0.14f * h, wide = scene_brush_random (b);
  float    thick = h * (0.012f + (0.010f + 0.024f * (1.0f - t->crowd)) * wide); /* of trees that stand alone, some are old */
  float    ry = h * crown_share * 0.5f * flat, centre_y = t->y + h - ry;
  SceneVec fork = { t->x + lean * 0.6f, t->y + h * (1.0f - crown_share) + 0.2f * ry, t->z }, centre = { t->x + lean, centre_y, t->z };
  int      n_clumps = 16 + (int) (scene_brush_random (b) * 16.0f);

  other.x *= 0.9f + 0.3f * scene_brush_random (b);
  if (h * b->frame->focal / t->z > 14.0f)
    {
      scene_brush_stick (b, foot, fork, thick, thick * 0.75f, bark, 0.55f - 0.3f * t->crowd);
      for (int i = 0; i < 6; i++)
        {
          float a = 6.2832f * scene_brush_random (b), r = t->radius * (0.3f + 0.5f * scene_brush_random (b));
          scene_brush_stick (b, fork, scene_vec (centre.x + r * cosf (a), centre_y + ry * 0.5f * (scene_brush_random (b) - 0.2f), centre.z + r * sinf (a) * 0.6f),
                             thick * 0.6f, thick * 0.15f, bark, 0.4f);
        }
    }
  scene_brush_crown (b, &(SceneCrown) { .centre = centre, .radius = t->radius, .height = ry, .n_clumps = n_clumps, .crowd = t->crowd, .leaf = { leaf, other } });
}

/* An old tree that stands alone, as a person paints one: a closed crown on a stout trunk, in sight for a good part of its height. */
static void
draw_oak (SceneBrush *b, const SceneSprite *t, SceneVec bark)
{
  const Scene *s = b->scene;
  SceneVec foot = { t->x, t->y - 0.1f, t->z }, leaf = leaf_colour (b, t, s->tree_kinds[0] == SCENE_TREE_CONIFER ? 2 : 0), top;
  float    h = t->height, bare = 0.2f + 0.25f * scene_brush_random (b), thick = t->radius * (0.07f + 0.13f * scene_brush_random (b));
  float    ry = 0.5f * h * (1.0f - bare), lean = (scene_brush_random (b) - 0.5f) * 0.1f * h;

  top = scene_vec (t->x + lean, t->y + h * (bare + 0.15f), t->z);
  scene_brush_stick (b, foot, top, thick, thick * 0.8f, bark, 0.6f);
  scene_brush_stick (b, foot, scene_lerp (foot, top, 0.2f), thick * 1.35f, thick * 0.95f, bark, 0.6f);
  for (int i = 0; i < 5; i++)
    {
      float a = 6.2832f * scene_brush_random (b), r = t->radius * (0.3f + 0.4f * scene_brush_random (b));
      scene_brush_stick (b, scene_lerp (foot, top, 0.75f), scene_vec (top.x + r * cosf (a), t->y + h * (bare + 0.3f), t->z + r * sinf (a) * 0.6f), thick * 0.5f, thick * 0.2f, bark, 0.35f);
    }
  scene_brush_crown (b, &(SceneCrown) { .centre = scene_vec (top.x, t->y + h - ry, t->z), .radius = t->radius, .height = ry, .n_clumps = 18 + (int) (scene_brush_random (b) * 20.0f),
                                        .snow = scene_snow_on_growth (s), .is_closed = true, .leaf = { leaf, scene_scale (leaf, 0.72f) } });
}

static void
draw_branch (SceneBrush *b, const SceneSprite *t, float y, float reach, float part, SceneVec leaf, float snow)
{
  SceneVec sun = b->scene->sun;
  float    k = b->frame->focal / t->z, a = 6.2832f * scene_brush_random (b), ca = cosf (a), sa = sinf (a), droop = 0.2f + 0.3f * (1.0f - part);
  float    size = fmaxf (1.0f / k, 0.026f * t->radius + 0.01f);
  int      n = (int) scene_clamp (reach / (size * 1.1f), 2.0f, 36.0f);
  float    side = ca * sun.x + sa * sun.z;
  float    load = snow * (0.75f + 0.25f * scene_brush_random (b));

  for (int i = 0; i < n; i++)
    {
      float    f = ((float) i + 0.3f + 0.7f * scene_brush_random (b)) / (float) n, r = reach * f, shade = 0.82f + 0.36f * scene_brush_random (b), lies;
      float    jitter = (scene_brush_random (b) - 0.5f) * 0.34f * reach * (1.0f - 0.5f * f);
      SceneVec at = { t->x + r * ca - jitter * sa, y - droop * r * (0.5f + 0.5f * f) + 0.1f * reach * f * f, t->z + r * sa + jitter * ca }, normal, albedo = leaf;
      float    sun_open = scene_smooth (-0.7f, 0.8f, side * f + 0.25f * sun.y) * (0.25f + 0.75f * f), sky_open = (0.24f + 0.6f * f * f) * (0.65f + 0.35f * part);

      sky_open *= 1.0f - 0.55f * t->crowd * (1.0f - part);
      sun_open *= 1.0f - 0.7f * t->crowd * (1.0f - part);
      normal = scene_normalize (scene_vec (ca * 0.7f, 0.55f + 0.3f * shade, sa * 0.7f));
      /* A dusting of snow, most where a branch is open to the sky. */
      lies = load * scene_smooth (0.1f, 0.8f, f);
      albedo = scene_lerp (leaf, scene_vec (0.6f, 0.63f, 0.68f), lies);
      shade = scene_mix (shade, 1.0f, 0.5f * lies);
      scene_brush_splat (b, at, size * (1.1f + 0.9f * scene_brush_random (b)) * (1.0f + 0.3f * lies), size * 0.5f * (1.0f + 0.45f * lies), ca, -droop - 0.25f,
                         scene_scale (scene_brush_leaf (b, albedo, normal, sun_open, sky_open), shade));
    }
}

static void
draw_conifer (SceneBrush *b, const SceneSprite *t)
{
  SceneVec leaf = leaf_colour (b, t, kind_index (b, t)), bark = { 0.09f, 0.065f, 0.05f };
  float    h = t->height, k = b->frame->focal / t->z, snow = 0.36f * scene_snow_on_growth (b->scene);
  int      n_levels = (int) scene_clamp (h * k / 4.5f, 6.0f, 34.0f);
  float    bare = t->crowd > 0.5f ? 0.18f : 0.05f + 0.1f * scene_brush_random (b);

  if (h * k > 14.0f)
    scene_brush_stick (b, scene_vec (t->x, t->y - 0.1f, t->z), scene_vec (t->x, t->y + h * 0.97f, t->z), h * 0.016f, h * 0.002f, bark, 0.4f);
  for (int l = 0; l < n_levels; l++)
    {
      float part = ((float) l + 0.5f * scene_brush_random (b)) / (float) n_levels, y = t->y + h * (bare + (1.0f - bare) * part);
      float reach = t->radius * powf (1.0f - part, 0.8f) * (0.72f + 0.45f * scene_brush_random (b)) + 0.012f * h;
      int   n = (int) scene_clamp (6.2832f * reach * k / 7.0f, 4.0f, 12.0f);
      /* Branches hide the trunk and what is behind it: but for their tips nothing shines through. */
      scene_brush_splat (b, scene_vec (t->x, y - 0.25f * reach, t->z + 0.5f * reach), 0.62f * reach, 0.8f * h / (float) n_levels + 0.12f * reach, 1.0f, 0.0f,
                         scene_brush_leaf (b, leaf, scene_vec (0.0f, 0.4f, -0.9f), 0.1f, 0.3f));
      for (int i = 0; i < n; i++)
        draw_branch (b, t, y, reach * (0.8f + 0.35f * scene_brush_random (b)), part, leaf, snow);
    }
}

static void
draw_palm (SceneBrush *b, const SceneSprite *t)
{
  SceneVec leaf = leaf_colour (b, t, kind_index (b, t)), bark = { 0.2f, 0.16f, 0.12f }, last = { t->x, t->y - 0.1f, t->z }, top;
  float    h = t->height, bend = (scene_brush_random (b) - 0.5f) * 0.5f * h, length = h * (0.3f + 0.08f * scene_brush_random (b));

  for (int i = 1; i <= 8; i++)
    {
      float f = (float) i / 8.0f;
      top = scene_vec (t->x + bend * f * f, t->y + h * 0.85f * f, t->z);
      scene_brush_stick (b, last, top, h * 0.018f * (1.3f - 0.5f * f), h * 0.017f * (1.25f - 0.5f * f), bark, 0.75f);
      last = top;
    }
  for (int i = 0; i < 20; i++)
    {
      float a = 6.2832f * ((float) i + 0.6f * scene_brush_random (b)) / 20.0f * 2.4f, rise = -0.25f + 1.25f * scene_brush_random (b), ca = cosf (a), sa = sinf (a);
      int   n = (int) scene_clamp (length * b->frame->focal / t->z / 1.6f, 5.0f, 40.0f);
      for (int j = 1; j <= n; j++)
        {
          float    f = (float) j / (float) n, out = length * f * (1.0f - 0.15f * f), y = length * (rise * f - 0.95f * f * f);
          float    leaflet = length * 0.2f * (1.0f - 0.75f * f) * (0.5f + 0.5f * fminf (1.0f, f * 4.0f));
          SceneVec at = { last.x + out * ca, last.y + y, last.z + out * sa }, normal = scene_normalize (scene_vec (ca * f, 0.8f, sa * f));
          float    open = 0.4f + 0.5f * f, tone = 0.75f + 0.5f * scene_brush_random (b);
          SceneVec colour = scene_scale (scene_brush_leaf (b, leaf, normal, open, open * 0.8f), tone);
          at.y -= leaflet * 0.4f;
          scene_brush_splat (b, at, leaflet, length * 0.022f, -sa * 0.6f + 0.3f * ca, -0.8f, colour);
          at.y += leaflet * 0.3f;
          scene_brush_splat (b, at, leaflet * 0.8f, length * 0.018f, sa * 0.7f, -0.55f, scene_scale (colour, 0.85f));
        }
    }
}

static void
grow_fork (SceneBrush *b, SceneVec from, SceneVec direction, float length, float radius, int depth, float least, SceneVec bark)
{
  SceneVec to = scene_add (from, scene_scale (direction, length));
  int      n = 2 + (scene_brush_random (b) < 0.45f);

  scene_brush_stick (b, from, to, radius, radius * 0.7f, bark, 0.7f);
  if (depth == 0 || length < least)
    return;
  for (int i = 0; i < n; i++)
    {
      SceneVec turn = { scene_brush_random (b) - 0.5f, scene_brush_random (b) * 0.5f - 0.1f, scene_brush_random (b) - 0.5f };
      SceneVec d = scene_normalize (scene_add (direction, scene_scale (turn, 1.5f)));
      grow_fork (b, scene_lerp (from, to, 0.65f + 0.35f * scene_brush_random (b)), d, length * (0.62f + 0.22f * scene_brush_random (b)), radius * 0.64f, depth - 1, least, bark);
    }
}

void
scene_tree_draw (SceneBrush *b, const SceneSprite *t)
{
  SceneVec brown = { 0.07f, 0.058f, 0.048f }, white = { 0.34f, 0.33f, 0.30f };

  switch (t->kind)
    {
    case SCENE_TREE_CONIFER: draw_conifer (b, t); break;
    case SCENE_TREE_PALM: draw_palm (b, t); break;
    case SCENE_TREE_ACACIA: draw_broad (b, t, 0.42f, 0.75f, brown); break;
    case SCENE_TREE_BIRCH: draw_broad (b, t, 0.75f, 1.0f, white); break;
    case SCENE_TREE_BARE:
      grow_fork (b, scene_vec (t->x, t->y - 0.1f, t->z), scene_vec (0.0f, 1.0f, 0.0f), t->height * 0.3f, t->height * 0.022f, 7, 2.2f * t->z / b->frame->focal, scene_scale (brown, 0.8f));
      break;
    case SCENE_TREE_OAK: draw_oak (b, t, scene_scale (brown, 0.9f + 0.9f * scene_brush_random (b))); break;
    default: draw_broad (b, t, t->crowd > 0.5f ? 0.82f : 0.6f + 0.18f * scene_brush_random (b), 1.0f, brown); break;
    }
}
