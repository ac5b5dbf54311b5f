// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Where trees, bushes, plants and boulders stand (jittered world grids, so that the same seed gives
// the same growth at any picture size), the shadows they throw on the ground, and drawing them.

#include "sprites.h"
#include "surface.h"

typedef struct
{
  const Scene *scene;
  SceneFrame  *frame;
  float        x, z, y, height_scale;
  uint8_t      relief[4], cover;
  uint32_t     hash;
} Spot;

static float
sun_at (const Scene *s, const SceneFrame *f, float x, float y, float z)
{
  int column = (int) (f->centre + x / z * f->focal), row = (int) (f->horizon_row - (y - s->cam_y) / z * f->focal);
  size_t at;

  if (column < 0 || column >= f->width || row < 0)
    return 1.0f;
  row = row >= f->height ? f->height - 1 : row;
  at = (size_t) column * f->height + row;
  return fabsf (f->depth[at] - z) < 0.25f * z ? f->shade[at] : 1.0f;
}

static void
put (Spot *p, uint8_t label, uint8_t kind, float height, float radius, float crowd)
{
  SceneFrame *f = p->frame;

  if (f->n_sprites == f->max_sprites)
    return;
  f->sprites[f->n_sprites++] = (SceneSprite) { .x = p->x, .y = p->y, .z = p->z, .height = height, .radius = radius, .crowd = crowd, .seed = p->hash, .label = label, .kind = kind,
                                               .lit = sun_at (p->scene, f, p->x, p->y, p->z) };
}

static float
chance (const Spot *p, uint32_t which)
{
  return scene_hash_unit (scene_hash (p->hash, which, 3u));
}

/* Whether the road runs nearer than a margin beside its edge. */
static bool
on_road (const Spot *p, float margin)
{
  const Scene *s = p->scene;

  return s->has_road && fabsf (scene_road_offset (s, p->x, p->z)) < s->road_width * 0.5f + margin;
}

/* The radius of a crown beside the tree's height. */
static float
tree_shape (const Spot *p, uint8_t kind)
{
  float x = chance (p, 5);

  switch (kind)
    {
    case SCENE_TREE_CONIFER: return 0.15f + 0.09f * x;
    case SCENE_TREE_BIRCH: return 0.19f + 0.07f * x;
    case SCENE_TREE_ACACIA: return 0.55f + 0.2f * x;
    case SCENE_TREE_PALM: return 0.3f;
    case SCENE_TREE_OAK: return 0.28f + 0.22f * x;
    default: return 0.3f + 0.12f * x;
    }
}

static void
try_tree (Spot *p, bool in_forest)
{
  const Scene *s = p->scene;
  uint8_t kind = s->tree_kinds[chance (p, 1) < 0.7f ? 0 : 1];
  float   h = s->tree_height * (0.6f + 0.65f * chance (p, 2)), group;

  if (p->relief[0] > 128 && !in_forest)
    return;
  if (in_forest != (p->relief[3] > 128) || p->relief[2] > 128)
    return;
  group = scene_noise2 (p->x / (s->tree_height * 5.0f), p->z / (s->tree_height * 5.0f), s->key + 500);
  if (!in_forest && (chance (p, 3) > s->lone_trees * 0.45f * scene_smooth (-0.15f, 0.5f, group + 0.25f * s->lone_trees) || p->z < h * 1.1f))
    return;
  if (on_road (p, s->road_width * 0.2f + 1.5f))
    return;
  if (!in_forest && s->shore_cover == p->cover && p->cover != SCENE_SAND)
    return;
  if (in_forest && chance (p, 4) < 0.12f)
    h *= 0.55f;
  put (p, SCENE_TREE, kind, h, h * tree_shape (p, kind) * (in_forest ? 0.9f : 1.1f), in_forest ? 1.0f : 0.0f);
}

static void
try_forest_tree (Spot *p)
{
  try_tree (p, true);
}

static void
try_lone_tree (Spot *p)
{
  try_tree (p, false);
}

