// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// One picture from start to end: trace, light, draw, haze, water, then the "film": exposure from the
// scene's own brightness, a filmic curve, saturation, and 2 x 2 samples to one pixel.

#include "scene.h"

#include <stdlib.h>
#include <string.h>

static void
add_haze (const Scene *s, const SceneLight *light, SceneFrame *f)
{
  for (int c = 0; c < f->width; c++)
    for (int r = 0; r < f->height; r++)
      {
        size_t at = (size_t) c * f->height + r;
        if (f->depth[at] < 1e8f && (s->shore == SCENE_SHORE_NONE || f->label[at] != s->water_class))
          f->colour[at] = scene_haze_apply (s, light, f->colour[at], ((float) c + 0.5f - f->centre) / f->focal, f->depth[at], f->altitude[at]);
      }
}

static float
luminance (SceneVec c)
{
  return 0.2126f * c.x + 0.7152f * c.y + 0.0722f * c.z;
}

static float
choose_exposure (const Scene *s, const SceneFrame *f)
{
  size_t n = (size_t) f->width * f->height, count = 0;
  float  sum = 0.0f, key;

  for (size_t i = 0; i < n; i += 13)
    {
      float y = luminance (f->colour[i]);
      sum += logf (scene_clamp (y, 0.003f, 2.0f));
      count++;
    }
  key = expf (sum / (float) count);
  /* A camera leaves snow bright and dusk dim: it corrects only most of the difference. */
  return (0.23f + 0.05f * s->deck) * powf (key / 0.23f, 0.18f) / key * exp2f (s->exposure);
}

static float
film (float x)
{
  x *= 0.72f;
  return scene_clamp (x * (2.51f * x + 0.11f) / (x * (2.43f * x + 0.67f) + 0.19f), 0.0f, 1.0f);
}

static SceneVec
develop (const Scene *s, SceneVec c, float exposure)
{
  float y, peak;

  c = scene_scale (c, exposure);
  c.x *= 1.0f + s->warmth;
  c.z *= 1.0f - s->warmth;
  y = luminance (c);
  /* Very bright colours lose saturation, as in film, before the curve clips them. */
  peak = scene_smooth (1.0f, 6.0f, y) * 0.6f;
  c = scene_lerp (c, scene_vec (y, y, y), peak);
  c = scene_vec (film (c.x), film (c.y), film (c.z));
  y = luminance (c);
  c = scene_vec (scene_clamp (y + (c.x - y) * s->saturation, 0.0f, 1.0f), scene_clamp (y + (c.y - y) * s->saturation, 0.0f, 1.0f),
                 scene_clamp (y + (c.z - y) * s->saturation, 0.0f, 1.0f));
  return c;
}

static uint8_t
encode (float linear, float contrast)
{
  float v = linear <= 0.0031308f ? linear * 12.92f : 1.055f * powf (linear, 1.0f / 2.4f) - 0.055f;

  v = 0.5f + (v - 0.5f) * contrast;
  return (uint8_t) (scene_clamp (v, 0.0f, 1.0f) * 255.0f + 0.5f);
}

static uint8_t
majority (const uint8_t *a, const uint8_t *b)
{
  if (a[0] == a[1] || a[0] == b[0] || a[0] == b[1])
    return a[0];
  return a[1] == b[0] || a[1] == b[1] ? a[1] : b[0];
}

static void
resolve (const Scene *s, const SceneFrame *f, uint8_t *rgb, uint8_t *labels)
{
  float exposure = choose_exposure (s, f);
  int   width = f->width / 2, height = f->height / 2;

  for (int x = 0; x < width; x++)
    for (int y = 0; y < height; y++)
      {
        size_t   at = (size_t) x * 2 * f->height + y * 2, below = at + f->height;
        SceneVec sum = scene_add (scene_add (develop (s, f->colour[at], exposure), develop (s, f->colour[at + 1], exposure)),
                                  scene_add (develop (s, f->colour[below], exposure), develop (s, f->colour[below + 1], exposure)));
        uint8_t *p = rgb + ((size_t) y * width + x) * 3;
        p[0] = encode (sum.x * 0.25f, s->contrast);
        p[1] = encode (sum.y * 0.25f, s->contrast);
        p[2] = encode (sum.z * 0.25f, s->contrast);
        labels[(size_t) y * width + x] = majority (f->label + at, f->label + below);
      }
}

/* A pixel that the tree around it all but closes in becomes the mean of the tree's pixels near it. */
static void
close_hole (uint8_t *rgb, const uint8_t *seen, int width, size_t at, int radius)
{
  int sum[3] = { 0 }, n = 0, side = 2 * radius + 1;

  for (int j = -radius; j <= radius; j++)
    for (int i = -radius; i <= radius; i++)
      {
        size_t near = at + (ptrdiff_t) j * width + i;
        if (seen[near] != SCENE_TREE)
          continue;
        n++;
        for (int k = 0; k < 3; k++)
          sum[k] += rgb[near * 3 + k];
      }
  for (int k = 0; k < 3 && n > side * side / 2; k++)
    rgb[at * 3 + k] = (uint8_t) (sum[k] / n);
}

/* Cleans the map, which gives small holes of crowns to the tree, and closes them in the picture, too: no map could
 * tell of the sky or the mountain seen through them. */
static void
clean (uint8_t *rgb, uint8_t *labels, int width, int height)
{
  size_t   n = (size_t) width * height;
  uint8_t *seen = malloc (n);
  int      radius = height >= 384 ? 2 : 1;

  if (seen == NULL)
    abort ();
  memcpy (seen, labels, n);
  scene_labels_clean (labels, width, height, radius);
  for (int y = radius; y < height - radius; y++)
    for (int x = radius; x < width - radius; x++)
      {
        size_t at = (size_t) y * width + x;
        if (labels[at] == SCENE_TREE && seen[at] != SCENE_TREE)
          close_hole (rgb, seen, width, at, radius);
      }
  free (seen);
}

void
scene_render (uint64_t seed, int style, unsigned wishes, int width, int height, uint8_t *rgb, uint8_t *labels)
{
  Scene       scene;
  SceneLight  light;
  SceneFrame *frame = scene_frame_new (width * SCENE_SUPERSAMPLE, height * SCENE_SUPERSAMPLE);
  float       slope;

  scene_init (&scene, seed, style, wishes);
  scene_frame_trace (&scene, frame);
  slope = fmaxf (scene.horizon, 1.0f - scene.horizon) / scene.focal;
  scene_sky_prepare (&scene, 0.5f * (float) width / ((float) height * scene.focal) * 1.02f, fmaxf (slope, 0.2f) * 1.05f, &light);
  scene_frame_shadow (&scene, frame);
  scene_sprites_place (&scene, frame);
  scene_sprites_shadow (&scene, frame);
  scene_ground_draw (&scene, &light, frame);
  scene_sprites_draw (&scene, &light, frame);
  add_haze (&scene, &light, frame);
  scene_clouds_draw (&scene, &light, frame);
  scene_water_draw (&scene, &light, frame);
  resolve (&scene, frame, rgb, labels);
  clean (rgb, labels, width, height);
  scene_frame_free (frame);
}
