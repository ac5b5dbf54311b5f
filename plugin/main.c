// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The plug-in as GIMP sees it: one executable, a few procedures.

#include <string.h>

#include "manage-models.h"
#include "map-palette.h"
#include "new-map.h"
#include "procedure.h"

#define SPADE_TYPE_PLUG_IN (spade_plug_in_get_type ())
G_DECLARE_FINAL_TYPE (SpadePlugIn, spade_plug_in, SPADE, PLUG_IN, GimpPlugIn)

struct _SpadePlugIn
{
  GimpPlugIn parent_instance;
};

G_DEFINE_TYPE (SpadePlugIn, spade_plug_in, GIMP_TYPE_PLUG_IN)

static const struct
{
  const char    *name;
  GimpProcedure *(*make) (GimpPlugIn *plug_in);
} procedures[] = {
  { SPADE_PROCEDURE, spade_procedure_new },
  { SPADE_MAP_PALETTE_PROCEDURE, spade_map_palette_procedure_new },
  { SPADE_NEW_MAP_PROCEDURE, spade_new_map_procedure_new },
  { SPADE_MANAGE_MODELS_PROCEDURE, spade_manage_models_procedure_new },
  { SPADE_IMPORT_MODEL_PROCEDURE, spade_import_model_procedure_new },
  { SPADE_REMOVE_MODEL_PROCEDURE, spade_remove_model_procedure_new },
  { SPADE_DEFAULT_MODEL_PROCEDURE, spade_default_model_procedure_new },
};

// The guide lies in help/ beside the program; gimp-help.xml there says which
// part belongs to which procedure.
static void
set_help (GimpPlugIn *plug_in)
{
  g_autofree char  *folder = g_path_get_dirname (gimp_get_progname ());
  g_autofree char  *path = g_build_filename (folder, "help", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  if (g_path_is_absolute (path) && g_file_test (path, G_FILE_TEST_IS_DIR))
    gimp_plug_in_set_help_domain (plug_in, GETTEXT_PACKAGE, file);
}

static GList *
query_procedures (GimpPlugIn *plug_in)
{
  GList *names = NULL;

  set_help (plug_in);
  for (gsize i = 0; i < G_N_ELEMENTS (procedures); i++)
    names = g_list_append (names, g_strdup (procedures[i].name));
  return names;
}

static GimpProcedure *
create_procedure (GimpPlugIn *plug_in,
                  const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (procedures); i++)
    if (strcmp (name, procedures[i].name) == 0)
      return procedures[i].make (plug_in);
  return NULL;
}

// The catalogues lie in locale/ beside the program, where meson installs them;
// in the build folder that is a link to those of po/. GIMP complains about a
// missing folder, so a build without msgfmt has no translations.
static gboolean
set_i18n (GimpPlugIn  *plug_in,
          const char  *procedure_name,
          char       **gettext_domain,
          char       **catalog_dir)
{
#ifdef HAVE_CATALOGUES
  *gettext_domain = g_strdup (GETTEXT_PACKAGE);
  *catalog_dir = g_strdup ("locale");
  return TRUE;
#else
  return FALSE;
#endif
}

static void
spade_plug_in_class_init (SpadePlugInClass *klass)
{
  GimpPlugInClass *plug_in_class = GIMP_PLUG_IN_CLASS (klass);

  plug_in_class->query_procedures = query_procedures;
  plug_in_class->create_procedure = create_procedure;
  plug_in_class->set_i18n = set_i18n;
}

static void
spade_plug_in_init (SpadePlugIn *plug_in)
{
}

GIMP_MAIN (SPADE_TYPE_PLUG_IN)