static void
try_bush (Spot *p)
{
  const Scene *s = p->scene;
  float clump = scene_noise2 (p->x / (s->cover_length * 1.2f), p->z / (s->cover_length * 1.2f), s->key + 510) + 0.4f * scene_noise2 (p->x / 5.0f, p->z / 5.0f, s->key + 511);
  float r = (0.45f + 0.75f * chance (p, 2)) * p->height_scale;
  bool  dense = p->cover == SCENE_BUSH;

  if (p->relief[0] > 128 || p->relief[2] > 128 || (p->relief[3] > 128 && chance (p, 4) > 0.1f) || p->z < r * 3.0f)
    return;
  if (!dense && (clump < 0.75f - s->bushes * 0.75f || chance (p, 3) > 0.75f || p->cover == SCENE_SAND || p->cover == s->shore_cover))
    return;
  if (on_road (p, s->road_width * 0.05f + r))
    return;
  put (p, SCENE_BUSH, 0, r * (0.9f + 0.6f * chance (p, 5)), r, dense ? 0.8f : 0.2f);
}

static void
try_plant (Spot *p)
{
  const Scene *s = p->scene;
  float clump = scene_noise2 (p->x / (s->cover_length * 0.5f), p->z / (s->cover_length * 0.5f), s->key + 520) + 0.3f * scene_noise2 (p->x / 1.5f, p->z / 1.5f, s->key + 521);
  float h = (0.22f + 0.3f * chance (p, 2)) * p->height_scale;
  bool  dense = p->cover == SCENE_PLANT;

  if (p->relief[0] > 128 || p->relief[1] > 128 || p->relief[2] > 128 || scene_is_winter (s) || p->z < h * 3.0f)
    return;
  if (!dense && (clump < 0.85f - s->plants * 0.6f || p->cover == SCENE_SAND || p->cover == SCENE_STONE || p->cover == SCENE_GRAVEL))
    return;
  if (on_road (p, 0.2f))
    return;
  put (p, SCENE_PLANT, 0, h * (dense ? 1.2f : 1.0f), h, 0.0f);
}

static void
try_stone (Spot *p)
{
  const Scene *s = p->scene;
  bool  dense = p->cover == SCENE_STONE && p->relief[1] < 128;
  float q = chance (p, 2), r = (0.1f + 0.35f * q * q * q) * p->height_scale;

  if (!dense || p->relief[0] > 128 || p->z < r * 4.0f || (scene_is_winter (s) && chance (p, 3) < 0.6f))
    return;
  if (on_road (p, r))
    return;
  put (p, SCENE_STONE, 0, r * (1.0f + 0.5f * chance (p, 4)), r, 0.0f);
}

static void
try_boulder (Spot *p)
{
  const Scene *s = p->scene;
  float q = chance (p, 2), r = (0.3f + 1.1f * q * q) * p->height_scale;
  float group = scene_noise2 (p->x / (8.0f * s->eye), p->z / (8.0f * s->eye), s->key + 530);

  if (p->relief[0] > 128 || p->z < r * 4.0f || chance (p, 3) > s->boulders * scene_smooth (-0.3f, 0.5f, group + s->boulders - 0.4f))
    return;
  if (on_road (p, s->road_width * 0.05f + r))
    return;
  put (p, SCENE_STONE, 0, r * (1.0f + 0.6f * chance (p, 4)), r, 0.0f);
}

/* Visits a jittered grid of the ground out to a depth; water and what lies outside are skipped. */
static void
scatter (const Scene *s, SceneFrame *f, float spacing, float far, float scale, float deepest, uint32_t key, void (*visit) (Spot *))
{
  float u = 0.5f * (float) f->width / f->focal * 1.12f;

  for (int j = (int) (f->near / spacing); (float) j * spacing < far; j++)
    {
      int reach = (int) (((float) j * spacing * u + 6.0f * scale) / spacing) + 1;
      for (int i = -reach; i <= reach; i++)
        {
          Spot  p = { .scene = s, .frame = f, .height_scale = scale, .hash = scene_hash ((uint32_t) i, (uint32_t) j, s->key + key) };
          float a, b, shore;

          p.x = ((float) i + 0.1f + 0.8f * chance (&p, 11)) * spacing;
          p.z = ((float) j + 0.1f + 0.8f * chance (&p, 12)) * spacing;
          if (!scene_frame_ground (f, p.x, p.z, &p.y, p.relief))
            continue;
          if (s->shore != SCENE_SHORE_NONE && p.y < deepest)
            continue;
          shore = scene_shore_distance (s, p.x, p.z);
          scene_surface_patch (s, p.x, p.z, &a, &b);
          p.cover = scene_cover_class (s, a, b, shore, p.z);
          visit (&p);
        }
    }
}

