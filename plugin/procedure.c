// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The procedure plug-in-spade-synthesize: declares the arguments, reads them
// into a request, and turns an error into GIMP's. A string whose default is ""
// arrives as NULL once GIMP has cached the procedure.

#include "procedure.h"

#include <glib/gi18n.h>
#include "class-argument.h"
#include "dialog.h"
#include "open-style.h"
#include "picture-mark.h"
#include "synthesize.h"

static void
add_arguments (GimpProcedure *procedure)
{
  gimp_procedure_add_string_argument (
    procedure, "model", _("_Model"),
    _("A model file (.safetensors), or the name of an installed model; empty: "
      "the default model"), "", G_PARAM_READWRITE);
  gimp_procedure_add_file_argument (
    procedure, "style", _("St_yle image"),
    _("A picture whose mood the result takes; models with a style encoder "
      "only"),
    GIMP_FILE_CHOOSER_ACTION_ANY, TRUE, NULL, G_PARAM_READWRITE);
  gimp_procedure_add_image_argument (
    procedure, "style-image", _("Style of an open image"),
    _("An open image whose mood the result takes, instead of a file's"), TRUE,
    G_PARAM_READWRITE);
  gimp_procedure_add_layer_argument (
    procedure, "style-layer", _("Style of a layer"),
    _("A layer of any open image whose mood the result takes"), TRUE,
    G_PARAM_READWRITE);
  gimp_procedure_add_double_argument (
    procedure, "strength", _("_Variation"),
    _("How far the seed moves the result away from the style image"), 0.0, 1.0,
    1.0, G_PARAM_READWRITE);
  gimp_procedure_add_int_argument (
    procedure, "seed", _("S_eed"), _("Another seed gives another picture"),
    0, G_MAXINT, 0, G_PARAM_READWRITE);
  gimp_procedure_add_boolean_argument (
    procedure, "mirror", _("Li_ght from the other side"),
    _("Render the map mirrored, and mirror the picture back"), FALSE,
    G_PARAM_READWRITE);
  gimp_procedure_add_string_argument (
    procedure, "classes", _("Cl_asses"),
    _("How palette entries become classes: auto, index, colour, name, gaugan, "
      "ade20k, cityscapes, coco-panoptic, coco-stuff-map, a palette file "
      "(.gpl), or a table such as 0=tree;1=sky-other"), "auto",
    G_PARAM_READWRITE);
  gimp_procedure_add_boolean_argument (
    procedure, "nearest", _("Use the nearest _known classes"),
    _("Where the model does not know a class, use the one that is nearest "
      "(fog: clouds, mud: dirt)"), FALSE, G_PARAM_READWRITE);
  gimp_procedure_add_drawable_argument (
    procedure, "instances", _("_Instances"),
    _("A drawable of the map's size whose pixels tell one object from "
      "another"), TRUE, G_PARAM_READWRITE);
  gimp_procedure_add_string_argument (
    procedure, "size", _("Render si_ze"),
    _("auto (the map's where that is large), native (the size that suits the model "
      "best), map, or WIDTHxHEIGHT"),
    "auto", G_PARAM_READWRITE);
}

static void
add_mix_arguments (GimpProcedure *procedure)
{
  gimp_procedure_add_file_argument (
    procedure, "mix-style", _("Mi_x with"),
    _("A second picture, whose mood is mixed with that of the style"),
    GIMP_FILE_CHOOSER_ACTION_ANY, TRUE, NULL, G_PARAM_READWRITE);
  gimp_procedure_add_double_argument (
    procedure, "mix", _("Share of the second style"),
    _("How much the second style counts: 0 is the first alone, 1 the second"),
    0.0, 1.0, 0.5, G_PARAM_READWRITE);
}

