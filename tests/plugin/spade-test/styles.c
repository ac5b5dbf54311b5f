// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Which layers can be a style, and when a style is read again: the plug-in's
// own files, linked into this one.

#include "spade-test.h"

#include <glib/gstdio.h>
#include <utime.h>

#include "dialog-source.h"
#include "style-layers.h"

static void
test_groups (void)
{
  GimpImage            *image = make_rgb (64, 64, NULL);
  GimpImage            *picture = make_indexed (40, 30, NULL);
  GimpLayer            *layer = GIMP_LAYER (first_layer (picture));
  GimpGroupLayer       *outer = gimp_group_layer_new (picture, "outer");
  GimpGroupLayer       *inner = gimp_group_layer_new (picture, "inner");
  GimpDrawable         *maps[2] = { first_layer (image), NULL };
  g_autofree char      *vae = model_path ("vae.safetensors");
  g_autoptr (GPtrArray) list = NULL;
  g_auto (Result)       alone = { 0 };
  g_auto (Result)       inside = { 0 };
  g_auto (Result)       of_group = { 0 };

  alone = call (image, maps, "model", vae, "style-layer", layer, NULL);
  gimp_image_insert_layer (picture, GIMP_LAYER (outer), NULL, 1);
  gimp_image_insert_layer (picture, GIMP_LAYER (inner), GIMP_LAYER (outer), 0);
  gimp_image_reorder_item (picture, GIMP_ITEM (layer), GIMP_ITEM (inner), 0);
  list = spade_style_layers_list (picture);
  check (list->len == 3 && list->pdata[0] == (gpointer) outer &&
         list->pdata[1] == (gpointer) inner &&
         list->pdata[2] == (gpointer) layer,
         "layers in groups of groups can be chosen, and the groups");
  inside = call (image, maps, "model", vae, "style-layer", layer, NULL);
  check (is_same (&inside, &alone), "a layer in a group is a style like others");
  of_group = call (image, maps, "model", vae, "style-layer", outer, NULL);
  check (is_same (&of_group, &alone), "and so is its group");
  gimp_image_delete (image);
  gimp_image_delete (picture);
}

// A hidden layer beside the canvas, with all its locks.
static void
test_locked (void)
{
  GimpImage       *image = make_rgb (64, 64, NULL);
  GimpImage       *picture = make_rgb (40, 30, NULL);
  GimpLayer       *layer = GIMP_LAYER (first_layer (picture));
  GimpDrawable    *maps[2] = { first_layer (image), NULL };
  g_autofree char *vae = model_path ("vae.safetensors");
  g_auto (Result)  plain = { 0 };
  g_auto (Result)  locked = { 0 };

  plain = call (image, maps, "model", vae, "style-layer", layer, NULL);
  gimp_layer_set_offsets (layer, 25, -10);
  gimp_item_set_visible (GIMP_ITEM (layer), FALSE);
  gimp_item_set_lock_content (GIMP_ITEM (layer), TRUE);
  gimp_item_set_lock_position (GIMP_ITEM (layer), TRUE);
  gimp_item_set_lock_visibility (GIMP_ITEM (layer), TRUE);
  locked = call (image, maps, "model", vae, "style-layer", layer, NULL);
  check (is_same (&locked, &plain), "a locked layer is a style like others");
  gimp_image_delete (image);
  gimp_image_delete (picture);
}

// Loads the style; gives whether it was read again.
static gboolean
is_read_again (SpadeDialogSource  *source,
               const SpadeRequest *request)
{
  g_autoptr (GdkPixbuf) before = NULL;
  GError               *error = NULL;

  if (source->style.picture != NULL)
    before = g_object_ref (source->style.picture);
  check (spade_dialog_source_load_styles (source, request, &error),
         "a style is loaded");
  return source->style.picture != before;
}

static void
set_time (const char *path,
          time_t      seconds)
{
  struct utimbuf times = { seconds, seconds };

  g_utime (path, &times);
}

static void
test_read_again (void)
{
  GimpImage        *picture = make_indexed (40, 30, NULL);
  g_autofree char  *path = model_path ("again.gif");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  SpadeDialogSource source = { 0 };
  SpadeRequest      request = { .style = { .file = file } };
  FILE             *stream;

  gimp_file_save (GIMP_RUN_NONINTERACTIVE, picture, file, NULL);
  gimp_image_delete (picture);
  set_time (path, 1000000000);
  check (is_read_again (&source, &request), "for the first time");
  check (!is_read_again (&source, &request), "and kept");
  spade_dialog_source_forget_open_styles (&source);
  check (!is_read_again (&source, &request), "also when the dialog is left");
  set_time (path, 1000000001);
  check (is_read_again (&source, &request),
         "a file of another time is read again");
  stream = g_fopen (path, "ab");
  fputc (0, stream);
  fclose (stream);
  set_time (path, 1000000001);
  check (is_read_again (&source, &request), "and one of another size");
  check (!is_read_again (&source, &request), "and then kept");
  spade_dialog_source_clear (&source);
  g_remove (path);
}

void
test_styles (void)
{
  test_groups ();
  test_locked ();
  test_read_again ();
}
