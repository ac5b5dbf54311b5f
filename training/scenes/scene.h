// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What every part of the renderer shares: the recipe of one scene (a pure function of its seed, in
// metres and radians, without any notion of pixels) and the frame it is drawn into.
// Axes: x right, y up, z forward from the camera, which stands at x = z = 0. The lens is shifted,
// not tilted, so a picture column is a vertical plane: z is depth and u = x / z is fixed in it.
// Frame buffers are column-major: sample (column c, row r from the top) is at c * height + r.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noise.h"

/* COCO-Stuff channels of the 18 classes we draw. */
enum
{
  SCENE_BUSH = 96, SCENE_CLOUDS = 105, SCENE_DIRT = 110, SCENE_GRASS = 123, SCENE_GRAVEL = 124,
  SCENE_HILL = 126, SCENE_MOUNTAIN = 134, SCENE_PLANT = 141, SCENE_RIVER = 147, SCENE_ROAD = 148,
  SCENE_ROCK = 149, SCENE_SAND = 153, SCENE_SEA = 154, SCENE_SKY = 156, SCENE_SNOW = 158,
  SCENE_STONE = 161, SCENE_TREE = 168, SCENE_WATER = 177, SCENE_NONE = 255
};

#define SCENE_N_CLASSES 18
#define SCENE_SUPERSAMPLE 2

typedef struct
{
  const char *name;
  uint8_t     id;
  uint8_t     rgb[3];         /* the public GauGAN palette */
} SceneClass;

extern const SceneClass scene_classes[SCENE_N_CLASSES];

typedef struct
{
  float x, y, z;              /* a point, a direction, or linear red, green, blue */
} SceneVec;

typedef enum { SCENE_SHORE_NONE, SCENE_SHORE_LINE, SCENE_SHORE_LAKE, SCENE_SHORE_ALONG, SCENE_SHORE_ACROSS } SceneShore;
typedef enum { SCENE_TREE_BROAD, SCENE_TREE_CONIFER, SCENE_TREE_PALM, SCENE_TREE_ACACIA, SCENE_TREE_BIRCH, SCENE_TREE_BARE, SCENE_TREE_OAK } SceneTreeKind;

typedef struct
{
  uint64_t      seed;
  uint32_t      key;                          /* seed of everything placed in space */

  float         focal, horizon, eye, cam_y;   /* focal in picture heights; horizon 0 top ... 1 bottom; metres */

  float         sun_elevation, sun_azimuth;   /* azimuth 0: ahead of the camera, positive to the right */
  SceneVec      sun;                          /* unit vector to the sun */
  float         sun_share;                    /* 1 clear ... 0 sun hidden behind a closed deck */
  float         haze, mist, mist_height;      /* extinction per metre at ground; the mist's scale height */
  float         exposure, contrast, saturation, warmth;

  float         cumulus, cirrus, deck;        /* cover 0 ... 1 of each cloud kind */
  float         cloud_base, cloud_depth, cloud_scale, cloud_darkness;

  float         roll_height, roll_length;     /* ground undulation */
  float         hill_near, hill_height, hill_length;
  float         mountain_near, mountain_height, mountain_length, mountain_gap;
  float         dune_height, dune_length, dune_turn, dune_shift;
  float         outcrop, outcrop_height, outcrop_length;   /* share of ground, metres */
  float         mesa;                         /* 0 ... 1: hills and mountains become terraces */

  SceneShore    shore;
  uint8_t       water_class;
  float         shore_x, shore_z, shore_turn, shore_far, shore_width, shore_bend, shore_bank, shore_end, cliff;
  float         wave, foam;
  SceneVec      water_tint;

  bool          has_road;
  bool          is_paved;
  float         road_x, road_turn, road_bend, road_length, road_width;

  uint8_t       cover[3];                     /* ground classes by falling share */
  float         cover_share[2];               /* share of cover[1], cover[2] */
  float         cover_length;
  uint8_t       shore_cover;
  float         shore_cover_width;
  float         snow_line, snow_share;        /* metres; 0 ... 1 of the ground under snow */
  float         autumn;                       /* 0 ... 1 */
  bool          is_desert;

  float         forest, forest_near, forest_length, tree_line;  /* cover share, first distance */
  float         lone_trees, bushes, plants, boulders, blades;   /* densities 0 ... 1 */
  int           near_trees, near_stones, near_bushes;           /* standing alone in front */
  float         near_reach;                                     /* how far trees do, in their heights */
  float         flower;
  SceneTreeKind tree_kinds[2];
  float         tree_height;

  SceneVec      grass[2], dirt[2], sand[2], rock[2], gravel[2], leaf[3], hill[2], mountain[2], flower_colour, canopy[2];
} Scene;

static inline bool
scene_is_winter (const Scene *scene)
{
  return scene->snow_share > 0.5f;
}

/* Light of a scene, filled by scene_sky_prepare(). Radiances are in units where a white surface
 * facing a clear high sun has about 1. */
enum { SCENE_SKY_COLUMNS = 25, SCENE_SKY_ROWS = 48 };

typedef struct
{
  SceneVec sun;                               /* irradiance / pi of the sun on a facing surface */
  SceneVec zenith, horizon, ground;           /* ambient radiance by normal: up, sideways, down */
  SceneVec sunward;                           /* extra sideways ambient on the sun's side */
  SceneVec rayleigh[SCENE_SKY_COLUMNS][SCENE_SKY_ROWS];  /* by u and by elevation slope v */
  SceneVec mie[SCENE_SKY_COLUMNS][SCENE_SKY_ROWS];
  float    u_max, v_max;
} SceneLight;