// In the order of scripts that name none: new ones come last.
static void
add_later_arguments (GimpProcedure *procedure)
{
  gimp_procedure_add_choice_argument (
    procedure, "output", _("Outp_ut"), _("Where the picture goes"),
    gimp_choice_new_with_values (
      "new-layer", SPADE_OUTPUT_NEW_LAYER, _("New layer above the map"),
      _("An indexed image becomes RGB"),
      "update", SPADE_OUTPUT_UPDATE, _("Update the last picture"),
      _("Or a new layer, where there is none in the map's place"),
      "effect", SPADE_OUTPUT_EFFECT, _("Layer effect on the map"),
      _("The map shows the picture, also while it is painted on"),
      "new-image", SPADE_OUTPUT_NEW_IMAGE, _("New image"),
      _("The image stays as it is"), NULL),
    "new-layer", G_PARAM_READWRITE);
  gimp_procedure_add_string_argument (
    procedure, "device", _("_Device"),
    _("auto, cpu, ref, cuda or cuda:N"), "auto", G_PARAM_READWRITE);
  gimp_procedure_add_choice_argument (
    procedure, "precision", _("_Precision"), _("Of the arithmetic"),
    gimp_choice_new_with_values (
      "auto", SPADE_PRECISION_AUTO, _("Automatic"),
      _("What is fast and good"),
      "f32", SPADE_PRECISION_F32, _("32-bit float"), NULL,
      "bf16", SPADE_PRECISION_BF16, "bfloat16", NULL,
      "f16", SPADE_PRECISION_F16, _("16-bit float"), NULL, NULL),
    "auto", G_PARAM_READWRITE);
  gimp_procedure_add_boolean_argument (
    procedure, "snap", _("Sn_ap soft edges"),
    _("Pixels whose color has no class take the class of the nearest pixel "
      "that has one"), FALSE, G_PARAM_READWRITE);
  add_mix_arguments (procedure);
  gimp_procedure_add_double_argument (
    procedure, "roughen-outlines", _("Rou_ghen outlines"),
    _("How uneven outlines of clouds, mountains, shores and the like become; 0 "
      "leaves them as they were painted"), 0.0, 1.0, 0.0, G_PARAM_READWRITE);
  gimp_procedure_add_boolean_argument (
    procedure, "refine", _("_Build up large sizes"),
    _("Render sizes that are larger than the model's from coarse to fine: they have "
      "its light and its forms, and are sharp"), TRUE, G_PARAM_READWRITE);
  gimp_procedure_add_image_return_value (
    procedure, "out-image", _("Image"), _("The image that holds the picture"),
    FALSE, G_PARAM_READWRITE);
  gimp_procedure_add_layer_return_value (
    procedure, "out-layer", _("Layer"), _("The layer that is the picture"),
    FALSE, G_PARAM_READWRITE);
}

// Script-Fu makes a file of "", too.
static void
clear_nowhere (GFile **file)
{
  g_autofree char *name = NULL;

  if (*file != NULL)
    name = g_file_get_parse_name (*file);
  if (name != NULL && *name == '\0')
    g_clear_object (file);
}

void
spade_procedure_read_arguments (GimpProcedureConfig *config,
                                SpadeRequest        *request)
{
  g_object_get (config,
                "model", &request->model,
                "style", &request->style.file,
                "style-image", &request->style.image,
                "style-layer", &request->style.layer,
                "mix-style", &request->mix_style.file,
                "mix", &request->mix,
                "strength", &request->strength,
                "seed", &request->seed,
                "mirror", &request->is_mirrored,
                "classes", &request->classes,
                "snap", &request->snaps,
                "nearest", &request->use_nearest,
                "roughen-outlines", &request->outlines,
                "refine", &request->refines,
                "instances", &request->instances,
                "size", &request->size,
                "device", &request->device,
                NULL);
  request->output = (SpadeOutput)
    gimp_procedure_config_get_choice_id (config, "output");
  request->precision = (SpadePrecision)
    gimp_procedure_config_get_choice_id (config, "precision");
  if (request->device != NULL && *request->device == '\0')
    g_clear_pointer (&request->device, g_free);
  clear_nowhere (&request->style.file);
  clear_nowhere (&request->mix_style.file);
}

