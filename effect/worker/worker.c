// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The worker: one model and one context for all effects of a program, so that these
// take the memory of one. Two effects in turn are right, and slower.

#include "../effect.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <gmodule.h>
#include <spade.h>

#include "map-colours.h"
#include "picture-file.h"
#include "style-find.h"

const SpadeEffectWorker *spade_effect_worker (void);

static GMutex lock; // of all below

static SpadeModel   *model;
static SpadeContext *context;
static char         *latent; // what the context's z was made of, or NULL: nothing yet

static void
forget (void)
{
  g_clear_pointer (&latent, g_free);
  g_clear_pointer (&context, spade_context_free);
  g_clear_pointer (&model, spade_model_unref);
}

static gboolean
use_model (const SpadeEffectSettings  *settings,
           GError                    **error)
{
  SpadeContextOptions options = { .for_edits = TRUE, .memory = settings->memory };
  g_autofree char    *cache = spade_cache_get_folder ();
  g_autofree char    *path = spade_model_find (settings->model, error);

  if (path == NULL)
    return FALSE;
  if (context != NULL && g_strcmp0 (path, spade_model_get_path (model)) == 0)
    return TRUE;
  forget ();
  options.cache = cache;
  model = spade_model_load (path, error);
  context = model != NULL ? spade_context_new (model, &options, error) : NULL;
  if (context == NULL)
    forget ();
  return context != NULL;
}

// A map of so many times the pixels of the model's size is nearly as large.
#define NEARLY_LEAST 0.5
#define NEARLY_MOST 1.25

// The model's size, but the map's where that is nearly as large: nothing is scaled then.
static void
choose_size (gboolean            has_map_size,
             int                 height,
             int                 width,
             SpadeEffectPicture *out_size)
{
  int    native_height, native_width;
  double share;

  spade_model_fit_size (model, SPADE_SIZE_NATIVE, height, width, &native_height,
                        &native_width);
  spade_model_fit_size (model, SPADE_SIZE_MAP, height, width, &out_size->height,
                        &out_size->width);
  share = (double) out_size->height * out_size->width /
          ((double) native_height * native_width);
  if (!has_map_size && (share < NEARLY_LEAST || share > NEARLY_MOST))
    {
      out_size->height = native_height;
      out_size->width = native_width;
    }
}

static gboolean
set_map (const SpadeEffectSettings  *settings,
         const guint8               *rgba,
         int                         height,
         int                         width,
         SpadeEffectPicture         *out_size,
         GError                    **error)
{
  const SpadeConfig   *config = spade_model_get_config (model);
  g_autoptr (SpadeMap) map = NULL;
  g_autoptr (SpadeMap) resized = NULL;

  map = spade_effect_map_new (rgba, height, width, config, settings->classes, error);
  if (map == NULL)
    return FALSE;
  choose_size (settings->has_map_size, height, width, out_size);
  resized = spade_map_resize (map, out_size->height, out_size->width, error);
  if (resized == NULL)
    return FALSE;
  g_free (spade_map_use_nearest (resized, config));
  if (!spade_map_roughen (resized, config->class_set, settings->outlines, error))
    return FALSE;
  spade_context_set_mirrored (context, settings->is_mirrored);
  spade_context_set_refined (context, settings->refines);
  return spade_context_set_map (context, resized, error);
}

// Reads the picture at a path, if there is one.
static gboolean
read_style (const char  *path,
            Picture    **out_picture,
            GError     **error)
{
  if (path != NULL)
    *out_picture = picture_load (path, error);
  return path == NULL || *out_picture != NULL;
}

