// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The procedures about installed models: the dialog
// plug-in-spade-manage-models, which in a script lists them, and one to
// import, one to remove and one to set the default.

#pragma once

#include <libgimp/gimp.h>

#define SPADE_MANAGE_MODELS_PROCEDURE "plug-in-spade-manage-models"
#define SPADE_IMPORT_MODEL_PROCEDURE "plug-in-spade-import-model"
#define SPADE_REMOVE_MODEL_PROCEDURE "plug-in-spade-remove-model"
#define SPADE_DEFAULT_MODEL_PROCEDURE "plug-in-spade-set-default-model"

GimpProcedure *spade_manage_models_procedure_new (GimpPlugIn *plug_in);
GimpProcedure *spade_import_model_procedure_new (GimpPlugIn *plug_in);
GimpProcedure *spade_remove_model_procedure_new (GimpPlugIn *plug_in);
GimpProcedure *spade_default_model_procedure_new (GimpPlugIn *plug_in);
