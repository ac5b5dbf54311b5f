// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The form of an import. Public checkpoints are all called latest_net_G.pth,
// so the name that is proposed is then that of their folder. What the user has
// not set shows what the import would take the files for, and follows them.

#include "import-form.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "model-texts.h"
#include "notice.h"
#include "resource.h"

#define CROP_SIZE 256

// What the user has set, in the order of on_setting_changed().
enum
{
  SET_EDGES = 1 << 0,
  SET_UNLABELED = 1 << 1,
  SET_UPSAMPLING = 1 << 2,
  SET_CROP_SIZE = 1 << 3,
  SET_ASPECT = 1 << 4,
  SET_Z_DIM = 1 << 5,
  SET_MULTIPLIER = 1 << 6,
};

struct _SpadeImportForm
{
  GtkBox parent_instance;

  gboolean is_filling; // the form changes itself
  gboolean has_own_name; // the user typed one
  guint    set;
  char    *looked_at; // the generator that set is about, or NULL
  // Of that file, before anything is set; n_channels 0: it cannot be read.
  SpadeImportReading plain;
  char              *problem; // why it cannot be imported like this, or NULL

  GtkFileChooser *generator, *encoder, *palette;
  GtkWidget      *clear_button, *clear_palette, *import_button;
  GtkEntry       *name;
  GtkLabel       *classes;
  GtkToggleButton *edges, *unlabeled;
  GtkComboBox    *upsampling, *dtype;
  GtkSpinButton  *crop_size, *aspect, *z_dim, *multiplier;
  GtkWidget      *z_label, *multiplier_label;
  SpadeNotice    *notice;
};

G_DEFINE_TYPE (SpadeImportForm, spade_import_form, GTK_TYPE_BOX)

