// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// The model manager on a screen, with the model that ships, one that is
// broken, and imports of golden checkpoints into a folder of the test's own.

#include <glib/gstdio.h>
#include <string.h>

#include "import-form.h"
#include "model-manager.h"
#include "scratch.h"
#include "shapes-file.h"
#include "stage.h"

static char *home;

static char *
golden (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "..", "data", "golden", name,
                                NULL);
}

static SpadeModelManager *
new_manager (GtkWidget **out_window)
{
  GtkWidget *widget = spade_model_manager_new ();

  *out_window = stage_show (widget, 640, 420);
  return SPADE_MODEL_MANAGER (widget);
}

static const char *
visible_page (GtkWidget *window)
{
  return gtk_stack_get_visible_child_name (
    GTK_STACK (stage_find (window, "stack")));
}

static const char *
notice_text (GtkWidget  *window,
             const char *parent)
{
  GtkWidget *label = stage_find (
    stage_find (stage_find (window, parent), "notice"), "label");

  return gtk_label_get_text (GTK_LABEL (label));
}

static void
test_cards (void)
{
  GtkWidget         *window;
  SpadeModelManager *manager = new_manager (&window);
  const char        *classes, *style, *licence;

  g_assert_cmpstr (spade_model_manager_get_selected (manager), ==,
                   "landscape");
  classes = gtk_label_get_text (GTK_LABEL (stage_find (window, "classes")));
  style = gtk_label_get_text (GTK_LABEL (stage_find (window, "style")));
  licence = gtk_label_get_text (GTK_LABEL (stage_find (window, "licence")));
  g_assert_true (g_str_has_prefix (classes, "18 of coco-stuff: bush, "));
  g_assert_nonnull (strstr (style, "has a style encoder"));
  g_assert_cmpstr (licence, ==, "CC0-1.0");
  g_assert_false (gtk_widget_get_sensitive (stage_find (window,
                                                        "remove_button")));
  g_assert_false (gtk_widget_get_sensitive (stage_find (window,
                                                        "default_button")));
  stage_shot (window, "model-manager");
  spade_model_manager_select (manager, "broken");
  g_assert_false (gtk_widget_get_visible (stage_find (window, "details")));
  stage_shot (window, "model-manager-broken");
  gtk_widget_destroy (window);
}

static void
click (GtkWidget  *window,
       const char *id)
{
  gtk_button_clicked (GTK_BUTTON (stage_find (window, id)));
}

// Says whether the form has taken its files.
static gboolean
is_ready (GtkWidget *form,
          gboolean   has_encoder)
{
  return gtk_widget_get_sensitive (stage_find (form, "import_button")) &&
         gtk_widget_get_sensitive (stage_find (form, "clear_button")) ==
           has_encoder;
}

// Sets the generator and waits until the form has taken it.
static void
choose (GtkWidget  *form,
        const char *path)
{
  GtkFileChooser *chooser = GTK_FILE_CHOOSER (stage_find (form, "generator"));
  g_autofree char *plain = g_canonicalize_filename (path, NULL);
  g_autofree char *now = NULL;

  spade_import_form_set_files (SPADE_IMPORT_FORM (form), path, NULL);
  for (int i = 0; i < 100 && g_strcmp0 (now, plain) != 0; i++)
    {
      stage_wait (20);
      g_free (now);
      now = gtk_file_chooser_get_filename (chooser);
    }
  g_assert_cmpstr (now, ==, plain);
  stage_wait (100);
}

// Opens the form as the button does, fills it and begins.
static void
import (GtkWidget  *window,
        const char *generator,
        const char *encoder,
        const char *name)
{
  GtkWidget       *form = stage_find (window, "form");
  g_autofree char *generator_path = golden (generator);
  g_autofree char *encoder_path = encoder != NULL ? golden (encoder) : NULL;

  click (window, "import_model_button");
  g_assert_cmpstr (visible_page (window), ==, "form");
  g_assert_false (gtk_widget_get_sensitive (stage_find (form,
                                                        "import_button")));
  spade_import_form_set_files (SPADE_IMPORT_FORM (form), generator_path,
                               encoder_path);
  for (int i = 0; i < 100 && !is_ready (form, encoder != NULL); i++)
    stage_wait (20);
  g_assert_true (is_ready (form, encoder != NULL));
  if (name != NULL)
    gtk_entry_set_text (GTK_ENTRY (stage_find (form, "name")), name);
  stage_shot (window, "import-form");
  if (name != NULL)
    gtk_widget_activate (stage_find (form, "name")); // as Enter does
  else
    click (form, "import_button");
}