/* A few things that stand alone in front, large in the picture, as a person paints them. */
static void
place_near (const Scene *s, SceneFrame *f, int n, uint8_t label, uint32_t key)
{
  float half = 0.5f * (float) f->width / f->focal, oaks = scene_is_winter (s) ? 0.2f : 0.55f;

  for (int i = 0; i < n; i++)
    {
      Spot  p = { .scene = s, .frame = f, .hash = scene_hash ((uint32_t) i, key, s->key + 540) };
      float q = chance (&p, 2), size, radius;
      uint8_t kind = chance (&p, 6) < oaks ? SCENE_TREE_OAK : s->tree_kinds[i & 1];

      if (label == SCENE_TREE)
        size = s->tree_height * (0.6f + 0.65f * q);
      else
        size = s->eye * (label == SCENE_BUSH ? 0.2f + 0.4f * q : 0.12f + 0.5f * q * q);
      p.z = size * (label == SCENE_TREE ? 1.15f + s->near_reach * chance (&p, 1) : 4.0f + 8.0f * chance (&p, 1));
      p.x = (2.0f * chance (&p, 11) - 1.0f) * half * p.z;
      if (!scene_frame_ground (f, p.x, p.z, &p.y, p.relief) || p.relief[0] > 128 || p.relief[3] > 128)
        continue;
      radius = label == SCENE_TREE ? size * tree_shape (&p, kind) * 1.1f : size / (1.0f + 0.6f * chance (&p, 4));
      if ((s->shore != SCENE_SHORE_NONE && p.y < 0.1f) || on_road (&p, s->road_width * 0.15f + radius * (label == SCENE_TREE ? 0.3f : 1.0f)))
        continue;
      put (&p, label, kind, size, radius, 0.0f);
    }
}

void
scene_sprites_place (const Scene *s, SceneFrame *f)
{
  float sharp = s->focal * 512.0f, scale = scene_clamp (s->eye / 2.2f, 0.8f, 2.6f), canopy = s->tree_height * sharp / 9.0f;

  if (s->forest > 0.01f)
    scatter (s, f, s->tree_height * 0.34f, canopy, 1.0f, 0.1f, 1, try_forest_tree);
  if (s->lone_trees > 0.01f)
    scatter (s, f, s->tree_height * 0.75f, canopy, 1.0f, 0.1f, 2, try_lone_tree);
  if (s->bushes > 0.01f || s->cover[0] == SCENE_BUSH || s->cover[1] == SCENE_BUSH || s->cover[2] == SCENE_BUSH)
    scatter (s, f, 1.25f * scale, 1.6f * scale * sharp / 7.0f, scale, 0.05f, 3, try_bush);
  if (s->boulders > 0.01f)
    scatter (s, f, 3.2f * scale, 1.6f * scale * sharp / 6.0f, scale, -0.35f, 4, try_boulder);
  if (s->cover[0] == SCENE_STONE || s->cover[1] == SCENE_STONE || s->cover[2] == SCENE_STONE || s->shore_cover == SCENE_STONE)
    scatter (s, f, 0.55f * scale, 0.5f * scale * sharp / 5.0f, scale, -0.15f, 5, try_stone);
  if (s->plants > 0.01f || s->cover[0] == SCENE_PLANT || s->cover[1] == SCENE_PLANT || s->cover[2] == SCENE_PLANT || s->shore_cover == SCENE_PLANT)
    scatter (s, f, 0.42f * scale, 0.55f * scale * sharp / 7.0f, scale, 0.0f, 6, try_plant);
  place_near (s, f, s->near_trees, SCENE_TREE, 1);
  place_near (s, f, s->near_stones, SCENE_STONE, 2);
  place_near (s, f, s->near_bushes, SCENE_BUSH, 3);
}

