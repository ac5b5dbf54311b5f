// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// A new map is indexed, its palette entries are classes by name and colour,
// and it is filled with sky above the horizon and grass below.

#include "new-map.h"

#include <glib/gi18n.h>
#include <libgimp/gimpui.h>
#include <string.h>

#include "image-palette.h"
#include "plain-procedure.h"
#include "write-effect.h"

#define HORIZON 0.55 // of the height, from the top

enum
{
  CLASSES_GAUGAN_BETA,
  CLASSES_COCO_STUFF,
  CLASSES_ADE20K,
  CLASSES_CITYSCAPES,
  CLASSES_MODEL,
};

// Gives the class set of a choice.
static const SpadeClassSet *
find_set (int choice)
{
  static const char *const names[] = {
    [CLASSES_GAUGAN_BETA] = "coco-stuff",
    [CLASSES_COCO_STUFF] = "coco-stuff",
    [CLASSES_ADE20K] = "ade20k",
    [CLASSES_CITYSCAPES] = "cityscapes",
  };

  return spade_class_set_find (names[choice], NULL);
}

// Adds an entry for a class, unless its colour is there: GIMP finds what is painted
// by its colour.
static int
add_entry (const SpadeClass  *class,
           SpadePaletteEntry *entries,
           int                n)
{
  for (int i = 0; i < n; i++)
    if (memcmp (entries[i].rgb, class->rgb, 3) == 0)
      return n;
  entries[n].name = class->name;
  memcpy (entries[n].rgb, class->rgb, 3);
  return n + 1;
}

// Adds the classes that the default model knows; FALSE where it has no names for
// them.
static gboolean
fill_known (SpadePaletteEntry   *entries,
            int                 *out_n,
            const SpadeClassSet **out_set,
            GError              **error)
{
  g_autofree char       *path = spade_model_find (NULL, error);
  g_autoptr (SpadeModel) model = NULL;
  const SpadeConfig     *config;

  model = path != NULL ? spade_model_load (path, error) : NULL;
  if (model == NULL)
    return FALSE;
  config = spade_model_get_config (model);
  *out_set = config->class_set;
  for (int i = 0; config->class_set != NULL && i < config->n_classes; i++)
    if (config->knows[i])
      *out_n = add_entry (&config->class_set->classes[i], entries, *out_n);
  if (*out_n > 0)
    return TRUE;
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
               _("The classes of the default model have no names; import it again "
                 "with a palette of them, or choose other classes."));
  return FALSE;
}

static gboolean
fill_entries (int                   choice,
              SpadePaletteEntry    *entries,
              int                  *out_n,
              const SpadeClassSet **out_set,
              GError              **error)
{
  const SpadeClassSet *set;

  *out_n = 0;
  if (choice == CLASSES_MODEL)
    return fill_known (entries, out_n, out_set, error);
  *out_set = set = find_set (choice);
  if (choice == CLASSES_GAUGAN_BETA)
    for (int i = 0; i < set->n_favourites; i++)
      *out_n = add_entry (&set->classes[set->favourites[i]], entries, *out_n);
  else
    for (int i = 0; i < set->n_ids; i++)
      *out_n = add_entry (&set->classes[i], entries, *out_n);
  return TRUE;
}

// Gives the entry of a class, named as in COCO-Stuff, or the first.
static guint8
find_entry (const SpadeClassSet     *set,
            const SpadePaletteEntry *entries,
            int                      n,
            const char              *name)
{
  const SpadeClassSet *coco_stuff = spade_class_set_find ("coco-stuff", NULL);
  int                  class_id = spade_class_set_lookup (coco_stuff, name);

  class_id = spade_class_set_translate (coco_stuff, class_id, set);
  for (int i = 0; i < n && class_id >= 0; i++)
    if (strcmp (entries[i].name, set->classes[class_id].name) == 0)
      return (guint8) i;
  return 0;
}

static void
fill_rows (GimpLayer *layer,
           int        width,
           int        first,
           int        last,
           guint8     index)
{
  g_autoptr (GeglBuffer) buffer = NULL;
  const Babl            *format = gimp_drawable_get_format (GIMP_DRAWABLE (layer));
  g_autofree guint8     *row = g_malloc ((gsize) width);

  memset (row, index, (gsize) width);
  buffer = gimp_drawable_get_buffer (GIMP_DRAWABLE (layer));
  for (int y = first; y < last; y++)
    gegl_buffer_set (buffer, GEGL_RECTANGLE (0, y, width, 1), 0, format, row,
                     GEGL_AUTO_ROWSTRIDE);
}

// Says how the effect reads the colours of a choice: few of a palette of another set are
// not recognized.
static const char *
describe_colours (int choice)
{
  return choice == CLASSES_ADE20K ? "ade20k"
         : choice == CLASSES_CITYSCAPES ? "cityscapes" : "auto";
}

