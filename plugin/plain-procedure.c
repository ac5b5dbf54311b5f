// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// See plain-procedure.h.

#include "plain-procedure.h"

#include <glib/gi18n.h>

GimpProcedure *
spade_plain_procedure_new (GimpPlugIn *plug_in,
                           const char *name,
                           GimpRunFunc run,
                           const char *menu_label,
                           const char *blurb,
                           const char *help)
{
  GimpProcedure *procedure;

  procedure = gimp_procedure_new (plug_in, name, GIMP_PDB_PROC_TYPE_PLUGIN,
                                  run, NULL, NULL);
  gimp_procedure_set_sensitivity_mask (procedure,
                                       GIMP_PROCEDURE_SENSITIVE_ALWAYS);
  gimp_procedure_set_documentation (procedure, blurb, help, name);
  gimp_procedure_set_attribution (procedure, "the gimp-spade authors",
                                  "the gimp-spade authors", "2026");
  if (menu_label == NULL)
    return procedure;
  gimp_procedure_set_menu_label (procedure, menu_label);
  gimp_procedure_add_menu_path (procedure, "<Image>/Filters/Render/SPADE");
  gimp_procedure_add_enum_argument (
    procedure, "run-mode", _("Run mode"), _("The run mode"),
    GIMP_TYPE_RUN_MODE, GIMP_RUN_NONINTERACTIVE, G_PARAM_READWRITE);
  return procedure;
}