static void
wait_until_idle (SpadeModelManager *manager)
{
  for (int i = 0; i < 400 && spade_model_manager_is_busy (manager); i++)
    stage_wait (25);
  g_assert_false (spade_model_manager_is_busy (manager));
}

static void
test_import (void)
{
  GtkWidget         *window;
  SpadeModelManager *manager = new_manager (&window);
  g_autofree char   *path = NULL;
  const char        *style;

  import (window, "normal-vae-below.pth", "normal-vae-below-encoder.pth", NULL);
  g_assert_cmpstr (visible_page (window), ==, "busy");
  wait_until_idle (manager);
  g_assert_cmpstr (visible_page (window), ==, "list");
  g_assert_cmpstr (spade_model_manager_get_selected (manager), ==,
                   "normal-vae-below");
  path = spade_model_find ("normal-vae-below", NULL);
  g_assert_true (g_str_has_prefix (path, home));
  style = gtk_label_get_text (GTK_LABEL (stage_find (window, "style")));
  g_assert_nonnull (strstr (style, "has a style encoder"));
  click (window, "default_button");
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (stage_find (window,
                                                              "title"))),
                   ==, "normal-vae-below, the default");
  stage_shot (window, "model-manager-imported");
  spade_model_manager_remove (manager);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_cmpstr (spade_model_manager_get_selected (manager), ==,
                   "landscape");
  gtk_widget_destroy (window);
}

// A file that is no generator, and a name that is taken, are said before the
// import.
static void
test_problems (void)
{
  GtkWidget         *window;
  SpadeModelManager *manager = new_manager (&window);
  GtkWidget         *form = stage_find (window, "form");
  g_autofree char   *wrong = golden ("normal-vae-encoder.pth");
  g_autofree char   *right = golden ("normal-vae-below.pth");

  g_assert_false (spade_model_manager_is_busy (manager));
  click (window, "import_model_button");
  choose (form, wrong);
  g_assert_nonnull (strstr (notice_text (window, "form"), "style encoder"));
  g_assert_false (gtk_widget_get_sensitive (stage_find (form,
                                                        "import_button")));
  stage_shot (window, "import-form-problem");
  choose (form, right);
  gtk_entry_set_text (GTK_ENTRY (stage_find (form, "name")), "landscape");
  g_assert_nonnull (strstr (notice_text (window, "form"),
                            "already a model \"landscape\""));
  g_assert_false (gtk_widget_get_sensitive (stage_find (form,
                                                        "import_button")));
  gtk_widget_destroy (window);
}

static gboolean
is_on (GtkWidget  *form,
       const char *id)
{
  return gtk_toggle_button_get_active (
    GTK_TOGGLE_BUTTON (stage_find (form, id)));
}

static void
set_on (GtkWidget  *form,
        const char *id,
        gboolean    is_on)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (stage_find (form, id)),
                                is_on);
}

static const char *
upsampling_of (GtkWidget *form)
{
  return gtk_combo_box_get_active_id (
    GTK_COMBO_BOX (stage_find (form, "upsampling")));
}

static const char *
classes_of (GtkWidget *form)
{
  return gtk_label_get_text (GTK_LABEL (stage_find (form, "classes")));
}

