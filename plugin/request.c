// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What becomes of a request's parts, and what its picture is made of.

#include "request.h"

#include <glib/gi18n.h>

static void
clear_style (SpadeStyleSource *style)
{
  g_clear_object (&style->file);
  g_clear_object (&style->image);
  g_clear_object (&style->layer);
}

void
spade_request_clear (SpadeRequest *request)
{
  g_free (request->model);
  clear_style (&request->style);
  clear_style (&request->mix_style);
  g_free (request->classes);
  g_clear_object (&request->instances);
  g_free (request->size);
  g_free (request->device);
}

gboolean
spade_request_wants_floats (const SpadeRequest *request)
{
  switch (gimp_image_get_precision (request->image))
    {
    case GIMP_PRECISION_U8_LINEAR:
    case GIMP_PRECISION_U8_NON_LINEAR:
    case GIMP_PRECISION_U8_PERCEPTUAL:
      return FALSE;
    default:
      return TRUE;
    }
}

SpadePicture *
spade_picture_new (int        height,
                   int        width,
                   gboolean   has_floats,
                   GError   **error)
{
  gsize                    n = (gsize) height * (gsize) width * 3;
  g_autoptr (SpadePicture) picture = g_new0 (SpadePicture, 1);

  picture->height = height;
  picture->width = width;
  if (has_floats)
    picture->floats = g_try_new (float, n);
  else
    picture->rgb = g_try_malloc (n);
  if (picture->floats != NULL || picture->rgb != NULL)
    return g_steal_pointer (&picture);
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_MEMORY,
               _("There is not enough memory for a picture of %dx%d "
                 "pixels; choose a smaller size."), width, height);
  return NULL;
}
