// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The procedure plug-in-spade-synthesize: its arguments, its dialog, its run.

#pragma once

#include <libgimp/gimp.h>

#include "request.h"

#define SPADE_PROCEDURE "plug-in-spade-synthesize"

GimpProcedure *spade_procedure_new (GimpPlugIn *plug_in);

// Copies the arguments into a request, all but image and drawable.
void spade_procedure_read_arguments (GimpProcedureConfig *config,
                                     SpadeRequest        *request);

// Says whether a map's layer is one of image. Errors: SPADE_ERROR_MAP.
gboolean spade_procedure_check_owner (GimpImage     *image,
                                      GimpDrawable  *drawable,
                                      GError       **error);