static GimpImage *
make_image (int       width,
            int       height,
            int       classes,
            gboolean  has_effect,
            GError  **error)
{
  const SpadeClassSet *set;
  SpadePaletteEntry    entries[256];
  int                  n;
  int                  horizon = (int) (height * HORIZON);
  GimpImage           *image;
  GimpLayer           *layer;

  if (!fill_entries (classes, entries, &n, &set, error))
    return NULL;
  image = gimp_image_new (width, height, GIMP_INDEXED);
  gimp_image_undo_disable (image);
  if (!spade_image_palette_set (image, entries, n, error))
    {
      gimp_image_delete (image);
      return NULL;
    }
  layer = gimp_layer_new (image, _("Segmentation map"), width, height,
                          GIMP_INDEXED_IMAGE, 100,
                          gimp_image_get_default_new_layer_mode (image));
  gimp_image_insert_layer (image, layer, NULL, 0);
  fill_rows (layer, width, 0, horizon, find_entry (set, entries, n, "sky-other"));
  fill_rows (layer, width, horizon, height, find_entry (set, entries, n, "grass"));
  gimp_drawable_update (GIMP_DRAWABLE (layer), 0, 0, width, height);
  if (has_effect &&
      !spade_effect_start (GIMP_DRAWABLE (layer), describe_colours (classes), error))
    {
      gimp_image_delete (image);
      return NULL;
    }
  gimp_image_undo_enable (image);
  gimp_image_clean_all (image);
  return image;
}

static gboolean
ask (GimpProcedure       *procedure,
     GimpProcedureConfig *config)
{
  GtkWidget *dialog;
  gboolean   ok;

  gimp_ui_init ("gimp-spade");
  dialog = gimp_procedure_dialog_new (procedure, config,
                                      _("New Segmentation Map"));
  gimp_procedure_dialog_fill (GIMP_PROCEDURE_DIALOG (dialog), "width",
                              "height", "classes", "effect", NULL);
  ok = gimp_procedure_dialog_run (GIMP_PROCEDURE_DIALOG (dialog));
  gtk_widget_destroy (dialog);
  return ok;
}

static GimpValueArray *
run (GimpProcedure       *procedure,
     GimpProcedureConfig *config,
     gpointer             data)
{
  GimpRunMode     run_mode;
  GimpValueArray *values;
  GimpImage      *image;
  GError         *error = NULL;
  int             width, height;
  gboolean        has_effect;

  gegl_init (NULL, NULL);
  g_object_get (config, "run-mode", &run_mode, NULL);
  if (run_mode == GIMP_RUN_INTERACTIVE && !ask (procedure, config))
    return gimp_procedure_new_return_values (procedure, GIMP_PDB_CANCEL, NULL);
  g_object_get (config, "width", &width, "height", &height, "effect", &has_effect, NULL);
  image = make_image (width, height,
                      gimp_procedure_config_get_choice_id (config, "classes"),
                      has_effect, &error);
  if (image == NULL)
    return gimp_procedure_new_return_values (procedure,
                                             GIMP_PDB_EXECUTION_ERROR, error);
  if (run_mode == GIMP_RUN_INTERACTIVE)
    {
      gimp_display_new (image);
      gimp_displays_flush ();
    }
  values = gimp_procedure_new_return_values (procedure, GIMP_PDB_SUCCESS, NULL);
  GIMP_VALUES_SET_IMAGE (values, 1, image);
  return values;
}

GimpProcedure *
spade_new_map_procedure_new (GimpPlugIn *plug_in)
{
  GimpProcedure *procedure;

  procedure = spade_plain_procedure_new (
    plug_in, SPADE_NEW_MAP_PROCEDURE, run, _("_New Segmentation Map..."),
    _("Make an image that is ready to be painted as a map"),
    _("The image is indexed; its palette holds the classes by name and color, "
      "and it is filled with sky and grass."));
  gimp_procedure_add_int_argument (procedure, "width", _("_Width"),
                                   _("In pixels"), 1, GIMP_MAX_IMAGE_SIZE, 512,
                                   G_PARAM_READWRITE);
  gimp_procedure_add_int_argument (procedure, "height", _("H_eight"),
                                   _("In pixels"), 1, GIMP_MAX_IMAGE_SIZE, 384,
                                   G_PARAM_READWRITE);
  gimp_procedure_add_choice_argument (
    procedure, "classes", _("Cl_asses"), _("The classes in the palette"),
    gimp_choice_new_with_values (
      "gaugan-beta", CLASSES_GAUGAN_BETA, _("18 for landscapes (GauGAN Beta)"),
      NULL,
      "coco-stuff", CLASSES_COCO_STUFF, _("All of COCO-Stuff"), NULL,
      "ade20k", CLASSES_ADE20K, _("All of ADE20K"), NULL,
      "cityscapes", CLASSES_CITYSCAPES, _("All of Cityscapes"), NULL,
      "model", CLASSES_MODEL, _("Those that the default model knows"), NULL,
      NULL),
    "gaugan-beta", G_PARAM_READWRITE);
  gimp_procedure_add_boolean_argument (
    procedure, "effect", _("Show its _picture"),
    _("The map shows the picture, also while it is painted on"), FALSE,
    G_PARAM_READWRITE);
  gimp_procedure_add_image_return_value (procedure, "image", _("Image"),
                                         _("The new map"), FALSE,
                                         G_PARAM_READWRITE);
  return procedure;
}
