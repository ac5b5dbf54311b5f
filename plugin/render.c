// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// From a map to a finished picture: size, context, latent, render.

#include "render.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "style-file.h"

// Reads "WIDTHxHEIGHT", both of 1...262144.
static gboolean
parse_width_height (const char *text,
                    int        *out_height,
                    int        *out_width)
{
  char   *end;
  guint64 width, height;

  if (!g_ascii_isdigit (*text))
    return FALSE;
  width = g_ascii_strtoull (text, &end, 10);
  if ((*end != 'x' && *end != 'X') || !g_ascii_isdigit (end[1]))
    return FALSE;
  height = g_ascii_strtoull (end + 1, &end, 10);
  if (*end != '\0' || width < 1 || height < 1 ||
      width > 262144 || height > 262144)
    return FALSE;
  *out_width = (int) width;
  *out_height = (int) height;
  return TRUE;
}

gboolean
spade_render_size_parse (const SpadeModel *model,
                         const char       *size,
                         const SpadeMap   *map,
                         int              *out_height,
                         int              *out_width,
                         GError          **error)
{
  SpadeSizeMode mode = SPADE_SIZE_AUTO;

  if (size != NULL && g_ascii_isdigit (*size))
    {
      if (!parse_width_height (size, out_height, out_width))
        {
          g_set_error (error, SPADE_ERROR, SPADE_ERROR_SIZE,
                       _("\"%s\" is no size; write it as WIDTHxHEIGHT in "
                         "pixels, such as 512x384."), size);
          return FALSE;
        }
      return spade_model_check_size (model, *out_height, *out_width, error);
    }
  if (size != NULL && strcmp (size, "map") == 0)
    mode = SPADE_SIZE_MAP;
  else if (size != NULL && strcmp (size, "native") == 0)
    mode = SPADE_SIZE_NATIVE;
  else if (size != NULL && *size != '\0' && strcmp (size, "auto") != 0)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_SIZE,
                   _("\"%s\" is no size; use auto, native, map, or WIDTHxHEIGHT."),
                   size);
      return FALSE;
    }
  spade_model_fit_size (model, mode, map->height, map->width,
                        out_height, out_width);
  return TRUE;
}

static SpadeStyleImage
style_image (const SpadePicture *picture)
{
  return (SpadeStyleImage) { picture->rgb, picture->height, picture->width,
                             (gsize) picture->width * 3 };
}

// Where there is no style there is none to mix with, either.
static gboolean
set_latent (SpadeContext        *context,
            const SpadeRequest  *request,
            const SpadePicture  *style,
            const SpadePicture  *mix_style,
            GError             **error)
{
  guint64         seed = (guint64) request->seed;
  SpadeStyleImage first, second;

  if (style == NULL)
    {
      spade_context_set_seed (context, seed);
      return TRUE;
    }
  first = style_image (style);
  if (mix_style != NULL)
    second = style_image (mix_style);
  return spade_context_set_style (context, &first, mix_style ? &second : NULL,
                                  request->mix, request->strength, seed, error);
}

static SpadePicture *
render (SpadeContext        *context,
        int                  height,
        int                  width,
        gboolean             has_floats,
        const SpadeMonitor  *monitor,
        GError             **error)
{
  gsize                    n = (gsize) height * (gsize) width * 3;
  g_autoptr (SpadePicture) picture = NULL;

  picture = spade_picture_new (height, width, has_floats, error);
  if (picture == NULL)
    return NULL;
  if (has_floats
      ? !spade_context_render (context, picture->floats, monitor, error)
      : !spade_context_render_bytes (context, picture->rgb, monitor, error))
    return NULL;
  if (has_floats)
    spade_unit_rgb (picture->floats, n);
  return g_steal_pointer (&picture);
}

static gboolean
read_style (const SpadeStyleSource  *style,
            SpadePicture           **out_style,
            GError                 **error)
{
  if (spade_style_source_is_empty (style))
    return TRUE;
  *out_style = spade_style_read (style, error);
  return *out_style != NULL;
}

// Loads the style images, after everything that is cheaper to refuse.
static gboolean
load_styles (const SpadeRequest  *request,
             const SpadeModel    *model,
             SpadePicture       **out_style,
             SpadePicture       **out_mix_style,
             GError             **error)
{
  if (spade_style_source_is_empty (&request->style))
    {
      if (spade_style_source_is_empty (&request->mix_style))
        return TRUE;
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                   _("There is no style that the second one could be mixed with; "
                     "give \"style\", too."));
      return FALSE;
    }
  if (spade_model_get_config (model)->encoder_nf == 0)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                   _("The model %s has no style encoder; leave the style "
                     "image out, or choose a model that has one."),
                   spade_model_get_path (model));
      return FALSE;
    }
  return read_style (&request->style, out_style, error) &&
         read_style (&request->mix_style, out_mix_style, error);
}

SpadePicture *
spade_picture_render (const SpadeRequest  *request,
                      SpadeModel          *model,
                      const SpadeMap      *map,
                      const SpadeMonitor  *monitor,
                      GError             **error)
{
  SpadeContextOptions      options = { 0 };
  g_autofree char         *cache = spade_cache_get_folder ();
  g_autoptr (SpadePicture) style = NULL;
  g_autoptr (SpadePicture) mix_style = NULL;
  g_autoptr (SpadeContext) context = NULL;
  g_autoptr (SpadeMap)     resized = NULL;
  int                      height, width;

  options.device = request->device;
  options.precision = request->precision;
  options.cache = cache;
  if (!spade_render_size_parse (model, request->size, map, &height, &width,
                                error) ||
      !load_styles (request, model, &style, &mix_style, error))
    return NULL;
  context = spade_context_new (model, &options, error);
  if (context == NULL)
    return NULL;
  resized = spade_map_resize (map, height, width, error);
  if (resized == NULL ||
      !spade_map_roughen (resized, spade_model_get_config (model)->class_set,
                          request->outlines, error))
    return NULL;
  spade_context_set_mirrored (context, request->is_mirrored);
  spade_context_set_refined (context, request->refines);
  if (!spade_context_set_map (context, resized, error) ||
      !set_latent (context, request, style, mix_style, error))
    return NULL;
  return render (context, height, width, spade_request_wants_floats (request),
                 monitor, error);
}
