// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Procedures that take no image: they are always sensitive, and those of the
// menu have a run mode.

#pragma once

#include <libgimp/gimp.h>

// menu_label: in Filters > Render > SPADE, or NULL for scripts alone. The help
// id is the name.
GimpProcedure *spade_plain_procedure_new (GimpPlugIn *plug_in,
                                          const char *name,
                                          GimpRunFunc run,
                                          const char *menu_label,
                                          const char *blurb,
                                          const char *help);
