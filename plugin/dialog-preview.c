// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// One function follows every change: update(). It goes from the model to the
// request in steps that each may refuse, and does again only what a change
// touches. libgimp is called here, on the main thread; the workers see core
// alone. While a final render is at work no update comes between.

#include "dialog-preview.h"

#include <glib/gi18n.h>
#include <string.h>

#include "dialog-follow.h"
#include "dialog-paint.h"
#include "dialog-settings.h"
#include "dialog-source.h"
#include "dialog-tiles.h"
#include "map-watch.h"
#include "procedure.h"
#include "render-worker.h"
#include "render.h"
#include "style-place.h"
#include "synthesize.h"
#include "write-layer.h"

#define DELAY_MS 250
#define QUIET_US 300000 // what takes no longer shows no progress

struct _SpadeDialogPreview
{
  SpadeDialogWidgets   widgets;
  GimpProcedureConfig *config;
  GimpImage           *image;
  GimpDrawable        *drawable;
  SpadeDialogSource    source;

  SpadeRenderWorker *worker;
  SpadeMapWatch     *watch;
  SpadeDialogTiles   tiles;
  SpadeDialogStep    step;      // where an update has come to
  gboolean           is_painted; // the map, since the last update
  gboolean           is_full;   // until another picture is asked for
  gboolean           is_final;  // the render at work is not a preview
  gboolean           is_behind; // that one ended a preview under way
  GdkPixbuf         *final;     // the picture of a final render, or NULL
  GError            *failure;   // of a final render, or NULL
  guint              update_id; // idle, or 0
  gint64             since;     // when rendering began
  gboolean           has_begun; // and progress was seen
  double             seconds;   // that the newest picture took
  int                height, width; // of the render
};

static gboolean
load_model (SpadeDialogPreview  *preview,
            SpadeRequest        *request,
            GError             **error)
{
  gboolean is_new, is_new_palette = FALSE;

  preview->step = SPADE_STEP_MODEL;
  if (!spade_dialog_source_load_model (&preview->source, request, &is_new,
                                       error))
    return FALSE;
  if (is_new)
    spade_dialog_follow_model (&preview->widgets, &preview->source);
  preview->step = SPADE_STEP_IMAGE;
  if (preview->source.map == NULL &&
      !spade_dialog_source_read_palette (&preview->source, request,
                                         &is_new_palette, error))
    return FALSE;
  if (is_new || is_new_palette)
    {
      spade_dialog_follow_palette (&preview->widgets, &preview->source);
      // The widgets may have changed the arguments.
      spade_request_clear (request);
      spade_procedure_read_arguments (preview->config, request);
    }
  return TRUE;
}

static gboolean
read_map (SpadeDialogPreview  *preview,
          const SpadeRequest  *request,
          GError             **error)
{
  gboolean is_new;

  preview->step = SPADE_STEP_CLASSES;
  if (!spade_dialog_source_read_map (&preview->source, request, &is_new, error))
    return FALSE;
  spade_class_table_view_set_can_remember (preview->widgets.classes,
                                           preview->source.record != NULL);
  preview->step = SPADE_STEP_INSTANCES;
  if (!spade_dialog_source_read_instances (&preview->source, request, error))
    return FALSE;
  if (is_new)
    spade_dialog_follow_map (&preview->widgets, &preview->source);
  return TRUE;
}

// Gives the size to render at: what is asked for at full size, else no more
// than what suits the model best. What an effect shows GIMP renders by itself.
static gboolean
choose_size (SpadeDialogPreview  *preview,
             const SpadeRequest  *request,
             GError             **error)
{
  const SpadeModel *model = preview->source.model;
  const SpadeMap   *map = preview->source.map;
  gboolean          is_written = preview->is_final &&
                                 request->output != SPADE_OUTPUT_EFFECT;
  int               height, width;

  preview->step = SPADE_STEP_SIZE;
  if (!spade_render_size_parse (model, request->size, map, &preview->height,
                                &preview->width, error))
    return FALSE;
  spade_model_fit_size (model, SPADE_SIZE_NATIVE, map->height, map->width,
                        &height, &width);
  if (!preview->is_full && !is_written &&
      (gint64) height * width < (gint64) preview->height * preview->width)
    {
      preview->height = height;
      preview->width = width;
    }
  return TRUE;
}