// The form shows what a file is taken for, and what is set decides.
static void
test_settings (void)
{
  GtkWidget        *form = spade_import_form_new ();
  GtkWidget        *window = stage_show (form, 480, 520);
  g_autofree char  *coco = golden ("coco-stuff-f16.pth");
  g_autofree char  *city = shapes_write ("city.pth", 36, 0, FALSE, 3);
  g_autofree char  *vae = shapes_write ("vae.pth", 5, 64, FALSE, 3);
  GtkSpinButton    *crop = GTK_SPIN_BUTTON (stage_find (form, "crop_size"));
  GtkSpinButton    *aspect = GTK_SPIN_BUTTON (stage_find (form, "aspect"));
  GtkWidget        *notice;
  SpadeImportRequest *request;

  g_assert_false (gtk_widget_get_sensitive (stage_find (form, "edges")));
  choose (form, coco);
  g_assert_cmpstr (classes_of (form), ==,
                   "All 182 of coco-stuff; unlabeled; edges");
  g_assert_true (is_on (form, "edges") && is_on (form, "unlabeled"));

  choose (form, city);
  gtk_expander_set_expanded (GTK_EXPANDER (stage_find (form, "settings")),
                             TRUE);
  g_assert_cmpstr (classes_of (form), ==,
                   "All 35 of cityscapes; edges (the authors' Cityscapes)");
  g_assert_true (gtk_widget_get_sensitive (stage_find (form, "edges")));
  g_assert_true (is_on (form, "edges") && !is_on (form, "unlabeled"));
  g_assert_cmpstr (upsampling_of (form), ==, "more");
  g_assert_cmpint (gtk_spin_button_get_value_as_int (crop), ==, 512);
  g_assert_cmpfloat (gtk_spin_button_get_value (aspect), ==, 2);
  stage_shot (window, "import-form-settings");
  set_on (form, "unlabeled", TRUE);
  g_assert_cmpstr (classes_of (form), ==, "34, without names; unlabeled; edges");
  set_on (form, "unlabeled", FALSE);
  set_on (form, "edges", FALSE);
  g_assert_cmpstr (classes_of (form), ==, "36, without names");
  request = spade_import_form_get_request (SPADE_IMPORT_FORM (form));
  g_assert_cmpstr (request->class_set, ==, "");
  g_assert_false (request->has_edge || request->has_unlabeled);
  spade_import_request_free (request);
  set_on (form, "edges", TRUE); // as if nothing was set
  g_assert_cmpstr (upsampling_of (form), ==, "more");

  choose (form, vae);
  g_assert_cmpstr (upsampling_of (form), ==, "normal");
  gtk_spin_button_set_value (crop, 512);
  g_assert_cmpstr (upsampling_of (form), ==, "more");
  gtk_spin_button_set_value (crop, 1024);
  notice = stage_find (stage_find (form, "notice"), "label");
  g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (notice)),
                            "say its crop size"));
  gtk_spin_button_set_value (crop, 512);
  request = spade_import_form_get_request (SPADE_IMPORT_FORM (form));
  g_assert_cmpint (request->crop_size, ==, 512);
  g_assert_false (request->has_upsampling);
  spade_import_request_free (request);
  gtk_widget_destroy (window);
}

// Of CLADE's edges the weights tell, so that nobody can say otherwise.
static void
test_known_edges (void)
{
  GtkWidget       *form = spade_import_form_new ();
  GtkWidget       *window = stage_show (form, 480, 520);
  g_autofree char *with = shapes_write_clade ("with.pth", 183, TRUE, FALSE);
  g_autofree char *without = shapes_write_clade ("without.pth", 151, FALSE, FALSE);

  choose (form, with);
  g_assert_cmpstr (classes_of (form), ==, "All 182 of coco-stuff; unlabeled; edges "
                   "(the authors' CLADE COCO-Stuff)");
  g_assert_true (is_on (form, "edges") && is_on (form, "unlabeled"));
  g_assert_false (gtk_widget_get_sensitive (stage_find (form, "edges")));
  g_assert_true (gtk_widget_get_sensitive (stage_find (form, "unlabeled")));
  choose (form, without);
  g_assert_cmpstr (classes_of (form), ==, "All 151 of ade20k (the authors' CLADE "
                   "ADE20K)");
  g_assert_false (is_on (form, "edges"));
  g_assert_false (gtk_widget_get_sensitive (stage_find (form, "edges")));
  gtk_widget_destroy (window);
}

