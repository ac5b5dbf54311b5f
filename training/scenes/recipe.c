// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Chooses what a scene is: kind of landscape, camera, water, relief, ground, growth, light. Lengths
// near the camera scale with the eye height, so that each part keeps a paintable size in the picture.

#include "scene.h"

#include <string.h>

typedef enum
{
  MEADOW, ALPINE_LAKE, WINTER, BEACH, ROCKY_COAST, DUNES, STONY_DESERT, RIVER_VALLEY, ROAD, FOREST, SAVANNA,
  ARCTIC, SKY, GROUND, MOUNTAIN_VIEW, POND, HILLS, N_KINDS
} Kind;

static const float kind_weights[N_KINDS] = { 6, 8, 9, 7, 7, 5, 9, 15, 13, 5, 5, 4, 5, 12, 8, 6, 20 };
/* Landscapes that have room for trees in front, and a view of mountains. */
static const float near_weights[N_KINDS] = { 6, 8, 9, 3, 0, 0, 0, 10, 6, 0, 0, 0, 0, 0, 8, 3, 6 };

static void
choose_camera (Scene *s, SceneRng *rng, Kind kind)
{
  float x = scene_rng (rng);

  s->focal = scene_rng_in (rng, 0.75f, 1.5f);
  s->horizon = scene_rng_in (rng, 0.28f, 0.62f);
  s->eye = x < 0.6f ? scene_rng_in (rng, 1.4f, 3.0f) : x < 0.9f ? scene_rng_in (rng, 3.0f, 12.0f)
                                                                : scene_rng_in (rng, 12.0f, 45.0f);
  if (kind == SKY)
    s->horizon = scene_rng_in (rng, 0.72f, 0.93f);
  if (kind == GROUND)
    {
      s->horizon = scene_rng_in (rng, -0.25f, 0.2f);
      s->eye = scene_rng_in (rng, 1.2f, 2.2f);
    }
  if (kind == ROAD)
    s->eye = scene_rng_in (rng, 1.4f, 4.5f);
}

static void
choose_light (Scene *s, SceneRng *rng)
{
  float weather = scene_rng (rng), x = scene_rng (rng);

  s->sun_elevation = x < 0.16f ? scene_rng_in (rng, 0.01f, 0.09f) : x < 0.45f ? scene_rng_in (rng, 0.09f, 0.35f)
                                                                            : scene_rng_in (rng, 0.35f, 1.1f);
  s->sun_azimuth = scene_rng_in (rng, -2.2f, -1.5f); /* no map tells whence: always over the left shoulder */
  s->sun_share = 1.0f;
  s->haze = 1.0f / scene_rng_in (rng, 12000.0f, 70000.0f);
  s->mist_height = 60.0f;
  s->cloud_base = scene_rng_in (rng, 900.0f, 1800.0f);
  s->cloud_depth = scene_rng_in (rng, 500.0f, 1500.0f);
  s->cloud_scale = scene_rng_in (rng, 1800.0f, 4500.0f);
  if (weather < 0.17f)
    s->cirrus = scene_rng_in (rng, 0.0f, 0.25f);
  else if (weather < 0.58f)
    {
      s->cumulus = scene_rng_in (rng, 0.25f, 0.62f);
      s->cirrus = scene_rng (rng) < 0.4f ? scene_rng_in (rng, 0.2f, 0.6f) : 0.0f;
    }
  else if (weather < 0.7f)
    s->cirrus = scene_rng_in (rng, 0.45f, 0.9f);
  else if (weather < 0.88f)
    {
      s->deck = scene_rng_in (rng, 0.6f, 1.0f);
      s->cloud_darkness = scene_rng_in (rng, 0.0f, 0.7f);
      s->haze *= 1.6f;
    }
  else
    {
      s->mist = 1.0f / scene_rng_in (rng, 250.0f, 2500.0f);
      s->mist_height = scene_rng_in (rng, 25.0f, 180.0f);
      s->cirrus = scene_rng_in (rng, 0.0f, 0.3f);
      s->deck = scene_rng (rng) < 0.4f ? scene_rng_in (rng, 0.5f, 1.0f) : 0.0f;
    }
}

/* From the middle of a range, a share of it. */
static float
near_middle (SceneRng *rng, float from, float to, float share)
{
  float middle = 0.5f * (from + to);

  return scene_mix (middle, scene_rng_in (rng, from, to), share);
}