// Takes all steps from the arguments to a render.
static SpadeRenderRequest *
prepare (SpadeDialogPreview  *preview,
         SpadeRequest        *request,
         GError             **error)
{
  preview->step = SPADE_STEP_IMAGE;
  if (!spade_synthesize_check (request, error) ||
      !load_model (preview, request, error) ||
      !read_map (preview, request, error))
    return NULL;
  preview->step = SPADE_STEP_IMAGE;
  if (!spade_layer_check (request, preview->source.record, error) ||
      !choose_size (preview, request, error))
    return NULL;
  preview->step = SPADE_STEP_STYLE;
  if (!spade_dialog_source_load_styles (&preview->source, request, error))
    return NULL;
  preview->step = SPADE_STEP_RENDER;
  return spade_dialog_source_new_render (&preview->source, request,
                                         preview->height, preview->width,
                                         error);
}

// What the page of classes says of colours without one is translated, as core's message
// is not, and says what to do there. Of an RGB layer other things may be wrong. Free with
// g_free().
static char *
get_reason (SpadeDialogPreview *preview,
            const GError       *error)
{
  SpadeClassTableView *view = preview->widgets.classes;
  const char          *status = spade_class_table_view_get_status (view);
  const char          *hint = spade_map_get_soft_hint ();

  if (!g_error_matches (error, SPADE_ERROR, SPADE_ERROR_CLASSES) ||
      spade_class_table_view_get_n_unmapped (view) == 0)
    return g_strdup (error->message);
  if (!gimp_drawable_is_rgb (preview->drawable))
    return g_strdup (status);
  return g_str_has_prefix (error->message, hint)
    ? g_strdup_printf ("%s %s", hint, status) : g_strdup (error->message);
}

static void
refuse (SpadeDialogPreview *preview,
        const GError       *error)
{
  g_autofree char *reason = get_reason (preview, error);

  spade_render_worker_cancel (preview->worker);
  spade_render_worker_cancel (preview->tiles.worker);
  spade_preview_pane_set_progress (preview->widgets.pane, -1, NULL);
  spade_preview_pane_set_result (preview->widgets.pane, NULL);
  spade_class_table_view_set_can_remember (preview->widgets.classes,
                                           preview->source.record != NULL);
  spade_dialog_widgets_refuse (&preview->widgets, preview->step, reason);
}

// A change of arguments may be followed by another one, so it waits, unless it is
// urgent: a map that is painted on is looked at in steps anyway, and nothing follows OK.
static void
submit (SpadeDialogPreview *preview,
        SpadeRenderRequest *render,
        gboolean            is_urgent)
{
  gint64 delay_ms = is_urgent ? 0 : DELAY_MS;

  render->is_urgent = is_urgent;
  if (!spade_render_worker_submit (preview->worker, render))
    return;
  preview->since = g_get_monotonic_time () + delay_ms * G_TIME_SPAN_MILLISECOND;
  preview->has_begun = FALSE;
}

static gboolean
update (gpointer data)
{
  SpadeDialogPreview  *preview = data;
  g_auto (SpadeRequest) request = { .image = preview->image,
                                    .drawable = preview->drawable };
  g_autoptr (GError)   error = NULL;
  SpadeRenderRequest  *render;
  gboolean             is_painted = preview->is_painted;

  preview->update_id = 0;
  preview->is_painted = FALSE;
  if (preview->is_final)
    return G_SOURCE_REMOVE;
  spade_procedure_read_arguments (preview->config, &request);
  render = prepare (preview, &request, &error);
  if (preview->source.model != NULL)
    spade_dialog_paint_follow (&preview->widgets, &preview->source);
  if (render == NULL)
    {
      refuse (preview, error);
      return G_SOURCE_REMOVE;
    }
  spade_dialog_widgets_accept (&preview->widgets);
  spade_dialog_settings_set_notice (
    preview->widgets.settings, "instances",
    spade_synthesize_get_notice (&request, preview->source.model));
  submit (preview, render, is_painted);
  spade_dialog_tiles_submit (&preview->tiles, &preview->source, &request,
                             preview->height, preview->width);
  return G_SOURCE_REMOVE;
}

