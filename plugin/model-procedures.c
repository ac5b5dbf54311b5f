// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What scripts do with models: import, remove, set the default.

#include "manage-models.h"

#include <glib/gi18n.h>
#include <spade.h>

#include "plain-procedure.h"

enum
{
  UPSAMPLING_AUTO,
  UPSAMPLING_NORMAL,
  UPSAMPLING_MORE,
  UPSAMPLING_MOST,
};

static GimpValueArray *
give (GimpProcedure *procedure,
      gboolean       ok,
      GError        *error)
{
  return gimp_procedure_new_return_values (
    procedure, ok ? GIMP_PDB_SUCCESS : GIMP_PDB_EXECUTION_ERROR, error);
}

static void
show_progress (double      fraction,
               const char *phase,
               gpointer    user_data)
{
  gimp_progress_update (fraction);
}

static char *
get_path (GimpProcedureConfig *config,
          const char          *property)
{
  g_autoptr (GFile) file = NULL;

  g_object_get (config, property, &file, NULL);
  return file != NULL ? g_file_get_path (file) : NULL;
}

static gboolean
import (GimpProcedureConfig *config,
        char               **out_path,
        GError             **error)
{
  g_autofree char   *generator = get_path (config, "generator");
  g_autofree char   *encoder = get_path (config, "encoder");
  g_autofree char   *name = NULL;
  g_autofree char   *class_set = NULL;
  SpadeMonitor       monitor = { show_progress, NULL, NULL };
  SpadeImportOptions options = { .generator_path = generator,
                                 .encoder_path = encoder };
  int                upsampling;

  if (generator == NULL)
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_FILE,
                   _("No generator is named; give a local file such as "
                     "latest_net_G.pth."));
      return FALSE;
    }
  g_object_get (config, "name", &name, "class-set", &class_set, "edges",
                &options.has_edge, "unlabeled", &options.has_unlabeled,
                "crop-size", &options.crop_size, "aspect", &options.aspect,
                "z-dim", &options.z_dim, "output-multiplier",
                &options.output_multiplier, NULL);
  options.has_z_dim = options.z_dim >= 0;
  if (g_strcmp0 (class_set, "auto") != 0)
    options.class_set = class_set != NULL ? class_set : "";
  upsampling = gimp_procedure_config_get_choice_id (config, "upsampling");
  options.has_upsampling = upsampling != UPSAMPLING_AUTO;
  if (options.has_upsampling)
    options.upsampling = (SpadeUpsampling) (upsampling - UPSAMPLING_NORMAL);
  switch (gimp_procedure_config_get_choice_id (config, "weights"))
    {
    case SPADE_PRECISION_F16:
      options.dtype = "f16";
      break;
    case SPADE_PRECISION_BF16:
      options.dtype = "bf16";
      break;
    default:
      options.dtype = "f32";
    }
  gimp_progress_init_printf (_("Importing %s"), name != NULL ? name : "");
  return spade_model_import (&options, name, &monitor, out_path, error);
}

static GimpValueArray *
run_import (GimpProcedure       *procedure,
            GimpProcedureConfig *config,
            gpointer             data)
{
  GError         *error = NULL;
  char           *path = NULL;
  gboolean        ok = import (config, &path, &error);
  GimpValueArray *values = give (procedure, ok, error);

  gimp_progress_end ();
  if (ok)
    GIMP_VALUES_TAKE_STRING (values, 1, path);
  return values;
}

static GimpValueArray *
run_remove (GimpProcedure       *procedure,
            GimpProcedureConfig *config,
            gpointer             data)
{
  g_autofree char *name = NULL;
  GError          *error = NULL;
  gboolean         ok;

  g_object_get (config, "name", &name, NULL);
  ok = spade_model_remove (name, &error);
  return give (procedure, ok, error);
}

static GimpValueArray *
run_default (GimpProcedure       *procedure,
             GimpProcedureConfig *config,
             gpointer             data)
{
  g_autofree char *name = NULL;
  GError          *error = NULL;
  gboolean         ok;

  g_object_get (config, "name", &name, NULL);
  ok = spade_model_set_default (name != NULL && *name != '\0' ? name : NULL,
                                &error);
  return give (procedure, ok, error);
}