static gboolean
set_style (const SpadeEffectSettings  *settings,
           const char                 *path,
           const char                 *mix_path,
           GError                    **error)
{
  g_autoptr (Picture) picture = NULL, mix_picture = NULL;
  SpadeStyleImage     image, mix_image;

  if (path == NULL)
    {
      spade_context_set_seed (context, settings->seed);
      return TRUE;
    }
  if (!read_style (path, &picture, error) || !read_style (mix_path, &mix_picture, error))
    return FALSE;
  image = picture_as_style (picture);
  if (mix_picture != NULL)
    mix_image = picture_as_style (mix_picture);
  return spade_context_set_style (context, &image, mix_picture ? &mix_image : NULL,
                                  settings->mix, settings->strength, settings->seed,
                                  error);
}

// Gives the path of a style, if there is one, to a model that can take it. A style that
// ships is only what the effect begins with, so that one is passed over where it cannot.
static gboolean
find_style (const char  *style,
            char       **out_path,
            GError     **error)
{
  gboolean can_take = spade_model_get_config (model)->encoder_nf > 0;

  if (style == NULL || (!can_take && spade_effect_style_is_name (style)))
    return TRUE;
  if (can_take)
    *out_path = spade_effect_style_find (style, error);
  else
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                 _("The model %s has no style encoder; leave the style "
                   "image out, or choose a model that has one."),
                 spade_model_get_path (model));
  return *out_path != NULL;
}

// A file, and when it was changed.
static char *
describe_file (const char *path)
{
  GStatBuf status = { 0 };

  if (path == NULL)
    return g_strdup ("");
  g_stat (path, &status);
  return g_strdup_printf ("%s %" G_GINT64_FORMAT, path, (gint64) status.st_mtime);
}

// Reads the style and encodes it, where that was not done for the picture before.
static gboolean
set_latent (const SpadeEffectSettings  *settings,
            GError                    **error)
{
  g_autofree char *path = NULL, *mix_path = NULL;
  g_autofree char *style = NULL, *mix_style = NULL, *wanted = NULL;

  if (!find_style (settings->style, &path, error) ||
      !find_style (settings->mix_style, &mix_path, error))
    return FALSE;
  style = describe_file (path);
  mix_style = describe_file (mix_path);
  wanted = g_strdup_printf ("%u %.17g %s\n%.17g %s", settings->seed,
                            settings->strength, style, settings->mix, mix_style);
  if (g_strcmp0 (wanted, latent) == 0)
    return TRUE;
  g_clear_pointer (&latent, g_free);
  if (!set_style (settings, path, mix_path, error))
    return FALSE;
  latent = g_steal_pointer (&wanted);
  return TRUE;
}

static gboolean
render_picture (const SpadeMonitor  *monitor,
                SpadeEffectPicture  *picture,
                GError             **error)
{
  gsize             n = (gsize) picture->height * (gsize) picture->width * 3;
  g_autofree float *rgb = g_try_new (float, n);

  if (rgb == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
                   _("There is not enough memory for a layer of %dx%d "
                     "pixels."), picture->width, picture->height);
      return FALSE;
    }
  if (!spade_context_render (context, rgb, monitor, error))
    return FALSE;
  spade_unit_rgb (rgb, n);
  picture->rgb = g_steal_pointer (&rgb);
  return TRUE;
}

static gboolean
render (const SpadeEffectSettings  *settings,
        const guint8               *rgba,
        int                         height,
        int                         width,
        const SpadeMonitor         *monitor,
        SpadeEffectPicture         *out_picture,
        GError                    **error)
{
  gboolean ok;

  *out_picture = (SpadeEffectPicture) { 0 };
  g_mutex_lock (&lock);
  ok = use_model (settings, error) &&
       set_map (settings, rgba, height, width, out_picture, error) &&
       set_latent (settings, error) &&
       render_picture (monitor, out_picture, error);
  g_mutex_unlock (&lock);
  return ok;
}

static void
release (void)
{
  g_mutex_lock (&lock);
  forget ();
  g_mutex_unlock (&lock);
}

G_MODULE_EXPORT const SpadeEffectWorker *
spade_effect_worker (void)
{
  static const SpadeEffectWorker worker
    = { SPADE_EFFECT_INTERFACE, render, release };

  return &worker;
}