enum
{
  ACCEPTED,
  CANCELLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

// Gives a name for the model in that file that no model has.
static char *
propose_name (const char *path)
{
  g_autofree char *base = g_filename_display_basename (path);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *shown = g_filename_display_basename (folder);
  char            *dot = strrchr (base, '.');
  const char      *stem = base;
  char            *name;

  if (dot != NULL && dot > base)
    *dot = '\0';
  if (g_str_has_suffix (base, "net_G") && !G_IS_DIR_SEPARATOR (*shown)
      && *shown != '.')
    stem = shown;
  name = g_strdup (stem);
  for (int i = 2; i < 100 && !spade_model_check_name (name, NULL); i++)
    {
      g_free (name);
      name = g_strdup_printf ("%s %d", stem, i);
    }
  return name;
}

// Says what is wrong now, and whether the import can begin.
static void
check (SpadeImportForm *form)
{
  g_autofree char   *encoder = gtk_file_chooser_get_filename (form->encoder);
  g_autofree char   *palette = gtk_file_chooser_get_filename (form->palette);
  const char        *name = gtk_entry_get_text (form->name);
  g_autoptr (GError) error = NULL;
  gboolean           is_empty = form->looked_at == NULL;
  gboolean           ok = spade_model_check_name (name, &error);

  // An empty form is no mistake.
  if (form->problem != NULL)
    spade_notice_set_text (form->notice, form->problem);
  else
    spade_notice_set_text (form->notice, ok || (*name == '\0' && is_empty)
                                           ? NULL : error->message);
  gtk_widget_set_sensitive (form->import_button,
                            ok && !is_empty && form->problem == NULL);
  gtk_widget_set_sensitive (form->clear_button, encoder != NULL);
  gtk_widget_set_sensitive (form->clear_palette, palette != NULL);
}

static SpadeUpsampling
get_upsampling (SpadeImportForm *form)
{
  SpadeUpsampling upsampling = SPADE_UPSAMPLING_NORMAL;

  spade_upsampling_find (gtk_combo_box_get_active_id (form->upsampling),
                         &upsampling);
  return upsampling;
}

// Fills the request with the classes: those of a palette, or as numbers where what
// is set is not what the channels are taken for.
static void
read_classes (SpadeImportForm    *form,
              SpadeImportRequest *request)
{
  const SpadeClassSet *set = spade_class_set_find ("coco-stuff", NULL);
  char    *palette = gtk_file_chooser_get_filename (form->palette);
  gboolean has_edge = gtk_toggle_button_get_active (form->edges);
  gboolean has_unlabeled = gtk_toggle_button_get_active (form->unlabeled);
  int      n_classes = form->plain.n_channels - has_edge - has_unlabeled;

  if (palette != NULL)
    {
      request->class_set = palette;
      request->has_edge = has_edge && form->set & SET_EDGES;
      request->has_unlabeled = has_unlabeled && form->set & SET_UNLABELED;
    }
  // Set and set back is as if nothing was set.
  else if (form->set & (SET_EDGES | SET_UNLABELED) && form->plain.n_channels > 0
           && (has_edge != form->plain.has_edge
               || has_unlabeled != form->plain.has_unlabeled))
    {
      request->class_set = g_strdup (n_classes == set->n_classes ? set->name : "");
      request->has_edge = has_edge;
      request->has_unlabeled = has_unlabeled;
    }
}

// Fills the request with what is set; all else is for the import to tell.
static void
read_settings (SpadeImportForm    *form,
               SpadeImportRequest *request)
{
  read_classes (form, request);
  request->has_upsampling = (form->set & SET_UPSAMPLING) != 0;
  request->upsampling = get_upsampling (form);
  if (form->set & SET_CROP_SIZE)
    request->crop_size = gtk_spin_button_get_value_as_int (form->crop_size);
  if (form->set & SET_ASPECT)
    request->aspect = gtk_spin_button_get_value (form->aspect);
  request->has_z_dim = (form->set & SET_Z_DIM) != 0;
  request->z_dim = gtk_spin_button_get_value_as_int (form->z_dim);
  if (form->set & SET_MULTIPLIER)
    request->output_multiplier = gtk_spin_button_get_value (form->multiplier);
}

// Shows a reading where nothing is set.
static void
fill (SpadeImportForm          *form,
      const SpadeImportReading *reading)
{
  form->is_filling = TRUE;
  gtk_toggle_button_set_active (form->edges, reading->has_edge);
  gtk_toggle_button_set_active (form->unlabeled, reading->has_unlabeled);
  gtk_combo_box_set_active_id (form->upsampling,
                               spade_upsampling_get_name (reading->upsampling));
  if (!(form->set & SET_CROP_SIZE))
    gtk_spin_button_set_value (form->crop_size, reading->crop_size);
  if (!(form->set & SET_ASPECT))
    gtk_spin_button_set_value (form->aspect, reading->aspect);
  if (!(form->set & SET_Z_DIM))
    gtk_spin_button_set_value (form->z_dim, reading->z_dim);
  if (!(form->set & SET_MULTIPLIER))
    gtk_spin_button_set_value (form->multiplier, reading->output_multiplier);
  form->is_filling = FALSE;
}

// Shows what only some generators have.
static void
show_kind (SpadeImportForm *form,
           SpadeImportKind  kind)
{
  gtk_widget_set_visible (form->z_label, kind == SPADE_IMPORT_OASIS);
  gtk_widget_set_visible (GTK_WIDGET (form->z_dim), kind == SPADE_IMPORT_OASIS);
  gtk_widget_set_visible (form->multiplier_label, kind == SPADE_IMPORT_IMAGINAIRE);
  gtk_widget_set_visible (GTK_WIDGET (form->multiplier),
                          kind == SPADE_IMPORT_IMAGINAIRE);
}

static gboolean
look (SpadeImportForm    *form,
      gboolean            is_plain,
      SpadeImportReading *out,
      GError            **error)
{
  g_autoptr (SpadeImportRequest) request = g_new0 (SpadeImportRequest, 1);
  SpadeImportOptions options;

  request->generator = g_strdup (form->looked_at);
  if (!is_plain)
    {
      request->encoder = gtk_file_chooser_get_filename (form->encoder);
      read_settings (form, request);
    }
  spade_import_request_get_options (request, &options);
  return spade_checkpoint_look (&options, out, error);
}

// Shows what the files are taken for as they and the settings are now.
static void
update (SpadeImportForm *form)
{
  SpadeImportReading reading = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char   *text = NULL;
  gboolean           ok = FALSE;

  g_clear_pointer (&form->problem, g_free);
  if (form->looked_at != NULL)
    {
      ok = look (form, FALSE, &reading, &error);
      if (ok)
        fill (form, &reading);
      else
        form->problem = g_strdup (error->message);
    }
  show_kind (form, form->plain.kind);
  text = ok ? spade_model_text_reading (&reading) : NULL;
  gtk_label_set_text (form->classes, text != NULL ? text : "\342\200\224");
  gtk_widget_set_sensitive (GTK_WIDGET (form->edges),
                            form->plain.n_channels > 1 &&
                            !spade_import_kind_tells_edges (form->plain.kind));
  gtk_widget_set_sensitive (GTK_WIDGET (form->unlabeled),
                            form->plain.n_channels > 1);
  check (form);
}

static void
on_generator_set (SpadeImportForm *form)
{
  g_autofree char *path = gtk_file_chooser_get_filename (form->generator);
  g_autofree char *name = NULL;

  if (path != NULL && !form->has_own_name)
    {
      name = propose_name (path);
      form->is_filling = TRUE;
      gtk_entry_set_text (form->name, name);
      form->is_filling = FALSE;
    }
  if (g_strcmp0 (path, form->looked_at) != 0)
    {
      // What was set was about another file.
      if (form->looked_at != NULL)
        form->set = 0;
      g_free (form->looked_at);
      form->looked_at = g_steal_pointer (&path);
      form->plain = (SpadeImportReading) { 0 };
      if (form->looked_at != NULL)
        look (form, TRUE, &form->plain, NULL);
    }
  update (form);
}

static void
on_setting_changed (gpointer         widget,
                    SpadeImportForm *form)
{
  const gpointer widgets[] = { form->edges, form->unlabeled, form->upsampling,
                               form->crop_size, form->aspect, form->z_dim,
                               form->multiplier };

  if (form->is_filling)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (widgets); i++)
    if (widget == widgets[i])
      form->set |= 1u << i;
  update (form);
}

