// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The class list, and what a painter would make of a true label map: cleaned of specks, smoothed with
// a wide mode filter (a big brush) or cut into straight-edged pieces. The picture stays as it is.

#include "scene.h"

#include <stdlib.h>
#include <string.h>

const SceneClass scene_classes[SCENE_N_CLASSES] = {
  { "bush", 96, { 0x60, 0x6e, 0x32 } },        { "clouds", 105, { 0x69, 0x69, 0x69 } },      { "dirt", 110, { 0x6e, 0x6e, 0x28 } },
  { "grass", 123, { 0x7b, 0xc8, 0x00 } },      { "gravel", 124, { 0x7c, 0x32, 0xc8 } },      { "hill", 126, { 0x7e, 0xc8, 0x64 } },
  { "mountain", 134, { 0x86, 0x96, 0x64 } },   { "plant-other", 141, { 0x8d, 0xe6, 0x1e } }, { "river", 147, { 0x93, 0x64, 0xc8 } },
  { "road", 148, { 0x94, 0x6e, 0x28 } },       { "rock", 149, { 0x95, 0x64, 0x32 } },        { "sand", 153, { 0x99, 0x99, 0x00 } },
  { "sea", 154, { 0x9a, 0xc6, 0xda } },        { "sky-other", 156, { 0x9c, 0xed, 0xdd } },   { "snow", 158, { 0x9e, 0x9e, 0xaa } },
  { "stone", 161, { 0xa1, 0xa1, 0x64 } },      { "tree", 168, { 0xa8, 0xc8, 0x32 } },        { "water-other", 177, { 0xb1, 0xc8, 0xff } },
};

/* The most frequent class in a square window, by a sliding histogram; the centre wins ties. */
static void
mode_filter (const uint8_t *in, uint8_t *out, int width, int height, int radius)
{
  for (int y = 0; y < height; y++)
    {
      uint16_t count[256] = { 0 };
      int      top = y - radius < 0 ? 0 : y - radius, bottom = y + radius >= height ? height - 1 : y + radius;

      for (int x = -radius; x < width; x++)
        {
          int enter = x + radius, leave = x - radius - 1, best;
          for (int j = top; j <= bottom; j++)
            {
              if (enter < width)
                count[in[j * width + enter]]++;
              if (leave >= 0)
                count[in[j * width + leave]]--;
            }
          if (x < 0)
            continue;
          best = in[y * width + x];
          for (int k = 0; k < SCENE_N_CLASSES; k++)
            if (count[scene_classes[k].id] > count[best])
              best = scene_classes[k].id;
          out[y * width + x] = (uint8_t) best;
        }
    }
}

void
scene_labels_clean (uint8_t *labels, int width, int height, int radius)
{
  size_t   n = (size_t) width * height;
  uint8_t *copy = malloc (n);

  for (int i = 0; copy != NULL && i < 2; i++)
    {
      memcpy (copy, labels, n);
      mode_filter (copy, labels, width, height, radius);
    }
  free (copy);
}

/* Straight-edged pieces: every pixel takes the class at the nearest of a set of jittered points, whose
 * own class is the majority around them. Large cells give few, long edges. */
static void
cut_polygons (uint8_t *labels, int width, int height, float cell, uint32_t key)
{
  size_t   n = (size_t) width * height;
  uint8_t *wide = malloc (n);

  if (wide == NULL)
    return;
  mode_filter (labels, wide, width, height, (int) (cell * 0.3f) + 1);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        float    gap, dx, dy;
        uint32_t id;
        int      px, py;
        scene_cells ((float) x / cell, (float) y / cell, key, &gap, &dx, &dy, &id);
        px = (int) scene_clamp ((float) x + dx * cell, 0.0f, (float) width - 1.0f);
        py = (int) scene_clamp ((float) y + dy * cell, 0.0f, (float) height - 1.0f);
        labels[y * width + x] = wide[py * width + px];
      }
  free (wide);
}

void
scene_labels_apply (SceneLabels mode, uint64_t seed, uint8_t *labels, int width, int height)
{
  SceneRng rng;
  float    x, strength;

  scene_rng_init (&rng, seed, 2);
  x = scene_rng (&rng);
  strength = scene_rng (&rng);
  if (mode == SCENE_LABELS_MIXED)
    mode = x < 0.5f ? SCENE_LABELS_NATURAL : x < 0.8f ? SCENE_LABELS_SMOOTH : SCENE_LABELS_POLYGON;
  if (mode == SCENE_LABELS_SMOOTH)
    scene_labels_clean (labels, width, height, 1 + (int) ((float) height * (0.008f + 0.02f * strength)));
  else if (mode == SCENE_LABELS_POLYGON)
    cut_polygons (labels, width, height, (float) height * (0.025f + 0.035f * strength), (uint32_t) seed * 747796405u + 1u);
}
