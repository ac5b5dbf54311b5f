// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The whole job of the procedure: model, map, picture, layer, in that order.
// With $SPADE_TIMES set, each phase says on stderr how long it took.

#include "synthesize.h"

#include <glib/gi18n.h>

#include "layer-pixels.h"
#include "map-record.h"
#include "read-map.h"
#include "render.h"
#include "write-effect.h"
#include "write-layer.h"

static void
tell_time (const char *phase,
           gint64     *since)
{
  gint64 now = g_get_monotonic_time ();

  if (g_getenv ("SPADE_TIMES") != NULL)
    g_printerr ("spade-time %s %.3f\n", phase, (double) (now - *since) / 1e6);
  *since = now;
}

static void
show_progress (double      fraction,
               const char *phase,
               gpointer    user_data)
{
  double *shown = user_data;

  if (fraction < *shown + 0.01 && fraction < 1.0)
    return;
  *shown = fraction;
  gimp_progress_update (fraction);
}

// Names the classes of the map that the model was never trained on, and those
// that took their place.
static void
settle_unknown_classes (const SpadeRequest *request,
                        const SpadeModel   *model,
                        SpadeMap           *map)
{
  const SpadeConfig *config = spade_model_get_config (model);
  g_autofree char   *replaced = NULL;
  g_autofree char   *unknown = NULL;

  if (request->use_nearest)
    replaced = spade_map_use_nearest (map, config);
  if (replaced != NULL)
    g_message (_("Nearest classes that the model knows were used: %s."),
               replaced);
  unknown = spade_map_describe_unknown (map, config);
  if (unknown != NULL)
    g_message (_("The model %s was not trained on: %s."),
               spade_model_get_path (model), unknown);
}

static SpadeModel *
load_model (const char  *name,
            GError     **error)
{
  g_autofree char *path = spade_model_find (name, error);
  SpadeModel      *model = path != NULL ? spade_model_load (path, error) : NULL;

  if (model != NULL && spade_model_get_config (model)->is_untrained)
    g_message (_("The model %s is untrained: its pictures are noise."), path);
  return model;
}

gboolean
spade_synthesize_check (const SpadeRequest  *request,
                        GError             **error)
{
  int x, y, width, height;

  if (!spade_layer_is_there (request->image, request->drawable, error) ||
      (request->output == SPADE_OUTPUT_EFFECT && !spade_effect_check (request, error)))
    return FALSE;
  if (gimp_image_get_floating_sel (request->image) != NULL)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                 _("The image has a floating selection; anchor it first."));
  else if (!gimp_drawable_mask_intersect (request->drawable, &x, &y, &width,
                                          &height))
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                 _("The selection does not touch the layer; move it there, "
                   "or select none."));
  else
    return TRUE;
  return FALSE;
}

static SpadeMap *
read_map (const SpadeRequest  *request,
          const SpadeModel    *model,
          SpadeMapRecord     **out_record,
          GError             **error)
{
  g_auto (SpadeLayerPixels)   layer = { 0 };
  g_autoptr (SpadePaletteUse) use = NULL;
  g_autoptr (SpadeMap)        map = NULL;

  if (!spade_layer_pixels_read (request->drawable, &layer, error))
    return NULL;
  use = spade_palette_use_new (request->image, request->drawable, &layer,
                               spade_model_get_config (model)->class_set, NULL,
                               FALSE, error);
  if (use == NULL)
    return NULL;
  map = spade_map_read (request->drawable, &layer, use, model, request->classes,
                        request->snaps, out_record, error);
  if (map == NULL)
    return NULL;
  if (request->instances != NULL &&
      !spade_map_read_instances (map, request->instances, error))
    return NULL;
  return g_steal_pointer (&map);
}

const char *
spade_synthesize_get_notice (const SpadeRequest *request,
                             const SpadeModel   *model)
{
  if (request->instances == NULL || spade_model_get_config (model)->has_edge)
    return NULL;
  return _("This model does not see edges: the instances change nothing.");
}

gboolean
spade_synthesize (const SpadeRequest  *request,
                  GimpImage          **out_image,
                  GimpLayer          **out_layer,
                  GError             **error)
{
  double                     shown = 0;
  SpadeMonitor               monitor = { show_progress, &shown, NULL };
  gint64                     since = g_get_monotonic_time ();
  g_autoptr (SpadeModel)     model = NULL;
  g_autoptr (SpadeMap)       map = NULL;
  g_autoptr (SpadeMapRecord) record = NULL;
  g_autoptr (SpadePicture)   picture = NULL;
  const char                *notice;
  gboolean                   ok;

  gimp_progress_init (_("Synthesizing"));
  model = load_model (request->model, error);
  if (model == NULL || !spade_synthesize_check (request, error))
    return FALSE;
  tell_time ("model", &since);
  map = read_map (request, model, &record, error);
  if (map == NULL || !spade_layer_check (request, record, error))
    return FALSE;
  settle_unknown_classes (request, model, map);
  notice = spade_synthesize_get_notice (request, model);
  if (notice != NULL)
    g_message ("%s", notice);
  tell_time ("map", &since);
  if (request->output == SPADE_OUTPUT_EFFECT)
    ok = spade_effect_write (request, record, out_image, out_layer, error);
  else
    {
      picture = spade_picture_render (request, model, map, &monitor, error);
      tell_time ("render", &since);
      ok = picture != NULL && spade_layer_write (request, picture, record, out_image,
                                                 out_layer, error);
    }
  if (!ok)
    return FALSE;
  tell_time ("write", &since);
  gimp_progress_end ();
  return TRUE;
}
