// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The arguments "style-image" and "style-layer": what is open in GIMP as a style, by a
// key such as "image:3" or "layer:7", whose number is GIMP's. GIMP keeps a procedure's
// arguments of last time in a file and cannot write these two into it, so they are
// remembered elsewhere, as long as GIMP runs.

#pragma once

#include <libgimp/gimp.h>

#define SPADE_OPEN_IMAGE "image:"
#define SPADE_OPEN_LAYER "layer:"

// Gives the key of the arguments' style; NULL: none. Free with g_free().
char *spade_open_style_get (GimpProcedureConfig *config);

// Sets both arguments; none where key is NULL, or of what has been closed.
void spade_open_style_set (GimpProcedureConfig *config,
                           const char          *key);

// Takes the style out of the arguments and remembers it, or that there is none.
void spade_open_style_remember (GimpProcedureConfig *config);

// Gives arguments that have no style, of a file neither, the one that is remembered.
// FALSE with SPADE_ERROR_STYLE where that has been closed; they have none then, and
// none to mix with.
gboolean spade_open_style_recall (GimpProcedureConfig  *config,
                                  GError              **error);