// z of OASIS, and the multiplier of imaginaire; nobody else has them.
static void
test_kinds (void)
{
  GtkWidget       *form = spade_import_form_new ();
  GtkWidget       *window = stage_show (form, 480, 560);
  GtkWidget       *z_dim = stage_find (form, "z_dim");
  GtkWidget       *multiplier = stage_find (form, "multiplier");
  g_autofree char *oasis = shapes_write_oasis ("oasis.pth", 70);
  g_autofree char *landscape = shapes_write_imaginaire ("lhq.pt", 184, 0, TRUE);
  g_autofree char *plain = shapes_write ("plain.pth", 36, 0, FALSE, 3);
  SpadeImportRequest *request;

  gtk_expander_set_expanded (GTK_EXPANDER (stage_find (form, "settings")), TRUE);
  choose (form, oasis);
  g_assert_true (gtk_widget_get_visible (z_dim));
  g_assert_false (gtk_widget_get_visible (multiplier));
  g_assert_cmpint (gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (z_dim)), ==, 64);
  g_assert_cmpstr (classes_of (form), ==, "6, without names; z of length 64");
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (z_dim), 32);
  g_assert_cmpstr (classes_of (form), ==, "38, without names; z of length 32");
  request = spade_import_form_get_request (SPADE_IMPORT_FORM (form));
  g_assert_true (request->has_z_dim);
  g_assert_cmpint (request->z_dim, ==, 32);
  spade_import_request_free (request);

  choose (form, landscape);
  g_assert_false (gtk_widget_get_visible (z_dim));
  g_assert_true (gtk_widget_get_visible (multiplier));
  g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (multiplier)), ==, 0.5);
  stage_shot (window, "import-form-imaginaire");
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (multiplier), 1);
  request = spade_import_form_get_request (SPADE_IMPORT_FORM (form));
  g_assert_false (request->has_z_dim);
  g_assert_cmpfloat (request->output_multiplier, ==, 1);
  spade_import_request_free (request);

  choose (form, plain); // of which nothing is set
  g_assert_false (gtk_widget_get_visible (z_dim)
                  || gtk_widget_get_visible (multiplier));
  request = spade_import_form_get_request (SPADE_IMPORT_FORM (form));
  g_assert_false (request->has_z_dim);
  g_assert_cmpfloat (request->output_multiplier, ==, 0);
  spade_import_request_free (request);
  gtk_widget_destroy (window);
}

// Chooses a palette, or takes it away, and waits until the form has taken it.
static void
set_palette (GtkWidget  *form,
             const char *path)
{
  GtkFileChooser *chooser = GTK_FILE_CHOOSER (stage_find (form, "palette"));

  if (path != NULL)
    gtk_file_chooser_set_filename (chooser, path);
  else
    gtk_button_clicked (GTK_BUTTON (stage_find (form, "clear_palette")));
  for (int i = 0; i < 100; i++)
    {
      g_autofree char *now = gtk_file_chooser_get_filename (chooser);

      if ((now != NULL) == (path != NULL))
        break;
      stage_wait (20);
    }
  stage_wait (100);
}

// Classes of one's own have the names of a palette.
static void
test_palette (void)
{
  const char      *gpl = "GIMP Palette\n#\n1 2 3 skin\n4 5 6 hair\n"
                         "7 8 9 hat\n";
  GtkWidget       *form = spade_import_form_new ();
  GtkWidget       *window = stage_show (form, 480, 560);
  g_autofree char *palette = scratch_write ("face.gpl", gpl, strlen (gpl));
  g_autofree char *four = shapes_write ("four.pth", 4, 0, FALSE, 3);
  SpadeImportRequest *request;

  choose (form, four);
  g_assert_cmpstr (classes_of (form), ==, "4, without names");
  gtk_expander_set_expanded (GTK_EXPANDER (stage_find (form, "settings")),
                             TRUE);
  set_palette (form, palette);
  g_assert_cmpstr (classes_of (form), ==, "All 3 of face; unlabeled");
  g_assert_true (!is_on (form, "edges") && is_on (form, "unlabeled"));
  set_on (form, "edges", TRUE);
  stage_shot (window, "import-form-palette");
  g_assert_cmpstr (classes_of (form), ==, "All 3 of face; edges");
  request = spade_import_form_get_request (SPADE_IMPORT_FORM (form));
  g_assert_cmpstr (request->class_set, ==, palette);
  spade_import_request_free (request);
  set_palette (form, NULL);
  g_assert_cmpstr (classes_of (form), ==, "3, without names; edges");
  gtk_widget_destroy (window);
}

// What cannot be imported yet lets its channels be set all the same.
static void
test_channels_of_unclear (void)
{
  GtkWidget       *form = spade_import_form_new ();
  GtkWidget       *window = stage_show (form, 480, 520);
  g_autofree char *vae = shapes_write ("odd.pth", 20, 48, FALSE, 3);
  GtkSpinButton   *aspect = GTK_SPIN_BUTTON (stage_find (form, "aspect"));
  GtkWidget       *button = stage_find (form, "import_button");
  SpadeImportRequest *request;

  choose (form, vae);
  g_assert_false (gtk_widget_get_sensitive (button));
  g_assert_true (gtk_widget_get_sensitive (stage_find (form, "edges")));
  gtk_spin_button_set_value (aspect, 1.33);
  g_assert_true (gtk_widget_get_sensitive (button));
  set_on (form, "edges", TRUE);
  g_assert_cmpstr (classes_of (form), ==, "19, without names; edges");
  request = spade_import_form_get_request (SPADE_IMPORT_FORM (form));
  g_assert_true (request->has_edge);
  spade_import_request_free (request);
  gtk_widget_destroy (window);
}