static void
add_import_details (GimpProcedure *procedure)
{
  gimp_procedure_add_choice_argument (
    procedure, "upsampling", _("Upsampling"),
    _("num_upsampling_layers of the training; weights do not tell normal and "
      "more apart"),
    gimp_choice_new_with_values (
      "auto", UPSAMPLING_AUTO, _("As the weights tell"), NULL,
      "normal", UPSAMPLING_NORMAL, "normal", NULL,
      "more", UPSAMPLING_MORE, "more", NULL,
      "most", UPSAMPLING_MOST, "most", NULL, NULL),
    "auto", G_PARAM_READWRITE);
  gimp_procedure_add_int_argument (
    procedure, "crop-size", _("Trained width"),
    _("crop_size of the training; 0: as the weights tell"), 0, 16384, 0,
    G_PARAM_READWRITE);
  gimp_procedure_add_double_argument (
    procedure, "aspect", _("Aspect ratio"),
    _("aspect_ratio of the training: width divided by height; 0: as the "
      "weights tell"), 0.0, 10.0, 0.0, G_PARAM_READWRITE);
  gimp_procedure_add_choice_argument (
    procedure, "weights", _("Weights"), _("How the weights are stored"),
    gimp_choice_new_with_values (
      "f32", SPADE_PRECISION_F32, _("32-bit float"), NULL,
      "f16", SPADE_PRECISION_F16, _("16-bit float"), NULL,
      "bf16", SPADE_PRECISION_BF16, "bfloat16", NULL, NULL),
    "f32", G_PARAM_READWRITE);
  gimp_procedure_add_string_argument (
    procedure, "class-set", _("Class set"),
    _("auto, coco-stuff, ade20k, cityscapes, a palette file (.gpl) that has the "
      "classes in the order of their numbers, or nothing: classes without "
      "names, and nothing is taken for granted"), "auto", G_PARAM_READWRITE);
  gimp_procedure_add_boolean_argument (
    procedure, "edges", _("Edges"), _("The last channel is edges"), FALSE,
    G_PARAM_READWRITE);
  gimp_procedure_add_boolean_argument (
    procedure, "unlabeled", _("Unlabeled"),
    _("A channel is for unlabeled pixels"), FALSE, G_PARAM_READWRITE);
  gimp_procedure_add_int_argument (
    procedure, "z-dim", _("Length of z"),
    _("z_dim of a training of OASIS, 0 without 3D noise; -1: 64, or as the "
      "channels tell"), -1, 4096, -1, G_PARAM_READWRITE);
  gimp_procedure_add_double_argument (
    procedure, "output-multiplier", _("Output multiplier"),
    _("output_multiplier of a training of imaginaire; 0: 0.5 of its landscapes, "
      "else 1"), 0.0, 100.0, 0.0, G_PARAM_READWRITE);
}

GimpProcedure *
spade_import_model_procedure_new (GimpPlugIn *plug_in)
{
  GimpProcedure *procedure;

  procedure = spade_plain_procedure_new (
    plug_in, SPADE_IMPORT_MODEL_PROCEDURE, run_import, NULL,
    _("Import a public checkpoint as a model"),
    _("The checkpoint (a PyTorch state dict of SPADE, OASIS, CLADE or imaginaire) "
      "becomes a model in the user's data folder. Nothing in it is executed."));
  // ANY: that a file is missing is ours to say, in better words.
  gimp_procedure_add_file_argument (
    procedure, "generator", _("Generator"), _("Such as latest_net_G.pth"),
    GIMP_FILE_CHOOSER_ACTION_ANY, TRUE, NULL, G_PARAM_READWRITE);
  gimp_procedure_add_file_argument (
    procedure, "encoder", _("Style encoder"),
    _("Such as latest_net_E.pth, where there is one"),
    GIMP_FILE_CHOOSER_ACTION_ANY, TRUE, NULL, G_PARAM_READWRITE);
  gimp_procedure_add_string_argument (procedure, "name", _("Name"),
                                      _("Of the new model"), "",
                                      G_PARAM_READWRITE);
  add_import_details (procedure);
  gimp_procedure_add_string_return_value (procedure, "path", _("Path"),
                                          _("The file of the new model"), NULL,
                                          G_PARAM_READWRITE);
  return procedure;
}

GimpProcedure *
spade_remove_model_procedure_new (GimpPlugIn *plug_in)
{
  GimpProcedure *procedure;

  procedure = spade_plain_procedure_new (
    plug_in, SPADE_REMOVE_MODEL_PROCEDURE, run_remove, NULL,
    _("Remove a model that was imported"),
    _("Its file is deleted. Models that were installed otherwise stay."));
  gimp_procedure_add_string_argument (procedure, "name", _("Name"),
                                      _("Of the model"), "", G_PARAM_READWRITE);
  return procedure;
}

GimpProcedure *
spade_default_model_procedure_new (GimpPlugIn *plug_in)
{
  GimpProcedure *procedure;

  procedure = spade_plain_procedure_new (
    plug_in, SPADE_DEFAULT_MODEL_PROCEDURE, run_default, NULL,
    _("Choose the model that is used where none is named"),
    _("The choice is kept for this user. An empty name takes it back."));
  gimp_procedure_add_string_argument (procedure, "name", _("Name"),
                                      _("Of an installed model"), "",
                                      G_PARAM_READWRITE);
  return procedure;
}
