// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What the dialog renders from. A render takes references and copies: it goes
// on while something else is loaded here.

#include "dialog-source.h"

#include <string.h>

#include "style-file.h"

static void
drop_map (SpadeDialogSource *source)
{
  g_clear_pointer (&source->map, spade_map_free);
  g_clear_pointer (&source->record, spade_map_record_free);
  g_clear_pointer (&source->replaced, g_free);
}

void
spade_dialog_source_forget_map (SpadeDialogSource *source)
{
  drop_map (source);
  spade_layer_pixels_clear (&source->layer);
}

static void
drop_style (SpadeLoadedStyle *style)
{
  g_clear_object (&style->picture);
  g_clear_error (&style->fault);
  g_clear_pointer (&style->name, g_free);
}

static void
drop_open_style (SpadeLoadedStyle *style)
{
  if (style->name != NULL && (g_str_has_prefix (style->name, SPADE_STYLE_IMAGE) ||
                              g_str_has_prefix (style->name, SPADE_STYLE_LAYER)))
    drop_style (style);
}

void
spade_dialog_source_forget_open_styles (SpadeDialogSource *source)
{
  drop_open_style (&source->style);
  drop_open_style (&source->mix_style);
}

void
spade_dialog_source_clear (SpadeDialogSource *source)
{
  spade_dialog_source_forget_map (source);
  g_clear_pointer (&source->model, spade_model_unref);
  g_clear_pointer (&source->use, spade_palette_use_free);
  drop_style (&source->style);
  drop_style (&source->mix_style);
  g_clear_pointer (&source->model_name, g_free);
  g_clear_pointer (&source->map_spec, g_free);
}

gboolean
spade_dialog_source_load_model (SpadeDialogSource   *source,
                                const SpadeRequest  *request,
                                gboolean            *out_is_new,
                                GError             **error)
{
  const char      *name = request->model != NULL ? request->model : "";
  g_autofree char *path = NULL;

  *out_is_new = source->model == NULL ||
                strcmp (name, source->model_name) != 0;
  if (!*out_is_new)
    return TRUE;
  g_clear_pointer (&source->model, spade_model_unref);
  spade_dialog_source_forget_map (source);
  g_free (source->model_name);
  source->model_name = g_strdup (name);
  path = spade_model_find (name, error);
  if (path != NULL)
    source->model = spade_model_load (path, error);
  return source->model != NULL;
}

static gboolean
is_same_use (const SpadePaletteUse *a,
             const SpadePaletteUse *b)
{
  return a != NULL && a->set == b->set && spade_palette_use_is_same_palette (a, b) &&
         memcmp (a->pixels, b->pixels, sizeof a->pixels) == 0 &&
         g_strcmp0 (a->class_set, b->class_set) == 0 &&
         g_strcmp0 (a->classes, b->classes) == 0;
}

// Tells what was read before, and which of its colours somebody chose a class for.
static void
look_back (const SpadeDialogSource *source,
           const SpadeRequest      *request,
           SpadePaletteBefore      *out_before)
{
  const SpadePaletteUse      *use = source->use;
  g_autoptr (SpadeClassTable) table = NULL;
  g_autofree char            *spec = NULL;

  *out_before = (SpadePaletteBefore) { use, { FALSE } };
  if (request->classes == NULL || !spade_class_spec_is_table (request->classes))
    return;
  spec = spade_palette_use_remind (use, use->set, request->classes);
  table = spade_class_table_new (use->set, use->entries, use->n_entries,
                                 spec, NULL);
  for (int i = 0; table != NULL && i < use->n_entries; i++)
    out_before->is_chosen[i] = table->mapping[i] == SPADE_MAPPING_TABLE &&
                               table->class_id[i] >= 0;
}

gboolean
spade_dialog_source_read_palette (SpadeDialogSource   *source,
                                  const SpadeRequest  *request,
                                  gboolean            *out_is_new,
                                  GError             **error)
{
  const SpadeConfig          *config = spade_model_get_config (source->model);
  SpadePaletteBefore          before;
  g_autoptr (SpadePaletteUse) use = NULL;

  if (source->use != NULL)
    look_back (source, request, &before);
  if (spade_layer_pixels_read (request->drawable, &source->layer, error))
    use = spade_palette_use_new (request->image, request->drawable, &source->layer,
                                 config->class_set,
                                 source->use != NULL ? &before : NULL, FALSE, error);
  *out_is_new = use != NULL && !is_same_use (source->use, use);
  if (use == NULL || *out_is_new)
    {
      g_clear_pointer (&source->use, spade_palette_use_free);
      source->use = g_steal_pointer (&use);
    }
  return source->use != NULL;
}

