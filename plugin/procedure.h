// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The procedure plug-in-spade-synthesize: its arguments, its dialog, its run.

#pragma once

#include <libgimp/gimp.h>

#define SPADE_PROCEDURE "plug-in-spade-synthesize"

GimpProcedure *spade_procedure_new (GimpPlugIn *plug_in);
