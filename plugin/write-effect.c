// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

#include "write-effect.h"

#include <glib/gi18n.h>
#include <string.h>

#include "../effect/effect.h"

static gboolean
check_map (const SpadeRequest  *request,
           GError             **error)
{
  if (!GIMP_IS_LAYER (request->drawable) || gimp_drawable_is_gray (request->drawable))
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                 _("A layer effect needs a map in colors: an indexed or an RGB "
                   "layer."));
  else if (request->instances != NULL)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                 _("A layer effect sees no instances; leave them out, or choose "
                   "another output."));
  else if (request->size != NULL && g_ascii_isdigit (*request->size))
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_SIZE,
                 _("A layer effect renders at the model's size or at the layer's; "
                   "choose one of these."));
  else
    return TRUE;
  return FALSE;
}

// Says whether GIMP has it. Our process looks where GIMP does.
static gboolean
check_effect (GError **error)
{
  if (gegl_has_operation (SPADE_EFFECT_OPERATION))
    return TRUE;
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_BACKEND,
               _("GIMP does not have the layer effect; install all of gimp-spade, "
                 "and start GIMP anew."));
  return FALSE;
}

gboolean
spade_effect_check (const SpadeRequest  *request,
                    GError             **error)
{
  if (!check_effect (error))
    return FALSE;
  if (request->style.image != NULL || request->style.layer != NULL)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_STYLE,
                 _("A layer effect takes its style from a file; choose one, or "
                   "another output."));
  else
    return check_map (request, error);
  return FALSE;
}

static gboolean
set_refused (GError **error)
{
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP, "%s %s",
               _("GIMP could not add the layer effect."),
               gimp_pdb_get_last_error (gimp_get_pdb ()));
  return FALSE;
}

gboolean
spade_effect_start (GimpDrawable  *map,
                    const char    *classes,
                    GError       **error)
{
  if (!check_effect (error))
    return FALSE;
  if (gimp_drawable_append_new_filter (map, SPADE_EFFECT_OPERATION, "",
                                       GIMP_LAYER_MODE_REPLACE, 1.0, "classes", classes,
                                       NULL) == NULL)
    return set_refused (error);
  return TRUE;
}

// Gives the SPADE effect that the layer has, or NULL.
static GimpDrawableFilter *
find_effect (GimpDrawable *map)
{
  g_autofree GimpDrawableFilter **filters = gimp_drawable_get_filters (map);
  GimpDrawableFilter             *found = NULL;

  for (int i = 0; filters[i] != NULL && found == NULL; i++)
    {
      g_autofree char *name = gimp_drawable_filter_get_operation_name (filters[i]);

      if (g_strcmp0 (name, SPADE_EFFECT_OPERATION) == 0)
        found = filters[i];
    }
  return found;
}

// Says whether a file lies in a folder of styles that ship.
static gboolean
is_shipped (GFile *file)
{
  g_auto (GStrv) folders = spade_style_folders ();
  gboolean       is_there = FALSE;

  for (int i = 0; folders[i] != NULL && !is_there; i++)
    {
      g_autoptr (GFile) folder = g_file_new_for_path (folders[i]);

      is_there = g_file_has_parent (file, folder);
    }
  return is_there;
}

// Gives the name of a style that ships, or NULL: by name it is found on another
// computer, too. choices: those that the effect has.
static char *
name_style (GFile      *file,
            GimpChoice *choices)
{
  g_autofree char *name = g_file_get_basename (file);

  if (!g_str_has_suffix (name, ".jpg") || !is_shipped (file))
    return NULL;
  name[strlen (name) - strlen (".jpg")] = '\0';
  return gimp_choice_is_valid (choices, name) ? g_steal_pointer (&name) : NULL;
}

static void
set_style (GObject            *config,
           const SpadeRequest *request)
{
  GParamSpec      *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (config),
                                                         "style");
  g_autofree char *name = NULL, *path = NULL, *mix_path = NULL;

  if (request->style.file != NULL)
    {
      name = name_style (request->style.file, gimp_param_spec_choice_get_choice (pspec));
      path = g_file_get_path (request->style.file);
    }
  if (request->mix_style.file != NULL)
    mix_path = g_file_get_path (request->mix_style.file);
  g_object_set (config,
                "style", path == NULL ? "random" : name != NULL ? name : "file",
                "style-file", path != NULL && name == NULL ? path : "",
                "mix-style", mix_path != NULL ? mix_path : "",
                "mix", request->mix,
                NULL);
}

// Gives the classes of the map's colours as the effect can read them: it sees no
// names and no indices. Free with g_free().
static char *
describe_classes (const SpadeRequest   *request,
                  const SpadeMapRecord *record)
{
  const char                 *classes = request->classes;
  g_autoptr (SpadeClassTable) table = NULL;

  if (record == NULL)
    return g_strdup (classes != NULL && !spade_class_spec_needs_palette (classes) &&
                         (!spade_class_spec_is_table (classes) ||
                          spade_class_spec_is_by_colour (classes))
                       ? classes : "auto");
  table = spade_map_record_get_table (record, NULL);
  return table != NULL ? spade_class_table_to_colours (table) : g_strdup ("auto");
}

gboolean
spade_effect_write (const SpadeRequest    *request,
                    const SpadeMapRecord  *record,
                    GimpImage            **out_image,
                    GimpLayer            **out_layer,
                    GError               **error)
{
  GimpDrawableFilter *effect = find_effect (request->drawable);
  gboolean            is_new = effect == NULL;
  g_autofree char    *classes = describe_classes (request, record);
  GObject            *config;

  if (is_new)
    effect = gimp_drawable_filter_new (request->drawable, SPADE_EFFECT_OPERATION, "");
  if (effect == NULL)
    return set_refused (error);
  config = G_OBJECT (gimp_drawable_filter_get_config (effect));
  set_style (config, request);
  g_object_set (config,
                "seed", (guint) request->seed,
                "strength", request->strength,
                "mirror", request->is_mirrored,
                "roughen-outlines", request->outlines,
                "size", g_strcmp0 (request->size, "map") == 0 ? "layer" : "native",
                "refine", request->refines,
                "model", request->model != NULL ? request->model : "",
                "classes", classes,
                NULL);
  if (is_new)
    gimp_drawable_append_filter (request->drawable, effect);
  else
    gimp_drawable_filter_update (effect);
  *out_image = request->image;
  *out_layer = GIMP_LAYER (request->drawable);
  return TRUE;
}