// Several arguments may change at once, as when the dialog resets them.
static void
update_soon (SpadeDialogPreview *preview)
{
  if (preview->update_id == 0)
    preview->update_id = g_idle_add (update, preview);
}

// An argument changed; where the picture goes does not change the picture.
static void
on_argument (SpadeDialogPreview *preview,
             GParamSpec         *argument)
{
  if (strcmp (argument->name, "output") != 0)
    preview->is_full = FALSE;
  update_soon (preview);
}

static void
read_again (SpadeDialogPreview *preview)
{
  spade_dialog_source_forget_map (&preview->source);
  update_soon (preview);
}

// The map was painted on, in GIMP, beside the dialog.
static void
on_painted (gpointer data)
{
  SpadeDialogPreview *preview = data;

  preview->is_painted = TRUE;
  preview->is_full = FALSE;
  if (!preview->is_final)
    read_again (preview);
}

// The user comes back to the dialog, perhaps from painting a style, or from closing
// an image. What has not changed is not rendered again.
static gboolean
on_focus_in (SpadeDialogPreview *preview)
{
  if (preview->is_final)
    return GDK_EVENT_PROPAGATE;
  spade_style_place_fill_open (preview->widgets.picker, preview->drawable);
  spade_dialog_source_forget_open_styles (&preview->source);
  read_again (preview);
  return GDK_EVENT_PROPAGATE;
}

static void
on_brush (SpadeDialogPreview *preview,
          int                 class_id)
{
  SpadeRequest request = { .image = preview->image, .drawable = preview->drawable };

  if (spade_layer_is_there (preview->image, preview->drawable, NULL) &&
      spade_dialog_paint_choose (&preview->widgets, &preview->source, &request,
                                 class_id))
    read_again (preview);
}

static void
on_progress (SpadeDialogPreview *preview,
             double              fraction,
             const char         *phase)
{
  preview->has_begun = TRUE;
  if (preview->is_final || g_get_monotonic_time () - preview->since > QUIET_US)
    spade_preview_pane_set_progress (preview->widgets.pane, fraction, phase);
}

static void
on_picture (SpadeDialogPreview *preview,
            int                 i,
            GdkPixbuf          *picture)
{
  spade_preview_pane_set_result (preview->widgets.pane, picture);
  if (preview->is_final)
    g_set_object (&preview->final, picture);
}

static void
on_finished (SpadeDialogPreview *preview,
             const GError       *error)
{
  g_autofree char   *text = NULL;
  const SpadeConfig *config;

  if (preview->is_final)
    {
      preview->failure = error != NULL ? g_error_copy (error) : NULL;
      gtk_dialog_response (preview->widgets.dialog, SPADE_RESPONSE_RENDERED);
      return;
    }
  if (error != NULL)
    {
      preview->step = spade_dialog_widgets_blame (error);
      refuse (preview, error);
      return;
    }
  config = spade_model_get_config (preview->source.model);
  if (preview->has_begun) // else the picture was there already
    preview->seconds = (double) (g_get_monotonic_time () - preview->since) / 1e6;
  // Translators: width, height, seconds
  text = g_strdup_printf (_("Preview of %d × %d pixels, %.2f s"),
                          preview->width, preview->height, preview->seconds);
  if (config->is_untrained)
    {
      g_autofree char *plain = g_steal_pointer (&text);

      text = g_strdup_printf (_("%s. The model is untrained: its pictures are "
                                "noise."), plain);
    }
  spade_preview_pane_set_progress (preview->widgets.pane, -1, NULL);
  spade_preview_pane_set_status (preview->widgets.pane, text,
                                 config->is_untrained);
}

// Keeps the classes in the image, as map-palette does, without a picture.
static void
on_remember (SpadeDialogPreview *preview)
{
  const SpadeMapRecord *record = preview->source.record;

  if (record == NULL || !gimp_image_is_valid (preview->image))
    return;
  spade_map_record_attach (record, preview->image, TRUE);
  spade_class_table_view_set_remembered (preview->widgets.classes,
                                         record->classes);
  spade_preview_pane_set_status (
    preview->widgets.pane, _("The image remembers these classes now; they go "
                             "with it when it is saved as XCF."), FALSE);
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
  preview->tiles.are_shown = are_shown;
  if (are_shown)
    update_soon (preview);
  else
    spade_render_worker_cancel (preview->tiles.worker);
}

