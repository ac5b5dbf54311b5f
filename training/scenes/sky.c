// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Clear sky by single scattering in a spherical atmosphere (Rayleigh, Mie, ozone), with the sun's
// path taken from Schueler's approximation of the Chapman function (GPU Pro 3, 2012) and a constant
// share added for multiple scattering. The same integral gives ambient light and aerial perspective.

#include "scene.h"

#define PLANET 6360000.0f
#define RAYLEIGH_HEIGHT 8000.0f
#define MIE_HEIGHT 1200.0f
#define SUN_POWER 3.5f                      /* so that a white surface under a high sun has about 1 */

static const SceneVec rayleigh = { 5.8e-6f, 13.5e-6f, 33.1e-6f };
static const SceneVec ozone = { 0.65e-6f * 3.0f, 1.88e-6f * 3.0f, 0.085e-6f * 3.0f };

static float
chapman (float altitude, float scale_height, float cosine)
{
  float x = (PLANET + altitude) / scale_height, c = sqrtf (1.5707963f * x), sine, low;

  if (cosine >= 0.0f)
    return c / ((c - 1.0f) * cosine + 1.0f);
  sine = sqrtf (fmaxf (0.0f, 1.0f - cosine * cosine));
  low = x * sine;
  return 2.0f * sqrtf (1.5707963f * low) * expf (fminf (x - low, 60.0f)) - c / ((1.0f - c) * cosine + 1.0f);
}

static SceneVec
transmittance (const Scene *scene, float altitude, float cosine)
{
  float mie = scene->haze * 0.6f * MIE_HEIGHT * expf (-altitude / MIE_HEIGHT) * fminf (chapman (altitude, MIE_HEIGHT, cosine), 45.0f);
  float air = RAYLEIGH_HEIGHT * expf (-altitude / RAYLEIGH_HEIGHT) * chapman (altitude, RAYLEIGH_HEIGHT, cosine);
  return scene_vec (expf (-mie - air * (rayleigh.x + ozone.x)), expf (-mie - air * (rayleigh.y + ozone.y)),
                    expf (-mie - air * (rayleigh.z + ozone.z)));
}

/* The two scattering integrals along a direction, without their phase functions. */
static void
scatter (const Scene *scene, SceneVec direction, SceneVec *out_rayleigh, SceneVec *out_mie)
{
  enum { N = 18 };
  float    top = 55000.0f, sine = fmaxf (direction.y, 0.0f), b = (PLANET + 20.0f) * sine;
  float    length = -b + sqrtf (b * b + top * (2.0f * PLANET + top)), air = 0.0f, dust = 0.0f, last = 0.0f;
  SceneVec sum_r = { 0 }, sum_m = { 0 };

  for (int i = 0; i < N; i++)
    {
      float    f = ((float) i + 1.0f) / N, t = length * f * f * f, mid = 0.5f * (t + last), step = t - last;
      float    radius = sqrtf (PLANET * PLANET + mid * mid + 2.0f * mid * PLANET * sine), altitude = fmaxf (radius - PLANET, 0.0f);
      float    cosine = (PLANET * scene->sun.y + mid * scene_dot (direction, scene->sun)) / radius;
      float    density_r = expf (-altitude / RAYLEIGH_HEIGHT), density_m = expf (-altitude / MIE_HEIGHT);
      float    dip = sqrtf (fmaxf (0.0f, 1.0f - (PLANET / (PLANET + altitude)) * (PLANET / (PLANET + altitude))));
      float    lit = scene_smooth (-dip - 0.02f, -dip + 0.01f, cosine);
      SceneVec sun = transmittance (scene, altitude, fmaxf (cosine, -dip));
      SceneVec view;
      float    m;

      air += density_r * step * 0.5f;
      dust += density_m * step * 0.5f;
      m = scene->haze * 0.6f * dust;
      view = scene_vec (expf (-m - air * (rayleigh.x + ozone.x)), expf (-m - air * (rayleigh.y + ozone.y)),
                        expf (-m - air * (rayleigh.z + ozone.z)));
      air += density_r * step * 0.5f;
      dust += density_m * step * 0.5f;
      view = scene_scale (scene_mul (view, sun), lit * step);
      sum_r = scene_add (sum_r, scene_scale (scene_mul (view, rayleigh), density_r));
      sum_m = scene_add (sum_m, scene_scale (view, density_m * scene->haze * 0.55f));
      last = t;
    }
  *out_rayleigh = scene_scale (sum_r, SUN_POWER * 3.14159f);
  *out_mie = scene_scale (sum_m, SUN_POWER * 3.14159f);
}

