// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The final render goes through the preview's worker, so that Cancel works at
// every moment: GIMP's own Cancel would end the whole plug-in, and with it the
// dialog. That is why gimp_progress_init() is not called: it brings that
// button. The image is written to when the picture is complete.

#include "dialog-finish.h"

#include <glib/gi18n.h>
#include <string.h>

#include "render-request.h"
#include "synthesize.h"
#include "write-effect.h"
#include "write-layer.h"

static SpadePicture *
picture_from_pixbuf (GdkPixbuf  *pixbuf,
                     GError    **error)
{
  const float  *floats = spade_render_get_floats (pixbuf);
  int           height = gdk_pixbuf_get_height (pixbuf);
  int           width = gdk_pixbuf_get_width (pixbuf);
  gsize         stride = (gsize) width * 3;
  SpadePicture *picture = spade_picture_new (height, width, floats != NULL,
                                             error);

  if (picture == NULL)
    return NULL;
  if (floats != NULL)
    memcpy (picture->floats, floats, (gsize) height * stride * sizeof *floats);
  for (int y = 0; floats == NULL && y < height; y++)
    memcpy (picture->rgb + (gsize) y * stride,
            gdk_pixbuf_read_pixels (pixbuf) +
              (gsize) y * (gsize) gdk_pixbuf_get_rowstride (pixbuf), stride);
  return picture;
}

static gboolean
write_picture (const SpadeRequest   *request,
               GdkPixbuf            *pixbuf,
               const SpadeMapRecord *record,
               GimpImage           **out_image,
               GimpLayer           **out_layer,
               GError              **error)
{
  g_autoptr (SpadePicture) picture = NULL;

  // It may have been closed, or its layer deleted, meanwhile.
  if (!spade_synthesize_check (request, error))
    return FALSE;
  if (request->output == SPADE_OUTPUT_EFFECT)
    return spade_effect_write (request, record, out_image, out_layer, error);
  picture = picture_from_pixbuf (pixbuf, error);
  return picture != NULL &&
         spade_layer_write (request, picture, record, out_image, out_layer,
                            error);
}

// Waits for the picture; NULL when the user cancels, or with an error. Widgets are
// disabled then: what comes next cannot be stopped.
static GdkPixbuf *
render (const SpadeDialogWidgets *widgets,
        SpadeDialogPreview       *preview,
        const SpadeMapRecord    **out_record,
        GError                  **error)
{
  GdkPixbuf *pixbuf;
  int        response;

  spade_dialog_widgets_set_sensitive (widgets, FALSE);
  do
    response = gimp_dialog_run (GIMP_DIALOG (widgets->dialog));
  while (response == GTK_RESPONSE_HELP);
  if (response == SPADE_RESPONSE_RENDERED)
    spade_dialog_widgets_hold (widgets, _("Writing the layer…"));
  pixbuf = spade_dialog_preview_end_final (preview, out_record, error);
  if (response != SPADE_RESPONSE_RENDERED)
    {
      g_clear_object (&pixbuf);
      spade_preview_pane_set_status (
        widgets->pane, _("Cancelled. The image is as it was."), FALSE);
    }
  return pixbuf;
}

gboolean
spade_dialog_finish (const SpadeDialogWidgets *widgets,
                     SpadeDialogPreview       *preview,
                     GimpImage               **out_image,
                     GimpLayer               **out_layer)
{
  g_auto (SpadeRequest) request = { 0 };
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  g_autoptr (GError)    error = NULL;
  const SpadeMapRecord *record = NULL;

  if (!spade_dialog_preview_begin_final (preview, &request, &error))
    return FALSE;
  pixbuf = render (widgets, preview, &record, &error);
  if (pixbuf != NULL &&
      write_picture (&request, pixbuf, record, out_image, out_layer, &error))
    return TRUE;
  spade_dialog_widgets_set_sensitive (widgets, TRUE);
  if (error != NULL)
    spade_dialog_widgets_refuse (
      widgets, pixbuf != NULL ? SPADE_STEP_IMAGE
                              : spade_dialog_widgets_blame (error),
      error->message);
  return FALSE;
}