gboolean
spade_procedure_check_owner (GimpImage     *image,
                             GimpDrawable  *drawable,
                             GError       **error)
{
  if (gimp_item_get_image (GIMP_ITEM (drawable)) == image)
    return TRUE;
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
               _("The map's layer is one of another image; name the image "
                 "that it is in."));
  return FALSE;
}

static gboolean
check_drawables (GimpImage     *image,
                 GimpDrawable **drawables,
                 GError       **error)
{
  guint n = gimp_core_object_array_get_length ((GObject **) drawables);

  if (n == 1)
    return spade_procedure_check_owner (image, drawables[0], error);
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
               _("SPADE Synthesize needs exactly one layer, the map, and %u "
                 "are selected."), n);
  return FALSE;
}

static GimpValueArray *
run (GimpProcedure        *procedure,
     GimpRunMode           run_mode,
     GimpImage            *image,
     GimpDrawable        **drawables,
     GimpProcedureConfig  *config,
     gpointer              data)
{
  g_auto (SpadeRequest) request = { .image = image };
  GimpValueArray       *values;
  GimpImage            *out_image = NULL;
  GimpLayer            *out_layer = NULL;
  GError               *error = NULL;

  gegl_init (NULL, NULL);
  if (!check_drawables (image, drawables, &error))
    return gimp_procedure_new_return_values (procedure,
                                             GIMP_PDB_EXECUTION_ERROR, error);
  request.drawable = spade_picture_get_map (drawables[0]);
  if (run_mode == GIMP_RUN_INTERACTIVE)
    {
      spade_open_style_recall (config, NULL);
      if (!spade_dialog_run (procedure, config, image, request.drawable,
                             &out_image, &out_layer))
        return gimp_procedure_new_return_values (procedure, GIMP_PDB_CANCEL,
                                                 NULL);
    }
  else
    {
      gboolean ok = TRUE;

      if (run_mode == GIMP_RUN_WITH_LAST_VALS)
        {
          spade_class_argument_forget (config);
          ok = spade_open_style_recall (config, &error);
        }
      spade_procedure_read_arguments (config, &request);
      if (!ok || !spade_synthesize (&request, &out_image, &out_layer, &error))
        return gimp_procedure_new_return_values (
          procedure, GIMP_PDB_EXECUTION_ERROR, error);
    }
  if (run_mode != GIMP_RUN_NONINTERACTIVE)
    {
      spade_open_style_remember (config);
      if (out_image != image)
        gimp_display_new (out_image);
      gimp_displays_flush ();
    }
  values = gimp_procedure_new_return_values (procedure, GIMP_PDB_SUCCESS, NULL);
  GIMP_VALUES_SET_IMAGE (values, 1, out_image);
  GIMP_VALUES_SET_LAYER (values, 2, out_layer);
  return values;
}

GimpProcedure *
spade_procedure_new (GimpPlugIn *plug_in)
{
  GimpProcedure *procedure;

  procedure = gimp_image_procedure_new (plug_in, SPADE_PROCEDURE,
                                        GIMP_PDB_PROC_TYPE_PLUGIN, run, NULL,
                                        NULL);
  gimp_procedure_set_image_types (procedure, "INDEXED*, RGB*, GRAY*");
  gimp_procedure_set_sensitivity_mask (procedure,
                                       GIMP_PROCEDURE_SENSITIVE_DRAWABLE);
  gimp_procedure_set_menu_label (procedure, _("_Synthesize from Map..."));
  gimp_procedure_add_menu_path (procedure, "<Image>/Filters/Render/SPADE");
  gimp_procedure_set_documentation (
    procedure, _("Turn a segmentation map into a photograph-like layer"),
    _("Reads an indexed layer (or an RGB layer in palette colors, or a gray "
      "one whose values are classes) as a segmentation map and renders it "
      "with the SPADE generator."),
    SPADE_PROCEDURE);
  gimp_procedure_set_attribution (procedure, "the gimp-spade authors",
                                  "the gimp-spade authors", "2026");
  add_arguments (procedure);
  add_later_arguments (procedure);
  return procedure;
}