typedef struct
{
  float    x, y, z;                           /* the foot, metres */
  float    height, radius;
  float    lit;                               /* share of the sun that reaches it past terrain and clouds */
  float    crowd;                             /* 1 inside a forest: less light from the sides */
  uint32_t seed;
  uint8_t  label;
  uint8_t  kind;                              /* SceneTreeKind for trees */
} SceneSprite;

typedef struct
{
  int          width, height;                 /* samples, not pixels */
  int          n_steps;                       /* depth steps of the polar grid */
  float        focal, centre, horizon_row;    /* in samples */
  float        near, log_step;                /* depth of step k = near * exp (k * log_step) */

  float       *ground;                        /* n_steps x width: bed height (below 0 is under water) */
  uint8_t     *relief;                        /* n_steps x width x 4: mountain, hill, rock, forest */
  float       *step;                          /* per sample: fractional step, < 0 for sky */
  float       *depth;                         /* per sample: metres, 1e9 for sky */
  float       *altitude;                      /* per sample: metres */
  float       *shade;                         /* per sample: share of the sun that arrives */
  float       *open;                          /* per sample: share of the ambient light that arrives */
  SceneVec    *colour;                        /* per sample: radiance */
  uint8_t     *label;

  SceneSprite *sprites;
  int          n_sprites, max_sprites;
} SceneFrame;

/* What may be asked of the landscape: trees that stand alone in front, most before mountains; snow on the ground. */
enum { SCENE_WISH_NEAR = 1, SCENE_WISH_SNOW = 2 };

/* recipe.c, style.c: a scene from its seed. style is -1 or an index below scene_n_styles; wishes: of those above. */
void        scene_init (Scene *scene, uint64_t seed, int style, unsigned wishes);
extern const int scene_n_styles;
const char *scene_style_name (int style);
void        scene_style_apply (Scene *scene, int style, SceneRng *rng);
void        scene_palette_init (Scene *scene, SceneRng *rng);

/* sky.c, clouds.c */
void     scene_sky_prepare (const Scene *scene, float u_max, float v_max, SceneLight *light);
SceneVec scene_sky_radiance (const Scene *scene, const SceneLight *light, float u, float v);
SceneVec scene_haze_apply (const Scene *scene, const SceneLight *light, SceneVec colour, float u, float depth, float altitude);
void     scene_clouds_draw (const Scene *scene, const SceneLight *light, SceneFrame *frame);
float    scene_cloud_shadow (const Scene *scene, float x, float z);

/* terrain.c, shore.c */
void  scene_terrain_row (const Scene *scene, float z, float footprint, int n, const float *x,
                         float *out_height, uint8_t *out_relief);
void  scene_shore_distances (const Scene *scene, int n, const float *x, const float *z, int dz, float *out);
float scene_shore_distance (const Scene *scene, float x, float z);
float scene_road_centre (const Scene *scene, float z);
float scene_road_offset (const Scene *scene, float x, float z);
void  scene_camera_stand (Scene *scene);

/* frame.c */
SceneFrame *scene_frame_new (int width, int height);
void        scene_frame_free (SceneFrame *frame);
void        scene_frame_trace (const Scene *scene, SceneFrame *frame);
bool        scene_frame_ground (const SceneFrame *frame, float x, float z, float *out_height, uint8_t out_relief[4]);
void        scene_frame_shadow (const Scene *scene, SceneFrame *frame);

/* surface.c, ground.c, water.c */
void scene_ground_draw (const Scene *scene, const SceneLight *light, SceneFrame *frame);
void scene_water_draw (const Scene *scene, const SceneLight *light, SceneFrame *frame);
uint8_t scene_cover_class (const Scene *scene, float patch1, float patch2, float shore, float z);
SceneVec scene_ambient (const Scene *scene, const SceneLight *light, SceneVec normal);

/* sprites.c and the files it calls, see sprites.h */
void scene_sprites_place (const Scene *scene, SceneFrame *frame);
void scene_sprites_shadow (const Scene *scene, SceneFrame *frame);
void scene_sprites_draw (const Scene *scene, const SceneLight *light, SceneFrame *frame);

/* render.c: the whole picture. rgb is height x width x 3, labels height x width. */
void scene_render (uint64_t seed, int style, unsigned wishes, int width, int height, uint8_t *rgb, uint8_t *labels);

/* labels.c: what becomes of the true label map; mode as in --labels. */
typedef enum { SCENE_LABELS_NATURAL, SCENE_LABELS_SMOOTH, SCENE_LABELS_POLYGON, SCENE_LABELS_MIXED } SceneLabels;
void scene_labels_clean (uint8_t *labels, int width, int height, int radius);
void scene_labels_apply (SceneLabels mode, uint64_t seed, uint8_t *labels, int width, int height);

/* png.c, sheet.c: false when the file cannot be written. */
bool scene_png_write (const char *path, const uint8_t *pixels, int width, int height, int n_channels);

static inline SceneVec
scene_vec (float x, float y, float z)
{
  return (SceneVec) { x, y, z };
}

static inline SceneVec
scene_add (SceneVec a, SceneVec b)
{
  return (SceneVec) { a.x + b.x, a.y + b.y, a.z + b.z };
}

static inline SceneVec
scene_mul (SceneVec a, SceneVec b)
{
  return (SceneVec) { a.x * b.x, a.y * b.y, a.z * b.z };
}

static inline SceneVec
scene_scale (SceneVec a, float s)
{
  return (SceneVec) { a.x * s, a.y * s, a.z * s };
}

static inline SceneVec
scene_lerp (SceneVec a, SceneVec b, float t)
{
  return (SceneVec) { a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t, a.z + (b.z - a.z) * t };
}

static inline float
scene_dot (SceneVec a, SceneVec b)
{
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

static inline SceneVec
scene_normalize (SceneVec a)
{
  return scene_scale (a, 1.0f / sqrtf (scene_dot (a, a) + 1e-12f));
}
