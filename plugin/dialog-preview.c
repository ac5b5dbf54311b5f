// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// One function follows every change: update(). It goes from the model to the
// request in steps that each may refuse, and does again only what a change
// touches. libgimp is called here, on the main thread; the workers see core
// alone.

#include "dialog-preview.h"

#include <glib/gi18n.h>
#include <string.h>

#include "map-picture.h"
#include "procedure.h"
#include "read-map.h"
#include "render-worker.h"
#include "render.h"
#include "style-file.h"

#define DELAY_MS 250
#define MAP_SIDE 1024
#define TILE_SIDE 192

struct _SpadeDialogPreview
{
  SpadeDialogWidgets   widgets;
  GimpProcedureConfig *config;
  GimpImage           *image;
  GimpDrawable        *drawable;

  char       *model_name; // that model was loaded as
  SpadeModel *model;      // or NULL
  char       *map_spec;   // classes and instances that map was read with
  SpadeMap   *map;        // at the layer's size, or NULL
  GFile      *style_file;
  GdkPixbuf  *style;      // of style_file

  SpadeRenderWorker *worker;
  SpadeRenderWorker *tiles_worker;
  gboolean           shows_tiles;
  gboolean           is_full;   // the next render is at full size
  guint              update_id; // idle, or 0
  gint64             since;     // when rendering began
  int                height, width; // of the render
};

static gboolean
load_model (SpadeDialogPreview  *preview,
            const SpadeRequest  *request,
            GError             **error)
{
  const char      *name = request->model != NULL ? request->model : "";
  g_autofree char *path = NULL;

  if (preview->model != NULL && strcmp (name, preview->model_name) == 0)
    return TRUE;
  g_clear_pointer (&preview->model, spade_model_unref);
  g_clear_pointer (&preview->map, spade_map_free);
  g_free (preview->model_name);
  preview->model_name = g_strdup (name);
  path = spade_model_find (name, error);
  if (path != NULL)
    preview->model = spade_model_load (path, error);
  return preview->model != NULL;
}

// Shows what the model can do: classes, styles, seeds.
static gboolean
follow_model (SpadeDialogPreview  *preview,
              GError             **error)
{
  const SpadeDialogWidgets   *widgets = &preview->widgets;
  const SpadeConfig          *config = spade_model_get_config (preview->model);
  g_autoptr (SpadePaletteUse) use = NULL;
  const char *no_seed = config->z_dim > 0 ? NULL :
    _("This model makes one picture of a map: seeds and styles change nothing.");

  use = spade_palette_use_read (preview->image, preview->drawable, error);
  if (use == NULL)
    return FALSE;
  spade_class_table_view_set_known (widgets->classes, config->knows);
  spade_class_table_view_set_remembered (
    widgets->classes,
    g_strcmp0 (use->class_set, config->class_set_name) == 0 ? use->classes
                                                            : NULL);
  spade_class_table_view_set_palette (widgets->classes, config->class_set,
                                      config->n_classes, use->entries,
                                      use->n_entries, use->pixels);
  spade_style_picker_set_style_reason (
    widgets->picker, config->encoder_nf > 0 ? NULL :
    _("This model has no style encoder: choose by seed."));
  spade_style_picker_set_seed_reason (widgets->picker, no_seed);
  spade_variations_grid_set_reason (widgets->variations, no_seed);
  return TRUE;
}

static gboolean
read_map (SpadeDialogPreview  *preview,
          const SpadeRequest  *request,
          GError             **error)
{
  g_autoptr (SpadeMapRecord) record = NULL;
  g_autoptr (GdkPixbuf)      picture = NULL;
  g_autofree char           *spec = NULL;

  spec = g_strdup_printf ("%s %d %p", request->classes, request->use_nearest,
                          (void *) request->instances);
  if (preview->map != NULL && strcmp (spec, preview->map_spec) == 0)
    return TRUE;
  g_clear_pointer (&preview->map, spade_map_free);
  g_free (preview->map_spec);
  preview->map_spec = g_steal_pointer (&spec);
  preview->map = spade_map_read (preview->image, preview->drawable,
                                 preview->model, request->classes, &record,
                                 error);
  if (preview->map == NULL)
    return FALSE;
  if (request->use_nearest)
    g_free (spade_map_use_nearest (preview->map,
                                   spade_model_get_config (preview->model)));
  picture = spade_map_picture_new (
    preview->map, spade_model_get_config (preview->model)->class_set, MAP_SIDE);
  spade_preview_pane_set_map (preview->widgets.pane, picture);
  spade_variations_grid_set_aspect (
    preview->widgets.variations,
    (double) preview->map->width / preview->map->height);
  if (request->instances == NULL ||
      spade_map_read_instances (preview->map, request->instances, error))
    return TRUE;
  g_clear_pointer (&preview->map, spade_map_free);
  return FALSE;
}

