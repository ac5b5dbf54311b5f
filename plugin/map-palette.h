// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The procedure plug-in-spade-map-palette: says once and for all what the
// palette entries of an indexed image stand for.

#pragma once

#include <libgimp/gimp.h>

#define SPADE_MAP_PALETTE_PROCEDURE "plug-in-spade-map-palette"

GimpProcedure *spade_map_palette_procedure_new (GimpPlugIn *plug_in);