/* Darkens the ground where the way to the sun, or the open sky, is blocked by the sprite's ellipsoid. */
static void
shadow_one (const Scene *s, SceneFrame *f, const SceneSprite *t)
{
  bool     tree = t->label == SCENE_TREE, stone = t->label == SCENE_STONE;
  float    ry = tree ? (t->kind == SCENE_TREE_ACACIA ? 0.16f : 0.4f) * t->height : t->height * 0.55f, r = t->radius * 0.92f;
  SceneVec centre = { t->x, t->y + (tree ? t->height - ry : t->height * 0.35f), t->z }, sun = s->sun;
  float    k = f->focal / t->z, reach = fminf (t->height / fmaxf (sun.y, 0.08f), 10.0f * t->height), tip_x = t->x - sun.x * reach, tip_z = fmaxf (t->z - sun.z * reach, f->near);
  float    near = fmaxf (fminf (t->z, tip_z) - r, f->near), far = fmaxf (t->z, tip_z) + r, drop = t->y - 0.4f * t->height - s->cam_y, rise = t->y + 0.3f * t->height - s->cam_y;
  float    a = (t->x - r * 1.3f) * k, b = (t->x + r * 1.3f) * k, c = (tip_x - r) * f->focal / tip_z, d = (tip_x + r) * f->focal / tip_z;
  int      x0 = (int) (f->centre + fminf (a, c)), x1 = (int) (f->centre + fmaxf (b, d)) + 1, y0 = (int) (f->horizon_row - fmaxf (rise / near, rise / far) * f->focal);
  int      y1 = (int) (f->horizon_row - fminf (drop / near, drop / far) * f->focal) + 1;
  float    dense = stone ? 1.0f : tree && t->kind == SCENE_TREE_BARE ? 0.25f : 0.88f, sx = sun.x / r, sy = sun.y / ry, sz = sun.z / r, ss = sx * sx + sy * sy + sz * sz;

  x0 = x0 < 0 ? 0 : x0;
  y0 = y0 < 0 ? 0 : y0;
  x1 = x1 >= f->width ? f->width - 1 : x1;
  y1 = y1 >= f->height ? f->height - 1 : y1;
  for (int x = x0; x <= x1; x++)
    for (int y = y0; y <= y1; y++)
      {
        size_t at = (size_t) x * f->height + y;
        float  z = f->depth[at], px, py, pz, u = ((float) x + 0.5f - f->centre) / f->focal, along, square, miss, under;

        if (z < near || z > far + r)
          continue;
        px = (u * z - centre.x) / r;
        py = (f->altitude[at] - centre.y) / ry;
        pz = (z - centre.z) / r;
        along = -(px * sx + py * sy + pz * sz) / ss;
        square = px * px + py * py + pz * pz;
        miss = square - along * along * ss;
        if (along > 0.0f && miss < 1.3f && s->sun_share > 0.02f)
          f->shade[at] *= 1.0f - dense * scene_smooth (1.25f, 0.55f, miss + (stone ? 0.0f : 0.4f * scene_noise2 (u * z * 5.0f / r, z * 5.0f / r, t->seed)));
        under = px * px + pz * pz;
        if (under < 1.7f)
          f->open[at] *= 1.0f - (tree ? 0.4f : 0.6f) * scene_smooth (1.7f, 0.3f, under);
      }
}

void
scene_sprites_shadow (const Scene *s, SceneFrame *f)
{
  for (int i = 0; i < f->n_sprites; i++)
    if (f->sprites[i].height * f->focal / f->sprites[i].z > 4.0f)
      shadow_one (s, f, &f->sprites[i]);
}

void
scene_sprites_draw (const Scene *s, const SceneLight *light, SceneFrame *f)
{
  scene_blades_draw (s, light, f);
  for (int i = 0; i < f->n_sprites; i++)
    {
      const SceneSprite *t = &f->sprites[i];
      SceneBrush         brush = { .scene = s, .light = light, .frame = f, .seed = t->seed, .lit = t->lit, .label = t->label };

      switch (t->label)
        {
        case SCENE_TREE: scene_tree_draw (&brush, t); break;
        case SCENE_BUSH: scene_bush_draw (&brush, t); break;
        case SCENE_PLANT: scene_plant_draw (&brush, t); break;
        default: scene_stone_draw (&brush, t); break;
        }
    }
}