// Checkpoints called latest_net_G take the name of their folder, and a number
// where a model has it.
static void
test_proposed_name (void)
{
  GtkWidget       *form = spade_import_form_new ();
  GtkWidget       *window = stage_show (form, 480, 420);
  GtkEntry        *name = GTK_ENTRY (stage_find (form, "name"));
  g_autofree char *model = g_build_filename (home, "coco.safetensors", NULL);
  g_autofree char *folder = g_build_filename (home, "coco", NULL);
  g_autofree char *path = g_build_filename (folder, "latest_net_G.pth", NULL);

  g_mkdir (folder, 0700);
  g_assert_true (g_file_set_contents (path, "waste", 5, NULL));
  g_assert_true (g_file_set_contents (model, "waste", 5, NULL));
  spade_import_form_set_files (SPADE_IMPORT_FORM (form), path, NULL);
  for (int i = 0; i < 100 && *gtk_entry_get_text (name) == '\0'; i++)
    stage_wait (20);
  g_assert_cmpstr (gtk_entry_get_text (name), ==, "coco 2");
  g_unlink (model);
  gtk_widget_destroy (window);
}

// Closing while an import runs ends it, and leaves no file behind.
static void
test_closed (void)
{
  GtkWidget         *window;
  SpadeModelManager *manager = new_manager (&window);

  import (window, "coco-stuff-f16.pth", NULL, "closed");
  g_assert_true (spade_model_manager_is_busy (manager));
  spade_model_manager_cancel (manager);
  gtk_widget_destroy (window);
  stage_wait (100);
}

static void
test_cancelled_import (void)
{
  GtkWidget         *window;
  SpadeModelManager *manager = new_manager (&window);

  import (window, "coco-stuff-f16.pth", NULL, "cancelled");
  spade_model_manager_cancel (manager);
  wait_until_idle (manager);
  // It may have been done before it saw the cancel.
  if (g_strcmp0 (visible_page (window), "form") == 0)
    g_assert_true (spade_model_check_name ("cancelled", NULL));
  else
    g_assert_cmpstr (spade_model_manager_get_selected (manager), ==,
                     "cancelled");
  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *models = NULL;
  g_autofree char *broken = NULL;
  g_autofree char *folders = NULL;
  int              status;

  home = g_dir_make_tmp ("spade-models-XXXXXX", NULL);
  broken = g_build_filename (home, "broken.safetensors", NULL);
  g_file_set_contents (broken, "waste", 5, NULL);
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  stage_init (&argc, &argv);
  models = g_test_build_filename (G_TEST_DIST, "..", "..", "models", NULL);
  folders = g_strjoin (G_SEARCHPATH_SEPARATOR_S, models, home, NULL);
  g_setenv ("SPADE_MODEL_PATH", folders, TRUE);
  g_test_add_func ("/model-manager/shows-the-card-of-a-model", test_cards);
  g_test_add_func ("/model-manager/imports-and-removes", test_import);
  g_test_add_func ("/model-manager/says-what-is-wrong", test_problems);
  g_test_add_func ("/import-form/shows-what-a-file-is-taken-for",
                   test_settings);
  g_test_add_func ("/import-form/asks-what-only-some-generators-have", test_kinds);
  g_test_add_func ("/import-form/knows-edges-that-weights-tell", test_known_edges);
  g_test_add_func ("/model-manager/classes-have-the-names-of-a-palette",
                   test_palette);
  g_test_add_func ("/import-form/sets-channels-where-the-size-is-unclear",
                   test_channels_of_unclear);
  g_test_add_func ("/import-form/numbers-a-name-that-is-taken",
                   test_proposed_name);
  g_test_add_func ("/model-manager/can-be-closed-while-importing", test_closed);
  g_test_add_func ("/model-manager/cancels-an-import", test_cancelled_import);
  status = g_test_run ();
  scratch_remove ();
  scratch_remove_tree (home);
  g_free (home);
  return status;
}
