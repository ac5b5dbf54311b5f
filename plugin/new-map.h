// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The procedure plug-in-spade-new-map: an image that is ready to be painted
// as a segmentation map.

#pragma once

#include <libgimp/gimp.h>

#define SPADE_NEW_MAP_PROCEDURE "plug-in-spade-new-map"

GimpProcedure *spade_new_map_procedure_new (GimpPlugIn *plug_in);