gboolean
spade_dialog_source_read_map (SpadeDialogSource   *source,
                              const SpadeRequest  *request,
                              gboolean            *out_is_new,
                              GError             **error)
{
  g_autofree char *spec = g_strdup_printf ("%s %d %d %p", request->classes,
                                           request->snaps, request->use_nearest,
                                           (void *) request->instances);

  *out_is_new = source->map == NULL || strcmp (spec, source->map_spec) != 0;
  if (!*out_is_new)
    return TRUE;
  drop_map (source);
  g_free (source->map_spec);
  source->map_spec = g_steal_pointer (&spec);
  source->map = spade_map_read (request->drawable, &source->layer, source->use,
                                source->model, request->classes,
                                request->snaps, &source->record, error);
  if (source->map != NULL && request->use_nearest)
    source->replaced = spade_map_use_nearest (
      source->map, spade_model_get_config (source->model));
  return source->map != NULL;
}

gboolean
spade_dialog_source_read_instances (SpadeDialogSource   *source,
                                    const SpadeRequest  *request,
                                    GError             **error)
{
  if (request->instances == NULL || source->map->instances != NULL ||
      spade_map_read_instances (source->map, request->instances, error))
    return TRUE;
  spade_dialog_source_forget_map (source);
  return FALSE;
}

static void
keep_style (SpadeLoadedStyle *style,
            SpadePicture     *picture)
{
  g_autoptr (GBytes) bytes = NULL;

  bytes = g_bytes_new_take (g_steal_pointer (&picture->rgb),
                            (gsize) picture->height * (gsize) picture->width * 3);
  style->picture = gdk_pixbuf_new_from_bytes (bytes, GDK_COLORSPACE_RGB, FALSE,
                                              8, picture->width,
                                              picture->height,
                                              picture->width * 3);
  spade_picture_free (picture);
}

// What cannot be read is not tried again until it changes.
static gboolean
load_style (SpadeLoadedStyle        *style,
            const SpadeStyleSource  *source,
            GError                 **error)
{
  SpadePicture    *picture;
  g_autofree char *name = spade_style_describe (source);

  if (name == NULL)
    return TRUE;
  if (g_strcmp0 (name, style->name) != 0)
    {
      drop_style (style);
      picture = spade_style_read (source, &style->fault);
      style->name = g_steal_pointer (&name);
      if (picture != NULL)
        keep_style (style, picture);
    }
  if (style->picture == NULL && error != NULL)
    *error = g_error_copy (style->fault);
  return style->picture != NULL;
}

gboolean
spade_dialog_source_load_styles (SpadeDialogSource   *source,
                                 const SpadeRequest  *request,
                                 GError             **error)
{
  return load_style (&source->style, &request->style, error) &&
         load_style (&source->mix_style, &request->mix_style, error);
}

SpadeRenderRequest *
spade_dialog_source_new_render (const SpadeDialogSource  *source,
                                const SpadeRequest       *request,
                                int                       height,
                                int                       width,
                                GError                  **error)
{
  g_autoptr (SpadeRenderRequest) render = g_new0 (SpadeRenderRequest, 1);

  render->model = spade_model_ref (source->model);
  render->map = spade_map_resize (source->map, height, width, error);
  if (render->map == NULL ||
      !spade_map_roughen (render->map,
                          spade_model_get_config (source->model)->class_set,
                          request->outlines, error))
    return NULL;
  if (!spade_style_source_is_empty (&request->style))
    render->style = g_object_ref (source->style.picture);
  if (!spade_style_source_is_empty (&request->mix_style))
    render->mix_style = g_object_ref (source->mix_style.picture);
  render->mix = request->mix;
  render->strength = request->strength;
  render->is_mirrored = request->is_mirrored;
  render->refines = request->refines;
  render->wants_floats = spade_request_wants_floats (request);
  render->device = g_strdup (request->device);
  render->precision = request->precision;
  render->n_seeds = 1;
  render->seeds[0] = (guint64) request->seed;
  return g_steal_pointer (&render);
}