/* A mood leaves a fifth free, or one picture would not tell how the others of its mood look. */
static void
choose_film (Scene *s, SceneRng *rng, bool has_mood)
{
  float share = has_mood ? 0.2f : 1.0f;

  s->exposure = near_middle (rng, -0.3f, 0.3f, share);
  s->contrast = near_middle (rng, 0.95f, 1.12f, share);
  s->saturation = near_middle (rng, 0.92f, 1.1f, share);
  s->warmth = near_middle (rng, -0.04f, 0.05f, share);
}

static void
choose_relief (Scene *s, SceneRng *rng, float mountains)
{
  float angle;

  s->roll_height = s->eye * scene_rng_in (rng, 0.08f, 0.5f);
  s->roll_length = s->eye * scene_rng_in (rng, 14.0f, 50.0f);
  if (scene_rng (rng) < 0.62f)
    {
      s->hill_near = scene_rng_in (rng, 140.0f, 700.0f) * (1.0f + s->eye * 0.05f);
      angle = scene_rng_in (rng, 0.05f, 0.2f);
      s->hill_height = angle * s->hill_near * 2.0f;
      s->hill_length = s->hill_near * scene_rng_in (rng, 0.8f, 1.8f);
    }
  if (scene_rng (rng) < mountains)
    {
      s->mountain_near = scene_rng_in (rng, 2500.0f, 7000.0f);
      angle = scene_rng_in (rng, 0.12f, 0.42f);
      s->mountain_height = angle * s->mountain_near * 1.6f;
      s->mountain_length = s->mountain_near * scene_rng_in (rng, 0.6f, 1.1f);
      s->mountain_gap = scene_rng_in (rng, 0.0f, 0.5f);
    }
  s->snow_line = scene_rng (rng) < 0.6f ? s->mountain_height * scene_rng_in (rng, 0.25f, 0.8f) : 1e6f;
}

static void
choose_ground (Scene *s, SceneRng *rng, uint8_t a, uint8_t b, uint8_t c)
{
  s->cover[0] = a;
  s->cover[1] = b;
  s->cover[2] = c;
  s->cover_share[0] = scene_rng_in (rng, 0.1f, 0.45f);
  s->cover_share[1] = scene_rng_in (rng, 0.05f, 0.35f);
  s->cover_length = s->eye * scene_rng_in (rng, 4.0f, 14.0f);
}

static void
choose_growth (Scene *s, SceneRng *rng, float forest, float lone, float bushes, float plants)
{
  s->forest = forest * scene_rng_in (rng, 0.4f, 1.2f);
  s->forest_near = scene_rng_in (rng, 18.0f, 140.0f) * (1.0f + s->eye * 0.04f);
  s->forest_length = s->forest_near * scene_rng_in (rng, 0.7f, 2.2f);
  s->tree_line = s->mountain_height * scene_rng_in (rng, 0.12f, 0.4f) + 60.0f;
  s->lone_trees = lone * scene_rng (rng);
  s->bushes = bushes * scene_rng_in (rng, 0.2f, 1.0f);
  s->plants = plants * scene_rng_in (rng, 0.2f, 1.0f);
  s->tree_height = scene_rng_in (rng, 7.0f, 18.0f);
  s->blades = 1.0f;
  s->boulders = scene_rng (rng) < 0.3f ? scene_rng_in (rng, 0.05f, 0.5f) : 0.0f;
  s->flower = scene_rng (rng) < 0.35f ? scene_rng_in (rng, 0.2f, 1.0f) : 0.0f;
}

static void
choose_water (Scene *s, SceneRng *rng, SceneShore shore, uint8_t water_class)
{
  float eye = s->eye;

  s->shore = shore;
  s->water_class = water_class;
  s->shore_turn = scene_rng_in (rng, -0.9f, 0.9f);
  s->shore_z = eye * scene_rng_in (rng, 2.2f, 8.0f);
  s->shore_x = eye * scene_rng_in (rng, -3.0f, 3.0f);
  s->shore_bend = eye * scene_rng_in (rng, 0.6f, 2.5f);
  s->shore_width = eye * scene_rng_in (rng, 2.0f, 6.0f);
  s->shore_far = s->shore_z + eye * scene_rng_in (rng, 18.0f, 160.0f);
  s->shore_bank = eye * scene_rng_in (rng, 2.0f, 7.0f);
  s->wave = scene_rng (rng) < (water_class == SCENE_SEA ? 0.25f : 0.6f) ? scene_rng_in (rng, 0.0f, 0.2f) : scene_rng_in (rng, 0.2f, 1.0f);
  s->shore_cover_width = eye * scene_rng_in (rng, 0.6f, 4.0f);
  if (shore == SCENE_SHORE_ALONG)
    {
      s->shore_z = eye * scene_rng_in (rng, 8.0f, 22.0f);     /* wave length of the meander */
      s->shore_bend = s->shore_z * scene_rng_in (rng, 0.1f, 0.45f);
      s->shore_turn = scene_rng_in (rng, -0.35f, 0.35f);
    }
  if (shore == SCENE_SHORE_ACROSS)
    s->shore_turn *= 0.5f;
  if (scene_rng (rng) < 0.2f)
    s->shore_z *= -0.3f;                                       /* the camera is over the water */
  if (shore == SCENE_SHORE_ALONG)
    s->shore_z = fabsf (s->shore_z);
}