static gboolean
load_style (SpadeDialogPreview  *preview,
            const SpadeRequest  *request,
            GError             **error)
{
  SpadePicture      *picture;
  g_autoptr (GBytes) bytes = NULL;

  if (request->style == NULL ||
      (preview->style_file != NULL && preview->style != NULL &&
       g_file_equal (request->style, preview->style_file)))
    return TRUE;
  g_clear_object (&preview->style);
  g_set_object (&preview->style_file, request->style);
  picture = spade_style_load (request->style, error);
  if (picture == NULL)
    return FALSE;
  bytes = g_bytes_new_take (g_steal_pointer (&picture->rgb),
                            (gsize) picture->height * (gsize) picture->width * 3);
  preview->style = gdk_pixbuf_new_from_bytes (bytes, GDK_COLORSPACE_RGB, FALSE,
                                              8, picture->width,
                                              picture->height,
                                              picture->width * 3);
  spade_picture_free (picture);
  return TRUE;
}

// Gives the size to render at: what is asked for at full size, else no more
// than the model was trained at.
static gboolean
choose_size (SpadeDialogPreview  *preview,
             const SpadeRequest  *request,
             GError             **error)
{
  const SpadeMap *map = preview->map;
  int             height, width;

  if (!spade_render_size_parse (preview->model, request->size, map,
                                &preview->height, &preview->width, error))
    return FALSE;
  spade_model_fit_size (preview->model, SPADE_SIZE_NATIVE, map->height,
                        map->width, &height, &width);
  if (!preview->is_full &&
      (gint64) height * width < (gint64) preview->height * preview->width)
    {
      preview->height = height;
      preview->width = width;
    }
  return TRUE;
}

static SpadeRenderRequest *
new_render (SpadeDialogPreview  *preview,
            const SpadeRequest  *request,
            GError             **error)
{
  g_autoptr (SpadeRenderRequest) render = g_new0 (SpadeRenderRequest, 1);

  render->model = spade_model_ref (preview->model);
  render->map = spade_map_resize (preview->map, preview->height, preview->width,
                                  error);
  if (render->map == NULL)
    return NULL;
  if (request->style != NULL)
    render->style = g_object_ref (preview->style);
  render->strength = request->strength;
  render->device = g_strdup (request->device);
  render->precision = request->precision;
  render->n_seeds = 1;
  render->seeds[0] = (guint64) request->seed;
  return g_steal_pointer (&render);
}

static gboolean
submit (SpadeDialogPreview  *preview,
        const SpadeRequest  *request,
        GError             **error)
{
  SpadeRenderRequest *render = new_render (preview, request, error);

  if (render == NULL)
    return FALSE;
  preview->since = g_get_monotonic_time ();
  spade_render_worker_submit (preview->worker, render);
  return TRUE;
}

// The tiles are as small as the model can make them.
static void
submit_tiles (SpadeDialogPreview *preview,
              const SpadeRequest *request)
{
  int    seeds[SPADE_VARIATIONS_MAX];
  int    step = spade_model_get_granularity (preview->model);
  int    height = preview->height, width = preview->width;
  double scale = MIN (1.0, (double) TILE_SIDE / MAX (height, width));
  SpadeRenderRequest *render = new_render (preview, request, NULL);

  if (render == NULL)
    return;
  height = MAX (step, (int) (height * scale / step + 0.5) * step);
  width = MAX (step, (int) (width * scale / step + 0.5) * step);
  spade_map_free (render->map);
  render->map = spade_map_resize (preview->map, height, width, NULL);
  render->n_seeds = spade_variations_grid_get_seeds (
    preview->widgets.variations, seeds);
  for (int i = 0; i < render->n_seeds; i++)
    {
      spade_variations_grid_set_picture (preview->widgets.variations, i, NULL);
      render->seeds[i] = (guint64) seeds[i];
    }
  if (render->map != NULL)
    spade_render_worker_submit (preview->tiles_worker, render);
  else
    spade_render_request_free (render);
}

static void
refuse (SpadeDialogPreview *preview,
        const GError       *error)
{
  spade_render_worker_cancel (preview->worker);
  spade_render_worker_cancel (preview->tiles_worker);
  spade_preview_pane_set_progress (preview->widgets.pane, -1, NULL);
  spade_preview_pane_set_status (preview->widgets.pane, error->message, TRUE);
  spade_preview_pane_set_result (preview->widgets.pane, NULL);
  gtk_dialog_set_response_sensitive (preview->widgets.dialog, GTK_RESPONSE_OK,
                                     FALSE);
}

static gboolean
update (gpointer data)
{
  SpadeDialogPreview  *preview = data;
  g_auto (SpadeRequest) request = { .image = preview->image };
  g_autoptr (GError)   error = NULL;
  SpadeModel          *old = preview->model;

  preview->update_id = 0;
  spade_procedure_read_arguments (preview->config, &request);
  if (!load_model (preview, &request, &error) ||
      (preview->model != old && !follow_model (preview, &error)))
    {
      refuse (preview, error);
      return G_SOURCE_REMOVE;
    }
  if (preview->model != old) // the widgets may have changed the arguments
    {
      spade_request_clear (&request);
      spade_procedure_read_arguments (preview->config, &request);
    }
  if (!read_map (preview, &request, &error) ||
      !choose_size (preview, &request, &error) ||
      !load_style (preview, &request, &error) ||
      !submit (preview, &request, &error))
    {
      refuse (preview, error);
      return G_SOURCE_REMOVE;
    }
  gtk_dialog_set_response_sensitive (preview->widgets.dialog, GTK_RESPONSE_OK,
                                     TRUE);
  if (preview->shows_tiles)
    submit_tiles (preview, &request);
  preview->is_full = FALSE;
  return G_SOURCE_REMOVE;
}