static SceneVec
phase_sum (SceneVec r, SceneVec m, float cosine)
{
  float g = 0.74f, denominator = 1.0f + g * g - 2.0f * g * cosine;
  float phase_r = 0.0597f * (1.0f + cosine * cosine) + 0.045f;
  float phase_m = 0.0796f * (1.0f - g * g) / (denominator * sqrtf (denominator)) + 0.02f;
  return scene_add (scene_scale (r, phase_r), scene_scale (m, phase_m));
}

static SceneVec
whole_sky (const Scene *scene, SceneVec direction)
{
  SceneVec r, m;

  scatter (scene, direction, &r, &m);
  return phase_sum (r, m, scene_dot (direction, scene->sun));
}

/* Blue light that has been scattered more than once; all there is after sunset. */
static SceneVec
twilight (const Scene *scene)
{
  return scene_scale (scene_vec (0.32f, 0.5f, 1.0f), 0.035f * scene_smooth (0.15f, -0.04f, scene->sun.y));
}

/* Radiance of a closed cloud deck seen from below. */
static SceneVec
deck_light (const Scene *scene)
{
  float sun = fmaxf (scene->sun.y, 0.0f), level = (0.05f + 0.42f * sun) * (1.0f - 0.6f * scene->cloud_darkness);
  return scene_vec (level * 0.97f, level, level * 1.05f);
}

static void
ambient_prepare (const Scene *scene, SceneLight *light)
{
  SceneVec up = { 0 }, side = { 0 }, sunny = { 0 }, deck = deck_light (scene), dim;
  float    up_sum = 0.0f, closed = scene_smooth (0.4f, 0.8f, scene->deck);

  for (int i = 0; i < 5; i++)
    for (int j = 0; j < 8; j++)
      {
        float    e = ((float) i + 0.5f) * 0.31416f, a = (float) j * 0.785398f, weight = cosf (e);
        SceneVec d = { cosf (e) * sinf (a), sinf (e), cosf (e) * cosf (a) }, sky = whole_sky (scene, d);
        up = scene_add (up, scene_scale (sky, weight * d.y));
        up_sum += weight * d.y;
        if (i < 2)
          side = scene_add (side, scene_scale (sky, 1.0f / 16.0f));
        if (i < 2)
          sunny = scene_add (sunny, scene_scale (sky, fmaxf (0.0f, d.x * scene->sun.x + d.z * scene->sun.z) / 8.0f));
      }
  light->zenith = scene_scale (up, 1.0f / up_sum);
  light->zenith = scene_add (scene_scale (light->zenith, 1.25f), twilight (scene));
  light->horizon = scene_add (scene_scale (side, 0.8f), scene_scale (twilight (scene), 0.7f));
  light->sunward = scene_scale (sunny, 0.5f);
  /* White clouds add light of their own to a blue sky. */
  dim = scene_scale (light->sun, 0.12f * scene->cumulus * scene_clamp (scene->sun.y * 3.0f + 0.15f, 0.0f, 1.0f));
  light->zenith = scene_add (light->zenith, dim);
  light->horizon = scene_add (light->horizon, dim);
  light->zenith = scene_lerp (light->zenith, deck, closed);
  light->horizon = scene_lerp (light->horizon, scene_scale (deck, 0.6f), closed);
  light->sunward = scene_scale (light->sunward, 1.0f - closed);
  light->ground = scene_scale (scene_add (scene_scale (light->sun, fmaxf (scene->sun.y, 0.0f) * scene->sun_share), light->zenith),
                               scene_is_winter (scene) ? 0.55f : 0.22f);
}

void
scene_sky_prepare (const Scene *scene, float u_max, float v_max, SceneLight *light)
{
  float cosine = scene->sun.y, set = scene_smooth (-0.035f, 0.03f, cosine);

  light->u_max = u_max;
  light->v_max = v_max;
  light->sun = scene_scale (transmittance (scene, 300.0f, fmaxf (cosine, -0.002f)), SUN_POWER * 0.36f * set);
  ambient_prepare (scene, light);
  for (int c = 0; c < SCENE_SKY_COLUMNS; c++)
    for (int r = 0; r < SCENE_SKY_ROWS; r++)
      {
        float u = u_max * (2.0f * (float) c / (SCENE_SKY_COLUMNS - 1) - 1.0f), f = (float) r / (SCENE_SKY_ROWS - 1);
        scatter (scene, scene_normalize (scene_vec (u, v_max * f * f, 1.0f)), &light->rayleigh[c][r], &light->mie[c][r]);
      }
}

