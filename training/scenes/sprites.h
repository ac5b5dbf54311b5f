// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Growth and boulders are drawn as many small lit splats (leaves, needles, facets) with a depth test
// against the terrain. Lengths here are metres; the brush turns them into samples at a given depth.

#pragma once

#include "scene.h"

typedef struct
{
  const Scene      *scene;
  const SceneLight *light;
  SceneFrame       *frame;
  uint32_t          seed;        /* of the stateless random numbers, see scene_brush_random() */
  uint32_t          counter;
  float             lit;         /* sun that reaches the sprite */
  uint8_t           label;
} SceneBrush;

/* How much of the snow on the ground lies on growth as well: 0 where there is too little. */
static inline float
scene_snow_on_growth (const Scene *scene)
{
  return scene_is_winter (scene) ? scene->snow_share : 0.0f;
}

float    scene_brush_random (SceneBrush *brush);
/* Radiance of a leaf: occlusion 0 (dark) ... 1 for the sun and for the sky. */
SceneVec scene_brush_leaf (const SceneBrush *brush, SceneVec albedo, SceneVec normal, float sun_open, float sky_open);
/* An ellipse around a point: half lengths in metres along and across the direction (dx, dy) in the picture plane. */
void     scene_brush_splat (SceneBrush *brush, SceneVec at, float along, float across, float dx, float dy, SceneVec colour);
/* A round stick from one point to another, lit as a cylinder. */
void     scene_brush_stick (SceneBrush *brush, SceneVec from, SceneVec to, float radius_from, float radius_to, SceneVec albedo, float open);
typedef struct
{
  SceneVec centre;
  float    radius, height;       /* half the width and half the height, metres */
  int      n_clumps;
  float    crowd, snow;          /* 0 ... 1 */
  bool     is_closed;            /* nothing behind it shows between the leaves */
  SceneVec leaf[2];
} SceneCrown;

void     scene_brush_crown (SceneBrush *brush, const SceneCrown *crown);

void scene_tree_draw (SceneBrush *brush, const SceneSprite *sprite);
void scene_bush_draw (SceneBrush *brush, const SceneSprite *sprite);
void scene_plant_draw (SceneBrush *brush, const SceneSprite *sprite);
void scene_stone_draw (SceneBrush *brush, const SceneSprite *sprite);
void scene_blades_draw (const Scene *scene, const SceneLight *light, SceneFrame *frame);