// Several arguments may change at once, as when the dialog resets them.
static void
update_soon (SpadeDialogPreview *preview)
{
  if (preview->update_id == 0)
    preview->update_id = g_idle_add (update, preview);
}

static void
on_progress (SpadeDialogPreview *preview,
             double              fraction,
             const char         *phase)
{
  spade_preview_pane_set_progress (preview->widgets.pane, fraction, phase);
}

static void
on_picture (SpadeDialogPreview *preview,
            int                 i,
            GdkPixbuf          *picture)
{
  spade_preview_pane_set_result (preview->widgets.pane, picture);
}

static void
on_finished (SpadeDialogPreview *preview,
             const GError       *error)
{
  g_autofree char *text = NULL;
  double           seconds;

  if (error != NULL)
    {
      refuse (preview, error);
      return;
    }
  seconds = (double) (g_get_monotonic_time () - preview->since) / 1e6;
  // Translators: width, height, seconds
  text = g_strdup_printf (_("Preview of %d × %d pixels, %.1f s"),
                          preview->width, preview->height, seconds);
  if (spade_model_get_config (preview->model)->is_untrained)
    {
      g_autofree char *plain = g_steal_pointer (&text);

      text = g_strdup_printf (_("%s. The model is untrained: its pictures are "
                                "noise."), plain);
    }
  spade_preview_pane_set_progress (preview->widgets.pane, -1, NULL);
  spade_preview_pane_set_status (
    preview->widgets.pane, text,
    spade_model_get_config (preview->model)->is_untrained);
}

static void
on_tile (SpadeDialogPreview *preview,
         int                 i,
         GdkPixbuf          *picture)
{
  spade_variations_grid_set_picture (preview->widgets.variations, i, picture);
}

static void
on_render_clicked (SpadeDialogPreview *preview)
{
  preview->is_full = TRUE;
  spade_preview_pane_set_shows_result (preview->widgets.pane, TRUE);
  update_soon (preview);
}

void
spade_dialog_preview_show_variations (SpadeDialogPreview *preview,
                                      gboolean            are_shown)
{
  preview->shows_tiles = are_shown;
  if (are_shown)
    update_soon (preview);
  else
    spade_render_worker_cancel (preview->tiles_worker);
}

SpadeDialogPreview *
spade_dialog_preview_new (const SpadeDialogWidgets *widgets,
                          GimpProcedureConfig      *config,
                          GimpImage                *image,
                          GimpDrawable             *drawable)
{
  SpadeDialogPreview *preview = g_new0 (SpadeDialogPreview, 1);

  preview->widgets = *widgets;
  preview->config = config;
  preview->image = image;
  preview->drawable = drawable;
  preview->worker = spade_render_worker_new (DELAY_MS);
  preview->tiles_worker = spade_render_worker_new (2 * DELAY_MS);
  g_signal_connect_swapped (config, "notify", G_CALLBACK (update_soon),
                            preview);
  g_signal_connect_swapped (widgets->variations, "changed",
                            G_CALLBACK (update_soon), preview);
  g_signal_connect_swapped (widgets->pane, "render-clicked",
                            G_CALLBACK (on_render_clicked), preview);
  g_signal_connect_swapped (preview->worker, "progress",
                            G_CALLBACK (on_progress), preview);
  g_signal_connect_swapped (preview->worker, "picture",
                            G_CALLBACK (on_picture), preview);
  g_signal_connect_swapped (preview->worker, "finished",
                            G_CALLBACK (on_finished), preview);
  g_signal_connect_swapped (preview->tiles_worker, "picture",
                            G_CALLBACK (on_tile), preview);
  update_soon (preview);
  return preview;
}

void
spade_dialog_preview_free (SpadeDialogPreview *preview)
{
  g_signal_handlers_disconnect_by_data (preview->config, preview);
  g_signal_handlers_disconnect_by_data (preview->widgets.variations, preview);
  g_signal_handlers_disconnect_by_data (preview->widgets.pane, preview);
  g_clear_handle_id (&preview->update_id, g_source_remove);
  g_object_unref (preview->worker);
  g_object_unref (preview->tiles_worker);
  g_clear_pointer (&preview->model, spade_model_unref);
  g_clear_pointer (&preview->map, spade_map_free);
  g_clear_object (&preview->style_file);
  g_clear_object (&preview->style);
  g_free (preview->model_name);
  g_free (preview->map_spec);
  g_free (preview);
}