static void
on_name_changed (SpadeImportForm *form)
{
  if (!form->is_filling)
    form->has_own_name = *gtk_entry_get_text (form->name) != '\0';
  check (form);
}

static void
on_clear_clicked (SpadeImportForm *form)
{
  gtk_file_chooser_unselect_all (form->encoder);
  update (form);
}

static void
on_clear_palette_clicked (SpadeImportForm *form)
{
  gtk_file_chooser_unselect_all (form->palette);
  update (form);
}

static void
on_import_clicked (SpadeImportForm *form)
{
  g_signal_emit (form, signals[ACCEPTED], 0);
}

// Enter in the name is the button, not the default of whatever dialog is around.
static void
on_name_activate (SpadeImportForm *form)
{
  if (gtk_widget_get_sensitive (form->import_button))
    on_import_clicked (form);
}

static void
on_cancel_clicked (SpadeImportForm *form)
{
  g_signal_emit (form, signals[CANCELLED], 0);
}

void
spade_import_form_reset (SpadeImportForm *form)
{
  const SpadeImportReading usual = { .crop_size = CROP_SIZE, .aspect = 1 };

  gtk_file_chooser_unselect_all (form->generator);
  gtk_file_chooser_unselect_all (form->encoder);
  gtk_file_chooser_unselect_all (form->palette);
  g_clear_pointer (&form->looked_at, g_free);
  form->plain = (SpadeImportReading) { 0 };
  form->set = 0;
  form->is_filling = TRUE;
  gtk_entry_set_text (form->name, "");
  gtk_combo_box_set_active_id (form->dtype, "f32");
  form->is_filling = form->has_own_name = FALSE;
  fill (form, &usual);
  update (form);
}

