// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The class table goes into the image's map record, where spade_map_read()
// finds it, in place of a damaged one; with "rewrite" the palette also takes the
// standard colours and the names of the classes, so that any program sees what
// they are.

#include "map-palette.h"

#include <glib/gi18n.h>
#include <libgimp/gimpui.h>
#include <string.h>

#include "class-argument.h"
#include "image-palette.h"
#include "palette-use.h"
#include "procedure.h"

// Gives the class set of that name; of "auto" that of the default model, or else
// "coco-stuff".
static const SpadeClassSet *
find_set (const char  *name,
          GError     **error)
{
  g_autofree char       *path = NULL;
  g_autoptr (SpadeModel) model = NULL;
  const SpadeClassSet   *set = NULL;

  if (name != NULL && strcmp (name, "auto") != 0)
    return spade_class_set_find (name, error);
  path = spade_model_find (NULL, NULL);
  model = path != NULL ? spade_model_load (path, NULL) : NULL;
  if (model != NULL)
    set = spade_model_get_config (model)->class_set;
  return set != NULL ? set : spade_class_set_find ("coco-stuff", error);
}

// Says whether every entry in use has a class; the error lists the others.
static gboolean
check_complete (const SpadeClassTable  *table,
                const SpadePaletteUse  *use,
                GError                **error)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (int i = use->n_entries; i < 256; i++)
    if (use->pixels[i] > 0)
      {
        g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                     _("The layer has pixels beyond the end of its palette; "
                       "give the image a longer one (Colors > Map > Set "
                       "Colormap)."));
        return FALSE;
      }
  for (int i = 0; i < use->n_entries; i++)
    if (use->pixels[i] > 0 && table->class_id[i] < 0)
      g_string_append_printf (
        list,
        // Translators: a palette entry: separator, number, name, color, pixels
        ngettext ("%s%d (%s, #%02x%02x%02x, %lu pixel)",
                  "%s%d (%s, #%02x%02x%02x, %lu pixels)",
                  (gulong) use->pixels[i]),
        list->len > 0 ? ", " : "", i,
        use->entries[i].name ? use->entries[i].name : _("no name"),
        use->entries[i].rgb[0], use->entries[i].rgb[1], use->entries[i].rgb[2],
        (gulong) use->pixels[i]);
  if (list->len == 0)
    return TRUE;
  g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
               _("These palette entries have no class; name one for each: %s."),
               list->str);
  return FALSE;
}

// Says whether an entry before is of another class with the same standard colour.
static gboolean
is_taken (const SpadeClassTable *table,
          int                    entry)
{
  const SpadeClass *classes = table->set->classes;
  int               class_id = table->class_id[entry];

  for (int i = 0; i < entry; i++)
    if (table->class_id[i] >= 0 && table->class_id[i] != class_id &&
        memcmp (classes[table->class_id[i]].rgb, classes[class_id].rgb, 3) == 0)
      return TRUE;
  return FALSE;
}

// Gives the palette the standard colours and names, and table as well. A colour that two
// classes share is of the first of them: the other keeps its own.
static gboolean
rewrite (GimpImage        *image,
         SpadeClassTable  *table,
         GError          **error)
{
  SpadePaletteEntry entries[256];

  for (int i = 0; i < table->n_entries; i++)
    {
      const guint8 *rgb;

      entries[i] = table->entries[i];
      if (table->class_id[i] < 0)
        continue;
      rgb = table->set->classes[table->class_id[i]].rgb;
      if (!is_taken (table, i))
        memcpy (table->entries[i].rgb, rgb, 3);
      g_free ((char *) table->entries[i].name);
      table->entries[i].name =
        g_strdup (table->set->classes[table->class_id[i]].name);
      entries[i] = table->entries[i];
    }
  return spade_image_palette_set (image, entries, table->n_entries, error);
}