gboolean
spade_dialog_preview_begin_final (SpadeDialogPreview  *preview,
                                  SpadeRequest        *request,
                                  GError             **error)
{
  SpadeRenderRequest *render;

  preview->is_final = TRUE;
  preview->is_behind = preview->update_id != 0 ||
                       spade_render_worker_is_busy (preview->worker);
  g_clear_handle_id (&preview->update_id, g_source_remove);
  g_clear_object (&preview->final);
  g_clear_error (&preview->failure);
  request->image = preview->image;
  request->drawable = preview->drawable;
  spade_render_worker_cancel (preview->tiles.worker);
  preview->is_painted = FALSE;
  // They may have been painted on since, or be gone.
  spade_dialog_source_forget_map (&preview->source);
  spade_dialog_source_forget_open_styles (&preview->source);
  spade_procedure_read_arguments (preview->config, request);
  render = prepare (preview, request, error);
  if (render == NULL)
    {
      preview->is_final = FALSE;
      refuse (preview, *error);
      return FALSE;
    }
  submit (preview, render, TRUE);
  return TRUE;
}

GdkPixbuf *
spade_dialog_preview_end_final (SpadeDialogPreview    *preview,
                                const SpadeMapRecord **out_record,
                                GError               **error)
{
  spade_render_worker_cancel (preview->worker);
  spade_preview_pane_set_progress (preview->widgets.pane, -1, NULL);
  preview->is_final = FALSE;
  *out_record = preview->final != NULL ? preview->source.record : NULL;
  if (preview->failure != NULL)
    g_propagate_error (error, g_steal_pointer (&preview->failure));
  else if (preview->final == NULL &&
           (preview->is_behind || preview->is_painted || preview->tiles.are_shown))
    read_again (preview);
  return g_steal_pointer (&preview->final);
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
  spade_dialog_tiles_init (&preview->tiles, widgets->variations, 2 * DELAY_MS);
  g_signal_connect_swapped (config, "notify", G_CALLBACK (on_argument),
                            preview);
  g_signal_connect_swapped (widgets->dialog, "focus-in-event",
                            G_CALLBACK (on_focus_in), preview);
  g_signal_connect_swapped (widgets->variations, "changed",
                            G_CALLBACK (update_soon), preview);
  g_signal_connect_swapped (widgets->board, "chosen", G_CALLBACK (on_brush),
                            preview);
  g_signal_connect_swapped (widgets->classes, "remember",
                            G_CALLBACK (on_remember), preview);
  g_signal_connect_swapped (widgets->pane, "render-clicked",
                            G_CALLBACK (on_render_clicked), preview);
  g_signal_connect_swapped (preview->worker, "progress",
                            G_CALLBACK (on_progress), preview);
  g_signal_connect_swapped (preview->worker, "picture",
                            G_CALLBACK (on_picture), preview);
  g_signal_connect_swapped (preview->worker, "finished",
                            G_CALLBACK (on_finished), preview);
  preview->watch = spade_map_watch_new (image, drawable, preview->worker, on_painted,
                                        preview);
  update_soon (preview);
  return preview;
}

void
spade_dialog_preview_free (SpadeDialogPreview *preview)
{
  g_signal_handlers_disconnect_by_data (preview->config, preview);
  g_signal_handlers_disconnect_by_data (preview->widgets.variations, preview);
  g_signal_handlers_disconnect_by_data (preview->widgets.pane, preview);
  g_signal_handlers_disconnect_by_data (preview->widgets.classes, preview);
  g_signal_handlers_disconnect_by_data (preview->widgets.dialog, preview);
  g_clear_handle_id (&preview->update_id, g_source_remove);
  spade_map_watch_free (preview->watch);
  g_object_unref (preview->worker);
  spade_dialog_tiles_clear (&preview->tiles);
  g_clear_object (&preview->final);
  g_clear_error (&preview->failure);
  spade_dialog_source_clear (&preview->source);
  g_free (preview);
}