/* The air alone, without the sun's disc and its glare; most_cosine limits the forward glow. */
static SceneVec
air_light (const Scene *scene, const SceneLight *light, float u, float v, float most_cosine)
{
  float    x = scene_clamp ((u / light->u_max + 1.0f) * 0.5f, 0.0f, 0.9999f) * (SCENE_SKY_COLUMNS - 1);
  float    y = sqrtf (scene_clamp (v / light->v_max, 0.0f, 0.9999f)) * (SCENE_SKY_ROWS - 1);
  int      c = (int) x, r = (int) y;
  SceneVec direction = scene_normalize (scene_vec (u, fmaxf (v, 0.0f), 1.0f)), sky, rs, ms;
  float    cosine = fminf (scene_dot (direction, scene->sun), most_cosine);

  x -= (float) c;
  y -= (float) r;
  rs = scene_lerp (scene_lerp (light->rayleigh[c][r], light->rayleigh[c + 1][r], x),
                   scene_lerp (light->rayleigh[c][r + 1], light->rayleigh[c + 1][r + 1], x), y);
  ms = scene_lerp (scene_lerp (light->mie[c][r], light->mie[c + 1][r], x),
                   scene_lerp (light->mie[c][r + 1], light->mie[c + 1][r + 1], x), y);
  sky = phase_sum (rs, ms, cosine);
  sky = scene_add (sky, twilight (scene));
  /* Light scattered many times fills the low sky; without it a dusk horizon is a red band. */
  sky = scene_add (sky, scene_scale (light->zenith, 0.35f * expf (-5.0f * fmaxf (v, 0.0f))));
  return sky;
}

SceneVec
scene_sky_radiance (const Scene *scene, const SceneLight *light, float u, float v)
{
  SceneVec sky = air_light (scene, light, u, v, 1.0f);
  float    cosine = scene_dot (scene_normalize (scene_vec (u, fmaxf (v, 0.0f), 1.0f)), scene->sun), near = fmaxf (0.0f, cosine), disc;

  /* A lens sees the disc with a soft glare around it. */
  disc = 40.0f * scene_smooth (0.99985f, 0.99993f, cosine) + 1.2f * powf (near, 1500.0f) + 0.22f * powf (near, 120.0f);
  sky = scene_add (sky, scene_scale (light->sun, disc * scene->sun_share));
  if (scene->deck > 0.4f)
    sky = scene_lerp (sky, deck_light (scene), scene_smooth (0.4f, 0.8f, scene->deck));
  return sky;
}

SceneVec
scene_haze_apply (const Scene *scene, const SceneLight *light, SceneVec colour, float u, float depth, float altitude)
{
  float    distance = depth * sqrtf (1.0f + u * u), h = scene->mist_height;
  float    y0 = fmaxf (scene->cam_y, 0.0f), y1 = fmaxf (altitude, 0.0f), low = expf (-y0 / h), high = expf (-y1 / h), mist, dust;
  SceneVec air = air_light (scene, light, u, 0.012f, 0.88f), t;

  mist = fabsf (y1 - y0) < 0.01f * h ? low : h * (low - high) / (y1 - y0);
  mist *= scene->mist * distance;
  dust = scene->haze * distance * 0.75f + mist;
  if (mist > 0.001f)
    air = scene_lerp (air, scene_add (scene_scale (scene_add (light->zenith, light->horizon), 0.55f), scene_scale (light->sun, 0.06f * scene->sun_share)),
                      0.6f * mist / (mist + 0.4f));
  /* A closed deck lights the air below it as well. */
  if (scene->deck > 0.4f)
    air = scene_lerp (air, deck_light (scene), scene_smooth (0.4f, 0.8f, scene->deck));
  t = scene_vec (expf (-dust - distance * rayleigh.x), expf (-dust - distance * rayleigh.y), expf (-dust - distance * rayleigh.z));
  return scene_add (scene_mul (colour, t), scene_mul (air, scene_vec (1.0f - t.x, 1.0f - t.y, 1.0f - t.z)));
}