// seen: what the classes were chosen for.
static gboolean
map_palette (GimpImage              *image,
             GimpDrawable           *drawable,
             const SpadeClassSet    *set,
             const SpadePaletteUse  *seen,
             const char             *classes,
             gboolean                is_rewrite,
             GError                **error)
{
  g_autoptr (SpadePaletteUse) use = NULL;
  g_autoptr (SpadeClassTable) table = NULL;
  g_autoptr (SpadeMapRecord)  record = NULL;
  g_autofree char            *spec = NULL;
  gboolean                    ok = TRUE;

  use = spade_palette_use_read (image, drawable, set, TRUE, error);
  if (use == NULL)
    return FALSE;
  if (!spade_palette_use_is_same_palette (use, seen))
    {
      g_set_error (error, SPADE_ERROR, SPADE_ERROR_CLASSES,
                   _("The palette has changed while its classes were chosen; "
                     "choose them again."));
      return FALSE;
    }
  spec = spade_palette_use_remind (use, set, classes);
  table = spade_class_table_new (set, use->entries, use->n_entries, spec, error);
  if (table == NULL || !check_complete (table, use, error))
    return FALSE;
  gimp_image_undo_group_start (image);
  if (is_rewrite)
    ok = rewrite (image, table, error);
  // The standard names are those of this set.
  record = is_rewrite ? spade_map_record_new (table, FALSE)
                      : spade_palette_use_new_record (use, table, FALSE);
  if (ok)
    spade_map_record_attach (record, image, TRUE);
  gimp_image_undo_group_end (image);
  return ok;
}

static void
follow_unmapped (SpadeClassTableView *view,
                 GParamSpec          *pspec,
                 GtkDialog           *dialog)
{
  gtk_dialog_set_response_sensitive (
    dialog, GTK_RESPONSE_OK, spade_class_table_view_get_n_unmapped (view) == 0);
}

static gboolean
ask (GimpProcedure          *procedure,
     GimpProcedureConfig    *config,
     const SpadeClassSet    *set,
     const SpadePaletteUse  *use)
{
  GtkWidget       *dialog, *view, *box;
  g_autofree char *recalled = NULL;
  gboolean         ok;

  gimp_ui_init ("gimp-spade");
  dialog = gimp_procedure_dialog_new (procedure, config,
                                      _("Map Palette to Classes"));
  view = spade_class_table_view_new ();
  g_signal_connect (view, "notify::n-unmapped", G_CALLBACK (follow_unmapped),
                    dialog);
  recalled = spade_palette_use_recall (use, set);
  spade_class_table_view_set_remembered (SPADE_CLASS_TABLE_VIEW (view), recalled);
  spade_class_table_view_set_palette (
    SPADE_CLASS_TABLE_VIEW (view), set, set->n_classes, use->entries,
    use->n_entries, use->pixels);
  spade_class_argument_bind (config, SPADE_CLASS_TABLE_VIEW (view));
  gtk_container_set_border_width (GTK_CONTAINER (view), 12);
  box = gtk_dialog_get_content_area (GTK_DIALOG (dialog));
  gtk_box_pack_start (GTK_BOX (box), view, TRUE, TRUE, 0);
  gtk_widget_show (view);
  gimp_procedure_dialog_fill (GIMP_PROCEDURE_DIALOG (dialog), "rewrite", NULL);
  gtk_window_set_default_size (GTK_WINDOW (dialog), 560, 480);
  ok = gimp_procedure_dialog_run (GIMP_PROCEDURE_DIALOG (dialog));
  gtk_widget_destroy (dialog);
  return ok;
}

static gboolean
check_image (GimpImage     *image,
             GimpDrawable **drawables,
             GError       **error)
{
  guint n = gimp_core_object_array_get_length ((GObject **) drawables);

  if (n == 1 && !spade_procedure_check_owner (image, drawables[0], error))
    return FALSE;
  if (n == 1 && gimp_drawable_is_indexed (drawables[0]))
    return TRUE;
  if (n == 1)
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                 _("Only an indexed image has a palette to map; convert the "
                   "image to indexed (Image > Mode)."));
  else
    g_set_error (error, SPADE_ERROR, SPADE_ERROR_MAP,
                 _("Select exactly one layer, the map; %u are selected."), n);
  return FALSE;
}