static void
choose_road (Scene *s, SceneRng *rng)
{
  s->has_road = true;
  s->is_paved = scene_rng (rng) < 0.62f;
  s->road_width = s->is_paved ? scene_rng_in (rng, 5.0f, 9.0f) : scene_rng_in (rng, 2.6f, 4.5f);
  s->road_x = scene_rng_in (rng, -0.8f, 0.8f) * s->road_width;
  s->road_turn = scene_rng_in (rng, -0.25f, 0.25f);
  s->road_length = scene_rng_in (rng, 60.0f, 240.0f);
  s->road_bend = s->road_length * scene_rng_in (rng, 0.02f, 0.14f);
}

static uint8_t
pick_class (SceneRng *rng, uint8_t a, uint8_t b, uint8_t c)
{
  float x = scene_rng (rng);
  return x < 0.34f ? a : x < 0.67f ? b : c;
}

static void
choose_trees (Scene *s, SceneTreeKind a, SceneTreeKind b)
{
  s->tree_kinds[0] = a;
  s->tree_kinds[1] = b;
}

static void
choose_winter (Scene *s, SceneRng *rng)
{
  s->snow_share = scene_rng_in (rng, 0.75f, 1.0f);
  s->snow_line = 0.0f;
  s->blades *= 0.1f;
  s->flower = 0.0f;
  s->plants *= 0.2f;
  s->autumn = 0.6f;
  choose_trees (s, SCENE_TREE_CONIFER, scene_rng (rng) < 0.88f ? SCENE_TREE_CONIFER : SCENE_TREE_BARE);
}

