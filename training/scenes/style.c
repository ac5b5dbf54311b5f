// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Moods that can be forced upon any scene (--style), and the colours of a scene's materials.
// Albedos are linear; the greens are yellower and darker than one remembers, as real foliage is.

#include "scene.h"

static const char *const style_names[] = { "clear-noon", "golden-hour", "sunset", "dusk", "overcast",
                                           "mist", "winter", "autumn", "storm" };

const int scene_n_styles = sizeof style_names / sizeof *style_names;

const char *
scene_style_name (int style)
{
  return style >= 0 && style < scene_n_styles ? style_names[style] : NULL;
}

static void
sky_clear (Scene *s, float elevation, float cumulus, float cirrus)
{
  s->sun_elevation = elevation;
  s->cumulus = cumulus;
  s->cirrus = cirrus;
  s->deck = 0.0f;
  s->mist = 0.0f;
  s->haze = 1.0f / 35000.0f;
  s->cloud_darkness = 0.0f;
}

/* Adds to the film of a scene, which with a mood is near its middle (choose_film in recipe.c). */
void
scene_style_apply (Scene *s, int style, SceneRng *rng)
{
  s->autumn = 0.0f; // a mood has one season: a crown half yellow and half green is neither
  switch (style)
    {
    case 0: sky_clear (s, 0.85f, 0.35f, 0.0f); break;
    case 1: sky_clear (s, 0.10f, 0.3f, 0.3f); s->warmth += 0.175f; break;
    case 2: sky_clear (s, 0.035f, 0.42f, 0.6f); s->sun_azimuth = scene_rng_in (rng, -0.7f, -0.3f); break;
    case 3: sky_clear (s, -0.045f, 0.2f, 0.5f); s->exposure -= 0.3f; break;
    case 4: sky_clear (s, 0.6f, 0.0f, 0.0f); s->deck = 0.95f; s->cloud_darkness = 0.15f; break;
    case 5: sky_clear (s, 0.3f, 0.0f, 0.1f); s->deck = 0.6f; s->mist = 1.0f / 280.0f; s->mist_height = 110.0f; break;
    case 6:
      sky_clear (s, 0.25f, 0.25f, 0.2f);
      s->snow_share = 0.97f;
      s->snow_line = 0.0f;
      s->autumn = 0.6f;
      s->flower = 0.0f;
      s->tree_kinds[0] = SCENE_TREE_CONIFER;
      s->tree_kinds[1] = SCENE_TREE_CONIFER;
      break;
    case 7: sky_clear (s, 0.35f, 0.25f, 0.2f); s->autumn = 1.0f; break;
    case 8: sky_clear (s, 0.4f, 0.0f, 0.0f); s->deck = 0.85f; s->cloud_darkness = 1.0f; s->exposure -= 0.9f; s->wave = 1.0f; break;
    default: break;
    }
}

static SceneVec
vary (SceneVec base, SceneRng *rng, float amount)
{
  float light = 1.0f + amount * scene_rng_in (rng, -1.0f, 1.0f);

  return scene_vec (base.x * light * (1.0f + 0.5f * amount * scene_rng_in (rng, -1.0f, 1.0f)),
                    base.y * light * (1.0f + 0.3f * amount * scene_rng_in (rng, -1.0f, 1.0f)),
                    base.z * light * (1.0f + 0.6f * amount * scene_rng_in (rng, -1.0f, 1.0f)));
}