static GimpValueArray *
fail (GimpProcedure *procedure,
      GError        *error)
{
  return gimp_procedure_new_return_values (procedure, GIMP_PDB_EXECUTION_ERROR,
                                           error);
}

static GimpValueArray *
run (GimpProcedure        *procedure,
     GimpRunMode           run_mode,
     GimpImage            *image,
     GimpDrawable        **drawables,
     GimpProcedureConfig  *config,
     gpointer              data)
{
  g_autoptr (SpadePaletteUse) use = NULL;
  g_autofree char            *classes = NULL;
  g_autofree char            *set_name = NULL;
  const SpadeClassSet        *set;
  gboolean                    is_rewrite;
  GError                     *error = NULL;

  gegl_init (NULL, NULL);
  if (!check_image (image, drawables, &error))
    return fail (procedure, error);
  g_object_get (config, "class-set", &set_name, NULL);
  set = find_set (set_name, &error);
  if (set != NULL)
    use = spade_palette_use_read (image, drawables[0], set, TRUE, &error);
  if (use == NULL)
    return fail (procedure, error);
  if (run_mode != GIMP_RUN_NONINTERACTIVE)
    spade_class_argument_forget (config);
  if (run_mode == GIMP_RUN_INTERACTIVE && !ask (procedure, config, set, use))
    return gimp_procedure_new_return_values (procedure, GIMP_PDB_CANCEL, NULL);
  g_object_get (config, "classes", &classes, "rewrite", &is_rewrite, NULL);
  // While the dialog was open anything may have happened to the image.
  if (!spade_layer_is_there (image, drawables[0], &error) ||
      !check_image (image, drawables, &error) ||
      !map_palette (image, drawables[0], set, use, classes, is_rewrite, &error))
    return fail (procedure, error);
  if (run_mode != GIMP_RUN_NONINTERACTIVE)
    gimp_displays_flush ();
  return gimp_procedure_new_return_values (procedure, GIMP_PDB_SUCCESS, NULL);
}

GimpProcedure *
spade_map_palette_procedure_new (GimpPlugIn *plug_in)
{
  GimpProcedure *procedure;

  procedure = gimp_image_procedure_new (plug_in, SPADE_MAP_PALETTE_PROCEDURE,
                                        GIMP_PDB_PROC_TYPE_PLUGIN, run, NULL,
                                        NULL);
  gimp_procedure_set_image_types (procedure, "INDEXED*");
  gimp_procedure_set_sensitivity_mask (procedure,
                                       GIMP_PROCEDURE_SENSITIVE_DRAWABLE);
  gimp_procedure_set_menu_label (procedure, _("Map _Palette to Classes..."));
  gimp_procedure_add_menu_path (procedure, "<Image>/Filters/Render/SPADE");
  gimp_procedure_set_documentation (
    procedure, _("Say what the palette entries of a map stand for"),
    _("The class of each palette entry is kept in the image, where SPADE "
      "finds it; the palette can take the standard colors and names of the "
      "classes."),
    SPADE_MAP_PALETTE_PROCEDURE);
  gimp_procedure_set_attribution (procedure, "the gimp-spade authors",
                                  "the gimp-spade authors", "2026");
  gimp_procedure_add_string_argument (
    procedure, "classes", _("Cl_asses"),
    _("auto, index, colour, name, gaugan, ade20k, cityscapes, coco-panoptic, "
      "coco-stuff-map, a palette file (.gpl), or a table such as "
      "0=tree;1=sky-other"), "auto", G_PARAM_READWRITE);
  gimp_procedure_add_boolean_argument (
    procedure, "rewrite", _("Give the palette standard colors and _names"),
    _("Each entry takes the color and the name of its class"), FALSE,
    G_PARAM_READWRITE);
  gimp_procedure_add_string_argument (
    procedure, "class-set", _("Class set"),
    _("auto, that of the default model; coco-stuff, ade20k or cityscapes"),
    "auto", G_PARAM_READWRITE);
  return procedure;
}