static void
choose_land (Scene *s, SceneRng *rng, Kind kind)
{
  SceneShore river = scene_rng (rng) < 0.6f ? SCENE_SHORE_ALONG : SCENE_SHORE_ACROSS;

  choose_trees (s, scene_rng (rng) < 0.55f ? SCENE_TREE_BROAD : SCENE_TREE_CONIFER,
                scene_rng (rng) < 0.5f ? SCENE_TREE_BROAD : scene_rng (rng) < 0.5f ? SCENE_TREE_BIRCH : SCENE_TREE_CONIFER);
  if (scene_rng (rng) < 0.25f)
    s->autumn = scene_rng_in (rng, 0.4f, 1.0f);
  choose_ground (s, rng, SCENE_GRASS, pick_class (rng, SCENE_DIRT, SCENE_PLANT, SCENE_PLANT), pick_class (rng, SCENE_GRAVEL, SCENE_DIRT, SCENE_BUSH));
  choose_growth (s, rng, 0.5f, 0.4f, 0.4f, 0.6f);
  switch (kind)
    {
    case ALPINE_LAKE:
      choose_water (s, rng, SCENE_SHORE_LAKE, SCENE_WATER);
      s->shore_cover = pick_class (rng, SCENE_STONE, SCENE_GRAVEL, SCENE_NONE);
      s->boulders = scene_rng_in (rng, 0.0f, 0.6f);
      break;
    case WINTER:
      choose_winter (s, rng);
      s->bushes *= 0.5f;
      if (scene_rng (rng) < 0.35f)
        choose_water (s, rng, river, SCENE_RIVER);
      else if (scene_rng (rng) < 0.25f)
        choose_road (s, rng);
      break;
    case BEACH:
    case ROCKY_COAST:
      choose_water (s, rng, SCENE_SHORE_LINE, SCENE_SEA);
      s->foam = scene_rng_in (rng, 0.3f, 1.0f);
      s->mountain_height *= scene_rng (rng) < 0.5f ? 0.0f : 0.6f;
      s->snow_line = 1e6f;
      if (kind == BEACH)
        {
          choose_ground (s, rng, SCENE_SAND, SCENE_SAND, pick_class (rng, SCENE_GRASS, SCENE_PLANT, SCENE_STONE));
          s->shore_cover = SCENE_SAND;
          s->shore_cover_width = s->shore_bank * 2.0f;
          s->autumn = 0.0f;
          s->forest *= 0.5f;
          s->forest_near *= 0.6f;
          if (scene_rng (rng) < 0.6f)
            choose_trees (s, SCENE_TREE_PALM, scene_rng (rng) < 0.6f ? SCENE_TREE_PALM : SCENE_TREE_BROAD);
        }
      else
        {
          choose_ground (s, rng, pick_class (rng, SCENE_GRASS, SCENE_GRASS, SCENE_DIRT), SCENE_PLANT, SCENE_STONE);
          s->shore_cover = pick_class (rng, SCENE_STONE, SCENE_ROCK, SCENE_ROCK);
          s->outcrop = scene_rng_in (rng, 0.4f, 0.8f);
          s->outcrop_height = s->eye * scene_rng_in (rng, 0.5f, 1.6f);
          s->outcrop_length = s->eye * scene_rng_in (rng, 5.0f, 14.0f);
          s->cliff = scene_rng (rng) < 0.5f ? s->eye * scene_rng_in (rng, 1.0f, 5.0f) : 0.0f;
          s->boulders = scene_rng_in (rng, 0.2f, 0.9f);
        }
      break;
    case DUNES:
      choose_ground (s, rng, SCENE_SAND, SCENE_SAND, pick_class (rng, SCENE_SAND, SCENE_SAND, SCENE_PLANT));
      choose_growth (s, rng, 0.0f, 0.0f, 0.25f, 0.15f);
      s->eye = fminf (s->eye, 6.0f);
      s->dune_height = s->eye * scene_rng_in (rng, 1.5f, 6.0f) + 4.0f;
      s->dune_length = s->dune_height * scene_rng_in (rng, 4.0f, 7.0f);
      s->roll_height *= 0.3f;
      s->dune_turn = scene_rng_in (rng, -1.2f, 1.2f);
      s->is_desert = true;
      s->autumn = 0.0f;
      break;
    case STONY_DESERT:
      choose_ground (s, rng, pick_class (rng, SCENE_DIRT, SCENE_DIRT, SCENE_GRAVEL), SCENE_STONE, pick_class (rng, SCENE_GRAVEL, SCENE_SAND, SCENE_GRASS));
      choose_growth (s, rng, 0.0f, 0.1f, 0.9f, 0.3f);
      choose_trees (s, SCENE_TREE_ACACIA, SCENE_TREE_BROAD);
      s->tree_height = scene_rng_in (rng, 4.0f, 7.0f);
      s->boulders = scene_rng_in (rng, 0.2f, 1.0f);
      s->mesa = scene_rng (rng) < 0.6f ? 1.0f : 0.0f;
      s->outcrop = scene_rng (rng) < 0.6f ? scene_rng_in (rng, 0.3f, 0.6f) : 0.0f;
      s->outcrop_height = s->eye * scene_rng_in (rng, 0.8f, 3.0f);
      s->outcrop_length = s->eye * scene_rng_in (rng, 8.0f, 20.0f);
      s->is_desert = true;
      s->autumn = 0.0f;
      if (scene_rng (rng) < 0.25f)
        choose_road (s, rng);
      break;
    case RIVER_VALLEY:
      choose_water (s, rng, river, SCENE_RIVER);
      s->shore_cover = pick_class (rng, scene_rng (rng) < 0.7f ? SCENE_GRAVEL : SCENE_DIRT, SCENE_STONE, scene_rng (rng) < 0.6f ? SCENE_SAND : SCENE_GRAVEL);
      s->boulders = scene_rng_in (rng, 0.0f, 0.9f);
      s->shore_cover_width *= 1.8f;
      s->wave = scene_rng_in (rng, 0.15f, 0.8f);
      break;
    case ROAD:
      choose_road (s, rng);
      if (scene_rng (rng) < 0.4f)
        s->cover[1] = SCENE_DIRT;
      break;
    case FOREST:
      choose_growth (s, rng, 1.0f, 1.0f, 0.8f, 1.0f);
      s->forest = scene_rng_in (rng, 0.55f, 0.95f);
      s->forest_near = scene_rng_in (rng, 7.0f, 25.0f);
      s->forest_length = scene_rng_in (rng, 15.0f, 50.0f);
      choose_ground (s, rng, pick_class (rng, SCENE_GRASS, SCENE_PLANT, SCENE_DIRT), SCENE_PLANT, SCENE_BUSH);
      if (scene_rng (rng) < 0.4f)
        choose_road (s, rng);
      break;
    case SAVANNA:
      choose_growth (s, rng, 0.12f, 1.0f, 0.6f, 0.2f);
      choose_ground (s, rng, SCENE_GRASS, SCENE_DIRT, pick_class (rng, SCENE_BUSH, SCENE_DIRT, SCENE_GRASS));
      choose_trees (s, SCENE_TREE_ACACIA, SCENE_TREE_ACACIA);
      s->tree_height = scene_rng_in (rng, 5.0f, 9.0f);
      s->autumn = 0.0f;
      s->snow_line = 1e6f;
      s->is_desert = true;
      if (scene_rng (rng) < 0.25f)
        choose_road (s, rng);
      break;
    case ARCTIC:
      choose_growth (s, rng, 0.0f, 0.0f, 0.0f, 0.0f);
      choose_winter (s, rng);
      choose_water (s, rng, scene_rng (rng) < 0.6f ? SCENE_SHORE_LINE : SCENE_SHORE_LAKE, SCENE_SEA);
      if (s->shore == SCENE_SHORE_LAKE)
        s->water_class = SCENE_WATER;
      s->outcrop = scene_rng_in (rng, 0.2f, 0.6f);
      s->outcrop_height = s->eye * scene_rng_in (rng, 0.5f, 1.5f);
      s->outcrop_length = s->eye * scene_rng_in (rng, 6.0f, 16.0f);
      s->shore_cover = pick_class (rng, SCENE_STONE, SCENE_ROCK, SCENE_NONE);
      s->boulders = scene_rng_in (rng, 0.0f, 0.7f);
      break;
    case GROUND:
      {
        static const uint8_t kinds[9] = { SCENE_GRASS, SCENE_GRAVEL, SCENE_SAND, SCENE_DIRT, SCENE_STONE, SCENE_PLANT, SCENE_SNOW, SCENE_ROCK, SCENE_BUSH };
        choose_ground (s, rng, kinds[(int) (scene_rng (rng) * 8.99f)], kinds[(int) (scene_rng (rng) * 8.99f)], kinds[(int) (scene_rng (rng) * 8.99f)]);
        choose_growth (s, rng, 0.4f, 0.2f, 0.5f, 0.7f);
        s->cover_share[0] = scene_rng_in (rng, 0.3f, 0.5f);
        s->cover_length = s->eye * scene_rng_in (rng, 2.0f, 5.0f);
        for (int i = 0; i < 3; i++)
          if (s->cover[i] == SCENE_ROCK)
            {
              s->cover[i] = SCENE_GRAVEL;
              s->outcrop = scene_rng_in (rng, 0.5f, 0.8f);
              s->outcrop_height = s->eye * scene_rng_in (rng, 0.3f, 0.8f);
              s->outcrop_length = s->eye * scene_rng_in (rng, 4.0f, 9.0f);
            }
        if (scene_rng (rng) < 0.3f)
          {
            if (scene_rng (rng) < 0.5f)
              choose_water (s, rng, river, SCENE_RIVER);
            else
              choose_water (s, rng, SCENE_SHORE_LAKE, SCENE_WATER);
          }
        break;
      }
    case MOUNTAIN_VIEW:
      choose_ground (s, rng, pick_class (rng, SCENE_GRASS, SCENE_GRAVEL, SCENE_STONE), SCENE_STONE, pick_class (rng, SCENE_PLANT, SCENE_GRAVEL, SCENE_DIRT));
      s->mountain_near = scene_rng_in (rng, 2200.0f, 6000.0f);
      s->mountain_height = s->mountain_near * scene_rng_in (rng, 0.3f, 0.75f);
      s->mountain_length = s->mountain_near * scene_rng_in (rng, 0.6f, 1.0f);
      s->snow_line = scene_rng (rng) < 0.7f ? s->mountain_height * scene_rng_in (rng, 0.25f, 0.75f) : 1e6f;
      s->tree_line = s->mountain_height * scene_rng_in (rng, 0.1f, 0.3f);
      s->outcrop = scene_rng_in (rng, 0.2f, 0.65f);
      s->outcrop_height = s->eye * scene_rng_in (rng, 0.5f, 1.5f);
      s->outcrop_length = s->eye * scene_rng_in (rng, 6.0f, 16.0f);
      s->boulders = scene_rng_in (rng, 0.1f, 1.0f);
      s->forest *= 0.5f;
      break;
    case POND:
      choose_water (s, rng, SCENE_SHORE_LAKE, SCENE_WATER);
      s->shore_far = fabsf (s->shore_z) + s->eye * scene_rng_in (rng, 5.0f, 25.0f);
      s->wave = scene_rng_in (rng, 0.01f, 0.2f);
      s->bushes = scene_rng_in (rng, 0.3f, 1.0f);
      s->plants = scene_rng_in (rng, 0.4f, 1.0f);
      s->shore_cover = pick_class (rng, SCENE_PLANT, SCENE_NONE, SCENE_DIRT);
      break;
    case HILLS:
      s->hill_near = scene_rng_in (rng, 60.0f, 260.0f) * (1.0f + s->eye * 0.04f);
      s->hill_height = s->hill_near * scene_rng_in (rng, 0.4f, 1.3f);
      s->hill_length = s->hill_near * scene_rng_in (rng, 0.8f, 2.2f);
      s->forest *= scene_rng_in (rng, 0.0f, 0.6f);
      s->forest_near = s->hill_near * scene_rng_in (rng, 0.6f, 1.6f);
      s->forest_length = s->forest_near * scene_rng_in (rng, 0.4f, 1.0f);
      s->lone_trees *= 0.5f;
      s->bushes *= 0.6f;
      if (scene_rng (rng) < 0.3f)
        choose_road (s, rng);
      break;
    default:
      break;
    }
}

