// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Noise that all ground materials share, for one picture column at a time: bands of fractal noise in
// world metres that fade out below the size of a sample, their slopes for bump mapping, and cells.

#pragma once

#include "scene.h"

enum { SCENE_MAX_ROWS = 4096 };

typedef struct
{
  float x[SCENE_MAX_ROWS], z[SCENE_MAX_ROWS], size[SCENE_MAX_ROWS];      /* metres; size of a sample */
  float climb[SCENE_MAX_ROWS], climb_x[SCENE_MAX_ROWS], climb_z[SCENE_MAX_ROWS]; /* z, and on up a cliff; slopes of what is added */
  float grain[SCENE_MAX_ROWS], mid[SCENE_MAX_ROWS], large[SCENE_MAX_ROWS], huge[SCENE_MAX_ROWS];
  float fine_x[SCENE_MAX_ROWS], fine_z[SCENE_MAX_ROWS];                  /* slopes below 8 m wavelength */
  float broad_x[SCENE_MAX_ROWS], broad_z[SCENE_MAX_ROWS];                /* and above */
  float patch1[SCENE_MAX_ROWS], patch2[SCENE_MAX_ROWS];                  /* decide the ground cover */
  float slope_x[SCENE_MAX_ROWS], slope_z[SCENE_MAX_ROWS];                /* of the height field */
  float shore[SCENE_MAX_ROWS], road[SCENE_MAX_ROWS];
} SceneSurface;

typedef struct
{
  float    dome, gap, dx, dz;   /* height 0 ... 1 within the cell, distance to its border, slopes */
  float    tone;                /* -1 ... 1, one value per cell */
} SceneCell;

/* Fills the arrays for rows first ... last - 1 of a column. */
void      scene_surface_column (const Scene *scene, const SceneFrame *frame, int column, int first, int last, SceneSurface *out);
void      scene_surface_patch (const Scene *scene, float x, float z, float *out_patch1, float *out_patch2);
SceneCell scene_surface_cell (float x, float z, float cell, uint32_t key);