void
scene_palette_init (Scene *s, SceneRng *rng)
{
  static const SceneVec rocks[5] = { { 0.22f, 0.21f, 0.20f }, { 0.28f, 0.25f, 0.21f }, { 0.16f, 0.15f, 0.15f },
                                     { 0.33f, 0.31f, 0.28f }, { 0.25f, 0.20f, 0.16f } };
  static const SceneVec red_rocks[3] = { { 0.40f, 0.20f, 0.11f }, { 0.36f, 0.25f, 0.16f }, { 0.30f, 0.17f, 0.11f } };
  static const SceneVec sands[4] = { { 0.50f, 0.40f, 0.26f }, { 0.56f, 0.48f, 0.35f }, { 0.44f, 0.375f, 0.28f }, { 0.55f, 0.35f, 0.18f } };
  static const SceneVec flowers[5] = { { 0.75f, 0.62f, 0.05f }, { 0.75f, 0.72f, 0.68f }, { 0.35f, 0.14f, 0.5f }, { 0.7f, 0.08f, 0.06f }, { 0.65f, 0.3f, 0.45f } };
  SceneVec fresh = { 0.092f, 0.135f, 0.034f }, dry = { 0.30f, 0.24f, 0.105f };
  SceneVec leaf = { 0.052f, 0.085f, 0.024f }, needle = { 0.034f, 0.058f, 0.026f };
  SceneVec gold = { 0.36f, 0.20f, 0.028f }, rust = { 0.24f, 0.085f, 0.02f };
  float    turned = scene_is_winter (s) ? 0.0f : s->autumn; // what has leaves in snow is evergreen
  float    dryness = s->is_desert ? scene_rng_in (rng, 0.6f, 1.0f) : s->autumn * 0.5f + 0.35f * scene_rng (rng) * scene_rng (rng);
  SceneVec rock = s->is_desert ? red_rocks[(int) (scene_rng (rng) * 2.99f)] : rocks[(int) (scene_rng (rng) * 4.99f)];
  SceneVec sand = sands[s->is_desert ? (scene_rng (rng) < 0.7f ? 3 : 0) : (int) (scene_rng (rng) * 2.99f)];
  SceneVec earth = s->is_desert ? scene_vec (0.30f, 0.18f, 0.11f) : scene_vec (0.15f, 0.105f, 0.07f);

  s->grass[0] = vary (scene_lerp (fresh, dry, dryness), rng, 0.2f);
  s->grass[1] = vary (scene_lerp (scene_scale (fresh, 0.7f), dry, scene_clamp (dryness + 0.2f, 0, 1)), rng, 0.2f);
  s->dirt[0] = vary (earth, rng, 0.25f);
  s->dirt[1] = scene_scale (vary (earth, rng, 0.2f), 1.45f);
  s->sand[0] = vary (sand, rng, 0.12f);
  s->sand[1] = scene_scale (vary (sand, rng, 0.1f), 0.8f);
  s->rock[0] = vary (rock, rng, 0.2f);
  s->rock[1] = scene_scale (vary (rock, rng, 0.2f), scene_rng_in (rng, 0.5f, 0.75f));
  s->mountain[0] = vary (scene_lerp (rock, scene_vec (0.2f, 0.19f, 0.18f), s->is_desert ? 0.1f : 0.5f), rng, 0.15f);
  s->mountain[1] = scene_scale (vary (s->mountain[0], rng, 0.1f), 0.6f);
  s->gravel[0] = vary (scene_lerp (rock, scene_vec (0.28f, 0.26f, 0.24f), 0.6f), rng, 0.2f);
  s->gravel[1] = scene_scale (vary (s->gravel[0], rng, 0.15f), 0.55f);
  for (int i = 0; i < 3; i++)
    {
      SceneVec base = i < 2 && s->tree_kinds[i] == SCENE_TREE_CONIFER ? needle : leaf;
      bool     turns = i == 2 || (s->tree_kinds[i] != SCENE_TREE_CONIFER && s->tree_kinds[i] != SCENE_TREE_PALM);
      s->leaf[i] = vary (turns ? scene_lerp (base, scene_rng (rng) < 0.6f ? gold : rust, turned * (i == 2 ? 0.5f : 0.9f)) : base, rng, 0.25f);
    }
  if (s->tree_kinds[0] == SCENE_TREE_ACACIA)
    s->leaf[0] = s->leaf[1] = vary (scene_vec (0.085f, 0.1f, 0.03f), rng, 0.2f);
  s->hill[0] = s->is_desert ? scene_lerp (s->rock[0], s->grass[0], 0.4f) : scene_lerp (s->grass[0], s->leaf[2], scene_rng_in (rng, 0.1f, 0.6f));
  s->hill[1] = scene_lerp (s->grass[1], s->is_desert ? s->dirt[0] : s->leaf[2], 0.5f);
  s->canopy[0] = s->leaf[0];
  s->canopy[1] = s->leaf[1];
  s->flower_colour = vary (flowers[(int) (scene_rng (rng) * 4.99f)], rng, 0.1f);
  s->water_tint = s->water_class == SCENE_SEA ? vary (s->tree_kinds[0] == SCENE_TREE_PALM ? scene_vec (0.015f, 0.085f, 0.1f) : scene_vec (0.008f, 0.035f, 0.05f), rng, 0.4f)
                                              : vary (scene_vec (0.018f, 0.033f, 0.026f), rng, 0.4f);
}
