// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The procedures plug-in-spade-test-NAME run many plug-in tests in one GIMP,
// since a start of GIMP takes seconds, and print their judgement as TAP.

#include <string.h>

#include "spade-test.h"

#define PROCEDURE "plug-in-spade-test-procedure"
#define COLOURS "plug-in-spade-test-colours"

G_DECLARE_FINAL_TYPE (SpadeTest, spade_test, SPADE, TEST, GimpPlugIn)

struct _SpadeTest
{
  GimpPlugIn parent_instance;
};

G_DEFINE_TYPE (SpadeTest, spade_test, GIMP_TYPE_PLUG_IN)

static GimpValueArray *
run (GimpProcedure       *procedure,
     GimpProcedureConfig *config,
     gpointer             data)
{
  gegl_init (NULL, NULL);
  if (strcmp (gimp_procedure_get_name (procedure), COLOURS) == 0)
    {
      test_colours ();
      test_names ();
      test_styles ();
    }
  else
    {
      test_layers ();
      test_pictures ();
      test_records ();
      test_sources ();
      test_effects ();
      test_errors ();
    }
  g_print ("# end of checks\n");
  return gimp_procedure_new_return_values (procedure, GIMP_PDB_SUCCESS, NULL);
}

static GList *
query_procedures (GimpPlugIn *plug_in)
{
  return g_list_append (g_list_append (NULL, g_strdup (PROCEDURE)),
                        g_strdup (COLOURS));
}

static GimpProcedure *
create_procedure (GimpPlugIn *plug_in,
                  const char *name)
{
  GimpProcedure *procedure;

  procedure = gimp_procedure_new (plug_in, name, GIMP_PDB_PROC_TYPE_PLUGIN,
                                  run, NULL, NULL);
  gimp_procedure_set_documentation (procedure, "Tests the SPADE plug-in",
                                    NULL, name);
  return procedure;
}

static gboolean
set_i18n (GimpPlugIn  *plug_in,
          const char  *procedure_name,
          char       **gettext_domain,
          char       **catalog_dir)
{
  return FALSE;
}

static void
spade_test_class_init (SpadeTestClass *klass)
{
  GIMP_PLUG_IN_CLASS (klass)->query_procedures = query_procedures;
  GIMP_PLUG_IN_CLASS (klass)->create_procedure = create_procedure;
  GIMP_PLUG_IN_CLASS (klass)->set_i18n = set_i18n;
}

static void
spade_test_init (SpadeTest *test)
{
}

GIMP_MAIN (spade_test_get_type ())