/* Clears the view for a few trees, stones and bushes of any landscape. Draws from a stream of its own:
 * a seed whose scene is not chosen gives the scene it always gave. */
static void
choose_near (Scene *s, bool always)
{
  SceneRng rng;

  scene_rng_init (&rng, s->seed, 4);
  if (scene_rng (&rng) > 0.4f && !always)
    return;
  s->near_trees = (int) scene_rng_in (&rng, 2.0f, always ? 13.0f : 7.0f);
  s->near_reach = always ? 8.0f : 3.0f;
  s->near_stones = scene_rng (&rng) < 0.5f ? (int) scene_rng_in (&rng, 1.0f, 8.0f) : 0;
  s->near_bushes = scene_rng (&rng) < 0.5f ? (int) scene_rng_in (&rng, 1.0f, 8.0f) : 0;
  s->tree_height = fminf (s->tree_height, s->eye * 6.0f);
  s->lone_trees *= 0.3f;
  s->forest_near *= 3.0f;
  s->bushes *= 0.4f;
}

void
scene_init (Scene *scene, uint64_t seed, int style, unsigned wishes)
{
  bool     near = (wishes & SCENE_WISH_NEAR) != 0;
  SceneRng rng;
  Kind     kind;

  memset (scene, 0, sizeof *scene);
  scene_rng_init (&rng, seed, 1);
  scene->seed = seed;
  scene->key = (uint32_t) (scene_rng (&rng) * 16777215.0f) * 2654435761u;
  scene->shore_cover = SCENE_NONE;
  kind = (Kind) scene_rng_pick (&rng, N_KINDS, near ? near_weights : kind_weights);
  if (wishes & SCENE_WISH_SNOW)
    kind = WINTER;
  choose_camera (scene, &rng, kind);
  choose_light (scene, &rng);
  choose_film (scene, &rng, style >= 0);
  choose_relief (scene, &rng, near ? 0.85f : 0.5f);
  choose_land (scene, &rng, kind);
  if (kind != SKY)
    choose_near (scene, near);
  /* A river along the view comes out of the hills; it does not cut through them. */
  scene->shore_end = scene->hill_height > 0.0f ? scene->hill_near * 1.1f : scene->mountain_height > 0.0f ? scene->mountain_near * 0.6f : 1e6f;
  if (scene->is_desert)
    scene->snow_line = 1e6f;
  if (style >= 0)
    scene_style_apply (scene, style, &rng);
  scene_palette_init (scene, &rng);
  scene->sun = scene_vec (cosf (scene->sun_elevation) * sinf (scene->sun_azimuth), sinf (scene->sun_elevation),
                          cosf (scene->sun_elevation) * cosf (scene->sun_azimuth));
  scene->sun_share = scene_clamp (1.0f - 1.15f * scene_smooth (0.45f, 0.85f, scene->deck), 0.0f, 1.0f);
  scene_camera_stand (scene);
}