void
spade_import_form_set_files (SpadeImportForm *form,
                             const char      *generator,
                             const char      *encoder)
{
  gtk_file_chooser_set_filename (form->generator, generator);
  if (encoder != NULL)
    gtk_file_chooser_set_filename (form->encoder, encoder);
}

void
spade_import_form_set_problem (SpadeImportForm *form,
                               const char      *problem)
{
  spade_notice_set_text (form->notice, problem);
}

SpadeImportRequest *
spade_import_form_get_request (SpadeImportForm *form)
{
  SpadeImportRequest *request = g_new0 (SpadeImportRequest, 1);

  request->generator = gtk_file_chooser_get_filename (form->generator);
  request->encoder = gtk_file_chooser_get_filename (form->encoder);
  request->name = g_strdup (gtk_entry_get_text (form->name));
  request->dtype = g_strdup (gtk_combo_box_get_active_id (form->dtype));
  read_settings (form, request);
  return request;
}

GtkWidget *
spade_import_form_new (void)
{
  return g_object_new (SPADE_TYPE_IMPORT_FORM, NULL);
}

static guint
add_signal (const char *name)
{
  return g_signal_new (name, SPADE_TYPE_IMPORT_FORM, G_SIGNAL_RUN_LAST, 0, NULL,
                       NULL, NULL, G_TYPE_NONE, 0);
}

static void
finalize (GObject *object)
{
  SpadeImportForm *form = SPADE_IMPORT_FORM (object);

  g_free (form->looked_at);
  g_free (form->problem);
  G_OBJECT_CLASS (spade_import_form_parent_class)->finalize (object);
}

static void
spade_import_form_class_init (SpadeImportFormClass *klass)
{
  static const struct
  {
    const char *name;
    gssize      offset;
  } children[] = {
#define CHILD(name) { #name, G_STRUCT_OFFSET (SpadeImportForm, name) }
    CHILD (generator), CHILD (encoder), CHILD (clear_button),
    CHILD (import_button), CHILD (name), CHILD (upsampling), CHILD (dtype),
    CHILD (crop_size), CHILD (aspect), CHILD (z_dim), CHILD (z_label),
    CHILD (multiplier), CHILD (multiplier_label), CHILD (notice), CHILD (classes),
    CHILD (edges), CHILD (unlabeled), CHILD (palette), CHILD (clear_palette),
  };
  static const struct
  {
    const char *name;
    GCallback   callback;
  } callbacks[] = {
#define CALLBACK(name) { #name, G_CALLBACK (name) }
    CALLBACK (on_generator_set), CALLBACK (on_name_changed),
    CALLBACK (on_name_activate), CALLBACK (on_clear_clicked),
    CALLBACK (on_import_clicked), CALLBACK (on_cancel_clicked),
    CALLBACK (on_setting_changed), CALLBACK (on_clear_palette_clicked),
    { "on_encoder_set", G_CALLBACK (update) },
    { "on_palette_set", G_CALLBACK (update) },
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  spade_ui_init ();
  g_type_ensure (SPADE_TYPE_NOTICE);
  G_OBJECT_CLASS (klass)->finalize = finalize;
  signals[ACCEPTED] = add_signal ("accepted");
  signals[CANCELLED] = add_signal ("cancelled");
  gtk_widget_class_set_template_from_resource (
    widget_class, SPADE_UI_TEMPLATES "import-form.ui");
  for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
    gtk_widget_class_bind_template_child_full (
      widget_class, children[i].name, FALSE, children[i].offset);
  for (gsize i = 0; i < G_N_ELEMENTS (callbacks); i++)
    gtk_widget_class_bind_template_callback_full (
      widget_class, callbacks[i].name, callbacks[i].callback);
}

static void
spade_import_form_init (SpadeImportForm *form)
{
  form->is_filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (form));
  spade_import_form_reset (form);
}
